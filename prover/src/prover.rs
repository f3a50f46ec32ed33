//! The prover's door: a claim, holdings and keys make a proof.

use std::convert::Infallible;

use ark_bn254::{Fr, G1Affine};
use ark_ec::AffineRepr;
use rand::{CryptoRng, RngCore};
use tailproof_circuits::r1cs::System;
use tailproof_circuits::r1cs::assembly::statement_system;
use tailproof_circuits::statement::Witness;
use tailproof_verifier::backend::{Backend, Groth16, Halo2};
use tailproof_verifier::claim::Claim;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::controls::CONTROLS;
use tailproof_verifier::proof::Groth16Evidence;
use tailproof_verifier::scenario_point::scenario_point;
use tailproof_verifier::verify::context_in;
use tailproof_verifier::{InstanceError, ProofFile, Shape, Verifier, VerifyError, VerifyingKey, halo2};

use crate::claims::prove_claim_over;
use crate::groth16::ProveError;
use crate::halo2 as halo2_prover;
use crate::provable::sealed::StatedClaim;
use crate::provable::{Figures, Provable};
use crate::proving_key::{ProvingKey, ProvingKeyError};
use crate::set_points::SetPoints;

/// Proves claims with one pair of keys of one proof system.
///
/// A prover has no threads of its own: work runs on the caller's thread, and in parallel on the
/// rayon pool that the caller is in. It may be shared among threads.
#[derive(Debug)]
pub struct Prover<B: ProvingBackend> {
    pub(crate) proving: B::ProvingKey,
    verifier: Verifier<B>,
}

/// Keys that do not make a prover.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeysError {
    /// The proving key and the verifying key are not of one pair.
    #[error("the proving key and the verifying key are not of one pair; make keys again")]
    NotAPair,
    /// The proving key may have been made to show what its proofs hide.
    #[error("this key is not to be trusted: {0}; make keys again, or ask for them from somebody else")]
    NotTrusted(&'static str),
    /// The keys are for another version of the circuit.
    #[error(
        "the keys are for another version of the circuit (they say {}, this version makes {}); make keys again",
        hex::encode(found),
        hex::encode(expected)
    )]
    OtherCircuit {
        /// digest of the circuit that the keys state
        found: [u8; 32],
        /// digest of the circuit of this version
        expected: [u8; 32],
    },
    /// No circuit of this shape exists.
    #[error("no circuit of shape {0} exists: its numbers would leave the field, or its rows the domain")]
    NoCircuit(Shape),
}

impl From<ProvingKeyError> for KeysError {
    fn from(error: ProvingKeyError) -> Self {
        match error {
            ProvingKeyError::NotAPair => KeysError::NotAPair,
            ProvingKeyError::NotTrusted(why) => KeysError::NotTrusted(why),
        }
    }
}

/// The reason why there is no proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unproved {
    /// The claim is false: its private figures. No proof exists.
    #[error("the claim does not hold")]
    FalseClaim(Figures),
    /// The claim cannot be stated for the keys.
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// The scenarios have no scenario point that a proof can be about.
    #[error(transparent)]
    Scenarios(VerifyError),
    /// The proof could not be made.
    #[error(transparent)]
    Groth16(#[from] ProveError),
    /// The argument could not be made.
    #[error(transparent)]
    Halo2(#[from] halo2_prover::Halo2Error),
    /// The claim was stated for another shape than that of the keys.
    #[error("the claim is stated for shape {statement}, the keys are for {keys}")]
    OtherShape {
        /// shape of the statement
        statement: Shape,
        /// shape of the keys
        keys: Shape,
    },
    /// The claim is about other scenarios than those that were prepared.
    #[error("the claim is stated over other scenarios or half-spreads than those that were prepared")]
    OtherScenarios,
    /// The proof that was made does not verify. Nothing says which value it failed at, and a caller
    /// must not say of which holdings: under a key that is bad at one factor, the list of failures
    /// is the list of books that hold it.
    #[error("the proof that was made does not verify: this key is not to be trusted")]
    NotTrusted,
}

/// A proof system that can prove. Sealed, as [`tailproof_verifier::Backend`] is: [`Prover`] makes
/// its proofs, and verifies each.
pub trait ProvingBackend: Backend + sealed::Proves {
    /// The key that makes proofs.
    type ProvingKey: Send + Sync;
}

pub(crate) mod sealed {
    use super::*;

    /// How a proof system proves. Not for other crates: nothing here has been verified.
    pub trait Proves: Backend {
        /// Checks that two keys are a pair, and for this version's circuit.
        ///
        /// # Errors
        /// They are not.
        #[doc(hidden)]
        fn check_keys(proving: &Self::ProvingKey, verifying: &Self::VerifyingKey) -> Result<(), KeysError>
        where
            Self: ProvingBackend;

        /// What proofs take of a scenario set besides its inputs.
        #[doc(hidden)]
        type SetPart: Clone + PartialEq + Eq + std::fmt::Debug + Send + Sync;

        /// Returns the scenario point, computed from the scenarios.
        ///
        /// # Errors
        /// Inputs for another shape than the key's; the point of no scenarios.
        #[doc(hidden)]
        fn scenario_point(
            verifying: &Self::VerifyingKey,
            inputs: &ScenarioInputs,
        ) -> Result<Option<Self::ScenarioPoint>, Unproved>;

        /// Returns what proofs take of a scenario set.
        ///
        /// # Errors
        /// Inputs for another shape than the key's.
        #[doc(hidden)]
        fn set_part(proving: &Self::ProvingKey, inputs: &ScenarioInputs) -> Result<Self::SetPart, Unproved>
        where
            Self: ProvingBackend;

        /// Makes a proof of a true claim over a set whose scenario point was computed from the
        /// scenarios.
        ///
        /// # Errors
        /// The claim is false, or the keys are for another circuit.
        #[doc(hidden)]
        fn prove(
            proving: &Self::ProvingKey,
            verifying: &Self::VerifyingKey,
            over: (Option<Self::ScenarioPoint>, &Self::SetPart),
            statement: &Statement<Self>,
            rng: &mut (impl RngCore + CryptoRng),
        ) -> Result<Self::Evidence, Unproved>
        where
            Self: ProvingBackend;
    }
}

/// A true claim about holdings, stated for a circuit.
pub struct Statement<B: Backend> {
    claim: Claim,
    inputs: ScenarioInputs,
    stated: StatedClaim<B>,
}

impl<B: Backend> std::fmt::Debug for Statement<B> {
    /// Shows the public claim alone.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Statement").field("claim", &self.claim).finish_non_exhaustive()
    }
}

impl<B: Backend> Statement<B> {
    /// States a claim about holdings for keys of a shape, after seeing that it is true. The proof
    /// is bound to `context`; without one, to the digest of the claim's terms.
    ///
    /// # Errors
    /// [`Unproved::FalseClaim`] with the figures if the claim is false; a claim that cannot be
    /// stated for the shape.
    pub fn new<C: Provable>(
        claim: &C,
        held: &C::Holdings,
        shape: Shape,
        context: Option<Fr>,
    ) -> Result<Self, Unproved> {
        let public: Claim = claim.clone().into();
        let inputs = public.scenario_inputs(shape)?;
        let context = context.map_or_else(|| public.context(), context_in);
        let (figures, work) = claim.examine(held)?;
        if !figures.hold() {
            return Err(Unproved::FalseClaim(figures));
        }
        let stated = claim.state::<B>(shape, held, work, context)?;
        Ok(Self { claim: public, inputs, stated })
    }

    /// Returns the control inputs.
    pub fn controls(&self) -> &[B::Field; CONTROLS] {
        &self.stated.controls
    }

    /// Returns the scenario part of the public inputs.
    pub fn inputs(&self) -> &ScenarioInputs {
        &self.inputs
    }

    /// Returns the private part.
    pub fn witness(&self) -> &Witness {
        &self.stated.witness
    }

    /// Returns the proof file of evidence that somebody made, after verifying it.
    ///
    /// # Errors
    /// Evidence that does not prove the claim.
    pub fn proof(&self, verifier: &Verifier<B>, evidence: B::Evidence) -> Result<ProofFile<B>, VerifyError> {
        self.checked(verifier, evidence, None)
    }

    /// As [`Statement::proof`], with a scenario point that the caller computed from the inputs.
    pub(crate) fn checked(
        &self,
        verifier: &Verifier<B>,
        evidence: B::Evidence,
        computed: Option<B::ScenarioPoint>,
    ) -> Result<ProofFile<B>, VerifyError> {
        B::check(verifier.key(), &self.stated.controls, &self.inputs, computed, &evidence)?;
        let keys = (verifier.shape(), verifier.key_digest());
        let file = ProofFile::new(keys, &self.claim, self.stated.unit, self.stated.controls, evidence);
        Ok(file.with_commitments(&self.stated.commitments))
    }
}

impl<B: ProvingBackend> Prover<B> {
    /// Returns the prover of a pair of keys.
    ///
    /// # Errors
    /// Keys that are no pair, or that are for another version of the circuit.
    pub fn new(proving: B::ProvingKey, verifying: B::VerifyingKey) -> Result<Self, KeysError> {
        B::check_keys(&proving, &verifying)?;
        Ok(Self { proving, verifier: Verifier::new(verifying) })
    }

    /// Returns the verifier of the same keys.
    pub fn verifier(&self) -> &Verifier<B> {
        &self.verifier
    }

    /// Returns the proving key.
    pub fn proving_key(&self) -> &B::ProvingKey {
        &self.proving
    }

    /// Returns the shape of the keys.
    pub fn shape(&self) -> Shape {
        self.verifier.shape()
    }

    /// Proves `claim` about `held`, and verifies the proof. The proof is bound to `context`;
    /// without one, to the digest of the claim's terms. `rng` makes the blinding, without which a
    /// proof is not zero-knowledge.
    ///
    /// # Errors
    /// [`Unproved::FalseClaim`] if the claim is false, before any proving work; a claim that cannot
    /// be stated for the keys; a proof that does not verify.
    pub fn prove<C: Provable>(
        &self,
        claim: &C,
        held: &C::Holdings,
        context: Option<Fr>,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<ProofFile<B>, Unproved> {
        let statement = Statement::new(claim, held, self.shape(), context)?;
        self.prove_statement(&statement, rng)
    }

    /// As [`Prover::prove`], for a claim that was stated for the shape of the keys.
    ///
    /// # Errors
    /// As [`Prover::prove`].
    pub fn prove_statement(
        &self,
        statement: &Statement<B>,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<ProofFile<B>, Unproved> {
        let (shape, keys) = (statement.inputs.shape(), self.shape());
        if shape != keys {
            return Err(Unproved::OtherShape { statement: shape, keys });
        }
        self.prepare(statement.inputs.clone())?.prove_statement(statement, rng)
    }
}

impl Prover<Groth16> {
    /// Returns the prover of keys that [`check_keys`] accepted.
    pub(crate) fn of_checked(proving: ProvingKey, verifying: VerifyingKey) -> Self {
        Self { proving, verifier: Verifier::new(verifying) }
    }
}

/// Checks that two keys are a pair, and for the circuit of their shape.
pub(crate) fn check_keys(proving: &ProvingKey, verifying: &VerifyingKey, system: &System) -> Result<(), KeysError> {
    let (found, expected) = (verifying.header().circuit, system.digest());
    let checked = proving.check(verifying, system);
    if checked != Err(ProvingKeyError::NotAPair) && found != expected {
        return Err(KeysError::OtherCircuit { found, expected });
    }
    Ok(checked?)
}

impl ProvingBackend for Groth16 {
    type ProvingKey = ProvingKey;
}

impl sealed::Proves for Groth16 {
    fn check_keys(proving: &ProvingKey, verifying: &VerifyingKey) -> Result<(), KeysError> {
        let shape = verifying.shape();
        let system = statement_system(shape).map_err(|_| KeysError::NoCircuit(shape))?;
        check_keys(proving, verifying, &system)
    }

    type SetPart = SetPoints;

    fn scenario_point(verifying: &VerifyingKey, inputs: &ScenarioInputs) -> Result<Option<G1Affine>, Unproved> {
        let point = scenario_point(verifying, inputs).map_err(Unproved::Scenarios)?;
        if point.is_zero() { Err(Unproved::Scenarios(VerifyError::NoScenarios)) } else { Ok(Some(point)) }
    }

    fn set_part(proving: &ProvingKey, inputs: &ScenarioInputs) -> Result<SetPoints, Unproved> {
        Ok(SetPoints::new(proving, inputs)?)
    }

    fn prove(
        proving: &ProvingKey,
        verifying: &VerifyingKey,
        (point, set): (Option<G1Affine>, &SetPoints),
        statement: &Statement<Groth16>,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<Groth16Evidence, Unproved> {
        let (controls, inputs) = (statement.controls(), statement.inputs());
        let scenario_point =
            point.map_or_else(|| scenario_point(verifying, inputs), Ok).map_err(Unproved::Scenarios)?;
        let proof = prove_claim_over(proving, Some(set), controls, inputs, statement.witness(), rng);
        let proof = proof.map_err(|error| match error {
            ProveError::NotTrusted => Unproved::NotTrusted,
            error => error.into(),
        })?;
        Ok(Groth16Evidence { scenario_point, proof })
    }
}

impl ProvingBackend for Halo2 {
    type ProvingKey = halo2_prover::ProvingKey;
}

impl sealed::Proves for Halo2 {
    /// Both keys are derived from this version's circuit, so they are for no other.
    fn check_keys(proving: &halo2_prover::ProvingKey, verifying: &halo2::VerifyingKey) -> Result<(), KeysError> {
        if proving.matches(verifying) { Ok(()) } else { Err(KeysError::NotAPair) }
    }

    type SetPart = ();

    fn scenario_point(_: &halo2::VerifyingKey, _: &ScenarioInputs) -> Result<Option<Infallible>, Unproved> {
        Ok(None)
    }

    fn set_part(_: &halo2_prover::ProvingKey, _: &ScenarioInputs) -> Result<(), Unproved> {
        Ok(())
    }

    /// The blinding comes from the system's generator: halo2 takes one of another version.
    fn prove(
        proving: &halo2_prover::ProvingKey,
        verifying: &halo2::VerifyingKey,
        _: (Option<Infallible>, &()),
        statement: &Statement<Halo2>,
        _: &mut (impl RngCore + CryptoRng),
    ) -> Result<Vec<u8>, Unproved> {
        let (controls, inputs) = (statement.controls(), statement.inputs());
        Ok(halo2_prover::prove_claim(verifying, proving, controls, inputs, statement.witness())?)
    }
}
