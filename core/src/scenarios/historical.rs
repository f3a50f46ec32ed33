//! Historical simulation: overlapping simple returns of a price history.

use ethnum::I256;

use crate::error::{PriceProblem, Problem};
use crate::fixed_point::{FRACTION_BITS, MAX_ENTRY, div_round, pow10};
use crate::prices::{Moves, PriceHistory};
use crate::scenarios::generator::Generator;
use crate::scenarios::set::ScenarioSet;
use crate::text::to_f64;

/// The last `window` overlapping simple returns over `horizon` days, each with weight 1; all of
/// them where `window` is `None`. A day is a row of the history.
///
/// Entry (t, i) is `(P[s + horizon, i] - P[s, i]) / P[s, i]` times 2^20, computed exactly from the
/// decimal prices and rounded to the nearest integer, halves away from zero: at most 2^-21 from the
/// true return, either way.
///
/// # Errors
/// A horizon or window of 0, fewer prices than needed, a return beyond ±800 %.
pub fn historical(prices: &PriceHistory, horizon: usize, window: Option<usize>) -> Result<ScenarioSet, Problem> {
    for (what, value) in [("the horizon", horizon), ("the window", window.unwrap_or(1))] {
        if value == 0 {
            return Err(Problem::OutOfRange { what: what.into(), value: "0".into(), range: "1 and above".into() });
        }
    }
    if prices.holds_returns() {
        return of_returns(prices, horizon, window);
    }
    let available = prices.len().saturating_sub(horizon);
    let scenarios = window.unwrap_or(available);
    if scenarios > available || scenarios == 0 {
        return Err(Problem::TooFewPrices {
            have: prices.len(),
            need: scenarios.max(1).saturating_add(horizon),
            scenarios: scenarios.max(1),
            horizon,
        });
    }
    let first = available - scenarios;
    let mut entries = Vec::with_capacity(scenarios * prices.factors().len());
    let mut labels = Vec::with_capacity(scenarios);
    for start in first..available {
        for column in 0..prices.factors().len() {
            entries.push(entry_of_set(prices, start, start + horizon, column)?);
        }
        labels.push(prices.dates()[start + horizon].to_string());
    }
    let last_prices = prices.last_prices();
    let generator = Generator::Historical {
        horizon,
        variant: None,
        ring: None,
        slot: None,
        treatment: prices.treatment().cloned().map(Box::new),
        prices_sha256: hex::encode(prices.digest(first..prices.len())),
    };
    ScenarioSet::new(generator, prices.factors().to_vec(), labels, last_prices, vec![1; scenarios], entries)
}

/// The entries of the return from the day before a date to it; `None` if the history does not have
/// both.
///
/// # Errors
/// A return beyond ±800 %.
pub fn moves_of(prices: &PriceHistory, date: &str) -> Result<Option<Vec<i32>>, Problem> {
    let Some(row) = prices.dates().iter().position(|found| found.to_string() == date).filter(|row| *row > 0) else {
        return Ok(None);
    };
    (0..prices.factors().len())
        .map(|column| entry_of_set(prices, row - 1, row, column))
        .collect::<Result<_, _>>()
        .map(Some)
}

/// The entry of a return as sets hold it.
///
/// # Errors
/// A return beyond ±800 %.
pub(super) fn entry_of_set(prices: &PriceHistory, from: usize, to: usize, column: usize) -> Result<i32, Problem> {
    let entry = entry(prices, from, to, column)?;
    if entry.abs() <= I256::from(MAX_ENTRY) {
        return Ok(entry.as_i32());
    }
    Err(beyond(prices, to, column, entry.as_f64() / f64::from(1 << FRACTION_BITS)))
}

/// The move of a factor between two rows, a simple return unless it has another kind, times 2^20,
/// rounded to the nearest integer, halves away from zero. It may be beyond the range of a set:
/// scaling may bring it back.
///
/// # Errors
/// A return that even an `i32` does not hold.
pub fn entry(prices: &PriceHistory, from: usize, to: usize, column: usize) -> Result<I256, Problem> {
    let (old, new) = (prices.row(from)[column], prices.row(to)[column]);
    if prices.holds_returns() {
        let entry = div_round(I256::from(new.mantissa()) << FRACTION_BITS, pow10(new.scale()));
        return i32::try_from(entry).map(|_| entry).map_err(|_| beyond(prices, to, column, to_f64(new)));
    }
    let moves = prices.moves(column);
    moves.entry(old, new).ok_or_else(|| beyond(prices, to, column, moves.value(to_f64(old), to_f64(new))))
}

/// The problem of a move that is out of range.
fn beyond(prices: &PriceHistory, to: usize, column: usize, value: f64) -> Problem {
    let what = format!("the return of '{}' to {}", prices.factors()[column], prices.dates()[to]);
    match prices.moves(column) {
        Moves::Absolute(step) => {
            let (value, range) = (format!("{value:.1} steps of {step}"), "-8 to 8: take a larger step".into());
            Problem::OutOfRange { what: format!("the change of '{}'", prices.factors()[column]), value, range }
        }
        _ => Problem::OutOfRange { what, value: format!("{:.0} %", value * 100.0), range: "-800 % to 800 %".into() },
    }
}

/// The set of the newest returns of a history that holds them.
fn of_returns(returns: &PriceHistory, horizon: usize, window: Option<usize>) -> Result<ScenarioSet, Problem> {
    if horizon != 1 {
        return Err(PriceProblem::NeedsPrices("a horizon above one day").into());
    }
    let (have, scenarios) = (returns.len(), window.unwrap_or(returns.len()));
    let Some(first) = have.checked_sub(scenarios) else {
        return Err(Problem::TooFewPrices { have, need: scenarios, scenarios, horizon: 0 });
    };
    let mut entries = Vec::with_capacity(scenarios * returns.factors().len());
    for row in first..have {
        for column in 0..returns.factors().len() {
            entries.push(entry_of_set(returns, row, row, column)?);
        }
    }
    let generator = Generator::Historical {
        horizon,
        variant: None,
        ring: None,
        slot: None,
        treatment: returns.treatment().cloned().map(Box::new),
        prices_sha256: hex::encode(returns.digest(first..have)),
    };
    let labels = returns.dates()[first..].iter().map(ToString::to_string).collect();
    ScenarioSet::new(generator, returns.factors().to_vec(), labels, None, vec![1; scenarios], entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history() -> PriceHistory {
        let text = "date,A,B\n2024-01-01,100,3\n2024-01-02,110,2\n2024-01-03,99,2.5\n2024-01-04,99,4\n";
        crate::testing::prices(text)
    }

    #[test]
    fn returns_are_simple_overlapping_and_rounded_to_nearest() {
        let set = historical(&history(), 1, None).unwrap();
        assert_eq!(set.labels(), ["2024-01-02", "2024-01-03", "2024-01-04"]);
        // +10 % = 104857.6 -> 104858; -1/3 = -349525.33 -> -349525; -10 % -> -104858; +25 % =
        // 262144; 0; +60 % = 629145.6
        assert_eq!(set.entries(), [104_858, -349_525, -104_858, 262_144, 0, 629_146]);
        let two_days = historical(&history(), 2, Some(2)).unwrap();
        // 99/100 - 1 = -1 % = -10485.76; 2.5/3 - 1 = -1/6 = -174762.67; 99/110 - 1 = -10 %; 4/2 - 1
        // = 100 %
        assert_eq!(two_days.entries(), [-10_486, -174_763, -104_858, 1_048_576]);
        assert_eq!(two_days.weights(), [1, 1]);
    }

    #[test]
    fn too_few_prices_and_zero_sizes_are_refused() {
        assert!(matches!(
            historical(&history(), 1, Some(4)).unwrap_err(),
            Problem::TooFewPrices { have: 4, need: 5, .. }
        ));
        assert!(historical(&history(), 4, None).is_err());
        assert!(historical(&history(), 0, None).is_err());
        assert!(historical(&history(), 1, Some(0)).is_err());
    }

    #[test]
    fn a_return_beyond_eight_hundred_percent_is_refused_by_name() {
        for price in ["9", "10", "10000", "1e20"] {
            let prices = crate::testing::prices(&format!("date,B,A\n2024-01-01,1,1\n2024-01-02,1,{price}\n"));
            for error in [historical(&prices, 1, None).unwrap_err(), moves_of(&prices, "2024-01-02").unwrap_err()] {
                let error = error.to_string();
                assert!(error.contains("the return of 'A' to 2024-01-02") && error.contains("800 %"), "{error}");
            }
        }
        let most = crate::testing::prices("date,A\n2024-01-01,1\n2024-01-02,8.999999\n");
        assert_eq!(historical(&most, 1, None).unwrap().entries(), [8_388_607]);
        assert_eq!(moves_of(&most, "2024-01-02"), Ok(Some(vec![8_388_607])));
    }
}
