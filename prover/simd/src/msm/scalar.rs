//! Scalars of several kinds in one sum.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;

use super::digits::Near;
use super::kernel::SIGN;

/// A scalar of a sum whose scalars are of several kinds.
#[derive(Debug, Clone, Copy)]
pub enum Scalar {
    /// A field element.
    Field(Fr),
    /// The integer `sum_j 2^(bits j) digits[j]`, of at most 252 bits.
    Packed {
        /// the digits, the lowest first
        digits: [i64; 4],
        /// bits from one digit to the next, at most 84
        bits: u32,
    },
}

impl Scalar {
    /// Returns the scalar as a field element.
    pub fn to_field(&self) -> Fr {
        match self {
            Scalar::Field(scalar) => *scalar,
            Scalar::Packed { digits, bits } => digits
                .iter()
                .rev()
                .fold(Fr::ZERO, |sum, digit| (0..*bits).fold(sum, |sum, _| sum.double()) + Fr::from(*digit)),
        }
    }
}

impl From<&Scalar> for Near {
    fn from(scalar: &Scalar) -> Self {
        match scalar {
            Scalar::Field(scalar) => scalar.into(),
            Scalar::Packed { digits, bits } => packed(digits, *bits),
        }
    }
}

/// The sum in two's complement, and its magnitude. It is not reduced modulo r.
fn packed(digits: &[i64; 4], bits: u32) -> Near {
    let mut sum = [0u64; 4];
    for (slot, digit) in (0u32..).zip(digits).filter(|(_, digit)| **digit != 0) {
        let (first, shift) = ((bits * slot / 64) as usize, bits * slot % 64);
        let wide = i128::from(*digit) << shift;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "words of two's complement")]
        let words = [wide as u64, (wide >> 64) as u64, (wide >> 127) as u64, (wide >> 127) as u64];
        let mut carry = false;
        for (to, word) in sum[first..].iter_mut().zip(words) {
            let (with_word, over) = to.overflowing_add(word);
            let (with_carry, over_again) = with_word.overflowing_add(u64::from(carry));
            (*to, carry) = (with_carry, over | over_again);
        }
    }
    let negative = sum[3] >> 63 == 1;
    if negative {
        let mut carry = true;
        for word in &mut sum {
            (*word, carry) = (!*word).overflowing_add(u64::from(carry));
        }
    }
    Near { magnitude: sum, sign: if negative { SIGN } else { 0 } }
}
