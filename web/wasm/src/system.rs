//! What requests say of a proof system.

use ark_bn254::G1Affine;
use tailproof_verifier::keys::decode_verifying_key;
use tailproof_verifier::{Backend, Groth16, MalformedError};

use crate::refusal::Refusal;

/// A proof system whose proofs this module checks.
pub trait System: Backend {
    /// Returns the verifying key in a file.
    fn key(file: &[u8]) -> Result<Self::VerifyingKey, MalformedError>;

    /// Returns the digest that a file states for its key, where to decode the key takes long: what is not
    /// the pinned key need not be decoded. The decoded key has this digest, or is refused.
    fn stated(_file: &[u8]) -> Result<Option<[u8; 32]>, MalformedError> {
        Ok(None)
    }

    /// Returns the scenario point that a request expects.
    fn point(expected: Option<G1Affine>) -> Result<Option<Self::ScenarioPoint>, Refusal>;
}

/// The proof systems of this module, in words.
pub const CHECKED_HERE: &str =
    if cfg!(feature = "halo2") { "groth16-bn254 and halo2-ipa-pasta" } else { Groth16::NAME };

impl System for Groth16 {
    fn key(file: &[u8]) -> Result<Self::VerifyingKey, MalformedError> {
        decode_verifying_key(file)
    }

    fn point(expected: Option<G1Affine>) -> Result<Option<G1Affine>, Refusal> {
        Ok(expected)
    }
}
