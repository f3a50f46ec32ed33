//! Two months of two notes, reckoned by hand.

use std::collections::BTreeMap;

use tailproof_core::pool::Deal;
use tailproof_risk::cashflow::waterfall::run;
use tailproof_risk::cashflow::{MonthFlow, NotesTerms, PoolFlows, Run};

const DEAL: &str = "name = \"d\"\n[tape]\ncolumns = [\"rate\", \"grade\"]\ngrades = [\"A\"]\n[claims]\nloans_min = 1\n\
                    [cashflow]\nreplines = \"grade\"\n";

const NOTES: &str = r#"
version = 1
name = "two notes"
legal_final = 9
[[note]]
name = "A"
balance = 700
coupon = 12
[[note]]
name = "B"
balance = 200
coupon = 24
[[interest]]
pay = "interest"
to = ["A", "B"]
[[interest]]
pay = "residual"
to = ["equity"]
[[principal]]
pay = "principal"
to = ["A", "B"]
[[principal]]
pay = "residual"
to = ["equity"]
"#;

/// A pool of 1,000 that pays 10 of interest and 400 of principal, then 6 and 600.
fn flows() -> PoolFlows {
    let month = |interest, principal, balance| MonthFlow { interest, principal, balance, ..MonthFlow::default() };
    let performing = vec![vec![629_145], vec![0]];
    PoolFlows { balance: 1_000, months: vec![month(10, 400, 600), month(6, 600, 0)], performing }
}

fn paid(text: &str) -> Run {
    let deal = Deal::from_toml("d.toml", DEAL).unwrap();
    let terms = NotesTerms::from_toml("n.toml", text, deal.schema().unwrap()).unwrap();
    run(&terms, &flows(), &[], &BTreeMap::new()).unwrap()
}

/// Interest due, interest, principal and balance of each note.
fn notes(run: &Run, month: usize) -> Vec<[i128; 4]> {
    run.months[month].notes.iter().map(|note| [note.due, note.interest, note.principal, note.balance]).collect()
}

/// A is due 7 and B 4: B lacks 1. In the second month A is due 3 and B 4 and that 1: B lacks 2.
#[test]
fn sequential_notes() {
    let run = paid(NOTES);
    assert_eq!(notes(&run, 0), [[7, 7, 400, 300], [4, 3, 0, 200]]);
    assert_eq!(notes(&run, 1), [[3, 3, 300, 0], [5, 3, 200, 0]]);
    assert_eq!([run.months[0].residuals[0], run.months[1].residuals[0]], [0, 100]);
    assert_eq!((run.notes[1].interest_unpaid, run.notes[1].principal_unpaid), (2, 0));
    // (400 * 1 + 300 * 2) / 700 months.
    assert!((run.notes[0].average_life.unwrap() - 1_000.0 / 700.0 / 12.0).abs() < 1e-12);
    assert_eq!((run.notes[0].window, run.notes[1].window), (Some((1, 2)), Some((2, 2))));
    // A is paid its coupon on par.
    assert!((run.notes[0].yield_at_par.unwrap() - (1.01f64.powi(12) - 1.0)).abs() < 1e-9);
}

/// Pro rata of 10 for 7 and 4: 6 and 3, and 1 is left to the remainder account, which is part of the
/// next month's 6. Then 4 and 5 are due of 7: 3 and 3, and the last residual has the 1 that is left.
#[test]
fn rounding_goes_to_the_remainder_account() {
    let run = paid(&NOTES.replace(
        "pay = \"interest\"\nto = [\"A\", \"B\"]",
        "pay = \"interest\"\nto = [\"A\", \"B\"]\nsplit = \"pro-rata\"",
    ));
    assert_eq!(notes(&run, 0), [[7, 6, 400, 300], [4, 3, 0, 200]]);
    assert_eq!((run.months[0].remainder, run.months[1].remainder), ([0, 1], [1, 0]));
    assert_eq!(notes(&run, 1), [[4, 3, 300, 0], [5, 3, 200, 0]]);
    assert_eq!(run.months[1].residuals[0], 101);
}

/// The line pays the 1 that B lacks, at 12 % a year on what is drawn: nothing in whole units after a
/// month. It is paid back before B in the second month. A reserve of 2 helps then, too.
#[test]
fn a_line_is_drawn_and_paid_back() {
    let with_line = NOTES.replace(
        "[[interest]]\npay = \"interest\"\nto = [\"A\", \"B\"]\n",
        "[liquidity]\nlimit = 5\nrate = 12\n[reserve]\ninitial = 2\n[[interest]]\npay = \"liquidity\"\n[[interest]]\n\
         pay = \"interest\"\nto = [\"A\", \"B\"]\nsupport = [\"liquidity\"]\n[[interest]]\npay = \"reserve\"\n",
    );
    let run = paid(&with_line);
    // 10 and the reserve of 2 pay the 11; the target of the reserve is 0, so the 1 left is equity's.
    assert_eq!(notes(&run, 0), [[7, 7, 400, 300], [4, 4, 0, 200]]);
    assert_eq!((run.months[0].reserve, run.months[0].residuals[0]), ([2, 0], 1));
    // 7 are due and 6 there: the line pays 1, and nothing is left to pay it back.
    assert_eq!(notes(&run, 1), [[3, 3, 300, 0], [4, 4, 200, 0]]);
    assert_eq!((run.months[1].liquidity_drawn, run.liquidity_owed), (1, 1));
}
