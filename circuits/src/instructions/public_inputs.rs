//! The public part of an instance.

use tailproof_verifier::Shape;

use super::{ElementInstructions, FactorRow};

/// The public inputs, in the order of `tailproof_verifier::inputs::layout`.
///
/// The verifier has checked the range of every integer here.
pub trait PublicInputs: ElementInstructions {
    /// Returns the shape that the public inputs are of.
    fn shape(&self) -> Shape;
    /// Returns a control, by its index in the order of public inputs.
    fn control(&self, index: usize) -> Self::Element;
    /// Returns the digest of the factor names, or of the schema of a tape.
    fn factors(&self) -> Self::Element;
    /// Returns the weight of a scenario.
    fn weight(&self, scenario: usize) -> Self::Integer;
    /// Returns a public number of a factor, where the shape has limits on the book.
    fn factor_input(&self, row: FactorRow, factor: usize) -> Self::Integer;
    /// Returns the entries of a scenario, one for each factor of the shape.
    fn entries(&self, scenario: usize) -> &[i64];
}
