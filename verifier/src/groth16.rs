//! Groth16 over BN254: keys, proofs and the pairing check (Groth 2016, section 3.2).

mod batch;

use std::sync::OnceLock;

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup};
use ark_groth16::PreparedVerifyingKey;

use crate::error::{MalformedError, VerifyError};
use crate::inputs::controls::CONTROLS;
use crate::inputs::layout::public_inputs;
use crate::keys::header::KeyHeader;
use crate::shape::Shape;

pub use batch::Statement;

/// A proof: three points in their subgroups, none at infinity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// Point A.
    pub a: G1Affine,
    /// Point B.
    pub b: G2Affine,
    /// Point C.
    pub c: G1Affine,
}

impl From<ark_groth16::Proof<Bn254>> for Proof {
    fn from(proof: ark_groth16::Proof<Bn254>) -> Self {
        Self { a: proof.a, b: proof.b, c: proof.c }
    }
}

/// A verifying key with the header of its file, prepared for pairings.
#[derive(Debug, Clone)]
pub struct VerifyingKey {
    header: KeyHeader,
    prepared: PreparedVerifyingKey<Bn254>,
    /// SHA-256 of the key's file, computed once.
    digest: OnceLock<[u8; 32]>,
}

impl VerifyingKey {
    /// Returns a key prepared for pairings.
    ///
    /// # Errors
    /// [`MalformedError::InputPoints`] if the number of input points of `key` is not that of the
    /// header's shape; [`MalformedError::BadPoint`] if delta is gamma or its negation. C and the
    /// inputs then cancel, and anybody proves anything, so that no such key exists in the program.
    pub fn new(header: KeyHeader, key: ark_groth16::VerifyingKey<Bn254>) -> Result<Self, MalformedError> {
        let (shape, found, expected) = (header.shape, key.gamma_abc_g1.len(), public_inputs(header.shape));
        if found != expected {
            return Err(MalformedError::InputPoints { shape, found, expected });
        }
        if [key.delta_g2, -key.delta_g2].contains(&key.gamma_g2) {
            return Err(MalformedError::BadPoint {
                field: "delta".into(),
                why: "equal to gamma or its negation: such a key proves anything",
            });
        }
        Ok(Self { header, prepared: key.into(), digest: OnceLock::new() })
    }

    /// Returns the header of the key's file.
    pub fn header(&self) -> &KeyHeader {
        &self.header
    }

    /// Returns the shape of the statement.
    pub fn shape(&self) -> Shape {
        self.header.shape
    }

    /// Returns the digest of the key's file, by `digest` the first time.
    pub(crate) fn digest_by(&self, digest: impl FnOnce() -> [u8; 32]) -> [u8; 32] {
        *self.digest.get_or_init(digest)
    }

    /// Returns the arkworks key.
    pub fn groth16(&self) -> &ark_groth16::VerifyingKey<Bn254> {
        &self.prepared.vk
    }

    /// Checks `proof` against control inputs and a scenario point with one multi-pairing.
    ///
    /// The scenario point is as security-critical as the key itself: recompute it with
    /// [`crate::scenario_point::scenario_point`], or get it from somebody other than the prover.
    ///
    /// # Errors
    /// [`VerifyError::PairingFailed`] if the proof does not prove the claim;
    /// [`VerifyError::NoScenarios`] for the point at infinity, which is that of no scenarios at
    /// all: every book meets a claim over it.
    pub fn verify(
        &self,
        controls: &[Fr; CONTROLS],
        scenario_point: &G1Affine,
        proof: &Proof,
    ) -> Result<(), VerifyError> {
        if scenario_point.is_zero() {
            return Err(VerifyError::NoScenarios);
        }
        let ic = &self.prepared.vk.gamma_abc_g1;
        let inputs: G1Projective =
            ic[1..=CONTROLS].iter().zip(controls).map(|(base, scalar)| *base * scalar).sum::<G1Projective>()
                + ic[0]
                + scenario_point;
        let product = Bn254::multi_miller_loop(
            [proof.a, inputs.into_affine(), proof.c],
            [proof.b.into(), self.prepared.gamma_g2_neg_pc.clone(), self.prepared.delta_g2_neg_pc.clone()],
        );
        match Bn254::final_exponentiation(product) {
            Some(result) if result.0 == self.prepared.alpha_g1_beta_g2 => Ok(()),
            _ => Err(VerifyError::PairingFailed),
        }
    }
}
