//! Upper bounds for Student's t, whose mixing variable takes away the one order of losses.
//!
//! A loan of bucket b defaults where its own part is below `Y_b = c_b s - sqrt(rho) M`, for the
//! threshold c_b, the mixing variable s and the factor M. The range of s is cut into *slabs* of
//! whole weights. In a slab, thresholds `q_b(z)` rise with one number z. The probability that any
//! Y_b is above its q_b(z) is
//!
//! ```text
//! g(z) = E[ Phi( max_b (c_b s - q_b(z)) / sqrt(rho) ) | slab ]
//! ```
//!
//! For each whole cumulative weight C of a slab of weight N, z is the least that was found with
//! `g(z) <= C / N`. Outside an event of weight C, every bucket then loses at most what it loses at
//! q_b(z), whatever the mix. The events lie in each other, since q_b rises with z. So a slab's
//! first row is all lost, and its next row has every bucket at the q_b of the row before it.
//!
//! g is rounded up: the slab is cut into parts of equal probability, and each part is taken at its
//! worse end. The search for z needs no accuracy, since g is checked at the z that is taken.

use rust_decimal::Decimal;

use super::bucket::{Bucket, Loadings, Rows};
use super::grid::{TOTAL_WEIGHT, cumulative_weights};
use crate::distributions::outward::{cdf_above, down, up};
use crate::distributions::{mixing, student_t};
use crate::error::Problem;
use crate::fixed_point::{MAX_SCENARIOS, MAX_WEIGHT};
use crate::text::parse_decimal;

/// Least number of rows: with fewer, a bound is several times the loss.
pub(super) const LEAST_ROWS: usize = 256;
/// Parts of a slab in which g is evaluated.
const PARTS: u64 = 16;
/// The whole of a slab, of which parts are binary fractions.
const WHOLE_SLAB: u64 = 1 << 20;
/// Where z is looked for, and how closely.
const LOWEST_RANK: f64 = -12.0;
const HIGHEST_RANK: f64 = 60.0;
const RANK_STEP: f64 = 1.0 / 65_536.0;
/// Bound on the relative and absolute error of a quantile of Student's t, 2^-30; the tests of
/// [`student_t`] hold 10^-11.
const QUANTILE_ERROR: f64 = 1.0 / (1u64 << 30) as f64;

/// Returns a number that is at least the quantile of a probability, which a file states.
fn threshold_above(probability: f64, degrees: f64) -> f64 {
    let above = |quantile: f64| quantile + quantile.abs() * QUANTILE_ERROR + QUANTILE_ERROR;
    if probability <= 0.5 {
        return above(student_t::quantile(probability, degrees));
    }
    let complement = 1.0 - probability - f64::EPSILON / 4.0;
    if complement > 0.0 { above(-student_t::quantile(complement, degrees)) } else { f64::INFINITY }
}

/// Part of a slab, between two values of the mixing variable.
struct Part {
    low: f64,
    high: f64,
}

impl Part {
    /// Returns a number that is at least a threshold times the mixing variable.
    fn scaled(&self, threshold: f64) -> f64 {
        if threshold > 0.0 { up(threshold * self.high) } else { up(threshold * self.low) }
    }
}

/// Slab of the mixing variable, with the thresholds that rise with z.
struct Slab {
    weight: u32,
    /// at least each bucket's threshold times the mixing variable, by part
    scaled: Vec<Vec<f64>>,
    /// each part's share of the slab's weight; they sum to one
    shares: Vec<f64>,
    /// q_b is the first plus z times the second
    ranks: Vec<(f64, f64)>,
}

/// Returns the rows of the bound for a Student-t copula.
///
/// # Errors
/// A correlation outside [0, 1); fewer than [`LEAST_ROWS`] rows.
pub(super) fn student_t_rows(
    assumptions: &[(f64, f64)],
    degrees: f64,
    rho: &str,
    rows: usize,
    breakpoints: &[u32],
) -> Result<Rows, Problem> {
    if !(LEAST_ROWS..=MAX_SCENARIOS).contains(&rows) {
        return Err(Problem::OutOfRange {
            what: "the number of nodes of a Student-t copula".into(),
            value: rows.to_string(),
            range: format!("{LEAST_ROWS} to {MAX_SCENARIOS}: fewer bound losses by several times what they are"),
        });
    }
    let correlation = parse_decimal(rho)?;
    let loadings = Loadings::new(correlation)?;
    let (in_default, assumptions) = without_defaults(assumptions);
    if assumptions.is_empty() {
        return Err(Problem::NoGrades);
    }
    let buckets: Vec<Bucket> =
        assumptions.iter().map(|pair| Bucket::new(*pair, |share| threshold_above(share, degrees))).collect();
    let made = rows_of(&buckets, &loadings, degrees, correlation, rows, breakpoints)?;
    Ok(in_default.into_iter().fold(made, |made, (place, loss)| with_column(made, place, loss)))
}

/// Probability of default and loss given default.
type Assumption = (f64, f64);

/// Returns the places and losses of loans in default, and the assumptions of the other buckets. No
/// factor moves the losses of the former, and ranks of theirs would be those of certain defaults.
fn without_defaults(assumptions: &[Assumption]) -> (Vec<(usize, f64)>, Vec<Assumption>) {
    let is_certain = |(probability, _): &(f64, f64)| *probability >= 1.0;
    let places = assumptions.iter().enumerate().filter(|(_, pair)| is_certain(pair));
    let in_default = places.map(|(place, (_, loss))| (place, *loss)).collect();
    (in_default, assumptions.iter().copied().filter(|pair| !is_certain(pair)).collect())
}

/// Returns the rows with a column at `place` whose loss is the same in each.
fn with_column(made: Rows, place: usize, loss: f64) -> Rows {
    let width = made.entries.len() / made.weights.len();
    let entry = Bucket::new((1.0, loss), |_| f64::INFINITY).worst_entry();
    let row = |row: &[i32]| [&row[..place], &[entry], &row[place..]].concat();
    Rows { entries: made.entries.chunks(width).flat_map(row).collect(), weights: made.weights }
}

/// Returns the rows of buckets that may default.
fn rows_of(
    buckets: &[Bucket],
    loadings: &Loadings,
    degrees: f64,
    correlation: Decimal,
    rows: usize,
    breakpoints: &[u32],
) -> Result<Rows, Problem> {
    if correlation.is_zero() {
        return alone(buckets, loadings, degrees, rows, breakpoints);
    }
    let mut made = Rows { weights: Vec::with_capacity(rows), entries: Vec::with_capacity(rows * buckets.len()) };
    let mut from = 0;
    for (to, reached) in layout(rows, degrees) {
        let slab = Slab::new(buckets, loadings, degrees, (from, to));
        slab.add_rows(buckets, loadings, &reached, &mut made);
        from = to;
    }
    Ok(made)
}

/// Returns the rows without a common factor: losses depend on the mixing variable alone, and each
/// row is a range of it with every bucket at its worse end.
fn alone(
    buckets: &[Bucket],
    loadings: &Loadings,
    degrees: f64,
    rows: usize,
    breakpoints: &[u32],
) -> Result<Rows, Problem> {
    let reached = cumulative_weights(TOTAL_WEIGHT, breakpoints, rows)?;
    let mut made = Rows { weights: Vec::new(), entries: Vec::new() };
    let (mut from, mut low) = (0, 0.0);
    for to in reached {
        let (below, high) = mixing::quantile(to.into(), TOTAL_WEIGHT.into(), degrees);
        let part = Part { low, high };
        made.weights.push(to - from);
        made.entries
            .extend(buckets.iter().map(|bucket| bucket.entry(loadings.default_above(part.scaled(bucket.threshold)))));
        (from, low) = (to, below);
    }
    Ok(made)
}

impl Slab {
    /// Returns the slab between two cumulative weights of the mixing variable.
    fn new(buckets: &[Bucket], loadings: &Loadings, degrees: f64, (from, to): (u32, u32)) -> Self {
        let weight = to - from;
        let shares = part_ends(from == 0, to == TOTAL_WEIGHT);
        let end = |part: &u64| {
            let numerator = u64::from(from) * WHOLE_SLAB + part * u64::from(weight);
            mixing::quantile(numerator, u64::from(TOTAL_WEIGHT) * WHOLE_SLAB, degrees)
        };
        let ends: Vec<(f64, f64)> = shares.iter().map(end).collect();
        let shares: Vec<f64> = shares.windows(2).map(|pair| (pair[1] - pair[0]) as f64 / WHOLE_SLAB as f64).collect();
        let parts: Vec<Part> = ends.windows(2).map(|pair| Part { low: pair[0].0, high: pair[1].1 }).collect();
        // Any thresholds that rise with z are sound. These are near the ranks of Y_b in the slab.
        let middles: Vec<f64> = parts
            .iter()
            .map(|part| if part.high.is_finite() { 0.5 * (part.low + part.high) } else { part.low })
            .collect();
        let mean: f64 = middles.iter().zip(&shares).map(|(middle, share)| middle * share).sum();
        let variance: f64 =
            middles.iter().zip(&shares).map(|(middle, share)| (middle - mean) * (middle - mean) * share).sum();
        let correlation = loadings.factor.1 * loadings.factor.1;
        let rank = |bucket: &Bucket| {
            let threshold = if bucket.threshold.is_finite() { bucket.threshold } else { 0.0 };
            (threshold * mean, (correlation + threshold * threshold * variance).sqrt())
        };
        let scaled = |part: &Part| buckets.iter().map(|bucket| part.scaled(bucket.threshold)).collect();
        Self { weight, shares, scaled: parts.iter().map(scaled).collect(), ranks: buckets.iter().map(rank).collect() }
    }

    /// Returns q_b(z).
    fn rank(&self, bucket: usize, z: f64) -> f64 {
        let (middle, spread) = self.ranks[bucket];
        middle + z * spread
    }

    /// Returns a number that is at least g(z).
    fn beyond(&self, buckets: &[Bucket], loadings: &Loadings, z: f64) -> f64 {
        let ranks: Vec<f64> = (0..buckets.len()).map(|bucket| self.rank(bucket, z)).collect();
        let part = |(scaled, share): (&Vec<f64>, &f64)| {
            let distances = scaled.iter().zip(&ranks).zip(buckets).filter(|(_, bucket)| bucket.threshold.is_finite());
            // A bucket without a finite threshold is all lost in every row.
            let worst = distances.map(|((scaled, rank), _)| up(scaled - rank)).fold(f64::NEG_INFINITY, f64::max);
            let loading = if worst > 0.0 { loadings.factor.0 } else { loadings.factor.1 };
            share * cdf_above(up(worst / loading))
        };
        self.scaled.iter().zip(&self.shares).map(part).fold(0.0, |sum, part| up(sum + part))
    }

    /// Returns the least z that was found below `high` with g(z) of at most `share`; `None` if g is
    /// above it at `high` itself.
    fn least(&self, buckets: &[Bucket], loadings: &Loadings, share: f64, high: f64) -> Option<f64> {
        let fits = |z: f64| self.beyond(buckets, loadings, z) <= share;
        if !fits(high) {
            return None;
        }
        let (mut high, mut step) = (high, 0.125);
        let mut low = loop {
            let lower = high - step;
            if lower < LOWEST_RANK || !fits(lower) {
                break lower;
            }
            (high, step) = (lower, 2.0 * step);
        };
        while high - low > RANK_STEP {
            let middle = 0.5 * (low + high);
            if fits(middle) { high = middle } else { low = middle }
        }
        Some(high)
    }

    /// Adds the rows of the slab, at these cumulative weights inside it.
    fn add_rows(&self, buckets: &[Bucket], loadings: &Loadings, reached: &[u32], made: &mut Rows) {
        let mut entries: Vec<i32> = buckets.iter().map(Bucket::worst_entry).collect();
        let (mut from, mut z) = (0, HIGHEST_RANK);
        for to in reached {
            let mut left = to - from;
            while left > 0 {
                let weight = left.min(MAX_WEIGHT);
                made.weights.push(weight);
                made.entries.extend_from_slice(&entries);
                left -= weight;
            }
            from = *to;
            let share = down(f64::from(from) / f64::from(self.weight));
            // Entries that are not found within the share keep the entries of the row before.
            let Some(found) = self.least(buckets, loadings, share, z) else { continue };
            z = found;
            for (index, (entry, bucket)) in entries.iter_mut().zip(buckets).enumerate() {
                if bucket.threshold.is_finite() {
                    *entry = bucket.entry(loadings.default_above(self.rank(index, z)));
                }
            }
        }
    }
}

/// Returns where the parts of a slab end, in [`WHOLE_SLAB`]. The first slab begins at zero and the
/// last has no end, so that their outermost parts halve again and again.
fn part_ends(is_first: bool, is_last: bool) -> Vec<u64> {
    let even = (0..=PARTS).map(|part| part * WHOLE_SLAB / PARTS);
    let halves = (5..20).map(|halvings| WHOLE_SLAB >> halvings);
    let low = halves.clone().filter(|_| is_first);
    let high = halves.map(|half| WHOLE_SLAB - half).filter(|_| is_last);
    let mut ends: Vec<u64> = even.chain(low).chain(high).collect();
    ends.sort_unstable();
    ends
}

/// Returns the cumulative weights at which slabs end, and for each those inside it, counted from
/// its beginning: at most `rows` rows in all.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn layout(rows: usize, degrees: f64) -> Vec<(u32, Vec<u32>)> {
    // Slabs of equal width between two quantiles: what is lost depends on the width.
    let slabs = ((rows as f64).sqrt() * 0.75) as u32;
    let [low, high] = [1, 800].map(|thousandths| mixing::quantile(thousandths, 1_000, degrees).0);
    let end = |slab: u32| {
        let s = low + (high - low) * f64::from(slab) / f64::from(slabs - 2);
        (mixing::probability_near(s, degrees) * f64::from(TOTAL_WEIGHT)) as u32
    };
    let mut ends: Vec<u32> = (0..slabs - 1).map(end).chain([TOTAL_WEIGHT]).collect();
    ends.retain(|end| *end > 0);
    ends.dedup();
    let first = u32::try_from(25_600 / rows).map_or(1, |first| first.max(1));
    let inside = |growth: f64| -> Vec<(u32, Vec<u32>)> {
        let begins = std::iter::once(0).chain(ends.iter().copied());
        ends.iter().zip(begins).map(|(end, begin)| (*end, inside_weights(end - begin, first, growth))).collect()
    };
    // A weight beyond that of a scenario takes several rows.
    let rows_of = |reached: &[u32]| -> usize {
        let before = std::iter::once(0).chain(reached.iter().copied());
        reached.iter().zip(before).map(|(to, from)| (to - from).div_ceil(MAX_WEIGHT) as usize).sum()
    };
    let fits = |growth: f64| inside(growth).iter().map(|(_, reached)| rows_of(reached)).sum::<usize>() <= rows;
    let (mut too_many, mut fit) = (1e-6f64, 1e6f64);
    for _ in 0..48 {
        let middle = (too_many * fit).sqrt();
        if fits(middle) { fit = middle } else { too_many = middle }
    }
    inside(fit)
}

/// Returns cumulative weights up to `weight`, from `first`, that grow by a factor which falls to a
/// third of itself at the end.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn inside_weights(weight: u32, first: u32, growth: f64) -> Vec<u32> {
    let mut reached = first.min(weight);
    let mut weights = vec![reached];
    while reached < weight {
        let so_far = f64::from(reached);
        let step = growth * so_far / (1.0 + 2.0 * so_far / f64::from(weight));
        reached += (step as u32).clamp(1, weight - reached);
        weights.push(reached);
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_has_whole_weights_and_as_many_rows_as_fit() {
        for rows in [256, 1_000, 1_024, 4_096] {
            for degrees in [1.0, 2.5, 4.0, 30.0, 1e6] {
                let slabs = layout(rows, degrees);
                let (mut begin, mut count) = (0, 0);
                for (end, reached) in &slabs {
                    assert!(reached.windows(2).all(|pair| pair[0] < pair[1]) && reached[0] > 0);
                    assert_eq!(*reached.last().unwrap(), end - begin);
                    let before = std::iter::once(0).chain(reached.iter().copied());
                    count += reached.iter().zip(before).map(|(to, from)| (to - from).div_ceil(MAX_WEIGHT)).sum::<u32>();
                    begin = *end;
                }
                assert_eq!(begin, TOTAL_WEIGHT);
                let count = count as usize;
                assert!(count <= rows && count + 2 * slabs.len() > rows, "{rows} {degrees}: {count}");
            }
        }
    }

    #[test]
    fn parts_are_all_of_a_slab() {
        for (is_first, is_last) in [(false, false), (true, false), (false, true)] {
            let ends = part_ends(is_first, is_last);
            assert!(ends[0] == 0 && ends.last() == Some(&WHOLE_SLAB));
            assert!(ends.windows(2).all(|pair| pair[0] < pair[1]), "{ends:?}");
        }
    }
}
