//! Limits and floors, as a mandate states them and as the integers that are compared.

use std::fmt;

use ethnum::I256;
use rust_decimal::Decimal;

use crate::error::Problem;
use crate::fixed_point::{Amount, FRACTION_BITS, Unit, div_ceil};

/// The limit of a clause. Only a floor under net exposure may be negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// an amount of currency
    Absolute(Decimal),
    /// a fraction of the net asset value, with at most nine decimal places
    NavFraction(Decimal),
    /// no limit: the clause has a floor alone
    None,
}

impl Limit {
    /// Returns the number: an amount or a fraction; zero for no limit.
    pub fn value(self) -> Decimal {
        match self {
            Limit::Absolute(value) | Limit::NavFraction(value) => value,
            Limit::None => Decimal::ZERO,
        }
    }

    /// Returns the limit with the other sign.
    pub(super) fn negated(self) -> Self {
        match self {
            Limit::Absolute(value) => Limit::Absolute(-value),
            Limit::NavFraction(value) => Limit::NavFraction(-value),
            Limit::None => Limit::None,
        }
    }
}

impl Limit {
    /// Checks that the number is in range; `names` are those of an absolute limit and of a
    /// fraction.
    ///
    /// # Errors
    /// It is not.
    pub(super) fn check(self, names: [&str; 2], may_be_negative: bool) -> Result<(), Problem> {
        if self == Limit::None {
            return Ok(());
        }
        let value = self.value();
        let [absolute, fraction] = names;
        let what = if matches!(self, Limit::Absolute(_)) { absolute } else { fraction };
        let out_of_range =
            |range: &str| Problem::OutOfRange { what: what.into(), value: value.to_string(), range: range.into() };
        if value.is_sign_negative() && !value.is_zero() && !may_be_negative {
            return Err(out_of_range("0 and above; limits are losses, positive"));
        }
        let least = |text: &str| if may_be_negative { format!("-{text}") } else { "0".to_owned() };
        if matches!(self, Limit::NavFraction(_)) {
            if value.abs() > Decimal::from(68) || value.normalize().scale() > 9 {
                let what = "a fraction of the net asset value with at most nine places (0.05 is 5 %)";
                return Err(out_of_range(&format!("{} to 68, {what}", least("68"))));
            }
        } else if value.abs() > Decimal::from(1_000_000_000_000_000_000u64) {
            return Err(out_of_range(&format!("{} to 10^18", least("10^18"))));
        }
        Ok(())
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Absolute(amount) => write!(f, "{}", grouped(*amount)),
            Limit::NavFraction(fraction) => write!(f, "{} % of NAV", (*fraction * Decimal::ONE_HUNDRED).normalize()),
            Limit::None => f.write_str("no limit"),
        }
    }
}

/// Returns an amount with thousands separators and its own decimal places.
fn grouped(amount: Decimal) -> String {
    let sign = if amount.is_sign_negative() && !amount.is_zero() { "-" } else { "" };
    let amount = amount.normalize().abs();
    let whole = Amount::from_units(amount.trunc().mantissa(), Unit::from_millionths(1_000_000).expect("one is a unit"));
    let whole = whole.to_string();
    let fraction = amount.fract();
    let places = if fraction.is_zero() { String::new() } else { fraction.to_string()[1..].to_owned() };
    format!("{sign}{}{places}", whole.trim_end_matches(".00"))
}

/// A limit as the integers of the relation: `figure <= absolute + per_nav * 10^-9 * nav`, in loss
/// units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitUnits {
    /// loss units, rounded down: never looser than the mandate says
    pub absolute: u64,
    /// billionths of the net asset value
    pub per_nav: u64,
}

impl LimitUnits {
    /// Bits of the absolute part.
    pub const ABSOLUTE_BITS: u32 = 64;
    /// Bits of the fraction in billionths: up to 68 times the net asset value.
    pub const PER_NAV_BITS: u32 = 36;
    /// The top of the range: no book that a statement holds can lose so much.
    pub const OFF: LimitUnits = LimitUnits { absolute: u64::MAX, per_nav: 0 };

    /// Both sides of `5^9 * figure <= 5^9 * absolute + 2^11 * per_nav * nav` are integers: a loss
    /// unit is 2^-20 book units and a billionth is 2^-9 5^-9. Left factor.
    pub const FIGURE_FACTOR: u64 = 5u64.pow(9);
    /// Right factor of `per_nav * nav`.
    pub const NAV_FACTOR: u64 = 1 << (FRACTION_BITS - 9);

    /// A limit of zero.
    pub const ZERO: LimitUnits = LimitUnits { absolute: 0, per_nav: 0 };

    /// Returns the integers of a limit for books in `unit`, its absolute part rounded by `round`, a
    /// quotient. An absolute limit beyond the top of the range is cut to the top, which no book
    /// reaches.
    ///
    /// # Panics
    /// If a fraction is out of the range that [`Limit::check`] allows.
    pub(super) fn new(limit: Limit, unit: Unit, round: fn(I256, I256) -> I256) -> Self {
        match limit {
            Limit::Absolute(amount) => {
                let (numerator, denominator) = unit.ratio(amount);
                let units = round(numerator << FRACTION_BITS, denominator);
                Self { absolute: u64::try_from(units).unwrap_or(u64::MAX), per_nav: 0 }
            }
            Limit::NavFraction(fraction) => Self { absolute: 0, per_nav: billionths(fraction) },
            Limit::None => Self::OFF,
        }
    }

    /// Returns the right-hand side: the limit in loss units times 5^9.
    pub fn scaled(self, nav: u64) -> I256 {
        I256::from(Self::FIGURE_FACTOR) * I256::from(self.absolute)
            + I256::from(Self::NAV_FACTOR) * I256::from(self.per_nav) * I256::from(nav)
    }
}

fn billionths(fraction: Decimal) -> u64 {
    let billionths = (fraction * Decimal::from(BookUnits::BILLION)).normalize();
    u64::try_from(billionths.mantissa()).expect("checked when the clause was made")
}

/// A limit on a whole number of book units, as the integers of the relation:
/// `10^9 figure <= 10^9 absolute + per_nav * nav`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookUnits {
    /// book units
    pub absolute: u64,
    /// billionths of the net asset value
    pub per_nav: u64,
}

impl BookUnits {
    /// Bits of the absolute part.
    pub const ABSOLUTE_BITS: u32 = 40;
    /// The top of the range: no book that a statement holds has so much.
    pub const OFF: BookUnits = BookUnits { absolute: (1 << Self::ABSOLUTE_BITS) - 1, per_nav: 0 };
    /// A limit of zero.
    pub const ZERO: BookUnits = BookUnits { absolute: 0, per_nav: 0 };
    /// Both sides of the relation are integers by this factor.
    pub const BILLION: u64 = 1_000_000_000;

    /// Returns the integers of a limit that is not negative for books in `unit`, its absolute part
    /// rounded by `round`, a quotient: exact, because figures are whole units. One beyond the top of the
    /// range is cut to the top.
    ///
    /// # Panics
    /// If a fraction is out of the range that [`Limit::check`] allows.
    pub(super) fn new(limit: Limit, unit: Unit, round: fn(I256, I256) -> I256) -> Self {
        match limit {
            Limit::Absolute(amount) => {
                let (numerator, denominator) = unit.ratio(amount);
                let units = round(numerator, denominator);
                let most = Self::OFF.absolute;
                Self { absolute: u64::try_from(units).map_or(most, |units| units.min(most)), per_nav: 0 }
            }
            Limit::NavFraction(fraction) => Self { absolute: 0, per_nav: billionths(fraction) },
            Limit::None => Self::OFF,
        }
    }

    /// Returns the right-hand side: the limit in billionths of a book unit.
    pub fn scaled(self, nav: u64) -> I256 {
        I256::from(Self::BILLION) * I256::from(self.absolute) + I256::from(self.per_nav) * I256::from(nav)
    }
}

/// A floor under a whole number of book units, or a number below zero that is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedBookUnits {
    /// whether the floor is below zero
    pub below_zero: bool,
    /// its magnitude: rounded up above zero, and down below it
    pub magnitude: BookUnits,
}

impl SignedBookUnits {
    /// Below every figure.
    pub const OFF: SignedBookUnits = SignedBookUnits { below_zero: true, magnitude: BookUnits::OFF };

    pub(super) fn new(floor: Limit, unit: Unit) -> Self {
        match floor {
            Limit::None => Self::OFF,
            _ if floor.value().is_sign_negative() => {
                Self { below_zero: true, magnitude: BookUnits::new(floor.negated(), unit, I256::div_euclid) }
            }
            _ => Self { below_zero: false, magnitude: BookUnits::new(floor, unit, div_ceil) },
        }
    }

    /// Returns the floor in billionths of a book unit.
    pub fn scaled(self, nav: u64) -> I256 {
        let magnitude = self.magnitude.scaled(nav);
        if self.below_zero { -magnitude } else { magnitude }
    }
}

/// A floor as the integers of the relation: `figure >= above - below`. One of the two is zero, so a
/// floor may be negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FloorUnits {
    /// a floor above zero, rounded up
    pub above: LimitUnits,
    /// by how much a floor is below zero, rounded down
    pub below: LimitUnits,
}

impl FloorUnits {
    /// Below every figure.
    pub const OFF: FloorUnits = FloorUnits { above: LimitUnits::ZERO, below: LimitUnits::OFF };

    /// Returns the floor in loss units times 5^9.
    pub fn scaled(self, nav: u64) -> I256 {
        self.above.scaled(nav) - self.below.scaled(nav)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whole loss units, next to the limit: the integers say what the decimals say.
    #[test]
    fn a_limit_means_the_same_in_every_unit() {
        for millionths in [1, 3, 7, 10_000, 70_000, 1_000_000, 3_000_000, 999_999_999] {
            let unit = Unit::from_millionths(millionths).unwrap();
            for amount in ["0", "0.000001", "0.005", "1", "450000", "253246.688843", "999999.999999"] {
                let amount: Decimal = amount.parse().unwrap();
                let (numerator, denominator) = unit.ratio(amount);
                let limit = LimitUnits::new(Limit::Absolute(amount), unit, |a, b| a.div_euclid(b)).absolute;
                let floor = LimitUnits::new(Limit::Absolute(amount), unit, crate::fixed_point::div_ceil).absolute;
                for figure in limit.saturating_sub(1)..=floor + 1 {
                    let (exact, figure) = (numerator << FRACTION_BITS, I256::from(figure) * denominator);
                    let (below, above) = (figure <= exact, figure >= exact);
                    let whole = figure / denominator;
                    assert_eq!(whole <= I256::from(limit), below, "{whole} under {amount} in {unit}");
                    assert_eq!(whole >= I256::from(floor), above, "{whole} over {amount} in {unit}");
                }
            }
        }
    }

    #[test]
    fn amounts_are_shown_as_they_are() {
        for (amount, shown) in [
            ("-10.5", "-10.5"),
            ("-0.5", "-0.5"),
            ("-2500.25", "-2,500.25"),
            ("1234567.125", "1,234,567.125"),
            ("0", "0"),
            ("7", "7"),
        ] {
            assert_eq!(Limit::Absolute(amount.parse().unwrap()).to_string(), shown);
        }
        assert_eq!(Limit::NavFraction("-0.02".parse().unwrap()).to_string(), "-2 % of NAV");
    }
}
