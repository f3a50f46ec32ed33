//! Distributions of the loss of a pool, exactly given the common factor: the recursion of Andersen,
//! Sidenius and Basu (*All your hedges in one basket*, Risk, November 2003), over integer loss
//! units.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use tailproof_core::error::Problem;
use tailproof_core::pool::copula::{FactorModel, Node};

/// Nodes of less weight are left out: of 10^5 of them, with less than 10^-12 in all.
const NEGLIGIBLE_WEIGHT: f64 = 1e-17;
/// Nodes that one thread sums.
const NODES_OF_PART: usize = 64;

/// A callback for progress, from any thread: what is done, and all there is to do.
pub type Progress<'p> = &'p (dyn Fn(usize, usize) + Sync);

/// A loan or name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Obligor {
    /// loss on default, in loss units
    pub loss: u32,
    /// with this probability, in [0, 1), it is one unit more: a loss between two numbers of units,
    /// with its mean kept
    pub extra: f64,
    /// probability of default within the horizon
    pub probability: f64,
}

/// Probabilities of each number of loss units.
#[derive(Debug, Clone, PartialEq)]
pub struct LossDistribution {
    probabilities: Vec<f64>,
}

/// Losses of a tranche.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrancheFigures {
    /// expected loss as a fraction of the tranche's width
    pub expected_loss: f64,
    /// probability of a first unit of loss
    pub hit: f64,
    /// probability that nothing is left
    pub wipe_out: f64,
}

/// Returns the default thresholds of obligors, and the most loss units.
fn prepared(obligors: &[Obligor], model: &FactorModel) -> Result<(Vec<f64>, usize), Problem> {
    if obligors.is_empty() {
        return Err(Problem::Empty("a pool without obligors".into()));
    }
    let thresholds = obligors.iter().map(|obligor| model.threshold(obligor.probability)).collect::<Result<_, _>>()?;
    let total = obligors.iter().map(|obligor| obligor.loss as usize + usize::from(obligor.extra > 0.0)).sum();
    Ok((thresholds, total))
}

/// Returns the nodes of a model that count.
fn weighty(model: &FactorModel, nodes: usize) -> Vec<Node> {
    model.nodes(nodes).into_iter().filter(|node| node.weight > NEGLIGIBLE_WEIGHT).collect()
}

/// The distribution of independent losses.
fn independent(obligors: &[Obligor], probabilities: &[f64], total: usize) -> Vec<f64> {
    let mut distribution = vec![0.0; total + 1];
    let mut before = Vec::with_capacity(total + 1);
    distribution[0] = 1.0;
    let mut most = 0;
    for (obligor, probability) in obligors.iter().zip(probabilities) {
        let loss = obligor.loss as usize;
        // From a copy, so that the loops have no order and can be done in lanes.
        before.clear();
        before.extend_from_slice(&distribution[..=most]);
        let mut moved = |by: usize, share: f64| {
            distribution[by..].iter_mut().zip(&before).for_each(|(sum, before)| *sum += before * share);
        };
        moved(0, -probability);
        moved(loss, probability * (1.0 - obligor.extra));
        if obligor.extra > 0.0 {
            moved(loss + 1, probability * obligor.extra);
        }
        most += loss + usize::from(obligor.extra > 0.0);
    }
    distribution
}

impl LossDistribution {
    /// Returns the distribution of a pool's losses under a factor model, over so many nodes.
    ///
    /// # Errors
    /// No obligors; a probability outside (0, 1).
    pub fn new(obligors: &[Obligor], model: &FactorModel, nodes: usize) -> Result<Self, Problem> {
        Self::reporting(obligors, model, nodes, &|_, _| {})
    }

    /// As [`LossDistribution::new`], telling `progress` of the parts of the nodes that are done.
    ///
    /// # Errors
    /// As [`LossDistribution::new`].
    pub fn reporting(
        obligors: &[Obligor],
        model: &FactorModel,
        nodes: usize,
        progress: Progress<'_>,
    ) -> Result<Self, Problem> {
        let (thresholds, total) = prepared(obligors, model)?;
        let add = |sums: &mut Vec<f64>, given: &[f64], weight: f64| {
            sums.iter_mut().zip(given).for_each(|(sum, given)| *sum += weight * given);
        };
        let part = |nodes: &[Node]| {
            let mut sums = vec![0.0; total + 1];
            for node in nodes {
                let conditional: Vec<f64> =
                    thresholds.iter().map(|threshold| model.conditional(*threshold, node)).collect();
                add(&mut sums, &independent(obligors, &conditional, total), node.weight);
            }
            sums
        };
        let nodes = weighty(model, nodes);
        let (done, all) = (AtomicUsize::new(0), nodes.len().div_ceil(NODES_OF_PART));
        let reported = |nodes: &[Node]| {
            let sums = part(nodes);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, all);
            sums
        };
        // Parts of the same size on every machine, summed in their order: the same bits.
        let parts: Vec<Vec<f64>> = nodes.par_chunks(NODES_OF_PART).map(reported).collect();
        let mut probabilities = vec![0.0; total + 1];
        parts.iter().for_each(|part| add(&mut probabilities, part, 1.0));
        Ok(Self { probabilities })
    }

    /// Returns how long [`LossDistribution::new`] will take, from the time of one node.
    ///
    /// # Errors
    /// As [`LossDistribution::new`].
    pub fn estimate(obligors: &[Obligor], model: &FactorModel, nodes: usize) -> Result<Duration, Problem> {
        let (thresholds, total) = prepared(obligors, model)?;
        let nodes = weighty(model, nodes);
        let Some(node) = nodes.get(nodes.len() / 2) else { return Ok(Duration::ZERO) };
        let begun = Instant::now();
        let conditional: Vec<f64> = thresholds.iter().map(|threshold| model.conditional(*threshold, node)).collect();
        std::hint::black_box(independent(obligors, &conditional, total));
        let of_each = nodes.len().div_ceil(rayon::current_num_threads());
        Ok(begun.elapsed() * u32::try_from(of_each).unwrap_or(u32::MAX))
    }

    /// The probability of each number of loss units.
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        self.probabilities.iter().enumerate().map(|(units, probability)| (units as f64, *probability))
    }

    /// Expected loss in loss units.
    pub fn mean(&self) -> f64 {
        self.points().map(|(units, probability)| units * probability).sum()
    }

    /// Standard deviation in loss units.
    pub fn deviation(&self) -> f64 {
        let mean = self.mean();
        self.points().map(|(units, probability)| (units - mean) * (units - mean) * probability).sum::<f64>().sqrt()
    }

    /// The least number of loss units that is exceeded with a probability of at most
    /// `1 - confidence`.
    pub fn value_at_risk(&self, confidence: f64) -> usize {
        let mut below = 0.0;
        for (units, probability) in self.probabilities.iter().enumerate() {
            below += probability;
            if below >= confidence {
                return units;
            }
        }
        self.probabilities.len() - 1
    }

    /// The mean of the worst `1 - confidence` (Acerbi and Tasche 2002), in loss units.
    pub fn expected_shortfall(&self, confidence: f64) -> f64 {
        let threshold = self.value_at_risk(confidence) as f64;
        let excess: f64 = self.points().map(|(units, probability)| (units - threshold).max(0.0) * probability).sum();
        threshold + excess / (1.0 - confidence)
    }

    /// Figures of the tranche between two numbers of loss units.
    ///
    /// # Errors
    /// An attachment that is not below the detachment, or below zero.
    pub fn tranche(&self, attachment: f64, detachment: f64) -> Result<TrancheFigures, Problem> {
        if !(attachment >= 0.0 && attachment < detachment) {
            return Err(Problem::TrancheEnds(format!("a tranche from {attachment} to {detachment}")));
        }
        let width = detachment - attachment;
        let lost = |units: f64| (units - attachment).clamp(0.0, width);
        let sum =
            |of: &dyn Fn(f64) -> f64| self.points().map(|(units, probability)| of(units) * probability).sum::<f64>();
        Ok(TrancheFigures {
            expected_loss: sum(&lost) / width,
            hit: sum(&|units| if units > attachment { 1.0 } else { 0.0 }),
            wipe_out: sum(&|units| if units >= detachment { 1.0 } else { 0.0 }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::pool::copula::Copula;

    fn pool() -> Vec<Obligor> {
        [(3, 0.0, 0.1), (1, 0.25, 0.02), (5, 0.0, 0.3), (0, 0.5, 0.05)]
            .map(|(loss, extra, probability)| Obligor { loss, extra, probability })
            .to_vec()
    }

    fn of(correlation: f64) -> LossDistribution {
        LossDistribution::new(&pool(), &FactorModel::new(Copula::Gaussian, correlation).unwrap(), 201).unwrap()
    }

    /// Without correlation, the sum over all outcomes: each obligor pays, loses its units, or one
    /// more.
    #[test]
    fn independent_losses_are_those_of_all_outcomes() {
        let found = of(0.0);
        let mut expected = [0.0; 12];
        for outcome in 0..81usize {
            let (mut units, mut probability) = (0, 1.0);
            for (index, obligor) in pool().iter().enumerate() {
                let (lost, chance) = match outcome / 3usize.pow(u32::try_from(index).unwrap()) % 3 {
                    0 => (0, 1.0 - obligor.probability),
                    1 => (obligor.loss, obligor.probability * (1.0 - obligor.extra)),
                    _ => (obligor.loss + 1, obligor.probability * obligor.extra),
                };
                units += lost as usize;
                probability *= chance;
            }
            // Losses of probability zero may lie beyond the greatest one.
            if let Some(sum) = expected.get_mut(units) {
                *sum += probability;
            }
        }
        assert_eq!(found.probabilities().len(), 12);
        for (found, expected) in found.probabilities().iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
    }

    #[test]
    fn correlation_moves_probability_to_the_ends_and_not_the_mean() {
        let (low, high) = (of(0.0), of(0.5));
        assert!((low.mean() - high.mean()).abs() < 1e-9 && high.deviation() > low.deviation());
        assert!(high.probabilities()[0] > low.probabilities()[0] && high.probabilities()[11] > low.probabilities()[11]);
        assert!(high.expected_shortfall(0.9) >= high.value_at_risk(0.9) as f64);
    }

    #[test]
    fn tranches_share_the_pool_s_loss() {
        let distribution = of(0.3);
        let tranches = [(0.0, 3.0), (3.0, 5.0), (5.0, 11.0)];
        let sum: f64 = tranches
            .iter()
            .map(|(low, high)| distribution.tranche(*low, *high).unwrap().expected_loss * (high - low))
            .sum();
        assert!((sum - distribution.mean()).abs() < 1e-12);
        assert!(distribution.tranche(3.0, 3.0).is_err() && distribution.tranche(-1.0, 3.0).is_err());
    }
}
