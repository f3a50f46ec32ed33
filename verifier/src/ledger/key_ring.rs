//! Keys of any proof system, and the proofs that they check.

use ark_bn254::Fr;

use crate::backend::{Backend, Groth16, Halo2};
use crate::claim::Claim;
use crate::encoding::input_to_hex;
use crate::error::MalformedError;
use crate::expected::{Expected, Remake};
use crate::proof::{ProofFile, backend_of};
use crate::verified::Verified;
use crate::verify::{Refused, Verifier};

/// The keys that proofs may be made with, of any proof system.
#[derive(Debug, Default)]
pub struct KeyRing {
    /// Groth16 keys
    pub groth16: Vec<Verifier<Groth16>>,
    /// halo2 keys
    pub halo2: Vec<Verifier<Halo2>>,
}

/// The reason why a proof file has no verdict that it is valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoVerdict {
    /// Not a proof file.
    #[error(transparent)]
    Malformed(#[from] MalformedError),
    /// None of the keys is the one that the proof states.
    #[error("none of the keys is {}", hex::encode(.0))]
    NoKeys([u8; 32]),
    /// The proof was not accepted.
    #[error(transparent)]
    Refused(#[from] Refused),
}

impl NoVerdict {
    /// Whether this is a verdict about the proof: it is not valid. See [`Refused::is_verdict`].
    pub fn is_verdict(&self) -> bool {
        matches!(self, NoVerdict::Refused(refused) if refused.is_verdict())
    }
}

impl KeyRing {
    /// Verifies a proof file of either proof system with the key that it names. With `remake`, the
    /// claim's scenario set must be the one that its sources make.
    ///
    /// # Errors
    /// Not a proof file; no such key; a proof that is not accepted.
    pub fn verify(
        &self,
        claim: &Claim,
        proof: &[u8],
        context: Option<Fr>,
        remake: Option<Remake<'_>>,
    ) -> Result<Verified, NoVerdict> {
        let text = std::str::from_utf8(proof).map_err(|error| MalformedError::Syntax(error.to_string()))?;
        if backend_of(text)? == Halo2::NAME {
            return verify_with(&self.halo2, claim, text, context, remake);
        }
        verify_with(&self.groth16, claim, text, context, remake)
    }
}

fn verify_with<B: Backend>(
    keys: &[Verifier<B>],
    claim: &Claim,
    text: &str,
    context: Option<Fr>,
    remake: Option<Remake<'_>>,
) -> Result<Verified, NoVerdict> {
    let proof = ProofFile::<B>::from_json(text)?;
    let verifier = keys.iter().find(|key| key.key_digest() == proof.keys).ok_or(NoVerdict::NoKeys(proof.keys))?;
    Ok(verifier.verify(claim, &proof, &Expected { context, remake, ..Expected::default() })?)
}

/// The commitments and the keys that a proof file states.
pub(crate) struct Stated {
    /// Name of the proof system.
    pub(crate) backend: &'static str,
    pub(crate) commitment: String,
    /// The commitments of sub-books or of months, in order: the commitment itself where it is one.
    pub(crate) commitments: Vec<String>,
    pub(crate) keys: [u8; 32],
}

/// Reads the commitments and the keys that a proof file of either proof system states.
pub(crate) fn stated(proof: &[u8]) -> Result<Stated, MalformedError> {
    fn read<B: Backend>(text: &str) -> Result<Stated, MalformedError> {
        let proof = ProofFile::<B>::from_json(text)?;
        Ok(Stated {
            backend: B::NAME,
            commitment: input_to_hex(&proof.commitment),
            commitments: proof.sub_books().iter().map(input_to_hex).collect(),
            keys: proof.keys,
        })
    }
    let text = std::str::from_utf8(proof).map_err(|error| MalformedError::Syntax(error.to_string()))?;
    if backend_of(text)? == Halo2::NAME { read::<Halo2>(text) } else { read::<Groth16>(text) }
}
