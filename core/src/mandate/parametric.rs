//! Clauses on parametric figures, exactly: `c sigma - mu <= L` over a public covariance, in
//! integers.
//!
//! With the rows of a covariance set (`tailproof_risk::generate::covariance_set`), all times 2^s:
//! `g_0` is the gain of the mean and `Q = sum_k g_k^2` the variance of a book's gain. With the
//! coefficient `c^2 = C 2^-30`, rounded up, the limit `R = 2^s L + g_0` (in loss units times 2^s)
//! holds if `R >= 0` and `C Q <= 2^30 R^2`.
//!
//! A margin by rule is the same figure with the coefficient 1, exactly, over the rows of a matrix of
//! weights and correlations and a mean of zero (`tailproof_risk::generate::margin`).

use ethnum::I256;
use rust_decimal::Decimal;

use crate::confidence::Confidence;
use crate::distributions::{normal, student_t};
use crate::error::Problem;
use crate::mandate::{LimitUnits, Measure, Method};
use crate::positions::Positions;
use crate::scenarios::set::ScenarioSet;
use crate::text::to_f64;

/// Fractional bits of a squared coefficient.
pub const COEFFICIENT_FRACTION: u32 = 30;
/// Most degrees of freedom of a clause: beyond, the distribution is nearly normal and its quantile
/// numerically worse.
pub const MOST_DEGREES: u32 = 1_000;
/// Relative margin, above the error of double precision.
const MARGIN: f64 = 1e-8;
/// Squared coefficient of a margin, times 2^30: 1, exactly, without a margin of error.
pub const MARGIN_COEFFICIENT: u64 = 1 << COEFFICIENT_FRACTION;
/// Bits of a squared coefficient: coefficients below 32.
pub const COEFFICIENT_BITS: u32 = 40;

/// Returns the squared coefficient of a deviation, times 2^30, rounded up: never looser than the
/// distribution says. For Student's t it multiplies the deviation, not the distribution's scale.
///
/// The quantile is computed in double precision with `libm`, so it is the same on every platform.
/// Its error grows with the degrees of freedom; with at most [`MOST_DEGREES`] it is far below the
/// margin of 10^-8 that is added before rounding.
///
/// # Errors
/// A confidence of a half or less, where the coefficient has no sign that squares keep; one of 32
/// and more.
pub fn squared_coefficient(measure: Measure, method: Method, confidence: Confidence) -> Result<u64, Problem> {
    if confidence.millionths() <= 500_000 {
        return Err(Problem::OutOfRange {
            what: "the confidence of a parametric clause".into(),
            value: confidence.to_decimal().to_string(),
            range: "above 0.5".into(),
        });
    }
    let tail = f64::from(1_000_000 - confidence.millionths()) / 1e6;
    let coefficient = match method {
        Method::Normal | Method::Historical => Some(normal_coefficient(measure, tail)),
        Method::StudentT(degrees) => {
            Some(to_f64(degrees)).filter(|degrees| *degrees > 2.0).map(|degrees| t_coefficient(measure, degrees, tail))
        }
    };
    let squared = coefficient.map_or(f64::NAN, |c| c * c) * f64::from(1u32 << COEFFICIENT_FRACTION) * (1.0 + MARGIN);
    let most = ((1u64 << COEFFICIENT_BITS) - 1) as f64;
    if !(squared > 0.0 && squared.ceil() <= most) {
        return Err(Problem::Coefficient { measure: measure.to_string(), confidence: confidence.to_string() });
    }
    #[allow(clippy::cast_possible_truncation)]
    Ok(squared.ceil() as u64)
}

/// Returns what a deviation is multiplied by under the normal distribution.
fn normal_coefficient(measure: Measure, tail: f64) -> f64 {
    let quantile = normal::quantile(tail);
    if measure == Measure::Cvar { normal::density(quantile) / tail } else { -quantile }
}

/// Returns what a deviation is multiplied by under Student's t, whose scale is
/// `sqrt((degrees - 2) / degrees)` deviations.
fn t_coefficient(measure: Measure, degrees: f64, tail: f64) -> f64 {
    let quantile = student_t::quantile(tail, degrees);
    let scale = ((degrees - 2.0) / degrees).sqrt();
    let beyond = || student_t::density(quantile, degrees) * (degrees + quantile * quantile) / ((degrees - 1.0) * tail);
    scale * if measure == Measure::Cvar { beyond() } else { -quantile }
}

/// Checks that a distribution with these degrees of freedom has a variance.
///
/// # Errors
/// 2 and below, or beyond [`MOST_DEGREES`].
pub fn check_degrees(degrees: Decimal) -> Result<(), Problem> {
    if degrees <= Decimal::TWO || degrees > Decimal::from(MOST_DEGREES) {
        return Err(Problem::OutOfRange {
            what: "the degrees of freedom".into(),
            value: degrees.to_string(),
            range: format!("above 2, where there is a variance, to {MOST_DEGREES}"),
        });
    }
    Ok(())
}

/// Mean and variance of a book's gain, in loss units times 2^s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// gain of the mean
    pub mean: i128,
    /// variance
    pub variance: I256,
    /// s
    pub scale: u32,
}

impl Spread {
    /// Returns the spread of a book over a covariance or a margin's matrix; `None` for sets of
    /// scenarios.
    pub fn new(set: &ScenarioSet, positions: &Positions) -> Option<Self> {
        let scale = set.generator().covariance_scale()?;
        let gain = |row: usize| -> i128 {
            let products = set.row(row).iter().zip(positions.exposures());
            products.map(|(entry, exposure)| i128::from(*entry) * i128::from(*exposure)).sum()
        };
        let square = |row: usize| I256::from(gain(row)) * I256::from(gain(row));
        let variance = (1..set.scenarios()).map(square).fold(I256::ZERO, |sum, square| sum + square);
        Some(Self { mean: gain(0), variance, scale })
    }

    /// Whether `c sigma - mu` is within a limit, exactly.
    pub fn is_within(&self, squared_coefficient: u64, limit: LimitUnits, nav: u64) -> bool {
        let factor = I256::from(LimitUnits::FIGURE_FACTOR);
        let room = (limit.scaled(nav) << self.scale) + factor * I256::from(self.mean);
        let spread = I256::from(squared_coefficient) * self.variance * factor * factor;
        room >= I256::ZERO && spread <= (room * room) << COEFFICIENT_FRACTION
    }

    /// `c sigma - mu` in loss units, as a fraction with a positive denominator, rounded up.
    pub fn figure(&self, squared_coefficient: u64) -> (I256, I256) {
        const EXTRA: u32 = 20;
        let squared = (I256::from(squared_coefficient) * self.variance) << (2 * EXTRA);
        let fraction = COEFFICIENT_FRACTION / 2 + EXTRA;
        let numerator = root_rounded_up(squared) - (I256::from(self.mean) << fraction);
        (numerator, I256::ONE << (fraction + self.scale))
    }
}

/// The least integer whose square is at least a number that is not negative.
fn root_rounded_up(number: I256) -> I256 {
    let (mut low, mut high) = (I256::MINUS_ONE, I256::ONE << 127);
    while high - low > I256::ONE {
        let middle = (low + high) >> 1;
        if middle * middle >= number {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coefficients_are_rounded_up() {
        let confidence = "0.99".parse().unwrap();
        let squared = squared_coefficient(Measure::Var, Method::Normal, confidence).unwrap();
        let quantile = 2.326_347_874_040_841;
        let exact = quantile * quantile * f64::from(1u32 << 30);
        let above = squared as f64 - exact;
        assert!((0.0..=1.0 + exact * MARGIN).contains(&above), "{above}");
        let shortfall = squared_coefficient(Measure::Cvar, Method::Normal, confidence).unwrap();
        let heavy = squared_coefficient(Measure::Var, Method::StudentT(Decimal::from(4)), confidence).unwrap();
        assert!(shortfall > squared && heavy > squared);
        assert!(squared_coefficient(Measure::Var, Method::Normal, "0.5".parse().unwrap()).is_err());
    }

    /// Public inputs are made of these: every platform must find the same integers.
    #[test]
    fn coefficients_are_known_integers() {
        const CONFIDENCES: [&str; 6] = ["0.9", "0.95", "0.975", "0.99", "0.995", "0.999"];
        let degrees = |text: &str| Method::StudentT(text.parse().unwrap());
        let table: [(Measure, Method, [u64; 6]); 14] = [
            (
                Measure::Var,
                Method::Normal,
                [1_763_486_118, 2_905_055_193, 4_124_735_043, 5_810_977_456, 7_124_166_050, 10_253_735_990],
            ),
            (
                Measure::Var,
                degrees("3"),
                [959_999_134, 1_982_241_765, 3_624_939_724, 7_379_463_435, 12_210_671_446, 37_343_545_925],
            ),
            (
                Measure::Var,
                degrees("4"),
                [1_262_033_997, 2_439_955_226, 4_138_548_614, 7_537_460_839, 11_380_423_054, 27_624_447_789],
            ),
            (
                Measure::Var,
                degrees("5"),
                [1_403_316_407, 2_615_905_659, 4_257_101_387, 7_294_628_727, 10_474_250_907, 22_376_250_465],
            ),
            (
                Measure::Var,
                degrees("7.5"),
                [1_554_837_138, 2_770_448_257, 4_285_934_515, 6_820_420_297, 9_217_534_298, 16_881_970_711],
            ),
            (
                Measure::Var,
                degrees("30"),
                [1_720_895_026, 2_886_914_069, 4_179_881_900, 6_051_170_896, 7_578_803_827, 11_484_218_117],
            ),
            (
                Measure::Var,
                degrees("1000"),
                [1_762_286_719, 2_904_624_225, 4_126_468_382, 5_817_991_427, 7_137_134_297, 10_287_408_611],
            ),
            (
                Measure::Cvar,
                Method::Normal,
                [3_307_088_829, 4_568_539_715, 5_868_344_760, 7_627_182_144, 8_980_096_744, 12_173_328_565],
            ),
            (
                Measure::Cvar,
                degrees("3"),
                [3_032_554_418, 5_372_269_988, 9_090_082_705, 17_553_230_154, 28_429_885_625, 84_985_821_367],
            ),
            (
                Measure::Cvar,
                degrees("4"),
                [3_353_672_594, 5_507_425_244, 8_562_284_588, 14_632_148_059, 21_476_706_800, 50_370_755_599],
            ),
            (
                Measure::Cvar,
                degrees("5"),
                [3_414_668_144, 5_381_279_680, 7_989_610_066, 12_771_595_408, 17_757_212_662, 36_377_663_858],
            ),
            (
                Measure::Cvar,
                degrees("7.5"),
                [3_417_391_501, 5_124_231_326, 7_198_188_590, 10_620_804_929, 13_837_159_314, 24_077_992_064],
            ),
            (
                Measure::Cvar,
                degrees("30"),
                [3_341_468_312, 4_701_693_188, 6_159_921_989, 8_229_550_265, 9_900_807_028, 14_138_135_767],
            ),
            (
                Measure::Cvar,
                degrees("1000"),
                [3_308_150_290, 4_572_438_753, 5_876_694_212, 7_644_043_072, 9_005_463_299, 12_225_556_133],
            ),
        ];
        for (measure, method, expected) in table {
            for (confidence, expected) in CONFIDENCES.iter().zip(expected) {
                let found = squared_coefficient(measure, method, confidence.parse().unwrap()).unwrap();
                assert_eq!(found, expected, "{measure} {method:?} {confidence}");
            }
        }
    }

    #[test]
    fn roots_round_up() {
        for (number, root) in
            [(0i64, 0), (1, 1), (2, 2), (4, 2), (5, 3), (1 << 40, 1 << 20), ((1 << 40) + 1, (1 << 20) + 1)]
        {
            assert_eq!(root_rounded_up(I256::from(number)), I256::from(root));
        }
    }

    /// The figure is the least limit: it holds, and one loss unit less does not.
    #[test]
    fn the_figure_is_the_least_limit() {
        for (mean, variance, scale) in
            [(0, 1_000_000, 0), (12_345, 987_654_321, 3), (-7_000, 5_000_000, 7), (90_000, 1, 4)]
        {
            let spread = Spread { mean, variance: I256::from(variance), scale };
            let squared = 5 << 30;
            let (numerator, denominator) = spread.figure(squared);
            let least = (-((-numerator).div_euclid(denominator))).max(I256::ZERO).as_u64();
            let limit = |absolute| LimitUnits { absolute, per_nav: 0 };
            assert!(spread.is_within(squared, limit(least), 0));
            assert!(least == 0 || !spread.is_within(squared, limit(least - 1), 0));
        }
    }
}
