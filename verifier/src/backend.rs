//! Proof systems behind one trait, so that one routine checks the proofs of each.

use std::convert::Infallible;
use std::fmt::Debug;

use ark_bn254::{Fr, G1Affine};
use pasta_curves::Fp;

use crate::error::{MalformedError, VerifyError, differs};
use crate::field::CommitmentField;
use crate::groth16;
use crate::halo2;
use crate::inputs::ScenarioInputs;
use crate::inputs::controls::CONTROLS;
use crate::keys::file::key_digest;
use crate::keys::header::Provenance;
use crate::proof::evidence::{
    Codec, Groth16Evidence, ProofJson, g1_text, groth16_decode, groth16_encode, halo2_decode, halo2_encode,
};
use crate::scenario_point::scenario_point;
use crate::security::{self, Security};
use crate::shape::Shape;

/// A proof system: the field of its public inputs, its keys, and the check of its proofs. Sealed.
pub trait Backend: Codec + Clone + Copy + PartialEq + Eq + Debug + Send + Sync + 'static {
    /// The field of public inputs.
    type Field: CommitmentField;
    /// The key that checks proofs.
    type VerifyingKey: Debug + Send + Sync;
    /// A scenario point; uninhabited if the proof system has none.
    type ScenarioPoint: Clone + Copy + PartialEq + Eq + Debug + Send + Sync;
    /// The name in proof files.
    const NAME: &'static str;
    /// The level of security.
    const SECURITY: Security;

    /// Returns the shape of a key.
    fn shape(key: &Self::VerifyingKey) -> Shape;

    /// Returns the digest that names a key in proofs.
    fn key_digest(key: &Self::VerifyingKey) -> [u8; 32];

    /// Returns where a key comes from; `None` if everybody derives it.
    fn provenance(key: &Self::VerifyingKey) -> Option<Provenance>;

    /// Returns the scenario point that a proof states; `None` if the proof system has none.
    fn stated_point(evidence: &Self::Evidence) -> Option<Self::ScenarioPoint>;

    /// Returns a scenario point for an error message.
    fn point_text(point: &Self::ScenarioPoint) -> String;

    /// Returns the scenario point of `inputs`; `None` if the proof system has none.
    ///
    /// # Errors
    /// Errors if `inputs` were made for another shape than the key's.
    fn computed_point(
        key: &Self::VerifyingKey,
        inputs: &ScenarioInputs,
    ) -> Result<Option<Self::ScenarioPoint>, VerifyError>;

    /// Checks that `evidence` proves the claim stated by `controls` and `inputs`.
    ///
    /// `computed` is the scenario point of `inputs`, from a caller that has just computed it from
    /// them; `None` to compute it here. It is as critical as the key: a point from anybody else
    /// makes forgeries valid.
    ///
    /// # Errors
    /// Errors if the proof does not prove the claim, or states another scenario point.
    fn check(
        key: &Self::VerifyingKey,
        controls: &[Self::Field; CONTROLS],
        inputs: &ScenarioInputs,
        computed: Option<Self::ScenarioPoint>,
        evidence: &Self::Evidence,
    ) -> Result<(), VerifyError>;
}

/// Groth16 over BN254.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Groth16;

/// halo2 with the inner-product argument over the Pasta curves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Halo2;

impl Codec for Groth16 {
    type Evidence = Groth16Evidence;

    fn encode(evidence: &Groth16Evidence) -> (Option<[String; 2]>, ProofJson) {
        groth16_encode(evidence)
    }

    fn decode(point: Option<[String; 2]>, proof: ProofJson) -> Result<Groth16Evidence, MalformedError> {
        groth16_decode(point, proof)
    }
}

impl Codec for Halo2 {
    type Evidence = Vec<u8>;

    fn encode(evidence: &Vec<u8>) -> (Option<[String; 2]>, ProofJson) {
        halo2_encode(evidence)
    }

    fn decode(point: Option<[String; 2]>, proof: ProofJson) -> Result<Vec<u8>, MalformedError> {
        halo2_decode(point, proof)
    }
}

impl Backend for Groth16 {
    type Field = Fr;
    type VerifyingKey = groth16::VerifyingKey;
    type ScenarioPoint = G1Affine;
    const NAME: &'static str = "groth16-bn254";
    const SECURITY: Security = security::GROTH16;

    fn shape(key: &groth16::VerifyingKey) -> Shape {
        key.shape()
    }

    fn key_digest(key: &groth16::VerifyingKey) -> [u8; 32] {
        key_digest(key)
    }

    fn provenance(key: &groth16::VerifyingKey) -> Option<Provenance> {
        Some(key.header().provenance)
    }

    fn stated_point(evidence: &Groth16Evidence) -> Option<G1Affine> {
        Some(evidence.scenario_point)
    }

    fn point_text(point: &G1Affine) -> String {
        g1_text(point)
    }

    fn computed_point(key: &groth16::VerifyingKey, inputs: &ScenarioInputs) -> Result<Option<G1Affine>, VerifyError> {
        scenario_point(key, inputs).map(Some)
    }

    fn check(
        key: &groth16::VerifyingKey,
        controls: &[Fr; CONTROLS],
        inputs: &ScenarioInputs,
        computed: Option<G1Affine>,
        evidence: &Groth16Evidence,
    ) -> Result<(), VerifyError> {
        let point = match computed {
            Some(point) => point,
            None => scenario_point(key, inputs)?,
        };
        point_agrees(evidence, &point)?;
        key.verify(controls, &point, &evidence.proof)
    }
}

/// Checks that the scenario point that a proof states is the computed one.
pub(crate) fn point_agrees(evidence: &Groth16Evidence, computed: &G1Affine) -> Result<(), VerifyError> {
    differs("scenario point", g1_text(&evidence.scenario_point), g1_text(computed))
}

impl Backend for Halo2 {
    type Field = Fp;
    type VerifyingKey = halo2::VerifyingKey;
    type ScenarioPoint = Infallible;
    const NAME: &'static str = "halo2-ipa-pasta";
    const SECURITY: Security = security::HALO2;

    fn shape(key: &halo2::VerifyingKey) -> Shape {
        key.shape()
    }

    fn key_digest(key: &halo2::VerifyingKey) -> [u8; 32] {
        key.digest()
    }

    fn provenance(_: &halo2::VerifyingKey) -> Option<Provenance> {
        None
    }

    fn stated_point(_: &Vec<u8>) -> Option<Infallible> {
        None
    }

    fn point_text(point: &Infallible) -> String {
        match *point {}
    }

    fn computed_point(_: &halo2::VerifyingKey, _: &ScenarioInputs) -> Result<Option<Infallible>, VerifyError> {
        Ok(None)
    }

    fn check(
        key: &halo2::VerifyingKey,
        controls: &[Fp; CONTROLS],
        inputs: &ScenarioInputs,
        _: Option<Infallible>,
        evidence: &Vec<u8>,
    ) -> Result<(), VerifyError> {
        key.verify(controls, inputs, evidence)
    }
}
