//! The normal distribution in integers of 256 bits, for tests: no floating point, so that it can
//! judge floating point.

use ethnum::U256;

/// Fractional bits.
pub(crate) const BITS: u32 = 180;

fn one() -> U256 {
    U256::ONE << BITS
}

/// Returns a product, rounded down. It is below 2^24.
fn product(left: U256, right: U256) -> U256 {
    let half = U256::MAX >> 128;
    let (a, b) = (left >> 128, left & half);
    let (c, d) = (right >> 128, right & half);
    // left * right = a c 2^256 + (a d + b c) 2^128 + b d
    let middle = a * d + b * c;
    let low = (b * d) >> 128;
    (((a * c) << 128) + middle + low) >> (BITS - 128)
}

/// Returns the magnitude of a number, exactly.
///
/// # Panics
/// A magnitude below 2^-120, whose bits would be lost, or of 64 or more.
pub(crate) fn magnitude(x: f64) -> U256 {
    let bits = x.abs().to_bits();
    let exponent = i32::try_from(bits >> 52).expect("11 bits") - 1075;
    let mantissa = U256::from((bits & ((1 << 52) - 1)) | (1 << 52));
    let shift = exponent + BITS.cast_signed();
    assert!(x.abs() < 64.0 && shift >= 0, "{x}");
    mantissa << shift.unsigned_abs()
}

/// Returns `exp(-y)`, by halving the argument until its series is short.
pub(crate) fn exp_of_minus(y: U256) -> U256 {
    const HALVINGS: u32 = 12;
    let y = y >> HALVINGS;
    let (mut even, mut odd, mut term) = (one(), U256::ZERO, one());
    for index in 1..60u32 {
        term = product(term, y) / U256::from(index);
        if index % 2 == 0 { even += term } else { odd += term }
    }
    let mut result = even - odd;
    for _ in 0..HALVINGS {
        result = product(result, result);
    }
    result
}

/// Returns the density at a magnitude.
fn density(x: U256) -> U256 {
    // 1 / sqrt(2 pi) to 180 bits.
    let scale = U256::from_str_radix("662114cf50d942343f2cf1402eae38bfd3829f3051270", 16).expect("digits");
    product(exp_of_minus(product(x, x) >> 1), scale)
}

/// Returns the probability of a standard normal variable below `x`, of at most 12 in magnitude,
/// times 2^180, off by less than 2^-150: one half and the density times `x + x^3/3 + x^5/15 + ..`.
pub(crate) fn normal_cdf(x: f64) -> U256 {
    let half = one() >> 1;
    if x == 0.0 {
        return half;
    }
    let size = magnitude(x);
    let square = product(size, size);
    let first = product(density(size), size);
    let (mut term, mut sum) = (first, first);
    let mut odd = 1u32;
    while term > U256::ZERO {
        odd += 2;
        term = product(term, square) / U256::from(odd);
        sum += term;
    }
    if x < 0.0 { half - sum } else { half + sum }
}
