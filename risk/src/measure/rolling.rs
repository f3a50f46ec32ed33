//! A rolling backtest: for each day, value at risk and expected shortfall over a window of the days
//! before it, against the day's loss. The book's exposures are held constant.
//!
//! Losses are exact integers, and so is the comparison with value at risk. Expected shortfall is
//! tested by the second statistic of Acerbi and Szekely, *Backtesting expected shortfall*, Risk,
//! December 2014.

use ethnum::I256;
use tailproof_core::error::Problem;
use tailproof_core::measures::{expected_shortfall, losses, value_at_risk};
use tailproof_core::{Amount, Confidence, Positions, ScenarioSet, TailMass, Unit};

use super::backtest::{Backtest, NotApplicable};

/// The critical values of the second statistic of Acerbi and Szekely (2014), each with its significance,
/// for normal losses over 250 days at 97.5 %: a statistic below one rejects. A test simulates the first
/// again. Losses with heavy tails have lower ones, above all at the second significance.
pub const CRITICAL_VALUES: [(f64, f64); 2] = [(0.05, -0.70), (0.0001, -1.8)];

/// Days and confidence, in millionths, that [`CRITICAL_VALUES`] were simulated for.
const SIMULATED_FOR: (usize, u32) = (250, 975_000);

/// A day of a rolling backtest. Losses are in loss units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollingDay {
    /// label of the day
    pub label: String,
    /// loss of the day
    pub loss: i128,
    /// value at risk over the window before it
    pub var: i128,
    /// expected shortfall over that window, a fraction with a positive denominator
    pub shortfall: (I256, I256),
}

impl RollingDay {
    /// Whether the loss is strictly above value at risk.
    pub fn exceeds(&self) -> bool {
        self.loss > self.var
    }
}

/// A rolling backtest.
#[derive(Debug, Clone, PartialEq)]
pub struct Rolling {
    /// days, oldest first
    pub days: Vec<RollingDay>,
    /// the exceedances, for the tests of value at risk
    pub record: Backtest,
    unit: Unit,
}

/// Tests a book over the moves of consecutive days, oldest first, as a historical set of one day
/// holds them.
///
/// # Errors
/// A window of 0; no day behind a window.
///
/// # Panics
/// If the positions are over another number of factors than the set.
pub fn rolling(
    set: &ScenarioSet,
    positions: &Positions,
    window: usize,
    confidence: Confidence,
) -> Result<Rolling, Problem> {
    let losses = losses(set, positions);
    if window == 0 {
        let (what, value, range) = ("the window".into(), "0".into(), "1 and above".into());
        return Err(Problem::OutOfRange { what, value, range });
    }
    if losses.len() <= window {
        let (have, need, scenarios) = (losses.len() + 1, window.saturating_add(2), window.saturating_add(1));
        return Err(Problem::TooFewPrices { have, need, scenarios, horizon: 1 });
    }
    let (weights, tail) = (vec![1; window], TailMass::new(confidence, window as u64));
    let day = |at: usize| {
        let before = &losses[at - window..at];
        RollingDay {
            label: set.labels()[at].clone(),
            loss: losses[at],
            var: value_at_risk(before, &weights, tail),
            shortfall: expected_shortfall(before, &weights, tail),
        }
    };
    let days: Vec<RollingDay> = (window..losses.len()).map(day).collect();
    let record = Backtest::new(days.iter().map(RollingDay::exceeds).collect(), confidence)?;
    Ok(Rolling { days, record, unit: positions.unit() })
}

impl Rolling {
    /// Returns the day's loss, value at risk and expected shortfall in currency, rounded up to a
    /// millionth.
    pub fn amounts(&self, day: &RollingDay) -> [Amount; 3] {
        let amount = |numerator, denominator| Amount::from_loss(numerator, denominator, self.unit);
        let (numerator, denominator) = day.shortfall;
        let [loss, var] = [day.loss, day.var].map(|loss| amount(I256::from(loss), I256::ONE));
        [loss, var, amount(numerator, denominator)]
    }

    /// Returns the second statistic of Acerbi and Szekely: 1 less the sum over exceedances of loss
    /// by expected shortfall, divided by the number of exceedances that are expected. It is 0 on
    /// average for a right model, and negative where losses are more or larger than stated.
    ///
    /// # Errors
    /// A day of an exceedance whose expected shortfall is no loss.
    pub fn second_statistic(&self) -> Result<f64, NotApplicable> {
        let mut sum = 0.0;
        for day in self.days.iter().filter(|day| day.exceeds()) {
            let (numerator, denominator) = day.shortfall;
            if numerator <= I256::ZERO {
                return Err(NotApplicable::NoShortfall);
            }
            sum += day.loss as f64 * denominator.as_f64() / numerator.as_f64();
        }
        Ok(1.0 - sum / self.record.expected())
    }

    /// Whether the critical values were simulated for such a record.
    pub fn is_as_simulated(&self) -> bool {
        (self.days.len(), self.record.confidence().millionths()) == SIMULATED_FOR
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::scenarios::generator::Generator;

    /// A book of one cent times 2^20 in a factor, whose loss on each day is given in cents.
    fn case(losses: &[i32]) -> (ScenarioSet, Positions) {
        let labels = (0..losses.len()).map(|at| format!("day {at}")).collect();
        let entries = losses.iter().map(|loss| -loss).collect();
        let generator = Generator::Custom { description: "test".into() };
        let set = ScenarioSet::new(generator, vec!["A".into()], labels, None, vec![1; losses.len()], entries);
        (set.unwrap(), Positions::new(Unit::CENT, vec![1 << 20], 0).unwrap())
    }

    #[test]
    fn a_day_is_compared_with_the_window_before_it_alone() {
        let (set, positions) = case(&[4, 1, 2, 3, 3, 9, -5, 8]);
        let found = rolling(&set, &positions, 4, "0.75".parse().unwrap()).unwrap();
        // One of four may lie beyond. A loss that equals value at risk is none beyond it.
        let days: Vec<(i128, i128, bool)> =
            found.days.iter().map(|day| (day.loss >> 20, day.var >> 20, day.exceeds())).collect();
        assert_eq!(days, [(3, 3, false), (9, 3, true), (-5, 3, false), (8, 3, true)]);
        assert_eq!((found.record.observations(), found.record.exceedances()), (4, 2));
        let last = found.amounts(&found.days[3]).map(|amount| amount.millionths() / 10_000);
        assert_eq!((last, &*found.days[3].label), ([8, 3, 9], "day 7"));
        // Shortfalls of the two windows: 3 and 9. One exceedance is expected.
        let expected = 1.0 - (9.0 / 3.0 + 8.0 / 9.0);
        assert!((found.second_statistic().unwrap() - expected).abs() < 1e-12);
        assert!(!found.is_as_simulated());
    }

    #[test]
    fn records_without_a_test_say_why() {
        let confidence = "0.75".parse().unwrap();
        let of = |losses: &[i32], window| {
            let (set, positions) = case(losses);
            rolling(&set, &positions, window, confidence)
        };
        assert!(matches!(of(&[1; 4], 0), Err(Problem::OutOfRange { .. })));
        assert!(matches!(of(&[1; 4], 4), Err(Problem::TooFewPrices { have: 5, need: 6, .. })));
        // Gains in every scenario: nothing is expected to be lost.
        let gains = of(&[-2, -2, -2, -2, -1], 4).unwrap();
        assert_eq!((gains.record.exceedances(), gains.second_statistic()), (1, Err(NotApplicable::NoShortfall)));
        assert_eq!(of(&[1; 5], 4).unwrap().second_statistic(), Ok(1.0));
    }

    /// Shortfalls that are right on average give a statistic near 0, and losses twice as large one
    /// below the critical value.
    #[test]
    fn the_statistic_tells_losses_that_are_larger_than_stated() {
        let mut state = 12_345u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i32::try_from((state >> 33) % 20_001).unwrap() - 10_000
        };
        let losses: Vec<i32> = (0..2_250).map(|_| draw() + draw() + draw()).collect();
        let (set, positions) = case(&losses);
        let confidence = "0.975".parse().unwrap();
        let right = rolling(&set, &positions, 1_000, confidence).unwrap().second_statistic().unwrap();
        assert!(right.abs() < 0.3, "{right}");
        let larger: Vec<i32> =
            losses.iter().enumerate().map(|(at, loss)| loss * if at < 2_000 { 1 } else { 2 }).collect();
        let (set, positions) = case(&larger[1_000..]);
        let wrong = rolling(&set, &positions, 1_000, confidence).unwrap();
        assert!(wrong.is_as_simulated() && wrong.second_statistic().unwrap() < CRITICAL_VALUES[1].1);
    }
    /// The statistic of 200,000 records of 250 days whose losses are normal, as are the stated VaR and
    /// shortfall.
    #[test]
    fn the_critical_value_at_5_percent_is_that_of_a_simulation() {
        let (tail, days) = (0.025f64, 250.0);
        let normal = statrs::distribution::Normal::standard();
        let quantile = |at: f64| -statrs::distribution::ContinuousCDF::inverse_cdf(&normal, at);
        let shortfall = statrs::distribution::Continuous::pdf(&normal, quantile(tail)) / tail;
        let mut state = 1u64;
        let mut draw = || {
            // SplitMix64; never 0.
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (((mixed ^ (mixed >> 31)) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
        };
        let mut record = || {
            let (mut day, mut sum) = (0.0, 0.0);
            loop {
                // Days up to the next exceedance.
                day += (draw().ln() / (1.0 - tail).ln()).ceil();
                if day > days {
                    return 1.0 - sum / (days * tail);
                }
                sum += quantile(draw() * tail) / shortfall;
            }
        };
        let found: Vec<f64> = (0..200_000).map(|_| record()).collect();
        let (mean, [(level, five), _]) = (found.iter().sum::<f64>() / 200_000.0, CRITICAL_VALUES);
        assert!(mean.abs() < 0.005, "{mean}");
        let below = u32::try_from(found.iter().filter(|statistic| **statistic < five).count()).unwrap();
        let share = f64::from(below) / 200_000.0;
        assert!((share - level).abs() < 0.0025, "{share}");
    }
}
