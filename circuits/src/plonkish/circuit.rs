//! The circuit of a statement.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use halo2_proofs::circuit::{Layouter, SimpleFloorPlanner};
use halo2_proofs::dev::{FailureLocation, MockProver, VerifyFailure};
use halo2_proofs::pasta::Fp;
use halo2_proofs::plonk::{Circuit, ConstraintSystem, Error};
use tailproof_verifier::Shape;
use tailproof_verifier::halo2::instance_columns;
use tailproof_verifier::market::controls::CONTROLS;
use tailproof_verifier::market::layout::ScenarioInputs;

use super::backend::{Inputs, Plonkish, Tamper};
use super::columns::Columns;
use super::rows::log_rows;
use crate::hints::Lies;
use crate::statement::{Witness, synthesize};

/// A statement with an instance and a witness.
#[derive(Debug, Clone)]
pub struct StatementCircuit {
    inputs: Inputs,
    witness: Witness,
    lies: Lies,
    tamper: Tamper,
    cells: Arc<AtomicUsize>,
}

impl StatementCircuit {
    /// The circuit for an instance and a witness.
    pub fn new(controls: [Fp; CONTROLS], scenarios: ScenarioInputs, witness: impl Into<Witness>) -> Self {
        let witness = witness.into();
        Self { inputs: Inputs { controls, scenarios }, witness, lies: Lies::new(), tamper: None, cells: Arc::default() }
    }

    /// The circuit of a shape, with zeros: what keys are derived from.
    pub fn of_shape(shape: Shape) -> Self {
        Self::new([Fp::zero(); CONTROLS], ScenarioInputs::zero(shape), Witness::zero(shape))
    }

    /// With some hints replaced.
    pub fn with_lies(mut self, lies: Lies) -> Self {
        self.lies = lies;
        self
    }

    /// With the n-th cell that instructions assign changed.
    pub fn with_tamper(mut self, cell: usize) -> Self {
        self.tamper = Some(cell);
        self
    }

    /// The number of cells that instructions assign: the n of [`StatementCircuit::with_tamper`].
    ///
    /// # Errors
    /// If no circuit of this shape exists.
    pub fn cells(&self) -> Result<usize, Error> {
        self.log_rows()?;
        Ok(self.cells.load(Ordering::Relaxed))
    }

    /// The least `k` such that the circuit fits 2^k rows.
    ///
    /// # Errors
    /// If no circuit of this shape exists.
    pub fn log_rows(&self) -> Result<u32, Error> {
        log_rows(self)
    }

    /// All public inputs, a column after the other.
    pub fn instance(&self) -> Vec<Vec<Fp>> {
        instance_columns(&self.inputs.controls, &self.inputs.scenarios)
    }

    /// The labels of the constraints that do not hold, found by evaluating every one of them. For tests.
    ///
    /// # Panics
    /// If no circuit of this shape exists.
    pub fn violations(&self) -> Vec<String> {
        let k = self.log_rows().expect("a circuit of this shape exists");
        let prover = MockProver::run(k, self, self.instance()).expect("the rows were counted");
        let mut labels: Vec<String> = prover.verify().err().unwrap_or_default().iter().map(label).collect();
        labels.sort_unstable();
        labels.dedup();
        labels
    }
}

/// The label of a constraint that failed: the name of its region.
fn label(failure: &VerifyFailure) -> String {
    let location = match failure {
        VerifyFailure::ConstraintNotSatisfied { location, .. }
        | VerifyFailure::Lookup { location, .. }
        | VerifyFailure::Permutation { location, .. } => location,
        other => return other.to_string(),
    };
    match location {
        FailureLocation::InRegion { region, .. } => {
            let text = region.to_string();
            text.split('\'').nth(1).map_or(text.clone(), str::to_owned)
        }
        FailureLocation::OutsideRegion { row } => format!("row {row}, outside any region"),
    }
}

impl Circuit<Fp> for StatementCircuit {
    type Config = Columns;
    type FloorPlanner = SimpleFloorPlanner;

    fn without_witnesses(&self) -> Self {
        Self::of_shape(self.inputs.scenarios.shape())
    }

    fn configure(meta: &mut ConstraintSystem<Fp>) -> Columns {
        Columns::configure(meta)
    }

    fn synthesize(&self, columns: Columns, layouter: impl Layouter<Fp>) -> Result<(), Error> {
        let mut backend = Plonkish::new(layouter, &columns, &self.inputs, self.lies.clone(), self.tamper)?;
        let shape = self.inputs.scenarios.shape();
        synthesize(&mut backend, shape, &self.witness).map_err(|_| Error::Synthesis)?;
        self.cells.store(backend.finish()?, Ordering::Relaxed);
        Ok(())
    }
}
