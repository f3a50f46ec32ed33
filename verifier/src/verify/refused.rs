//! Why a proof was not accepted.

use tailproof_core::scenarios::regenerate::RegenerateError;

use crate::error::{InstanceError, VerifyError};
use crate::shape::Shape;

/// The reason a proof was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The proof was made with other keys, so it could not be checked.
    #[error(
        "the proof was made with keys {proof_digest} of shape {proof_shape}, these are keys {digest} of shape {shape}",
        proof_digest = hex::encode(proof_keys),
        digest = hex::encode(keys)
    )]
    OtherKeys {
        /// Shape that the proof states.
        proof_shape: Shape,
        /// Digest of the keys that the proof states.
        proof_keys: [u8; 32],
        /// Shape of the verifier's keys.
        shape: Shape,
        /// Digest of the verifier's keys.
        keys: [u8; 32],
    },
    /// The number of expected commitments is not the proof's number of sub-books.
    #[error("the proof is about {proved} commitment(s), and {expected} are expected: name each")]
    OtherCount {
        /// Commitments that the proof is about.
        proved: usize,
        /// Commitments that are expected.
        expected: usize,
    },
    /// The scenario set cannot be regenerated with the given maker and sources.
    #[error("the scenario set was to be made again: {0}")]
    NotRemade(RegenerateError),
    /// Sources were given, and the claim is over no scenarios that are made from them.
    #[error("the claim is over no scenarios that are made from prices or a table: leave these out")]
    NothingToRemake,
    /// The claim cannot be stated for the keys.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// The proof does not prove the claim.
    #[error(transparent)]
    NotValid(#[from] VerifyError),
}

impl Refused {
    /// Returns whether the refusal is a verdict that the proof is not valid. Otherwise the inputs
    /// do not fit each other, and the proof may be valid.
    pub fn is_verdict(&self) -> bool {
        matches!(self, Refused::NotValid(_))
    }
}
