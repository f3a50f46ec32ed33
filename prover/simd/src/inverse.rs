//! Inverses of coordinates, by the division steps of Bernstein and Yang ("Fast constant-time gcd
//! computation and modular inversion", 2019), 62 at a time, in variable time.
//!
//! Numbers have five limbs of 62 bits, of which the last one has the sign. Sixty-two steps on the low
//! words of `f` and `g` give a matrix, by which `f, g` and `d, e` are multiplied afterwards. `f` begins
//! as the modulus and ends as 1 or -1; `d` ends as the inverse, up to this sign.

use ark_bn254::{Fq, FqConfig};
use ark_ff::{BigInt, Field as _, MontConfig};

use crate::limbs::{Coordinates, Modulus};

const MASK: u64 = u64::MAX >> 2;
const P: [i64; 5] = limbs(Coordinates::P);

/// The inverse of the modulus modulo 2^62.
const P_INVERSE: u64 = {
    let (p, mut inverse, mut step) = (Coordinates::P[0], 1u64, 0);
    // Each step doubles the number of right bits.
    while step < 6 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(p.wrapping_mul(inverse)));
        step += 1;
    }
    inverse & MASK
};

/// Returns a number of 256 bits in limbs of 62 bits.
#[allow(clippy::cast_possible_wrap, reason = "62 bits")]
const fn limbs(x: [u64; 4]) -> [i64; 5] {
    [
        (x[0] & MASK) as i64,
        ((x[0] >> 62 | x[1] << 2) & MASK) as i64,
        ((x[1] >> 60 | x[2] << 4) & MASK) as i64,
        ((x[2] >> 58 | x[3] << 6) & MASK) as i64,
        (x[3] >> 56) as i64,
    ]
}

/// The steps in one: `2^62 (f', g') = ((u, v), (q, r)) (f, g)`.
struct Steps {
    u: i64,
    v: i64,
    q: i64,
    r: i64,
}

/// Returns the inverse; `None` of zero. The time depends on the value.
pub fn inverse(value: &Fq) -> Option<Fq> {
    let (mut f, mut g) = (P, limbs(value.0.0));
    let (mut d, mut e) = ([0i64; 5], [1i64, 0, 0, 0, 0]);
    let mut eta = -1i64;
    while g != [0; 5] {
        let steps = steps(&mut eta, f[0], g[0]);
        (d, e) = modulo(&steps, &d, &e);
        (f, g) = exact(&steps, &f, &g);
    }
    // 1 or -1, or p if the value is zero.
    let sign = f[4] >> 63;
    let one = [1, 0, 0, 0, 0].map(|limb: i64| (limb ^ sign).wrapping_sub(sign));
    if carried(one) != f {
        return None;
    }
    // `1 / (a 2^256)` is taken by the cube of 2^256, and a product divides by 2^256.
    let two_256 = Fq::new_unchecked(FqConfig::R2);
    Some(Fq::new_unchecked(BigInt(words(normal(d, sign)))) * two_256.square())
}

/// Returns the matrix of 62 steps, which depend on the low words alone.
#[allow(clippy::cast_sign_loss, clippy::cast_possible_wrap, reason = "arithmetic modulo 2^64")]
fn steps(eta: &mut i64, f: i64, g: i64) -> Steps {
    let (mut f, mut g) = (f as u64, g as u64);
    let (mut u, mut v, mut q, mut r) = (1u64, 0u64, 0u64, 1u64);
    let mut left = 62u32;
    loop {
        // A step of an even g halves it; the bit stops at the last step.
        let zeros = (g | u64::MAX << left).trailing_zeros();
        g >>= zeros;
        (u, v) = (u << zeros, v << zeros);
        *eta -= i64::from(zeros);
        left -= zeros;
        if left == 0 {
            break;
        }
        if *eta < 0 {
            *eta = -*eta;
            (f, g) = (g, f.wrapping_neg());
            (u, q) = (q, u.wrapping_neg());
            (v, r) = (r, v.wrapping_neg());
        }
        // A multiple of f that makes low bits of g zero, as many as steps are without a swap.
        let most = u32::try_from(*eta + 1).map_or(left, |steps| steps.min(left)).min(6);
        let multiple = f.wrapping_mul(g).wrapping_mul(f.wrapping_mul(f).wrapping_sub(2)) & ((1 << most) - 1);
        g = g.wrapping_add(f.wrapping_mul(multiple));
        q = q.wrapping_add(u.wrapping_mul(multiple));
        r = r.wrapping_add(v.wrapping_mul(multiple));
    }
    Steps { u: u as i64, v: v as i64, q: q as i64, r: r as i64 }
}

fn times(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

/// The low 62 bits.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bits")]
fn low(x: i128) -> u64 {
    x as u64 & MASK
}

/// Returns `(u f + v g, q f + r g) / 2^62`, which are integers.
#[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "62 bits, and a small top")]
fn exact(Steps { u, v, q, r }: &Steps, f: &[i64; 5], g: &[i64; 5]) -> ([i64; 5], [i64; 5]) {
    let (mut next_f, mut next_g) = ([0; 5], [0; 5]);
    let (mut sum_f, mut sum_g) = (times(*u, f[0]) + times(*v, g[0]), times(*q, f[0]) + times(*r, g[0]));
    debug_assert!(low(sum_f) == 0 && low(sum_g) == 0, "multiples of 2^62");
    for j in 1..5 {
        sum_f = (sum_f >> 62) + times(*u, f[j]) + times(*v, g[j]);
        sum_g = (sum_g >> 62) + times(*q, f[j]) + times(*r, g[j]);
        (next_f[j - 1], next_g[j - 1]) = (low(sum_f) as i64, low(sum_g) as i64);
    }
    (next_f[4], next_g[4]) = ((sum_f >> 62) as i64, (sum_g >> 62) as i64);
    (next_f, next_g)
}

/// Returns `(u d + v e, q d + r e) / 2^62` modulo p, between -2 p and p if `d` and `e` are.
#[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "62 bits, and a small top")]
fn modulo(Steps { u, v, q, r }: &Steps, d: &[i64; 5], e: &[i64; 5]) -> ([i64; 5], [i64; 5]) {
    // Negative numbers count as if p were added.
    let (negative_d, negative_e) = (d[4] >> 63, e[4] >> 63);
    let mut multiple_d = (u & negative_d) + (v & negative_e);
    let mut multiple_e = (q & negative_d) + (r & negative_e);
    let (mut sum_d, mut sum_e) = (times(*u, d[0]) + times(*v, e[0]), times(*q, d[0]) + times(*r, e[0]));
    let clearing =
        |sum: i128, multiple: i64| (P_INVERSE.wrapping_mul(low(sum)).wrapping_add(multiple as u64) & MASK) as i64;
    multiple_d -= clearing(sum_d, multiple_d);
    multiple_e -= clearing(sum_e, multiple_e);
    sum_d += times(P[0], multiple_d);
    sum_e += times(P[0], multiple_e);
    debug_assert!(low(sum_d) == 0 && low(sum_e) == 0, "multiples of 2^62");
    let (mut next_d, mut next_e) = ([0; 5], [0; 5]);
    for j in 1..5 {
        sum_d = (sum_d >> 62) + times(*u, d[j]) + times(*v, e[j]) + times(P[j], multiple_d);
        sum_e = (sum_e >> 62) + times(*q, d[j]) + times(*r, e[j]) + times(P[j], multiple_e);
        (next_d[j - 1], next_e[j - 1]) = (low(sum_d) as i64, low(sum_e) as i64);
    }
    (next_d[4], next_e[4]) = ((sum_d >> 62) as i64, (sum_e >> 62) as i64);
    (next_d, next_e)
}

/// Returns limbs of 62 bits, the last one with the sign.
#[allow(clippy::cast_sign_loss, clippy::cast_possible_wrap, reason = "62 bits")]
fn carried(mut x: [i64; 5]) -> [i64; 5] {
    for j in 0..4 {
        x[j + 1] += x[j] >> 62;
        x[j] = (x[j] as u64 & MASK) as i64;
    }
    x
}

fn plus_p_if(negative: i64, x: [i64; 5]) -> [i64; 5] {
    std::array::from_fn(|j| x[j] + (P[j] & negative))
}

/// Returns a number between -2 p and p, or its negation if `sign` is -1, as the canonical one.
fn normal(d: [i64; 5], sign: i64) -> [i64; 5] {
    let d = plus_p_if(d[4] >> 63, d);
    let d = carried(d.map(|limb| (limb ^ sign).wrapping_sub(sign)));
    let d = carried(plus_p_if(d[4] >> 63, d));
    debug_assert!(d[4] >= 0, "not negative");
    d
}

/// Returns a number that is not negative in words of 64 bits.
#[allow(clippy::cast_sign_loss, reason = "62 bits")]
fn words(x: [i64; 5]) -> [u64; 4] {
    let x = x.map(|limb| limb as u64);
    [x[0] | x[1] << 62, x[1] >> 2 | x[2] << 60, x[2] >> 4 | x[3] << 58, x[3] >> 6 | x[4] << 56]
}

#[cfg(test)]
mod tests {
    use ark_ff::{PrimeField, UniformRand, Zero};
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;

    use super::*;

    /// Random values, small ones and their negations, powers of two and their neighbours, and values
    /// that are small in arkworks' form.
    #[test]
    fn inverses_are_those_of_arkworks() {
        let mut rng = ChaCha20Rng::seed_from_u64(62);
        let mut values: Vec<Fq> = (0..20_000).map(|_| Fq::rand(&mut rng)).collect();
        values.extend((1..300u64).flat_map(|k| [Fq::from(k), -Fq::from(k), Fq::new_unchecked(BigInt([k, 0, 0, 0]))]));
        for power in (0..254).map(|k| Fq::from(2u64).pow([k])) {
            values.extend([power, power + Fq::from(1u64), power - Fq::from(1u64), -power]);
        }
        let mut last = Fq::MODULUS;
        last.0[0] -= 1;
        values.extend([Fq::new_unchecked(last), Fq::new_unchecked(Fq::R), Fq::new_unchecked(Fq::R2)]);
        for value in values {
            assert_eq!(inverse(&value), value.inverse(), "{value}");
        }
        assert_eq!(inverse(&Fq::zero()), None);
    }
}
