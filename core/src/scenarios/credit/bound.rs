//! Upper bounds of the losses of a large pool, row by row.
//!
//! For the one-factor Gaussian copula, losses fall as the factor rises. A row stands for the
//! factors between two quantiles, and holds the losses at the worse one. So the losses of a set are
//! at least those of the pool in distribution, for every mix of exposures, and exact at each
//! breakpoint.
//!
//! Every number is rounded to its safe side, see [`crate::distributions::outward`], and a loss is
//! one unit of 2^-20 more than that.

use super::finite::Finite;
use super::grid::{TOTAL_WEIGHT, cumulative_weights};
use super::student_t;
use crate::distributions::outward::{cdf_above, down, quantile_below, tail_quantile_above, tail_quantile_below, up};
use crate::error::Problem;
use crate::fixed_point::{FRACTION_BITS, MAX_WEIGHT};
use crate::text::parse_decimal;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Rows of a bound: their weights, and their entries, row-major.
pub(super) struct Rows {
    pub(super) weights: Vec<u32>,
    pub(super) entries: Vec<i32>,
}

/// The roots of a correlation and of its complement, each from below and from above.
pub(super) struct Loadings {
    pub(super) factor: (f64, f64),
    own: (f64, f64),
}

impl Loadings {
    /// Returns the loadings of a correlation in [0, 1), as it is written.
    pub(super) fn new(correlation: Decimal) -> Result<Self, Problem> {
        // The complement is exact as a decimal, and would not be so as a difference of floats.
        let complement = Decimal::ONE - correlation;
        let ends = |value: Decimal| {
            let root = value.to_f64().unwrap_or(f64::NAN).sqrt();
            (down(root).max(0.0), up(root))
        };
        let (factor, own) = (ends(correlation), ends(complement));
        if factor.0 >= 0.0 && own.0 > 0.0 {
            return Ok(Self { factor, own });
        }
        Err(Problem::OutOfRange {
            what: "the correlation".into(),
            value: correlation.to_string(),
            range: "0 to 1, below 1".into(),
        })
    }

    /// Returns a number that is at least the probability of default where an obligor's distance
    /// to it, before its own part, is at most `distance`.
    pub(super) fn default_above(&self, distance: f64) -> f64 {
        let own = if distance > 0.0 { self.own.0 } else { self.own.1 };
        cdf_above(up(distance / own))
    }
}

/// A bucket of loans.
pub(super) struct Bucket {
    /// at least the asset return, of the copula, below which a loan defaults; may be infinite
    pub(super) threshold: f64,
    /// at least its probability of default
    probability: f64,
    /// at least its loss given default
    pub(super) loss: f64,
}

impl Bucket {
    /// Returns the bucket of a probability of default in (0, 1) and a loss given default.
    pub(super) fn new((probability, loss): (f64, f64), degrees: Option<f64>) -> Self {
        let threshold = match degrees {
            None => threshold_above(probability),
            Some(degrees) => student_t::threshold_above(probability, degrees),
        };
        Self { threshold, probability: up(probability), loss: up(loss) }
    }

    /// Returns the entry where at most a share of the bucket defaults.
    pub(super) fn entry(&self, defaults: f64) -> i32 {
        loss_entry(up(defaults * self.loss))
    }

    /// Returns the entry where all of the bucket defaults.
    pub(super) fn worst_entry(&self) -> i32 {
        loss_entry(self.loss)
    }
}

/// Returns a number that is at least the quantile of a probability, which a file states.
fn threshold_above(probability: f64) -> f64 {
    if probability <= 0.5 {
        return if probability < 1e-180 { -28.0 } else { tail_quantile_above(probability) };
    }
    // The difference is exact, and the number in the file within 2^-54.
    let complement = 1.0 - probability - f64::EPSILON / 4.0;
    if complement > 0.0 { -tail_quantile_below(complement.min(0.5)) } else { f64::INFINITY }
}

/// Returns the entry of a share that is lost: rounded up and one unit more, but not more than all.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn loss_entry(share: f64) -> i32 {
    let one = 1i32 << FRACTION_BITS;
    let units = (share * f64::from(one)).ceil();
    if units >= f64::from(one) { -one } else { -(units as i32 + 1) }
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
    let buckets: Vec<Bucket> = assumptions.iter().map(|pair| Bucket::new(*pair, None)).collect();
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
