//! Sign and magnitude of integers.

use ethnum::I256;

use super::{Builder, Num, NumOf, laid_out};
use crate::bound::{BoundError, Interval, bits_of};
use crate::error::Built;
use crate::instructions::{Instructions, Label};

/// An integer split into a sign and a magnitude.
#[derive(Debug, Clone)]
pub struct Magnitude<E> {
    /// 1 for a positive integer, 0 for a negative one, either for 0.
    pub positive: Num<E>,
    /// `|x|`.
    pub magnitude: Num<E>,
    /// `|x| + x = 2 max(x, 0)`.
    pub twice_positive_part: Num<E>,
}

/// The sign that an honest prover gives zero. Both signs are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignOfZero {
    /// Sign 0.
    Negative,
    /// Sign 1.
    Positive,
}

/// Labels of a magnitude.
#[derive(Debug, Clone, Copy)]
pub struct MagnitudeLabels {
    /// The sign is boolean.
    pub sign: Label,
    /// The bits of the magnitude are boolean.
    pub bit: Label,
    /// Sign times integer is the magnitude.
    pub product: Label,
}

/// Returns the interval of the integers whose magnitude is below 2^bits.
fn below(bits: u32) -> Result<Interval, BoundError> {
    let most = Interval::unsigned(bits)?.high();
    Interval::new(-most, most)
}

impl<B: Instructions> Builder<'_, B> {
    /// Returns sign and magnitude of an integer: a boolean, one range check as wide as the
    /// interval, one product.
    ///
    /// If `s` is boolean, `m` in [0, 2^n) and `(2 s - 1) x = m`, then `x` is `m` or `-m`. Integers
    /// in the interval are determined by their class in the field, so `m = |x|`, and
    /// `m + x = 2 max(x, 0)`.
    ///
    /// # Errors
    /// If twice the magnitude could leave the field.
    pub fn magnitude(
        &mut self,
        labels: MagnitudeLabels,
        integer: &NumOf<B>,
        zero: SignOfZero,
    ) -> Built<B, Magnitude<B::Integer>> {
        let bits = bits_of(integer.interval.magnitude());
        let (positive, magnitude) = self.sign_and_magnitude(labels, &integer.expression, bits, zero)?;
        let mut twice_positive_part = self.add(&magnitude, integer)?;
        let most = integer.interval.high().max(I256::ZERO) * I256::from(2);
        twice_positive_part.interval = Interval::new(I256::ZERO, most)?;
        Ok(Magnitude { positive, magnitude, twice_positive_part })
    }

    /// Returns a new signed witness whose magnitude is below 2^bits, and its magnitude.
    ///
    /// # Errors
    /// If `bits` is too wide for the field.
    pub fn signed_witness(
        &mut self,
        labels: MagnitudeLabels,
        honest: I256,
        bits: u32,
    ) -> Built<B, (NumOf<B>, NumOf<B>)> {
        let value = self.backend.hint(labels.product, honest);
        let expression = laid_out::<B, _>(self.backend.unchecked_witness(labels.product, value))?;
        let (_, magnitude) = self.sign_and_magnitude(labels, &expression, bits, SignOfZero::Negative)?;
        let most = magnitude.interval.high();
        Ok((Num { expression, interval: Interval::new(-most, most)? }, magnitude))
    }

    /// Returns sign and magnitude of an integer of any interval, and so proves that its magnitude is
    /// below 2^bits.
    ///
    /// # Errors
    /// If `bits` is too wide for the field.
    pub fn narrow_magnitude(
        &mut self,
        labels: MagnitudeLabels,
        integer: &NumOf<B>,
        bits: u32,
        zero: SignOfZero,
    ) -> Built<B, Magnitude<B::Integer>> {
        // The magnitude is in range and plus or minus the integer: so the integer is in this interval.
        let narrowed = Num { expression: integer.expression.clone(), interval: below(bits)? };
        self.magnitude(labels, &narrowed, zero)
    }

    /// Returns a new witness `v`, and sign and magnitude of its distance `factor v - point`, which is
    /// proved to be below 2^bits. The distance is the one bound on the witness: its interval follows
    /// from that of the point.
    ///
    /// # Errors
    /// If a number could leave the field.
    ///
    /// # Panics
    /// If `factor` is neither 1 nor -1.
    pub fn witness_by_distance(
        &mut self,
        label: Label,
        labels: MagnitudeLabels,
        honest: I256,
        (factor, point): (I256, &NumOf<B>),
        bits: u32,
        zero: SignOfZero,
    ) -> Built<B, (NumOf<B>, Magnitude<B::Integer>)> {
        assert!(factor.abs() == I256::ONE, "a witness is the distance and the point, or their negative");
        let value = self.backend.hint(label, honest);
        let expression = laid_out::<B, _>(self.backend.unchecked_witness(label, value))?;
        // v = factor (distance + point)
        let interval = below(bits)?.plus(&point.interval)?.times(factor)?;
        let witness = Num { expression, interval };
        let distance = self.combine(&[(&witness, factor), (point, I256::MINUS_ONE)])?;
        let magnitude = self.narrow_magnitude(labels, &distance, bits, zero)?;
        Ok((witness, magnitude))
    }

    fn sign_and_magnitude(
        &mut self,
        labels: MagnitudeLabels,
        expression: &B::Integer,
        bits: u32,
        zero: SignOfZero,
    ) -> Built<B, (NumOf<B>, NumOf<B>)> {
        let value = self.backend.value(expression);
        let is_positive = value > I256::ZERO || (value == I256::ZERO && zero == SignOfZero::Positive);
        let positive = self.range(labels.sign, I256::from(u8::from(is_positive)), 1)?;
        let magnitude = self.range(labels.bit, value.abs(), bits)?;
        let minus_one = self.constant(I256::MINUS_ONE)?;
        let sign = self.combine(&[(&positive, I256::from(2)), (&minus_one, I256::ONE)])?;
        let (sign, product) = (&sign.expression, &magnitude.expression);
        laid_out::<B, _>(self.backend.assert_product(labels.product, expression, sign, product))?;
        Ok((positive, magnitude))
    }
}
