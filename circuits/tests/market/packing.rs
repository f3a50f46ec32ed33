//! Attacks on the packed products of a group of scenarios. The book's chapter "Packed scenarios" has
//! the argument that they are up against.

use ark_bn254::Fr;
use ethnum::I256;
use tailproof_circuits::statement::market::labels;
use tailproof_core::{Positions, Unit};
use tailproof_verifier::inputs::layout;
use tailproof_verifier::inputs::packing::Packing;

use crate::support::{Case, Instance, Lies, lies, scenario_set, shape};

/// Scenarios in one group of which slots are left, or in two groups. One threshold at 60 % (so 1.2
/// of 3 may lie beyond): losses 900, 250, -400, in units.
fn case(text: &str) -> Case {
    let set = scenario_set(3, vec![1, 1, 1], vec![-3, -1, 5, -1, 1, 2, 2, -2, -4]);
    let positions = Positions::new(Unit::CENT, vec![200, 50, -50], 5_000).unwrap();
    Case::tight(shape(text), set, positions, [600_000, 500_000], Fr::from(123u64))
}

fn gain(case: &Case, scenario: usize) -> I256 {
    I256::from(-tailproof_core::measures::losses(&case.set, &case.positions)[scenario])
}

/// The worst loss becomes 2^63 smaller and its neighbour's 1 larger: packed, they are the same
/// number. Only the range check of the distance stands against it. Alone, each product is refused
/// by its row.
#[test]
fn a_neighbour_slot_borrows() {
    let case = case("3x3/1");
    let borrowed = I256::ONE << Packing::of(case.shape()).bits;
    let told = lies(&[(labels::LOSSES.row, 0, gain(&case, 0) + borrowed), (labels::LOSSES.row, 1, gain(&case, 1) - 1)]);
    assert_eq!(case.violations(&told), [labels::DISTANCE.bit]);
    let mut refusals = case.plain(&told);
    refusals.sort_unstable();
    assert_eq!(refusals, [labels::DISTANCE.bit, labels::LOSSES.row]);
    assert!(case.halo2(&told).violations().contains(&labels::LOSSES.row.to_owned()));

    let (system, assignment) = case.recorded(Some(labels::DISTANCE.bit), &told);
    assert!(system.is_satisfied(&assignment), "without the range check the loss is hidden");
}

/// A step that is not a multiple of 2^63 is refused by the row, wherever it goes.
#[test]
fn a_neighbour_slot_takes_less_than_a_place() {
    let case = case("3x3/1");
    for bits in [1, 61, 62, 64, 126] {
        let told = lies(&[
            (labels::LOSSES.row, 0, gain(&case, 0) + (I256::ONE << bits)),
            (labels::LOSSES.row, 1, gain(&case, 1) - 1),
        ]);
        assert!(case.violations(&told).contains(&labels::LOSSES.row), "{bits}");
    }
}

/// The last group of three scenarios has a slot without a scenario. A public input with a digit
/// there, made by whoever makes scenario points carelessly, is matched by no product in range.
#[test]
fn digits_in_a_padded_slot() {
    let case = case("3x3/1");
    let (shape, packing) = (case.shape(), Packing::of(case.shape()));
    assert_eq!((packing.slots, packing.scenarios(shape, 0).len()), (4, 3));
    // The digit is 7 in slot 3, so 7 * 2^63 in slot 2.
    let digit = Fr::from(7u64) * packing.factor(3);
    let exposure = case.positions.exposures()[0];
    let lifted = gain(&case, 2) + (I256::from(7 * exposure) << packing.bits);
    let (system, mut assignment) = case.r1cs(&lies(&[(labels::LOSSES.row, 2, lifted)]));
    let (first, xi) = (layout::group(shape, 0), layout::xi(shape, 0));
    let pairs = system.witness_labels().iter().position(|label| *label == labels::LOSSES.pair).unwrap();
    let odd = assignment[first + 1];
    assignment[first] += digit;
    assignment[xi] += digit * odd;
    assignment[system.instances() + pairs] += digit * (odd + Fr::from(exposure));
    assert_eq!(system.violations(&assignment), [labels::DISTANCE.bit]);
    // The honest products do not match it.
    let (_, honest) = case.r1cs(&Lies::new());
    for index in system.instances()..system.variables() {
        if system.witness_labels()[index - system.instances()] != labels::LOSSES.pair {
            assignment[index] = honest[index];
        }
    }
    assert_eq!(system.violations(&assignment), [labels::LOSSES.row]);
}

/// A distance and its digit moved together, the sum that ties the group left as it was: the row
/// refuses, in a full group and in one that is not full.
#[test]
fn a_digit_is_tied_to_its_row() {
    for (text, scenario) in [("3x3/1", 0), ("5x3/1", 1), ("5x3/1", 3), ("5x3/1", 4), ("9x4", 8)] {
        let case = case(text);
        let honest = if scenario < 3 { gain(&case, scenario) } else { I256::ZERO };
        let told = lies(&[(labels::LOSSES.row, scenario, honest + 1)]);
        assert!(case.violations(&told).contains(&labels::LOSSES.row), "{text} {scenario}");
        assert!(case.plain(&told).contains(&labels::LOSSES.row), "{text} {scenario}");
    }
}
