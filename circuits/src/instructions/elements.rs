//! Field elements and the commitment's hash.

use ethnum::I256;

use super::{IntegerInstructions, Label, Limbs};

/// Instructions on elements of the backend's field.
pub trait ElementInstructions: IntegerInstructions {
    /// A linear expression of any field element.
    type Element: Clone;

    /// Returns an integer as an element.
    fn to_element(&self, integer: &Self::Integer) -> Self::Element;
    /// Adds `factor * other` to `into`.
    fn element_add_scaled(&self, into: &mut Self::Element, other: &Self::Element, factor: I256);
    /// Returns the canonical integer of an element in this witness.
    fn element_value(&self, element: &Self::Element) -> Limbs;
    /// Returns the quotient of two elements in this witness, and zero if the denominator is zero.
    fn element_quotient_value(&self, numerator: &Self::Element, denominator: &Self::Element) -> Limbs;

    /// Returns a new witness without a constraint. `value` is below the modulus of the backend's
    /// field.
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    fn element_witness(&mut self, label: Label, value: Limbs) -> Result<Self::Element, Self::Error>;

    /// Returns a new witness, constrained to be the product of two elements.
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    fn element_product(
        &mut self,
        label: Label,
        left: &Self::Element,
        right: &Self::Element,
    ) -> Result<Self::Element, Self::Error>;

    /// Constrains `left * right = product`.
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    fn element_assert_product(
        &mut self,
        label: Label,
        left: &Self::Element,
        right: &Self::Element,
        product: &Self::Element,
    ) -> Result<(), Self::Error>;

    /// Constrains two elements to be equal.
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    fn assert_equal(&mut self, label: Label, left: &Self::Element, right: &Self::Element) -> Result<(), Self::Error>;

    /// Returns the hash of the backend's commitments, of one to twelve elements: see
    /// `tailproof_verifier::commitment`. More elements do not compile.
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    fn hash<const N: usize>(&mut self, label: Label, inputs: &[Self::Element; N])
    -> Result<Self::Element, Self::Error>;
}
