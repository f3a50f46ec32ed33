//! Verdicts as every door gives them: with their JSON and the codes of refusals.

use serde_json::{Value, json};
use tailproof_core::Unit;

use crate::backend::Backend;
use crate::claim::Claim;
use crate::encoding::input_to_hex;
use crate::error::{InstanceError, VerifyError};
use crate::expected::Expected;
use crate::proof::ProofFile;
use crate::verified::{KeysUsed, RestsOn, Verified};
use crate::verify::{Prepared, Refused, Verifier};

/// A proof file that has a verdict: what it states, the keys that checked it, and the verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Name of the proof system.
    pub backend: &'static str,
    /// Level of security of the proof system, in bits.
    pub security_bits: u16,
    /// Commitment that the proof is about, in hex.
    pub commitment: String,
    /// Commitments of the sub-books, in hex: the commitment itself for one book.
    pub sub_books: Vec<String>,
    /// Value of a book unit.
    pub unit: Unit,
    /// The keys.
    pub keys: KeysUsed,
    /// The verdict; the error says why the proof is not valid.
    pub verdict: Result<Verified, VerifyError>,
}

impl<B: Backend> Verifier<B> {
    /// Returns the verdict on a proof, also that it is not valid.
    ///
    /// # Errors
    /// The errors of [`Verifier::verify`] that are no verdict: see [`Refused::is_verdict`].
    pub fn check(
        &self,
        claim: &(impl Clone + Into<Claim>),
        proof: &ProofFile<B>,
        expected: &Expected<'_, B>,
    ) -> Result<Checked, Refused> {
        self.checked(proof, self.verify(claim, proof, expected))
    }

    /// Returns the verdict on a proof of a prepared claim.
    ///
    /// # Errors
    /// The errors of [`Verifier::check`].
    pub fn check_prepared(
        &self,
        prepared: &Prepared<B>,
        proof: &ProofFile<B>,
        expected: &Expected<'_, B>,
    ) -> Result<Checked, Refused> {
        self.checked(proof, self.verify_prepared(prepared, proof, expected))
    }

    fn checked(&self, proof: &ProofFile<B>, outcome: Result<Verified, Refused>) -> Result<Checked, Refused> {
        let verdict = match outcome {
            Err(Refused::NotValid(error)) => Err(error),
            other => Ok(other?),
        };
        Ok(Checked {
            backend: B::NAME,
            security_bits: B::SECURITY.bits,
            commitment: input_to_hex(&proof.commitment),
            sub_books: proof.sub_books().iter().map(input_to_hex).collect(),
            unit: proof.unit,
            keys: KeysUsed { digest: self.key_digest(), provenance: self.provenance() },
            verdict,
        })
    }
}

impl Checked {
    /// Returns the verdict on a proof of `claim` as `tailproof verify --json` prints it. `reason` is
    /// null for a valid proof; otherwise it is the error's text, and `code` its
    /// [`VerifyError::code`].
    pub fn to_json(&self, claim: &Claim) -> Value {
        let (verified, error) = (self.verdict.as_ref().ok(), self.verdict.as_ref().err());
        let compared = verified.map(|verified| match verified.commitment_compared() {
            true => "compared",
            false => "the proof's own",
        });
        let powers = self.keys.powers();
        json!({
            "valid": verified.is_some(),
            "code": error.map(VerifyError::code),
            "reason": error.map(ToString::to_string),
            "name": claim.name(),
            "over": verified.and_then(|verified| verified.over.as_ref()),
            "claims": claim.sentences(),
            "rests_on": verified.map(rests_on_json).unwrap_or_default(),
            "unit": self.unit.to_string(),
            "currency": claim.currency(),
            "rounding_at_most": claim.rounding_at_most(self.unit, self.sub_books.len()).to_f64(),
            "backend": self.backend,
            "security_bits": self.security_bits,
            "keys": self.keys.kind(),
            "powers": powers.map(|powers| powers.origin.name()),
            "powers_of_tau_blake2b": powers.map(|powers| hex::encode(powers.blake2b)),
            "key_digest": hex::encode(self.keys.digest),
            "commitment": compared,
            "commitments": self.sub_books,
            "proved_commitment": self.commitment,
        })
    }
}

/// Returns the block *rests on* of a verdict as JSON: a list of `{"what", "digest", "how", "note"}`.
pub fn rests_on_json(verified: &Verified) -> Vec<Value> {
    let thing = |thing: &RestsOn| {
        json!({
            "what": thing.what.name(),
            "digest": thing.digest.map(hex::encode),
            "how": thing.how.name(),
            "note": thing.note,
        })
    };
    verified.rests_on.iter().map(thing).collect()
}

/// Returns the JSON of a proof that is not valid before its proof is looked at, or that has no
/// verdict.
pub fn refused_json(code: &str, reason: &str) -> Value {
    json!({ "valid": false, "code": code, "reason": reason })
}

impl VerifyError {
    /// Returns the code in JSON. A code stays when the words of the reason change.
    pub fn code(&self) -> &'static str {
        match self {
            VerifyError::PairingFailed | VerifyError::ArgumentFailed => "proof-fails",
            VerifyError::NoScenarios => "no-scenarios",
            VerifyError::OtherShape { .. } => "other-shape",
            VerifyError::UnitTooCoarse { .. } => "unit-too-coarse",
            VerifyError::OtherCommitment { .. } => "other-commitment",
            VerifyError::WithdrawnKeys(_) => "withdrawn-keys",
            VerifyError::OtherScenarioPoint { .. } => "other-scenario-point",
            VerifyError::OtherSeed { .. } => "other-seed",
            VerifyError::NotAttested(_) => "not-attested",
            VerifyError::SameSubBook(_) => "same-sub-book",
            VerifyError::ScenariosNotSettled { .. } => "scenarios-not-settled",
            VerifyError::OtherScenarios(_) => "other-scenarios",
            VerifyError::OtherClaim { .. } => "other-claim",
        }
    }
}

impl InstanceError {
    /// Returns the code in JSON: `scenarios-not-allowed` for a verdict, and otherwise
    /// `does-not-fit`.
    pub fn code(&self) -> &'static str {
        if self.is_verdict() { "scenarios-not-allowed" } else { "does-not-fit" }
    }
}

impl Refused {
    /// Returns the code in JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Refused::OtherKeys { .. } => "other-keys",
            Refused::OtherCount { .. } => "other-count",
            Refused::NotRemade(_) => "not-remade",
            Refused::NothingToRemake => "nothing-to-remake",
            Refused::Instance(error) => error.code(),
            Refused::NotValid(error) => error.code(),
        }
    }
}
