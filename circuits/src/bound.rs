//! Intervals of integers, which guarantee that field arithmetic on them is integer arithmetic.
//!
//! A field element stands for the integer of least magnitude in its class. The two arithmetics
//! agree as long as every value lies in [-2^252, 2^252], which is inside (-r/2, r/2) for the scalar
//! field of BN254 and for both Pasta fields. An interval that would leave this range is an error,
//! so such a circuit does not build.

use ethnum::I256;

/// A closed interval of integers inside [-2^252, 2^252].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    low: I256,
    high: I256,
}

/// An interval that an operation cannot have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BoundError {
    /// The result of an operation could leave [-2^252, 2^252].
    #[error("{operation} could leave the range that the field holds: the circuit does not build")]
    LeavesField {
        /// the operation
        operation: &'static str,
    },
    /// An unsigned width was asked for, and the interval has negative numbers.
    #[error("numbers down to {low} have no unsigned width: the circuit does not build")]
    Negative {
        /// the least number of the interval
        low: I256,
    },
    /// A number was to be at least zero, and its interval has no such number.
    #[error("numbers up to {high} are never at least zero: the circuit does not build")]
    NeverHolds {
        /// the greatest number of the interval
        high: I256,
    },
    /// A number does not fit its place among packed digits.
    #[error("numbers up to {high} do not fit a place of {bits} bits: the circuit does not build")]
    TooWide {
        /// the greatest magnitude of the number
        high: I256,
        /// bits of the place
        bits: u32,
    },
    /// A number was to be zero in all places but one, and its interval lacks zero.
    #[error("numbers from {low} to {high} are never zero: the circuit does not build")]
    NeverZero {
        /// the least number of the interval
        low: I256,
        /// the greatest number of the interval
        high: I256,
    },
    /// The places of packed digits overlap.
    #[error("a digit at bit {shift} overlaps one that ends at bit {end}: the circuit does not build")]
    Overlap {
        /// where the digit starts
        shift: u32,
        /// where the digit before it ends
        end: u32,
    },
}

const FIELD_BITS: u32 = 252;

impl Interval {
    /// Bits of the widest range check: that of an interval up to 2^252.
    ///
    /// A negative integer of magnitude up to 2^252 is in the class of a number of at least
    /// r - 2^252. That is above 2^253 for the scalar field of BN254 (r > 3.02 * 2^252) and for both
    /// Pasta fields, so no range check accepts it.
    pub const MOST_BITS: u32 = FIELD_BITS + 1;

    /// Returns the interval from `low` to `high`.
    ///
    /// # Errors
    /// If it is empty or leaves [-2^252, 2^252].
    pub fn new(low: I256, high: I256) -> Result<Self, BoundError> {
        let limit = I256::ONE << FIELD_BITS;
        if low > high || low < -limit || high > limit {
            return Err(BoundError::LeavesField { operation: "an interval" });
        }
        Ok(Self { low, high })
    }

    /// Returns [0, 2^bits - 1].
    ///
    /// # Errors
    /// If `bits` is more than 252.
    pub fn unsigned(bits: u32) -> Result<Self, BoundError> {
        if bits > FIELD_BITS {
            return Err(BoundError::LeavesField { operation: "an unsigned range" });
        }
        Self::new(I256::ZERO, (I256::ONE << bits) - 1)
    }

    /// Returns the interval of a single integer.
    ///
    /// # Errors
    /// If it is outside [-2^252, 2^252].
    pub fn constant(value: I256) -> Result<Self, BoundError> {
        Self::new(value, value)
    }

    /// Returns the least element.
    pub fn low(&self) -> I256 {
        self.low
    }

    /// Returns the greatest element.
    pub fn high(&self) -> I256 {
        self.high
    }

    /// Returns the largest magnitude of an element.
    pub fn magnitude(&self) -> I256 {
        self.low.abs().max(self.high.abs())
    }

    /// Returns whether the interval contains an integer.
    pub fn contains(&self, value: I256) -> bool {
        self.low <= value && value <= self.high
    }

    /// Returns the interval of sums of two elements, one of each interval.
    ///
    /// # Errors
    /// If it leaves [-2^252, 2^252].
    pub fn plus(&self, other: &Self) -> Result<Self, BoundError> {
        Self::new(self.low + other.low, self.high + other.high)
            .map_err(|_| BoundError::LeavesField { operation: "a sum" })
    }

    /// Returns the interval of multiples by a constant.
    ///
    /// # Errors
    /// If it leaves [-2^252, 2^252].
    pub fn times(&self, factor: I256) -> Result<Self, BoundError> {
        self.product(&Self { low: factor, high: factor })
    }

    /// Returns the interval of products of two elements, one of each interval.
    ///
    /// # Errors
    /// If it leaves [-2^252, 2^252].
    pub fn product(&self, other: &Self) -> Result<Self, BoundError> {
        let error = BoundError::LeavesField { operation: "a product" };
        let mut low: Option<I256> = None;
        let mut high: Option<I256> = None;
        for x in [self.low, self.high] {
            for y in [other.low, other.high] {
                let corner = x.checked_mul(y).ok_or(error)?;
                low = Some(low.map_or(corner, |least| least.min(corner)));
                high = Some(high.map_or(corner, |most| most.max(corner)));
            }
        }
        match (low, high) {
            (Some(low), Some(high)) => Self::new(low, high).map_err(|_| error),
            _ => Err(error),
        }
    }

    /// Returns how many bits hold every element, at least 1.
    ///
    /// # Errors
    /// If there are negative elements.
    pub fn unsigned_bits(&self) -> Result<u32, BoundError> {
        if self.low < I256::ZERO {
            return Err(BoundError::Negative { low: self.low });
        }
        Ok(bits_of(self.high))
    }
}

/// Returns how many bits a non-negative integer has, at least 1.
pub fn bits_of(value: I256) -> u32 {
    debug_assert!(value >= I256::ZERO);
    (I256::BITS - value.leading_zeros()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn interval(low: i64, high: i64) -> Interval {
        Interval::new(I256::from(low), I256::from(high)).unwrap()
    }

    #[test]
    fn widths_are_those_of_the_greatest_element() {
        for (high, bits) in [(0, 1), (1, 1), (2, 2), (255, 8), (256, 9)] {
            assert_eq!(interval(0, high).unsigned_bits().unwrap(), bits);
        }
        assert!(interval(-1, 0).unsigned_bits().is_err());
    }

    #[test]
    fn what_leaves_the_field_does_not_build() {
        let wide = Interval::unsigned(252).unwrap();
        assert!(wide.plus(&wide).is_err());
        assert!(wide.product(&wide).is_err());
        assert!(wide.times(I256::from(2)).is_err());
        assert!(Interval::unsigned(253).is_err());
        assert!(Interval::new(I256::ONE, I256::ZERO).is_err());
        assert!(Interval::unsigned(126).unwrap().product(&Interval::unsigned(126).unwrap()).is_ok());
    }

    proptest! {
        #[test]
        fn operations_contain_every_result(
            a in -1000i64..1000, b in 0i64..1000, c in -1000i64..1000, d in 0i64..1000, s in 0f64..1.0, t in 0f64..1.0, k in -50i64..50,
        ) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
            let pick = |low: i64, width: i64, at: f64| low + (width as f64 * at) as i64;
            let (x, y) = (interval(a, a + b), interval(c, c + d));
            let (u, v) = (I256::from(pick(a, b, s)), I256::from(pick(c, d, t)));
            prop_assert!(x.plus(&y).unwrap().contains(u + v));
            prop_assert!(x.product(&y).unwrap().contains(u * v));
            prop_assert!(x.times(I256::from(k)).unwrap().contains(u * I256::from(k)));
        }
    }
}
