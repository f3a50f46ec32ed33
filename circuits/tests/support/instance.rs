//! An instance of a statement, evaluated by the plain evaluator and by both backends, with lies.

use std::sync::Arc;

use ark_bn254::Fr;
use ethnum::I256;
use tailproof_circuits::instructions::Label;
use tailproof_circuits::plain::Plain;
use tailproof_circuits::r1cs::{Mode, R1cs, System};
use tailproof_circuits::statement::{Witness, synthesize};
use tailproof_verifier::Shape;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::controls::CONTROLS;

use super::{Instrumented, Lies, TestCircuit, system};

/// An instance of a statement: its public inputs and a witness, not always a satisfied one.
pub trait Instance {
    /// The shape.
    fn shape(&self) -> Shape;

    /// Controls and scenario inputs over the field of R1CS, and the witness.
    fn parts(&self) -> ([Fr; CONTROLS], ScenarioInputs, Witness);

    /// The halo2 circuit of the same claim about a commitment over its field.
    fn halo2(&self, lies: &Lies) -> TestCircuit;

    /// The labels that the plain evaluator finds violated.
    fn plain(&self, lies: &Lies) -> Vec<Label> {
        let mut labels = evaluate(self, lies, None).1;
        labels.dedup();
        labels
    }

    /// The same without the constraints of a label.
    fn plain_without(&self, label: Label, lies: &Lies) -> Vec<Label> {
        evaluate(self, lies, Some(label)).1
    }

    /// Every hint of the honest prover: its label, its number under the label, and its value.
    fn hints(&self) -> Vec<(Label, usize, I256)> {
        evaluate(self, &Lies::new(), None).0
    }

    /// The constraints of the shape.
    fn system(&self) -> Arc<System> {
        system(self.shape())
    }

    /// The constraints of the shape, and an assignment.
    fn r1cs(&self, lies: &Lies) -> (Arc<System>, Vec<Fr>) {
        (self.system(), self.assignment(lies))
    }

    /// The values of all variables.
    fn assignment(&self, lies: &Lies) -> Vec<Fr> {
        run_r1cs(self, Mode::Assignment, None, lies).1
    }

    /// The constraints that this instance makes, without those of a label, and its assignment.
    fn recorded(&self, without: Option<Label>, lies: &Lies) -> (System, Vec<Fr>) {
        run_r1cs(self, Mode::Constraints, without, lies)
    }

    /// The labels that the constraint system finds violated.
    fn violations(&self, lies: &Lies) -> Vec<Label> {
        let (system, assignment) = self.r1cs(lies);
        system.violations(&assignment)
    }

    /// Both backends find exactly these violated, in any order.
    #[track_caller]
    fn assert_violations(&self, lies: &Lies, expected: &[Label]) {
        assert_eq!(self.violations(lies), expected, "r1cs");
        let mut sorted = expected.to_vec();
        sorted.sort_unstable();
        assert_eq!(self.halo2(lies).violations(), sorted, "halo2");
    }
}

/// The hints of the plain evaluator, and the labels of the constraints that it finds violated.
fn evaluate(
    instance: &(impl Instance + ?Sized),
    lies: &Lies,
    without: Option<Label>,
) -> (Vec<(Label, usize, I256)>, Vec<Label>) {
    let (controls, inputs, witness) = instance.parts();
    let mut plain = Instrumented::lying(Plain::new(&controls, &inputs), lies).without(without);
    synthesize(&mut plain, &witness).unwrap();
    (plain.hints().to_vec(), plain.into_inner().violations().to_vec())
}

fn run_r1cs(instance: &(impl Instance + ?Sized), mode: Mode, without: Option<Label>, lies: &Lies) -> (System, Vec<Fr>) {
    let (controls, inputs, witness) = instance.parts();
    let mut backend = Instrumented::lying(R1cs::new(mode, &controls, &inputs), lies).without(without);
    synthesize(&mut backend, &witness).unwrap();
    backend.into_inner().into_parts()
}
