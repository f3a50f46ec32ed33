//! The halo2 circuit of a statement, with instruments.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use halo2_proofs::circuit::{Layouter, SimpleFloorPlanner};
use halo2_proofs::pasta::Fp;
use halo2_proofs::plonk::{Circuit, ConstraintSystem, Error};
use tailproof_circuits::halo2::layout::Inputs;
use tailproof_circuits::halo2::{Columns, Halo2, rows, violations};
use tailproof_circuits::instructions::Label;
use tailproof_circuits::statement::{Witness, synthesize};
use tailproof_verifier::Shape;
use tailproof_verifier::halo2::instance_columns;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::controls::CONTROLS;

use super::instrumented::{Instrumented, Lies};
use super::shapes::log_rows;
use super::tampering::Tampering;

/// As `StatementCircuit`, over an instrumented backend.
#[derive(Clone)]
pub struct TestCircuit {
    inputs: Inputs,
    witness: Witness,
    lies: Lies,
    without: Option<Label>,
    tamper: Option<usize>,
    assigned: Arc<AtomicUsize>,
}

impl TestCircuit {
    /// The circuit for an instance and a witness, with some hints replaced.
    pub fn new(controls: [Fp; CONTROLS], scenarios: ScenarioInputs, witness: impl Into<Witness>, lies: &Lies) -> Self {
        Self {
            inputs: Inputs { controls, scenarios },
            witness: witness.into(),
            lies: lies.clone(),
            without: None,
            tamper: None,
            assigned: Arc::default(),
        }
    }

    /// The circuit of a shape, with zeros.
    pub fn for_shape(shape: Shape) -> Self {
        let (scenarios, witness) = (ScenarioInputs::zero(shape), Witness::zero(shape));
        Self::new([Fp::zero(); CONTROLS], scenarios, witness, &Lies::new())
    }

    /// The same without the constraints of a label.
    pub fn without(mut self, label: Label) -> Self {
        self.without = Some(label);
        self
    }

    /// The same with the n-th cell that instructions assign changed.
    pub fn with_tamper(&self, cell: usize) -> Self {
        Self { tamper: Some(cell), assigned: Arc::default(), ..self.clone() }
    }

    /// Rows as a power of two, and the number of cells that instructions assign.
    pub fn rows_and_cells(&self) -> (u32, usize) {
        let log_rows = rows::log_rows(self).unwrap();
        (log_rows, self.assigned.load(Ordering::Relaxed))
    }

    /// The number of cells that instructions assign.
    pub fn cells(&self) -> usize {
        self.rows_and_cells().1
    }

    /// Rows as a power of two.
    pub fn log_rows(&self) -> u32 {
        match self.without {
            Some(_) => rows::log_rows(self).unwrap(),
            None => log_rows(self.inputs.scenarios.shape()),
        }
    }

    /// The public inputs.
    pub fn instance(&self) -> Vec<Vec<Fp>> {
        instance_columns(&self.inputs.controls, &self.inputs.scenarios)
    }

    /// The labels of the constraints that do not hold.
    pub fn violations(&self) -> Vec<String> {
        violations(self.log_rows(), self, self.instance()).unwrap()
    }
}

impl Circuit<Fp> for TestCircuit {
    type Config = Columns;
    type FloorPlanner = SimpleFloorPlanner;

    fn without_witnesses(&self) -> Self {
        Self::for_shape(self.inputs.scenarios.shape())
    }

    fn configure(meta: &mut ConstraintSystem<Fp>) -> Columns {
        Columns::configure(meta)
    }

    fn synthesize(&self, columns: Columns, layouter: impl Layouter<Fp>) -> Result<(), Error> {
        let layouter = Tampering::new(layouter, self.tamper, self.assigned.clone());
        let backend = Halo2::new(layouter, &columns, &self.inputs)?;
        let mut backend = Instrumented::lying(backend, &self.lies).without(self.without);
        synthesize(&mut backend, &self.witness).map_err(|_| Error::Synthesis)
    }
}
