//! The circuit of a statement.

use halo2_proofs::circuit::{Layouter, SimpleFloorPlanner};
use halo2_proofs::pasta::Fp;
use halo2_proofs::plonk::{Circuit, ConstraintSystem, Error};
use tailproof_verifier::Shape;
use tailproof_verifier::halo2::instance_columns;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::controls::CONTROLS;

use super::columns::Columns;
use super::layout::{Halo2, Inputs};
use super::rows::log_rows;
use crate::error::SynthesisError;
use crate::statement::{Witness, synthesize};

/// A statement with an instance and a witness.
#[derive(Debug, Clone)]
pub struct StatementCircuit {
    inputs: Inputs,
    witness: Witness,
}

impl StatementCircuit {
    /// Returns the circuit for an instance and a witness. Synthesis fails if the witness is not one
    /// of the instance's shape: see [`WitnessRef::check`](crate::statement::WitnessRef::check).
    pub fn new(controls: [Fp; CONTROLS], scenarios: ScenarioInputs, witness: impl Into<Witness>) -> Self {
        Self { inputs: Inputs { controls, scenarios }, witness: witness.into() }
    }

    /// Returns the circuit of a shape with zeros, which keys are derived from.
    pub fn for_shape(shape: Shape) -> Self {
        Self::new([Fp::zero(); CONTROLS], ScenarioInputs::zero(shape), Witness::zero(shape))
    }

    /// Returns the least `k` such that the circuit fits 2^k rows. It depends on the shape alone,
    /// and costs a synthesis.
    ///
    /// # Errors
    /// If no circuit of this shape exists, or the witness is not one of the shape.
    pub fn log_rows(&self) -> Result<u32, Error> {
        log_rows(self)
    }

    /// Returns all public inputs, column after column.
    pub fn instance(&self) -> Vec<Vec<Fp>> {
        instance_columns(&self.inputs.controls, &self.inputs.scenarios)
    }

    /// Returns the labels of the constraints that do not hold, sorted, by evaluating every
    /// constraint in 2^`log_rows` rows: see [`StatementCircuit::log_rows`].
    ///
    /// # Errors
    /// If the circuit does not synthesize, or has more rows.
    pub fn violations(&self, log_rows: u32) -> Result<Vec<String>, Error> {
        super::violations(log_rows, self, self.instance())
    }
}

impl Circuit<Fp> for StatementCircuit {
    type Config = Columns;
    type FloorPlanner = SimpleFloorPlanner;

    fn without_witnesses(&self) -> Self {
        Self::for_shape(self.inputs.scenarios.shape())
    }

    fn configure(meta: &mut ConstraintSystem<Fp>) -> Columns {
        Columns::configure(meta)
    }

    fn synthesize(&self, columns: Columns, layouter: impl Layouter<Fp>) -> Result<(), Error> {
        let mut backend = Halo2::new(layouter, &columns, &self.inputs)?;
        synthesize(&mut backend, &self.witness).map_err(plonk_error)
    }
}

/// The error that halo2 sees: the backend's, or that synthesis failed.
fn plonk_error(error: SynthesisError<Error>) -> Error {
    match error {
        SynthesisError::Backend(error) => error,
        _ => Error::Synthesis,
    }
}
