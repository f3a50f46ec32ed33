//! Buckets of loans with the same assumptions, and the parts of which every bound is made.

use rust_decimal::Decimal;

use crate::distributions::outward::{cdf_above, down, up};
use crate::error::Problem;
use crate::fixed_point::FRACTION_BITS;
use crate::text::to_f64;

/// Rows of a bound: their weights, and their entries, row-major.
pub(super) struct Rows {
    pub(super) weights: Vec<u32>,
    pub(super) entries: Vec<i32>,
}

/// The roots of a correlation and of its complement, each from below and from above.
pub(super) struct Loadings {
    pub(super) factor: (f64, f64),
    pub(super) own: (f64, f64),
}

impl Loadings {
    /// Returns the loadings of a correlation in [0, 1), as it is written.
    pub(super) fn new(correlation: Decimal) -> Result<Self, Problem> {
        // The complement is exact as a decimal, and would not be so as a difference of floats.
        let complement = Decimal::ONE - correlation;
        let ends = |value: Decimal| {
            let root = to_f64(value).sqrt();
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
    pub(super) probability: f64,
    /// at least its loss given default
    pub(super) loss: f64,
}

impl Bucket {
    /// Returns the bucket of a probability of default in (0, 1] and a loss given default, with a
    /// function that bounds the copula's quantile of a probability from above.
    pub(super) fn new((probability, loss): (f64, f64), threshold_above: impl Fn(f64) -> f64) -> Self {
        Self { threshold: threshold_above(probability), probability: up(probability), loss: up(loss) }
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

/// Returns the entry of a share that is lost: rounded up and one unit more, but not more than all.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn loss_entry(share: f64) -> i32 {
    let one = 1i32 << FRACTION_BITS;
    let units = (share * f64::from(one)).ceil();
    if units >= f64::from(one) { -one } else { -(units as i32 + 1) }
}
