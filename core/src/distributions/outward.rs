//! Rounding away from the truth: numbers that are certainly at least, or at most, what they stand
//! for, made of floating point whose error is bounded.
//!
//! # Error bounds that this module relies on
//!
//! * Each of `+ - * / sqrt` is the exact result rounded once (IEEE 754), and a number read from a
//!   decimal is off by at most 2^-51 of itself. [`up`] and [`down`] move by 2^-50 of a number, and
//!   so cover an operation together with a reading.
//! * [`normal::cdf`] is off by at most [`CDF_ERROR`] of its value between -30 and 30. The error is
//!   that of `libm::erfc`, below one unit in the last place, and that of rounding its argument x,
//!   about `x^2 2^-53`. The tests compare it with a series in integers of 256 bits.
//!
//! No function here relies on where a search ends: a quantile is checked against the bound before
//! it is returned.

use super::normal;

/// Bound on the relative error of [`normal::cdf`], 2^-40.
pub const CDF_ERROR: f64 = 1.0 / (1u64 << 40) as f64;
/// Four units in the last place of a number.
const ROUNDING: f64 = 1.0 / (1u64 << 50) as f64;
/// Where the normal distribution is no longer looked at: it is below 2^-650 there.
const FURTHEST: f64 = 30.0;

/// Returns a number above `x`.
pub fn up(x: f64) -> f64 {
    x + x.abs() * ROUNDING
}

/// Returns a number below `x`.
pub fn down(x: f64) -> f64 {
    x - x.abs() * ROUNDING
}

/// Returns a number that is at least the probability of a standard normal variable below `x`.
pub fn cdf_above(x: f64) -> f64 {
    (normal::cdf(x.max(-FURTHEST)) * (1.0 + CDF_ERROR)).min(1.0)
}

/// Returns a number that is at most the probability of a standard normal variable below `x`.
pub fn cdf_below(x: f64) -> f64 {
    if x < -FURTHEST { 0.0 } else { normal::cdf(x) * (1.0 - CDF_ERROR) }
}

/// Returns a number that is at most the quantile of a `tail` in (0, 1/2].
///
/// # Panics
/// A tail outside (0, 1/2], or below 10^-190.
pub fn tail_quantile_below(tail: f64) -> f64 {
    let tail = checked(down(tail));
    let (near, mut step) = (normal::quantile(tail), first_step(tail));
    loop {
        let candidate = near - step;
        if cdf_above(candidate) <= tail {
            return candidate;
        }
        step *= 2.0;
    }
}

/// Returns a number that is at least the quantile of a `tail` in (0, 1/2].
///
/// # Panics
/// A tail outside (0, 1/2], or below 10^-190.
pub fn tail_quantile_above(tail: f64) -> f64 {
    let tail = checked(up(tail));
    let (near, mut step) = (normal::quantile(tail), first_step(tail));
    loop {
        let candidate = near + step;
        if cdf_below(candidate) >= tail {
            return candidate;
        }
        step *= 2.0;
    }
}

/// Returns the first distance from a quantile: what the bound on the error amounts to, or less.
fn first_step(tail: f64) -> f64 {
    CDF_ERROR * if tail < 0.1 { 0.5 } else { 2.0 }
}

/// Returns a tail, which outward rounding may have moved by a little.
fn checked(tail: f64) -> f64 {
    assert!(tail > 1e-190 && tail < 0.5 + 1e-9, "a tail in (0, 1/2]: {tail}");
    tail
}

/// Returns a number that is at most the quantile of `numerator / denominator`, which is inside (0,
/// 1). Above one half it is taken from the complement, which is exact.
///
/// # Panics
/// A probability outside (0, 1).
pub fn quantile_below(numerator: u32, denominator: u32) -> f64 {
    assert!(numerator > 0 && numerator < denominator, "a probability in (0, 1)");
    let of = |part: u32| f64::from(part) / f64::from(denominator);
    if numerator <= denominator - numerator {
        tail_quantile_below(of(numerator))
    } else {
        -tail_quantile_above(of(denominator - numerator))
    }
}

#[cfg(test)]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
mod tests {
    use super::*;
    use crate::distributions::exact::normal_cdf;
    use ethnum::U256;

    /// `normal::cdf` against a series in integers: ten thousand points, and the bound has a hundred
    /// times the room that it needs.
    #[test]
    fn the_error_of_the_normal_distribution_is_within_its_bound() {
        let mut worst = 0.0f64;
        for step in -10_000..=10_000 {
            let x = f64::from(step) * 7.0e-4 + 1e-9;
            let exact = normal_cdf(x);
            let found = U256::from(libm::ldexp(normal::cdf(x), 120) as u128);
            let found = found << (crate::distributions::exact::BITS - 120);
            let difference = if found > exact { found - exact } else { exact - found };
            worst = worst.max(difference.as_f64() / exact.as_f64());
        }
        assert!(worst < CDF_ERROR / 100.0, "{worst:e}");
    }

    /// The exact probability at a quantile that is rounded down is at most the fraction, and by
    /// less than 2^-38 of it.
    #[test]
    fn quantiles_of_fractions_are_rounded_down() {
        let total = 10_000_000u32;
        let mut parts = vec![1, 2, 3, 10, 99, 5_000_000, 5_000_001, 4_999_999, 9_999_999, 9_999_998];
        parts.extend((1..2_000).map(|index| index * 4_999));
        let one = U256::ONE << crate::distributions::exact::BITS;
        for part in parts {
            let exact = one * U256::from(part) / U256::from(total);
            let found = normal_cdf(quantile_below(part, total));
            assert!(found <= exact, "{part}");
            let smaller = part.min(total - part);
            let room = (one * U256::from(smaller) / U256::from(total)) >> 37;
            assert!(exact - found < room, "{part}: {:e}", (exact - found).as_f64() / one.as_f64());
        }
    }

    #[test]
    fn tails_are_rounded_to_their_side() {
        let one = U256::ONE << crate::distributions::exact::BITS;
        for exponent in 1..100 {
            let tail = 0.5 * libm::pow(0.8, f64::from(exponent));
            let exact = (one >> 100) * U256::from(libm::ldexp(tail, 100) as u128);
            assert!(normal_cdf(tail_quantile_below(tail)) <= exact, "{tail}");
            assert!(normal_cdf(tail_quantile_above(tail)) >= exact, "{tail}");
        }
    }
}
