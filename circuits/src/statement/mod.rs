//! Statements, written once over [`crate::instructions`].

pub mod market;
pub mod parametric;

use tailproof_verifier::Shape;
use tailproof_verifier::shape::Statement;

use crate::bound::BoundError;
use crate::instructions::Instructions;
use crate::integer::Builder;
use market::MarketWitness;

/// Runs the statement of a shape on a backend, which holds the public inputs.
///
/// # Errors
/// If an interval could leave the field: then no circuit of this shape exists.
///
/// # Panics
/// If the witness has fewer books than the shape, or more exposures than the shape has factors.
pub fn synthesize<B: Instructions>(backend: &mut B, shape: Shape, witness: &MarketWitness) -> Result<(), BoundError> {
    let mut builder = Builder { backend };
    match shape.statement() {
        Statement::Market { .. } | Statement::MarketLimits => market::market(&mut builder, shape, witness),
        Statement::Parametric => parametric::parametric(&mut builder, shape, witness),
    }
}
