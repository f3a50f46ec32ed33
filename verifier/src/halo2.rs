//! Verification of halo2 proofs: inner-product argument over the Pasta curves, no trusted setup, not for the EVM.
//!
//! # Public inputs
//!
//! The scenario matrix is in instance columns, its rows in lanes that the circuit walks side by side: scenario `t` is in lane
//! `t mod 8`, from row `floor(t / 8) N` on, one factor a row. Another instance column holds the controls, the factor names digest,
//! the weights, and what is public about factors. Inputs are the integers of [`crate::market::layout`] as elements of the base field of Pallas; Winograd's
//! column is not used.
//!
//! A verifying key is derived from the circuit by whoever verifies: nothing about it is secret, and nothing is taken on trust. It
//! is made where the circuit is known, in the prover's crate; this crate holds it and checks proofs.

use halo2_proofs::pasta::group::ff::PrimeField;
use halo2_proofs::pasta::{EqAffine, Fp};
use halo2_proofs::plonk::{self, SingleVerifier};
use halo2_proofs::poly::commitment::Params;
use halo2_proofs::transcript::{Blake2bRead, Challenge255};
use sha2::{Digest, Sha256};

use crate::error::VerifyError;
use crate::market::controls::{CONTROLS, InputField, Limbs};
use crate::market::layout::{FactorRow, ScenarioInputs};
use crate::shape::Shape;

/// Scenarios that are walked side by side, each in an instance column of its own.
pub const LANES: usize = 8;
/// Instance columns: the controls' and one for each lane.
pub const INSTANCE_COLUMNS: usize = 1 + LANES;
/// Row of the first control in the controls' column.
pub const CONTROLS_ROW: usize = 0;
/// Row of the factor names digest.
pub const FACTORS_ROW: usize = CONTROLS;
/// Row of the first weight.
pub const WEIGHTS_ROW: usize = FACTORS_ROW + 1;

impl InputField for Fp {
    fn from_limbs(limbs: Limbs) -> Option<Self> {
        let mut bytes = [0; 32];
        bytes.chunks_exact_mut(8).zip(limbs).for_each(|(chunk, limb)| chunk.copy_from_slice(&limb.to_le_bytes()));
        Option::from(Fp::from_repr(bytes))
    }

    fn limbs(&self) -> Limbs {
        let bytes = self.to_repr();
        std::array::from_fn(|limb| u64::from_le_bytes(bytes[8 * limb..8 * limb + 8].try_into().expect("8 bytes")))
    }

    fn negate(self) -> Self {
        -self
    }
}

/// Row of what is public about a factor.
pub fn factor_row(shape: Shape, row: FactorRow, factor: usize) -> usize {
    WEIGHTS_ROW + shape.scenarios() + row as usize * shape.factors() + factor
}

/// Rows of a lane.
pub fn lane_rows(shape: Shape) -> usize {
    shape.scenarios().div_ceil(LANES) * shape.factors()
}

/// Lane of a scenario, and its first row there.
pub fn lane(shape: Shape, scenario: usize) -> (usize, usize) {
    (scenario % LANES, scenario / LANES * shape.factors())
}

/// All public inputs as instance columns.
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

/// A verifying key, derived from a circuit.
#[derive(Debug)]
pub struct VerifyingKey {
    shape: Shape,
    params: Params<EqAffine>,
    key: plonk::VerifyingKey<EqAffine>,
    digest: [u8; 32],
}

impl VerifyingKey {
    /// From parameters and a key that were derived for a shape. The caller says that the key is that of the shape's circuit.
    pub fn new(shape: Shape, params: Params<EqAffine>, key: plonk::VerifyingKey<EqAffine>) -> Self {
        let pinned = format!("{:?}", key.pinned());
        let digest = Sha256::new()
            .chain_update(b"tailproof/halo2-key/v1")
            .chain_update(shape.to_string())
            .chain_update(pinned)
            .finalize()
            .into();
        Self { shape, params, key, digest }
    }

    /// The shape of the statement.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The generators.
    pub fn params(&self) -> &Params<EqAffine> {
        &self.params
    }

    /// The key.
    pub fn key(&self) -> &plonk::VerifyingKey<EqAffine> {
        &self.key
    }

    /// SHA-256 over `tailproof/halo2-key/v1`, the shape and the key's pinned form: names the keys in proofs.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Checks a proof, of which every byte must be used.
    ///
    /// # Errors
    /// [`VerifyError::ArgumentFailed`] if it does not prove the claim.
    ///
    /// # Panics
    /// If the scenario inputs were made for another shape.
    pub fn verify(
        &self,
        controls: &[Fp; CONTROLS],
        scenarios: &ScenarioInputs,
        proof: &[u8],
    ) -> Result<(), VerifyError> {
        assert_eq!(scenarios.shape(), self.shape, "scenario inputs are made for the key's shape");
        let columns = instance_columns(controls, scenarios);
        let columns: Vec<&[Fp]> = columns.iter().map(Vec::as_slice).collect();
        let mut rest = proof;
        let mut transcript = Blake2bRead::<_, EqAffine, Challenge255<_>>::init(&mut rest);
        let strategy = SingleVerifier::new(&self.params);
        let checked = plonk::verify_proof(&self.params, &self.key, strategy, &[&columns], &mut transcript);
        if checked.is_ok() && rest.is_empty() { Ok(()) } else { Err(VerifyError::ArgumentFailed) }
    }
}
