//! Range checks, and splitting an integer into parts that have ranges.

use ethnum::I256;

use super::{Builder, Num, NumOf, laid_out};
use crate::bound::{BoundError, Interval, bits_of};
use crate::error::Built;
use crate::instructions::{Instructions, Label, RangeLabels};

impl<B: Instructions> Builder<'_, B> {
    /// Returns a new witness in [0, 2^bits). `honest` is a hint.
    ///
    /// # Errors
    /// If `bits` is too wide for the field.
    pub fn range(&mut self, label: Label, honest: I256, bits: u32) -> Built<B, NumOf<B>> {
        let interval = Interval::unsigned(bits)?;
        let value = self.backend.hint(label, honest);
        Ok(Num { expression: laid_out::<B, _>(self.backend.range(label, value, bits))?, interval })
    }

    /// Returns a new witness in [-2^(bits-1), 2^(bits-1)).
    ///
    /// # Errors
    /// If `bits` is too wide for the field.
    pub fn signed_range(&mut self, label: Label, honest: I256, bits: u32) -> Built<B, NumOf<B>> {
        let offset = I256::ONE << (bits - 1);
        let lifted = self.range(label, honest + offset, bits)?;
        let offset = self.constant(offset)?;
        self.sub(&lifted, &offset)
    }

    /// Constrains an integer to be at least 0, with a range check as wide as the positive part of
    /// its interval.
    ///
    /// A negative integer of magnitude up to 2^252 is in the class of a number above every range
    /// that builds: see [`Interval::MOST_BITS`].
    ///
    /// # Errors
    /// If the interval has no element that is at least 0.
    pub fn assert_nonnegative(&mut self, labels: RangeLabels, integer: &NumOf<B>) -> Built<B, ()> {
        let high = integer.interval.high();
        if high < I256::ZERO {
            return Err(BoundError::NeverHolds { high }.into());
        }
        self.assert_range(labels, integer, bits_of(high))
    }

    /// Constrains an integer of any interval to [0, 2^bits), and returns it with that interval.
    ///
    /// # Errors
    /// If `bits` is too wide for the field.
    pub fn narrow(&mut self, labels: RangeLabels, integer: &NumOf<B>, bits: u32) -> Built<B, NumOf<B>> {
        let interval = Interval::unsigned(bits)?;
        self.assert_range(labels, integer, bits)?;
        Ok(Num { expression: integer.expression.clone(), interval })
    }

    fn assert_range(&mut self, labels: RangeLabels, integer: &NumOf<B>, bits: u32) -> Built<B, ()> {
        let lowest_bits = self.value(integer) & ((I256::ONE << bits) - I256::ONE);
        let in_range = self.backend.hint(labels.bit, lowest_bits);
        laid_out::<B, _>(self.backend.assert_range(labels, &integer.expression, bits, in_range))
    }

    /// Splits a total that is not negative into parts, each with its label and its interval, the
    /// lowest bits first. The parts are unique because each stays in its range.
    ///
    /// # Errors
    /// If a part has negative numbers, or the parts together could leave the field.
    pub fn split<const N: usize>(
        &mut self,
        label: Label,
        total: &NumOf<B>,
        parts: [(Label, Interval); N],
    ) -> Built<B, [NumOf<B>; N]> {
        let mut value = self.value(total);
        let mut position = 0;
        let mut found = Vec::with_capacity(N);
        let mut shifts = Vec::with_capacity(N);
        for (index, (label, interval)) in parts.iter().enumerate() {
            let bits = interval.unsigned_bits()?;
            let range = I256::ONE << bits;
            let rest = if index + 1 == N { value } else { value.rem_euclid(range) };
            found.push(self.range(label, rest, bits)?);
            shifts.push(I256::ONE << position);
            value = value.div_euclid(range);
            position += bits;
        }
        let terms: Vec<_> = found.iter().zip(shifts).rev().collect();
        let again = self.combine(&terms)?;
        self.assert_same(label, &again, total)?;
        super::elements::exactly::<B, _, N>("parts", found)
    }
}
