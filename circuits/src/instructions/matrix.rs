//! The product of the public scenario matrix and a private vector.

use ethnum::I256;

use super::{Label, PublicInputs};

/// Labels of [`MatrixInstructions::scenario_products`].
#[derive(Debug, Clone, Copy)]
pub struct MatrixLabels {
    /// A product of two sums, each of an entry and an exposure.
    pub pair: Label,
    /// The last product of a row, which gives the results of the row's scenarios.
    pub row: Label,
    /// A product of neighbouring exposures.
    pub neighbours: Label,
}

/// The instruction whose cost dominates a statement about scenarios, so that each backend has its
/// own way of doing it.
pub trait MatrixInstructions: PublicInputs {
    /// Returns new witnesses with the values `results`, constrained to be `sum_i S[t,i] x[i]` for
    /// each scenario t. A backend may constrain the results of a group of
    /// [`Packing`](tailproof_verifier::inputs::packing::Packing) together, packed; the caller then
    /// owes a range check of each.
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    ///
    /// # Panics
    /// If `x` has not one entry for each factor of the shape, or `results` not one for each
    /// scenario. [`Builder`](crate::builder::Builder) checks both.
    fn scenario_products(
        &mut self,
        labels: MatrixLabels,
        x: &[Self::Integer],
        results: &[I256],
    ) -> Result<Vec<Self::Integer>, Self::Error>;
}
