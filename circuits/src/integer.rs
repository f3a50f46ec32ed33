//! Integers that carry their interval, over any backend.
//!
//! A [`Num`] can only be made by an operation that proves its interval, so bit widths are never counted by hand: they come
//! from the intervals.

use ethnum::I256;

use crate::bound::{BoundError, Interval, bits_of};
use crate::instructions::{FactorRow, Instructions, Label, MatrixLabels, RangeLabels};

/// A linear expression that is known to lie in an interval.
#[derive(Debug, Clone)]
pub struct Num<E> {
    expression: E,
    interval: Interval,
}

impl<E> Num<E> {
    /// The interval the integer is proved to lie in.
    pub fn interval(&self) -> Interval {
        self.interval
    }

    /// The backend's expression.
    pub fn expression(&self) -> &E {
        &self.expression
    }
}

/// A [`Num`] over a backend.
pub type NumOf<B> = Num<<B as Instructions>::Integer>;

/// An integer split into a sign and a magnitude.
#[derive(Debug, Clone)]
pub struct Magnitude<E> {
    /// 1 for a positive integer, 0 for a negative one; either for 0
    pub positive: Num<E>,
    /// `|x|`
    pub magnitude: Num<E>,
    /// `|x| + x = 2 max(x, 0)`
    pub twice_positive_part: Num<E>,
}

/// What an honest prover calls zero, which may be called either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignOfZero {
    /// sign 0
    Negative,
    /// sign 1
    Positive,
}

/// Labels of a magnitude.
#[derive(Debug, Clone, Copy)]
pub struct MagnitudeLabels {
    /// the sign is boolean
    pub sign: Label,
    /// the bits of the magnitude are boolean
    pub bit: Label,
    /// sign times integer is the magnitude
    pub product: Label,
}

/// Labels of a bounded vector.
#[derive(Debug, Clone, Copy)]
pub struct VectorLabels {
    /// sign and magnitude of an entry
    pub entry: MagnitudeLabels,
    /// the sum of magnitudes is in range
    pub total: RangeLabels,
}

/// Signed integers with a bound on the sum of their magnitudes.
#[derive(Debug, Clone)]
pub struct BoundedVector<E> {
    entries: Vec<Num<E>>,
    magnitudes: Vec<Num<E>>,
    total: Num<E>,
}

impl<E> BoundedVector<E> {
    /// The entries.
    pub fn entries(&self) -> &[Num<E>] {
        &self.entries
    }

    /// Their magnitudes.
    pub fn magnitudes(&self) -> &[Num<E>] {
        &self.magnitudes
    }

    /// The sum of their magnitudes.
    pub fn total(&self) -> &Num<E> {
        &self.total
    }
}

/// Labels of integers between public bounds.
#[derive(Debug, Clone, Copy)]
pub struct BoundedLabels {
    /// the packed lower bounds
    pub low_word: Label,
    /// the packed distances between bounds
    pub span_word: Label,
    /// the bits of the distance from a lower bound
    pub above: Label,
    /// the bits of the distance to an upper bound
    pub below: Label,
    /// flag times lower bounds
    pub low: Label,
    /// distances add up where the flag is set; everything is zero where it is not
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
    /// what they are where the flag is set, and something in range where it is not
    pub numbers: Vec<Num<E>>,
    /// packed from the lowest bit up, each in its width; zero where the flag is not set
    pub packed: Num<E>,
}

/// Makes [`Num`]s over a backend.
#[derive(Debug)]
pub struct Builder<'b, B> {
    /// the backend, for what has no interval: elements and hashes
    pub backend: &'b mut B,
}

impl<B: Instructions> Builder<'_, B> {
    /// A constant.
    ///
    /// # Errors
    /// Too wide for the field.
    pub fn constant(&self, value: I256) -> Result<Num<B::Integer>, BoundError> {
        Ok(Num { expression: self.backend.constant(value), interval: Interval::constant(value)? })
    }

    /// The weight of a scenario, whose range the verifier checks: [0, 2^20).
    ///
    /// # Errors
    /// Never, for the range of weights.
    pub fn weight(&self, scenario: usize) -> Result<Num<B::Integer>, BoundError> {
        let interval = Interval::unsigned(tailproof_core::fixed_point::WEIGHT_BITS)?;
        Ok(Num { expression: self.backend.weight(scenario), interval })
    }

    /// What is public about a factor, whose range the verifier checks.
    ///
    /// # Errors
    /// Never, for the ranges there are.
    pub fn factor_input(&self, row: FactorRow, factor: usize) -> Result<Num<B::Integer>, BoundError> {
        Ok(Num { expression: self.backend.factor_input(row, factor), interval: Interval::unsigned(row.bits())? })
    }

    /// The value that an integer has in this witness.
    pub fn value(&self, integer: &Num<B::Integer>) -> I256 {
        self.backend.value(&integer.expression)
    }

    /// A new witness integer equal to an integer, for one that many constraints use.
    pub fn named(&mut self, label: Label, integer: &Num<B::Integer>) -> Num<B::Integer> {
        let value = self.backend.hint(label, self.value(integer));
        let expression = self.backend.unchecked_witness(label, value);
        let [left, right] = [&expression, &integer.expression].map(|integer| self.backend.to_element(integer));
        self.backend.assert_equal(label, &left, &right);
        Num { expression, interval: integer.interval }
    }

    /// A new witness in [0, 2^bits). The honest value is a hint.
    ///
    /// # Errors
    /// Too wide for the field.
    pub fn range(&mut self, label: Label, honest: I256, bits: u32) -> Result<Num<B::Integer>, BoundError> {
        let interval = Interval::unsigned(bits)?;
        let value = self.backend.hint(label, honest);
        Ok(Num { expression: self.backend.range(label, value, bits), interval })
    }

    /// A witness that claims to be in [0, 2^bits) and is not checked: the bug that the adversary of the test suite is shown.
    #[cfg(feature = "planted-bug")]
    pub fn unchecked_for_planted_bug(&mut self, label: Label, value: I256, bits: u32) -> NumOf<B> {
        let interval = Interval::unsigned(bits).expect("narrower than the field");
        let value = self.backend.hint(label, value);
        Num { expression: self.backend.unchecked_witness(label, value), interval }
    }

    /// A new witness in [-2^(bits-1), 2^(bits-1)).
    ///
    /// # Errors
    /// Too wide for the field.
    pub fn signed_range(&mut self, label: Label, honest: I256, bits: u32) -> Result<Num<B::Integer>, BoundError> {
        let offset = I256::ONE << (bits - 1);
        let lifted = self.range(label, honest + offset, bits)?;
        let offset = self.constant(offset)?;
        self.sub(&lifted, &offset)
    }

    /// A linear combination.
    ///
    /// # Errors
    /// If it could leave the field.
    pub fn combine(&self, terms: &[(&Num<B::Integer>, I256)]) -> Result<Num<B::Integer>, BoundError> {
        let mut total = self.constant(I256::ZERO)?;
        for (term, factor) in terms {
            total.interval = total.interval.plus(&term.interval.times(*factor)?)?;
            self.backend.add_scaled(&mut total.expression, &term.expression, *factor);
        }
        Ok(total)
    }

    /// A sum of many.
    ///
    /// # Errors
    /// If it could leave the field.
    pub fn sum<'n>(&self, terms: impl IntoIterator<Item = &'n Num<B::Integer>>) -> Result<Num<B::Integer>, BoundError>
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

    /// A sum of two.
    ///
    /// # Errors
    /// If it could leave the field.
    pub fn add(&self, left: &Num<B::Integer>, right: &Num<B::Integer>) -> Result<Num<B::Integer>, BoundError> {
        self.combine(&[(left, I256::ONE), (right, I256::ONE)])
    }

    /// A difference.
    ///
    /// # Errors
    /// If it could leave the field.
    pub fn sub(&self, left: &Num<B::Integer>, right: &Num<B::Integer>) -> Result<Num<B::Integer>, BoundError> {
        self.combine(&[(left, I256::ONE), (right, I256::MINUS_ONE)])
    }

    /// A product, as a new witness with one constraint.
    ///
    /// # Errors
    /// If it could leave the field.
    pub fn product(
        &mut self,
        label: Label,
        left: &Num<B::Integer>,
        right: &Num<B::Integer>,
    ) -> Result<Num<B::Integer>, BoundError> {
        let interval = left.interval.product(&right.interval)?;
        Ok(Num { expression: self.backend.product(label, &left.expression, &right.expression), interval })
    }

    /// Sign and magnitude of an integer: a boolean, one range check as wide as the interval, one product.
    ///
    /// If `s` is boolean, `m` in [0, 2^n) and `(2 s - 1) x = m`, then `m = |x|`, because `x` is `m` or `-m`, and integers in
    /// the interval are determined by their class in the field. Then `m + x = 2 max(x, 0)`.
    ///
    /// # Errors
    /// If it could leave the field.
    pub fn magnitude(
        &mut self,
        labels: MagnitudeLabels,
        integer: &Num<B::Integer>,
        zero: SignOfZero,
    ) -> Result<Magnitude<B::Integer>, BoundError> {
        let bits = bits_of(integer.interval.magnitude());
        let (positive, magnitude) = self.sign_and_magnitude(labels, integer.expression(), bits, zero)?;
        let mut twice_positive_part = self.add(&magnitude, integer)?;
        let most = integer.interval.high().max(I256::ZERO) * I256::from(2);
        twice_positive_part.interval = Interval::new(I256::ZERO, most)?;
        Ok(Magnitude { positive, magnitude, twice_positive_part })
    }

    /// A new signed witness with a magnitude below 2^bits, and its magnitude.
    ///
    /// # Errors
    /// If it could leave the field.
    pub fn signed_witness(
        &mut self,
        labels: MagnitudeLabels,
        honest: I256,
        bits: u32,
    ) -> Result<(NumOf<B>, NumOf<B>), BoundError> {
        let value = self.backend.hint(labels.product, honest);
        let expression = self.backend.unchecked_witness(labels.product, value);
        let (_, magnitude) = self.sign_and_magnitude(labels, &expression, bits, SignOfZero::Negative)?;
        let most = magnitude.interval.high();
        Ok((Num { expression, interval: Interval::new(-most, most)? }, magnitude))
    }

    fn sign_and_magnitude(
        &mut self,
        labels: MagnitudeLabels,
        expression: &B::Integer,
        bits: u32,
        zero: SignOfZero,
    ) -> Result<(NumOf<B>, NumOf<B>), BoundError> {
        let value = self.backend.value(expression);
        let is_positive = value > I256::ZERO || (value == I256::ZERO && zero == SignOfZero::Positive);
        let positive = self.range(labels.sign, I256::from(u8::from(is_positive)), 1)?;
        let magnitude = self.range(labels.bit, value.abs(), bits)?;
        let minus_one = self.constant(I256::MINUS_ONE)?;
        let sign = self.combine(&[(&positive, I256::from(2)), (&minus_one, I256::ONE)])?;
        self.backend.assert_product(labels.product, expression, &sign.expression, &magnitude.expression);
        Ok((positive, magnitude))
    }

    /// Constrains an integer to be at least 0: a range check as wide as the interval's positive part. A negative integer of
    /// magnitude up to 2^252 is the class of a number above every range that builds: see [`Interval::MOST_BITS`].
    ///
    /// # Errors
    /// If the interval has no element that is at least 0.
    pub fn assert_nonnegative(&mut self, labels: RangeLabels, integer: &Num<B::Integer>) -> Result<(), BoundError> {
        if integer.interval.high() < I256::ZERO {
            return Err(BoundError { operation: "a comparison that never holds" });
        }
        self.backend.assert_range(labels, &integer.expression, bits_of(integer.interval.high()));
        Ok(())
    }

    /// Constrains an integer of any interval to [0, 2^bits), and returns it with that interval.
    ///
    /// # Errors
    /// Too wide for the field.
    pub fn narrow(
        &mut self,
        labels: RangeLabels,
        integer: &Num<B::Integer>,
        bits: u32,
    ) -> Result<Num<B::Integer>, BoundError> {
        let interval = Interval::unsigned(bits)?;
        self.backend.assert_range(labels, &integer.expression, bits);
        Ok(Num { expression: integer.expression.clone(), interval })
    }

    /// Splits a total into parts in ranges of bits of their own, the lowest first, which are unique because each stays in its range.
    /// The total is not negative.
    ///
    /// # Errors
    /// If it could leave the field.
    pub fn split(
        &mut self,
        label: Label,
        total: &Num<B::Integer>,
        parts: &[(Label, Interval)],
    ) -> Result<Vec<NumOf<B>>, BoundError> {
        let mut value = self.value(total);
        let mut position = 0;
        let mut found = Vec::with_capacity(parts.len());
        let mut shifts = Vec::with_capacity(parts.len());
        for (index, (label, interval)) in parts.iter().enumerate() {
            let bits = interval.unsigned_bits()?;
            let range = I256::ONE << bits;
            let rest = if index + 1 == parts.len() { value } else { value.rem_euclid(range) };
            found.push(self.range(label, rest, bits)?);
            shifts.push(I256::ONE << position);
            value = value.div_euclid(range);
            position += bits;
        }
        let terms: Vec<_> = found.iter().zip(shifts).rev().collect();
        let again = self.combine(&terms)?;
        let again = self.backend.to_element(again.expression());
        let total = self.backend.to_element(total.expression());
        self.backend.assert_equal(label, &again, &total);
        Ok(found)
    }

    /// A vector of new signed witnesses whose magnitudes sum to less than 2^bits.
    ///
    /// # Errors
    /// If it could leave the field.
    pub fn bounded_vector(
        &mut self,
        labels: VectorLabels,
        honest: &[I256],
        bits: u32,
    ) -> Result<BoundedVector<B::Integer>, BoundError> {
        let mut entries = Vec::with_capacity(honest.len());
        let mut magnitudes = Vec::with_capacity(honest.len());
        for value in honest {
            let (entry, magnitude) = self.signed_witness(labels.entry, *value, bits)?;
            entries.push(entry);
            magnitudes.push(magnitude);
        }
        let total = self.sum(&magnitudes)?;
        let total = self.narrow(labels.total, &total, bits)?;
        Ok(BoundedVector { entries, magnitudes, total })
    }

    /// The sum of bounded vectors: new witnesses for its entries, with magnitudes of their own. The bound is on the sum of all totals.
    ///
    /// # Errors
    /// If it could leave the field.
    ///
    /// # Panics
    /// If there are no vectors, or they have other lengths.
    pub fn sum_of_vectors(
        &mut self,
        labels: VectorLabels,
        sum: Label,
        vectors: &[BoundedVector<B::Integer>],
        bits: u32,
    ) -> Result<BoundedVector<B::Integer>, BoundError> {
        let total = self.sum(vectors.iter().map(BoundedVector::total))?;
        let total = self.narrow(labels.total, &total, bits)?;
        let most = total.interval.high();
        let mut entries = Vec::new();
        let mut magnitudes = Vec::new();
        for index in 0..vectors[0].entries.len() {
            let entry = self.sum(vectors.iter().map(|vector| &vector.entries[index]))?;
            // As large as the sum of all totals, at most.
            let entry = Num { interval: Interval::new(-most, most)?, ..self.named(sum, &entry) };
            magnitudes.push(self.magnitude(labels.entry, &entry, SignOfZero::Negative)?.magnitude);
            entries.push(entry);
        }
        Ok(BoundedVector { entries, magnitudes, total })
    }

    /// Bounds of integers of so many bits, from lower and upper bounds of the same widths.
    ///
    /// # Errors
    /// If they are wider than a field holds.
    pub fn bounds(
        &mut self,
        labels: BoundedLabels,
        bits: &[u32],
        lows: &[Num<B::Integer>],
        highs: &[Num<B::Integer>],
    ) -> Result<Bounds<B::Integer>, BoundError> {
        // Sums of two distances, and differences of bounds, are determined digit by digit with two bits to spare.
        let spaced_bits = bits.iter().max().copied().unwrap_or(0) + 2;
        let mut low_word = self.constant(I256::ZERO)?;
        let mut span_word = low_word.clone();
        let (mut position, mut spaced) = (0, 0);
        for ((bits, low), high) in bits.iter().zip(lows).zip(highs) {
            if [low, high].iter().any(|bound| bound.interval.unsigned_bits().is_ok_and(|width| width > *bits)) {
                return Err(BoundError { operation: "a bound wider than what it bounds" });
            }
            let one = I256::ONE << spaced;
            low_word = self.combine(&[(&low_word, I256::ONE), (low, I256::ONE << position)])?;
            span_word = self.combine(&[(&span_word, I256::ONE), (high, one), (low, -one)])?;
            position += bits;
            spaced += spaced_bits;
        }
        let (low_word, span_word) = (self.named(labels.low_word, &low_word), self.named(labels.span_word, &span_word));
        Ok(Bounds { bits: bits.to_vec(), lows: lows.to_vec(), low_word, span_word, spaced_bits })
    }

    /// New witnesses between bounds where a flag (0 or 1) is set. Where it is not they are zero, and so is `also_zero`, which is not
    /// negative.
    ///
    /// With distances `a_j`, `b_j` in range from the bounds, spaced sums W, and everything else that must vanish R, the constraint is
    /// `flag (span + 2^k R) = W(a + b) + 2^k R`: for 1 it says `high_j - low_j = a_j + b_j` digit by digit, for 0 that a sum of numbers none
    /// of which is negative is zero.
    ///
    /// # Errors
    /// If it could leave the field.
    pub fn bounded_where(
        &mut self,
        labels: BoundedLabels,
        flag: &Num<B::Integer>,
        bounds: &Bounds<B::Integer>,
        honest: &[I256],
        also_zero: &Num<B::Integer>,
    ) -> Result<BoundedIntegers<B::Integer>, BoundError> {
        also_zero.interval.unsigned_bits()?;
        let is_set = self.value(flag) == I256::ONE;
        let mut packed = self.product(labels.low, flag, &bounds.low_word)?;
        let mut spaced = self.constant(I256::ZERO)?;
        let mut numbers = Vec::with_capacity(honest.len());
        let (mut position, mut shift) = (0, 0);
        // The upper bound is the span above the lower one.
        let mask = (I256::ONE << bounds.spaced_bits) - 1;
        let mut spans = self.value(&bounds.span_word);
        for ((bits, low), value) in bounds.bits.iter().zip(&bounds.lows).zip(honest) {
            let mut span = spans & mask;
            if span >> (bounds.spaced_bits - 1) != I256::ZERO {
                span -= mask + 1;
            }
            spans = (spans - span) >> bounds.spaced_bits;
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
        self.backend.assert_product(labels.bounded, flag.expression(), left.expression(), right.expression());
        // Where the flag is set each number is at most its upper bound; where it is not the sum is zero.
        packed.interval = Interval::unsigned(position)?;
        Ok(BoundedIntegers { numbers, packed })
    }

    /// Digits that are not negative, packed into one element, each in its width at its place.
    ///
    /// # Errors
    /// A digit wider than said, or more than the field holds.
    pub fn pack_unsigned(&self, digits: &[(&Num<B::Integer>, u32, u32)]) -> Result<Num<B::Integer>, BoundError> {
        let mut terms = Vec::with_capacity(digits.len());
        let mut end = 0;
        for (digit, bits, shift) in digits {
            if digit.interval.unsigned_bits()? > *bits || *shift < end {
                return Err(BoundError { operation: "a packed digit" });
            }
            end = shift + bits;
            terms.push((*digit, I256::ONE << *shift));
        }
        self.combine(&terms)
    }

    /// New witnesses, one for each of so many buckets: an amount in the bucket of a code, zero in the others.
    ///
    /// With `x_b (code - b) = 0` for each bucket and `sum_b x_b = amount`, all of the amount is in the bucket of the code.
    ///
    /// # Errors
    /// If it could leave the field.
    pub fn in_bucket(
        &mut self,
        (bucket_label, sum_label): (Label, Label),
        amount: &Num<B::Integer>,
        code: &Num<B::Integer>,
        buckets: usize,
    ) -> Result<Vec<NumOf<B>>, BoundError> {
        let zero = self.constant(I256::ZERO)?;
        let mut all = Vec::with_capacity(buckets);
        for bucket in 0..buckets {
            let distance = self.constant(I256::from(bucket as u64))?;
            let distance = self.sub(code, &distance)?;
            let honest = if self.value(&distance) == I256::ZERO { self.value(amount) } else { I256::ZERO };
            let value = self.backend.hint(bucket_label, honest);
            let expression = self.backend.unchecked_witness(bucket_label, value);
            self.backend.assert_product(bucket_label, &expression, distance.expression(), zero.expression());
            all.push(Num { expression, interval: amount.interval });
        }
        // Intervals of a sum of buckets would add up; all but one are zero.
        let mut sum = zero;
        for exposure in &all {
            self.backend.add_scaled(&mut sum.expression, &exposure.expression, I256::ONE);
        }
        let [sum, amount] = [&sum, amount].map(|integer| self.backend.to_element(integer.expression()));
        self.backend.assert_equal(sum_label, &sum, &amount);
        Ok(all)
    }

    /// The products of the scenario matrix and exposures that are not negative and sum to `total`, where the verifier admits entries of an
    /// interval that contains zero.
    ///
    /// # Errors
    /// If it could leave the field.
    pub fn scenario_products_of(
        &mut self,
        labels: MatrixLabels,
        exposures: &[Num<B::Integer>],
        total: &Num<B::Integer>,
        entries: Interval,
    ) -> Result<Vec<Num<B::Integer>>, BoundError> {
        let interval = entries.product(&Interval::new(I256::ZERO, total.interval.high())?)?;
        let expressions: Vec<B::Integer> = exposures.iter().map(|num| num.expression.clone()).collect();
        let products = self.backend.scenario_products(labels, &expressions);
        Ok(products.into_iter().map(|expression| Num { expression, interval }).collect())
    }

    /// The products of the scenario matrix and a vector. Each lies within the vector's total magnitude times the largest
    /// entry that the verifier admits.
    ///
    /// # Errors
    /// If it could leave the field.
    pub fn scenario_products(
        &mut self,
        labels: MatrixLabels,
        x: &BoundedVector<B::Integer>,
    ) -> Result<Vec<Num<B::Integer>>, BoundError> {
        let most = x.total.interval.times(I256::from(tailproof_core::fixed_point::MAX_ENTRY))?.high();
        let interval = Interval::new(-most, most)?;
        let expressions: Vec<B::Integer> = x.entries.iter().map(|num| num.expression.clone()).collect();
        let products = self.backend.scenario_products(labels, &expressions);
        Ok(products.into_iter().map(|expression| Num { expression, interval }).collect())
    }

    /// Signed digits packed into one element: `sum_j x[j] * 2^(digit_bits j)`, which determines the digits.
    ///
    /// # Errors
    /// A digit of more than `digit_bits - 1` bits of magnitude, or more digits than the field holds.
    pub fn pack_digits(&self, digits: &[Num<B::Integer>], digit_bits: u32) -> Result<B::Element, BoundError> {
        let most = (I256::ONE << (digit_bits - 1)) - 1;
        if digits.iter().any(|digit| digit.interval.magnitude() > most) {
            return Err(BoundError { operation: "a packed digit" });
        }
        let mut packed = self.constant(I256::ZERO)?;
        for (index, digit) in (0u32..).zip(digits) {
            packed = self.combine(&[(&packed, I256::ONE), (digit, I256::ONE << (digit_bits * index))])?;
        }
        Ok(self.backend.to_element(&packed.expression))
    }
}
