//! Upper bounds of the losses of a large pool, row by row.
//!
//! For the one-factor Gaussian copula, losses fall as the factor rises. A row stands for the
//! factors between two quantiles, and holds the losses at the worse one. So the losses of a set are
//! at least those of the pool in distribution, for every mix of exposures, and exact at each
//! breakpoint.
//!
//! Every number is rounded to its safe side, see [`crate::distributions::outward`], and a loss is
//! one unit of 2^-20 more than that.

use super::bucket::{Bucket, Loadings, Rows};
use super::finite::Finite;
use super::grid::{TOTAL_WEIGHT, cumulative_weights};
use crate::distributions::outward::{down, quantile_below, tail_quantile_above, tail_quantile_below, up};
use crate::error::Problem;
use crate::fixed_point::MAX_WEIGHT;
use crate::text::parse_decimal;

/// Returns a number that is at least the quantile of a probability, which a file states.
pub(super) fn threshold_above(probability: f64) -> f64 {
    if probability <= 0.5 {
        return if probability < 1e-180 { -28.0 } else { tail_quantile_above(probability) };
    }
    // The difference is exact, and the number in the file within 2^-54.
    let complement = 1.0 - probability - f64::EPSILON / 4.0;
    if complement > 0.0 { -tail_quantile_below(complement.min(0.5)) } else { f64::INFINITY }
}

/// Returns the rows of the bound for a Gaussian copula. `finite` has a cap on obligors in
/// billionths, and the weight with which a bound of a pool of finitely many may fail.
///
/// # Errors
/// A correlation outside [0, 1); too few rows.
pub(super) fn gaussian_rows(
    assumptions: &[(f64, f64)],
    rho: &str,
    rows: usize,
    breakpoints: &[u32],
    finite: Option<(u64, u32)>,
) -> Result<Rows, Problem> {
    let correlation = parse_decimal(rho)?;
    let loadings = Loadings::new(correlation)?;
    let buckets: Vec<Bucket> = assumptions.iter().map(|pair| Bucket::new(*pair, threshold_above)).collect();
    // The weight with which the bound may fail loses everything, and the grid has the rest of the weight.
    let failure = finite.map_or(0, |(_, failure)| failure);
    let total = TOTAL_WEIGHT - failure;
    let breakpoints: Vec<u32> =
        breakpoints.iter().filter_map(|weight| weight.checked_sub(failure)).filter(|weight| *weight > 0).collect();
    let reached = cumulative_weights(total, &breakpoints, rows)?;
    let finite = finite.map(|(cap, failure)| Finite::new(cap, failure, TOTAL_WEIGHT));
    let row = |defaults: &[f64]| match &finite {
        None => buckets.iter().zip(defaults).map(|(bucket, share)| bucket.entry(*share)).collect(),
        Some(finite) => finite.entries(&buckets, defaults),
    };
    if correlation.is_zero() {
        let mean = row(&buckets.iter().map(|bucket| bucket.probability).collect::<Vec<_>>());
        if failure == 0 {
            return Ok(Rows { weights: vec![1], entries: mean });
        }
        let mut entries: Vec<i32> = buckets.iter().map(Bucket::worst_entry).collect();
        let mut weights = vec![failure];
        while weights.iter().sum::<u32>() < TOTAL_WEIGHT {
            weights.push(MAX_WEIGHT.min(TOTAL_WEIGHT - weights.iter().sum::<u32>()));
            entries.extend_from_slice(&mean);
        }
        return Ok(Rows { weights, entries });
    }
    let mut entries: Vec<i32> = buckets.iter().map(Bucket::worst_entry).collect();
    for better in &reached[..reached.len() - 1] {
        // The row that begins here is worst here.
        let factor = quantile_below(*better, total);
        let loading = if factor < 0.0 { loadings.factor.1 } else { loadings.factor.0 };
        let common = down(loading * factor);
        let defaults: Vec<f64> =
            buckets.iter().map(|bucket| loadings.default_above(up(bucket.threshold - common))).collect();
        entries.extend(row(&defaults));
    }
    let before = std::iter::once(0).chain(reached.iter().copied());
    let mut weights: Vec<u32> = reached.iter().zip(before).map(|(to, from)| to - from).collect();
    weights[0] += failure;
    Ok(Rows { weights, entries })
}
