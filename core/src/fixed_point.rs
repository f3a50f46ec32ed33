//! The integers behind every figure: scenario entries, book units, loss units, and how they become
//! currency.
//!
//! * A *scenario entry* is a factor move times 2^[`FRACTION_BITS`], an integer of at most
//!   [`MAX_ENTRY`] in magnitude.
//! * An *exposure* is an integer number of book units ([`Unit`]), gross total at most
//!   [`MAX_GROSS`].
//! * A *loss* is the exact integer sum of products of the two: its unit is the book unit times
//!   2^-[`FRACTION_BITS`].

use std::cmp::Ordering;
use std::fmt;

use ethnum::I256;
use rust_decimal::Decimal;

use crate::error::Problem;
use crate::text::parse_decimal;

/// Fractional bits of a scenario entry: a move of 100 % is 2^20.
pub const FRACTION_BITS: u32 = 20;
/// Bits of the magnitude of a scenario entry.
pub const ENTRY_BITS: u32 = 23;
/// Largest magnitude of a scenario entry: moves of up to (just under) ±800 %.
pub const MAX_ENTRY: i64 = (1 << ENTRY_BITS) - 1;
/// Bits of the gross exposure in book units.
pub const GROSS_BITS: u32 = 38;
/// Largest gross exposure (sum of magnitudes) in book units: 2.7 billion currency units at a unit
/// of one cent.
pub const MAX_GROSS: i64 = (1 << GROSS_BITS) - 1;
/// Bits of the magnitude of a day's profit or loss in book units.
pub const PNL_BITS: u32 = 42;
/// Largest magnitude of a day's profit or loss in book units: 43 billion currency units at a unit of
/// one cent.
pub const MAX_PNL: i64 = (1 << PNL_BITS) - 1;
/// Bits of the net asset value in book units.
pub const NAV_BITS: u32 = 44;
/// Largest net asset value in book units.
pub const MAX_NAV: i64 = (1 << NAV_BITS) - 1;
/// Bits of a scenario weight.
pub const WEIGHT_BITS: u32 = 20;
/// Largest scenario weight.
pub const MAX_WEIGHT: u32 = (1 << WEIGHT_BITS) - 1;
/// Bits of a unit counted in millionths of the currency.
pub const UNIT_BITS: u32 = 40;
/// Largest number of scenarios of a set.
pub const MAX_SCENARIOS: usize = 1 << 16;
/// Largest number of factors of a set.
pub const MAX_FACTORS: usize = 1 << 12;

/// The value of one book unit, in millionths of the currency: positive, below 2^40.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unit(u64);

impl Unit {
    /// One cent: the unit used unless another is asked for.
    pub const CENT: Unit = Unit(10_000);
    /// The finest unit, a millionth.
    pub const FINEST: Unit = Unit(1);

    /// A unit of so many millionths of the currency.
    ///
    /// # Errors
    /// Zero, or 2^40 and more.
    pub fn from_millionths(millionths: u64) -> Result<Self, Problem> {
        if millionths == 0 || millionths >> UNIT_BITS != 0 {
            return Err(Problem::OutOfRange {
                what: "the unit".into(),
                value: format!("{millionths} millionths"),
                range: "0.000001 to 1099511.627775".into(),
            });
        }
        Ok(Self(millionths))
    }

    /// A unit from a decimal amount of the currency.
    ///
    /// # Errors
    /// Not positive, too large, or finer than a millionth.
    pub fn from_decimal(value: Decimal) -> Result<Self, Problem> {
        let out_of_range = || Problem::OutOfRange {
            what: "the unit".into(),
            value: value.to_string(),
            range: "0.000001 to 1099511.627775, in steps of 0.000001".into(),
        };
        let millionths = value.checked_mul(Decimal::from(1_000_000)).ok_or_else(out_of_range)?;
        if !millionths.fract().is_zero() {
            return Err(out_of_range());
        }
        let millionths =
            u64::try_from(millionths.mantissa() / 10i128.pow(millionths.scale())).map_err(|_| out_of_range())?;
        Self::from_millionths(millionths).map_err(|_| out_of_range())
    }

    /// The unit in millionths of the currency.
    pub fn millionths(self) -> u64 {
        self.0
    }

    /// The unit as a decimal amount of the currency.
    pub fn to_decimal(self) -> Decimal {
        Decimal::from_i128_with_scale(i128::from(self.0), 6).normalize()
    }

    /// Returns a note on a unit that is not a cent, which tells more than its value. A unit is
    /// public, and a book's gross exposure is at most [`MAX_GROSS`] units.
    pub fn note(self) -> Option<String> {
        let most = Amount::from_units(i128::from(MAX_GROSS), self);
        match self.cmp(&Self::CENT) {
            Ordering::Equal => None,
            Ordering::Less => Some(format!(
                "the book unit {self} is public and finer than a cent: it shows that the gross exposure is at most \
                 {most}, and a unit that follows from the book shows its decade"
            )),
            Ordering::Greater => Some(format!(
                "the book unit {self} is public and coarser than a cent: it shows that the book is larger than a cent \
                 holds, and a unit that follows from the book shows its decade; take one with room"
            )),
        }
    }

    /// How many units an amount is, exactly, as a fraction of two integers with a positive
    /// denominator.
    pub fn ratio(self, amount: Decimal) -> (I256, I256) {
        let numerator = I256::from(amount.mantissa()) * I256::from(1_000_000);
        let denominator = pow10(amount.scale()) * I256::from(self.0);
        (numerator, denominator)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_decimal())
    }
}

/// An amount of currency that was rounded up to a millionth: never below the exact figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(i128);

impl Amount {
    /// The figure `numerator / denominator` in loss units of `unit`, rounded up to a millionth of
    /// the currency.
    pub fn from_loss(numerator: I256, denominator: I256, unit: Unit) -> Self {
        let value = div_ceil(numerator * I256::from(unit.0), denominator << FRACTION_BITS);
        Self(value.as_i128())
    }

    /// An amount of book units as currency, exactly.
    pub fn from_units(units: i128, unit: Unit) -> Self {
        Self(units * i128::from(unit.0))
    }

    /// Returns the amount of so many millionths of the currency.
    pub fn from_millionths(millionths: i128) -> Self {
        Self(millionths)
    }

    /// Millionths of the currency.
    pub fn millionths(self) -> i128 {
        self.0
    }

    /// The figure as a decimal with six places.
    pub fn to_decimal(self) -> Decimal {
        Decimal::from_i128_with_scale(self.0, 6)
    }

    /// A double whose shortest decimal form is not below the figure, for JSON numbers: a limit set
    /// to it holds.
    pub fn to_f64(self) -> f64 {
        let mut value = self.0 as f64 / 1e6;
        // At most a few steps: the nearest double is within one, its decimal form within half of
        // one.
        while parse_decimal(&value.to_string()).is_ok_and(|decimal| decimal < self.to_decimal()) {
            value = value.next_up();
        }
        value
    }
}

impl fmt::Display for Amount {
    /// With thousands separators and two places, rounded up.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.0.div_euclid(10_000) + i128::from(self.0.rem_euclid(10_000) != 0);
        let sign = if cents < 0 { "-" } else { "" };
        let digits = (cents.unsigned_abs() / 100).to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        f.pad(&format!("{sign}{grouped}.{:02}", cents.unsigned_abs() % 100))
    }
}

/// 10^`exponent`, for exponents up to 76.
pub fn pow10(exponent: u32) -> I256 {
    I256::from(10).pow(exponent)
}

/// Quotient rounded towards positive infinity, for a positive denominator.
pub fn div_ceil(numerator: I256, denominator: I256) -> I256 {
    debug_assert!(denominator > I256::ZERO);
    -((-numerator).div_euclid(denominator))
}

/// Quotient rounded to the nearest integer, halves away from zero, for a positive denominator.
pub fn div_round(numerator: I256, denominator: I256) -> I256 {
    debug_assert!(denominator > I256::ZERO);
    let two = I256::from(2);
    let magnitude = (numerator.abs() * two + denominator).div_euclid(denominator * two);
    if numerator < I256::ZERO { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_half_away_from_zero_and_ceiling_is_upwards() {
        let i = |v: i64| I256::from(v);
        assert_eq!(div_round(i(5), i(2)), i(3));
        assert_eq!(div_round(i(-5), i(2)), i(-3));
        assert_eq!(div_round(i(4), i(3)), i(1));
        assert_eq!(div_ceil(i(4), i(3)), i(2));
        assert_eq!(div_ceil(i(-4), i(3)), i(-1));
    }

    #[test]
    fn figures_print_rounded_up_with_separators() {
        assert_eq!(Amount(1_234_567_000_001).to_string(), "1,234,567.01");
        assert_eq!(Amount(-1_000_000).to_string(), "-1.00");
        assert_eq!(Amount(999_990_001).to_string(), "1,000.00");
    }

    #[test]
    fn a_unit_other_than_a_cent_says_what_it_tells() {
        let note = |millionths| Unit::from_millionths(millionths).unwrap().note();
        assert_eq!(note(10_000), None);
        let finer = note(1).unwrap();
        assert!(finer.contains("0.000001 is public and finer") && finer.contains("at most 274,877.91,"), "{finer}");
        let coarser = note(10_000_000).unwrap();
        assert!(coarser.contains("10 is public and coarser") && coarser.contains("shows its decade"), "{coarser}");
    }

    #[test]
    fn json_numbers_are_never_below_the_figure() {
        for millionths in [6_913_704_477_792_027_147i128, 9_007_199_254_740_993, 261_393_890_845, -5, 0] {
            let figure = Amount(millionths);
            assert!(parse_decimal(&figure.to_f64().to_string()).unwrap() >= figure.to_decimal(), "{millionths}");
        }
        assert_eq!(Amount(261_393_890_845).to_f64(), 261_393.890845);
    }

    #[test]
    fn units_are_positive_and_at_most_forty_bits() {
        assert_eq!(Unit::from_decimal(Decimal::new(1, 2)).unwrap(), Unit::CENT);
        assert!(Unit::from_decimal(Decimal::ZERO).is_err());
        assert!(Unit::from_decimal(Decimal::new(-1, 0)).is_err());
        assert!(Unit::from_decimal(Decimal::new(1, 7)).is_err());
        assert!(Unit::from_millionths(1 << UNIT_BITS).is_err());
    }
}
