//! Backtests of value at risk: do losses exceed it as often, and as independently, as its
//! confidence says?
//!
//! An *exceedance* is a day whose return is below minus the value at risk stated for it. Sources:
//! Kupiec, *Techniques for Verifying the Accuracy of Risk Measurement Models*, Journal of
//! Derivatives 3(2), 1995; Christoffersen, *Evaluating Interval Forecasts*, International Economic
//! Review 39(4), 1998; Basel Committee, *Supervisory framework for the use of "backtesting" in
//! conjunction with the internal models approach to market risk capital requirements*, 1996; Basel
//! framework, MAR32.9 (in force since January 2023). Likelihoods are logarithms: as products of
//! powers they underflow beyond a few thousand days.

use rust_decimal::Decimal;
use statrs::distribution::{Binomial, ChiSquared, ContinuousCDF, Discrete, DiscreteCDF, Normal};

use tailproof_core::confidence::Confidence;
use tailproof_core::error::Problem;
use tailproof_core::text::to_f64;

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

/// Which way a share of exceedances is from the confidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// fewer exceedances than expected: the value at risk is too high
    TooHigh,
    /// more of them: it is too low
    TooLow,
}

impl std::fmt::Display for Direction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Direction::TooHigh => "VaR is too high",
            Direction::TooLow => "VaR is too low",
        })
    }
}

/// Why a test says nothing about a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotApplicable {
    /// Fewer days than it takes to expect one exceedance.
    #[error("{days} days; at this confidence at least {least} are needed, in which one exceedance is expected")]
    TooFewDays {
        /// days of the record
        days: u64,
        /// the least number
        least: u64,
    },
    /// No exceedance has a day after it.
    #[error("no day comes after an exceedance, so nothing is known of what follows one")]
    NoneAfterExceedance,
    /// No day without an exceedance has a day after it.
    #[error("every day but the last is an exceedance, so nothing is known of what follows a day without one")]
    NoneAfterNone,
    /// An expected shortfall that is no loss.
    #[error("on a day of an exceedance the expected shortfall is no loss, and nothing can be divided by it")]
    NoShortfall,
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

/// The capital multipliers of the Basel Committee for 250 days at 99 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Multipliers {
    /// 1996, table 2: 3 and 0 to 1, for the 10-day value at risk of that framework
    pub of_1996: f64,
    /// MAR32.9, in force since January 2023: 1.5 and 0 to 0.5, for the expected shortfall of
    /// today's framework
    pub mar32: f64,
}

/// Returns the multipliers for 250 days at 99 %. They are defined for no other record.
pub fn basel_multipliers(observations: u64, exceedances: u64, confidence: Confidence) -> Option<Multipliers> {
    const OF_1996: [f64; 11] = [3.0, 3.0, 3.0, 3.0, 3.0, 3.4, 3.5, 3.65, 3.75, 3.85, 4.0];
    const MAR32: [f64; 11] = [1.5, 1.5, 1.5, 1.5, 1.5, 1.7, 1.76, 1.83, 1.88, 1.92, 2.0];
    let defined = observations == 250 && confidence.millionths() == 990_000;
    let place = usize::try_from(exceedances).unwrap_or(usize::MAX).min(10);
    defined.then(|| Multipliers { of_1996: OF_1996[place], mar32: MAR32[place] })
}

/// Returns the least number of days in which one exceedance is expected, and with which tests of
/// their number say something: 100 at 99 %, 20 at 95 %. Below it no record without exceedances is
/// in the right zone, and the tests, which hold for long records, reject by chance.
pub fn least_days(confidence: Confidence) -> u64 {
    1_000_000u64.div_ceil(u64::from(1_000_000 - confidence.millionths()))
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
    /// No day; a value at risk that is negative, as systems state it that give a quantile of
    /// returns.
    pub fn from_gains(days: &[(Decimal, Decimal)], confidence: Confidence) -> Result<Self, Problem> {
        if let Some((_, value)) = days.iter().find(|(_, value)| value.is_sign_negative() && !value.is_zero()) {
            return Err(Problem::NegativeValueAtRisk(value.to_string()));
        }
        let record = Self::new(days.iter().map(|(gain, value_at_risk)| *gain < -*value_at_risk).collect(), confidence)?;
        let day = |(gain, value_at_risk): &(Decimal, Decimal)| Day {
            gain: to_f64(*gain),
            value_at_risk: to_f64(*value_at_risk),
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

    /// The confidence of the value at risk.
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// Number of exceedances that are expected of a right model.
    pub fn expected(&self) -> f64 {
        self.observations() as f64 * self.probability()
    }

    /// The same number without rounding: 0.01 of one day at 99 %.
    pub fn expected_exactly(&self) -> Decimal {
        let tail = Decimal::new(i64::from(1_000_000 - self.confidence.millionths()), 6);
        (tail * Decimal::from(self.observations())).normalize()
    }

    /// Which way the share of exceedances is from the confidence; `None` if it is the same.
    pub fn direction(&self) -> Option<Direction> {
        let found = u128::from(self.exceedances()) * 1_000_000;
        let expected = u128::from(self.observations()) * u128::from(1_000_000 - self.confidence.millionths());
        match found.cmp(&expected) {
            std::cmp::Ordering::Less => Some(Direction::TooHigh),
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater => Some(Direction::TooLow),
        }
    }

    /// Returns a warning if gains and values at risk seem to be in different units: the mean value
    /// at risk is over 25 mean magnitudes of a gain, or under a tenth of one. Under a normal
    /// distribution it is 2.1 of them at 95 % and 2.9 at 99 %.
    pub fn scale_warning(&self) -> Option<String> {
        let count = self.days.len() as f64;
        let gain = self.days.iter().map(|day| day.gain.abs()).sum::<f64>() / count;
        let value = self.days.iter().map(|day| day.value_at_risk).sum::<f64>() / count;
        let ratio = value / gain;
        (!(0.1..=25.0).contains(&ratio) && value > 0.0 && gain > 0.0).then(|| {
            format!(
                "the mean VaR, {value:.4}, is {ratio:.3} times the mean magnitude of a gain, {gain:.4}: are both in one \
                 unit, and not one a fraction and the other per cent?"
            )
        })
    }

    /// Refuses records that are too short for tests of their number of exceedances.
    fn long_enough(&self) -> Result<(), NotApplicable> {
        let (days, least) = (self.observations(), least_days(self.confidence));
        if days < least { Err(NotApplicable::TooFewDays { days, least }) } else { Ok(()) }
    }

    fn probability(&self) -> f64 {
        f64::from(1_000_000 - self.confidence.millionths()) / 1e6
    }

    /// Proportion of failures.
    ///
    /// # Errors
    /// Too few days.
    pub fn kupiec(&self) -> Result<Test, NotApplicable> {
        self.long_enough()?;
        Ok(proportion_of_failures(self.observations(), self.exceedances(), self.probability()))
    }

    /// Independence, over the pairs of days in a row.
    ///
    /// # Errors
    /// No pair begins with an exceedance, or all do.
    pub fn independence(&self) -> Result<Test, NotApplicable> {
        let transitions = self.transitions();
        if transitions.one_none + transitions.one_one == 0 {
            return Err(NotApplicable::NoneAfterExceedance);
        }
        if transitions.none_none + transitions.none_one == 0 {
            return Err(NotApplicable::NoneAfterNone);
        }
        Ok(independence(transitions))
    }

    /// Conditional coverage: both at once, the sum of the two statistics, with two degrees of
    /// freedom.
    ///
    /// # Errors
    /// One of the two says nothing.
    pub fn conditional_coverage(&self) -> Result<Test, NotApplicable> {
        Ok(Test::new(self.kupiec()?.likelihood_ratio + self.independence()?.likelihood_ratio, 2))
    }

    /// The traffic light.
    ///
    /// # Errors
    /// Too few days.
    pub fn traffic_light(&self) -> Result<TrafficLight, NotApplicable> {
        self.long_enough()?;
        Ok(traffic_light(self.observations(), self.exceedances(), self.probability()))
    }

    /// The multipliers of the rules, where they are defined.
    pub fn basel_multipliers(&self) -> Option<Multipliers> {
        basel_multipliers(self.observations(), self.exceedances(), self.confidence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confidence(text: &str) -> Confidence {
        text.parse().unwrap()
    }

    fn record(exceeded: Vec<bool>, level: &str) -> Backtest {
        Backtest::new(exceeded, confidence(level)).unwrap()
    }

    #[test]
    fn records_without_or_with_only_exceedances_have_finite_statistics_or_a_reason() {
        for exceeded in [vec![false; 500], vec![true; 500]] {
            let backtest = record(exceeded, "0.99");
            let test = backtest.kupiec().unwrap();
            assert!(test.likelihood_ratio.is_finite() && (0.0..=1.0).contains(&test.p_value), "{test:?}");
            assert_eq!(backtest.independence(), Err(backtest.conditional_coverage().unwrap_err()));
        }
        assert_eq!(record(vec![true; 500], "0.99").independence(), Err(NotApplicable::NoneAfterNone));
    }

    /// One day without an exceedance was yellow.
    #[test]
    fn too_few_days_have_no_zone_and_no_test() {
        for exceeded in [vec![false], vec![true], vec![false; 99]] {
            let (days, backtest) = (exceeded.len() as u64, record(exceeded, "0.99"));
            let few = NotApplicable::TooFewDays { days, least: 100 };
            assert_eq!((backtest.traffic_light(), backtest.kupiec()), (Err(few), Err(few)));
            assert!(backtest.conditional_coverage().is_err());
        }
        for (level, least) in [("0.99", 100), ("0.975", 40), ("0.95", 20), ("0.999", 1000), ("0.8", 5), ("0.5", 2)] {
            assert_eq!(least_days(confidence(level)), least, "{level}");
            let days = usize::try_from(least).unwrap();
            assert_eq!(record(vec![false; days], level).traffic_light().unwrap().zone, Zone::Green, "{level}");
        }
    }

    /// No exceedance in 250 days is no good record: it says that the value at risk is too high.
    #[test]
    fn a_rejection_has_its_direction() {
        let none = record(vec![false; 250], "0.99");
        let kupiec = none.kupiec().unwrap();
        assert!((kupiec.likelihood_ratio - 5.0252).abs() < 1e-4 && kupiec.p_value < 0.05);
        assert_eq!(none.direction(), Some(Direction::TooHigh));
        assert_eq!(none.independence(), Err(NotApplicable::NoneAfterExceedance));
        let (many, right) = ((0..250).map(|day| day < 9).collect(), (0..200).map(|day| day < 2).collect());
        assert_eq!(record(many, "0.99").direction(), Some(Direction::TooLow));
        assert_eq!(record(right, "0.99").direction(), None);
        // One exceedance, on the last day.
        let last = record((0..250).map(|day| day == 249).collect(), "0.99");
        assert_eq!(last.independence(), Err(NotApplicable::NoneAfterExceedance));
    }

    #[test]
    fn a_negative_value_at_risk_is_refused_and_another_unit_is_told() {
        let of = |gain: &str, value: &str| {
            Backtest::from_gains(&[(gain.parse().unwrap(), value.parse().unwrap())], confidence("0.99"))
        };
        assert_eq!(of("118", "-1000"), Err(Problem::NegativeValueAtRisk("-1000".into())));
        let warned = |gain, value| of(gain, value).unwrap().scale_warning();
        assert!(warned("-0.012", "2.33").unwrap().contains("unit") && warned("1.2", "0.0233").is_some());
        assert_eq!((warned("-0.012", "0.0233"), warned("0", "1"), warned("1", "0")), (None, None, None));
    }

    /// The published formulas multiply powers and underflow from a few thousand days on.
    #[test]
    fn long_records_do_not_underflow() {
        let exceeded = (0..200_000).map(|day| day % 20 == 0).collect();
        let backtest = Backtest::new(exceeded, confidence("0.95")).unwrap();
        assert!(backtest.kupiec().unwrap().likelihood_ratio.abs() < 1e-6);
        assert!(backtest.independence().unwrap().likelihood_ratio > 1000.0);
    }

    /// Against table 2 of 1996 and MAR32.9.
    #[test]
    fn the_multipliers_are_those_of_the_rules_and_only_where_they_are_defined() {
        let of = |days, exceedances| {
            basel_multipliers(days, exceedances, confidence("0.99")).map(|found| (found.of_1996, found.mar32))
        };
        let tables = [(4, 3.0, 1.5), (5, 3.4, 1.7), (6, 3.5, 1.76), (7, 3.65, 1.83), (8, 3.75, 1.88), (9, 3.85, 1.92)];
        for (exceedances, of_1996, mar32) in tables.into_iter().chain([(0, 3.0, 1.5), (10, 4.0, 2.0), (25, 4.0, 2.0)]) {
            assert_eq!(of(250, exceedances), Some((of_1996, mar32)), "{exceedances}");
        }
        assert_eq!(of(251, 4), None);
        assert_eq!(basel_multipliers(250, 4, confidence("0.975")), None);
    }
}
