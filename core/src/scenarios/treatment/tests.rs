//! Sets of treated prices: made again identically, and not when a header lies about its treatment.

use std::collections::BTreeMap;

use super::*;
use crate::prices::{CurrencyTable, MissingPolicy, Preparation, PriceHistory, PriceTable};
use crate::scenarios::ScenarioSet;
use crate::scenarios::generator::Generator;
use crate::scenarios::historical::historical;
use crate::scenarios::regenerate::{Recomputed, Regenerate, Sources};

const TEXT: &str = "date,A,B,C\n2024-01-01,100,10,5\n2024-01-02,110,11,6\n2024-01-03,99,12,5\n2024-01-04,105,9,7\n\
                    2024-01-05,103,11,6\n";
const RATES: &str = "date,USD\n2024-01-01,0.9\n2024-01-02,0.91\n2024-01-03,0.93\n2024-01-04,0.92\n2024-01-05,0.95\n";

/// Returns the table that a text states; the cells at `missing` are missing.
fn table(text: &str, missing: &[(usize, usize)]) -> PriceTable {
    let history = crate::testing::prices(text);
    let rows = (0..history.len()).map(|row| (history.dates()[row], history.row(row).to_vec())).collect();
    PriceTable::new(history.factors().to_vec(), rows, missing).unwrap()
}

/// Returns choices, each with a table that they are made for.
fn choices() -> Vec<(Preparation, PriceTable)> {
    let whole = || table(TEXT, &[]);
    let hole = || table(TEXT, &[(2, 1)]);
    let policy = |missing| Preparation { missing, ..Preparation::default() };
    let proxy = vec![("N".to_owned(), "A".to_owned())];
    let kinds = [("A", WantedMoves::Log), ("B", WantedMoves::Absolute(None))];
    let moves: BTreeMap<_, _> = kinds.into_iter().map(|(name, kind)| (name.to_owned(), kind)).collect();
    let each = [("A", "USD"), ("B", "EUR"), ("C", "USD"), ("CASH USD", "USD")];
    let factors = each.into_iter().map(|(name, currency)| (name.to_owned(), currency.to_owned())).collect();
    let currencies = Some(CurrencyTable { base: "EUR".into(), factors, cash: None });
    vec![
        (policy(MissingPolicy::DropDay), hole()),
        (policy(MissingPolicy::Carry), hole()),
        (policy(MissingPolicy::DropFactor), hole()),
        (Preparation { proxies: proxy.clone(), ..Preparation::default() }, whole()),
        (Preparation { moves: moves.clone(), ..Preparation::default() }, whole()),
        (Preparation { currencies: currencies.clone(), ..Preparation::default() }, whole()),
        (Preparation { proxies: proxy, moves, currencies, ..policy(MissingPolicy::Carry) }, hole()),
        (
            Preparation { returns: true, ..Preparation::default() },
            table("date,A\n2024-01-01,0.01\n2024-01-02,0.02\n", &[]),
        ),
    ]
}

fn made(choices: &Preparation, table: &PriceTable) -> ScenarioSet {
    let rates = table_of_rates();
    historical(&choices.prepare(table, Some(&rates)).unwrap(), 1, None).unwrap()
}

fn table_of_rates() -> PriceTable {
    PriceTable::from(&crate::testing::prices(RATES))
}

/// Whether the set is made again to the bit; a set that cannot be made is not.
fn is_made_again(set: &ScenarioSet, table: &PriceTable) -> bool {
    let rates = table_of_rates();
    let sources = Sources { rates: Some(&rates), ..Sources::raw(table) };
    Recomputed.regenerate(set, &sources).is_ok_and(|remade| remade.made_again())
}

/// Returns the set with another treatment in its header; `None` if no set has it.
fn under(set: &ScenarioSet, treatment: Option<Treatment>) -> Option<ScenarioSet> {
    let mut generator = set.generator().clone();
    let Generator::Historical { treatment: of, .. } = &mut generator else { return None };
    *of = treatment.map(Box::new);
    let last = set.last_prices().map(<[String]>::to_vec);
    let (factors, labels) = (set.factors().to_vec(), set.labels().to_vec());
    ScenarioSet::new(generator, factors, labels, last, set.weights().to_vec(), set.entries().to_vec()).ok()
}

#[test]
fn a_set_of_each_treatment_is_made_again_identically() {
    for (choices, table) in choices() {
        let set = made(&choices, &table);
        assert!(set.generator().treatment().is_some(), "{choices:?}");
        assert!(is_made_again(&set, &table), "{choices:?}");
    }
}

#[test]
fn a_header_that_lies_about_its_treatment_is_found_out() {
    let mut lies = 0;
    for (choices, table) in choices() {
        let set = made(&choices, &table);
        let honest = set.generator().treatment().unwrap().clone();
        let mut told = vec![None];
        let mut tell = |change: &dyn Fn(&mut Treatment)| {
            let mut lie = honest.clone();
            change(&mut lie);
            told.push(Some(lie));
        };
        tell(&|lie| lie.missing = Some(Missing::DropDay { days: 2 }));
        tell(&|lie| lie.missing = Some(Missing::Carry { prices: 2 }));
        tell(&|lie| lie.missing = Some(Missing::Carry { prices: 7 }));
        tell(&|lie| lie.missing = Some(Missing::DropFactor { factors: vec!["D".into()] }));
        tell(&|lie| lie.returns = !lie.returns);
        tell(&|lie| lie.proxies.iter_mut().for_each(|proxy| proxy.index = "C".into()));
        tell(&|lie| lie.proxies.clear());
        tell(&|lie| lie.moves.iter_mut().for_each(|moves| moves.step = moves.step.as_ref().map(|_| "1000".into())));
        tell(&|lie| lie.moves.clear());
        tell(&|lie| lie.currencies = None);
        tell(&|lie| lie.currencies.iter_mut().for_each(|of| of.factors.truncate(1)));
        for lie in told.into_iter().filter(|lie| lie.as_ref() != Some(&honest)) {
            let Some(false_set) = under(&set, lie.clone()) else { continue };
            // Without the names of factors that were left out, a set is one of chosen factors: no lie.
            let is_a_choice = lie.is_none() && matches!(honest.missing, Some(Missing::DropFactor { .. }));
            assert_eq!(is_made_again(&false_set, &table), is_a_choice, "{lie:?} of {choices:?}");
            lies += usize::from(!is_a_choice);
        }
    }
    assert!(lies > 30, "{lies}");
}

#[test]
fn treatments_have_one_form() {
    let factors = ["A".to_owned(), "B".to_owned()];
    let proxy = |factor: &str| Proxy { factor: factor.into(), index: "I".into() };
    let moves = |kind, step: Option<&str>| Treatment {
        moves: vec![FactorMoves { factor: "A".into(), kind, step: step.map(str::to_owned) }],
        ..Treatment::default()
    };
    let proxies = |proxies| Treatment { proxies, ..Treatment::default() };
    let missing = |missing| Treatment { missing: Some(missing), ..Treatment::default() };
    for (treatment, fits) in [
        (Treatment::default(), false),
        (proxies(vec![proxy("A"), proxy("B")]), true),
        (proxies(vec![proxy("B"), proxy("A")]), false),
        (proxies(vec![proxy("A"), proxy("A")]), false),
        (proxies(vec![proxy("Z")]), false),
        (moves(MovesKind::Absolute, Some("0.01")), true),
        (moves(MovesKind::Absolute, Some("0.010")), false),
        (moves(MovesKind::Absolute, Some("0.02")), false),
        (moves(MovesKind::Absolute, None), false),
        (moves(MovesKind::Log, Some("1")), false),
        (missing(Missing::Carry { prices: 0 }), false),
        (missing(Missing::DropFactor { factors: vec!["A".into()] }), false),
        (missing(Missing::DropFactor { factors: vec!["Z".into()] }), true),
    ] {
        assert_eq!(treatment.check(&factors, true).is_ok(), fits, "{treatment:?}");
    }
    assert!(moves(MovesKind::Log, None).check(&factors, false).is_err(), "drawn paths have no kinds of moves");
}

/// A history of prices that needs nothing has no treatment, and the header that it always had.
#[test]
fn prices_that_need_nothing_have_no_treatment() {
    let (history, choices): (PriceHistory, _) = (crate::testing::prices(TEXT), Preparation::default());
    for missing in [MissingPolicy::Refuse, MissingPolicy::Carry, MissingPolicy::DropDay, MissingPolicy::DropFactor] {
        let prepared = Preparation { missing, ..choices.clone() }.prepare(&PriceTable::from(&history), None);
        assert_eq!(prepared.unwrap(), history);
    }
    assert!(!serde_json::to_string(historical(&history, 1, None).unwrap().generator()).unwrap().contains("treatment"));
}
