//! Upper bounds of the losses of a pool of finitely many obligors, given a cap on what each owes.
//!
//! Given the factor, obligors default independently. For a number eta, an obligor with a share of
//! at most kappa of the balance and the loans of buckets b has, by Hoelder's inequality, whatever
//! the dependence among its own loans,
//!
//! ```text
//! E exp(eta loss / kappa) <= prod_b (1 + PD_b (e^(eta LGD_b) - 1)) ^ (share_b / kappa)
//! ```
//!
//! and so, by Chernoff's bound, the loss of the pool exceeds
//!
//! ```text
//! sum_b share_b (ln(1 + PD_b (e^(eta LGD_b) - 1)) / eta + kappa ln(1/epsilon) / eta)
//! ```
//!
//! with a probability of at most epsilon. This is linear in the balances, so that a row of a set
//! states it. epsilon of the weight loses everything, and the rest is the grid of the large pool.
//!
//! An entry is never clipped, since the sum needs all of each: a row with an entry above one loses
//! everything instead.

use super::bucket::{Bucket, loss_entry};
use crate::distributions::outward::up;
use crate::fixed_point::FRACTION_BITS;

/// Bound on the relative error of `libm`'s `log`, `log1p` and `expm1`, 2^-40; they are within a few
/// units in the last place.
const ERROR: f64 = 1.0 / (1u64 << 40) as f64;
/// Largest eta: its exponential is a number.
const MOST_ETA: f64 = 600.0;

/// A cap on obligors, and the probability with which the bound may fail.
#[derive(Debug, Clone, Copy)]
pub(super) struct Finite {
    /// at least the share of the balance that an obligor owes
    cap: f64,
    /// at least `ln(1 / epsilon)`
    depth: f64,
}

impl Finite {
    /// Returns the cap in billionths, and the failure in a weight of a total.
    pub(super) fn new(cap: u64, failure: u32, total: u32) -> Self {
        let ratio = up(f64::from(total) / f64::from(failure));
        Self { cap: up(cap as f64 / 1e9), depth: libm::log(ratio) * (1.0 + ERROR) }
    }

    /// Returns a number that is at least a bucket's part, for a share of defaults.
    fn part(&self, bucket: &Bucket, defaults: f64, eta: f64) -> f64 {
        let grown = up(defaults * (libm::expm1(up(eta * bucket.loss)) * (1.0 + ERROR)));
        let mean = libm::log1p(grown) * (1.0 + ERROR);
        up(up(mean + up(self.cap * self.depth)) / eta)
    }

    /// Returns the entries of a row, at which at most these shares of the buckets default.
    pub(super) fn entries(&self, buckets: &[Bucket], defaults: &[f64]) -> Vec<i32> {
        let parts = |eta: f64| buckets.iter().zip(defaults).map(move |(bucket, share)| self.part(bucket, *share, eta));
        let eta = self.best(|eta| parts(eta).sum());
        let entries: Vec<i32> = parts(eta).map(loss_entry).collect();
        let whole = -(1i32 << FRACTION_BITS);
        if entries.contains(&whole) { buckets.iter().map(Bucket::worst_entry).collect() } else { entries }
    }

    /// Returns about the eta at which a sum is least. Any eta is sound.
    fn best(&self, sum: impl Fn(f64) -> f64) -> f64 {
        let at = |log: f64| sum(libm::exp(log).min(MOST_ETA));
        let (mut low, mut high) = (-5.0f64, 6.5f64);
        for _ in 0..24 {
            let third = (high - low) / 3.0;
            if at(low + third) < at(high - third) { high -= third } else { low += third }
        }
        libm::exp(0.5 * (low + high)).min(MOST_ETA)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::credit::bound::threshold_above;

    /// The probability that more than `most` of `count` independent loans default.
    fn more_than(count: u32, most: f64, probability: f64) -> f64 {
        let log = |k: u32| {
            libm::lgamma(f64::from(count) + 1.0)
                - libm::lgamma(f64::from(k) + 1.0)
                - libm::lgamma(f64::from(count - k) + 1.0)
                + f64::from(k) * libm::log(probability)
                + f64::from(count - k) * libm::log1p(-probability)
        };
        (0..=count).filter(|k| f64::from(*k) > most).map(|k| libm::exp(log(k))).sum()
    }

    /// A row's loss is exceeded with at most the probability that it may be, by equal loans.
    #[test]
    fn a_row_is_exceeded_no_more_often_than_it_may_be() {
        for count in [5u32, 40, 400] {
            for (pd, lgd) in [(0.01, 0.4), (0.1, 0.6), (0.5, 1.0), (0.9, 0.3)] {
                for failure in [100, 1_000, 100_000] {
                    let bucket = Bucket::new((pd, lgd), threshold_above);
                    let finite = Finite::new(1_000_000_000 / u64::from(count) + 1, failure, 10_000_000);
                    let entry = finite.entries(std::slice::from_ref(&bucket), &[pd])[0];
                    let loss = -f64::from(entry) / f64::from(1u32 << FRACTION_BITS);
                    let exceeded = more_than(count, loss / lgd * f64::from(count) + 1e-9, pd);
                    assert!(exceeded <= f64::from(failure) / 1e7, "{count} {pd} {failure}: {exceeded} above {loss}");
                    assert!(loss >= pd * lgd);
                }
            }
        }
    }

    /// The logarithms and the exponential, against a series in integers of 256 bits.
    #[test]
    fn the_errors_of_logarithms_are_within_their_bound() {
        use crate::distributions::exact::{BITS, exp_of_minus, magnitude};
        for index in 1..6_000u32 {
            let x = f64::from(index) * f64::from(index) * 1.6e-6;
            let small = exp_of_minus(magnitude(x));
            let one = ethnum::U256::ONE << BITS;
            let grown = (one - small).as_f64() / small.as_f64();
            let found = libm::expm1(x);
            assert!((found / grown - 1.0).abs() < ERROR / 100.0, "{x}: {found} {grown}");
            let back = libm::log1p(found);
            assert!((back / x - 1.0).abs() < ERROR / 100.0, "{x}: {back}");
            // The logarithm is taken of a hundred and more.
            let log = libm::log(one.as_f64() / small.as_f64());
            assert!(x < 4.0 || (log / x - 1.0).abs() < ERROR / 100.0, "{x}: {log}");
        }
        // Beyond what the series holds: a tenth power.
        let tenth = libm::expm1(57.0) + 1.0;
        let power = tenth * tenth * tenth * tenth * tenth * tenth * tenth * tenth * tenth * tenth;
        assert!((libm::expm1(570.0) / power - 1.0).abs() < ERROR / 100.0);
    }

    #[test]
    fn an_entry_above_one_is_not_clipped() {
        // Five obligors: the cap alone is more than the balance.
        let buckets = [Bucket::new((0.9, 1.0), threshold_above), Bucket::new((0.001, 0.1), threshold_above)];
        let finite = Finite::new(500_000_000, 100, 10_000_000);
        let entries = finite.entries(&buckets, &[0.9, 0.001]);
        assert_eq!(entries, buckets.iter().map(Bucket::worst_entry).collect::<Vec<_>>());
    }
}
