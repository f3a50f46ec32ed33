//! Matrices of weights and correlations as scenario sets: what margins by rule are proved over.
//!
//! A rule gives each factor a weight w and each pair of factors a correlation r, and asks for the root
//! of `sum_ij r_ij w_i x_i w_j x_j` (the Basel framework's sensitivities-based method, MAR21.4; the
//! delta margin of SIMM without concentration factors). That is `x' M x` with `M_ij = r_ij w_i w_j`,
//! and it enters as the variance of a covariance set does: [`super::covariance_set`]. Its mean is zero,
//! and its coefficient 1.
//!
//! * [`from_table`]: a set of a table. `file`: the table of a rule that is written by buckets.
//!
//! **Sums within buckets and across them.** MAR21.4 takes `K_b^2`, the same sum within each bucket, and
//! adds `g_bc S_b S_c` for two buckets, where `S_b` is the sum of the weighted sensitivities of bucket b.
//! With `r = g_bc` for each factor of b and each of c, both are the one sum above. Where the whole sum is
//! negative, MAR21.4(5) takes another `S_b`: under a matrix that is positive semidefinite no sum is
//! negative, and any other matrix is refused here. SIMM caps `S_b` at `K_b` in every case; this does not.

mod file;

use rust_decimal::Decimal;
use tailproof_core::error::{MarginProblem, Problem, RowError};
use tailproof_core::scenarios::generator::{Correlations, Generator};
use tailproof_core::scenarios::set::ScenarioSet;
use tailproof_core::table::DecimalTable;
use tailproof_core::text::to_f64;

use super::covariance::Covariance;
use super::covariance_set::{scaled, set};

pub use file::margin_table;

/// Domain of the digest of weights and correlations.
const DOMAIN: &str = "tailproof/margin/v1";
/// Name of the first row of a table.
const WEIGHT: &str = "weight";
/// Largest change of a factor's weight by rounding, as a share of it.
const MOST_CHANGE: f64 = 1.0 / 16_384.0;

/// Makes the set of a table under one set of correlations. The first row of the table is `weight`; then
/// there is a row for each factor with its medium correlations, in the order of the columns.
///
/// # Errors
/// Rows that are not these; a weight that is not above 0 and below 8; a correlation beyond 1, or another
/// one for the same pair; a matrix that is not positive semidefinite, which is not repaired.
pub fn from_table(table: &DecimalTable, correlations: Correlations) -> Result<ScenarioSet, RowError> {
    let names = table.columns();
    let (weights, rows) = match table.rows() {
        [(first, weights), rest @ ..] if first.eq_ignore_ascii_case(WEIGHT) => (weights, rest),
        [(first, _), ..] => return Err(RowError::new(0, "factor", MarginProblem::NoWeights(first.clone()).into())),
        [] => return Err(Problem::Empty("at least one row is needed".into()).into()),
    };
    check_weights(names, weights)?;
    check_correlations(names, rows)?;
    let size = names.len();
    let weight = |place: usize| to_f64(weights[place]);
    let entry = |at: usize| {
        let (i, j) = (at / size, at % size);
        let medium = rows[i].1[j];
        let correlation = if i == j { Decimal::ONE } else { correlations.of(medium) };
        weight(i) * weight(j) * to_f64(correlation)
    };
    let matrix = Covariance::from_entries(size, (0..size * size).map(entry).collect())?;
    let factor = matrix.factor().map_err(|_| Problem::from(MarginProblem::NotSemidefinite(correlations.name())))?;
    let (scale, entries) = scaled(names, &vec![0.0; size], &factor, MOST_CHANGE)?;
    let generator = Generator::MarginTable { correlations, scale, table_sha256: hex::encode(table.digest(DOMAIN)) };
    Ok(set(generator, names.to_vec(), None, entries)?)
}

fn check_weights(names: &[String], weights: &[Decimal]) -> Result<(), RowError> {
    for (factor, weight) in names.iter().zip(weights) {
        if *weight <= Decimal::ZERO || *weight >= Decimal::from(8) {
            let problem = MarginProblem::Weight { value: weight.to_string(), factor: factor.clone() };
            return Err(RowError::new(0, factor, problem.into()));
        }
    }
    Ok(())
}

/// Checks that rows are the correlations of the factors in their order.
fn check_correlations(names: &[String], rows: &[(String, Vec<Decimal>)]) -> Result<(), RowError> {
    if rows.len() != names.len() {
        return Err(Problem::NotSquare { rows: rows.len(), factors: names.len() }.into());
    }
    if let Some(place) = (0..names.len()).find(|place| rows[*place].0 != names[*place]) {
        let (found, expected) = (rows[place].0.clone(), names[place].clone());
        return Err(RowError::new(place + 1, "factor", Problem::OutOfOrder { found, expected }));
    }
    for (row, (one, values)) in rows.iter().enumerate() {
        for (column, (other, value)) in names.iter().zip(values).enumerate() {
            let text = value.to_string();
            let problem = if row == column && *value != Decimal::ONE {
                MarginProblem::NotOne { factor: one.clone(), value: text }
            } else if value.abs() > Decimal::ONE {
                MarginProblem::Correlation { value: text, one: one.clone(), other: other.clone() }
            } else if *value != rows[column].1[row] {
                let second = rows[column].1[row].to_string();
                MarginProblem::TwoCorrelations { one: one.clone(), other: other.clone(), first: text, second }
            } else {
                continue;
            };
            return Err(RowError::new(row + 1, other, problem.into()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
