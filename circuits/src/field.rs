//! Integers as field elements.

use ark_bn254::Fr;
use ark_ff::{BigInt, PrimeField};
use ethnum::I256;

/// The class of an integer in the field, for magnitudes below 2^253.
pub fn to_field(value: I256) -> Fr {
    if let Ok(small) = i64::try_from(value) {
        return Fr::from(small);
    }
    let (high, low) = value.unsigned_abs().into_words();
    let limbs = [low, high].map(u128::to_le_bytes).concat();
    let mut words = [0u64; 4];
    for (word, bytes) in words.iter_mut().zip(limbs.chunks_exact(8)) {
        *word = u64::from_le_bytes(bytes.try_into().expect("8 bytes"));
    }
    let magnitude = Fr::from_bigint(BigInt::new(words)).expect("bounded integers are below the modulus");
    if value < I256::ZERO { -magnitude } else { magnitude }
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
