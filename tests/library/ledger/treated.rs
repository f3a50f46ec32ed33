//! Steps over prices that were treated: what a ledger takes, what it compares with raw prices, and what
//! would let its keeper choose the moves of a day after the day.

use std::collections::BTreeMap;

use tailproof::core::prices::{CurrencyTable, MissingPolicy, Preparation, PriceTable, WantedMoves};

use super::*;

/// Rates of the days of [`PRICES`].
const RATES: &str = "date,USD\n2024-01-02,0.90\n2024-01-03,0.91\n2024-01-04,0.92\n2024-01-05,0.91\n\
    2024-01-08,0.93\n2024-01-09,0.92\n2024-01-10,0.94\n";

fn rates() -> PriceTable {
    PriceTable::from(&csv::read_prices("rates.csv", RATES.as_bytes()).unwrap())
}

/// Returns a table in which `changes` were made, and the cells at `missing` (row, column) are missing.
fn table(changes: &[(&str, &str)], missing: &[(usize, usize)]) -> PriceTable {
    let text = changes.iter().fold(PRICES.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    let history = csv::read_prices("prices.csv", text.as_bytes()).unwrap();
    let rows = (0..history.len()).map(|row| (history.dates()[row], history.row(row).to_vec())).collect();
    PriceTable::new(history.factors().to_vec(), rows, missing).unwrap()
}

/// Returns the newest moves of a table up to a row, under choices.
fn moves(choices: &Preparation, table: &PriceTable, rows: usize, window: usize) -> ScenarioSet {
    let until = Some(table.dates()[rows - 1]);
    let choices = Preparation { window: Some(window), until, ..choices.clone() };
    historical(&choices.prepare(table, Some(&rates())).unwrap(), 1, Some(window)).unwrap()
}

fn forecast_over(set: ScenarioSet) -> MandateClaim {
    MandateClaim::new(mandate(&["var 0.75 5000"]), set).unwrap()
}

/// Returns the claims of a forecast of [`LAST`] and of its loss, under choices.
fn claims(choices: &Preparation, table: &PriceTable) -> [MandateClaim; 2] {
    [forecast_over(moves(choices, table, 6, 4)), realised_over(moves(choices, table, 7, 1))]
}

fn named(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect()
}

fn steps(step: &str) -> Preparation {
    let step = WantedMoves::Absolute(Some(tailproof::core::prices::Step::from_decimal(step.parse().unwrap()).unwrap()));
    Preparation { moves: BTreeMap::from([("B".to_owned(), step)]), ..Preparation::default() }
}

fn proxy(index: &str) -> Preparation {
    let factors = Some(["A", "B", "C"].map(str::to_owned).to_vec());
    Preparation { factors, proxies: named(&[("C", index)]), ..Preparation::default() }
}

fn currencies(foreign: &str) -> Preparation {
    let of = |name: &str| (name.to_owned(), if name == foreign { "USD" } else { "EUR" }.to_owned());
    let table = CurrencyTable { base: "EUR".into(), factors: ["A", "B", "C"].map(of).into(), cash: None };
    Preparation { currencies: Some(table), ..Preparation::default() }
}

fn policy(missing: MissingPolicy) -> Preparation {
    Preparation { missing, ..Preparation::default() }
}

fn against<'a>(raw: &'a PriceTable, rates: Option<&'a PriceTable>) -> Against<'a> {
    Against { raw: Some(raw), rates, ..Against::default() }
}

fn day_of(claims: &[MandateClaim; 2]) -> Kept {
    let mut kept = Kept::new();
    kept.append(Kind::Forecast, LAST, &claims[0]);
    kept.append(Kind::Realised, LAST, &claims[1]);
    kept
}

#[test]
fn a_loss_under_the_treatment_of_its_forecast_is_taken_and_made_again() {
    let (whole, rates) = (table(&[], &[]), rates());
    for choices in [steps("10"), proxy("A"), currencies("B")] {
        let kept = day_of(&claims(&choices, &whole));
        assert!(kept.ledger.steps().iter().all(|step| step.moves.is_some()));
        assert_eq!(Ledger::from_json(&kept.ledger.to_json()).unwrap(), kept.ledger);
        let audit = kept.audit_against(&against(&whole, Some(&rates))).unwrap();
        assert!(audit.not_compared.is_empty() && audit.treated.len() == 1, "{audit:?}");
        assert!(!audit.treated[0].1.is_empty() && audit.treated[0].0 == LAST);
        let how = |verified: &tailproof::Verified| {
            verified.rests_on.iter().find(|thing| thing.what == tailproof::Basis::Scenarios).unwrap().how
        };
        assert!(audit.steps.iter().all(|step| how(step) == tailproof::How::MadeAgain));
        // Other prices of the day are another move, under the treatment too.
        let other = table(&[("97,47.5,19", "96,47,18")], &[]);
        let error = kept.audit_against(&against(&other, Some(&rates))).unwrap_err();
        assert!(matches!(&error, AuditError::Moves { .. }) && error.is_verdict(), "{error:?}");
    }
    // What was converted is not made again without rates, and that is no verdict.
    let kept = day_of(&claims(&currencies("B"), &whole));
    let error = kept.audit_against(&against(&whole, None)).unwrap_err();
    assert!(!error.is_verdict() && error.to_string().contains("rates of currencies"), "{error}");
}

/// After the day its keeper knows which index fell least, and which step makes the loss small.
#[test]
fn a_loss_under_another_treatment_than_its_forecast_is_refused() {
    let (whole, plain) = (table(&[], &[]), Preparation::default());
    for (of_forecast, of_loss) in [
        (plain.clone(), proxy("A")),
        (proxy("A"), plain.clone()),
        (proxy("A"), proxy("B")),
        (steps("10"), steps("100")),
        (steps("10"), plain.clone()),
        (plain.clone(), steps("10")),
        (currencies("B"), currencies("A")),
        (currencies("B"), plain.clone()),
        (plain, currencies("B")),
    ] {
        let mut kept = Kept::new();
        kept.append(Kind::Forecast, LAST, &forecast_over(moves(&of_forecast, &whole, 6, 4)));
        let loss = realised_over(moves(&of_loss, &whole, 7, 1));
        let error = refused(&kept, Kind::Realised, LAST, &loss);
        assert!(matches!(&error, StepError::Chain(LedgerError::OtherTreatment(_))), "{of_loss:?}: {error:?}");
        // A step that hides it says something else than its scenarios.
        let proof = proved_by(&groth16(REALISED), &kept.ledger, Kind::Realised, LAST, &loss, books());
        let mut lying = kept.clone();
        let honest = kept.ledger.steps()[0].moves.clone();
        lying.add_step(Kind::Realised, LAST, &loss, &proof, |step| step.moves = honest.clone());
        let error = lying.audit(None).unwrap_err();
        assert!(matches!(&error, AuditError::OtherStep { .. }) && error.is_verdict(), "{error:?}");
    }
}

/// A log move is above the simple return of a loss of the long, and below that of the short.
#[test]
fn log_moves_are_refused_before_and_after_the_day() {
    let whole = table(&[], &[]);
    let log = Preparation { moves: BTreeMap::from([("A".to_owned(), WantedMoves::Log)]), ..Preparation::default() };
    let [forecast, loss] = claims(&log, &whole);
    let error = refused(&Kept::new(), Kind::Forecast, LAST, &forecast);
    assert!(matches!(&error, StepError::LogMoves { factor, .. } if factor == "A"), "{error:?}");
    let error = refused(&open_forecast(), Kind::Realised, LAST, &loss);
    assert!(matches!(&error, StepError::LogMoves { .. }), "{error:?}");
    assert!(error.to_string().contains("relative moves"), "{error}");
}

#[test]
fn a_forecast_may_leave_out_days_and_carry_prices_before_its_own() {
    let hole = table(&[], &[(3, 1)]);
    for missing in [MissingPolicy::DropDay, MissingPolicy::Carry] {
        let set = moves(&policy(missing), &hole, 6, 4);
        assert!(set.generator().treatment().is_some());
        let kept = day_of(&[forecast_over(set), realised()]);
        assert!(kept.ledger.steps().iter().all(|step| step.moves.is_none()), "an exposure means what it always does");
        assert!(kept.audit_against(&against(&hole, None)).unwrap().not_compared.is_empty());
        // Whoever has the price that was missing does not make it again.
        let error = kept.audit_against(&against(&table(&[], &[]), None)).unwrap_err();
        assert!(matches!(&error, AuditError::Moves { problem: OtherMoves::OtherForecast { .. }, .. }), "{error:?}");
        assert!(error.is_verdict());
    }
    // Who lacks a price that the set is made of has compared nothing.
    let error = one_day().audit_against(&against(&hole, None)).unwrap_err();
    assert!(matches!(&error, AuditError::Moves { problem: OtherMoves::Lacking(_), .. }), "{error:?}");
    assert!(!error.is_verdict());
}

#[test]
fn a_loss_may_carry_a_price_that_the_prices_lack() {
    // B has no price on the last day, so that its move is zero then.
    let hole = table(&[], &[(6, 1)]);
    let loss = realised_over(moves(&policy(MissingPolicy::Carry), &hole, 7, 1));
    let kept = day_of(&[forecast(), loss]);
    let audit = kept.audit_against(&against(&hole, None)).unwrap();
    assert_eq!(audit.treated, [(LAST.to_owned(), "1 missing price carried over".to_owned())]);
    // Whoever has the price sees the loss that was left out.
    let error = kept.audit_against(&against(&table(&[], &[]), None)).unwrap_err();
    assert!(matches!(&error, AuditError::Moves { problem: OtherMoves::Differ(_), .. }), "{error:?}");
    assert!(error.is_verdict());
}

/// A gain of the day before would hide the loss of the day.
#[test]
fn a_loss_over_several_days_is_refused() {
    let hole = table(&[], &[(5, 1)]);
    let loss = realised_over(moves(&policy(MissingPolicy::DropDay), &hole, 7, 1));
    assert_eq!(loss.scenarios().labels(), [LAST]);
    let error = refused(&open_forecast(), Kind::Realised, LAST, &loss);
    assert!(matches!(&error, StepError::SeveralDays { days: 1, .. }), "{error:?}");
}

/// Days on which nothing trades would be days without a loss.
#[test]
fn a_day_without_any_price_is_no_day() {
    let blank = [(6, 0), (6, 1), (6, 2)];
    let closed = table(&[], &blank);
    let loss = realised_over(moves(&policy(MissingPolicy::Carry), &closed, 7, 1));
    assert!(loss.scenarios().entries().iter().all(|entry| *entry == 0));
    let error = refused(&open_forecast(), Kind::Realised, LAST, &loss);
    assert!(matches!(&error, StepError::NothingPriced { .. }), "{error:?}");
    // Nor is its forecast overdue, and the verifier's prices with such a row leave no day out.
    let audit = open_forecast().audit_against(&against(&closed, None)).unwrap();
    assert_eq!((audit.open.as_deref(), audit.prices.unwrap().last.as_str()), (Some(LAST), BEFORE));
}

#[test]
fn a_file_of_returns_is_a_source_of_steps() {
    let text = "date,A,B,C\n2024-01-03,0.01,-0.02,0\n2024-01-04,-0.06,-0.06,-0.05\n2024-01-05,0.01,0.02,0.02\n\
                2024-01-08,0.01,0,-0.02\n2024-01-09,0.01,0.02,0.02\n2024-01-10,-0.01,-0.01,-0.02\n";
    let cells = |line: &str| line.split(',').skip(1).map(|cell| cell.parse().unwrap()).collect();
    let date = |line: &str| line.split(',').next().unwrap().parse().unwrap();
    let rows = text.lines().skip(1).map(|line| (date(line), cells(line))).collect();
    let table = PriceTable::new(["A", "B", "C"].map(str::to_owned).to_vec(), rows, &[]).unwrap();
    let returns = Preparation { returns: true, ..Preparation::default() };
    let kept = day_of(&[forecast_over(moves(&returns, &table, 5, 4)), realised_over(moves(&returns, &table, 6, 1))]);
    assert!(kept.audit_against(&against(&table, None)).unwrap().not_compared.is_empty());
    // The loss of prices after a forecast of returns: its keeper could choose.
    let mut open = Kept::new();
    open.append(Kind::Forecast, LAST, &forecast_over(moves(&returns, &table, 5, 4)));
    let error = refused(&open, Kind::Realised, LAST, &realised());
    assert!(matches!(error, StepError::Chain(LedgerError::OtherTreatment(_))), "{error:?}");
}
