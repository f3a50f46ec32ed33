//! The assumptions that are moved, and the values of their grids.

use tailproof_core::error::Problem;

/// An assumption that is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// times all rates of default
    DefaultRate,
    /// correlation of asset returns
    Correlation,
    /// points of percent added to recoveries
    Recovery,
    /// times all rates of prepayment
    Prepayment,
    /// basis points added to the curve and the public vectors
    InterestRate,
    /// times the logarithms of all moves of what secures the loans
    Volatility,
}

impl Axis {
    /// All, in the order of the table.
    pub const ALL: [Axis; 6] =
        [Axis::DefaultRate, Axis::Correlation, Axis::Recovery, Axis::Prepayment, Axis::InterestRate, Axis::Volatility];

    /// Returns the name.
    pub fn name(self) -> &'static str {
        match self {
            Axis::DefaultRate => "default rate",
            Axis::Correlation => "correlation",
            Axis::Recovery => "recovery",
            Axis::Prepayment => "prepayment",
            Axis::InterestRate => "interest rate",
            Axis::Volatility => "volatility",
        }
    }

    /// Returns a value as people write it.
    pub fn in_words(self, value: f64) -> String {
        match self {
            Axis::DefaultRate | Axis::Prepayment | Axis::Volatility => format!("x {value}"),
            Axis::Correlation => format!("{value}"),
            Axis::Recovery => format!("{value:+} points"),
            Axis::InterestRate => format!("{value:+} bp"),
        }
    }

    /// Returns the values of the grid, where none are given.
    pub fn usual(self) -> &'static [f64] {
        match self {
            Axis::DefaultRate | Axis::Volatility => &[0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0],
            Axis::Correlation => &[0.05, 0.1, 0.2, 0.3, 0.5],
            Axis::Recovery => &[-20.0, -10.0, 0.0, 10.0, 20.0],
            Axis::Prepayment => &[0.0, 0.5, 1.0, 1.5, 2.0],
            Axis::InterestRate => &[-200.0, -100.0, 0.0, 100.0, 200.0],
        }
    }

    /// Returns the range of values.
    fn range(self) -> (f64, f64) {
        match self {
            Axis::DefaultRate | Axis::Prepayment | Axis::Volatility => (0.0, 100.0),
            Axis::Correlation => (0.0, 1.0),
            Axis::Recovery => (-100.0, 100.0),
            Axis::InterestRate => (-1_000.0, 1_000.0),
        }
    }

    /// Checks a value of the grid.
    ///
    /// # Errors
    /// A number out of range.
    pub fn check(self, value: f64) -> Result<(), Problem> {
        let (least, most) = self.range();
        if (least..=most).contains(&value) {
            return Ok(());
        }
        let (what, range) = (format!("a value of the {}", self.name()), format!("{least} to {most}"));
        Err(Problem::OutOfRange { what, value: value.to_string(), range })
    }
}
