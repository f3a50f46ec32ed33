//! Multi-party setup of Groth16 keys: nobody knows the secret behind them as long as one contributor forgot theirs.
//!
//! Phase 1, the powers of tau, comes from a public file ([`crate::snarkjs_files::powers_of_tau`]). Phase 2 is for one circuit:
//! [`phase2`] computes its points from the powers, and every contributor multiplies delta by a secret and divides by it what
//! depends on delta ([`mod@file`], a stream from one file to the next; [`record`], the proofs of one step; [`transcript`], all
//! steps). Anybody can check all of it, and gets the keys from the same computation ([`verification`]). The book's chapter is
//! "Ceremony".
//!
//! Gamma stays 1. The points of the public inputs stay apart from those of the witness because nobody knows delta; the trivial
//! deltas 1 and -1 are refused. Kohlweiss, Maller, Siim and Volkhov, "Snarky Ceremonies" (2021), show that gamma may be fixed.

pub mod entropy;
pub mod file;
pub mod phase2;
pub mod record;
pub mod transcript;
pub mod verification;

use tailproof_verifier::Shape;

use crate::snarkjs_files::FileError;

/// The reason why a step of a ceremony was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CeremonyError {
    /// a file
    #[error(transparent)]
    File(#[from] FileError),
    /// a step does not hold
    #[error(transparent)]
    Record(#[from] transcript::RecordError),
    /// no circuit of this shape exists
    #[error("no circuit of shape {0} exists: its numbers would leave the field")]
    NoCircuit(Shape),
    /// made by another version of the program
    #[error(
        "the ceremony is for another version of the circuit of shape {shape}: it says {found}, this program makes {expected}"
    )]
    OtherCircuit {
        /// the shape
        shape: Shape,
        /// digest in the file
        found: String,
        /// digest here
        expected: String,
    },
    /// other powers of tau
    #[error("the ceremony began with other powers of tau: it says BLAKE2b-512 {found}, the file given has {given}")]
    OtherPowers {
        /// digest in the ceremony
        found: String,
        /// digest of the file given
        given: String,
    },
    /// nobody contributed a secret
    #[error(
        "nobody has contributed a secret, so whoever has the file could forge proofs; contribute one to the ceremony"
    )]
    NoContribution,
    /// the points are not those of the transcript
    #[error("the ceremony's points are not what its steps make of the powers of tau: {0}")]
    WrongPoints(&'static str),
}

impl From<std::io::Error> for CeremonyError {
    fn from(error: std::io::Error) -> Self {
        FileError::Io(error).into()
    }
}
