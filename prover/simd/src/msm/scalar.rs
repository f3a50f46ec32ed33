//! Several small numbers in one scalar, at places that are equally far apart.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;

/// Small numbers in one scalar: `sum_j 2^(bits j) digits[j]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packed {
    /// The numbers, the lowest first.
    pub digits: [i64; Packed::SLOTS],
}

impl Packed {
    /// The most numbers in a scalar.
    pub const SLOTS: usize = 4;

    /// Returns the scalar as a field element, with its numbers `bits` apart.
    pub fn to_field(&self, bits: u32) -> Fr {
        let shifted = |sum: Fr| (0..bits).fold(sum, |sum, _| sum.double());
        self.digits.iter().rev().fold(Fr::ZERO, |sum, digit| shifted(sum) + Fr::from(*digit))
    }

    /// Returns how many slots some numbers take.
    pub fn slots(numbers: &[Self]) -> usize {
        let last = |number: &Self| number.digits.iter().rposition(|digit| *digit != 0).map_or(0, |slot| slot + 1);
        numbers.iter().map(last).max().unwrap_or(0)
    }
}
