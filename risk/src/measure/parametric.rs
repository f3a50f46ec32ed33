//! Value at risk and expected shortfall from the moments of returns: normal, Cornish-Fisher,
//! exponentially weighted.
//!
//! Figures for the desk's eyes, in floating point; no proof is about them. Returns are fractions or
//! amounts, gains positive; figures are losses, positive. `tail` is one minus the confidence.
//!
//! Sources: Boudt, Peterson, Croux, *Estimation and decomposition of downside risk for portfolios
//! with non-normal returns*, Journal of Risk 11(2), 2008 (Cornish-Fisher value at risk and
//! Edgeworth shortfall); J.P. Morgan, *RiskMetrics Technical Document*, 1996 (exponential weights).

use statrs::distribution::{Continuous, ContinuousCDF, Normal, StudentsT};

use crate::generate::covariance::Covariance;

/// The divisor of a variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Divisor {
    /// n
    Population,
    /// n - 1
    Sample,
}

/// Mean, standard deviation, skewness and excess kurtosis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// the mean
    pub mean: f64,
    /// the standard deviation
    pub deviation: f64,
    /// the skewness, with divisor n
    pub skewness: f64,
    /// the excess kurtosis, with divisor n
    pub excess_kurtosis: f64,
}

/// Value at risk and expected shortfall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// value at risk
    pub value_at_risk: f64,
    /// expected shortfall
    pub expected_shortfall: f64,
}

impl Moments {
    /// Returns the moments of returns; `None` for fewer than two, or if they do not vary.
    pub fn new(returns: &[f64], divisor: Divisor) -> Option<Self> {
        let count = returns.len() as f64;
        if returns.len() < 2 {
            return None;
        }
        let mean = returns.iter().sum::<f64>() / count;
        // Products, and no power of the platform's library: fitted degrees of freedom enter sets.
        let central = |power: usize| {
            let power = |value: &f64| (1..power).fold(value - mean, |product, _| product * (value - mean));
            returns.iter().map(power).sum::<f64>() / count
        };
        let variance = central(2);
        // Returns that are all the same may differ from their rounded mean.
        if variance <= 0.0 || returns.iter().all(|value| *value == returns[0]) {
            return None;
        }
        let divided = match divisor {
            Divisor::Population => variance,
            Divisor::Sample => variance * count / (count - 1.0),
        };
        Some(Self {
            mean,
            deviation: divided.sqrt(),
            skewness: central(3) / (variance * variance.sqrt()),
            excess_kurtosis: central(4) / (variance * variance) - 3.0,
        })
    }
}

/// Under the normal distribution.
pub fn normal(moments: &Moments, tail: f64) -> Figures {
    let standard = Normal::standard();
    let quantile = standard.inverse_cdf(tail);
    Figures {
        value_at_risk: -(moments.mean + moments.deviation * quantile),
        expected_shortfall: -moments.mean + moments.deviation * standard.pdf(quantile) / tail,
    }
}

/// Returns the contribution of each factor to a normal value at risk, by Euler's principle: they
/// sum to it.
/// `means` and the covariance are of unit exposures.
///
/// # Panics
/// If the sizes differ.
pub fn normal_contributions(means: &[f64], covariance: &Covariance, exposures: &[f64], tail: f64) -> Vec<f64> {
    assert!(means.len() == exposures.len() && covariance.size() == exposures.len());
    let marginal: Vec<f64> = (0..exposures.len())
        .map(|i| exposures.iter().enumerate().map(|(j, exposure)| covariance.entry(i, j) * exposure).sum())
        .collect();
    let variance: f64 = marginal.iter().zip(exposures).map(|(marginal, exposure)| marginal * exposure).sum();
    let scale = -Normal::standard().inverse_cdf(tail) / variance.sqrt();
    let parts = means.iter().zip(&marginal).zip(exposures);
    parts.map(|((mean, marginal), exposure)| exposure * (scale * marginal - mean)).collect()
}

/// Cornish-Fisher value at risk, and the shortfall of the Edgeworth expansion beyond it. The
/// expansion can say less than the value at risk far in the tail; then the value at risk is given,
/// as PerformanceAnalytics does.
///
/// Outside the expansion's domain both figures may fall while the confidence rises: see
/// [`cornish_fisher_in_domain`].
pub fn cornish_fisher(moments: &Moments, tail: f64) -> Figures {
    let (quantile, shortfall) = cornish_fisher_standard(moments, tail);
    Figures {
        value_at_risk: -(moments.mean + moments.deviation * quantile),
        expected_shortfall: -moments.mean - moments.deviation * (-shortfall).min(quantile),
    }
}

/// Cornish-Fisher value at risk, and the mean of the expanded quantile beyond it; `None` outside
/// the expansion's domain. Neither figure falls while the confidence rises.
///
/// The domain is where the expanded quantile, a cubic in the normal one, rises everywhere:
/// `a z^2 + b z + c` is never negative for `a = K/8 - S^2/6`, `b = S/3`, `c = 1 - K/8 + 5 S^2/36`
/// (Maillard, *A User's Guide to the Cornish Fisher Expansion*, 2012). The shortfall of the
/// Edgeworth expansion has no such domain: with skewness -0.3 and excess kurtosis 1.5 it falls from
/// 3.5 deviations at 99 % to 0.3 at 99.9 %.
pub fn cornish_fisher_in_domain(moments: &Moments, tail: f64) -> Option<Figures> {
    let (skewness, kurtosis) = (moments.skewness, moments.excess_kurtosis);
    let a = kurtosis / 8.0 - skewness * skewness / 6.0;
    let b = skewness / 3.0;
    let c = 1.0 - kurtosis / 8.0 + 5.0 * skewness * skewness / 36.0;
    // Two negative numbers have a positive product.
    if !(a >= 0.0 && c >= 0.0 && b * b <= 4.0 * a * c) {
        return None;
    }
    let standard = Normal::standard();
    let z = standard.inverse_cdf(tail);
    // The integral of a Hermite polynomial times the density is minus the one before times it.
    let beyond =
        1.0 + z * skewness / 6.0 + (z * z - 1.0) * kurtosis / 24.0 - (2.0 * z * z - 1.0) * skewness * skewness / 36.0;
    Some(Figures {
        expected_shortfall: -moments.mean + moments.deviation * standard.pdf(z) / tail * beyond,
        ..cornish_fisher(moments, tail)
    })
}

/// Returns the quantile of the Cornish-Fisher expansion and the shortfall of the Edgeworth
/// expansion beyond it, a loss, for mean 0 and deviation 1.
fn cornish_fisher_standard(moments: &Moments, tail: f64) -> (f64, f64) {
    let standard = Normal::standard();
    let (skewness, kurtosis) = (moments.skewness, moments.excess_kurtosis);
    let z = standard.inverse_cdf(tail);
    let quantile = z + (z * z - 1.0) * skewness / 6.0 + (z.powi(3) - 3.0 * z) * kurtosis / 24.0
        - (2.0 * z.powi(3) - 5.0 * z) * skewness * skewness / 36.0;
    let density = standard.pdf(quantile);
    let partial = |power: u32| partial_moment(power, quantile);
    let expected = density
        + (partial(4) - 6.0 * partial(2) + 3.0 * density) * kurtosis / 24.0
        + (partial(3) - 3.0 * partial(1)) * skewness / 6.0
        + (partial(6) - 15.0 * partial(4) + 45.0 * partial(2) - 15.0 * density) * skewness * skewness / 72.0;
    (quantile, expected / tail)
}

/// Degrees of freedom from which Student's t is the normal to 2 parts in 100,000, and its quantile
/// is numerically worse.
const NEARLY_NORMAL: f64 = 1e5;

/// Under Student's t with a variance: the location and scale that give the moments. `None` where
/// the degrees of freedom are at most 2, since then there is no variance.
pub fn student_t(moments: &Moments, degrees: f64, tail: f64) -> Option<Figures> {
    if degrees <= 2.0 {
        return None;
    }
    if degrees > NEARLY_NORMAL {
        return Some(normal(moments, tail));
    }
    let distribution = StudentsT::new(0.0, 1.0, degrees).ok()?;
    let quantile = distribution.inverse_cdf(tail);
    let scale = moments.deviation * ((degrees - 2.0) / degrees).sqrt();
    let beyond = distribution.pdf(quantile) * (degrees + quantile * quantile) / ((degrees - 1.0) * tail);
    Some(Figures {
        value_at_risk: -(moments.mean + scale * quantile),
        expected_shortfall: -moments.mean + scale * beyond,
    })
}

/// Degrees of freedom whose excess kurtosis, `6 / (degrees - 4)`, is that of the returns; `None`
/// for returns with tails no heavier than the normal's.
pub fn degrees_of_freedom(moments: &Moments) -> Option<f64> {
    (moments.excess_kurtosis > 0.0).then(|| 4.0 + 6.0 / moments.excess_kurtosis)
}

/// `I^q` of Boudt, Peterson and Croux (2008), appendix B: sums of odd or even powers up to a
/// quantile.
fn partial_moment(power: u32, quantile: f64) -> f64 {
    let standard = Normal::standard();
    let (density, odd) = (standard.pdf(quantile), power % 2);
    // 2 4 6 .. q for an even power, 1 3 5 .. q for an odd one.
    let product =
        |last: u32| (0..=last).filter(|factor| factor % 2 == odd && *factor > 0).map(f64::from).product::<f64>();
    let start = if odd == 0 { product(power) * density } else { -product(power) * standard.cdf(quantile) };
    let first = if odd == 0 { 2 } else { 1 };
    (first..=power).step_by(2).fold(start, |sum, exponent| {
        let exponent_i32 = i32::try_from(exponent).expect("powers up to 6");
        sum + product(power) / product(exponent) * quantile.powi(exponent_i32) * density
    })
}

/// How an exponentially weighted variance begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EwmaStart {
    /// weights `(1 - l) l^k / (1 - l^n)`, which sum to one
    Normalised,
    /// the recursion from the exponentially weighted mean of the first 75 squared returns
    Backcast,
}

/// Exponentially weighted variance for the day after the last return, of mean zero; `None` without
/// returns.
pub fn ewma_variance(returns: &[f64], lambda: f64, start: EwmaStart) -> Option<f64> {
    let squares = || returns.iter().map(|value| value * value);
    let weighted = |squares: &mut dyn Iterator<Item = f64>| {
        let mut weight = 1.0;
        let (mut sum, mut total) = (0.0, 0.0);
        for square in squares {
            sum += weight * square;
            total += weight;
            weight *= lambda;
        }
        sum / total
    };
    if returns.is_empty() {
        return None;
    }
    Some(match start {
        EwmaStart::Normalised => weighted(&mut squares().rev()),
        EwmaStart::Backcast => {
            let first = weighted(&mut squares().take(75));
            squares().fold(first, |variance, square| lambda * variance + (1.0 - lambda) * square)
        }
    })
}

/// Value at risk and shortfall of a variance, normal, of mean zero.
pub fn from_variance(variance: f64, tail: f64) -> Figures {
    let moments = Moments { mean: 0.0, deviation: variance.sqrt(), skewness: 0.0, excess_kurtosis: 0.0 };
    normal(&moments, tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_figures_of_a_standard_normal() {
        let figures = from_variance(1.0, 0.01);
        assert!((figures.value_at_risk - 2.326_347_874).abs() < 1e-8);
        assert!((figures.expected_shortfall - 2.665_214_220).abs() < 1e-8);
    }

    /// Without skewness and excess kurtosis, Cornish-Fisher is the normal.
    #[test]
    fn cornish_fisher_of_normal_moments_is_normal() {
        let moments = Moments { mean: 0.01, deviation: 0.2, skewness: 0.0, excess_kurtosis: 0.0 };
        for tail in [0.01, 0.025, 0.05] {
            let (one, other) = (normal(&moments, tail), cornish_fisher(&moments, tail));
            assert!((one.value_at_risk - other.value_at_risk).abs() < 1e-12);
            assert!((one.expected_shortfall - other.expected_shortfall).abs() < 1e-12);
        }
    }

    /// A coin's returns: value at risk at 95 % was minus twice the book.
    #[test]
    fn outside_its_domain_cornish_fisher_has_no_figures() {
        let of = |skewness, excess_kurtosis| Moments { mean: 0.0, deviation: 0.05, skewness, excess_kurtosis };
        for (skewness, kurtosis) in [(5.0, 60.0), (-3.0, 9.0), (0.0, 8.1), (1.0, 0.0), (0.0, -0.1), (0.5, 40.0)] {
            assert_eq!(cornish_fisher_in_domain(&of(skewness, kurtosis), 0.01), None, "{skewness} {kurtosis}");
        }
        let (found, expected) = (cornish_fisher_in_domain(&of(0.0, 0.0), 0.01).unwrap(), normal(&of(0.0, 0.0), 0.01));
        assert!((found.value_at_risk - expected.value_at_risk).abs() < 1e-12);
        assert!((found.expected_shortfall - expected.expected_shortfall).abs() < 1e-12);
    }

    #[test]
    fn the_shortfall_in_the_domain_is_the_mean_of_the_value_at_risk_beyond() {
        let moments = Moments { mean: 0.01, deviation: 0.2, skewness: -0.3, excess_kurtosis: 1.5 };
        let steps = 200_000;
        let at = |step: i32| 0.01 * (f64::from(step) + 0.5) / f64::from(steps);
        let sum: f64 = (0..steps).map(|step| cornish_fisher(&moments, at(step)).value_at_risk).sum();
        let found = cornish_fisher_in_domain(&moments, 0.01).unwrap().expected_shortfall;
        assert!((found - sum / f64::from(steps)).abs() < 1e-4, "{found}");
    }

    /// Whatever the moments, no figure that is given falls while the confidence rises.
    #[test]
    fn cornish_fisher_figures_never_fall_with_the_confidence() {
        let mut given = 0;
        for skewness in -20..=20 {
            for kurtosis in 0..=40 {
                let (skewness, excess_kurtosis) = (f64::from(skewness) / 10.0, f64::from(kurtosis) / 4.0);
                let moments = Moments { mean: 0.01, deviation: 0.3, skewness, excess_kurtosis };
                let mut last: Option<Figures> = None;
                for tail in [0.9, 0.5, 0.3, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001, 1e-6] {
                    let Some(figures) = cornish_fisher_in_domain(&moments, tail) else { continue };
                    given += 1;
                    assert!(figures.expected_shortfall >= figures.value_at_risk, "{moments:?} {tail}");
                    if let Some(last) = last {
                        assert!(figures.value_at_risk >= last.value_at_risk, "{moments:?} {tail}");
                        assert!(figures.expected_shortfall >= last.expected_shortfall, "{moments:?} {tail}");
                    }
                    last = Some(figures);
                }
            }
        }
        assert!(given > 200, "{given}");
    }

    #[test]
    fn returns_that_do_not_vary_have_no_moments() {
        assert_eq!(Moments::new(&[0.25; 10], Divisor::Sample), None);
        assert_eq!(Moments::new(&[0.1], Divisor::Sample), None);
        assert_eq!(Moments::new(&[0.1; 3], Divisor::Sample), None, "whose mean is not exactly 0.1");
        assert_eq!(ewma_variance(&[], 0.94, EwmaStart::Normalised), None);
    }

    #[test]
    fn student_t_figures_have_the_variance_they_are_given() {
        let moments = Moments { mean: 0.0, deviation: 1.0, skewness: 0.0, excess_kurtosis: 0.0 };
        // The quantile of t4 at 1 % is -3.74694739; times sqrt(1/2).
        let figures = student_t(&moments, 4.0, 0.01).unwrap();
        assert!((figures.value_at_risk - 3.746_947_39 * 0.5f64.sqrt()).abs() < 1e-7);
        // By integration of the density: the mean of the worst hundredth.
        let distribution = StudentsT::new(0.0, 1.0, 4.0).unwrap();
        let steps = 400_000;
        let mean: f64 = (0..steps)
            .map(|step| distribution.inverse_cdf(0.01 * (f64::from(step) + 0.5) / f64::from(steps)))
            .sum::<f64>()
            / f64::from(steps);
        assert!((figures.expected_shortfall + mean * 0.5f64.sqrt()).abs() < 1e-3, "{figures:?} {mean}");
        // Many degrees of freedom: the normal.
        let near = student_t(&moments, 1e7, 0.01).unwrap();
        assert!((near.value_at_risk - normal(&moments, 0.01).value_at_risk).abs() < 1e-4);
        assert_eq!(student_t(&moments, 2.0, 0.01), None);
    }

    #[test]
    fn degrees_of_freedom_have_the_kurtosis_of_the_returns() {
        let moments = |excess_kurtosis| Moments { mean: 0.0, deviation: 1.0, skewness: 0.0, excess_kurtosis };
        assert_eq!(degrees_of_freedom(&moments(6.0)), Some(5.0));
        assert_eq!(degrees_of_freedom(&moments(-0.5)), None);
    }
}
