//! Scalars as small numbers with a sign, and their signed digits.

use ark_bn254::Fr;
use ark_ff::{BigInt, BigInteger, PrimeField};
use zeroize::Zeroize;

use super::kernel::SIGN;

/// The larger magnitudes of a scalar field: (r - 1) / 2.
pub(super) const HALF: BigInt<4> = Fr::MODULUS_MINUS_ONE_DIV_TWO;

/// A scalar as the nearer of x and x - r: small negative numbers have few digits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Zeroize)]
pub struct Near {
    /// The magnitude, at most (r - 1) / 2.
    pub magnitude: [u64; 4],
    /// [`SIGN`] for a negative number, or zero.
    pub sign: u32,
}

impl Near {
    /// Zero.
    pub const ZERO: Self = Self { magnitude: [0; 4], sign: 0 };

    /// Returns the number of bits of the magnitude.
    pub fn bits(&self) -> usize {
        BigInt::<4>(self.magnitude).num_bits() as usize
    }

    /// Calls `put` with the window, the bucket (the digit's magnitude minus one) and the sign of
    /// each digit of `width` bits that is not zero. Digits are at most 2^(width-1) in magnitude.
    #[inline]
    pub fn digits(&self, width: usize, mut put: impl FnMut(usize, u32, u32)) {
        let [a, b, c, d] = self.magnitude;
        let words = [a, b, c, d, 0, 0];
        let (bits, mask, half) = (self.bits(), (1u32 << width) - 1, 1u32 << (width - 1));
        let (mut carry, mut window, mut bit) = (0u32, 0, 0);
        while bit < bits || carry != 0 {
            let (word, shift) = (bit / 64, bit % 64);
            let value = words[word] >> shift | (words[word + 1] << 1) << (63 - shift);
            #[expect(clippy::cast_possible_truncation, reason = "the mask is of at most 16 bits")]
            let digit = (value as u32 & mask) + carry;
            carry = u32::from(digit > half);
            // 2^width minus the digit where it is above half.
            let magnitude = (digit ^ carry.wrapping_neg()).wrapping_add(carry) & mask;
            if magnitude != 0 {
                put(window, magnitude - 1, self.sign ^ carry << 31);
            }
            window += 1;
            bit += width;
        }
    }
}

impl From<&Fr> for Near {
    fn from(scalar: &Fr) -> Self {
        let mut magnitude = scalar.into_bigint();
        let mut sign = 0;
        if magnitude > HALF {
            let mut other = Fr::MODULUS;
            other.sub_with_borrow(&magnitude);
            (magnitude, sign) = (other, SIGN);
        }
        Self { magnitude: magnitude.0, sign }
    }
}

impl From<&i64> for Near {
    fn from(scalar: &i64) -> Self {
        Self { magnitude: [scalar.unsigned_abs(), 0, 0, 0], sign: if *scalar < 0 { SIGN } else { 0 } }
    }
}
