//! Constants and linear combinations.

use ethnum::I256;

use super::{Builder, Num, NumOf};
use crate::bound::Interval;
use crate::error::Built;
use crate::instructions::Instructions;

impl<B: Instructions> Builder<'_, B> {
    /// Returns a constant.
    ///
    /// # Errors
    /// If it is outside the field's range.
    pub fn constant(&self, value: I256) -> Built<B, NumOf<B>> {
        Ok(Num { expression: self.backend.constant(value), interval: Interval::constant(value)? })
    }

    /// Returns a linear combination of integers.
    ///
    /// # Errors
    /// If it could leave the field.
    pub fn combine(&self, terms: &[(&NumOf<B>, I256)]) -> Built<B, NumOf<B>> {
        let mut total = self.constant(I256::ZERO)?;
        for (term, factor) in terms {
            total.interval = total.interval.plus(&term.interval.times(*factor)?)?;
            self.backend.add_scaled(&mut total.expression, &term.expression, *factor);
        }
        Ok(total)
    }

    /// Returns the sum of many integers.
    ///
    /// # Errors
    /// If it could leave the field.
    pub fn sum<'n>(&self, terms: impl IntoIterator<Item = &'n NumOf<B>>) -> Built<B, NumOf<B>>
    where
        B::Integer: 'n,
    {
        let mut total = self.constant(I256::ZERO)?;
        for term in terms {
            total.interval = total.interval.plus(&term.interval)?;
            self.backend.add_scaled(&mut total.expression, &term.expression, I256::ONE);
        }
        Ok(total)
    }

    /// Returns the sum of two integers.
    ///
    /// # Errors
    /// If it could leave the field.
    pub fn add(&self, left: &NumOf<B>, right: &NumOf<B>) -> Built<B, NumOf<B>> {
        self.combine(&[(left, I256::ONE), (right, I256::ONE)])
    }

    /// Returns the difference of two integers.
    ///
    /// # Errors
    /// If it could leave the field.
    pub fn sub(&self, left: &NumOf<B>, right: &NumOf<B>) -> Built<B, NumOf<B>> {
        self.combine(&[(left, I256::ONE), (right, I256::MINUS_ONE)])
    }
}
