//! Numbers of 60 fractional bits: every product is rounded down, the same on every platform.

/// Fractional bits.
pub const BITS: u32 = 60;
/// One.
pub const ONE: u64 = 1 << BITS;
/// One in the parts in which files state rates and shares: percent with six decimals.
pub const PARTS: u64 = 100_000_000;
/// Months of a year.
pub const YEAR: u32 = 12;

/// Returns the product of two numbers, rounded down; the greatest number where it is beyond that.
pub fn product(left: u64, right: u64) -> u64 {
    u64::try_from((u128::from(left) * u128::from(right)) >> BITS).unwrap_or(u64::MAX)
}

/// Returns a number of parts, rounded down.
pub fn of_parts(parts: u64) -> u64 {
    quotient(parts, PARTS)
}

/// Returns a fraction, rounded down; the greatest number where it is beyond that.
pub fn quotient(numerator: u64, denominator: u64) -> u64 {
    u64::try_from((u128::from(numerator) << BITS) / u128::from(denominator)).unwrap_or(u64::MAX)
}

/// Returns the twelfth power of a number: three squares and a product, each rounded down.
fn twelfth_power(value: u64) -> u64 {
    let square = product(value, value);
    let sixth = product(product(square, square), square);
    product(sixth, sixth)
}

/// Returns the greatest number up to 17/16 whose twelfth power, as it is computed here, is not above
/// `value`.
pub fn twelfth_root(value: u64) -> u64 {
    let (mut low, mut high) = (0, ONE + ONE / 16 + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if twelfth_power(middle) <= value {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// Returns the share of a month of a share `parts` a year: one less the twelfth root of the rest.
pub fn monthly_share(parts: u64) -> u64 {
    match parts {
        0 => 0,
        PARTS.. => ONE,
        _ => ONE - twelfth_root(of_parts(PARTS - parts)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: u64, expected: f64, most: f64) {
        let found = found as f64 / ONE as f64;
        assert!((found - expected).abs() <= most, "{found} {expected}");
    }

    #[test]
    fn a_year_s_share_becomes_a_month_s() {
        for parts in [2_000_000, 6_000_000, 50_000_000, 99_999_999] {
            let expected = 1.0 - libm::pow((PARTS - parts) as f64 / PARTS as f64, 1.0 / 12.0);
            close(monthly_share(parts), expected, 1e-11);
        }
        assert_eq!((monthly_share(0), monthly_share(PARTS), monthly_share(PARTS + 1)), (0, ONE, ONE));
        // 1 - 0.94^(1/12) by decimals of 40 digits.
        close(monthly_share(6_000_000), 0.005_143_012_831_822_946, 1e-15);
    }

    #[test]
    fn roots_are_the_greatest_whose_power_is_not_above() {
        for value in [1, 5, ONE / 7, ONE - 1, ONE, ONE + 1, ONE + ONE / 20] {
            let root = twelfth_root(value);
            assert!(twelfth_power(root) <= value && twelfth_power(root + 1) > value, "{value}");
        }
        assert_eq!(twelfth_root(ONE), ONE);
    }
}
