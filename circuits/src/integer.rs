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
        let interval = Interval::unsigned(tailproof_risk::fixed_point::WEIGHT_BITS)?;
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
        let most = x.total.interval.times(I256::from(tailproof_risk::fixed_point::MAX_ENTRY))?.high();
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
