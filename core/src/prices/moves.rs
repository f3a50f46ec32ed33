//! Kinds of moves of a factor.

use std::fmt;

use ethnum::I256;
use rust_decimal::Decimal;

use crate::error::{PriceProblem, Problem};
use crate::fixed_point::{FRACTION_BITS, MAX_ENTRY, div_round, pow10};
use crate::text::to_f64;

/// How the move of a factor is taken from two prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Moves {
    /// `(new - old) / old`
    #[default]
    Relative,
    /// `ln(new / old)`
    Log,
    /// `(new - old) / step`; an exposure is currency per step
    Absolute(Step),
}

/// A step of absolute moves: a power of ten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step(i8);

/// Largest magnitude of the exponent of a step.
const MOST_EXPONENT: i8 = 12;

impl Step {
    /// Returns the step that `value` is.
    ///
    /// # Errors
    /// No power of ten from 10^-12 to 10^12.
    pub fn from_decimal(value: Decimal) -> Result<Self, Problem> {
        let found = (-MOST_EXPONENT..=MOST_EXPONENT).map(Self).find(|step| step.to_decimal() == value);
        found.ok_or_else(|| Problem::OutOfRange {
            what: "the step".into(),
            value: value.to_string(),
            range: "the powers of ten from 0.000000000001 to 1000000000000".into(),
        })
    }

    /// Returns the step as a decimal.
    pub fn to_decimal(self) -> Decimal {
        match u32::try_from(-self.0) {
            Ok(places) => Decimal::new(1, places),
            Err(_) => Decimal::from(10u64.pow(u32::from(self.0.unsigned_abs()))),
        }
    }

    /// Returns the finest step for which a set holds every one of the changes; 1 if nothing changes.
    ///
    /// # Errors
    /// Changes that no step brings into range.
    pub fn finest(changes: impl Iterator<Item = (Decimal, Decimal)> + Clone) -> Result<Self, Problem> {
        if changes.clone().all(|(old, new)| old == new) {
            return Ok(Self(0));
        }
        let fits = |step: &Self| changes.clone().all(|(old, new)| step.entry(old, new).abs() <= I256::from(MAX_ENTRY));
        let found = (-MOST_EXPONENT..=MOST_EXPONENT).map(Self).find(fits);
        found.ok_or_else(|| PriceProblem::NoStep.into())
    }

    /// Returns a change in steps, times 2^20, rounded to the nearest integer, halves away from zero.
    fn entry(self, old: Decimal, new: Decimal) -> I256 {
        let (old, new, scale) = lifted(old, new);
        let exponent = i64::from(scale) + i64::from(self.0);
        let change = (new - old) << FRACTION_BITS;
        // The scale is at most 28, the exponent of a step 12 in magnitude.
        let power = pow10(u32::try_from(exponent.unsigned_abs()).unwrap_or(u32::MAX));
        if exponent < 0 { change * power } else { div_round(change, power) }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.to_decimal())
    }
}

/// A kind of moves that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WantedMoves {
    /// relative moves
    Relative,
    /// logarithms of ratios
    Log,
    /// changes in steps; without a step, the finest that holds every move
    Absolute(Option<Step>),
}

impl Moves {
    /// Whether prices that are zero or negative have such moves.
    pub fn takes_any_price(self) -> bool {
        matches!(self, Moves::Absolute(_))
    }

    /// Returns the move times 2^20, rounded to the nearest integer, halves away from zero; `None` if
    /// it is beyond an `i32`. Relative and absolute moves are exact. A logarithm is that of `libm`,
    /// the same bits on every platform. Prices of relative and log moves must be positive.
    pub fn entry(self, old: Decimal, new: Decimal) -> Option<I256> {
        let entry = match self {
            Moves::Relative => {
                let (old, new, _) = lifted(old, new);
                div_round((new - old) << FRACTION_BITS, old)
            }
            Moves::Log => {
                let entry = libm::round(libm::log(to_f64(new) / to_f64(old)) * f64::from(1 << FRACTION_BITS));
                #[allow(clippy::cast_possible_truncation)]
                let entry = (entry.abs() <= f64::from(i32::MAX)).then_some(entry as i64);
                I256::from(entry?)
            }
            Moves::Absolute(step) => step.entry(old, new),
        };
        i32::try_from(entry).is_ok().then_some(entry)
    }

    /// Returns the move as a double.
    pub fn value(self, old: f64, new: f64) -> f64 {
        match self {
            Moves::Relative => (new - old) / old,
            Moves::Log => libm::log(new / old),
            Moves::Absolute(step) => (new - old) / to_f64(step.to_decimal()),
        }
    }
}

/// Returns two prices as integers of one scale.
fn lifted(old: Decimal, new: Decimal) -> (I256, I256, u32) {
    let scale = old.scale().max(new.scale());
    let lift = |price: Decimal| I256::from(price.mantissa()) * pow10(scale - price.scale());
    (lift(old), lift(new), scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn entry(moves: Moves, old: &str, new: &str) -> Option<i64> {
        moves.entry(decimal(old), decimal(new)).map(|entry| entry.as_i64())
    }

    #[test]
    fn moves_are_what_their_kind_says() {
        let step = |text| Moves::Absolute(Step::from_decimal(decimal(text)).unwrap());
        assert_eq!(entry(Moves::Relative, "100", "110"), Some(104_858));
        // ln 1.1 = 0.0953101798
        assert_eq!(entry(Moves::Log, "100", "110"), Some(99_940));
        assert_eq!(entry(Moves::Log, "110", "100"), Some(-99_940));
        assert_eq!(entry(step("10"), "18.27", "-37.63"), Some(-5_861_540));
        assert_eq!(entry(step("0.01"), "0.0215", "0.0225"), Some(104_858));
        assert_eq!(entry(step("1"), "-3", "-1.5"), Some(1_572_864));
        assert_eq!(entry(step("0.0001"), "1", "5"), None);
    }

    #[test]
    fn the_finest_step_holds_every_change() {
        let finest = |pairs: &[(&str, &str)]| {
            let changes = pairs.iter().map(|(old, new)| (decimal(old), decimal(new)));
            Step::finest(changes).map(|step| step.to_string())
        };
        assert_eq!(finest(&[("18.27", "-37.63"), ("1", "2")]).unwrap(), "10");
        assert_eq!(finest(&[("0.02", "0.0279")]).unwrap(), "0.001");
        assert_eq!(finest(&[("0.02", "0.028")]).unwrap(), "0.01", "8 steps are out of range");
        assert_eq!(finest(&[("7", "7")]).unwrap(), "1");
        assert!(finest(&[("0", "90000000000000")]).is_err());
    }

    #[test]
    fn steps_are_powers_of_ten() {
        for (text, is_step) in
            [("1", true), ("0.010", true), ("1000", true), ("0.5", false), ("0", false), ("-1", false)]
        {
            assert_eq!(Step::from_decimal(decimal(text)).is_ok(), is_step, "{text}");
        }
    }
}
