//! How the credit scenarios of a deal are made.

use std::fmt;

use rust_decimal::Decimal;

use crate::error::Problem;
use crate::pool::copula::{Copula, FactorModel};
use crate::text::{parse_decimal, to_f64};

/// Where values of the common factor come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorSource {
    /// at most so many rows, which bound losses from above
    Nodes(usize),
    /// so many nodes of a quadrature, which bounds nothing: as earlier versions made sets; times
    /// some of the mixing variable of Student's t
    Quadrature(usize),
    /// the same for a pool of finitely many obligors, each of which owes at most a share of the
    /// balance that the deal claims
    Finite {
        /// at most so many rows
        rows: usize,
        /// weight, of 10^7, with which the losses may be larger
        failure: u32,
        /// the cap, in billionths of the balance
        cap: u64,
    },
    /// so many paths from a seed
    Paths {
        /// number of paths
        paths: usize,
        /// public seed
        seed: [u8; 32],
    },
}

/// How a set is made. Numbers are kept as they were written, for the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditParameters {
    /// correlation of asset returns, a decimal
    pub rho: String,
    /// degrees of freedom of Student's t, a decimal
    pub degrees: Option<String>,
    /// values of the common factor
    pub source: FactorSource,
    /// loans with defaults of their own, in place of shares of buckets
    pub slots: Option<usize>,
}

/// The parameters of its scenarios that a deal states: all except the seed, which is chosen after a
/// commitment is published. Any parameter left open lets the prover pick the most favourable of
/// several sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreedScenarios {
    /// correlation of asset returns
    pub rho: Decimal,
    /// degrees of freedom of Student's t; Gaussian without
    pub degrees: Option<Decimal>,
    /// values of the common factor
    pub source: AgreedSource,
    /// loans with defaults of their own, in place of shares of buckets
    pub slots: Option<usize>,
}

/// Where values of the common factor come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgreedSource {
    /// so many nodes
    Nodes(usize),
    /// so many rows, of a bound of finitely many obligors that fails with this weight of 10^7
    Finite(usize, u32),
    /// so many paths, from whatever seed
    Paths(usize),
}

impl AgreedScenarios {
    /// Checks that a set is made with these parameters.
    ///
    /// # Errors
    /// It is not, or its parameters are no numbers.
    pub fn check(&self, parameters: &CreditParameters) -> Result<(), Problem> {
        let found = Self {
            rho: parse_decimal(&parameters.rho)?,
            degrees: parameters.degrees.as_deref().map(parse_decimal).transpose()?,
            source: match parameters.source {
                // A deal of an earlier version says the same of a quadrature. The claims over one
                // say that they are no bounds.
                FactorSource::Nodes(nodes) | FactorSource::Quadrature(nodes) => AgreedSource::Nodes(nodes),
                FactorSource::Finite { rows, failure, .. } => AgreedSource::Finite(rows, failure),
                FactorSource::Paths { paths, .. } => AgreedSource::Paths(paths),
            },
            slots: parameters.slots,
        };
        if found == *self {
            return Ok(());
        }
        Err(Problem::OtherScenarios { agreed: self.to_string(), found: found.to_string() })
    }
}

impl fmt::Display for AgreedScenarios {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.degrees {
            None => write!(formatter, "a gaussian copula")?,
            Some(degrees) => write!(formatter, "a student-t copula with {degrees} degrees of freedom")?,
        }
        write!(formatter, ", rho {}, ", self.rho)?;
        match self.source {
            AgreedSource::Nodes(nodes) => write!(formatter, "{nodes} nodes")?,
            AgreedSource::Finite(nodes, failure) => {
                write!(formatter, "{nodes} nodes, finite {}", Decimal::new(failure.into(), 7).normalize())?;
            }
            AgreedSource::Paths(paths) => write!(formatter, "{paths} paths")?,
        }
        self.slots.map_or(Ok(()), |slots| write!(formatter, ", granular of {slots} loans"))
    }
}

/// Returns the model of decimals as they are written.
///
/// # Errors
/// Not numbers, or out of range.
pub fn model_of(rho: &str, degrees: Option<&str>) -> Result<FactorModel, Problem> {
    let number = |text: &str| -> Result<f64, Problem> { Ok(to_f64(parse_decimal(text)?)) };
    let copula = match degrees {
        None => Copula::Gaussian,
        Some(degrees) => Copula::StudentT(number(degrees)?),
    };
    FactorModel::new(copula, number(rho)?)
}
