//! Several small numbers in one scalar, at places that are equally far apart.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;

use super::kernel::SIGN;
use super::near::Near;

/// The least magnitude that is not small.
const LEAST_WIDE: u64 = 1 << 31;

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

    /// Returns the numbers of a scalar that are `bits` apart, if all are below 2^31 in magnitude.
    pub fn of_field(scalar: &Fr, bits: u32) -> Option<Self> {
        let Near { mut magnitude, sign } = Near::from(scalar);
        let mut digits = [0i64; Self::SLOTS];
        for digit in &mut digits {
            // The lowest place, or what it lacks of 2^bits.
            let place = shifted(&magnitude, 0, bits);
            magnitude = shifted(&magnitude, bits, 256);
            let wide = place[1..].iter().any(|word| *word != 0) || place[0] >= LEAST_WIDE;
            let lacking = if wide { lacking(&place, bits) } else { None };
            *digit = match (wide, lacking) {
                (false, _) => i64::try_from(place[0]).ok()?,
                (true, Some(lacking)) => {
                    add_one(&mut magnitude);
                    -lacking
                }
                (true, None) => return None,
            };
        }
        if magnitude != [0; 4] {
            return None;
        }
        if sign == SIGN {
            digits = digits.map(|digit| -digit);
        }
        Some(Self { digits })
    }

    /// Returns how many slots some numbers take.
    pub fn slots(numbers: &[Self]) -> usize {
        let last = |number: &Self| number.digits.iter().rposition(|digit| *digit != 0).map_or(0, |slot| slot + 1);
        numbers.iter().map(last).max().unwrap_or(0)
    }
}

/// The bits from `first` to `end` of a number, as a number.
fn shifted(number: &[u64; 4], first: u32, end: u32) -> [u64; 4] {
    let mut bits = [0u64; 4];
    let (words, shift) = ((first / 64) as usize, first % 64);
    for (index, word) in bits.iter_mut().enumerate() {
        let at = |index: usize| number.get(index).copied().unwrap_or(0);
        *word = at(index + words) >> shift | (at(index + words + 1) << 1) << (63 - shift);
        let from = 64 * u32::try_from(index).expect("four words");
        let kept = (end - first).saturating_sub(from).min(64);
        *word &= if kept == 64 { u64::MAX } else { (1 << kept) - 1 };
    }
    bits
}

/// `2^bits - place`, if it is small.
fn lacking(place: &[u64; 4], bits: u32) -> Option<i64> {
    let full = shifted(&[u64::MAX; 4], 0, bits.min(256));
    let high = place[1..].iter().zip(&full[1..]).all(|(word, full)| word == full);
    let rest = full[0].wrapping_sub(place[0]);
    (high && rest < LEAST_WIDE - 1).then(|| i64::try_from(rest + 1).expect("below 2^31"))
}

fn add_one(number: &mut [u64; 4]) {
    let mut carry = true;
    for word in number {
        (*word, carry) = word.overflowing_add(u64::from(carry));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::UniformRand;
    use rand::SeedableRng;

    #[test]
    fn numbers_of_a_scalar_are_those_it_was_made_of() {
        let most = (1i64 << 31) - 1;
        let cases = [
            [0; 4],
            [1, 0, 0, 0],
            [-1, 0, 0, 0],
            [0, 0, -1, 0],
            [most; 4],
            [-most; 4],
            [-1, 1, -1, 1],
            [5, -most, 0, 77],
            [0, most, -1, 0],
            [3, -2, 1, 0],
            [-7, -7, -7, 0],
        ];
        for (bits, slots) in [(63, 4), (84, 3), (100, 2), (252, 1)] {
            for mut digits in cases {
                digits[slots..].fill(0);
                let packed = Packed { digits };
                assert_eq!(Packed::of_field(&packed.to_field(bits), bits), Some(packed), "{bits}");
            }
        }
        assert_eq!(Packed::of_field(&Packed { digits: [most + 1, 0, 0, 0] }.to_field(63), 63), None);
        assert_eq!(Packed::of_field(&Packed { digits: [0, 1 << 40, 0, 0] }.to_field(63), 63), None);
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
        for _ in 0..100 {
            assert_eq!(Packed::of_field(&Fr::rand(&mut rng), 63), None);
        }
    }
}
