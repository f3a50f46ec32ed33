//! Confidence levels.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use crate::error::Problem;
use crate::text::parse_decimal;

/// A confidence level in (0, 1) with at most six decimal places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Confidence(u32);

impl Confidence {
    /// From millionths, 1 to 999,999.
    ///
    /// # Errors
    /// Anything else.
    pub fn from_millionths(millionths: u32) -> Result<Self, Problem> {
        if (1..1_000_000).contains(&millionths) {
            return Ok(Self(millionths));
        }
        Err(Problem::OutOfRange {
            what: "the confidence".into(),
            value: Decimal::from_i128_with_scale(i128::from(millionths), 6).normalize().to_string(),
            range: "0 to 1, both excluded".into(),
        })
    }

    /// From a decimal such as 0.975.
    ///
    /// # Errors
    /// Outside (0, 1), or more than six decimal places.
    pub fn from_decimal(value: Decimal) -> Result<Self, Problem> {
        let out_of_range = || Problem::OutOfRange {
            what: "the confidence".into(),
            value: value.to_string(),
            range: "0 to 1, both excluded, with at most six places (0.99 is 99 %)".into(),
        };
        let millionths = value.checked_mul(Decimal::from(1_000_000)).ok_or_else(out_of_range)?.normalize();
        if millionths.scale() != 0 {
            return Err(out_of_range());
        }
        u32::try_from(millionths.mantissa())
            .ok()
            .and_then(|ppm| Self::from_millionths(ppm).ok())
            .ok_or_else(out_of_range)
    }

    /// Millionths, 1 to 999,999.
    pub fn millionths(self) -> u32 {
        self.0
    }

    /// As a decimal in (0, 1).
    pub fn to_decimal(self) -> Decimal {
        Decimal::from_i128_with_scale(i128::from(self.0), 6).normalize()
    }
}

impl FromStr for Confidence {
    type Err = Problem;
    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::from_decimal(parse_decimal(text)?)
    }
}

impl fmt::Display for Confidence {
    /// As a percentage, `97.5 %`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", Decimal::from_i128_with_scale(i128::from(self.0), 4).normalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Mandate;

    #[test]
    fn one_confidence_in_several_spellings_is_one_threshold_and_one_digest() {
        let parsed = |text: &str| text.parse::<Confidence>().unwrap();
        for text in ["0.8", "0.80", "8e-1", "+0.8", ".8", " 0.800000 "] {
            assert_eq!((parsed(text), parsed(text).to_decimal().to_string()), (parsed("0.8"), "0.8".into()), "{text}");
        }
        let mandate = |first: &str, second: &str| {
            let clause = |measure: &str, confidence: &str| {
                format!("[[clause]]\nmeasure = \"{measure}\"\nconfidence = {confidence}\nlimit = 5\n")
            };
            let text = format!("name = \"m\"\n{}{}", clause("var", first), clause("cvar", second));
            Mandate::from_toml("m.toml", &text).unwrap()
        };
        let (plain, spelled) = (mandate("0.8", "0.8"), mandate("\"0.80\"", "\"8e-1\""));
        assert_eq!((plain.digest(), plain.clauses()), (spelled.digest(), spelled.clauses()));
    }
}
