//! Risk weights of the internal-ratings-based approach (Basel II, June 2006, paragraphs 272, 328 to
//! 330): the asymptotic single risk factor at 99.9 %, without the scaling factor of 1.06.

use tailproof_core::distributions::normal;

/// A class of exposures, which gives the correlation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ExposureClass {
    /// corporates with an effective maturity in years
    Corporate {
        /// effective maturity
        maturity: f64,
    },
    /// residential mortgages
    ResidentialMortgage,
    /// qualifying revolving retail
    QualifyingRevolving,
    /// other retail
    OtherRetail,
}

const CONFIDENCE: f64 = 0.999;
/// Least probability of default within a year (paragraphs 285 and 331).
pub const LEAST_PROBABILITY: f64 = 0.0003;

/// `from` at a probability of zero, `to` at one, in between by an exponential.
fn between(probability: f64, decay: f64, from: f64, to: f64) -> f64 {
    let share = (1.0 - libm::exp(-decay * probability)) / (1.0 - libm::exp(-decay));
    to * share + from * (1.0 - share)
}

impl ExposureClass {
    /// The correlation of asset returns.
    pub fn correlation(self, probability: f64) -> f64 {
        match self {
            ExposureClass::Corporate { .. } => between(probability, 50.0, 0.24, 0.12),
            ExposureClass::ResidentialMortgage => 0.15,
            ExposureClass::QualifyingRevolving => 0.04,
            ExposureClass::OtherRetail => between(probability, 35.0, 0.16, 0.03),
        }
    }

    fn maturity_adjustment(self, probability: f64) -> f64 {
        let ExposureClass::Corporate { maturity } = self else { return 1.0 };
        let slope = 0.11852 - 0.05478 * libm::log(probability);
        let slope = slope * slope;
        (1.0 + (maturity - 2.5) * slope) / (1.0 - 1.5 * slope)
    }
}

/// Returns capital as a fraction of the exposure at default: the loss at 99.9 % beyond the expected
/// loss. `probability` is that of a default within a year, from [`LEAST_PROBABILITY`] and below 1:
/// far below, the adjustment for maturity has no meaning.
pub fn capital(class: ExposureClass, probability: f64, loss_given_default: f64) -> f64 {
    let correlation = class.correlation(probability);
    let distance = normal::quantile(probability) + correlation.sqrt() * normal::quantile(CONFIDENCE);
    let stressed = normal::cdf(distance / (1.0 - correlation).sqrt());
    loss_given_default * (stressed - probability) * class.maturity_adjustment(probability)
}

/// The risk weight: 12.5 times the capital.
pub fn risk_weight(class: ExposureClass, probability: f64, loss_given_default: f64) -> f64 {
    12.5 * capital(class, probability, loss_given_default)
}
