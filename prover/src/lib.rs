//! Keys and proving for Tailproof statements, with Groth16 and with halo2.
//!
//! * [`ceremony`]: multi-party setup of Groth16 keys.
//! * [`snarkjs_files`]: powers of tau, keys and witnesses in the files of snarkjs; [`raw_points`]: points as they stand there.
//! * [`lean_qap`]: the R1CS-to-QAP reduction: rows for control inputs only, quotient in the evaluation basis.
//! * [`setup`]: development keys from one party, marked as such.
//! * [`proving_key`]: the proving key and its file.
//! * [`groth16`]: the prover.
//! * [`halo2`]: the transparent prover, without a setup.
//! * [`claims`]: proofs of claims.
//! * [`opening`], [`pool_opening`]: commitment and opening files of books and of loan pools.

pub mod ceremony;
pub mod claims;
pub mod groth16;
pub mod halo2;
mod json_file;
pub mod lean_qap;
pub mod opening;
pub mod pool_opening;
pub mod proving_key;
pub mod raw_points;
pub mod setup;
pub mod snarkjs_files;

pub use lean_qap::LeanReduction;
pub use proving_key::ProvingKey;

#[cfg(test)]
mod tests {
    /// The tests that stand against known classes of bugs are here.
    #[test]
    fn known_bug_classes_have_their_tests() {
        assert_eq!(tailproof_test_support::missing_tests(env!("CARGO_PKG_NAME")), [""; 0]);
    }
}
