//! Multi-party setup of Groth16 keys: nobody knows the secret behind them if at least one
//! contributor forgot theirs.
//!
//! Phase 1, the powers of tau, comes from a public file ([`crate::snarkjs_files::powers_of_tau`]).
//! Phase 2 is for one circuit: [`phase2`] computes its points from the powers, and every
//! contributor multiplies delta by a secret and divides the points that depend on delta by it
//! ([`mod@file`] streams from one file to the next; [`record`] has the proofs of one step;
//! [`transcript`] has all steps). Anybody can check all of it; the same computation gives the keys
//! ([`verification`]). See the chapter "Ceremony" of the book.
//!
//! Gamma stays 1. A prover cannot mix the points of the public inputs with those of the witness,
//! because nobody knows delta; the trivial deltas 1 and -1 are refused. Kohlweiss, Maller, Siim and
//! Volkhov, "Snarky Ceremonies" (2021), show that gamma may be fixed.

pub mod entropy;
pub mod file;
pub mod phase2;
pub mod record;
pub mod transcript;
pub mod verification;

use tailproof_verifier::{MalformedError, Shape};

use crate::snarkjs_files::FileError;

/// The reason a step of a ceremony was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CeremonyError {
    /// A file that cannot be read, written or decoded.
    #[error(transparent)]
    File(#[from] FileError),
    /// A step that is not valid.
    #[error(transparent)]
    Record(#[from] transcript::RecordError),
    /// A verifying key that is not one of the shape.
    #[error(transparent)]
    Key(#[from] MalformedError),
    /// A shape without a circuit.
    #[error("no circuit of shape {0} exists: its numbers would leave the field")]
    NoCircuit(Shape),
    /// A ceremony made by another version of the program.
    #[error(
        "the ceremony is for another version of the circuit of shape {shape}: it says {found}, this program makes {expected}"
    )]
    OtherCircuit {
        /// The shape.
        shape: Shape,
        /// Digest in the file.
        found: String,
        /// Digest of this program's circuit.
        expected: String,
    },
    /// Powers of tau other than those of the ceremony.
    #[error("the ceremony began with other powers of tau: it says BLAKE2b-512 {found}, the file given has {given}")]
    OtherPowers {
        /// Digest in the ceremony.
        found: String,
        /// Digest of the file given.
        given: String,
    },
    /// A ceremony on another kind of domain than the one it is compared with.
    #[error("the ceremony is on another kind of domain than its check")]
    OtherDomain,
    /// Powers of tau other than those that the caller named.
    #[error(
        "the powers of tau are not the ones that were named: their file has BLAKE2b-512 {blake2b}, SHA-256 {sha256}"
    )]
    NotTheNamedPowers {
        /// BLAKE2b-512 of the file given.
        blake2b: String,
        /// SHA-256 of the file given.
        sha256: String,
    },
    /// A name that no step may have.
    #[error(
        "a name has at most {} bytes, no characters that are not seen, and no white space at its edges",
        transcript::MAX_NAME
    )]
    Name,
    /// A value or a number of hashes that no beacon may have.
    #[error(
        "a beacon has 1 to {} bytes, hashed at most 2^{} times",
        transcript::MAX_BEACON,
        transcript::MAX_ITERATIONS_LOG
    )]
    Beacon,
    /// A ceremony to which nobody contributed a secret.
    #[error(
        "nobody has contributed a secret, so whoever has the file could forge proofs; contribute one to the ceremony"
    )]
    NoContribution,
    /// Points that do not follow from the transcript.
    #[error("the ceremony's points are not what its steps make of the powers of tau: {0}")]
    WrongPoints(&'static str),
}

impl From<std::io::Error> for CeremonyError {
    fn from(error: std::io::Error) -> Self {
        FileError::Io(error).into()
    }
}
