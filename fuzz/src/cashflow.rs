//! Files about cash flows: assumptions, and the terms of notes.

use std::sync::LazyLock;

use tailproof_core::error::NotesProblem;
use tailproof_core::pool::Deal;
use tailproof_core::pool::cashflow::{Assumptions, BandTotals};
use tailproof_core::scenarios::cashflow::{FlowMatrix, cashflow_scenarios};
use tailproof_core::scenarios::file as scenario_file;
use tailproof_risk::cashflow::waterfall::run;
use tailproof_risk::cashflow::{NotesTerms, PoolFlows};

const DEAL: &str = "name = \"d\"\n[tape]\ncolumns = [\"rate\", \"term\", \"grade\"]\ngrades = [\"A\", \"B\"]\n\
                    [claims]\nloans_min = 1\n[cashflow]\nreplines = \"grade\"\n";
/// The assumptions that notes are paid under.
const ASSUMPTIONS: &str = include_str!("../seeds/assumptions/reserve.toml");

static POOL: LazyLock<(Deal, PoolFlows)> = LazyLock::new(|| {
    let deal = Deal::from_toml("fuzz", DEAL).expect("a deal");
    let assumptions = Assumptions::from_toml("fuzz", ASSUMPTIONS).expect("a seed");
    let set = cashflow_scenarios(&deal, &assumptions).expect("a small matrix");
    let flows = PoolFlows::new(&FlowMatrix::of(&set).expect("a matrix"), 0, &totals());
    (deal, flows)
});

fn totals() -> [BandTotals; 2] {
    [(65_000_000u64, 497u128), (35_000_000, 611)].map(|(balance, rate)| BandTotals {
        loans: 1,
        balance,
        weighted: [u128::from(balance) * rate, 0, 0, 0, 0, 0],
        delinquent: 0,
    })
}

/// Assumptions, and the matrix made from what is accepted: principal and defaults are everything.
pub fn assumptions(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(assumptions) = Assumptions::from_toml("fuzz", text) else { return };
    let Ok(set) = cashflow_scenarios(&POOL.0, &assumptions) else { return };
    let bytes = scenario_file::encode(&set);
    assert_eq!(scenario_file::decode("fuzz", &bytes).expect("its own encoding").0, set);
    let matrix = FlowMatrix::of(&set).expect("a set of cash flows");
    for block in 0..matrix.blocks().len() {
        let flows = PoolFlows::new(&matrix, block, &totals());
        assert_eq!(flows.sum(|month| month.principal) + flows.sum(|month| month.defaults), flows.balance);
    }
}

/// Terms of notes, and their months: what is accepted loses and makes no money.
pub fn notes(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (deal, flows) = &*POOL;
    let Ok(terms) = NotesTerms::from_toml("fuzz", text, deal.schema().expect("a schema")) else { return };
    let indices = [("euribor".to_owned(), vec![3_000_000, -500_000])].into();
    let paid = run(&terms, flows, &totals(), &indices);
    assert!(!matches!(paid, Err(NotesProblem::Unbalanced { .. })), "{paid:?}");
}
