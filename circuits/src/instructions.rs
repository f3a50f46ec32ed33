//! What a statement may ask of a backend.
//!
//! Values are *integers* (field elements that the caller knows to stand for an integer in some interval) and *elements*
//! (any field element: hashes, blinding). Both are linear expressions to a backend; instructions that make a constraint take
//! a label. A label is the anchor of the constraint's paragraph in the book: `market.md#exposure-magnitude`.
//!
//! Backends have fields of their own. What a statement says of an element's value, it says of its canonical integer, as
//! [`Limbs`]; what it multiplies by, of integers.
//!
//! Nothing here tracks intervals: statements use [`crate::integer::Builder`], which does, and never call these directly.
//! Names of instructions that leave a value without a range say `unchecked`.

use ethnum::I256;
pub use tailproof_verifier::market::controls::Limbs;
pub use tailproof_verifier::market::layout::FactorRow;

/// The name of a constraint, and its anchor in the book.
pub type Label = &'static str;

/// The instruction set.
pub trait Instructions {
    /// A linear expression that stands for an integer.
    type Integer: Clone;
    /// A linear expression of any field element.
    type Element: Clone;

    /// A constant integer.
    fn constant(&self, value: I256) -> Self::Integer;
    /// `into += factor * other`.
    fn add_scaled(&self, into: &mut Self::Integer, other: &Self::Integer, factor: I256);
    /// The integer that an expression stands for in this witness.
    fn value(&self, integer: &Self::Integer) -> I256;

    /// `into += factor * other`.
    fn element_add_scaled(&self, into: &mut Self::Element, other: &Self::Element, factor: I256);
    /// The canonical integer of an element in this witness.
    fn element_value(&self, element: &Self::Element) -> Limbs;
    /// An integer as an element.
    fn to_element(&self, integer: &Self::Integer) -> Self::Element;

    /// A control input, by its index in the order of public inputs.
    fn control(&self, index: usize) -> Self::Element;
    /// The factor names digest of the scenario set.
    fn factors(&self) -> Self::Element;
    /// The weight of a scenario: a public integer whose range the verifier has checked.
    fn weight(&self, scenario: usize) -> Self::Integer;
    /// What is public about a factor, where the shape has limits on the book: an integer whose range the verifier has checked.
    fn factor_input(&self, row: FactorRow, factor: usize) -> Self::Integer;
    /// The products of the scenario matrix and a vector of one entry per factor: `sum_i S[t,i] x[i]` for each t. Labels: of
    /// the pair products, of the sum that closes a row, and of the products of neighbours in `x`.
    fn scenario_products(&mut self, labels: MatrixLabels, x: &[Self::Integer]) -> Vec<Self::Integer>;

    /// What an honest prover computes outside the circuit. Backends may replace it in tests, to lie.
    fn hint(&mut self, label: Label, honest: I256) -> I256;
    /// A new witness integer without any range.
    fn unchecked_witness(&mut self, label: Label, value: I256) -> Self::Integer;
    /// A new witness integer in [0, 2^bits), as the sum of its bits.
    fn range(&mut self, label: Label, value: I256, bits: u32) -> Self::Integer;
    /// Constrains an integer to [0, 2^bits). Labels: of the bits (also of their hint), and of their sum.
    fn assert_range(&mut self, labels: RangeLabels, integer: &Self::Integer, bits: u32);
    /// A new witness integer equal to the product of two.
    fn product(&mut self, label: Label, left: &Self::Integer, right: &Self::Integer) -> Self::Integer;
    /// Constrains `left * right = product`.
    fn assert_product(&mut self, label: Label, left: &Self::Integer, right: &Self::Integer, product: &Self::Integer);

    /// A new witness element, from a canonical integer below the modulus of every backend's field.
    fn element_witness(&mut self, label: Label, value: Limbs) -> Self::Element;
    /// The quotient of two elements in this witness; zero if the second is zero.
    fn element_quotient_value(&self, numerator: &Self::Element, denominator: &Self::Element) -> Limbs;
    /// A new witness element whose product with one is another: the quotient, and any element if both are zero.
    fn element_quotient(
        &mut self,
        label: Label,
        numerator: &Self::Element,
        denominator: &Self::Element,
    ) -> Self::Element {
        let value = self.element_quotient_value(numerator, denominator);
        let quotient = self.element_witness(label, value);
        self.element_assert_product(label, &quotient, denominator, numerator);
        quotient
    }
    /// A new witness element equal to the product of two.
    fn element_product(&mut self, label: Label, left: &Self::Element, right: &Self::Element) -> Self::Element;
    /// Constrains `left * right = product`.
    fn element_assert_product(
        &mut self,
        label: Label,
        left: &Self::Element,
        right: &Self::Element,
        product: &Self::Element,
    );
    /// Constrains two elements to be equal.
    fn assert_equal(&mut self, label: Label, left: &Self::Element, right: &Self::Element);
    /// The hash of the backend's commitment, of 3 or 12 elements: see `tailproof_verifier::commitment`.
    fn hash(&mut self, label: Label, inputs: &[Self::Element]) -> Self::Element;
}

/// Labels of [`Instructions::scenario_products`].
#[derive(Debug, Clone, Copy)]
pub struct MatrixLabels {
    /// a product of two sums of entries and exposures
    pub pair: Label,
    /// the last product of a row, which defines the row's result
    pub row: Label,
    /// a product of neighbouring exposures
    pub neighbours: Label,
}

/// Labels of [`Instructions::assert_range`].
#[derive(Debug, Clone, Copy)]
pub struct RangeLabels {
    /// a bit is boolean
    pub bit: Label,
    /// the bits sum to the integer
    pub sum: Label,
}
