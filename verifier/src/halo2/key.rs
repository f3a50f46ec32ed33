//! The verifying key, and the check of proofs with it.

use halo2_proofs::plonk::{self, SingleVerifier};
use halo2_proofs::poly::commitment::Params;
use halo2_proofs::transcript::{Blake2bRead, Challenge255};
use pasta_curves::{EqAffine, Fp};
use sha2::{Digest, Sha256};

use super::instance_columns;
use crate::error::VerifyError;
use crate::inputs::ScenarioInputs;
use crate::inputs::controls::CONTROLS;
use crate::shape::Shape;

/// Bytes of a compressed point of Vesta.
const POINT_BYTES: usize = 32;

/// Returns the digest of a key.
fn key_digest(shape: Shape, params: &Params<EqAffine>, circuit: &[u8; 32]) -> [u8; 32] {
    let mut bytes = Vec::new();
    params.write(&mut bytes).expect("writing to a vector does not fail");
    // The parameters are k, the generators, their Lagrange form (which follows from them), and the
    // two other points.
    let points = POINT_BYTES << params.k();
    let (generators, rest) = bytes.split_at(4 + points);
    let shape = shape.to_string();
    Sha256::new()
        .chain_update("tailproof/halo2-key/v2")
        .chain_update([u8::try_from(shape.len()).expect("shapes are short")])
        .chain_update(shape)
        .chain_update(circuit)
        .chain_update(generators)
        .chain_update(&rest[points..])
        .finalize()
        .into()
}

/// A verifying key, derived from a circuit.
#[derive(Debug)]
pub struct VerifyingKey {
    shape: Shape,
    params: Params<EqAffine>,
    key: plonk::VerifyingKey<EqAffine>,
    digest: [u8; 32],
}

impl VerifyingKey {
    /// Returns the verifying key of `shape` over `params`. The caller must have derived `key` from
    /// the circuit of `shape`, whose digest is `circuit`.
    pub fn new(shape: Shape, params: Params<EqAffine>, key: plonk::VerifyingKey<EqAffine>, circuit: [u8; 32]) -> Self {
        let digest = key_digest(shape, &params, &circuit);
        Self { shape, params, key, digest }
    }

    /// Returns the shape of the statement.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Returns the generators.
    pub fn params(&self) -> &Params<EqAffine> {
        &self.params
    }

    /// Returns halo2's key.
    pub fn key(&self) -> &plonk::VerifyingKey<EqAffine> {
        &self.key
    }

    /// Returns the digest that names the key in proofs, as defined in the module's documentation.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Checks a proof. Trailing bytes are refused.
    ///
    /// # Errors
    /// [`VerifyError::OtherShape`] if the scenario inputs were made for another shape, and
    /// [`VerifyError::ArgumentFailed`] if the proof does not prove the claim.
    pub fn verify(
        &self,
        controls: &[Fp; CONTROLS],
        scenarios: &ScenarioInputs,
        proof: &[u8],
    ) -> Result<(), VerifyError> {
        if scenarios.shape() != self.shape {
            return Err(VerifyError::OtherShape { key: self.shape, inputs: scenarios.shape() });
        }
        let columns = instance_columns(controls, scenarios);
        let columns: Vec<&[Fp]> = columns.iter().map(Vec::as_slice).collect();
        let mut rest = proof;
        let mut transcript = Blake2bRead::<_, EqAffine, Challenge255<_>>::init(&mut rest);
        let strategy = SingleVerifier::new(&self.params);
        let checked = plonk::verify_proof(&self.params, &self.key, strategy, &[&columns], &mut transcript);
        if checked.is_ok() && rest.is_empty() { Ok(()) } else { Err(VerifyError::ArgumentFailed) }
    }
}
