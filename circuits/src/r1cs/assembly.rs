//! Constraints and assignments of statements.

use ark_bn254::Fr;
use tailproof_verifier::Shape;
use tailproof_verifier::market::controls::CONTROLS;
use tailproof_verifier::market::layout::ScenarioInputs;

use super::{Mode, R1cs, System};
use crate::bound::BoundError;
use crate::statement::{Witness, WitnessRef, synthesize};

/// The constraints of a shape: they depend on nothing else.
///
/// # Errors
/// If no circuit of this shape exists.
pub fn statement_system(shape: Shape) -> Result<System, BoundError> {
    let scenarios = ScenarioInputs::zero(shape);
    let mut backend = R1cs::new(Mode::Constraints, &[Fr::from(0u64); CONTROLS], &scenarios);
    synthesize(&mut backend, shape, &Witness::zero(shape))?;
    Ok(backend.into_parts().0)
}

/// The values of all variables for an instance and a witness, public inputs first.
///
/// # Errors
/// If no circuit of this shape exists.
pub fn statement_assignment<'w>(
    controls: &[Fr; CONTROLS],
    scenarios: &ScenarioInputs,
    witness: impl Into<WitnessRef<'w>>,
) -> Result<Vec<Fr>, BoundError> {
    let mut backend = R1cs::new(Mode::Assignment, controls, scenarios);
    synthesize(&mut backend, scenarios.shape(), witness)?;
    Ok(backend.into_parts().1)
}
