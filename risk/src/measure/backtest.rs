//! Backtests of value at risk: do losses exceed it as often, and as independently, as its
//! confidence says?
//!
//! An *exceedance* is a day whose return is below minus the value at risk stated for it. Sources:
//! Kupiec, *Techniques for Verifying the Accuracy of Risk Measurement Models*, Journal of
//! Derivatives 3(2), 1995; Christoffersen, *Evaluating Interval Forecasts*, International Economic
//! Review 39(4), 1998; Basel Committee, *Supervisory framework for the use of "backtesting"*, 1996
//! (now MAR99). Likelihoods are logarithms: as products of powers they underflow beyond a few
//! thousand days.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use statrs::distribution::{Binomial, ChiSquared, ContinuousCDF, Discrete, DiscreteCDF, Normal};

use tailproof_core::confidence::Confidence;
use tailproof_core::error::Problem;

/// A likelihood-ratio statistic and the probability of a larger one if the model is right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Test {
    /// the statistic
    pub likelihood_ratio: f64,
    /// its p-value
    pub p_value: f64,
}

impl Test {
    fn new(likelihood_ratio: f64, degrees: u32) -> Self {
        // Rounding may leave a tiny negative number where both likelihoods are the same.
        let likelihood_ratio = likelihood_ratio.max(0.0);
        let distribution = ChiSquared::new(f64::from(degrees)).expect("positive degrees of freedom");
        Self { likelihood_ratio, p_value: distribution.sf(likelihood_ratio) }
    }
}

/// Zones of the Basel traffic light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// so few exceedances in less than 95 % of samples of a right model
    Green,
    /// in 95 % and more
    Yellow,
    /// in 99.99 % and more
    Red,
}

impl std::fmt::Display for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Zone::Green => "green",
            Zone::Yellow => "yellow",
            Zone::Red => "red",
        })
    }
}

/// The traffic light.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrafficLight {
    /// the zone
    pub zone: Zone,
    /// probability of so many exceedances or fewer, if the model is right
    pub cumulative_probability: f64,
}

/// How often a day with or without an exceedance follows one with or without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Transitions {
    /// none after none
    pub none_none: u64,
    /// an exceedance after none
    pub none_one: u64,
    /// none after an exceedance
    pub one_none: u64,
    /// an exceedance after one
    pub one_one: u64,
}

/// A record of days on which value at risk was exceeded or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Backtest {
    exceeded: Vec<bool>,
    days: Vec<Day>,
    confidence: Confidence,
}

/// Returns `k ln p`, with `0 ln 0 = 0`.
fn term(count: u64, probability: f64) -> f64 {
    if count == 0 { 0.0 } else { count as f64 * probability.ln() }
}

/// Log-likelihood of `hits` in `hits + misses` draws of a probability.
fn log_likelihood(hits: u64, misses: u64, probability: f64) -> f64 {
    term(hits, probability) + term(misses, 1.0 - probability)
}

fn share(hits: u64, misses: u64) -> f64 {
    if hits + misses == 0 { 0.0 } else { hits as f64 / (hits + misses) as f64 }
}

/// Returns the test of the proportion of failures (Kupiec 1995): does the share of exceedances fit
/// the confidence?
pub fn proportion_of_failures(observations: u64, exceedances: u64, probability: f64) -> Test {
    let misses = observations - exceedances;
    let observed = share(exceedances, misses);
    let ratio = log_likelihood(exceedances, misses, observed) - log_likelihood(exceedances, misses, probability);
    Test::new(2.0 * ratio, 1)
}

/// The binomial test: the standardised number of exceedances, and the normal probability of a
/// larger one.
pub fn binomial_test(observations: u64, exceedances: u64, probability: f64) -> (f64, f64) {
    let days = observations as f64;
    let score = (exceedances as f64 - days * probability) / (days * probability * (1.0 - probability)).sqrt();
    (score, Normal::standard().sf(score))
}

/// The exact two-sided binomial test: the probability of all numbers of exceedances that are no
/// likelier than the one observed, up to rounding (one part in 10^7, as R's `binom.test`).
pub fn exact_binomial_test(observations: u64, exceedances: u64, probability: f64) -> f64 {
    let distribution = Binomial::new(probability, observations).expect("a probability between 0 and 1");
    let limit = distribution.pmf(exceedances) * (1.0 + 1e-7);
    let likelihoods = (0..=observations).map(|count| distribution.pmf(count));
    likelihoods.filter(|likelihood| *likelihood <= limit).sum::<f64>().min(1.0)
}

/// Independence (Christoffersen 1998): is an exceedance as likely after one as after none?
pub fn independence(transitions: Transitions) -> Test {
    let Transitions { none_none, none_one, one_none, one_one } = transitions;
    let (after_none, after_one) = (share(none_one, none_none), share(one_one, one_none));
    let always = share(none_one + one_one, none_none + one_none);
    let apart = log_likelihood(none_one, none_none, after_none) + log_likelihood(one_one, one_none, after_one);
    Test::new(2.0 * (apart - log_likelihood(none_one + one_one, none_none + one_none, always)), 1)
}

/// The traffic light (Basel Committee 1996), for any number of days and any confidence.
pub fn traffic_light(observations: u64, exceedances: u64, probability: f64) -> TrafficLight {
    let distribution = Binomial::new(probability, observations).expect("a probability between 0 and 1");
    let cumulative_probability = distribution.cdf(exceedances);
    let zone = match cumulative_probability {
        share if share >= 0.9999 => Zone::Red,
        share if share >= 0.95 => Zone::Yellow,
        _ => Zone::Green,
    };
    TrafficLight { zone, cumulative_probability }
}

/// The multiplier of the rule (MAR99, table 2) for 250 days at 99 %: 3 and its increase. It is
/// defined for no other record.
pub fn basel_multiplier(observations: u64, exceedances: u64, confidence: Confidence) -> Option<f64> {
    const INCREASES: [f64; 11] = [0.0, 0.0, 0.0, 0.0, 0.0, 0.4, 0.5, 0.65, 0.75, 0.85, 1.0];
    let defined =
        observations == 250 && confidence == Confidence::from_millionths(990_000).expect("99 % is a confidence");
    let place = usize::try_from(exceedances).unwrap_or(usize::MAX).min(10);
    defined.then(|| 3.0 + INCREASES[place])
}

/// A day of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Day {
    /// return, or profit and loss
    pub gain: f64,
    /// value at risk stated for the day
    pub value_at_risk: f64,
}

impl Backtest {
    /// A record.
    ///
    /// # Errors
    /// No days.
    pub fn new(exceeded: Vec<bool>, confidence: Confidence) -> Result<Self, Problem> {
        if exceeded.is_empty() {
            return Err(Problem::Empty("a backtest needs days".into()));
        }
        Ok(Self { exceeded, days: Vec::new(), confidence })
    }

    /// Returns each day's gain and value at risk, for pictures; empty if the record has no amounts.
    pub fn days(&self) -> &[Day] {
        &self.days
    }

    /// Whether each day was an exceedance.
    pub fn exceeded(&self) -> &[bool] {
        &self.exceeded
    }

    /// Returns the record of a ledger: for each day that is due, its date and whether the loss
    /// exceeded the figure.
    ///
    /// # Errors
    /// No day.
    pub fn from_days(days: &[(&str, bool)], confidence: Confidence) -> Result<Self, Problem> {
        Self::new(days.iter().map(|(_, exceeded)| *exceeded).collect(), confidence)
    }

    /// Returns the record of a table: for each day its return, or profit and loss, and the value at
    /// risk stated for it, positive for a loss, in the same unit.
    ///
    /// # Errors
    /// No day.
    pub fn from_gains(days: &[(Decimal, Decimal)], confidence: Confidence) -> Result<Self, Problem> {
        let record = Self::new(days.iter().map(|(gain, value_at_risk)| *gain < -*value_at_risk).collect(), confidence)?;
        let number = |value: &Decimal| value.to_f64().unwrap_or(f64::NAN);
        let day = |(gain, value_at_risk): &(Decimal, Decimal)| Day {
            gain: number(gain),
            value_at_risk: number(value_at_risk),
        };
        Ok(Self { days: days.iter().map(day).collect(), ..record })
    }

    /// Number of days.
    pub fn observations(&self) -> u64 {
        self.exceeded.len() as u64
    }

    /// Number of exceedances.
    pub fn exceedances(&self) -> u64 {
        self.exceeded.iter().filter(|exceeded| **exceeded).count() as u64
    }

    /// Days in a row.
    pub fn transitions(&self) -> Transitions {
        let mut transitions = Transitions::default();
        for pair in self.exceeded.windows(2) {
            *match (pair[0], pair[1]) {
                (false, false) => &mut transitions.none_none,
                (false, true) => &mut transitions.none_one,
                (true, false) => &mut transitions.one_none,
                (true, true) => &mut transitions.one_one,
            } += 1;
        }
        transitions
    }

    fn probability(&self) -> f64 {
        f64::from(1_000_000 - self.confidence.millionths()) / 1e6
    }

    /// Proportion of failures.
    pub fn kupiec(&self) -> Test {
        proportion_of_failures(self.observations(), self.exceedances(), self.probability())
    }

    /// Independence, over the pairs of days in a row.
    pub fn independence(&self) -> Test {
        independence(self.transitions())
    }

    /// Conditional coverage: both at once, the sum of the two statistics, with two degrees of
    /// freedom.
    pub fn conditional_coverage(&self) -> Test {
        Test::new(self.kupiec().likelihood_ratio + self.independence().likelihood_ratio, 2)
    }

    /// The traffic light.
    pub fn traffic_light(&self) -> TrafficLight {
        traffic_light(self.observations(), self.exceedances(), self.probability())
    }

    /// The multiplier of the rule, where it is defined.
    pub fn basel_multiplier(&self) -> Option<f64> {
        basel_multiplier(self.observations(), self.exceedances(), self.confidence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confidence(text: &str) -> Confidence {
        text.parse().unwrap()
    }

    #[test]
    fn records_without_or_with_only_exceedances_have_finite_statistics() {
        for exceeded in [vec![false; 500], vec![true; 500], vec![false], vec![true]] {
            let backtest = Backtest::new(exceeded, confidence("0.99")).unwrap();
            for test in [backtest.kupiec(), backtest.independence(), backtest.conditional_coverage()] {
                assert!(test.likelihood_ratio.is_finite() && (0.0..=1.0).contains(&test.p_value), "{test:?}");
            }
        }
    }

    /// The published formulas multiply powers and underflow from a few thousand days on.
    #[test]
    fn long_records_do_not_underflow() {
        let exceeded = (0..200_000).map(|day| day % 20 == 0).collect();
        let backtest = Backtest::new(exceeded, confidence("0.95")).unwrap();
        assert!(backtest.kupiec().likelihood_ratio.abs() < 1e-6);
        assert!(backtest.independence().likelihood_ratio > 1000.0);
    }

    #[test]
    fn the_multiplier_is_that_of_the_rule_and_only_where_it_is_defined() {
        let increase = |days, exceedances| basel_multiplier(days, exceedances, confidence("0.99"));
        assert_eq!(increase(250, 4), Some(3.0));
        assert_eq!(increase(250, 5), Some(3.4));
        assert_eq!(increase(250, 10), Some(4.0));
        assert_eq!(increase(250, 25), Some(4.0));
        assert_eq!(increase(251, 4), None);
        assert_eq!(basel_multiplier(250, 4, confidence("0.975")), None);
    }
}
