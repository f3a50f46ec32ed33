//! The two moduli of BN254, and numbers in limbs of 52 bits.

/// The low 52 bits.
pub const MASK: u64 = (1 << 52) - 1;

/// A prime modulus of 254 bits.
pub trait Modulus: Copy {
    /// The modulus, in words of 64 bits, the least significant first.
    const P: [u64; 4];
}

/// The field of the curve's coordinates.
#[derive(Debug, Clone, Copy)]
pub struct Coordinates;

/// The field of scalars.
#[derive(Debug, Clone, Copy)]
pub struct Scalars;

impl Modulus for Coordinates {
    const P: [u64; 4] = <ark_bn254::Fq as ark_ff::PrimeField>::MODULUS.0;
}

impl Modulus for Scalars {
    const P: [u64; 4] = <ark_bn254::Fr as ark_ff::PrimeField>::MODULUS.0;
}

/// Returns a number of 256 bits in limbs of 52 bits.
pub const fn limbs(x: [u64; 4]) -> [u64; 5] {
    [
        x[0] & MASK,
        (x[0] >> 52 | x[1] << 12) & MASK,
        (x[1] >> 40 | x[2] << 24) & MASK,
        (x[2] >> 28 | x[3] << 36) & MASK,
        x[3] >> 16,
    ]
}

/// Returns `k` times a number in limbs, for products below 2^260 and `k` below 2^12.
pub const fn times(x: [u64; 5], k: u64) -> [u64; 5] {
    let mut product = [0; 5];
    let (mut carry, mut j) = (0, 0);
    while j < 5 {
        let sum = x[j] * k + carry;
        product[j] = sum & MASK;
        carry = sum >> 52;
        j += 1;
    }
    product
}

/// Returns `-1 / p` modulo 2^64, given the lowest word of an odd `p`.
pub const fn negative_inverse(p: u64) -> u64 {
    let mut inverse = 1u64;
    let mut step = 0;
    // Each step doubles the number of right bits.
    while step < 6 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(p.wrapping_mul(inverse)));
        step += 1;
    }
    inverse.wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverses_and_multiples_are_those_of_integers() {
        for p in [Coordinates::P, Scalars::P] {
            assert_eq!(negative_inverse(p[0]).wrapping_mul(p[0]), u64::MAX);
            let [one, three] = [1, 3].map(|k| times(limbs(p), k));
            assert_eq!(one, limbs(p));
            let value = |limbs: [u64; 5]| limbs.iter().rev().fold(0.0, |sum, limb| sum * 2f64.powi(52) + *limb as f64);
            assert!((value(three) / value(one) - 3.0).abs() < 1e-12);
        }
    }
}
