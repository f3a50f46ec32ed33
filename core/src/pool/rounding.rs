//! Numbers of a tape that are not whole in their steps.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::error::{Problem, TapeProblem};

/// The fate of numbers that are not whole in their steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// they refuse the tape
    Refuse,
    /// the next lower step
    Down,
    /// the next higher step
    Up,
    /// the nearest step, the even one of two
    HalfEven,
}

impl Rounding {
    /// All, with their names.
    const ALL: [(&'static str, Rounding); 4] = [
        ("refuse", Rounding::Refuse),
        ("down", Rounding::Down),
        ("up", Rounding::Up),
        ("half-even", Rounding::HalfEven),
    ];

    /// Returns the rounding of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, rounding)| *rounding)
    }

    /// Returns the name in deals.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, rounding)| *rounding == self).map_or("", |(name, _)| name)
    }

    /// Returns how many steps a number is, and whether it was rounded. `what` names the number in
    /// errors.
    ///
    /// # Errors
    /// A number below zero, or of too many steps; a number that is not whole in its steps, where
    /// nothing is rounded.
    pub fn steps(self, what: &str, value: Decimal, step: Decimal) -> Result<(u64, bool), Problem> {
        let out_of_range = || Problem::OutOfRange {
            what: format!("the {what}"),
            value: value.normalize().to_string(),
            range: format!("0 to 2^64 steps of {}", step.normalize()),
        };
        if value.is_sign_negative() && !value.is_zero() {
            return Err(out_of_range());
        }
        let rest = value.checked_rem(step).ok_or_else(out_of_range)?;
        let whole = (value - rest).checked_div(step).and_then(|whole| whole.normalize().to_u64());
        let whole = whole.ok_or_else(out_of_range)?;
        if rest.is_zero() {
            return Ok((whole, false));
        }
        let twice = rest.checked_add(rest).ok_or_else(out_of_range)?;
        let goes_up = match self {
            Rounding::Refuse => {
                let (what, value) = (what.to_owned(), value.normalize().to_string());
                return Err(TapeProblem::NotWhole { what, value, step: step.normalize() }.into());
            }
            Rounding::Down => false,
            Rounding::Up => true,
            Rounding::HalfEven => twice > step || twice == step && whole % 2 == 1,
        };
        Ok((whole + u64::from(goes_up), true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_not_whole_is_refused_or_rounded_by_name() {
        let of = |rounding: Rounding, value: &str, step: &str| {
            rounding.steps("rate", value.parse().unwrap(), step.parse().unwrap()).map_err(|problem| problem.to_string())
        };
        for (value, down, half, up) in
            [("80.005", 8_000, 8_000, 8_001), ("80.015", 8_001, 8_002, 8_002), ("80.0051", 8_000, 8_001, 8_001)]
        {
            assert_eq!(of(Rounding::Down, value, "0.01"), Ok((down, true)));
            assert_eq!(of(Rounding::HalfEven, value, "0.01"), Ok((half, true)));
            assert_eq!(of(Rounding::Up, value, "0.01"), Ok((up, true)));
            let refused = of(Rounding::Refuse, value, "0.01").unwrap_err();
            assert!(refused.contains(value) && refused.contains("steps of 0.01"), "{refused}");
        }
        assert_eq!(of(Rounding::Refuse, "80.0100", "0.010"), Ok((8_001, false)));
        assert_eq!(of(Rounding::Refuse, "1.5", "0.25"), Ok((6, false)));
        assert_eq!(of(Rounding::Refuse, "-0", "1"), Ok((0, false)));
        assert!(of(Rounding::Up, "-0.001", "0.01").unwrap_err().contains("the rate -0.001"));
        assert!(of(Rounding::Up, "79228162514264337593543950335", "0.0001").is_err());
    }
}
