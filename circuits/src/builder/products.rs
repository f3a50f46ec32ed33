//! Products and equalities of integers.

use super::{Builder, Num, NumOf, laid_out};
use crate::error::Built;
use crate::instructions::{Instructions, Label};

impl<B: Instructions> Builder<'_, B> {
    /// Returns a new witness that is the product of two integers: one constraint.
    ///
    /// # Errors
    /// If it could leave the field.
    pub fn product(&mut self, label: Label, left: &NumOf<B>, right: &NumOf<B>) -> Built<B, NumOf<B>> {
        let interval = left.interval.product(&right.interval)?;
        let value = self.backend.hint(label, self.value(left) * self.value(right));
        let product = self.backend.product(label, &left.expression, &right.expression, value);
        Ok(Num { expression: laid_out::<B, _>(product)?, interval })
    }

    /// Constrains `left * right = product`.
    ///
    /// Both sides lie in [-2^252, 2^252]. Their difference is then at most 2^253 in magnitude,
    /// which is less than the modulus, so that equality in the field is equality of integers.
    ///
    /// # Errors
    /// If the product could leave the field.
    pub fn assert_product(
        &mut self,
        label: Label,
        left: &NumOf<B>,
        right: &NumOf<B>,
        product: &NumOf<B>,
    ) -> Built<B, ()> {
        left.interval.product(&right.interval)?;
        let (left, right) = (&left.expression, &right.expression);
        laid_out::<B, _>(self.backend.assert_product(label, left, right, &product.expression))
    }

    /// Constrains two integers to be equal.
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    pub fn assert_same(&mut self, label: Label, left: &NumOf<B>, right: &NumOf<B>) -> Built<B, ()> {
        self.assert_expressions_equal(label, &left.expression, &right.expression)
    }

    /// Returns a new witness that is equal to an integer, for an expression that many constraints
    /// use.
    ///
    /// # Errors
    /// If the backend cannot lay it out.
    pub fn named(&mut self, label: Label, integer: &NumOf<B>) -> Built<B, NumOf<B>> {
        let value = self.backend.hint(label, self.value(integer));
        let expression = laid_out::<B, _>(self.backend.unchecked_witness(label, value))?;
        self.assert_expressions_equal(label, &expression, &integer.expression)?;
        Ok(Num { expression, interval: integer.interval })
    }

    pub(super) fn assert_expressions_equal(
        &mut self,
        label: Label,
        left: &B::Integer,
        right: &B::Integer,
    ) -> Built<B, ()> {
        let [left, right] = [left, right].map(|integer| self.backend.to_element(integer));
        laid_out::<B, _>(self.backend.assert_equal(label, &left, &right))
    }
}
