//! The generated Solidity verifier in revm and on anvil, and proofs through snarkjs.
#![allow(clippy::unwrap_used)]

mod anvil;
mod contract;
mod last_units;
mod package;
mod pool_last_units;
mod snarkjs;
mod traffic_light;

/// The tests that stand against known classes of bugs are here.
#[test]
fn known_bug_classes_have_their_tests() {
    assert_eq!(tailproof_test_support::missing_tests("tailproof-evm-tests tests"), [""; 0]);
}
