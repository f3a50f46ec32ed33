//! The verifier's entry point: it takes a claim, a proof and the caller's expectations, and gives a
//! verdict.

mod expectations;
pub mod many;
mod prepared;
mod refused;

use std::borrow::Cow;

use ark_bn254::Fr;

use crate::backend::Backend;
use crate::claim::Claim;
use crate::encoding::input_to_hex;
use crate::error::{InstanceError, VerifyError, differs};
use crate::expected::Expected;
use crate::field::CommitmentField;
use crate::field::InputField;
use crate::inputs::ScenarioInputs;
use crate::inputs::controls::CONTROLS;
use crate::keys::header::Provenance;
use crate::proof::file::commitments_agree;
use crate::proof::{ClaimText, ProofFile};
use crate::rests_on::Ground;
use crate::shape::Shape;
use crate::verified::{KeysUsed, Verified};
use expectations::{check_attestors, check_commitments, check_point, check_scenarios};

pub use prepared::Prepared;
pub use refused::Refused;

/// Checks proofs of one proof system with one key.
#[derive(Debug)]
pub struct Verifier<B: Backend> {
    key: B::VerifyingKey,
    digest: [u8; 32],
}

/// What a proof itself is checked against, once everything before that was.
pub(crate) struct Ready<'p, B: Backend> {
    pub made_again: Option<String>,
    pub inputs: Cow<'p, ScenarioInputs>,
    /// The scenario point, if it is known.
    pub point: Option<B::ScenarioPoint>,
    pub controls: [B::Field; CONTROLS],
}

impl<B: Backend> Verifier<B> {
    /// Returns a verifier with the given key.
    pub fn new(key: B::VerifyingKey) -> Self {
        let digest = B::key_digest(&key);
        Self { key, digest }
    }

    /// Returns the key.
    pub fn key(&self) -> &B::VerifyingKey {
        &self.key
    }

    /// Returns the key, for a prover.
    pub fn into_key(self) -> B::VerifyingKey {
        self.key
    }

    /// Returns the shape of the key.
    pub fn shape(&self) -> Shape {
        B::shape(&self.key)
    }

    /// Returns the digest that names the key in proofs.
    pub fn key_digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Returns where the key comes from; `None` if everybody derives it.
    pub fn provenance(&self) -> Option<Provenance> {
        B::provenance(&self.key)
    }

    /// Checks that `proof` proves `claim` about the expected commitments, and returns the verdict.
    ///
    /// Every control input and the scenario point are recomputed from the claim. The proof file
    /// supplies only the proof itself, the commitment, and the book unit, which the commitment
    /// contains. Everything else it states must agree. Whatever the verdict takes on trust is in
    /// [`Verified::rests_on`].
    ///
    /// # Errors
    /// Errors on a proof made with other or withdrawn keys; a claim that cannot be stated for the
    /// keys; scenarios that should be regenerated and cannot be, or are others, or whose kind the
    /// mandate names and nothing shows; a proof of another claim, or about another commitment; one
    /// commitment for two sub-books; an attestor who was asked for and does not vouch; and a proof
    /// that does not verify. See [`Refused::is_verdict`].
    pub fn verify(
        &self,
        claim: &(impl Clone + Into<Claim>),
        proof: &ProofFile<B>,
        expected: &Expected<'_, B>,
    ) -> Result<Verified, Refused> {
        // This clone is cheap: a claim shares its terms.
        self.verify_claim(&claim.clone().into(), None, proof, expected)
    }

    fn verify_claim(
        &self,
        claim: &Claim,
        prepared: Option<&Prepared<B>>,
        proof: &ProofFile<B>,
        expected: &Expected<'_, B>,
    ) -> Result<Verified, Refused> {
        let Ready { made_again, inputs, point, controls } = self.ready(claim, prepared, proof, expected)?;
        B::check(&self.key, &controls, &inputs, point, &proof.evidence)?;
        self.conclude(claim, proof, expected, made_again)
    }

    /// Makes every check that comes before that of the proof itself, and returns what the proof is
    /// checked against.
    pub(crate) fn ready<'p>(
        &self,
        claim: &Claim,
        prepared: Option<&'p Prepared<B>>,
        proof: &ProofFile<B>,
        expected: &Expected<'_, B>,
    ) -> Result<Ready<'p, B>, Refused> {
        if proof.shape != self.shape() || proof.keys != self.digest {
            return Err(Refused::OtherKeys {
                proof_shape: proof.shape,
                proof_keys: proof.keys,
                shape: self.shape(),
                keys: self.digest,
            });
        }
        if !commitments_agree(proof.shape, &proof.commitments, &proof.commitment) {
            let sub_books = proof.commitments.iter().map(input_to_hex).collect::<Vec<_>>().join("; ");
            differs("list of commitments", sub_books, input_to_hex(&proof.commitment))?;
        }
        if expected.withdrawn.is_some_and(|withdrawn| withdrawn.contains(&self.digest)) {
            return Err(VerifyError::WithdrawnKeys(self.digest).into());
        }
        let proved = proof.sub_books();
        if let Some(twice) = (1..proved.len()).find(|index| proved[..*index].contains(&proved[*index])) {
            return Err(VerifyError::SameSubBook(input_to_hex(&proved[twice])).into());
        }
        let known = expected.commitments.as_deref();
        if let Some(known) = known.filter(|known| known.len() != proved.len()) {
            return Err(Refused::OtherCount { proved: proved.len(), expected: known.len() });
        }
        let made_again = check_scenarios(claim, expected)?;
        let (inputs, point) = match prepared {
            Some(prepared) => (Cow::Borrowed(&prepared.inputs), prepared.point),
            None => (Cow::Owned(claim.scenario_inputs(proof.shape)?), None),
        };
        let controls = self.controls(claim, proof, expected)?;
        Ok(Ready { made_again, inputs, point, controls })
    }

    /// Returns the verdict on a proof that was checked against what [`Verifier::ready`] returned.
    pub(crate) fn conclude(
        &self,
        claim: &Claim,
        proof: &ProofFile<B>,
        expected: &Expected<'_, B>,
        made_again: Option<String>,
    ) -> Result<Verified, Refused> {
        let proved = proof.sub_books();
        check_point::<B>(proof, expected)?;
        check_commitments(proof.shape, proved, expected.commitments.as_deref())?;
        let attested = check_attestors(claim, proof, expected)?;
        let (key, provenance) = (self.digest, self.provenance());
        let ground = Ground { claim, proof, expected, made_again, key, provenance, attested };
        Ok(Verified {
            backend: B::NAME,
            security_bits: B::SECURITY.bits,
            name: claim.name().to_owned(),
            over: ground.scenarios_in_words(),
            claims: claim.sentences(),
            commitment: input_to_hex(&proof.commitment),
            sub_books: proved.iter().map(input_to_hex).collect(),
            rests_on: ground.rests_on(),
            unit: proof.unit,
            currency: claim.currency().map(str::to_owned),
            rounding_at_most: claim.rounding_at_most(proof.unit, proved.len()),
            keys: KeysUsed { digest: self.digest, provenance: self.provenance() },
        })
    }

    /// Returns the controls of the claim about the proof's commitment and unit, after checking that
    /// everything else in the proof file agrees.
    fn controls(
        &self,
        claim: &Claim,
        proof: &ProofFile<B>,
        expected: &Expected<'_, B>,
    ) -> Result<[B::Field; CONTROLS], Refused> {
        let context = match expected.context {
            Some(context) => context_in::<B::Field>(context),
            None => claim.context(),
        };
        // Caps and breakpoints are whole units of the mandate's.
        if let (Claim::Market(_), Some(unit)) = (claim, claim.unit()) {
            differs("unit", proof.unit.to_string(), unit.to_string())?;
        }
        let controls = match claim.controls(proof.shape, proof.unit, proof.commitment, context) {
            Err(InstanceError::UnitTooCoarse { unit, coarsest }) => {
                return Err(VerifyError::UnitTooCoarse { unit, coarsest }.into());
            }
            other => other?,
        };
        if let Some(unit) = claim.unit() {
            differs("unit", proof.unit.to_string(), unit.to_string())?;
        }
        proof.states(&ClaimText::new(claim, proof.unit), &controls)?;
        Ok(controls)
    }
}

/// Returns `context` as an element of a backend's field.
///
/// # Panics
/// Never: the order of BN254's scalar field is below every other field's modulus here.
pub fn context_in<F: CommitmentField>(context: Fr) -> F {
    F::from_limbs(context.limbs()).expect("below every modulus")
}
