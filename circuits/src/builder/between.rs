//! Integers between public bounds, where a flag is set.

use ethnum::I256;

use super::{Builder, Num, NumOf, laid_out};
use crate::bound::{BoundError, Interval};
use crate::error::Built;
use crate::instructions::{Instructions, Label};

/// Labels of integers between public bounds.
#[derive(Debug, Clone, Copy)]
pub struct BoundedLabels {
    /// The packed lower bounds.
    pub low_word: Label,
    /// The packed distances between bounds.
    pub span_word: Label,
    /// The bits of the distance from a lower bound.
    pub above: Label,
    /// The bits of the distance to an upper bound.
    pub below: Label,
    /// Flag times lower bounds.
    pub low: Label,
    /// Distances add up where the flag is set, and everything is zero where it is not.
    pub bounded: Label,
}

/// Public bounds of several integers: see [`Builder::bounds`].
#[derive(Debug, Clone)]
pub struct Bounds<E> {
    bits: Vec<u32>,
    lows: Vec<Num<E>>,
    low_word: Num<E>,
    span_word: Num<E>,
    spaced_bits: u32,
}

/// Integers between bounds where a flag is set: see [`Builder::bounded_where`].
#[derive(Debug, Clone)]
pub struct BoundedIntegers<E> {
    /// The integers where the flag is set, and something in range where it is not.
    pub numbers: Vec<Num<E>>,
    /// The integers packed from the lowest bit up, each in its width; zero where the flag is not
    /// set.
    pub packed: Num<E>,
}

impl<B: Instructions> Builder<'_, B> {
    /// Returns bounds of integers of `bits` bits, from lower and upper bounds of the same widths.
    ///
    /// # Errors
    /// If a bound is wider than its number, or the packed bounds could leave the field.
    pub fn bounds(
        &mut self,
        labels: BoundedLabels,
        bits: &[u32],
        lows: &[NumOf<B>],
        highs: &[NumOf<B>],
    ) -> Built<B, Bounds<B::Integer>> {
        // Sums of two distances, and differences of bounds, are determined digit by digit with two
        // bits to spare.
        let spaced_bits = bits.iter().max().copied().unwrap_or(0) + 2;
        let mut low_word = self.constant(I256::ZERO)?;
        let mut span_word = low_word.clone();
        let (mut position, mut spaced) = (0, 0);
        for ((bits, low), high) in bits.iter().zip(lows).zip(highs) {
            for bound in [low, high] {
                if bound.interval.unsigned_bits().is_ok_and(|width| width > *bits) {
                    return Err(BoundError::TooWide { high: bound.interval.high(), bits: *bits }.into());
                }
            }
            let one = I256::ONE << spaced;
            low_word = self.combine(&[(&low_word, I256::ONE), (low, I256::ONE << position)])?;
            span_word = self.combine(&[(&span_word, I256::ONE), (high, one), (low, -one)])?;
            position += bits;
            spaced += spaced_bits;
        }
        let low_word = self.named(labels.low_word, &low_word)?;
        let span_word = self.named(labels.span_word, &span_word)?;
        Ok(Bounds { bits: bits.to_vec(), lows: lows.to_vec(), low_word, span_word, spaced_bits })
    }

    /// Returns new witnesses between bounds where a flag (0 or 1) is set. Where it is not set they
    /// are zero, and so is `also_zero`, which is not negative.
    ///
    /// Let `a_j` and `b_j` be the distances from the bounds, which are in range, W a sum with
    /// spaced places, and R everything else that must vanish. The constraint is
    /// `flag (span + 2^k R) = W(a + b) + 2^k R`. For 1 it says `high_j - low_j = a_j + b_j` digit
    /// by digit. For 0 it says that a sum of numbers that are not negative is zero.
    ///
    /// # Errors
    /// If `also_zero` has negative numbers, or a packed number could leave the field.
    pub fn bounded_where(
        &mut self,
        labels: BoundedLabels,
        flag: &NumOf<B>,
        bounds: &Bounds<B::Integer>,
        honest: &[I256],
        also_zero: &NumOf<B>,
    ) -> Built<B, BoundedIntegers<B::Integer>> {
        also_zero.interval.unsigned_bits()?;
        let is_set = self.value(flag) == I256::ONE;
        let mut packed = self.product(labels.low, flag, &bounds.low_word)?;
        let mut spaced = self.constant(I256::ZERO)?;
        let mut numbers = Vec::with_capacity(honest.len());
        let (mut position, mut shift) = (0, 0);
        let spans = spans(self.value(&bounds.span_word), bounds.spaced_bits);
        for (((bits, low), value), span) in bounds.bits.iter().zip(&bounds.lows).zip(honest).zip(spans) {
            let above = if is_set { *value - self.value(low) } else { I256::ZERO };
            let below = if is_set { span - above } else { I256::ZERO };
            let above = self.range(labels.above, above, *bits)?;
            let below = self.range(labels.below, below, *bits)?;
            packed = self.combine(&[(&packed, I256::ONE), (&above, I256::ONE << position)])?;
            let one = I256::ONE << shift;
            spaced = self.combine(&[(&spaced, I256::ONE), (&above, one), (&below, one)])?;
            numbers.push(self.add(low, &above)?);
            position += bits;
            shift += bounds.spaced_bits;
        }
        let rest = I256::ONE << (shift + 1);
        let left = self.combine(&[(&bounds.span_word, I256::ONE), (also_zero, rest)])?;
        let right = self.combine(&[(&spaced, I256::ONE), (also_zero, rest)])?;
        let (flag, left, right) = (&flag.expression, &left.expression, &right.expression);
        laid_out::<B, _>(self.backend.assert_product(labels.bounded, flag, left, right))?;
        // Each number is at most its upper bound where the flag is set, and the sum is zero where
        // it is not.
        packed.interval = Interval::unsigned(position)?;
        Ok(BoundedIntegers { numbers, packed })
    }
}

/// The signed digits of a word with places of `bits` bits, the lowest first: the distances between
/// bounds.
fn spans(mut word: I256, bits: u32) -> impl Iterator<Item = I256> {
    let mask = (I256::ONE << bits) - 1;
    std::iter::repeat_with(move || {
        let mut span = word & mask;
        if span >> (bits - 1) != I256::ZERO {
            span -= mask + 1;
        }
        word = (word - span) >> bits;
        span
    })
}
