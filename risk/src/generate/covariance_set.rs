//! Public covariances as scenario sets: what parametric figures are proved over.
//!
//! A covariance V of the gains of unit exposures enters as rows of a factor F with `V = F' F`, so that the variance of a book x is
//! `x' V x = sum_k (F_k x)^2`: positive semidefinite whatever is rounded, and rounded relative to deviations, not to variances. F is
//! the transpose of the Cholesky factor. The first row is the mean. Entries are times 2^(20 + s), with the scale s the largest
//! from 0 to 15 for which all fit, rounded to the nearest integer, halves away from zero: each is within 2^-24 of the largest
//! of them.

use std::io::Read;

use rust_decimal::prelude::ToPrimitive;
use sha2::{Digest, Sha256};

use crate::csv::Table;
use crate::generate::covariance::{Covariance, Estimator, Repair, means};
use tailproof_core::error::{InputError, Problem};
use tailproof_core::fixed_point::{FRACTION_BITS, MAX_ENTRY};
use tailproof_core::prices::PriceHistory;
use tailproof_core::scenarios::generator::{Generator, MOST_SCALE};
use tailproof_core::scenarios::set::ScenarioSet;
use tailproof_core::text::parse_decimal;

/// How a covariance set is made from prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameters {
    /// how the covariance of daily simple returns is estimated
    pub estimator: Estimator,
    /// what is done about a covariance that is not positive semidefinite
    pub repair: Option<Repair>,
    /// whether the mean is that of the returns, or zero
    pub with_mean: bool,
    /// days: mean and covariance are those of a day times this
    pub horizon: usize,
    /// the newest returns, so many; all of them without
    pub window: Option<usize>,
}

/// A covariance set from a price history.
///
/// # Errors
/// A horizon of 0, fewer prices than needed, prices that do not move, a covariance that is not positive semidefinite.
#[allow(clippy::cast_precision_loss)]
pub fn from_prices(file: &str, prices: &PriceHistory, parameters: &Parameters) -> Result<ScenarioSet, InputError> {
    let of_file = |problem| InputError::of_file(file, problem);
    let Parameters { estimator, repair, with_mean, horizon, window } = *parameters;
    if horizon == 0 {
        let range = "1 and above".into();
        return Err(of_file(Problem::OutOfRange { what: "the horizon".into(), value: "0".into(), range }));
    }
    let available = prices.len().saturating_sub(1);
    if window.is_some_and(|window| window < 2) {
        let value = window.unwrap_or(0).to_string();
        return Err(of_file(Problem::OutOfRange { what: "the window".into(), value, range: "2 and above".into() }));
    }
    let returns = window.unwrap_or(available);
    if returns > available || returns < 2 {
        let need = returns.max(2).saturating_add(1);
        return Err(of_file(Problem::TooFewPrices { have: prices.len(), need, scenarios: returns.max(2), horizon: 1 }));
    }
    let rows = &prices.simple_returns().map_err(of_file)?[available - returns..];
    let covariance = Covariance::estimate(rows, estimator).map_err(of_file)?;
    covariance.check_moves(prices.factors()).map_err(of_file)?;
    let covariance = repair.map_or(covariance.clone(), |repair| covariance.repaired(repair));
    let factor = covariance.factor().map_err(of_file)?;
    let days = horizon as f64;
    let mean: Vec<f64> = match with_mean {
        true => means(rows).into_iter().map(|mean| mean * days).collect(),
        false => vec![0.0; covariance.size()],
    };
    let factor: Vec<f64> = factor.into_iter().map(|entry| entry * days.sqrt()).collect();
    let (scale, entries) = scaled(&mean, &factor).map_err(of_file)?;
    let generator = Generator::Covariance {
        covariance: estimator.name().into(),
        repair: repair.map(|repair| repair.name().into()),
        with_mean,
        horizon,
        returns,
        scale,
        prices_sha256: hex::encode(prices.digest(0..prices.len())),
    };
    let last_prices = prices.row(prices.len() - 1).iter().map(|price| price.normalize().to_string()).collect();
    set(generator, prices.factors().to_vec(), Some(last_prices), entries).map_err(of_file)
}

/// A covariance set from a table: a header `factor,A,B,..`, a row for each factor with its covariances in the same order, and
/// optionally before them a row `mean`. `file` names it in errors.
///
/// # Errors
/// Rows that are not the factors of the header in their order; a cell that is not a decimal; a matrix that is not symmetric, or not
/// positive semidefinite unless it is repaired; numbers too large.
pub fn from_table(file: &str, mut input: impl Read, repair: Option<Repair>) -> Result<ScenarioSet, InputError> {
    let of_file = |problem| InputError::of_file(file, problem);
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(|error| of_file(Problem::Io(error.to_string())))?;
    let table = Table::read(file, &bytes[..])?;
    let names: Vec<String> = table.header.iter().skip(1).cloned().collect();
    if names.is_empty() || !table.header[0].eq_ignore_ascii_case("factor") {
        let found = format!("'{}'", table.header.join(","));
        return Err(InputError::of_row(file, 1, Problem::Header { found, expected: "factor,A,B,...".into() }));
    }
    let mut rows = Vec::with_capacity(table.rows.len());
    for (line, cells) in &table.rows {
        let mut row = Vec::with_capacity(names.len());
        for (cell, name) in cells.iter().zip(&table.header).skip(1) {
            let value = parse_decimal(cell).map_err(|problem| InputError::of_cell(file, *line, name, problem))?;
            row.push(value.to_f64().unwrap_or(f64::NAN));
        }
        rows.push((*line, cells[0].clone(), row));
    }
    let mean = match rows.first() {
        Some((_, name, _)) if name.eq_ignore_ascii_case("mean") && !names.contains(name) => rows.remove(0).2,
        _ => vec![0.0; names.len()],
    };
    if rows.len() != names.len() {
        let text = format!("{} rows for {} factors: a covariance has a row for each", rows.len(), names.len());
        return Err(of_file(Problem::Other(text)));
    }
    for ((line, found, _), expected) in rows.iter().zip(&names) {
        if found != expected {
            let text = format!("'{found}' where the header's order has '{expected}'");
            return Err(InputError::of_cell(file, *line, "factor", Problem::Other(text)));
        }
    }
    let entries = rows.into_iter().flat_map(|(_, _, row)| row).collect();
    let covariance = Covariance::from_entries(names.len(), entries).map_err(of_file)?;
    let covariance = repair.map_or(covariance.clone(), |repair| covariance.repaired(repair));
    let factor = covariance.factor().map_err(of_file)?;
    let (scale, entries) = scaled(&mean, &factor).map_err(of_file)?;
    let generator = Generator::CovarianceTable {
        repair: repair.map(|repair| repair.name().into()),
        scale,
        table_sha256: hex::encode(Sha256::digest(&bytes)),
    };
    set(generator, names, None, entries).map_err(of_file)
}

/// The mean and the rows of the transposed factor as integers, with the scale that fits them.
fn scaled(mean: &[f64], factor: &[f64]) -> Result<(u32, Vec<i32>), Problem> {
    let size = mean.len();
    let transposed = (0..size).flat_map(|row| (0..size).map(move |column| factor[column * size + row]));
    let values: Vec<f64> = mean.iter().copied().chain(transposed).collect();
    let largest = values.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    #[allow(clippy::cast_precision_loss)]
    let fits = |scale: &u32| {
        libm::round(largest * f64::from(1u32 << FRACTION_BITS) * f64::from(1u32 << scale)) <= MAX_ENTRY as f64
    };
    let scale = (0..=MOST_SCALE).rev().find(fits).ok_or_else(|| Problem::OutOfRange {
        what: "the largest mean or deviation".into(),
        value: format!("{largest}"),
        range: "below 8 (800 %); state the covariance of larger units of the factors".into(),
    })?;
    #[allow(clippy::cast_possible_truncation)]
    let entry = |value: f64| libm::round(value * f64::from(1u32 << FRACTION_BITS) * f64::from(1u32 << scale)) as i32;
    Ok((scale, values.into_iter().map(entry).collect()))
}

fn set(
    generator: Generator,
    factors: Vec<String>,
    last_prices: Option<Vec<String>>,
    entries: Vec<i32>,
) -> Result<ScenarioSet, Problem> {
    let rows = factors.len();
    let labels = std::iter::once("mean".to_owned()).chain((1..=rows).map(|row| format!("row {row}"))).collect();
    ScenarioSet::new(generator, factors, labels, last_prices, vec![1; rows + 1], entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "factor,A,B\nmean,0.001,-0.002\nA,0.0004,0.0001\nB,0.0001,0.0009\n";

    fn made(text: &str) -> Result<ScenarioSet, InputError> {
        from_table("v.csv", text.as_bytes(), None)
    }

    #[test]
    fn rows_square_to_the_covariance() {
        let set = made(TABLE).unwrap();
        let Generator::CovarianceTable { scale, .. } = set.generator() else { panic!("{:?}", set.generator()) };
        assert_eq!(*scale, 8, "0.03 x 2^28 is below 2^23, twice that is not");
        let unit = f64::from(1u32 << (20 + scale));
        let entry = |row: usize, column: usize| f64::from(set.row(row)[column]) / unit;
        assert!((entry(0, 0) - 0.001).abs() < 1e-8 && (entry(0, 1) + 0.002).abs() < 1e-8);
        for (i, j, expected) in [(0, 0, 0.0004), (0, 1, 0.0001), (1, 1, 0.0009)] {
            let product: f64 = (1..3).map(|row| entry(row, i) * entry(row, j)).sum();
            assert!((product - expected).abs() < 1e-9, "{i} {j}: {product}");
        }
    }

    #[test]
    fn malformed_tables_are_refused() {
        for (from, to, said) in [
            ("factor,", "name,", "factor,A,B"),
            ("\nB,0.0001", "\nC,0.0001", "has 'B'"),
            ("B,0.0001,0.0009\n", "", "1 rows for 2 factors"),
            ("A,0.0004,0.0001", "A,0.0004,0.0002", "symmetric"),
            ("0.0009", "-0.0009", "positive semidefinite"),
            ("0.0009", "x", "'x' is not a decimal"),
            ("0.0009", "900", "below 8"),
        ] {
            let error = made(&TABLE.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(said), "{to}: {error}");
        }
        let broken = TABLE.replace("0.0009", "-0.0009");
        assert!(from_table("v.csv", broken.as_bytes(), Some(Repair::Clip)).is_ok());
    }
}
