//! Integers as field elements.

use ark_bn254::Fr;
use ark_ff::{BigInt, Field, PrimeField};
use ethnum::I256;
use tailproof_verifier::field::InputField;

use crate::instructions::Limbs;

/// Returns the element whose canonical integer has these limbs.
///
/// # Panics
/// If the integer is not below the modulus.
pub fn from_limbs(limbs: Limbs) -> Fr {
    Fr::from_bigint(BigInt::new(limbs)).expect("a canonical integer is below the modulus")
}

/// Returns the class of an integer in the field, for magnitudes below 2^253.
pub fn to_field(value: I256) -> Fr {
    if let Ok(small) = i64::try_from(value) {
        return Fr::from(small);
    }
    Fr::from_integer(value)
}

/// Returns a quotient, and zero if the divisor is zero.
pub fn quotient(numerator: Fr, denominator: Fr) -> Fr {
    denominator.inverse().map_or(Fr::from(0u64), |inverse| numerator * inverse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_map_to_their_classes() {
        let big = I256::ONE << 200;
        assert_eq!(to_field(big) + to_field(-big), Fr::from(0u64));
        assert_eq!(to_field(I256::from(-5)), -Fr::from(5u64));
        assert_eq!(to_field(I256::from(1u128 << 100)), Fr::from(1u128 << 100));
    }
}
