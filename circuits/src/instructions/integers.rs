//! Integers: linear expressions, range checks and products.

use ethnum::I256;

use super::{Backend, Label};

/// Labels of [`IntegerInstructions::assert_range`].
#[derive(Debug, Clone, Copy)]
pub struct RangeLabels {
    /// Each bit is boolean. The hint for the bits has this label too.
    pub bit: Label,
    /// The bits sum to the integer.
    pub sum: Label,
}

/// Instructions on integers.
///
/// The value of a witness is an argument, never computed by the backend. The caller computes it and
/// passes it through [`IntegerInstructions::hint`] first, so that a wrapper can replace any of
/// them.
pub trait IntegerInstructions: Backend {
    /// A linear expression that stands for an integer.
    type Integer: Clone;

    /// Returns a constant.
    fn constant(&self, value: I256) -> Self::Integer;
    /// Adds `factor * other` to `into`.
    fn add_scaled(&self, into: &mut Self::Integer, other: &Self::Integer, factor: I256);
    /// Returns the integer that an expression stands for in this witness.
    fn value(&self, integer: &Self::Integer) -> I256;

    /// Returns the value to use for a witness, given the value that an honest prover computes.
    ///
    /// Backends return `honest`. Wrappers in tests return something else.
    fn hint(&mut self, label: Label, honest: I256) -> I256 {
        let _ = label;
        honest
    }

    /// Returns a new witness without any range.
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    fn unchecked_witness(&mut self, label: Label, value: I256) -> Result<Self::Integer, Self::Error>;

    /// Returns a new witness, constrained to [0, 2^bits) by its bits or limbs. `bits` is from 1 to
    /// [`Interval::MOST_BITS`](crate::bound::Interval::MOST_BITS).
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    fn range(&mut self, label: Label, value: I256, bits: u32) -> Result<Self::Integer, Self::Error>;

    /// Constrains an integer to [0, 2^bits): a new witness of that range, with the value
    /// `in_range`, is equal to it.
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    fn assert_range(
        &mut self,
        labels: RangeLabels,
        integer: &Self::Integer,
        bits: u32,
        in_range: I256,
    ) -> Result<(), Self::Error>;

    /// Returns a new witness with the value `value`, constrained to be the product of two integers.
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    fn product(
        &mut self,
        label: Label,
        left: &Self::Integer,
        right: &Self::Integer,
        value: I256,
    ) -> Result<Self::Integer, Self::Error>;

    /// Constrains `left * right = product`.
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    fn assert_product(
        &mut self,
        label: Label,
        left: &Self::Integer,
        right: &Self::Integer,
        product: &Self::Integer,
    ) -> Result<(), Self::Error>;
}
