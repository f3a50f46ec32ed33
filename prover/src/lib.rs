//! Keys and proving for Tailproof statements, with Groth16 and with halo2.
//!
//! * [`ceremony`]: multi-party setup of Groth16 keys.
//! * [`snarkjs_files`]: powers of tau, keys and witnesses in the files of snarkjs; [`raw_points`]:
//!   points as they stand there.
//! * [`lean_qap`]: the R1CS-to-QAP reduction: rows for control inputs only, quotient in the
//!   evaluation basis.
//! * [`setup`]: development keys from one party, marked as such.
//! * [`proving_key`]: the proving key and its file.
//! * [`groth16`]: the prover.
//! * [`halo2`]: keys and proofs of halo2, without a setup; `tailproof_circuits::halo2_keys` has what a
//!   verifier needs of them.
//! * [`prover`]: the prover of claims; [`provable`]: which claim goes with which holdings;
//!   [`holdings`]: the books that a claim is about.
//! * [`set_points`]: the scenario set's part of a proof, computed once for many books;
//!   [`prepared`]: a set that is prepared for many proofs.
//! * [`attestor`]: secret keys of attestors, which sign statements about commitments.
//! * [`opening`]: commits to books and to the loans of pools, and opens commitments.

pub mod attestor;
pub mod ceremony;
pub mod claims;
mod columns;
pub mod groth16;
pub mod halo2;
pub mod holdings;
pub mod lean_qap;
pub mod opening;
mod point_transform;
pub mod prepared;
pub mod provable;
pub mod prove_error;
pub mod prover;
pub mod proving_key;
pub mod raw_points;
pub mod set_points;
pub mod setup;
pub mod snarkjs_files;

pub use holdings::Books;
pub use lean_qap::{DomainKind, LeanReduction};
pub use opening::{BookOpening, Committable, OpenError, Opened, Opening, PoolOpening, commit};
pub use prepared::PreparedSet;
pub use provable::{Figures, Provable};
pub use prover::{KeysError, Prover, Statement, Unproved};
pub use proving_key::ProvingKey;
pub use set_points::SetPoints;

#[cfg(test)]
mod tests {
    /// The tests that stand against known classes of bugs are here.
    #[test]
    fn known_bug_classes_have_their_tests() {
        assert_eq!(tailproof_test_support::missing_tests(env!("CARGO_PKG_NAME")), [""; 0]);
    }
}
