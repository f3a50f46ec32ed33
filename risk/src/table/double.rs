//! Doubles as decimals: the shortest one that reads back as the same double.

use std::fmt::Write;

#[cfg(feature = "parquet")]
use rust_decimal::Decimal;

#[cfg(feature = "parquet")]
use super::number::plain;
#[cfg(feature = "parquet")]
use super::options::DecimalMark;

/// Returns the shortest decimal that reads back as the same double.
pub(crate) fn shortest(value: f64) -> String {
    let mut text = String::new();
    push_shortest(value, &mut text);
    text
}

/// Appends the shortest decimal that reads back as the same double.
pub(crate) fn push_shortest(value: f64, text: &mut String) {
    match with_point(value, &mut zmij::Buffer::new()) {
        Some(written) => text.push_str(written),
        // Writing to a string cannot fail.
        None => _ = write!(text, "{value}"),
    }
}

/// Returns the shortest decimal by the fast way; `None` where that may write an exponent, or where there
/// may be two shortest ones that are equally near, of which each library takes another.
///
/// A double half-way between two decimals of p places is a whole number over 2 10^p, so one over
/// 2^(p+1). Shortest decimals have at most 17 digits, so at most 20 places from 10^-4 on: a double that
/// is no whole number over 2^22 is half-way between none.
fn with_point(value: f64, buffer: &mut zmij::Buffer) -> Option<&str> {
    if !(1e-4..1e15).contains(&value.abs()) {
        return None;
    }
    let written = buffer.format_finite(value);
    let written = written.strip_suffix(".0").unwrap_or(written);
    let half_way = || (value * f64::from(1 << 22)).fract() == 0.0;
    // A decimal of at most 15 digits is the only one of so few.
    (written.len() <= 15 || !half_way()).then_some(written)
}

/// Returns the shortest decimal that reads back as the same double, with the digits of its text;
/// `None` if the text is no plain number.
///
/// A decimal of at most 15 digits is the only one of so few that a double is nearest to, and the
/// quotient of two whole numbers below 2^53 is rounded once, to the double that the decimal reads
/// as. So if value and quotient agree, the decimal is the shortest one, but for zeros at its end.
#[cfg(feature = "parquet")]
#[inline]
pub(crate) fn decimal(value: f64) -> Option<Decimal> {
    const PLACES: u32 = 4;
    const POWER: f64 = 1e4;
    let scaled = value * POWER;
    if scaled.abs() < 1e15 && value != 0.0 {
        #[expect(clippy::cast_possible_truncation, reason = "it is below 10^15")]
        let whole = (scaled + 0.5f64.copysign(scaled)) as i64;
        #[expect(clippy::cast_precision_loss, reason = "it is below 2^53")]
        if whole as f64 / POWER == value {
            return Some(without_zeros(whole, PLACES));
        }
    }
    match with_point(value, &mut zmij::Buffer::new()) {
        Some(written) => plain(written, DecimalMark::Point),
        None => plain(&shortest(value), DecimalMark::Point),
    }
}

/// Returns a whole number with so many places, without zeros at the end of the places.
#[cfg(feature = "parquet")]
#[inline]
fn without_zeros(mut whole: i64, mut places: u32) -> Decimal {
    if whole % 100 == 0 {
        (whole, places) = (whole / 100, places - 2);
    }
    if whole % 100 == 0 {
        (whole, places) = (whole / 100, places - 2);
    }
    if places > 0 && whole % 10 == 0 {
        (whole, places) = (whole / 10, places - 1);
    }
    Decimal::new(whole, places)
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::{RngCore, SeedableRng};

    use super::*;

    #[test]
    fn the_shortest_decimal_is_that_of_the_standard_library() {
        // Half-way between two decimals of 16 digits, and of 17.
        for value in [
            2_709_425_641_345_353.0 / 4.0,
            80_000_000_000_000.0 + 0.125,
            999.0 + 0.5f64.powi(14),
            100.0 + 0.5f64.powi(15),
        ] {
            assert_eq!(shortest(value), value.to_string());
        }
        let mut random = ChaCha20Rng::seed_from_u64(1);
        let mut values = vec![0.0, -0.0, 0.1, 86.21, 1e-8, 2e-9, 0.3, 0.1 + 0.2, 1e15, 1e22, 5e-324, 1e-4, 1e-5];
        values.extend([f64::MAX, f64::NAN, f64::INFINITY, 9_007_199_254_740_993.0, -1219.5, 0.05, 1e14 + 0.5]);
        for _ in 0..20_000 {
            let places = i32::try_from(random.next_u32() % 10).unwrap();
            #[expect(clippy::cast_precision_loss, reason = "any double will do")]
            let price = (random.next_u64() >> (random.next_u32() % 50 + 10)) as f64 / 10f64.powi(places);
            // A whole number over a power of two, as those are that stand half-way.
            let power = i32::try_from(random.next_u32() % 24).unwrap();
            values.push((price * 2f64.powi(power)).round() / 2f64.powi(power));
            values.extend([price, -price, price * 1.000_000_1, f64::from_bits(random.next_u64())]);
        }
        for value in values {
            assert_eq!(shortest(value), value.to_string(), "{value:e}");
            #[cfg(feature = "parquet")]
            assert_eq!(decimal(value), plain(&value.to_string(), DecimalMark::Point), "{value:e}");
        }
    }
}
