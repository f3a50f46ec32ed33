//! One attack for each constraint of the parametric statement: everything else about the assignment
//! is right, so exactly this constraint refuses it, in both backends and the plain evaluator. Then
//! agreement with plain arithmetic on random books.

use crate::support::{Case, Instance, Lies, lies, rng, scenario_set, shape};
use ark_bn254::Fr;
use ethnum::I256;
use rand::Rng;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::statement::parametric::labels;
use tailproof_core::mandate::LimitUnits;
use tailproof_core::mandate::parametric::COEFFICIENT_FRACTION;
use tailproof_core::{Positions, Unit};

/// A constraint, an instance, and the lies that it refuses.
type Attack = (Label, Case, Vec<(Label, usize, I256)>);

fn book(exposures: &[i64]) -> Vec<(Positions, Fr)> {
    vec![(Positions::new(Unit::CENT, exposures.to_vec(), 5_000).unwrap(), Fr::from(7u64))]
}

/// A mean and two rows over two factors; both limits are the least that hold.
fn tight() -> Case {
    let set = scenario_set(2, vec![1, 1, 1], vec![2, -1, 30, 7, 0, 25]);
    Case::parametric(shape("3x2+parametric"), set, book(&[40, -23]), [5 << 30, 7 << 30], 3)
}

/// Only value at risk, with a limit one loss unit too low.
fn low() -> Case {
    let mut case = tight();
    case.claim.var_limit.absolute -= 1;
    case.claim.cvar_limit = LimitUnits::OFF;
    case.claim.parametric.squared_coefficients[1] = 0;
    case
}

/// Room of the first clause, and what is left of its square.
fn room_and_rest(case: &Case) -> (I256, I256) {
    let spread = case.spread();
    let factor = I256::from(LimitUnits::FIGURE_FACTOR);
    let room = (case.claim.var_limit.scaled(5_000) << spread.scale) + factor * I256::from(spread.mean);
    let coefficient = I256::from(case.claim.parametric.squared_coefficients[0]);
    (room, ((room * room) << COEFFICIENT_FRACTION) - factor * factor * coefficient * spread.variance)
}

fn attacks() -> Vec<Attack> {
    let coefficient = I256::from(low().claim.parametric.squared_coefficients[0]);
    let (room, rest) = room_and_rest(&low());
    assert!(room > I256::ZERO && rest < I256::ZERO);
    let alone = |label: Label, value: I256| (label, low(), vec![(label, 0, value)]);
    // A mean loss that a limit of zero does not allow, with a coefficient of zero: the square of
    // the room is not negative.
    let mut below = tight();
    below.claim.parametric.squared_coefficients = [0; 2];
    below.claim.var_limit = LimitUnits::ZERO;
    below.claim.cvar_limit = LimitUnits::OFF;
    below.set = scenario_set(2, vec![1, 1, 1], vec![-2, 1, 30, 7, 0, 25]);
    let (negative, _) = room_and_rest(&below);
    assert!(negative < I256::ZERO);
    let packed =
        vec![(labels::PARAMETERS.bit, 0, coefficient - (I256::ONE << 40)), (labels::PARAMETERS.bit, 1, I256::ONE)];
    vec![
        (labels::PARAMETERS.bit, low(), packed),
        (labels::PARAMETERS.sum, low(), vec![(labels::PARAMETERS.bit, 0, coefficient - 1_000_000_000)]),
        alone(labels::MEAN, I256::from(1_000_000)),
        alone(labels::SQUARE, I256::ZERO),
        alone(labels::WEIGHTED, I256::ZERO),
        alone(labels::SHARE, I256::ONE << 40),
        alone(labels::SCALED, I256::ONE << 80),
        alone(labels::ROOM_SQUARE, room * room * 2),
        alone(labels::SPREAD, I256::ZERO),
        (labels::LIMIT.sum, low(), vec![]),
        alone(labels::LIMIT.bit, rest),
        (labels::ROOM.sum, below.clone(), vec![]),
        (labels::ROOM.bit, below, vec![(labels::ROOM.bit, 0, negative)]),
    ]
}

#[test]
fn each_attack_is_refused_by_its_constraint() {
    let attacks = attacks();
    for (label, case, told) in &attacks {
        let told = lies(told);
        assert_eq!(case.violations(&told), [*label], "{label}: r1cs");
        assert_eq!(case.plain(&told), [*label], "{label}: plain");
        assert_eq!(case.halo2(&told).violations(), [*label], "{label}: halo2");
    }
    for label in labels::ALL {
        assert!(attacks.iter().any(|(attacked, ..)| attacked == label), "no attack on {label}");
    }
}

#[test]
fn least_limits_hold_and_one_unit_less_does_not() {
    let mut rng = rng(5);
    let mut tightened = 0;
    for round in 0..15 {
        let factors = rng.gen_range(1..=4usize);
        let entries = (0..(factors + 1) * factors).map(|_| rng.gen_range(-900..=900)).collect();
        let set = scenario_set(factors, vec![1; factors + 1], entries);
        let scale = [1i64, 1 << 20, 1 << 34][round % 3];
        let exposures: Vec<i64> = (0..factors).map(|_| rng.gen_range(-scale..=scale)).collect();
        let squared = [rng.gen_range(0..1u64 << 40), rng.gen_range(0..1u64 << 40)];
        let shape = shape("5x4+parametric");
        let case = Case::parametric(shape, set, book(&exposures), squared, rng.gen_range(0..=15));
        assert_eq!(case.violations(&Lies::new()), Vec::<Label>::new(), "round {round}");
        assert_eq!(case.halo2(&Lies::new()).violations(), Vec::<String>::new());
        if case.claim.var_limit.absolute > 0 {
            let mut tighter = case.clone();
            tighter.claim.var_limit.absolute -= 1;
            let found = tighter.violations(&Lies::new());
            assert!(found == [labels::LIMIT.sum] || found.contains(&labels::ROOM.sum), "round {round}: {found:?}");
            assert_eq!(tighter.plain(&Lies::new()), found);
            assert!(!tighter.halo2(&Lies::new()).violations().is_empty());
            tightened += 1;
        }
    }
    assert!(tightened >= 10, "limits tightened: {tightened}");
}

/// The largest entries, exposures, coefficients and scale that formats admit.
#[test]
fn extremes_of_every_range_are_provable() {
    let most = (1 << 23) - 1;
    for sign in [1, -1] {
        let set = scenario_set(2, vec![1, 1, 1], vec![sign * most, most, most, -most, -most, most]);
        let exposures = [(1i64 << 38) - 2, 1];
        let case = Case::parametric(shape("3x2+parametric"), set, book(&exposures), [(1 << 40) - 1, 0], 15);
        case.assert_violations(&Lies::new(), &[]);
    }
}

/// Every book, limit and coefficient of a small world: the verdict is the plain one.
#[test]
fn every_book_and_limit_of_a_small_world() {
    let set = scenario_set(2, vec![1, 1, 1], vec![1, -1, 2, 1, 0, 3]);
    let mut verdicts = [0usize; 2];
    for (x, y) in (-2i64..=2).flat_map(|x| (-2i64..=2).map(move |y| (x, y))) {
        for squared in [0, 1 << 30, 5 << 30] {
            let mut case = Case::parametric(shape("3x2+parametric"), set.clone(), book(&[x, y]), [squared, 0], 1);
            case.claim.cvar_limit = LimitUnits::OFF;
            let spread = case.spread();
            for limit in 0..8 {
                case.claim.var_limit = LimitUnits { absolute: limit, per_nav: 0 };
                let expected = spread.is_within(squared, case.claim.var_limit, 5_000);
                assert_eq!(case.violations(&Lies::new()).is_empty(), expected, "({x}, {y}), {squared}, {limit}");
                verdicts[usize::from(expected)] += 1;
            }
        }
    }
    assert!(verdicts[0] > 100 && verdicts[1] > 100, "{verdicts:?}");
}
