//! The limit of many small loans of several probabilities of default: given the common factor, each
//! part of the pool loses its conditional probability of default times what is lost on default.
//!
//! Claims about losses over nodes are bounds of this limit, with the deal's grades as the parts.
//! The limit of one mean probability ([`LargePool`](super::large_pool::LargePool)) has other tails.

use std::collections::BTreeMap;

use crate::credit::losses::TrancheFigures;
use tailproof_core::distributions::normal;
use tailproof_core::error::Problem;
use tailproof_core::pool::copula::{FactorModel, Node};

/// Most and least nodes of the common factor.
const NODES: [usize; 2] = [201, 40_001];
/// Conditional probabilities that are computed in all, if there are nodes enough.
const EVALUATIONS: usize = 8_000_000;
/// How far from its centre the common factor is looked at.
const WIDTH: f64 = 8.5;

/// A large pool of parts that are homogeneous.
#[derive(Debug, Clone, PartialEq)]
pub struct GradedPool {
    /// loss on default, a fraction of the notional, and threshold of each part
    parts: Vec<(f64, f64)>,
    model: FactorModel,
}

impl GradedPool {
    /// Returns the pool of losses on default, as fractions of the notional, with their probabilities,
    /// under a model with a correlation above zero.
    ///
    /// # Errors
    /// Numbers out of range.
    pub fn new(losses: impl Iterator<Item = (f64, f64)>, model: FactorModel) -> Result<Self, Problem> {
        if model.correlation() == 0.0 {
            return Err(Problem::NoCorrelation);
        }
        let mut by_probability: BTreeMap<u64, f64> = BTreeMap::new();
        for (loss, probability) in losses {
            *by_probability.entry(probability.to_bits()).or_default() += loss;
        }
        let part = |(bits, loss): (u64, f64)| Ok((loss, model.threshold(f64::from_bits(bits))?));
        Ok(Self { parts: by_probability.into_iter().map(part).collect::<Result<_, Problem>>()?, model })
    }

    /// Returns the loss given the common factor, a fraction of the notional.
    fn loss(&self, node: &Node) -> f64 {
        self.parts.iter().map(|(loss, threshold)| loss * self.model.conditional(*threshold, node)).sum()
    }

    /// Returns losses with their weights, at many values of the common factor.
    pub fn outcomes(&self) -> Vec<(f64, f64)> {
        let of_a_node = self.parts.len() * self.model.mixing().len();
        let nodes = (EVALUATIONS / of_a_node.max(1)).clamp(NODES[0], NODES[1]);
        self.model.nodes(nodes).iter().map(|node| (self.loss(node), node.weight)).collect()
    }

    /// Returns the probability of a loss above a fraction of the notional. The loss falls with the
    /// common factor, so this is that of a factor below where the loss is that fraction.
    pub fn exceeds(&self, fraction: f64) -> f64 {
        let below = |mixing: f64| {
            let at = |factor: f64| self.loss(&Node { weight: 1.0, factor, mixing });
            let (mut low, mut high) = (-WIDTH, WIDTH);
            if at(low) <= fraction {
                return 0.0;
            }
            for _ in 0..60 {
                let middle = 0.5 * (low + high);
                if at(middle) > fraction {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            normal::cdf(low)
        };
        self.model.mixing().into_iter().map(|(mixing, weight)| weight * below(mixing)).sum()
    }

    /// Returns the figures of tranches, each from an attachment to a detachment, fractions of the
    /// notional.
    ///
    /// # Errors
    /// An attachment that is not below the detachment.
    pub fn tranches(&self, tranches: &[(f64, f64)]) -> Result<Vec<TrancheFigures>, Problem> {
        let outcomes = self.outcomes();
        tranches.iter().map(|ends| self.tranche(&outcomes, *ends)).collect()
    }

    /// Returns the figures of a tranche over [`GradedPool::outcomes`].
    ///
    /// # Errors
    /// An attachment that is not below the detachment.
    pub fn tranche(
        &self,
        outcomes: &[(f64, f64)],
        (attachment, detachment): (f64, f64),
    ) -> Result<TrancheFigures, Problem> {
        if !(attachment >= 0.0 && attachment < detachment) {
            return Err(Problem::TrancheEnds(format!("a tranche from {attachment} to {detachment}")));
        }
        let width = detachment - attachment;
        let lost = |(loss, weight): &(f64, f64)| weight * (loss - attachment).clamp(0.0, width);
        Ok(TrancheFigures {
            expected_loss: outcomes.iter().map(lost).sum::<f64>() / width,
            hit: self.exceeds(attachment),
            wipe_out: self.exceeds(detachment),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credit::large_pool::LargePool;
    use tailproof_core::pool::Copula;

    #[test]
    fn one_probability_is_the_homogeneous_limit() {
        for copula in [Copula::Gaussian, Copula::StudentT(5.0)] {
            let model = FactorModel::new(copula, 0.2).unwrap();
            let (one, graded) = (LargePool::new(0.05, model).unwrap(), [(0.2, 0.05), (0.4, 0.05)]);
            let graded = GradedPool::new(graded.into_iter(), model).unwrap();
            let found = graded.tranches(&[(0.03, 0.1)]).unwrap()[0];
            let expected = one.tranche(0.03, 0.1, 0.6).unwrap();
            for (found, expected) in [
                (found.expected_loss, expected.expected_loss),
                (found.hit, expected.hit),
                (found.wipe_out, expected.wipe_out),
            ] {
                assert!((found - expected).abs() < 1e-5, "{copula:?}: {found} {expected}");
            }
        }
    }

    /// Two grades: the mean of the losses is that of the grades, and the probability of a hit is the
    /// share of outcomes beyond, which the mean probability misses.
    #[test]
    fn grades_have_tails_of_their_own() {
        let model = FactorModel::new(Copula::Gaussian, 0.3).unwrap();
        let graded = GradedPool::new([(0.5, 0.001), (0.1, 0.4)].into_iter(), model).unwrap();
        let outcomes = graded.outcomes();
        let mean: f64 = outcomes.iter().map(|(loss, weight)| loss * weight).sum();
        assert!((mean - (0.5 * 0.001 + 0.1 * 0.4)).abs() < 1e-9, "{mean}");
        let beyond: f64 = outcomes.iter().filter(|(loss, _)| *loss > 0.09).map(|(_, weight)| weight).sum();
        assert!((graded.exceeds(0.09) - beyond).abs() < 1e-3);
        let one = LargePool::new((0.5 * 0.001 + 0.1 * 0.4) / 0.6, model).unwrap();
        assert!((graded.exceeds(0.09) - (1.0 - one.cdf(0.09 / 0.6))).abs() > 0.01);
    }
}
