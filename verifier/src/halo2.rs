//! Verification of halo2 proofs: the inner-product argument over the Pasta curves. There is no
//! trusted setup, and no verifier for the EVM.
//!
//! # Public inputs
//!
//! Instance columns hold the scenario matrix, one column per lane. The circuit processes the lanes
//! in parallel: scenario `t` is in lane `t mod 8`, from row `floor(t / 8) N` on, one factor per
//! row. Another instance column holds the controls, the digest of the factor names, the weights,
//! and the public numbers of factors. Inputs are the integers of [`crate::inputs::layout`] as
//! elements of the base field of Pallas; Winograd's column is not used.
//!
//! # Keys
//!
//! The verifier derives the verifying key from the circuit: nothing about it is secret, and nothing
//! is taken on trust. The prover crate derives it, since it knows the circuit; this crate holds it
//! and checks proofs.
//!
//! The digest that names a key in proofs is SHA-256 over
//!
//! | bytes | content |
//! | --- | --- |
//! | 22 | `tailproof/halo2-key/v2` |
//! | 1, n | length of the shape's text; the text |
//! | 32 | digest of the circuit: fixed columns, selectors, copies, and the version of gates and lookups |
//! | 4 | k, `u32` little-endian: the circuit has 2^k rows |
//! | 32 each | 2^k + 2 points of Vesta, compressed: the generators, and those of the blinding and of the inner product |
//!
//! Everything in halo2's key follows from these. The digest does not depend on halo2's debug text
//! of a key, but proofs do: halo2 puts a hash of that text into its transcript. A proof therefore
//! verifies only with a version of halo2 that prints keys in the same way.

use halo2_proofs::pasta::{EqAffine, Fp};
use halo2_proofs::plonk::{self, SingleVerifier};
use halo2_proofs::poly::commitment::Params;
use halo2_proofs::transcript::{Blake2bRead, Challenge255};
use sha2::{Digest, Sha256};

use crate::error::VerifyError;
use crate::field::InputField;
use crate::inputs::controls::CONTROLS;
use crate::inputs::layout::{FactorRow, ScenarioInputs};
use crate::shape::Shape;

/// Number of lanes: scenarios that the circuit processes in parallel, each in its own instance
/// column.
pub const LANES: usize = 8;
/// Number of instance columns: one for the controls and one per lane.
pub const INSTANCE_COLUMNS: usize = 1 + LANES;
/// Row of the first control in the controls' column.
pub const CONTROLS_ROW: usize = 0;
/// Row of the factor names digest.
pub const FACTORS_ROW: usize = CONTROLS;
/// Row of the first weight.
pub const WEIGHTS_ROW: usize = FACTORS_ROW + 1;
/// Bytes of a compressed point of Vesta.
const POINT_BYTES: usize = 32;

/// Returns the row of the public number `row` of a factor.
pub fn factor_row(shape: Shape, row: FactorRow, factor: usize) -> usize {
    WEIGHTS_ROW + shape.scenarios() + row as usize * shape.factors() + factor
}

/// Returns the number of rows of a lane.
pub fn lane_rows(shape: Shape) -> usize {
    shape.scenarios().div_ceil(LANES) * shape.factors()
}

/// Returns the lane of a scenario and its first row there.
pub fn lane(shape: Shape, scenario: usize) -> (usize, usize) {
    (scenario % LANES, scenario / LANES * shape.factors())
}

/// Returns all public inputs as instance columns.
pub fn instance_columns(controls: &[Fp; CONTROLS], scenarios: &ScenarioInputs) -> Vec<Vec<Fp>> {
    let shape = scenarios.shape();
    let integer = |value: i64| Fp::from_integer(value.into());
    let mut columns = vec![vec![Fp::zero(); lane_rows(shape)]; INSTANCE_COLUMNS];
    columns[0] = controls.to_vec();
    columns[0].push(scenarios.factors());
    columns[0].extend((0..shape.scenarios()).map(|scenario| integer(scenarios.weight(scenario))));
    columns[0].extend(scenarios.factor_rows().iter().map(|value| integer(*value)));
    for scenario in 0..shape.scenarios() {
        let (lane, first) = lane(shape, scenario);
        for (factor, entry) in scenarios.entries(scenario).iter().enumerate() {
            columns[1 + lane][first + factor] = integer(*entry);
        }
    }
    columns
}

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
