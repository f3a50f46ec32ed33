//! The verifier's entry point: it takes a claim, a proof and the caller's expectations, and gives a
//! verdict.

use ark_bn254::Fr;
use tailproof_core::ScenarioSet;
use tailproof_core::scenarios::regenerate::{Regenerate, RegenerateError, Sources};

use crate::backend::Backend;
use crate::claim::Claim;
use crate::encoding::input_to_hex;
use crate::error::{InstanceError, VerifyError, differs};
use crate::field::CommitmentField;
use crate::field::InputField;
use crate::inputs::controls::CONTROLS;
use crate::keys::header::Provenance;
use crate::proof::file::commitments_agree;
use crate::proof::{ClaimText, ProofFile};
use crate::shape::Shape;
use crate::verified::{Basis, How, KeysUsed, RestsOn, Verified};

/// Checks proofs of one proof system with one key.
#[derive(Debug)]
pub struct Verifier<B: Backend> {
    key: B::VerifyingKey,
    digest: [u8; 32],
}

/// The caller's expectations of a proof, besides the claim.
#[derive(Debug, Clone)]
pub struct Expected<'e, B: Backend> {
    /// The commitments that the proof must be about, one for each sub-book, in order; `None` to
    /// accept any.
    pub commitments: Option<Vec<B::Field>>,
    /// Context that the proof must be bound to; `None` for the digest of the claim's terms.
    pub context: Option<Fr>,
    /// Scenario point attested by somebody other than the prover, to be used instead of computing
    /// it.
    pub attested: Option<B::AttestedPoint>,
    /// Maker and sources to regenerate the scenario set, and refuse one that cannot be regenerated
    /// from them; without them, the verdict says that the set was not regenerated.
    pub remake: Option<Remake<'e>>,
}

/// A maker of scenario sets, with the sources at hand.
#[derive(Clone, Copy)]
pub struct Remake<'e> {
    /// The maker.
    pub maker: &'e (dyn Regenerate + Sync),
    /// The sources.
    pub sources: Sources<'e>,
}

impl std::fmt::Debug for Remake<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Remake").field("sources", &self.sources).finish_non_exhaustive()
    }
}

impl<B: Backend> Default for Expected<'_, B> {
    fn default() -> Self {
        Self { commitments: None, context: None, attested: None, remake: None }
    }
}

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
    #[error("the proof is about {proved} commitment(s), and {expected} are expected: name each, in order")]
    OtherCount {
        /// Commitments that the proof is about.
        proved: usize,
        /// Commitments that are expected.
        expected: usize,
    },
    /// The scenario set cannot be regenerated with the given maker and sources.
    #[error("the scenario set was to be made again: {0}")]
    NotRemade(RegenerateError),
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
    /// Every control input is recomputed from the claim, and so is the scenario point unless one is
    /// attested. The proof file supplies only the proof itself, the commitment, and the book unit,
    /// which the commitment contains. Everything else it states must agree.
    ///
    /// # Errors
    /// Errors on a proof made with other keys, a claim that cannot be stated for the keys, scenarios
    /// that should be regenerated and cannot be or are others, a proof of another claim or about
    /// another commitment, and a proof that does not verify. See [`Refused::is_verdict`].
    pub fn verify(
        &self,
        claim: &(impl Clone + Into<Claim>),
        proof: &ProofFile<B>,
        expected: &Expected<'_, B>,
    ) -> Result<Verified, Refused> {
        // This clone is cheap: a claim shares its terms.
        let claim = &claim.clone().into();
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
        let proved = proof.sub_books();
        let known = expected.commitments.as_deref();
        if let Some(known) = known.filter(|known| known.len() != proved.len()) {
            return Err(Refused::OtherCount { proved: proved.len(), expected: known.len() });
        }
        let scenarios = claim.scenarios().map(|set| remade(set, expected.remake.as_ref())).transpose()?;
        let inputs = claim.scenario_inputs(proof.shape)?;
        let controls = self.controls(claim, proof, expected)?;
        B::check(&self.key, &controls, &inputs, expected.attested, &proof.evidence)?;
        for (proved, known) in proved.iter().zip(known.unwrap_or_default()) {
            if proved != known {
                let (proved, known) = (input_to_hex(proved), input_to_hex(known));
                return Err(VerifyError::OtherCommitment { proved, known }.into());
            }
        }
        Ok(Verified {
            backend: B::NAME,
            name: claim.name().to_owned(),
            claims: claim.sentences(),
            commitment: input_to_hex(&proof.commitment),
            sub_books: proved.iter().map(input_to_hex).collect(),
            rests_on: self.rests_on(claim, scenarios, expected),
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

    fn rests_on(&self, claim: &Claim, scenarios: Option<(How, String)>, expected: &Expected<'_, B>) -> Vec<RestsOn> {
        let as_given = |what, digest| RestsOn { what, digest: Some(digest), how: How::AsGiven, note: String::new() };
        let terms = if matches!(claim, Claim::Market(_)) { Basis::Mandate } else { Basis::Deal };
        let mut rests_on = vec![as_given(terms, claim.terms_digest())];
        if let (Some(digest), Some((how, note))) = (claim.scenarios_digest(), scenarios) {
            rests_on.push(RestsOn { how, note, ..as_given(Basis::Scenarios, digest) });
        }
        if expected.attested.is_some() {
            let note = "in place of the one that follows from the scenarios".to_owned();
            rests_on.push(RestsOn { what: Basis::ScenarioPoint, digest: None, how: How::AsGiven, note });
        }
        let note = self.provenance().map_or_else(|| "derived".to_owned(), |provenance| provenance.to_string());
        rests_on.push(RestsOn { note, ..as_given(Basis::Keys, self.digest) });
        let (how, note) = match expected.commitments {
            None => (How::AsStated, "compare it with the one you know"),
            Some(_) => (How::Compared, ""),
        };
        rests_on.push(RestsOn { what: Basis::Commitment, digest: None, how, note: note.to_owned() });
        let note = if expected.context.is_some() { "" } else { "the proof is bound to its public terms, to no use" };
        rests_on.push(RestsOn { what: Basis::Context, digest: None, how: How::Compared, note: note.to_owned() });
        rests_on
    }
}

/// Regenerates a scenario set if `remake` is given, and returns the extent to which the set was
/// checked.
fn remade(set: &ScenarioSet, remake: Option<&Remake<'_>>) -> Result<(How, String), Refused> {
    let Some(Remake { maker, sources }) = remake else { return Ok((How::AsGiven, "not made again".to_owned())) };
    let remade = maker.regenerate(set, sources).map_err(Refused::NotRemade)?;
    if remade.made_again() {
        Ok((How::MadeAgain, String::new()))
    } else {
        Err(VerifyError::OtherScenarios(remade.comparison).into())
    }
}

/// Returns `context` as an element of a backend's field.
///
/// # Panics
/// Never: the order of BN254's scalar field is below every other field's modulus here.
pub fn context_in<F: CommitmentField>(context: Fr) -> F {
    F::from_limbs(context.limbs()).expect("below every modulus")
}
