//! Plain arithmetic, the plain evaluator and the R1CS backend give the same verdict on true and
//! false claims.

use crate::support::{Case, Instance, Lies, rng, shape};
use ethnum::I256;
use rand::Rng;
use tailproof_circuits::r1cs::assembly::statement_assignment;
use tailproof_circuits::statement::market::labels;
use tailproof_core::mandate::LimitUnits;
use tailproof_core::measures::shortfall_numerator;
use tailproof_verifier::MarketClaim;

const SHAPES: [&str; 6] = ["1x1", "2x2/1", "3x3", "5x4/1", "4x5", "2x67"];

fn tightened(case: &Case, change: impl Fn(&mut MarketClaim)) -> Case {
    let mut case = case.clone();
    change(&mut case.claim);
    case
}

fn assert_verdict(case: &Case, expected: &[&str]) {
    assert_eq!(case.plain(&Lies::new()), expected, "plain");
    assert_eq!(case.violations(&Lies::new()), expected, "r1cs");
    assert_eq!(case.halo2(&Lies::new()).violations(), expected, "halo2");
}

/// The verdicts on random books, of a quarter of the seeds.
fn limits_at_the_figures_hold_and_one_unit_tighter_do_not(quarter: u64) {
    let mut checked = [0; 3];
    for seed in 15 * quarter..15 * (quarter + 1) {
        let mut rng = rng(seed);
        let shape = shape(SHAPES[rng.gen_range(0..SHAPES.len())]);
        let scale = [3, 1000, 1 << 38][rng.gen_range(0..3)];
        let case = Case::random(&mut rng, shape, scale);
        let (var, cvar) = (case.thresholds[0], case.claim.cvar_limit.absolute);
        // With one threshold at the VaR the shortfall has the same z, which is its best too.
        if var >= 0 {
            assert_verdict(&case, &[]);
            checked[0] += 1;
        }
        if var > 0 {
            let tighter = tightened(&case, |claim| claim.var_limit.absolute -= 1);
            assert_verdict(&tighter, &[labels::VAR_LIMIT.sum]);
            checked[1] += 1;
        }
        if cvar > 0 && var >= 0 {
            let tighter = tightened(&case, |claim| claim.cvar_limit.absolute -= 1);
            assert_verdict(&tighter, &[labels::CVAR_LIMIT.sum]);
            checked[2] += 1;
        }
    }
    assert!(checked.iter().all(|count| *count >= 4), "claims checked: {checked:?}");
}

each!(limits_at_the_figures_hold_and_one_unit_tighter_do_not: first = 0, second = 1, third = 2, fourth = 3);

#[test]
fn limits_as_fractions_of_nav_hold_exactly_at_the_figure() {
    let mut checked = 0;
    for seed in 100..140 {
        let mut rng = rng(seed);
        let shape = shape(["3x3", "3x3/1"][rng.gen_range(0..2)]);
        let mut case = Case::random(&mut rng, shape, 1 << 22);
        if case.thresholds[0] < 0 || case.positions.nav() == 0 {
            continue;
        }
        // The least fraction, in billionths, that holds.
        let nav = u128::from(case.positions.nav());
        let least = |figure: u128| {
            (figure * u128::from(LimitUnits::FIGURE_FACTOR)).div_ceil(nav * u128::from(LimitUnits::NAV_FACTOR))
        };
        let share = least(case.thresholds[0].unsigned_abs());
        let Ok(per_nav) = u64::try_from(share) else { continue };
        if per_nav >> LimitUnits::PER_NAV_BITS != 0 || per_nav == 0 {
            continue;
        }
        case.claim.var_limit = LimitUnits { absolute: 0, per_nav };
        assert_verdict(&case, &[]);
        assert_verdict(&tightened(&case, |claim| claim.var_limit.per_nav -= 1), &[labels::VAR_LIMIT.sum]);
        checked += 1;
    }
    assert!(checked >= 10, "limits checked: {checked}");
}

#[test]
fn extremes_of_every_range_are_provable() {
    let mut checked = 0;
    for text in ["1x1", "2x3", "3x2/1", "2x67"] {
        for sign in [1, -1] {
            let case = Case::extreme(shape(text), sign);
            assert!(case.thresholds[0].unsigned_abs() < 1 << 61);
            if case.thresholds[0] >= 0 {
                assert_verdict(&case, &[]);
                checked += 1;
            }
        }
    }
    assert!(checked >= 4, "extremes checked: {checked}");
}

#[test]
fn clauses_that_are_off_hold_for_every_book() {
    for seed in 0..10 {
        let mut rng = rng(200 + seed);
        let mut case = Case::random(&mut rng, shape("3x3"), 1 << 38);
        case.claim.var_limit = LimitUnits::OFF;
        case.claim.cvar_limit = LimitUnits::OFF;
        case.claim.var_tail = tailproof_core::TailMass::EVERYTHING;
        assert_verdict(&case, &[]);
    }
}

#[test]
fn any_threshold_is_sound_and_only_the_best_is_tight() {
    let mut rng = rng(7);
    // How often each clause did not hold, and how often it did.
    let (mut var_verdicts, mut cvar_verdicts) = ([0; 2], [0; 2]);
    for _ in 0..20 {
        let mut case = Case::random(&mut rng, shape("4x3/1"), 50);
        let tail = case.claim.var_tail;
        case.claim.var_limit = LimitUnits::OFF;
        for offset in [-2i128, -1, 1, 2] {
            let mut moved = case.clone();
            moved.thresholds = [case.thresholds[0] + offset; 2];
            let losses = tailproof_core::measures::losses(&case.set, &case.positions);
            let beyond: u64 = losses
                .iter()
                .zip(case.set.weights())
                .filter(|(loss, _)| **loss > moved.thresholds[0])
                .map(|(_, weight)| u64::from(*weight))
                .sum();
            let var_holds = beyond * u64::from(tail.denominator()) <= tail.numerator();
            let shortfall = shortfall_numerator(&losses, case.set.weights(), tail, moved.thresholds[0]);
            let cvar_holds = shortfall <= I256::from(case.claim.cvar_limit.absolute) * I256::from(tail.numerator());
            let violations = moved.violations(&Lies::new());
            assert_eq!(violations, moved.plain(&Lies::new()));
            assert_eq!(!violations.contains(&labels::VAR_TAIL.sum), var_holds);
            assert_eq!(!violations.contains(&labels::CVAR_LIMIT.sum), cvar_holds);
            var_verdicts[usize::from(var_holds)] += 1;
            cvar_verdicts[usize::from(cvar_holds)] += 1;
        }
    }
    for verdicts in [var_verdicts, cvar_verdicts] {
        assert!(verdicts.iter().all(|count| *count >= 10), "var: {var_verdicts:?}, cvar: {cvar_verdicts:?}");
    }
}

#[test]
fn both_modes_assign_the_same() {
    for text in SHAPES {
        let case = Case::random(&mut rng(3), shape(text), 1 << 30);
        let (_, assignment) = case.recorded(None, &Lies::new());
        let fast = statement_assignment(&case.claim.controls(), &case.inputs(), &case.witness()).unwrap();
        assert_eq!(fast, assignment);
    }
}
