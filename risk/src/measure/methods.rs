//! Value at risk and expected shortfall of a book by methods other than order statistics, for
//! comparison. No proof is about them.

use ethnum::I256;
use tailproof_core::measures::{losses, risk_figures};
use tailproof_core::{Amount, Confidence, Positions, ScenarioSet};

use super::parametric::{
    Divisor, EwmaStart, Figures, Moments, cornish_fisher_in_domain, degrees_of_freedom, ewma_variance, from_variance,
    normal, student_t,
};

/// The decay of RiskMetrics for daily returns.
const LAMBDA: f64 = 0.94;

/// How the figures of a book are estimated from its gains in the scenarios.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EstimationMethod {
    /// exact order statistics, the figures that proofs are about
    Historical,
    /// mean and standard deviation, under the normal distribution
    Normal,
    /// corrected for skewness and kurtosis
    CornishFisher,
    /// under Student's t, with degrees of freedom fitted to the kurtosis
    StudentT,
    /// exponentially weighted variance, with mean zero, under the normal distribution
    Ewma,
}

/// Why a method has no figures for a book over a set.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MethodError {
    /// Scenarios do not weigh the same.
    #[error("scenarios of different weights have historical figures only")]
    Weighted,
    /// The book's gains do not vary.
    #[error("the book gains the same in every scenario")]
    NoSpread,
    /// Skewness and kurtosis that the expansion does not hold for.
    #[error(
        "the gains' skewness {skewness:.2} and excess kurtosis {kurtosis:.2} are outside its domain: its figures could \
         fall while the confidence rises"
    )]
    OutsideDomain {
        /// skewness of the gains
        skewness: f64,
        /// their excess kurtosis
        kurtosis: f64,
    },
    /// No degrees of freedom fit.
    #[error("the tails of the gains are no heavier than a normal's: no degrees of freedom fit them")]
    LightTails,
}

/// Returns value at risk and expected shortfall in currency, losses positive.
///
/// # Errors
/// Scenarios or gains that the method has no figures for.
pub fn figures(
    method: EstimationMethod,
    set: &ScenarioSet,
    positions: &Positions,
    confidence: Confidence,
) -> Result<Figures, MethodError> {
    if method == EstimationMethod::Historical {
        let figures = risk_figures(set, positions, confidence);
        return Ok(Figures { value_at_risk: figures.var.to_f64(), expected_shortfall: figures.cvar.to_f64() });
    }
    if set.weights().windows(2).any(|pair| pair[0] != pair[1]) {
        return Err(MethodError::Weighted);
    }
    let tail = f64::from(1_000_000 - confidence.millionths()) / 1e6;
    let unit = positions.unit();
    let gain = |loss: &i128| -Amount::from_loss(I256::from(*loss), I256::ONE, unit).to_f64();
    let gains: Vec<f64> = losses(set, positions).iter().map(gain).collect();
    if method == EstimationMethod::Ewma {
        let variance = ewma_variance(&gains, LAMBDA, EwmaStart::Normalised).filter(|variance| *variance > 0.0);
        return Ok(from_variance(variance.ok_or(MethodError::NoSpread)?, tail));
    }
    let moments = Moments::new(&gains, Divisor::Sample).ok_or(MethodError::NoSpread)?;
    match method {
        EstimationMethod::CornishFisher => {
            let (skewness, kurtosis) = (moments.skewness, moments.excess_kurtosis);
            cornish_fisher_in_domain(&moments, tail).ok_or(MethodError::OutsideDomain { skewness, kurtosis })
        }
        EstimationMethod::StudentT => degrees_of_freedom(&moments)
            .and_then(|degrees| student_t(&moments, degrees, tail))
            .ok_or(MethodError::LightTails),
        _ => Ok(normal(&moments, tail)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::Unit;
    use tailproof_core::scenarios::generator::Generator;

    fn set(weights: Vec<u32>, entries: Vec<i32>) -> ScenarioSet {
        let labels = (0..weights.len()).map(|row| row.to_string()).collect();
        let generator = Generator::Custom { description: "test".into() };
        ScenarioSet::new(generator, vec!["A".into()], labels, None, weights, entries).unwrap()
    }

    #[test]
    fn methods_name_what_they_cannot_estimate() {
        let positions = Positions::new(Unit::CENT, vec![1 << 20], 0).unwrap();
        let of = |method, set: &ScenarioSet| figures(method, set, &positions, "0.99".parse().unwrap());
        let moving = set(vec![1; 4], vec![-1_000, 500, 400, 100]);
        // The worst loss: 1,000 cents.
        assert_eq!(of(EstimationMethod::Historical, &moving).unwrap().value_at_risk, 10.0);
        for method in [EstimationMethod::Normal, EstimationMethod::Ewma] {
            assert!(of(method, &moving).unwrap().value_at_risk > 0.0, "{method:?}");
        }
        let outside = of(EstimationMethod::CornishFisher, &moving).unwrap_err().to_string();
        assert!(outside.contains("kurtosis -0.84") && outside.contains("outside its domain"), "{outside}");
        assert_eq!(of(EstimationMethod::Ewma, &set(vec![1; 2], vec![0, 0])), Err(MethodError::NoSpread));
        assert_eq!(of(EstimationMethod::StudentT, &moving), Err(MethodError::LightTails));
        assert_eq!(of(EstimationMethod::Normal, &set(vec![1; 2], vec![5, 5])), Err(MethodError::NoSpread));
        assert_eq!(of(EstimationMethod::Normal, &set(vec![1, 2], vec![5, 6])), Err(MethodError::Weighted));
    }
}
