//! Keys, ceremonies and proofs on small statements.
#![allow(clippy::unwrap_used)]

mod ceremony;
mod groth16;
mod halo2;
mod set_points;

/// The tests that stand against known classes of bugs are here.
#[test]
fn known_bug_classes_have_their_tests() {
    assert_eq!(tailproof_test_support::missing_tests("tailproof-prover tests"), [""; 0]);
}
