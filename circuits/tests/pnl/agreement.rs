//! Plain arithmetic, the plain evaluator and both backends give the same verdict on true and false
//! claims over P&L vectors.

use ark_bn254::Fr;
use rand::Rng;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::r1cs::assembly::statement_assignment;
use tailproof_circuits::statement::market::{MarketWitness, labels};
use tailproof_core::fixed_point::{MAX_NAV, MAX_PNL};
use tailproof_core::{Mandate, Positions, Unit};
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::{MarketClaim, Shape, commitment};

use crate::support::pnl::{days, vector};
use crate::support::{Case, Instance, Lies, rng, shape, system};

const SHAPES: [&str; 6] = ["1pnl", "2pnl/1", "3pnl", "5pnl/1", "7pnl", "57pnl/1"];

#[track_caller]
fn assert_verdict(case: &Case, expected: &[&str]) {
    assert_eq!(case.plain(&Lies::new()), expected, "plain");
    assert_eq!(case.violations(&Lies::new()), expected, "r1cs");
    assert_eq!(case.halo2(&Lies::new()).violations(), expected, "halo2");
}

/// The verdict on a case is that it holds, and that it does not with either limit a unit lower.
fn holds_at_its_last_unit(case: &Case) -> [usize; 2] {
    let (var, cvar) = (case.thresholds[0], case.claim.cvar_limit.absolute);
    if var < 0 {
        return [0; 2];
    }
    assert_verdict(case, &[]);
    let mut tighter = case.clone();
    if var > 0 {
        tighter.claim.var_limit.absolute -= 1;
        assert_verdict(&tighter, &[labels::VAR_LIMIT.sum]);
    }
    if cvar > 0 {
        tighter.claim.var_limit = case.claim.var_limit;
        tighter.claim.cvar_limit.absolute -= 1;
        assert_verdict(&tighter, &[labels::CVAR_LIMIT.sum]);
    }
    [usize::from(var > 0), usize::from(cvar > 0)]
}

fn limits_at_the_figures_hold_and_one_unit_tighter_do_not(quarter: u64) {
    let mut checked = [0; 2];
    for seed in 12 * quarter..12 * (quarter + 1) {
        let mut rng = rng(500 + seed);
        let shape = shape(SHAPES[rng.gen_range(0..SHAPES.len())]);
        let scale = [3, 1000, MAX_PNL][rng.gen_range(0..3)];
        let found = holds_at_its_last_unit(&Case::random_pnl(&mut rng, shape, scale));
        checked.iter_mut().zip(found).for_each(|(sum, found)| *sum += found);
    }
    assert!(checked.iter().all(|count| *count >= 2), "claims checked: {checked:?}");
}

each!(limits_at_the_figures_hold_and_one_unit_tighter_do_not: first = 0, second = 1, third = 2, fourth = 3);

/// The sum of desks, of which some gain where others lose.
#[test]
fn the_sum_of_desks_holds_at_its_last_unit() {
    let mut rng = rng(41);
    let mut checked = 0;
    for text in ["3pnl/1+2books", "4pnl+3books", "2pnl/1+11books"] {
        let shape = shape(text);
        let gains: Vec<Vec<i64>> =
            (0..shape.books()).map(|_| (0..shape.scenarios()).map(|_| rng.gen_range(-900..=400)).collect()).collect();
        let gains: Vec<&[i64]> = gains.iter().map(Vec::as_slice).collect();
        checked += holds_at_its_last_unit(&Case::pnl(shape, &gains, 7, [600_000, 400_000]))[1];
    }
    assert!(checked >= 2, "{checked}");
}

#[test]
fn extremes_of_every_range_are_provable() {
    for (text, gains) in [
        ("1pnl", vec![-MAX_PNL]),
        ("2pnl/1", vec![MAX_PNL, -MAX_PNL]),
        ("3pnl", vec![-MAX_PNL, MAX_PNL, -MAX_PNL]),
        ("6pnl/1", vec![-MAX_PNL; 6]),
    ] {
        let unit = Unit::from_millionths((1 << 40) - 1).unwrap();
        let positions = Positions::pnl(unit, gains.clone(), MAX_NAV as u64).unwrap();
        let case = Case::tight(shape(text), days(gains.len()), positions, [999_999, 500_000], -Fr::from(1u64));
        assert_eq!(case.thresholds[0], i128::from(MAX_PNL) << 20);
        assert_verdict(&case, &[]);
    }
    let half = MAX_PNL / 2;
    let desks: [&[i64]; 2] = [&[-half, MAX_PNL], &[-half, -MAX_PNL]];
    assert_verdict(&Case::pnl(shape("2pnl/1+2books"), &desks, MAX_NAV as u64 / 2, [500_000; 2]), &[]);
}

/// A vector of fewer days than the keys have.
#[test]
fn keys_of_more_days_hold_a_vector() {
    for text in ["9pnl/1", "120pnl", "9pnl/1+2books"] {
        let shape = shape(text);
        let gains: [&[i64]; 2] = [&[-900, -250, 400], &[10, 20, -30]];
        holds_at_its_last_unit(&Case::pnl(shape, &gains[..shape.books()], 5_000, [600_000, 500_000]));
    }
}

#[test]
fn both_modes_assign_the_same() {
    for text in SHAPES {
        let case = Case::random_pnl(&mut rng(3), shape(text), 1 << 30);
        let (_, assignment) = case.recorded(None, &Lies::new());
        let fast = statement_assignment(&case.claim.controls(), &case.inputs(), &case.witness()).unwrap();
        assert_eq!(fast, assignment);
    }
}

fn violations(shape: Shape, mandate: &Mandate, positions: &Positions) -> Vec<Label> {
    let (set, blinding) = (days(positions.gains().len()), Fr::from(9u64));
    let commitment: Fr = commitment::commit(&set.factors_digest(), positions, blinding);
    let claim = MarketClaim::new(shape, mandate, &set, positions.unit(), commitment, Fr::from(1u64)).unwrap();
    let inputs = ScenarioInputs::from_mandate(shape, &set, mandate).unwrap();
    let witness = MarketWitness::new(&claim, &set, positions.clone(), blinding);
    system(shape).violations(&statement_assignment(&claim.controls(), &inputs, &witness).unwrap())
}

/// Every clause that a mandate may have over a vector, at its last unit and one further, as the mandate's
/// own figures say.
#[test]
fn each_clause_of_a_mandate_holds_at_its_last_unit() {
    let positions = vector(&[-900, -250, 400, -100, 30], 1_000);
    let set = days(5);
    let mandate =
        |clause: &str| Mandate::from_toml("mandate", &format!("name = \"P&L\"\n[[clause]]\n{clause}\n")).unwrap();
    // At 70 % 1.5 of 5 days may lie beyond: VaR is 2.50, CVaR (9.00 + 0.5 x 2.50) / 1.5 = 6.8333...
    for (measure, at, beyond) in [
        ("measure = \"var\"\nconfidence = 0.7\nlimit", "2.5", "2.499999"),
        ("measure = \"cvar\"\nconfidence = 0.7\nlimit", "6.833334", "6.833333"),
        ("measure = \"stress\"\nlimit", "9", "8.999999"),
        ("measure = \"var\"\nconfidence = 0.7\nlimit_nav", "0.25", "0.249999999"),
        ("measure = \"cvar\"\nconfidence = 0.7\nlimit_nav", "0.683333334", "0.683333333"),
        ("measure = \"stress\"\nlimit_nav", "0.9", "0.899999999"),
    ] {
        for text in ["5pnl/1", "5pnl"] {
            for (limit, holds) in [(at, true), (beyond, false)] {
                let mandate = mandate(&format!("{measure} = {limit}"));
                let figures = mandate.evaluate(&set, &positions).unwrap();
                assert_eq!(figures.iter().all(|figure| figure.holds()), holds, "{measure} {limit}");
                let found = violations(shape(text), &mandate, &positions);
                assert_eq!(found.is_empty(), holds, "{text}, {measure} {limit}: {found:?}");
            }
        }
    }
}
