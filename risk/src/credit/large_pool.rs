//! The limit of a pool of many small loans of one probability of default: given the common factor,
//! the share that defaults is the conditional probability (Vasicek, *Loan portfolio value*, 2002).

use crate::credit::losses::TrancheFigures;
use tailproof_core::distributions::normal;
use tailproof_core::error::Problem;
use tailproof_core::pool::copula::FactorModel;

/// Nodes of the common factor. Kinks, as of tranches, are between them: there are many.
const NODES: usize = 40_001;

/// A large homogeneous pool.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LargePool {
    probability: f64,
    threshold: f64,
    model: FactorModel,
}

impl LargePool {
    /// A pool of loans with a probability of default under a model with a correlation above zero.
    ///
    /// # Errors
    /// Numbers out of range.
    pub fn new(probability: f64, model: FactorModel) -> Result<Self, Problem> {
        if model.correlation() == 0.0 {
            return Err(Problem::NoCorrelation);
        }
        Ok(Self { probability, threshold: model.threshold(probability)?, model })
    }

    /// The probability of at most this share of defaults.
    pub fn cdf(&self, share: f64) -> f64 {
        if share <= 0.0 || share >= 1.0 {
            return if share < 1.0 { 0.0 } else { 1.0 };
        }
        let (correlation, distance) = (self.model.correlation(), normal::quantile(share));
        let at = |mixing: f64| {
            normal::cdf(((1.0 - correlation).sqrt() * distance - self.threshold * mixing) / correlation.sqrt())
        };
        self.model.mixing().into_iter().map(|(mixing, weight)| weight * at(mixing)).sum()
    }

    /// The share of defaults that is not exceeded with a probability in (0, 1), by bisection.
    pub fn quantile(&self, confidence: f64) -> f64 {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if self.cdf(middle) < confidence {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }

    /// Returns the mean, over the common factor, of a function of the share of defaults.
    fn mean_of(&self, of: impl Fn(f64) -> f64) -> f64 {
        let nodes = self.model.nodes(NODES);
        nodes.iter().map(|node| node.weight * of(self.model.conditional(self.threshold, node))).sum()
    }

    /// Shares of defaults with their weights, at many values of the common factor.
    pub fn outcomes(&self) -> Vec<(f64, f64)> {
        let nodes = self.model.nodes(NODES);
        nodes.iter().map(|node| (self.model.conditional(self.threshold, node), node.weight)).collect()
    }

    /// Standard deviation of the share of defaults.
    pub fn deviation(&self) -> f64 {
        let mean = self.probability;
        self.mean_of(|share| (share - mean) * (share - mean)).sqrt()
    }

    /// Figures of a tranche of the pool; attachment, detachment and the loss given default are
    /// fractions.
    ///
    /// # Errors
    /// An attachment that is not below the detachment.
    pub fn tranche(
        &self,
        attachment: f64,
        detachment: f64,
        loss_given_default: f64,
    ) -> Result<TrancheFigures, Problem> {
        if !(attachment >= 0.0 && attachment < detachment) {
            return Err(Problem::TrancheEnds(format!("a tranche from {attachment} to {detachment}")));
        }
        let width = detachment - attachment;
        let above = |fraction: f64| 1.0 - self.cdf(fraction / loss_given_default);
        Ok(TrancheFigures {
            expected_loss: self.mean_of(|share| (share * loss_given_default - attachment).clamp(0.0, width)) / width,
            hit: above(attachment),
            wipe_out: above(detachment),
        })
    }
}
