//! The figures that clauses limit, and the distributions they are taken of.

use std::fmt;

use rust_decimal::Decimal;

/// The figure that a clause limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// value at risk
    Var,
    /// expected shortfall
    Cvar,
    /// the worst loss of the set: of a table of stress scenarios, say
    Stress,
    /// the square root of a quadratic form of the exposures, over a public matrix: margin by rule
    Margin,
    /// the sum of the magnitudes of the exposures
    Gross,
    /// the sum of the exposures: net exposure, and net delta where exposures are deltas
    Net,
    /// the largest magnitude of an exposure
    Concentration,
    /// the sum of those magnitudes of exposures that are above a threshold
    LargeExposures,
    /// the magnitude of each exposure, within a public cap of its factor
    Caps,
}

impl Measure {
    /// All measures.
    pub const ALL: [Measure; 9] = [
        Measure::Var,
        Measure::Cvar,
        Measure::Stress,
        Measure::Margin,
        Measure::Gross,
        Measure::Net,
        Measure::Concentration,
        Measure::LargeExposures,
        Measure::Caps,
    ];

    /// Returns the name in mandate files.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Var => "var",
            Measure::Cvar => "cvar",
            Measure::Stress => "stress",
            Measure::Margin => "margin",
            Measure::Gross => "gross",
            Measure::Net => "net",
            Measure::Concentration => "concentration",
            Measure::LargeExposures => "large-exposures",
            Measure::Caps => "caps",
        }
    }

    /// Returns whether the figure is about the tail of losses beyond a confidence.
    pub fn has_confidence(self) -> bool {
        matches!(self, Measure::Var | Measure::Cvar)
    }

    /// Returns whether the figure is made of the rows of a set, not of the book alone.
    pub fn uses_scenarios(self) -> bool {
        matches!(self, Measure::Var | Measure::Cvar | Measure::Stress | Measure::Margin)
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Measure::Var => "VaR",
            Measure::Cvar => "CVaR",
            Measure::Stress => "worst loss",
            Measure::Margin => "margin",
            Measure::Gross => "gross exposure",
            Measure::Net => "net exposure",
            Measure::Concentration => "largest exposure",
            Measure::LargeExposures => "sum of exposures",
            Measure::Caps => "magnitude of every exposure within its cap",
        })
    }
}

/// The distribution whose tail a clause is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// the scenarios of a set, as they are
    Historical,
    /// a normal distribution with the covariance of a set
    Normal,
    /// Student's t with these degrees of freedom and the covariance of a set
    StudentT(Decimal),
}

impl Method {
    /// Returns the name in mandate files.
    pub fn name(self) -> &'static str {
        match self {
            Method::Historical => "historical",
            Method::Normal => "normal",
            Method::StudentT(_) => "student-t",
        }
    }
}
