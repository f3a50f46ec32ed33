//! The verifier's entry point: it takes a claim, a proof and the caller's expectations, and gives a
//! verdict.

use std::sync::Arc;

use ark_bn254::Fr;
use tailproof_core::ScenarioSet;
use tailproof_core::mandate::ScenarioRule;
use tailproof_core::scenarios::regenerate::RegenerateError;

use crate::attestation::{self, Attested};
use crate::backend::Backend;
use crate::claim::Claim;
use crate::encoding::input_to_hex;
use crate::error::{InstanceError, VerifyError, differs};
use crate::expected::{Attestors, Expected, Remake};
use crate::field::CommitmentField;
use crate::field::InputField;
use crate::inputs::controls::CONTROLS;
use crate::inputs::layout::ScenarioInputs;
use crate::keys::header::Provenance;
use crate::proof::file::commitments_agree;
use crate::proof::{ClaimText, ProofFile};
use crate::rests_on::Ground;
use crate::shape::Shape;
use crate::verified::{KeysUsed, Verified};

/// Checks proofs of one proof system with one key.
#[derive(Debug)]
pub struct Verifier<B: Backend> {
    key: B::VerifyingKey,
    digest: [u8; 32],
}

/// The part of a check that belongs to keys and a scenario set, whatever is claimed over it: the
/// public inputs of the set, and their scenario point.
#[derive(Debug)]
pub struct PreparedScenarios<B: Backend> {
    /// Digest of the keys that it was computed for.
    key: [u8; 32],
    inputs: ScenarioInputs,
    point: Option<B::ScenarioPoint>,
}

/// A claim with everything that each check of it needs. [`Verifier::prepare`] computes it.
#[derive(Debug, Clone)]
pub struct Prepared<B: Backend> {
    claim: Claim,
    scenarios: Arc<PreparedScenarios<B>>,
}

impl<B: Backend> Prepared<B> {
    /// Returns the claim.
    pub fn claim(&self) -> &Claim {
        &self.claim
    }

    /// Returns the part that other claims over the scenario set share.
    pub fn scenarios(&self) -> &Arc<PreparedScenarios<B>> {
        &self.scenarios
    }

    /// Returns the scenario point, which was computed; `None` if the proof system has none.
    pub fn scenario_point(&self) -> Option<B::ScenarioPoint> {
        self.scenarios.point
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

    /// Returns a claim with everything computed that each check of it needs.
    ///
    /// # Errors
    /// Errors if the claim cannot be stated for the keys.
    pub fn prepare(&self, claim: &(impl Clone + Into<Claim>)) -> Result<Prepared<B>, Refused> {
        self.prepare_beside(claim, &[])
    }

    /// Prepares a claim as [`Verifier::prepare`] does, beside claims that were prepared before: what
    /// was computed for these keys and the same public inputs is not computed again. The inputs are
    /// made from the claim and compared whole, so that a part of other terms is no help. Half-spreads
    /// of a mandate are among the inputs where the keys have limits on the book.
    ///
    /// # Errors
    /// The errors of [`Verifier::prepare`].
    pub fn prepare_beside(
        &self,
        claim: &(impl Clone + Into<Claim>),
        known: &[Arc<PreparedScenarios<B>>],
    ) -> Result<Prepared<B>, Refused> {
        let claim = claim.clone().into();
        let inputs = claim.scenario_inputs(self.shape())?;
        let same = known.iter().find(|known| known.key == self.digest && known.inputs == inputs);
        let scenarios = match same {
            Some(same) => same.clone(),
            None => {
                let point = B::computed_point(&self.key, &inputs)?;
                Arc::new(PreparedScenarios { key: self.digest, inputs, point })
            }
        };
        Ok(Prepared { claim, scenarios })
    }

    /// Checks a proof of a prepared claim as [`Verifier::verify`] does. A claim that was prepared for
    /// other keys is no help: everything is computed again.
    ///
    /// # Errors
    /// The errors of [`Verifier::verify`].
    pub fn verify_prepared(
        &self,
        prepared: &Prepared<B>,
        proof: &ProofFile<B>,
        expected: &Expected<'_, B>,
    ) -> Result<Verified, Refused> {
        let known = Some(&*prepared.scenarios).filter(|scenarios| scenarios.key == self.digest);
        self.verify_claim(&prepared.claim, known, proof, expected)
    }

    fn verify_claim(
        &self,
        claim: &Claim,
        prepared: Option<&PreparedScenarios<B>>,
        proof: &ProofFile<B>,
        expected: &Expected<'_, B>,
    ) -> Result<Verified, Refused> {
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
        let made_again = self.check_scenarios(claim, expected)?;
        let computed;
        let (inputs, point) = match prepared {
            Some(prepared) => (&prepared.inputs, prepared.point),
            None => {
                computed = claim.scenario_inputs(proof.shape)?;
                (&computed, None)
            }
        };
        let controls = self.controls(claim, proof, expected)?;
        B::check(&self.key, &controls, inputs, point, &proof.evidence)?;
        check_point::<B>(proof, expected)?;
        check_commitments(proved, known)?;
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

    /// Checks the scenario set against the caller's expectations, and returns what it was made again
    /// from, in words; `None` if it was not. The set of a deal always is: the claim made it again
    /// from the deal. Expectations that have no set to be about are refused.
    fn check_scenarios(&self, claim: &Claim, expected: &Expected<'_, B>) -> Result<Option<String>, Refused> {
        let set = claim.scenarios();
        let is_other = |seed: &String| set.is_none_or(|set| set.generator().check_seed(seed).is_err());
        if let Some(expected) = expected.seed.map(hex::encode).filter(is_other) {
            let found = set.and_then(|set| set.generator().seed()).unwrap_or("none").to_owned();
            return Err(VerifyError::OtherSeed { found, expected }.into());
        }
        let Claim::Market(market) = claim else {
            if expected.remake.is_some() {
                return Err(Refused::NothingToRemake);
            }
            let digest = set.and_then(|set| set.generator().source_digest());
            return Ok(digest.map(|digest| format!("from the deal, whose assumptions have the digest {digest}")));
        };
        let made_again = make_again(market.scenarios(), expected.remake.as_ref())?;
        match market.mandate().scenario_rule().and_then(ScenarioRule::rests_on_header) {
            Some(required) if made_again.is_none() => {
                let digest = claim.scenarios_digest().map(hex::encode).unwrap_or_default();
                Err(VerifyError::ScenariosNotSettled { required, digest }.into())
            }
            _ => Ok(made_again),
        }
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
}

/// Checks that the scenario point, which was computed again, is the one that the caller expects.
fn check_point<B: Backend>(proof: &ProofFile<B>, expected: &Expected<'_, B>) -> Result<(), VerifyError> {
    let (Some(expected), Some(computed)) = (&expected.scenario_point, B::stated_point(&proof.evidence)) else {
        return Ok(());
    };
    if *expected == computed {
        return Ok(());
    }
    Err(VerifyError::OtherScenarioPoint { computed: B::point_text(&computed), expected: B::point_text(expected) })
}

/// Checks that the proved commitments are the known ones, in any order. There are as many of both,
/// and no proved one occurs twice.
fn check_commitments<F: CommitmentField>(proved: &[F], known: Option<&[F]>) -> Result<(), VerifyError> {
    let Some(known) = known else { return Ok(()) };
    let Some(proved) = proved.iter().find(|proved| !known.contains(proved)) else { return Ok(()) };
    let known = known.iter().map(input_to_hex).collect::<Vec<_>>().join(", ");
    Err(VerifyError::OtherCommitment { proved: input_to_hex(proved), known })
}

/// Checks that every attestor whom the caller asks for vouches for every commitment.
fn check_attestors<B: Backend>(
    claim: &Claim,
    proof: &ProofFile<B>,
    expected: &Expected<'_, B>,
) -> Result<Option<Attested>, Refused> {
    let Some(Attestors { keys, given, subject, at, revoked }) = expected.attestors else { return Ok(None) };
    let commitments = attestation::check::commitments(proof);
    let Some(terms) = attestation::check::terms(claim) else { return Err(InstanceError::NoShape.into()) };
    let wanted =
        attestation::Expected { keys, commitments: &commitments, backend: B::NAME, terms, subject, at, revoked };
    let attested = attestation::check::check(given, &wanted);
    if attested.is_valid() {
        Ok(Some(attested))
    } else {
        Err(VerifyError::NotAttested(attested.faults().join("; ")).into())
    }
}

/// Makes a scenario set again if `remake` is given, and returns from what, in words.
fn make_again(set: &ScenarioSet, remake: Option<&Remake<'_>>) -> Result<Option<String>, Refused> {
    let Some(Remake { maker, sources }) = remake else { return Ok(None) };
    let remade = maker.regenerate(set, sources).map_err(Refused::NotRemade)?;
    if !remade.made_again() {
        return Err(VerifyError::OtherScenarios(remade.comparison).into());
    }
    let of_table = set.generator().is_its_makers();
    let from = if of_table { "the table given" } else { "the prices given" };
    let digest = remade.set.as_ref().and_then(|set| set.generator().source_digest()).unwrap_or_default();
    Ok(Some(remade.in_words(&format!("{from}, whose digest is {digest}"))))
}

/// Returns `context` as an element of a backend's field.
///
/// # Panics
/// Never: the order of BN254's scalar field is below every other field's modulus here.
pub fn context_in<F: CommitmentField>(context: Fr) -> F {
    F::from_limbs(context.limbs()).expect("below every modulus")
}
