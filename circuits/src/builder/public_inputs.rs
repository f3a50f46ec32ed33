//! Public inputs with the ranges that the verifier checks.

use ethnum::I256;
use tailproof_verifier::Shape;

use super::{Builder, Num, NumOf};
use crate::bound::Interval;
use crate::error::Built;
use crate::instructions::{FactorRow, Instructions, Limbs};

impl<B: Instructions> Builder<'_, B> {
    /// Returns the shape that the public inputs are of.
    pub fn shape(&self) -> Shape {
        self.backend.shape()
    }

    /// Returns a control, by its index in the order of public inputs.
    pub fn control(&self, index: usize) -> B::Element {
        self.backend.control(index)
    }

    /// Returns the canonical integer of a control.
    pub fn control_value(&self, index: usize) -> Limbs {
        self.backend.element_value(&self.backend.control(index))
    }

    /// Returns the digest of the factor names, or of the schema of a tape.
    pub fn factors(&self) -> B::Element {
        self.backend.factors()
    }

    /// Returns the weight of a scenario, in [0, 2^20).
    ///
    /// # Errors
    /// Never: the range of weights is inside the field.
    pub fn weight(&self, scenario: usize) -> Built<B, NumOf<B>> {
        let interval = Interval::unsigned(tailproof_core::fixed_point::WEIGHT_BITS)?;
        Ok(Num { expression: self.backend.weight(scenario), interval })
    }

    /// Returns a public number of a factor.
    ///
    /// # Errors
    /// Never: the ranges of these numbers are inside the field.
    pub fn factor_input(&self, row: FactorRow, factor: usize) -> Built<B, NumOf<B>> {
        Ok(Num { expression: self.backend.factor_input(row, factor), interval: Interval::unsigned(row.bits())? })
    }

    /// Returns the value of an integer in this witness, for computing other witnesses from.
    pub fn value(&self, integer: &NumOf<B>) -> I256 {
        self.backend.value(&integer.expression)
    }
}
