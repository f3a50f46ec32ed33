//! The public integer matrix of scenarios: T rows of factor moves with integer weights.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::covariance_set::MOST_SCALE;
use crate::fixed_point::{MAX_ENTRY, MAX_FACTORS, MAX_SCENARIOS, MAX_WEIGHT};
use crate::historical_variants::Variant;
use crate::input::{Problem, check_printable, parse_decimal};

/// How a scenario set was made: enough for anyone to make it again from the same prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Generator {
    /// Overlapping simple returns of a price history.
    Historical {
        /// days from the first price of a return to its last
        horizon: usize,
        /// what is not plain historical simulation
        #[serde(default, skip_serializing_if = "Option::is_none")]
        variant: Option<Variant>,
        /// SHA-256 of the price file, in hex
        prices_sha256: String,
    },
    /// Paths drawn from a model that was fitted to a price history.
    MonteCarlo {
        /// `normal`, `student-t` or `jump`
        model: String,
        /// of Student's t, a decimal
        #[serde(default, skip_serializing_if = "Option::is_none")]
        degrees_of_freedom: Option<String>,
        /// of jump diffusion
        #[serde(default, skip_serializing_if = "Option::is_none")]
        jumps: Option<Jumps>,
        /// how the covariance was estimated: `sample`, `ewma` or `ledoit-wolf`
        covariance: String,
        /// how it was repaired, if that was asked for
        #[serde(default, skip_serializing_if = "Option::is_none")]
        repair: Option<String>,
        /// days of a return
        horizon: usize,
        /// whether log returns have no drift, in place of their own mean
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        zero_drift: bool,
        /// whether every second path mirrors the one before
        antithetic: bool,
        /// the public seed, 32 bytes in hex
        seed: String,
        /// SHA-256 of the price file, in hex
        prices_sha256: String,
    },
    /// The mean and the factor of a covariance of daily returns, for parametric figures.
    Covariance {
        /// how the covariance was estimated: `sample`, `ewma` or `ledoit-wolf`
        covariance: String,
        /// how it was repaired, if that was asked for
        #[serde(default, skip_serializing_if = "Option::is_none")]
        repair: Option<String>,
        /// whether the mean is that of the returns, or zero
        with_mean: bool,
        /// days of a gain
        horizon: usize,
        /// how many of the newest returns it is estimated from
        returns: usize,
        /// entries are times 2^(20 + scale)
        scale: u32,
        /// SHA-256 of the price file, in hex
        prices_sha256: String,
    },
    /// The mean and the factor of a covariance that a table gives, for parametric figures.
    CovarianceTable {
        /// how it was repaired, if that was asked for
        #[serde(default, skip_serializing_if = "Option::is_none")]
        repair: Option<String>,
        /// entries are times 2^(20 + scale)
        scale: u32,
        /// SHA-256 of the table, in hex
        table_sha256: String,
    },
    /// A table of named scenarios.
    Stress {
        /// SHA-256 of the table, in hex
        table_sha256: String,
    },
    /// Shares that buckets of a loan pool lose, for values of a common factor.
    Credit {
        /// `gaussian` or `student-t`
        model: String,
        /// of Student's t, a decimal
        #[serde(default, skip_serializing_if = "Option::is_none")]
        degrees_of_freedom: Option<String>,
        /// correlation of asset returns, a decimal
        rho: String,
        /// nodes of the common factor
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nodes: Option<usize>,
        /// paths drawn in place of nodes
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paths: Option<usize>,
        /// their public seed, 32 bytes in hex
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seed: Option<String>,
        /// loans with defaults of their own
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slots: Option<usize>,
        /// digest of the grades with their probabilities of default and losses given default, in hex
        assumptions_sha256: String,
    },
    /// Made by a caller of the library.
    Custom {
        /// in the caller's words
        description: String,
    },
}

/// Jumps as a desk states them: each a decimal, or `fitted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jumps {
    /// expected jumps a day
    pub intensity: String,
    /// mean of a jump's log return
    pub mean: String,
    /// its standard deviation
    pub volatility: String,
}

impl Generator {
    /// Of a covariance: its scale. Its rows are no scenarios.
    pub fn covariance_scale(&self) -> Option<u32> {
        match self {
            Generator::Covariance { scale, .. } | Generator::CovarianceTable { scale, .. } => Some(*scale),
            _ => None,
        }
    }
}

/// A public set of scenarios over named risk factors.
///
/// Shape: `entries` is T x N, row-major; entry (t, i) is the move of factor i in scenario t times 2^20. A positive entry
/// is a gain for a long exposure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioSet {
    generator: Generator,
    factors: Vec<String>,
    labels: Vec<String>,
    last_prices: Option<Vec<String>>,
    weights: Vec<u32>,
    entries: Vec<i32>,
}

impl ScenarioSet {
    /// Checks sizes, ranges and names and makes a set.
    ///
    /// # Errors
    /// Sizes that do not fit each other; no scenario or factor, or too many; a weight over 2^20 - 1, or all zero; an entry
    /// beyond ±(2^23 - 1); a factor name that is empty or occurs twice.
    pub fn new(
        generator: Generator,
        factors: Vec<String>,
        labels: Vec<String>,
        last_prices: Option<Vec<String>>,
        weights: Vec<u32>,
        entries: Vec<i32>,
    ) -> Result<Self, Problem> {
        let out_of_range =
            |what: &str, value: String, range: String| Err(Problem::OutOfRange { what: what.into(), value, range });
        if weights.is_empty() || weights.len() > MAX_SCENARIOS {
            return out_of_range("the number of scenarios", weights.len().to_string(), format!("1 to {MAX_SCENARIOS}"));
        }
        if factors.is_empty() || factors.len() > MAX_FACTORS {
            return out_of_range("the number of factors", factors.len().to_string(), format!("1 to {MAX_FACTORS}"));
        }
        if labels.len() != weights.len()
            || entries.len() != weights.len() * factors.len()
            || last_prices.as_ref().is_some_and(|prices| prices.len() != factors.len())
        {
            return Err(Problem::Other(
                "the numbers of factors, labels, weights and entries do not fit together".into(),
            ));
        }
        match &generator {
            Generator::Historical { horizon: 0, .. } => return Err(Problem::Other("a horizon of 0 days".into())),
            Generator::Historical { variant, prices_sha256, .. } => {
                check_printable(prices_sha256)?;
                let variant = variant.clone().unwrap_or_default();
                let texts = [variant.age_weighted, variant.volatility_scaled, variant.volatilities_sha256];
                let texts = texts.into_iter().flatten().chain(variant.stressed.into_iter().flatten());
                texts.into_iter().try_for_each(|text| check_printable(&text))?;
            }
            Generator::MonteCarlo {
                model, degrees_of_freedom, jumps, covariance, repair, seed, prices_sha256, ..
            } => {
                let jumps = jumps.iter().flat_map(|jumps| [&jumps.intensity, &jumps.mean, &jumps.volatility]);
                let texts = [model, covariance, seed, prices_sha256].into_iter().chain(degrees_of_freedom);
                texts.chain(repair).chain(jumps).try_for_each(|text| check_printable(text))?;
            }
            Generator::Covariance { covariance, repair, prices_sha256, .. } => {
                [covariance, prices_sha256].into_iter().chain(repair).try_for_each(|text| check_printable(text))?;
            }
            Generator::CovarianceTable { repair, table_sha256, .. } => {
                std::iter::once(table_sha256).chain(repair).try_for_each(|text| check_printable(text))?;
            }
            Generator::Credit { model, degrees_of_freedom, rho, seed, assumptions_sha256, .. } => {
                let texts = [model, rho, assumptions_sha256].into_iter().chain(degrees_of_freedom).chain(seed);
                texts.into_iter().try_for_each(|text| check_printable(text))?;
            }
            Generator::Stress { table_sha256 } => check_printable(table_sha256)?,
            Generator::Custom { description } => check_printable(description)?,
        }
        if let Some(scale) = generator.covariance_scale() {
            if scale > MOST_SCALE {
                return out_of_range("the scale", scale.to_string(), format!("0 to {MOST_SCALE}"));
            }
            if weights.len() < 2 || weights.iter().any(|weight| *weight != 1) {
                return Err(Problem::Other("a covariance has a mean and rows, each of weight 1".into()));
            }
        }
        factors.iter().chain(&labels).try_for_each(|name| check_printable(name))?;
        for price in last_prices.iter().flatten() {
            if parse_decimal(price)? <= Decimal::ZERO {
                return Err(Problem::PriceNotPositive(price.clone()));
            }
        }
        let mut names: Vec<&str> = factors.iter().map(String::as_str).collect();
        names.sort_unstable();
        if names.first().is_some_and(|name| name.is_empty()) {
            return Err(Problem::EmptyName);
        }
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Problem::DuplicateName(pair[0].to_owned()));
        }
        if let Some(weight) = weights.iter().find(|weight| **weight > MAX_WEIGHT) {
            return out_of_range("the weight", weight.to_string(), format!("0 to {MAX_WEIGHT}"));
        }
        if weights.iter().all(|weight| *weight == 0) {
            return Err(Problem::Other("every scenario has weight 0; at least one must count".into()));
        }
        if let Some(position) = entries.iter().position(|entry| i64::from(*entry).abs() > MAX_ENTRY) {
            let (row, column) = (position / factors.len(), position % factors.len());
            return out_of_range(
                &format!("the move of '{}' in scenario '{}'", factors[column], labels[row]),
                format!("{:.4}", f64::from(entries[position]) / f64::from(1 << 20)),
                "-8 to 8 (±800 %)".into(),
            );
        }
        Ok(Self { generator, factors, labels, last_prices, weights, entries })
    }

    /// How the set was made.
    pub fn generator(&self) -> &Generator {
        &self.generator
    }

    /// Factor names, in column order.
    pub fn factors(&self) -> &[String] {
        &self.factors
    }

    /// A label per scenario; for historical sets the last date of the return.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The newest price of each factor as written in the price file, where the generator had prices.
    pub fn last_prices(&self) -> Option<&[String]> {
        self.last_prices.as_deref()
    }

    /// A weight per scenario.
    pub fn weights(&self) -> &[u32] {
        &self.weights
    }

    /// All entries, row-major.
    pub fn entries(&self) -> &[i32] {
        &self.entries
    }

    /// The entries of one scenario, in factor order.
    pub fn row(&self, scenario: usize) -> &[i32] {
        &self.entries[scenario * self.factors.len()..(scenario + 1) * self.factors.len()]
    }

    /// Number of scenarios, T.
    pub fn scenarios(&self) -> usize {
        self.weights.len()
    }

    /// Sum of the weights, W.
    pub fn total_weight(&self) -> u64 {
        self.weights.iter().map(|weight| u64::from(*weight)).sum()
    }

    /// SHA-256 of the factor names in order: what a commitment to a book is about.
    pub fn factors_digest(&self) -> [u8; 32] {
        factors_digest(&self.factors)
    }
}

/// Names of columns that are not exposures begin so: squares and products of returns, and moves of implied volatilities.
pub const DERIVED_PREFIXES: [&str; 2] = ["gamma:", "vega:"];

/// Whether a factor is one to which a book has an exposure in currency, and not a column of Greeks behind it.
pub fn is_exposure(factor: &str) -> bool {
    !DERIVED_PREFIXES.iter().any(|prefix| factor.starts_with(prefix))
}

/// SHA-256 over `tailproof/factors/v1`, then each name with its length in bytes as a little-endian `u32` before it.
pub fn factors_digest(factors: &[String]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"tailproof/factors/v1");
    for factor in factors {
        hasher.update(u32::try_from(factor.len()).expect("factor names are short").to_le_bytes());
        hasher.update(factor.as_bytes());
    }
    hasher.finalize().into()
}
