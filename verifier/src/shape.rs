//! Sizes of a market statement.

use std::fmt;
use std::str::FromStr;

use tailproof_risk::fixed_point::{MAX_FACTORS, MAX_SCENARIOS};

/// Most public inputs of a scenario matrix: with more, keys would not fit the memory of ordinary machines.
pub const MAX_SCENARIO_INPUTS: usize = 1 << 22;

/// The sizes a circuit is built for: up to T scenarios, up to N factors, and one or two thresholds.
///
/// With one threshold, value at risk and expected shortfall share a confidence; with two, each has its own. Written
/// `500x100` (two thresholds) or `500x100/1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    scenarios: usize,
    factors: usize,
    thresholds: usize,
}

/// A shape that is not written `TxN` or `TxN/1`, or is out of range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is not a shape; write TxN, for example 500x20 (500 scenarios, 20 factors), or TxN/1 for one confidence; \
     T is 1 to {MAX_SCENARIOS}, N is 1 to {MAX_FACTORS}, and T x (N + 2) is at most {MAX_SCENARIO_INPUTS}"
)]
pub struct ShapeError(String);

impl Shape {
    /// A shape of T scenarios, N factors and 1 or 2 thresholds.
    ///
    /// # Errors
    /// A size of 0 or beyond what a scenario file holds; other numbers of thresholds.
    pub fn new(scenarios: usize, factors: usize, thresholds: usize) -> Result<Self, ShapeError> {
        let in_range = (1..=MAX_SCENARIOS).contains(&scenarios)
            && (1..=MAX_FACTORS).contains(&factors)
            && (1..=2).contains(&thresholds)
            && scenarios * (factors + 2) <= MAX_SCENARIO_INPUTS;
        let shape = Self { scenarios, factors, thresholds };
        if in_range { Ok(shape) } else { Err(ShapeError(shape.to_string())) }
    }

    /// T: rows of the scenario matrix.
    pub fn scenarios(&self) -> usize {
        self.scenarios
    }

    /// N: columns of the scenario matrix.
    pub fn factors(&self) -> usize {
        self.factors
    }

    /// 1: both clauses share a confidence; 2: each has its own.
    pub fn thresholds(&self) -> usize {
        self.thresholds
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.scenarios, self.factors)?;
        if self.thresholds == 2 { Ok(()) } else { write!(f, "/{}", self.thresholds) }
    }
}

impl FromStr for Shape {
    type Err = ShapeError;

    fn from_str(text: &str) -> Result<Self, ShapeError> {
        let error = || ShapeError(text.to_owned());
        let (sizes, thresholds) = text.split_once('/').unwrap_or((text, "2"));
        let (scenarios, factors) = sizes.split_once(['x', 'X']).ok_or_else(error)?;
        let number = |digits: &str| -> Result<usize, ShapeError> {
            if digits.bytes().all(|byte| byte.is_ascii_digit()) {
                digits.parse().map_err(|_| error())
            } else {
                Err(error())
            }
        };
        let shape = Self::new(number(scenarios)?, number(factors)?, number(thresholds)?).map_err(|_| error())?;
        let canonical =
            shape.to_string().eq_ignore_ascii_case(text) || text.strip_suffix("/2") == Some(&shape.to_string());
        if canonical { Ok(shape) } else { Err(error()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_read_as_they_are_written() {
        for text in ["500x100", "1x1", "512x128/1"] {
            assert_eq!(text.parse::<Shape>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "500",
            "x",
            "0x5",
            "5x0",
            "5x5/3",
            "5x5/0",
            "-5x5",
            "+5x5",
            "5x5x5",
            "70000x1",
            "5 x 5",
            "05x5",
            "5x5/02",
            "65536x4096",
        ] {
            assert!(text.parse::<Shape>().is_err(), "{text}");
        }
    }
}
