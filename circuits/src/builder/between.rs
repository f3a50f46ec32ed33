//! Integers between public bounds, where a flag is set.

use ethnum::I256;

use super::{Builder, Num, NumOf, laid_out};
use crate::bound::{BoundError, Interval};
use crate::error::{Built, SynthesisError};
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

/// Other bounds where a second flag is set: see [`Builder::bounded_where_either`].
#[derive(Debug)]
pub struct Either<'e, E> {
    /// The second flag.
    pub flag: &'e Num<E>,
    /// The bounds where it is set.
    pub bounds: &'e Bounds<E>,
    /// `low` is a difference of lower bounds times the flag, and `bounded` one of the spans.
    pub labels: BoundedLabels,
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
    /// If there are not as many bounds as widths, a bound could be negative or is wider than its
    /// number, or the packed bounds could leave the field.
    pub fn bounds(
        &mut self,
        labels: BoundedLabels,
        bits: &[u32],
        lows: &[NumOf<B>],
        highs: &[NumOf<B>],
    ) -> Built<B, Bounds<B::Integer>> {
        for (list, found) in [("lower bounds", lows.len()), ("upper bounds", highs.len())] {
            as_many::<B>(list, bits.len(), found)?;
        }
        // Sums of two distances, and differences of bounds, are determined digit by digit with two
        // bits to spare.
        let spaced_bits = bits.iter().max().copied().unwrap_or(0) + 2;
        let mut low_word = self.constant(I256::ZERO)?;
        let mut span_word = low_word.clone();
        let (mut position, mut spaced) = (0, 0);
        for ((bits, low), high) in bits.iter().zip(lows).zip(highs) {
            for bound in [low, high] {
                if bound.interval.unsigned_bits()? > *bits {
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
    /// If there are not as many numbers as bounds, `also_zero` has negative numbers, or a packed
    /// number could leave the field.
    pub fn bounded_where(
        &mut self,
        labels: BoundedLabels,
        flag: &NumOf<B>,
        bounds: &Bounds<B::Integer>,
        honest: &[I256],
        also_zero: &NumOf<B>,
    ) -> Built<B, BoundedIntegers<B::Integer>> {
        self.bounded(labels, flag, bounds, None, honest, also_zero)
    }

    /// Returns the same, with other bounds where a second flag is set. It is 0 or 1, and set only where
    /// the first is.
    ///
    /// The second flag adds the difference of both bounds: to each number, and to the spans.
    ///
    /// # Errors
    /// The errors of [`Builder::bounded_where`], and if both bounds are not of the same widths.
    pub fn bounded_where_either(
        &mut self,
        labels: BoundedLabels,
        flag: &NumOf<B>,
        bounds: &Bounds<B::Integer>,
        either: Either<'_, B::Integer>,
        honest: &[I256],
        also_zero: &NumOf<B>,
    ) -> Built<B, BoundedIntegers<B::Integer>> {
        as_many::<B>("other bounds", bounds.bits.len(), either.bounds.bits.len())?;
        if either.bounds.bits != bounds.bits {
            return Err(SynthesisError::Length {
                list: "widths of other bounds",
                expected: bounds.bits.len(),
                found: 0,
            });
        }
        self.bounded(labels, flag, bounds, Some(either), honest, also_zero)
    }

    fn bounded(
        &mut self,
        labels: BoundedLabels,
        flag: &NumOf<B>,
        bounds: &Bounds<B::Integer>,
        either: Option<Either<'_, B::Integer>>,
        honest: &[I256],
        also_zero: &NumOf<B>,
    ) -> Built<B, BoundedIntegers<B::Integer>> {
        as_many::<B>("bounded numbers", bounds.bits.len(), honest.len())?;
        also_zero.interval.unsigned_bits()?;
        let is_set = self.value(flag) == I256::ONE;
        let mut packed = self.product(labels.low, flag, &bounds.low_word)?;
        let mut spaced = self.constant(I256::ZERO)?;
        let mut numbers = Vec::with_capacity(honest.len());
        let (mut position, mut shift) = (0, 0);
        let is_other = either.as_ref().is_some_and(|either| self.value(either.flag) == I256::ONE);
        let in_force = either.as_ref().filter(|_| is_other).map_or(bounds, |either| either.bounds);
        let spans: Vec<I256> =
            spans(self.value(&in_force.span_word), bounds.spaced_bits).take(bounds.bits.len()).collect();
        for (index, ((bits, low), value)) in bounds.bits.iter().zip(&bounds.lows).zip(honest).enumerate() {
            let least = self.value(&in_force.lows[index]);
            let above = if is_set { *value - least } else { I256::ZERO };
            let below = if is_set { spans[index] - above } else { I256::ZERO };
            let above = self.range(labels.above, above, *bits)?;
            let below = self.range(labels.below, below, *bits)?;
            packed = self.combine(&[(&packed, I256::ONE), (&above, I256::ONE << position)])?;
            let one = I256::ONE << shift;
            spaced = self.combine(&[(&spaced, I256::ONE), (&above, one), (&below, one)])?;
            let mut number = self.add(low, &above)?;
            if let Some(either) = &either {
                let difference = self.sub(&either.bounds.lows[index], low)?;
                let more = self.product(either.labels.low, either.flag, &difference)?;
                number = self.add(&number, &more)?;
                packed = self.combine(&[(&packed, I256::ONE), (&more, I256::ONE << position)])?;
            }
            numbers.push(number);
            position += bits;
            shift += bounds.spaced_bits;
        }
        if let Some(either) = &either {
            let difference = self.sub(&either.bounds.span_word, &bounds.span_word)?;
            let more = self.product(either.labels.bounded, either.flag, &difference)?;
            spaced = self.sub(&spaced, &more)?;
        }
        let rest = I256::ONE << (shift + 1);
        let left = self.combine(&[(&bounds.span_word, I256::ONE), (also_zero, rest)])?;
        let right = self.combine(&[(&spaced, I256::ONE), (also_zero, rest)])?;
        let (flag, left, right) = (&flag.expression, &left.expression, &right.expression);
        laid_out::<B, _>(self.backend.assert_product(labels.bounded, flag, left, right))?;
        // Each number is at most its upper bound where the flag is set. Where it is not, the number
        // is its lower bound, and the sum is zero.
        packed.interval = Interval::unsigned(position)?;
        for (number, bits) in numbers.iter_mut().zip(&bounds.bits) {
            number.interval = Interval::unsigned(*bits)?;
        }
        Ok(BoundedIntegers { numbers, packed })
    }
}

/// A list has the expected length: pairing it with a longer one would drop the rest without a word.
fn as_many<B: Instructions>(list: &'static str, expected: usize, found: usize) -> Built<B, ()> {
    if found == expected { Ok(()) } else { Err(SynthesisError::Length { list, expected, found }) }
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

#[cfg(test)]
mod tests {
    use ark_bn254::Fr;
    use tailproof_verifier::inputs::ScenarioInputs;
    use tailproof_verifier::inputs::controls::CONTROLS;

    use super::*;
    use crate::plain::Plain;

    const LABELS: BoundedLabels = BoundedLabels {
        low_word: "low word",
        span_word: "span word",
        above: "above",
        below: "below",
        low: "low",
        bounded: "bounded",
    };

    /// Calls a test with a builder.
    fn with_builder(test: impl FnOnce(&mut Builder<'_, Plain<'_>>)) {
        let scenarios = ScenarioInputs::zero("2x2/1".parse().unwrap());
        let mut backend = Plain::new(&[Fr::from(0u64); CONTROLS], &scenarios);
        test(&mut Builder::new(&mut backend));
        assert!(backend.violations().is_empty());
    }

    #[test]
    fn a_bound_that_could_be_negative_is_refused() {
        with_builder(|builder| {
            let fits = builder.range("fits", I256::ONE, 4).unwrap();
            let negative = builder.signed_range("negative", I256::ONE, 4).unwrap();
            let refused = SynthesisError::from(BoundError::Negative { low: I256::from(-8) });
            for (low, high) in [(&negative, &fits), (&fits, &negative)] {
                let found = builder.bounds(LABELS, &[4], std::slice::from_ref(low), std::slice::from_ref(high));
                assert_eq!(found.unwrap_err(), refused);
            }
        });
    }

    #[test]
    fn a_bound_wider_than_its_number_is_refused() {
        with_builder(|builder| {
            let fits = builder.range("fits", I256::ONE, 4).unwrap();
            let wide = builder.range("wide", I256::ONE, 5).unwrap();
            let found = builder.bounds(LABELS, &[4], &[fits], &[wide]);
            assert_eq!(found.unwrap_err(), BoundError::TooWide { high: I256::from(31), bits: 4 }.into());
        });
    }

    #[test]
    fn a_list_of_another_length_is_refused() {
        with_builder(|builder| {
            let bound = builder.range("bound", I256::ONE, 4).unwrap();
            let of = |count| vec![bound.clone(); count];
            let length = |list, found| SynthesisError::Length { list, expected: 2, found };
            for other in [1, 3] {
                let found = builder.bounds(LABELS, &[4; 2], &of(other), &of(2));
                assert_eq!(found.unwrap_err(), length("lower bounds", other));
                let found = builder.bounds(LABELS, &[4; 2], &of(2), &of(other));
                assert_eq!(found.unwrap_err(), length("upper bounds", other));
            }
            let bounds = builder.bounds(LABELS, &[4; 2], &of(2), &of(2)).unwrap();
            let [flag, zero] = [I256::ONE, I256::ZERO].map(|value| builder.constant(value).unwrap());
            for other in [1, 3] {
                let found = builder.bounded_where(LABELS, &flag, &bounds, &vec![I256::ONE; other], &zero);
                assert_eq!(found.unwrap_err(), length("bounded numbers", other));
            }
            assert_eq!(builder.bounded_where(LABELS, &flag, &bounds, &[I256::ONE; 2], &zero).unwrap().numbers.len(), 2);
        });
    }
}
