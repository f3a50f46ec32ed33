//! Sample quantiles and shortfalls as other libraries define them, on floating-point samples.
//!
//! Tailproof proves one convention (see [`tailproof_core::measures`]); these functions exist to
//! compare figures with systems that use another. All take *returns* (gains positive) and give
//! *losses positive*.

/// The nine sample quantile definitions of Hyndman and Fan (1996), under R's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantileType {
    /// inverse of the empirical distribution function
    InverseCdf = 1,
    /// as 1, averaged at discontinuities
    AveragedInverseCdf = 2,
    /// nearest order statistic, ties to the even one
    ClosestObservation = 3,
    /// linear interpolation of the empirical distribution function
    InterpolatedInverseCdf = 4,
    /// Hazen: piecewise linear with knots at midpoints
    Hazen = 5,
    /// Weibull
    Weibull = 6,
    /// R's and numpy's default
    Linear = 7,
    /// approximately median-unbiased
    MedianUnbiased = 8,
    /// approximately unbiased for the normal distribution
    NormalUnbiased = 9,
}

impl QuantileType {
    /// All nine, in order.
    pub const ALL: [QuantileType; 9] = [
        QuantileType::InverseCdf,
        QuantileType::AveragedInverseCdf,
        QuantileType::ClosestObservation,
        QuantileType::InterpolatedInverseCdf,
        QuantileType::Hazen,
        QuantileType::Weibull,
        QuantileType::Linear,
        QuantileType::MedianUnbiased,
        QuantileType::NormalUnbiased,
    ];
}

/// The quantile that an expected shortfall looks beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threshold {
    /// a lower quantile of returns
    OfReturns(QuantileType),
    /// the upper quantile of losses: [`value_at_risk_of_losses`]
    OfLosses,
}

impl Threshold {
    /// As a return.
    fn value(self, returns: &[f64], confidence: f64) -> f64 {
        match self {
            Threshold::OfReturns(kind) => quantile(returns, 1.0 - confidence, kind),
            Threshold::OfLosses => -value_at_risk_of_losses(returns, confidence),
        }
    }
}

/// Which observations an expected shortfall averages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShortfallTail {
    /// the `ceil(alpha n)` worst, the quantile observation included
    WorstCount,
    /// those strictly worse than a threshold
    StrictlyBeyond(Threshold),
    /// those at least as bad as a threshold
    AtLeast(Threshold),
    /// Rockafellar-Uryasev: the `alpha n` worst, the last with its fractional weight; the one
    /// Tailproof proves
    Fractional,
}

/// `alpha * n` with the rounding error of the product removed: `0.05 * 1000` is 50, not
/// 50.000000000000004.
fn tail_count(alpha: f64, n: usize) -> f64 {
    let product = alpha * n as f64;
    let nearest = product.round();
    if (product - nearest).abs() < 1e-9 * product.abs().max(1.0) { nearest } else { product }
}

fn sorted(sample: &[f64]) -> Vec<f64> {
    let mut sorted = sample.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// The `p`-quantile of a sample, 0 <= p <= 1, of a non-empty sample.
///
/// # Panics
/// On an empty sample.
#[allow(clippy::cast_possible_truncation)]
pub fn quantile(sample: &[f64], p: f64, kind: QuantileType) -> f64 {
    let x = sorted(sample);
    let n = x.len();
    // 1-based order statistic, clamped.
    let order = |k: f64| x[(k.max(1.0) as usize).min(n) - 1];
    let np = tail_count(p, n);
    match kind {
        QuantileType::InverseCdf => order(np.ceil()),
        QuantileType::AveragedInverseCdf => {
            if np.fract() == 0.0 {
                0.5 * (order(np) + order(np + 1.0))
            } else {
                order(np.ceil())
            }
        }
        QuantileType::ClosestObservation => {
            let (j, g) = ((np - 0.5).floor(), (np - 0.5).fract());
            if g == 0.0 && (j as u64).is_multiple_of(2) { order(j) } else { order(j + 1.0) }
        }
        _ => {
            let n = n as f64;
            // position h = (n + c) p + d of Hyndman and Fan, table 1
            let h = match kind {
                QuantileType::InterpolatedInverseCdf => np,
                QuantileType::Hazen => np + 0.5,
                QuantileType::Weibull => (n + 1.0) * p,
                QuantileType::Linear => (n - 1.0) * p + 1.0,
                QuantileType::MedianUnbiased => (n + 1.0 / 3.0) * p + 1.0 / 3.0,
                _ => (n + 0.25) * p + 0.375,
            };
            let below = (h + 4.0 * f64::EPSILON).floor();
            let weight = (h - below).max(0.0);
            order(below) + weight * (order(below + 1.0) - order(below))
        }
    }
}

/// Historical value at risk: the negated `1 - confidence` quantile of returns.
pub fn value_at_risk_of_returns(returns: &[f64], confidence: f64, kind: QuantileType) -> f64 {
    -quantile(returns, 1.0 - confidence, kind)
}

/// The upper quantile of losses: `inf { v : P(loss > v) <= 1 - confidence }`, the convention
/// Tailproof proves.
pub fn value_at_risk_of_losses(returns: &[f64], confidence: f64) -> f64 {
    let losses: Vec<f64> = returns.iter().map(|value| -value).collect();
    quantile(&losses, confidence, QuantileType::InverseCdf)
}

/// Historical expected shortfall under a convention.
///
/// # Panics
/// On an empty sample.
#[allow(clippy::cast_possible_truncation)]
pub fn expected_shortfall_of_returns(returns: &[f64], confidence: f64, tail: ShortfallTail) -> f64 {
    let alpha = 1.0 - confidence;
    let x = sorted(returns);
    let mean = |values: &[f64]| -(values.iter().sum::<f64>() / values.len() as f64);
    let count = tail_count(alpha, x.len());
    match tail {
        ShortfallTail::WorstCount => mean(&x[..(count.ceil() as usize).clamp(1, x.len())]),
        ShortfallTail::StrictlyBeyond(threshold) => {
            let threshold = threshold.value(returns, confidence);
            mean(&x[..x.partition_point(|value| *value < threshold).max(1)])
        }
        ShortfallTail::AtLeast(threshold) => {
            let threshold = threshold.value(returns, confidence);
            mean(&x[..x.partition_point(|value| *value <= threshold).max(1)])
        }
        ShortfallTail::Fractional => {
            let whole = (count.floor() as usize).min(x.len());
            let rest = count - whole as f64;
            let partial = if rest > 0.0 { rest * x[whole.min(x.len() - 1)] } else { 0.0 };
            -(x[..whole].iter().sum::<f64>() + partial) / count
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integral_tails_are_not_moved_by_rounding() {
        let returns: Vec<f64> = (0..1000).map(|i| f64::from(i) / 1000.0).collect();
        // 50th smallest, not 51st: 0.05 * 1000 is 50.00000000000004 in floating point.
        assert_eq!(value_at_risk_of_returns(&returns, 0.95, QuantileType::InverseCdf), -0.049);
        assert_eq!(value_at_risk_of_losses(&returns, 0.95), -0.050);
    }

    #[test]
    fn two_points_interpolate_linearly() {
        for (p, expected) in [(0.0, 1.0), (0.3, 1.3), (1.0, 2.0)] {
            assert!((quantile(&[1.0, 2.0], p, QuantileType::Linear) - expected).abs() < 1e-12);
        }
    }
}
