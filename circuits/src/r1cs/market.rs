//! Constraints and assignments of the market statement.

use ark_bn254::Fr;
use tailproof_verifier::Shape;
use tailproof_verifier::market::controls::CONTROLS;
use tailproof_verifier::market::layout::ScenarioInputs;

use super::{Mode, R1cs, System};
use crate::bound::BoundError;
use crate::statement::market::MarketWitness;
use crate::statement::synthesize;

/// The constraints of a shape: they depend on nothing else.
///
/// # Errors
/// If no circuit of this shape exists.
pub fn market_system(shape: Shape) -> Result<System, BoundError> {
    let scenarios = ScenarioInputs::zero(shape);
    let mut backend = R1cs::new(Mode::Constraints, &[Fr::from(0u64); CONTROLS], &scenarios);
    synthesize(&mut backend, shape, &MarketWitness::zero(shape.books()))?;
    Ok(backend.into_parts().0)
}

/// The values of all variables for an instance and a witness, public inputs first.
///
/// # Errors
/// If no circuit of this shape exists.
pub fn market_assignment(
    controls: &[Fr; CONTROLS],
    scenarios: &ScenarioInputs,
    witness: &MarketWitness,
) -> Result<Vec<Fr>, BoundError> {
    let mut backend = R1cs::new(Mode::Assignment, controls, scenarios);
    synthesize(&mut backend, scenarios.shape(), witness)?;
    Ok(backend.into_parts().1)
}
