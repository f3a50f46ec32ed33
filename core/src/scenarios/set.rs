//! The public integer matrix of scenarios: T rows of factor moves with integer weights.

use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use crate::error::Problem;
use crate::fixed_point::{MAX_ENTRY, MAX_FACTORS, MAX_SCENARIOS, MAX_WEIGHT};
use crate::scenarios::generator::Generator;
use crate::scenarios::generator::MOST_SCALE;
use crate::text::{check_printable, parse_decimal};

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
