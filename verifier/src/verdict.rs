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

    pub(crate) fn checked(&self, proof: &ProofFile<B>, outcome: Result<Verified, Refused>) -> Result<Checked, Refused> {
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
        let error = match &self.verdict {
            Ok(verified) => return verified.to_json(),
            Err(error) => error,
        };
        json!({
            "valid": false,
            "code": error.code(),
            "reason": error.to_string(),
            "name": claim.name(),
            "over": null,
            "claims": claim.sentences(),
            "rests_on": [],
            "unit": self.unit.to_string(),
            "currency": claim.currency(),
            "rounding_at_most": claim.rounding_at_most(self.unit, self.sub_books.len()).to_f64(),
            "backend": self.backend,
            "security_bits": self.security_bits,
            "keys": self.keys.kind(),
            "powers": powers_name(&self.keys),
            "powers_of_tau_blake2b": powers_digest(&self.keys),
            "key_digest": hex::encode(self.keys.digest),
            "commitment": null,
            "commitments": self.sub_books,
            "proved_commitment": self.commitment,
        })
    }
}

impl Verified {
    /// Returns the verdict that a proof is valid as `tailproof verify --json` prints it.
    pub fn to_json(&self) -> Value {
        json!({
            "valid": true,
            "code": null,
            "reason": null,
            "name": self.name,
            "over": self.over,
            "claims": self.claims,
            "rests_on": rests_on_json(self),
            "unit": self.unit.to_string(),
            "currency": self.currency,
            "rounding_at_most": self.rounding_at_most.to_f64(),
            "backend": self.backend,
            "security_bits": self.security_bits,
            "keys": self.keys.kind(),
            "powers": powers_name(&self.keys),
            "powers_of_tau_blake2b": powers_digest(&self.keys),
            "key_digest": hex::encode(self.keys.digest),
            "commitment": if self.commitment_compared() { "compared" } else { "the proof's own" },
            "commitments": self.sub_books,
            "proved_commitment": self.commitment,
        })
    }
}

fn powers_name(keys: &KeysUsed) -> Option<&'static str> {
    keys.powers().map(|powers| powers.origin.name())
}

fn powers_digest(keys: &KeysUsed) -> Option<String> {
    keys.powers().map(|powers| hex::encode(powers.blake2b))
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
            VerifyError::ScenariosNotSettled { .. } | VerifyError::NameNotSettled { .. } => "scenarios-not-settled",
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
