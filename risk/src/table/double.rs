//! Doubles as decimals: the shortest one that reads back as the same double.

use std::fmt::Write;

/// Powers of ten that a double holds exactly, as do all up to 10^22.
const POWERS: [f64; 9] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

/// Returns the shortest decimal that reads back as the same double.
pub(crate) fn shortest(value: f64) -> String {
    let mut text = String::new();
    push_shortest(value, &mut text);
    text
}

/// Appends the shortest decimal that reads back as the same double.
///
/// A decimal of at most 15 digits is the only one of so few that a double is nearest to. The
/// quotient of two whole numbers below 2^53 is rounded once, to the double that the decimal reads
/// as. So the first number of places at which quotient and value agree is that of the shortest
/// decimal.
pub(crate) fn push_shortest(value: f64, text: &mut String) {
    for (places, power) in POWERS.into_iter().enumerate() {
        let whole = (value * power).round();
        if whole.abs() >= 1e15 || !whole.is_finite() {
            break;
        }
        if whole / power == value && (whole != 0.0 || value.is_sign_positive()) {
            #[expect(clippy::cast_possible_truncation, reason = "whole, and below 10^15")]
            return push_places(whole as i64, places, text);
        }
    }
    // Writing to a string cannot fail.
    let _ = write!(text, "{value}");
}

/// Appends a whole number with so many digits behind the point.
fn push_places(whole: i64, places: usize, text: &mut String) {
    if whole < 0 {
        text.push('-');
    }
    let mut digits = [b'0'; 24];
    let (mut left, mut start) = (whole.unsigned_abs(), digits.len());
    while left > 0 || digits.len() - start <= places {
        start -= 1;
        digits[start] = b'0' + u8::try_from(left % 10).unwrap_or_default();
        left /= 10;
    }
    let digits = &digits[start..];
    for (place, digit) in digits.iter().enumerate() {
        if places > 0 && place == digits.len() - places {
            text.push('.');
        }
        text.push(char::from(*digit));
    }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::{RngCore, SeedableRng};

    use super::*;

    #[test]
    fn the_shortest_decimal_is_that_of_the_standard_library() {
        let mut random = ChaCha20Rng::seed_from_u64(1);
        let mut values = vec![0.0, -0.0, 0.1, 86.21, 1e-8, 2e-9, 0.3, 0.1 + 0.2, 1e15, 1e22, 5e-324];
        values.extend([f64::MAX, f64::NAN, f64::INFINITY, 9_007_199_254_740_993.0, -1219.5, 0.05, 1e14 + 0.5]);
        for _ in 0..20_000 {
            let places = i32::try_from(random.next_u32() % 10).unwrap();
            #[expect(clippy::cast_precision_loss, reason = "any double will do")]
            let price = (random.next_u64() >> (random.next_u32() % 50 + 10)) as f64 / 10f64.powi(places);
            values.extend([price, -price, price * 1.000_000_1, f64::from_bits(random.next_u64())]);
        }
        for value in values {
            assert_eq!(shortest(value), value.to_string(), "{value:e}");
        }
    }
}
