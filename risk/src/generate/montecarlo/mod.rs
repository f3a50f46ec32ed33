//! Monte-Carlo scenarios from a price history: the same bytes on every machine.
//!
//! Daily log returns have a mean and a covariance; over a horizon of h days a path has the log
//! return `h mean + sqrt(h) L z`, with L the covariance's Cholesky factor, and the entry is its
//! simple return times 2^20, rounded to the nearest integer, halves away from zero. `z` is standard
//! normal, or Student's t with unit variance (one mixing variable for all factors of a path;
//! McNeil, Frey, Embrechts, *Quantitative Risk Management*, 2005, section 3.2). Fitted degrees of
//! freedom are those whose excess kurtosis, `6 / (nu - 4)`, is the mean of the factors', rounded to
//! two places.
//!
//! Jump diffusion (Merton 1976) adds the sum of a Poisson number of jumps, see [`jumps`].
//!
//! Random numbers are ChaCha20 from a public 32-byte seed. Logarithms, exponentials and
//! trigonometry are those of the `libm` crate; everything else is what IEEE 754 rounds in one way,
//! in one order. So whoever has the prices makes the file again from its header.

mod header;
pub mod jumps;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use tailproof_core::draws::Draws;
use tailproof_core::error::Problem;
use tailproof_core::fixed_point::{FRACTION_BITS, MAX_ENTRY, MAX_SCENARIOS};
use tailproof_core::prices::PriceHistory;
use tailproof_core::scenarios::generator::Jumps;
use tailproof_core::scenarios::set::ScenarioSet;
use tailproof_core::text::{parse_decimal, to_f64};

use crate::generate::covariance::{Covariance, Estimator, Repair, means};
use crate::measure::parametric::{Divisor, Moments};
pub use header::parameters_from;
use jumps::JumpSizes;

/// Longest horizon, in days.
const MOST_DAYS: usize = 10_000;

/// The distribution of a path.
#[derive(Debug, Clone, PartialEq)]
pub enum Model {
    /// geometric Brownian motion
    Normal,
    /// Student's t with these degrees of freedom, as a decimal, or [`FITTED`]
    StudentT(String),
    /// jump diffusion
    Jump(Jumps),
}

/// In place of a number: estimate it from the prices.
pub const FITTED: &str = "fitted";

/// The parameters of a Monte-Carlo set.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters {
    /// the distribution
    pub model: Model,
    /// how the covariance is estimated
    pub estimator: Estimator,
    /// what is done about a covariance that is not positive semidefinite
    pub repair: Option<Repair>,
    /// days of a return
    pub horizon: usize,
    /// whether log returns have no drift, in place of their own mean
    pub zero_drift: bool,
    /// number of paths
    pub paths: usize,
    /// whether every second path is the one before with `z` negated
    pub antithetic: bool,
    /// the public seed
    pub seed: [u8; 32],
}

/// Makes a Monte-Carlo set. The digest in its header is over all prices.
///
/// # Errors
/// Fewer than three prices; prices that do not move; no paths, or an odd number of antithetic ones;
/// degrees of freedom of 2 or less, where there is no variance; a covariance that is not positive
/// semidefinite; a move beyond ±800 %.
pub fn montecarlo(prices: &PriceHistory, parameters: &Parameters) -> Result<ScenarioSet, Problem> {
    prices.check_plain_moves("monte-carlo")?;
    check_sizes(prices, parameters)?;
    let fitted = Fitted::new(prices, parameters)?;
    let entries = fitted.draw(prices, parameters)?;
    let labels = (1..=parameters.paths).map(|path| format!("path {path}")).collect();
    let last_prices = prices.row(prices.len() - 1).iter().map(|price| price.normalize().to_string()).collect();
    let generator = header::generator(prices, parameters, fitted.degrees);
    let weights = vec![1; parameters.paths];
    ScenarioSet::new(generator, prices.factors().to_vec(), labels, Some(last_prices), weights, entries)
}

fn out_of_range(what: &str, value: impl ToString, range: &str) -> Problem {
    Problem::OutOfRange { what: what.into(), value: value.to_string(), range: range.into() }
}

fn check_sizes(prices: &PriceHistory, parameters: &Parameters) -> Result<(), Problem> {
    let Parameters { horizon, paths, antithetic, .. } = *parameters;
    if !(1..=MOST_DAYS).contains(&horizon) {
        return Err(out_of_range("the horizon", horizon, &format!("1 to {MOST_DAYS} days")));
    }
    if paths == 0 || paths > MAX_SCENARIOS || (antithetic && paths % 2 == 1) {
        let range = format!("1 to {MAX_SCENARIOS}, and even with antithetic paths");
        return Err(out_of_range("the number of paths", paths, &range));
    }
    if prices.len() < 3 {
        return Err(Problem::TooFewPrices { have: prices.len(), need: 3, scenarios: paths, horizon });
    }
    Ok(())
}

/// A model with its numbers.
struct Fitted {
    /// of a day
    drift: Vec<f64>,
    /// of the covariance of a day, lower triangular, row-major
    factor: Vec<f64>,
    /// of Student's t
    degrees: Option<f64>,
    jumps: Option<JumpSizes>,
    /// of the correlation of jumps, lower triangular, row-major; empty without jumps
    correlation: Vec<f64>,
}

impl Fitted {
    fn new(prices: &PriceHistory, parameters: &Parameters) -> Result<Self, Problem> {
        let Parameters { model, estimator, repair, horizon, zero_drift, .. } = parameters;
        let returns = prices.log_returns()?;
        let whole = Covariance::estimate(&returns, *estimator)?;
        whole.check_moves(prices.factors())?;
        let degrees = match model {
            Model::StudentT(text) => Some(degrees_from(text, &returns)?),
            _ => None,
        };
        let jumps = match model {
            Model::Jump(jumps) => Some(JumpSizes::new(jumps, &returns, *horizon)?),
            _ => None,
        };
        let (covariance, drift) = match jumps.as_ref().and_then(JumpSizes::calm) {
            Some(calm) => (Covariance::estimate(calm, *estimator)?, means(calm)),
            None => (whole.clone(), means(&returns)),
        };
        let drift = if *zero_drift { vec![0.0; drift.len()] } else { drift };
        let repaired =
            |covariance: &Covariance| repair.map_or(covariance.clone(), |repair| covariance.repaired(repair));
        let factor = repaired(&covariance).factor()?;
        let correlation = match &jumps {
            Some(_) => repaired(&whole.correlation()).factor()?,
            None => Vec::new(),
        };
        Ok(Self { drift, factor, degrees, jumps, correlation })
    }

    /// Returns the entries of all paths, row-major.
    ///
    /// # Errors
    /// A move beyond ±800 %.
    fn draw(&self, prices: &PriceHistory, parameters: &Parameters) -> Result<Vec<i32>, Problem> {
        let size = self.drift.len();
        let days = parameters.horizon as f64;
        let root = days.sqrt();
        let mut draws = Draws::new(ChaCha20Rng::from_seed(parameters.seed));
        let mut entries = Vec::with_capacity(parameters.paths * size);
        let mut path: Vec<f64> = Vec::with_capacity(size);
        for index in 0..parameters.paths {
            if parameters.antithetic && index % 2 == 1 {
                path.iter_mut().for_each(|value| *value = -*value);
            } else {
                self.shock(&mut draws, &mut path);
            }
            let jump = self.jumps.as_ref().map(|jumps| jumps.draw(&mut draws, &self.correlation));
            for row in 0..size {
                let shock: f64 = (0..=row).map(|column| self.factor[row * size + column] * path[column]).sum();
                let jumped = jump.as_ref().map_or(0.0, |jump| jump[row]);
                let value = libm::expm1(days * self.drift[row] + root * shock + jumped);
                entries.push(entry(value).ok_or_else(|| {
                    let what = format!("the move of '{}' on path {}", prices.factors()[row], index + 1);
                    out_of_range(&what, format!("{:.0} %", value * 100.0), "-800 % to 800 %")
                })?);
            }
        }
        Ok(entries)
    }

    /// Draws `z`, one number for each factor.
    fn shock(&self, draws: &mut Draws, path: &mut Vec<f64>) {
        path.clear();
        path.extend((0..self.drift.len()).map(|_| draws.normal()));
        if let Some(degrees) = self.degrees {
            let chi_squared = 2.0 * draws.gamma(degrees / 2.0);
            let scale = ((degrees - 2.0) / chi_squared).sqrt();
            path.iter_mut().for_each(|value| *value *= scale);
        }
    }
}

/// Returns the entry of a simple return, if it has one.
fn entry(value: f64) -> Option<i32> {
    let scaled = libm::round(value * f64::from(1u32 << FRACTION_BITS));
    #[allow(clippy::cast_possible_truncation)]
    (scaled.abs() <= MAX_ENTRY as f64).then_some(scaled as i32)
}

/// Returns degrees of freedom that are given, or fitted to returns.
fn degrees_from(text: &str, returns: &[Vec<f64>]) -> Result<f64, Problem> {
    if text == FITTED {
        let factors = returns[0].len();
        let kurtosis = |factor: usize| {
            let column: Vec<f64> = returns.iter().map(|row| row[factor]).collect();
            Moments::new(&column, Divisor::Population).map_or(0.0, |moments| moments.excess_kurtosis)
        };
        let mean = (0..factors).map(kurtosis).sum::<f64>() / factors as f64;
        if mean <= 0.0 {
            return Err(Problem::NoHeavyTails);
        }
        return Ok(libm::round((4.0 + 6.0 / mean).min(1e6) * 100.0) / 100.0);
    }
    let degrees = to_f64(parse_decimal(text)?);
    if !(degrees > 2.0 && degrees <= 1e6) {
        return Err(out_of_range("the degrees of freedom", text, "above 2, where there is a variance, to 10^6"));
    }
    Ok(degrees)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::scenarios::file as scenario_file;
    use tailproof_core::scenarios::generator::Generator;

    fn prices() -> PriceHistory {
        let mut text = String::from("date,A,B,C\n");
        let (mut a, mut b, mut c) = (100.0, 50.0, 20.0);
        for day in 0..250 {
            let date = jiff::civil::date(2023, 1, 1) + jiff::Span::new().days(day);
            text.push_str(&format!("{date},{a:.4},{b:.4},{c:.4}\n"));
            let (x, y) = (f64::from(day * 37 % 41 - 20) / 1000.0, f64::from(day * 53 % 31 - 15) / 1000.0);
            (a, b, c) = (a * (1.0 + x), b * (1.0 + 0.5 * x + 0.5 * y), c * (1.0 - y));
        }
        crate::csv::read_prices("p.csv", text.as_bytes()).unwrap()
    }

    fn parameters() -> Parameters {
        let (model, estimator) = (Model::Normal, Estimator::Sample);
        Parameters {
            model,
            estimator,
            repair: None,
            horizon: 1,
            zero_drift: false,
            paths: 20_000,
            antithetic: false,
            seed: [7; 32],
        }
    }

    fn made(parameters: &Parameters) -> ScenarioSet {
        montecarlo(&prices(), parameters).unwrap()
    }

    /// Moves of a factor, as fractions.
    fn column(set: &ScenarioSet, factor: usize) -> Vec<f64> {
        (0..set.scenarios()).map(|t| f64::from(set.row(t)[factor]) / f64::from(1 << 20)).collect()
    }

    fn moments(values: &[f64]) -> crate::measure::parametric::Moments {
        crate::measure::parametric::Moments::new(values, crate::measure::parametric::Divisor::Population).unwrap()
    }

    #[test]
    fn simulated_log_returns_have_the_mean_and_covariance_they_were_made_from() {
        let returns = prices().log_returns().unwrap();
        let expected = Covariance::estimate(&returns, Estimator::Sample).unwrap();
        let models = [Model::Normal, Model::StudentT("5".into())];
        for (model, antithetic, horizon) in [(0, false, 1), (0, true, 1), (0, false, 10), (1, false, 1), (1, true, 4)] {
            let set = made(&Parameters { model: models[model].clone(), antithetic, horizon, ..parameters() });
            let logs: Vec<Vec<f64>> = (0..set.scenarios())
                .map(|t| set.row(t).iter().map(|entry| (1.0 + f64::from(*entry) / f64::from(1 << 20)).ln()).collect())
                .collect();
            let simulated = Covariance::estimate(&logs, Estimator::Sample).unwrap();
            let days = f64::from(u32::try_from(horizon).unwrap());
            for i in 0..3 {
                let (mean, deviation) = (means(&logs)[i], (days * expected.entry(i, i)).sqrt());
                assert!((mean - days * means(&returns)[i]).abs() < 4.0 * deviation / 140.0, "mean of factor {i}");
                for j in 0..3 {
                    let scale = days * (expected.entry(i, i) * expected.entry(j, j)).sqrt();
                    let error = (simulated.entry(i, j) - days * expected.entry(i, j)) / scale;
                    assert!(error.abs() < 0.06, "covariance of {i} and {j}: {error}");
                }
            }
        }
    }

    #[test]
    fn student_t_has_heavier_tails_than_normal_at_the_same_variance() {
        let kurtosis = |model| moments(&column(&made(&Parameters { model, ..parameters() }), 0)).excess_kurtosis;
        let (normal, heavy) = (kurtosis(Model::Normal), kurtosis(Model::StudentT("5".into())));
        assert!(normal.abs() < 0.2 && heavy > 2.0, "{normal} {heavy}");
    }

    #[test]
    fn antithetic_paths_mirror_the_one_before() {
        let set = made(&Parameters { antithetic: true, paths: 10, ..parameters() });
        let drift = means(&prices().log_returns().unwrap());
        for pair in 0..5 {
            for (factor, drift) in drift.iter().enumerate() {
                let log = |t: usize| (1.0 + f64::from(set.row(t)[factor]) / f64::from(1 << 20)).ln();
                assert!((log(2 * pair) + log(2 * pair + 1) - 2.0 * drift).abs() < 1e-5);
            }
        }
    }

    /// The bytes are part of what a claim names: another machine, compiler or optimisation level
    /// makes the same.
    #[test]
    fn the_file_of_a_seed_is_known() {
        let digest = |parameters: &Parameters| hex::encode(scenario_file::digest(&made(parameters)));
        let small = Parameters { paths: 100, ..parameters() };
        assert_eq!(digest(&small), "268fa4a11c0258dca731a5eb03b75cdc37a57367c7b027a1c1db4242dcfc1028");
        let heavy = Parameters {
            model: Model::StudentT("4.5".into()),
            estimator: Estimator::LedoitWolf,
            antithetic: true,
            horizon: 10,
            ..small.clone()
        };
        assert_eq!(digest(&heavy), "38c383f76589f967d880742beb9a7e9914e99b745227740bbaa4e4edb4404a32");
        assert_ne!(digest(&Parameters { seed: [8; 32], ..small.clone() }), digest(&small));
        // And the header says how to make it again.
        let set = made(&heavy);
        assert_eq!(parameters_from(set.generator(), set.scenarios()).unwrap(), Some(heavy));
    }

    #[test]
    fn what_cannot_be_simulated_is_refused_by_name() {
        let refused = |parameters: &Parameters, text: &str| {
            let prices = crate::csv::read_prices("p.csv", text.as_bytes()).unwrap();
            montecarlo(&prices, parameters).unwrap_err().to_string()
        };
        let moving = "date,A\n2024-01-01,1\n2024-01-02,2\n2024-01-03,1.5\n";
        let with = |change: fn(&mut Parameters)| {
            let mut changed = parameters();
            change(&mut changed);
            refused(&changed, moving)
        };
        assert!(with(|p| p.model = Model::StudentT("2".into())).contains("above 2"));
        assert!(with(|p| p.model = Model::StudentT("x".into())).contains("not a decimal"));
        assert!(with(|p| p.paths = 0).contains("paths"));
        assert!(with(|p| (p.paths, p.antithetic) = (3, true)).contains("even"));
        assert!(with(|p| p.horizon = 0).contains("horizon"));
        assert!(refused(&parameters(), "date,A\n2024-01-01,1\n2024-01-02,2\n").contains("price rows"));
        let still = "date,A,B\n2024-01-01,1,5\n2024-01-02,2,5\n2024-01-03,1.5,5\n";
        assert!(refused(&parameters(), still).contains("'B' do not move"));
        let wild = "date,A\n2024-01-01,1\n2024-01-02,1000\n2024-01-03,1\n2024-01-04,900\n";
        assert!(refused(&parameters(), wild).contains("800 %"));
    }

    fn jumps(intensity: &str, mean: &str, volatility: &str) -> Model {
        let text = |text: &str| text.to_owned();
        Model::Jump(Jumps { intensity: text(intensity), mean: text(mean), volatility: text(volatility) })
    }

    /// Mean and variance of a compound Poisson sum beside those of the diffusion (Merton 1976).
    #[test]
    fn jumps_add_their_mean_and_variance() {
        let plain = made(&parameters());
        let with = made(&Parameters { model: jumps("0.2", "-0.05", "0.03"), ..parameters() });
        for factor in 0..3 {
            let log =
                |set: &ScenarioSet| moments(&column(set, factor).iter().map(|value| value.ln_1p()).collect::<Vec<_>>());
            let (before, after) = (log(&plain), log(&with));
            let (mean, variance) = (after.mean - before.mean, after.deviation.powi(2) - before.deviation.powi(2));
            assert!((mean + 0.2 * 0.05).abs() < 1e-3, "{mean}");
            assert!((variance / (0.2 * (0.05f64.powi(2) + 0.03f64.powi(2))) - 1.0).abs() < 0.1, "{variance}");
        }
        // A seed's file, the same on every machine.
        let small = Parameters { model: jumps("0.2", "-0.05", "0.03"), paths: 100, ..parameters() };
        let digest = hex::encode(scenario_file::digest(&made(&small)));
        assert_eq!(digest, "e30fef74ace09d9384ed5ad10f4267fb346e8f8d5f98244249a76cda0c9f430e");
        let again = parameters_from(made(&small).generator(), 100).unwrap();
        assert_eq!(again, Some(small));
    }

    #[test]
    fn degrees_and_jumps_are_fitted_to_heavy_tails() {
        let mut text = String::from("date,A,B\n");
        let (mut a, mut b) = (100.0, 50.0);
        for day in 0..400 {
            let date = jiff::civil::date(2022, 1, 1) + jiff::Span::new().days(day);
            text.push_str(&format!("{date},{a:.4},{b:.4}\n"));
            let crash = if day % 100 == 50 { -0.08 } else { 0.0 };
            let (x, y) = (f64::from(day * 37 % 41 - 20) / 2000.0, f64::from(day * 53 % 31 - 15) / 2000.0);
            (a, b) = (a * (1.0 + x + crash), b * (1.0 + y + 1.5 * crash));
        }
        let prices = crate::csv::read_prices("p.csv", text.as_bytes()).unwrap();
        let model = |model: Model| montecarlo(&prices, &Parameters { model, ..parameters() });
        let fitted = model(Model::StudentT(FITTED.into())).unwrap();
        let Generator::MonteCarlo { degrees_of_freedom: Some(degrees), .. } = fitted.generator() else {
            panic!("{:?}", fitted.generator())
        };
        assert!((4.0..6.0).contains(&degrees.parse::<f64>().unwrap()), "{degrees}");
        // Four crashes of 8 % in 399 days: about one day in a hundred, and falls of that size are
        // among the paths.
        let set = model(jumps(FITTED, FITTED, FITTED)).unwrap();
        let falls = column(&set, 0).iter().filter(|value| **value < -0.05).count();
        assert!((120..320).contains(&falls), "{falls}");
        assert!(column(&set, 1).iter().any(|value| *value < -0.1));
        // Prices whose returns are all alike have no jumps to fit, and no heavy tails.
        for calm in [jumps(FITTED, "0", "0"), Model::StudentT(FITTED.into())] {
            let refused = montecarlo(&self::prices(), &Parameters { model: calm, ..parameters() });
            assert!(refused.unwrap_err().to_string().contains("fit"));
        }
        assert!(model(jumps("2", "0", "0")).is_err() && model(jumps("0.1", "x", "0")).is_err());
    }
}
