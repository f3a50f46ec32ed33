//! Constraints pin every value of a pool statement's assignment, public or private: moved alone, it
//! is refused.

use crate::support::pinned::{assert_every_value_is_pinned, inputs_without_a_place};
use crate::support::pool::{PoolCase, loan};
use crate::support::{Instance, Lies, rng, scenario_set, shape, system};

/// A case without ties: no loss is at an attachment point or threshold, since the sign of a zero is
/// free and harmless, and no sum of neighbours is zero.
fn case(text: &str) -> PoolCase {
    let shape: tailproof_verifier::Shape = text.parse().unwrap();
    let loans = vec![
        loan(1_000, [1_200, 8_000, 700, 36], [0, 1, 2], false, true),
        loan(501, [900, 7_000, 650, 24], [1, 1, 3], true, false),
    ];
    let factors = shape.factors();
    let entries: Vec<i32> = (0..2 * factors as i32).map(|i| -90_001 - 77 * i - 3 * (i % 4) * (i % 3)).collect();
    let set = (factors > 0).then(|| scenario_set(factors, vec![3, 2], entries));
    let points: &[u64] = if text.contains("/2") { &[90_000] } else { &[] };
    let mut case = PoolCase::tight(text, loans, set, points).loosened();
    let point = |millionths| tailproof_core::pool::TrancheTerms::point(millionths, 1_501) + 7;
    case.thresholds = match case.thresholds.len() {
        2 => vec![point(45_000), point(100_000)],
        1 => vec![point(80_000)],
        _ => Vec::new(),
    };
    case
}

/// Each value of a case is moved alone, and refused.
fn every_value_moved_alone_is_refused(text: &str) {
    assert_every_value_is_pinned(text, case(text).r1cs(&Lies::new()), &mut rng(12), |_| false);
}

each!(every_value_moved_alone_is_refused:
    both = "2loans+pool+2x2/2tranches", flags = "2loans+pool+bands+numbers+distinct+collateral+top", roll = "2loans+pool+numbers+roll", value = "2loans+pool+value",
    losses = "3loans+2x2/2tranches",
    granular = "2loans+2x6/1tranches+granular", three_blocks = "60loans+2x2/1tranches");

/// Each public input stands alone in some place of a matrix that no other public input has: see the
/// test of the same name of the market statement. The controls of lists that a shape does not have
/// are zero, by constraints of their own.
#[test]
fn every_public_input_has_a_place_of_its_own() {
    for text in [
        "2loans+pool+bands+numbers+distinct+collateral+top",
        "2loans+pool",
        "2loans+pool+numbers+roll",
        "2loans+pool+roll+value",
        "2loans+pool+2x2/2tranches",
        "2loans+2x4/1tranches",
        "2loans+2x6/1tranches+granular",
    ] {
        let missing = inputs_without_a_place(&system(shape(text)));
        assert!(missing.is_empty(), "{text}: inputs {missing:?}");
    }
}

/// Cells that instructions of the halo2 backend assign, one more than they should be. A sample,
/// since each evaluation takes all cells.
fn cells_moved_alone_are_refused((text, step): (&str, usize)) {
    let circuit = case(text).halo2(&Lies::new());
    assert_eq!(circuit.violations(), Vec::<String>::new());
    let cells = circuit.cells();
    for cell in (0..cells).step_by(step) {
        assert!(!circuit.with_tamper(cell).violations().is_empty(), "cell {cell} of {cells} is free");
    }
}

each!(cells_moved_alone_are_refused:
    losses = ("2loans+2x3/2tranches", 41),
    granular = ("2loans+2x6/1tranches+granular", 41),
    pool = ("2loans+pool", 997),
    distinct = ("2loans+pool+distinct+collateral", 997),
    roll = ("2loans+pool+roll", 1499),
    value = ("2loans+pool+value", 1499),
    top = ("2loans+pool+top", 997));
