//! Statement types, encodings, and verification of Tailproof proofs.
//!
//! This crate is all that a verifier needs. It never depends on the circuits or the prover. It
//! alone orders public inputs ([`inputs::layout`]), packs limits into them ([`inputs::controls`])
//! and defines the input of a commitment's hash ([`commitment`]); circuits and contracts follow it.
//!
//! * [`shape`]: sizes of a statement.
//! * [`market`]: the market statement (value at risk and expected shortfall) as seen from outside.
//! * [`mod@pool`]: the pool statement (loans and tranches) as seen from outside.
//! * [`scenario_point`]: the part of a verification that belongs to the public scenario set.
//! * [`groth16`]: the pairing check.
//! * [`halo2`]: the other proof system: instance columns, keys, and the check of its argument.
//! * [`poseidon`]: the hash of commitments over BN254.
//! * [`keys`], [`proof`], [`commitment::file`]: file formats, decoded strictly; [`json_file`]:
//!   their common reader.
//! * [`bundle`]: a proof with everything public about it in one file, and the digests that a caller
//!   knows of it.
//! * [`claim`]: the claim that public terms form; [`expected`]: everything else that a verifier
//!   expects; [`verify`]: the check of a proof; [`verified`]: the verdict; [`verdict`]: verdicts as
//!   JSON.
//! * [`attestation`]: who vouches for a commitment; [`context`]: contexts for chains; [`security`]:
//!   the level of each proof system.
//! * [`ledger`]: a chain of daily proofs, for backtests.
//! * [`export`]: encodings of the same proofs for other verifiers.
//!
//! # Features
//! All are on by default, and none changes a verdict.
//! * `parallel`: sums of points on several threads.
//! * `simd`: sums of points in vectors.
//! * `halo2`: keys of halo2 and the check of its proofs. Without it, files of halo2 proofs are read
//!   and never valid, since there is no key.
//! * `attestations`: signatures of attestors. Without it, there is no key of an attestor, and nobody
//!   vouches.

pub mod attestation;
pub mod backend;
pub mod bundle;
pub mod claim;
pub mod commitment;
pub mod context;
pub mod digest_list;
pub mod encoding;
pub mod error;
pub mod expected;
pub mod export;
pub mod field;
pub mod groth16;
pub mod halo2;
pub mod inputs;
pub mod json_file;
pub mod keys;
pub mod ledger;
pub mod market;
pub mod pool;
pub mod poseidon;
pub mod proof;
mod rests_on;
pub mod scenario_point;
pub mod security;
pub mod shape;
pub mod verdict;
pub mod verified;
pub mod verify;

pub use backend::{Backend, Groth16, Halo2};
pub use claim::Claim;
pub use commitment::{BookCommitment, CommitmentError, CommitmentFile, PoolCommitment};
pub use error::{InstanceError, MalformedError, VerifyError};
pub use expected::Expected;
pub use groth16::{Proof, VerifyingKey};
pub use market::MarketClaim;
pub use pool::PoolTerms;
pub use proof::ProofFile;
pub use shape::Shape;
pub use verdict::Checked;
pub use verified::Verified;
pub use verify::{Prepared, Refused, Verifier};

#[cfg(test)]
mod tests {
    /// Checks that the tests named for known classes of bugs exist.
    #[test]
    fn known_bug_classes_have_their_tests() {
        assert_eq!(tailproof_test_support::missing_tests(env!("CARGO_PKG_NAME")), [""; 0]);
    }
}
