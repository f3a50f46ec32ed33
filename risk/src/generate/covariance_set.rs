//! Public covariances as scenario sets: what parametric figures are proved over.
//!
//! A covariance V of the gains of unit exposures enters as rows of a factor F with `V = F' F`, so
//! that the variance of a book x is `x' V x = sum_k (F_k x)^2`: positive semidefinite whatever is
//! rounded, and rounded relative to deviations, not to variances. F is the transpose of the
//! Cholesky factor. The first row is the mean. Entries are times 2^(20 + s), with the scale s the
//! largest from 0 to 15 for which all fit, rounded to the nearest integer, halves away from zero:
//! each is within 2^-(21 + s), which is at most 2^-23 of the largest of them where s is below 15. A
//! factor whose deviation changes by more than 2^-7 of itself when it is rounded is refused: beside
//! one that deviates millions of times as much, it would count as one that does not move.

use rust_decimal::Decimal;

use crate::generate::covariance::{Covariance, Estimator, Repair, means};
use tailproof_core::error::{Problem, RowError};
use tailproof_core::fixed_point::{FRACTION_BITS, MAX_ENTRY};
use tailproof_core::prices::PriceHistory;
use tailproof_core::scenarios::generator::{Generator, MOST_SCALE};
use tailproof_core::scenarios::set::ScenarioSet;
use tailproof_core::table::{DecimalTable, digest};
use tailproof_core::text::to_f64;

/// Domain of the digest of a table of covariances.
const DOMAIN: &str = "tailproof/covariance/v1";

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

/// Makes a covariance set of the newest returns of a price history. The digest in its header is
/// over their prices.
///
/// # Errors
/// A horizon of 0, fewer prices than needed, prices that do not move, a covariance that is not
/// positive semidefinite.
pub fn from_prices(prices: &PriceHistory, parameters: &Parameters) -> Result<ScenarioSet, Problem> {
    let Parameters { estimator, repair, with_mean, horizon, window } = *parameters;
    if horizon == 0 {
        let range = "1 and above".into();
        return Err(Problem::OutOfRange { what: "the horizon".into(), value: "0".into(), range });
    }
    prices.check_plain_moves("covariance")?;
    let available = prices.len().saturating_sub(1);
    if window.is_some_and(|window| window < 2) {
        let value = window.unwrap_or(0).to_string();
        return Err(Problem::OutOfRange { what: "the window".into(), value, range: "2 and above".into() });
    }
    let returns = window.unwrap_or(available);
    if returns > available || returns < 2 {
        let need = returns.max(2).saturating_add(1);
        return Err(Problem::TooFewPrices { have: prices.len(), need, scenarios: returns.max(2), horizon: 1 });
    }
    let rows = &prices.simple_returns()?[available - returns..];
    let covariance = Covariance::estimate(rows, estimator)?;
    covariance.check_moves(prices.factors())?;
    let covariance = repair.map_or(covariance.clone(), |repair| covariance.repaired(repair));
    let factor = covariance.factor()?;
    let days = horizon as f64;
    let mean: Vec<f64> = match with_mean {
        true => means(rows).into_iter().map(|mean| mean * days).collect(),
        false => vec![0.0; covariance.size()],
    };
    let factor: Vec<f64> = factor.into_iter().map(|entry| entry * days.sqrt()).collect();
    let (scale, entries) = scaled(prices.factors(), &mean, &factor, MOST_CHANGE)?;
    let generator = Generator::Covariance {
        covariance: estimator.name().into(),
        repair: repair.map(|repair| repair.name().into()),
        with_mean,
        horizon,
        returns,
        scale,
        treatment: prices.treatment().cloned().map(Box::new),
        prices_sha256: hex::encode(prices.digest(available - returns..prices.len())),
    };
    let last_prices = prices.row(prices.len() - 1).iter().map(|price| price.normalize().to_string()).collect();
    set(generator, prices.factors().to_vec(), Some(last_prices), entries)
}

/// Makes a covariance set of a table: a row for each factor with its covariances, in the order of
/// the columns, and perhaps before them a row `mean`.
///
/// # Errors
/// Rows that are not the factors of the header in their order; a matrix that is not symmetric, or
/// not positive semidefinite unless it is repaired; numbers too large.
pub fn from_table(table: &DecimalTable, repair: Option<Repair>) -> Result<ScenarioSet, RowError> {
    let names = table.columns();
    let (mean, rows) = match table.rows() {
        [(first, mean), rest @ ..] if first.eq_ignore_ascii_case("mean") && !names.contains(first) => {
            (mean.clone(), rest)
        }
        all => (vec![Decimal::ZERO; names.len()], all),
    };
    if rows.len() != names.len() {
        return Err(Problem::NotSquare { rows: rows.len(), factors: names.len() }.into());
    }
    let before = table.rows().len() - rows.len();
    if let Some(place) = (0..names.len()).find(|place| rows[*place].0 != names[*place]) {
        let (found, expected) = (rows[place].0.clone(), names[place].clone());
        return Err(RowError::new(before + place, "factor", Problem::OutOfOrder { found, expected }));
    }
    let number = |value: &Decimal| to_f64(*value);
    let entries = rows.iter().flat_map(|(_, values)| values).map(number).collect();
    let covariance = Covariance::from_entries(names.len(), entries)?;
    let covariance = repair.map_or(covariance.clone(), |repair| covariance.repaired(repair));
    let factor = covariance.factor()?;
    let means: Vec<f64> = mean.iter().map(number).collect();
    let (scale, entries) = scaled(names, &means, &factor, MOST_CHANGE)?;
    // A table without means is one of means that are zero.
    let rows = rows.iter().map(|(name, values)| (name.clone(), &values[..]));
    let digest = digest(DOMAIN, names, std::iter::once(("mean".to_owned(), &mean[..])).chain(rows));
    let generator = Generator::CovarianceTable {
        repair: repair.map(|repair| repair.name().into()),
        scale,
        table_sha256: hex::encode(digest),
    };
    Ok(set(generator, names.to_vec(), None, entries)?)
}

/// Returns the parameters that a header names; `None` if it is not one of a covariance of prices.
///
/// # Errors
/// An estimator or a repair that this version does not know.
pub fn parameters_from(generator: &Generator) -> Result<Option<Parameters>, Problem> {
    let Generator::Covariance { covariance, repair, with_mean, horizon, returns, .. } = generator else {
        return Ok(None);
    };
    Ok(Some(Parameters {
        estimator: Estimator::parse(covariance)?,
        repair: repair.as_deref().map(Repair::parse).transpose()?,
        with_mean: *with_mean,
        horizon: *horizon,
        window: Some(*returns),
    }))
}

/// Largest change of a factor's deviation by rounding, as a share of it.
const MOST_CHANGE: f64 = 1.0 / 128.0;

/// Returns the mean and the rows of the transposed factor as integers, with the scale that fits them.
/// Rounding changes the deviation of a factor by at most the share `most_change` of it.
///
/// # Errors
/// Numbers too large; a factor whose deviation is too small beside the largest to be kept.
pub(super) fn scaled(
    names: &[String],
    mean: &[f64],
    factor: &[f64],
    most_change: f64,
) -> Result<(u32, Vec<i32>), Problem> {
    let size = mean.len();
    let transposed = (0..size).flat_map(|row| (0..size).map(move |column| factor[column * size + row]));
    let values: Vec<f64> = mean.iter().copied().chain(transposed).collect();
    let largest = values.iter().fold(0.0f64, |most, value| most.max(value.abs()));
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
    let entries: Vec<i32> = values.iter().copied().map(entry).collect();
    let step = f64::from(1u32 << FRACTION_BITS) * f64::from(1u32 << scale);
    for (column, name) in names.iter().enumerate() {
        let parts = || (1..=size).map(|row| row * size + column);
        let exact = parts().map(|at| values[at] * values[at]).sum::<f64>().sqrt();
        let kept = parts().map(|at| f64::from(entries[at]) * f64::from(entries[at])).sum::<f64>().sqrt() / step;
        if (kept - exact).abs() > exact * most_change {
            return Err(Problem::OutOfRange {
                what: format!("the deviation of '{name}'"),
                value: format!("{exact:e}"),
                range: format!(
                    "0, or enough steps of {:e} to be kept beside the largest, {largest}; state the covariance of \
                     other units of the factors, or leave the factor out",
                    1.0 / step
                ),
            });
        }
    }
    Ok((scale, entries))
}

/// Returns the set of a mean and the rows of a factor.
pub(super) fn set(
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
    use crate::table::{TableError, TableOptions, read_covariance_table};

    const TABLE: &str = "factor,A,B\nmean,0.001,-0.002\nA,0.0004,0.0001\nB,0.0001,0.0009\n";

    fn repaired(text: &str, repair: Option<Repair>) -> Result<ScenarioSet, TableError> {
        let (table, _) = read_covariance_table("v.csv", text.as_bytes(), &TableOptions::default())?;
        Ok(from_table(table.table(), repair).map_err(|error| table.place(error))?)
    }

    fn made(text: &str) -> Result<ScenarioSet, TableError> {
        repaired(text, None)
    }

    #[test]
    fn the_digest_is_that_of_the_values_and_a_mean_of_zero_need_not_be_stated() {
        let written_otherwise = TABLE.replace("0.0004", "4e-4").replace('\n', "\r\n");
        assert_eq!(made(&written_otherwise).unwrap(), made(TABLE).unwrap());
        let without = TABLE.replace("mean,0.001,-0.002\n", "");
        assert_eq!(made(&without).unwrap(), made(&TABLE.replace("0.001,-0.002", "0,0")).unwrap());
        assert_ne!(made(&without).unwrap().generator(), made(TABLE).unwrap().generator());
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

    /// A table in which a factor of which a book may hold 10^9 is all but lost beside a large one.
    #[test]
    fn a_small_factor_is_kept_beside_a_large_one_or_refused() {
        let table = |small: &str| made(&format!("factor,A,B\nA,49,0\nB,0,{small}\n"));
        let set = table("4.4e-11").unwrap();
        assert_eq!(set.row(2), [0, 7], "a deviation of 6.63e-6 in steps of 2^-20");
        for small in ["1e-14", "1e-13", "2.1e-12"] {
            let refused = table(small).unwrap_err().to_string();
            assert!(refused.contains("the deviation of 'B'") && refused.contains("other units"), "{small}: {refused}");
        }
        assert_eq!(table("0").unwrap().row(2), [0, 0]);
    }

    #[test]
    fn malformed_tables_are_refused() {
        for (from, to, said) in [
            ("factor,", "name,", "factor,FACTOR"),
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
        assert!(repaired(&broken, Some(Repair::Clip)).is_ok());
    }
}
