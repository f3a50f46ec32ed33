//! The limit of a pool of many small loans of one probability of default: given the common factor, the share that defaults is the
//! conditional probability (Vasicek, *Loan portfolio value*, 2002).

use super::copula::{Copula, FactorModel};
use super::normal;
use crate::input::Problem;

/// A large homogeneous pool under a Gaussian copula.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LargePool {
    probability: f64,
    threshold: f64,
    model: FactorModel,
}

impl LargePool {
    /// A pool of loans with a probability of default and a correlation above zero.
    ///
    /// # Errors
    /// Numbers out of range.
    pub fn new(probability: f64, correlation: f64) -> Result<Self, Problem> {
        let model = FactorModel::new(Copula::Gaussian, correlation)?;
        if correlation == 0.0 {
            return Err(Problem::Other("a large pool without correlation has no distribution of losses".into()));
        }
        Ok(Self { probability, threshold: model.threshold(probability)?, model })
    }

    /// The share of defaults that is not exceeded with a probability.
    pub fn quantile(&self, confidence: f64) -> f64 {
        let correlation = self.model.correlation();
        let distance = self.threshold + correlation.sqrt() * normal::quantile(confidence);
        normal::cdf(distance / (1.0 - correlation).sqrt())
    }

    /// The probability of at most this share of defaults, in (0, 1).
    pub fn cdf(&self, share: f64) -> f64 {
        let correlation = self.model.correlation();
        normal::cdf(((1.0 - correlation).sqrt() * normal::quantile(share) - self.threshold) / correlation.sqrt())
    }

    /// The mean over the common factor of something of the share of defaults. Kinks, as of tranches, are between nodes: there are many.
    fn mean_of(&self, of: impl Fn(f64) -> f64) -> f64 {
        const NODES: usize = 40_001;
        let nodes = self.model.nodes(NODES);
        nodes.iter().map(|node| node.weight * of(self.model.conditional(self.threshold, node))).sum()
    }

    /// Standard deviation of the share of defaults.
    pub fn deviation(&self) -> f64 {
        let mean = self.probability;
        self.mean_of(|share| (share - mean) * (share - mean)).sqrt()
    }

    /// Expected loss of a tranche of the pool as a fraction of its width; attachment, detachment and the loss given default are fractions.
    ///
    /// # Errors
    /// An attachment that is not below the detachment.
    pub fn tranche_expected_loss(
        &self,
        attachment: f64,
        detachment: f64,
        loss_given_default: f64,
    ) -> Result<f64, Problem> {
        if !(attachment >= 0.0 && attachment < detachment) {
            let text = format!("a tranche from {attachment} to {detachment}: it attaches below where it detaches");
            return Err(Problem::Other(text));
        }
        let width = detachment - attachment;
        Ok(self.mean_of(|share| (share * loss_given_default - attachment).clamp(0.0, width)) / width)
    }
}
