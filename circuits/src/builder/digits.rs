//! Packing several integers into one.

use ethnum::I256;

use super::{Builder, NumOf};
use crate::bound::BoundError;
use crate::error::Built;
use crate::instructions::{Instructions, Label};
use tailproof_verifier::inputs::controls::PackedField;

impl<B: Instructions> Builder<'_, B> {
    /// Returns digits packed into one integer. A digit is given with its width and its lowest bit,
    /// is not negative, and begins where the digit before it has ended.
    ///
    /// # Errors
    /// If a digit is wider than its width, digits overlap, or they could leave the field.
    pub fn pack_unsigned(&self, digits: &[(&NumOf<B>, u32, u32)]) -> Built<B, NumOf<B>> {
        let mut terms = Vec::with_capacity(digits.len());
        let mut end = 0;
        for (digit, bits, shift) in digits {
            if digit.interval.unsigned_bits()? > *bits {
                return Err(BoundError::TooWide { high: digit.interval.high(), bits: *bits }.into());
            }
            if *shift < end {
                return Err(BoundError::Overlap { shift: *shift, end }.into());
            }
            end = shift + bits;
            terms.push((*digit, I256::ONE << *shift));
        }
        self.combine(&terms)
    }

    /// Returns signed digits packed into one element, `sum_j x[j] * 2^(digit_bits j)`, which
    /// determines the digits.
    ///
    /// # Errors
    /// If a digit has more than `digit_bits - 1` bits of magnitude, or the digits could leave the
    /// field.
    pub fn pack_digits(&self, digits: &[NumOf<B>], digit_bits: u32) -> Built<B, B::Element> {
        let most = (I256::ONE << (digit_bits - 1)) - 1;
        if let Some(digit) = digits.iter().find(|digit| digit.interval.magnitude() > most) {
            return Err(BoundError::TooWide { high: digit.interval.magnitude(), bits: digit_bits - 1 }.into());
        }
        let mut packed = self.constant(I256::ZERO)?;
        for (index, digit) in (0u32..).zip(digits) {
            packed = self.combine(&[(&packed, I256::ONE), (digit, I256::ONE << (digit_bits * index))])?;
        }
        Ok(self.element(&packed))
    }

    /// Returns new witnesses for packed fields, each in the range of its width, and their packed
    /// integer. The values are hints.
    ///
    /// # Errors
    /// If the fields could leave the field of the backend.
    pub fn unpack(
        &mut self,
        label: Label,
        fields: &[PackedField],
        values: impl IntoIterator<Item = u128>,
    ) -> Built<B, (Vec<NumOf<B>>, NumOf<B>)> {
        let mut packed = self.constant(I256::ZERO)?;
        let mut position = 0;
        let mut numbers = Vec::with_capacity(fields.len());
        for (field, value) in fields.iter().zip(values) {
            let number = self.range(label, I256::from(value), field.bits)?;
            packed = self.combine(&[(&packed, I256::ONE), (&number, I256::ONE << position)])?;
            position += field.bits;
            numbers.push(number);
        }
        Ok((numbers, packed))
    }
}
