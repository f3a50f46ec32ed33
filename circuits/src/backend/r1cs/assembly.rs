//! Constraints and assignments of statements.

use std::convert::Infallible;

use ark_bn254::Fr;
use tailproof_verifier::Shape;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::controls::CONTROLS;

use super::{Mode, R1cs, System};
use crate::error::SynthesisError;
use crate::statement::{Witness, WitnessRef, synthesize};

/// Returns the constraints of a shape, which depend on nothing else.
///
/// # Errors
/// If no circuit of this shape exists.
pub fn statement_system(shape: Shape) -> Result<System, SynthesisError<Infallible>> {
    let scenarios = ScenarioInputs::zero(shape);
    let mut backend = R1cs::new(Mode::Constraints, &[Fr::from(0u64); CONTROLS], &scenarios);
    synthesize(&mut backend, &Witness::zero(shape))?;
    Ok(backend.into_parts().0)
}

/// Returns the values of all variables for an instance and a witness, public inputs first.
///
/// # Errors
/// If the witness is not one of the shape, or no circuit of this shape exists.
pub fn statement_assignment<'w>(
    controls: &[Fr; CONTROLS],
    scenarios: &ScenarioInputs,
    witness: impl Into<WitnessRef<'w>>,
) -> Result<Vec<Fr>, SynthesisError<Infallible>> {
    let mut backend = R1cs::new(Mode::Assignment, controls, scenarios);
    synthesize(&mut backend, witness)?;
    Ok(backend.into_parts().1)
}
