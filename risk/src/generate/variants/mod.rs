//! Variants of historical simulation, alone or together: another window, other weights, other
//! volatilities, more columns.
//!
//! * *Stressed window*: of all windows of T consecutive returns, the one in which the 97.5 %
//!   expected shortfall of a public reference portfolio is largest, the newest of equals (after the
//!   stress period of the Basel framework, MAR33.7).
//! * *Age-weighted*: a return that is k returns older than the newest weighs `lambda^k` (Boudoukh,
//!   Richardson and Whitelaw, *The best of both worlds*, 1998), as an integer
//!   `round((2^20 - 1) lambda^k)`.
//! * *Linear weights*: of T returns, one that is k returns older than the newest weighs `T - k`.
//! * *Volatility-scaled*: a return is multiplied by the factor's volatility today over that before
//!   the return (Hull and White, *Incorporating volatility updating into the historical simulation
//!   method for value-at-risk*, 1998; Barone-Adesi, Giannopoulos and Vosper 1999). Volatilities are
//!   exponentially weighted with mean zero, from the mean of the first 75 squared returns on.
//! * *Liquidity horizons*: a move is multiplied by the root of the factor's liquidity horizon over
//!   the horizon of the set, as if it lasted so long (the horizons are those of the Basel
//!   framework, MAR33.12; its aggregation, MAR33.5, is another).
//! * *Greeks*: columns `gamma:A` with `r^2 / 2`, `gamma:A*B` with `r_A r_B`, `vega:A` with the
//!   change of an implied volatility, and `theta:A` with the days of the horizon, for books with
//!   exposures to them.
//!
//! Entries are exact integers where no volatility enters; the rest takes only operations that IEEE
//! 754 rounds in one way. So every machine makes the same bytes.

mod greeks;
mod volatilities;
mod window;

use std::collections::BTreeSet;
use std::ops::Range;

use ethnum::I256;
use tailproof_core::error::{PriceProblem, Problem};
use tailproof_core::fixed_point::{FRACTION_BITS, MAX_ENTRY};
use tailproof_core::prices::PriceHistory;
use tailproof_core::scenarios::generator::{Generator, Variant};
use tailproof_core::scenarios::historical::{entry, historical};
use tailproof_core::scenarios::set::ScenarioSet;

use greeks::{Greeks, row_on};
pub use tailproof_core::scenarios::generator::decay;
use volatilities::Volatilities;

/// Longest liquidity horizon, in days.
const MOST_DAYS: u32 = 10_000;

/// Makes a variant of the newest `window` returns over `horizon` days (all there are where it is
/// `None`). `volatilities` are implied volatilities of factors on the dates of the prices, as
/// fractions; their digest is put into the header, whatever `variant` says of it.
///
/// # Errors
/// The errors of [`tailproof_core::scenarios::historical::historical`]; a decay outside (0, 1); a
/// reference portfolio or liquidity horizons that are not one for each factor; prices that do not
/// move where a volatility is needed; volatilities of something that is no factor, or that lack a
/// date; columns of theta over more than seven days, or beside liquidity horizons.
pub fn variant(
    prices: &PriceHistory,
    volatilities: Option<&PriceHistory>,
    horizon: usize,
    window: Option<usize>,
    variant: &Variant,
) -> Result<ScenarioSet, Problem> {
    if prices.holds_returns() {
        return of_returns(prices, volatilities, horizon, window, variant);
    }
    variant.check_theta(horizon)?;
    let moves = Moves::new(prices, horizon, variant)?;
    let greeks = Greeks::new(prices.factors(), volatilities, variant)?;
    let starts = window::starts(prices, horizon, window, variant)?;
    let scale = moves.volatilities()?;
    let weights = variant.weights(starts.len())?;
    let names: Vec<String> = prices.factors().iter().cloned().chain(greeks.names(prices.factors())).collect();

    let mut entries = Vec::with_capacity(starts.len() * names.len());
    let mut labels = Vec::with_capacity(starts.len());
    for start in starts.clone() {
        let mut row = moves.row(start, scale.as_ref())?;
        row.extend(greeks.entries(&row, prices, start, start + horizon)?);
        let label = prices.dates()[start + horizon].to_string();
        for (value, name) in row.into_iter().zip(&names) {
            entries.push(in_range(value, name, &label)?);
        }
        labels.push(label);
    }
    let mut last_prices = prices.last_prices();
    // Greeks are amounts of currency.
    last_prices.iter_mut().for_each(|prices| prices.resize(names.len(), "1".into()));
    let used = volatilities.map(|table| digest_of_used(table, prices, &starts, horizon)).transpose()?;
    let generator = Generator::Historical {
        horizon,
        variant: Some(Variant { volatilities_sha256: used, ..variant.clone() }),
        ring: None,
        slot: None,
        treatment: prices.treatment().cloned().map(Box::new),
        prices_sha256: hex::encode(prices.digest(rows_used(prices, &starts, variant))),
    };
    ScenarioSet::new(generator, names, labels, last_prices, weights, entries)
}

/// Makes a set of a history that holds returns, under the weights of a variant.
fn of_returns(
    returns: &PriceHistory,
    volatilities: Option<&PriceHistory>,
    horizon: usize,
    window: Option<usize>,
    variant: &Variant,
) -> Result<ScenarioSet, Problem> {
    if volatilities.is_some() || !variant.has_plain_moves() {
        return Err(PriceProblem::NeedsPrices("variants other than weights").into());
    }
    let plain = historical(returns, horizon, window)?;
    let weights = variant.weights(plain.scenarios())?;
    let mut generator = plain.generator().clone();
    if let Generator::Historical { variant: of, .. } = &mut generator {
        *of = Some(variant.clone());
    }
    let (factors, labels) = (plain.factors().to_vec(), plain.labels().to_vec());
    ScenarioSet::new(generator, factors, labels, None, weights, plain.entries().to_vec())
}

/// Returns the digest, in hex, of the implied volatilities that [`variant`] would use.
///
/// # Errors
/// Too few prices, or a date without volatilities.
pub fn volatilities_digest(
    prices: &PriceHistory,
    volatilities: &PriceHistory,
    horizon: usize,
    window: Option<usize>,
    variant: &Variant,
) -> Result<String, Problem> {
    digest_of_used(volatilities, prices, &window::starts(prices, horizon, window, variant)?, horizon)
}

/// Returns the rows of prices that a set depends on: the search for a stressed window and
/// exponentially weighted volatilities look at all of them.
fn rows_used(prices: &PriceHistory, starts: &Range<usize>, variant: &Variant) -> Range<usize> {
    let all = variant.stressed.is_some() || variant.volatility_scaled.is_some();
    if all { 0..prices.len() } else { starts.start..prices.len() }
}

/// Returns the digest, in hex, of the volatilities on the first and last dates of the returns.
fn digest_of_used(
    volatilities: &PriceHistory,
    prices: &PriceHistory,
    starts: &Range<usize>,
    horizon: usize,
) -> Result<String, Problem> {
    let rows = starts.clone().flat_map(|start| [start, start + horizon]);
    let rows = rows.map(|row| row_on(volatilities, prices, row)).collect::<Result<BTreeSet<usize>, _>>()?;
    Ok(hex::encode(volatilities.digest(rows)))
}

/// Returns an entry as it is stored; `name` and `label` are those of its column and scenario.
fn in_range(value: I256, name: &str, label: &str) -> Result<i32, Problem> {
    i32::try_from(value).ok().filter(|value| i64::from(*value).abs() <= MAX_ENTRY).ok_or_else(|| Problem::OutOfRange {
        what: format!("the move of '{name}' to {label}"),
        value: format!("{:.0} %", value.as_f64() * 100.0 / f64::from(1 << FRACTION_BITS)),
        range: "-800 % to 800 %".into(),
    })
}

/// Moves of the factors themselves, scaled and stretched as a variant says.
struct Moves<'p> {
    prices: &'p PriceHistory,
    horizon: usize,
    decay: Option<f64>,
    /// factors of the moves, one for each of the history's factors; none without liquidity horizons
    stretches: Vec<f64>,
}

impl<'p> Moves<'p> {
    fn new(prices: &'p PriceHistory, horizon: usize, variant: &Variant) -> Result<Self, Problem> {
        let decay = variant.volatility_scaled.as_deref().map(|text| decay("the volatilities' decay", text));
        let days = variant.liquidity_horizons.as_deref();
        let stretches = days.map_or(Ok(Vec::new()), |days| stretches(days, horizon, prices.factors()))?;
        Ok(Self { prices, horizon, decay: decay.transpose()?, stretches })
    }

    /// Returns the volatilities by which moves are scaled, if they are. The history must have been
    /// found long enough.
    fn volatilities(&self) -> Result<Option<Volatilities>, Problem> {
        self.decay.map(|decay| Volatilities::new(self.prices, decay)).transpose()
    }

    /// Returns the moves of the factors from row `start` on, as entries.
    fn row(&self, start: usize, scale: Option<&Volatilities>) -> Result<Vec<I256>, Problem> {
        let one = |column: usize| {
            let plain = entry(self.prices, start, start + self.horizon, column)?;
            let scaled = scale.map_or(Ok(plain), |scale| scale.apply(self.prices, plain, start, column))?;
            Ok(self.stretches.get(column).map_or(scaled, |stretch| times(scaled, *stretch)))
        };
        (0..self.prices.factors().len()).map(one).collect()
    }
}

/// Returns the factors of moves for liquidity horizons in `days`.
fn stretches(days: &[u32], horizon: usize, names: &[String]) -> Result<Vec<f64>, Problem> {
    if days.len() != names.len() {
        return Err(Problem::NotOneForEach { what: "liquidity horizons", have: days.len(), need: names.len() });
    }
    if let Some(factor) = days.iter().position(|days| (*days as usize) < horizon || *days > MOST_DAYS) {
        let range = format!("{horizon} to {MOST_DAYS} days: not below the horizon of the set");
        let what = format!("the liquidity horizon of '{}'", names[factor]);
        return Err(Problem::OutOfRange { what, value: days[factor].to_string(), range });
    }
    Ok(days.iter().map(|days| (f64::from(*days) / horizon as f64).sqrt()).collect())
}

/// Returns an entry times a factor, rounded to the nearest integer, halves away from zero. It may
/// be out of range.
#[allow(clippy::cast_possible_truncation)]
fn times(entry: I256, factor: f64) -> I256 {
    I256::from(libm::round(entry.as_f64() * factor) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::measures::losses;
    use tailproof_core::{Positions, Unit};

    /// Calm, then a crash, then calm.
    fn history(days: i32) -> PriceHistory {
        let mut text = String::from("date,A,B\n");
        let (mut a, mut b) = (100.0, 50.0);
        for day in 0..days {
            let date = jiff::civil::date(2022, 1, 1) + jiff::Span::new().days(day);
            text.push_str(&format!("{date},{a:.4},{b:.4}\n"));
            let wild = if (100..110).contains(&day) { 4.0 } else { 1.0 };
            let (x, y) = (f64::from(day * 37 % 41 - 20) / 2000.0, f64::from(day * 53 % 31 - 15) / 2000.0);
            (a, b) = (a * (1.0 + wild * x), b * (1.0 + wild * y));
        }
        crate::csv::read_prices("p.csv", text.as_bytes()).unwrap()
    }

    fn made(window: usize, of: &Variant) -> ScenarioSet {
        variant(&history(200), None, 1, Some(window), of).unwrap()
    }

    #[test]
    fn nothing_changed_is_plain_historical_simulation() {
        let plain = historical(&history(200), 1, Some(50)).unwrap();
        let set = made(50, &Variant::default());
        assert_eq!((set.entries(), set.weights(), set.labels()), (plain.entries(), plain.weights(), plain.labels()));
    }

    #[test]
    fn the_stressed_window_is_that_of_the_crash() {
        let set = made(12, &Variant { stressed: Some(vec!["1".into(), "2".into()]), ..Variant::default() });
        let days = |label: &str| label.parse::<jiff::civil::Date>().unwrap();
        let (first, last) = (days(&set.labels()[0]), days(&set.labels()[11]));
        let crash = jiff::civil::date(2022, 1, 1) + jiff::Span::new().days(105);
        assert!(first < crash && crash < last, "{first} to {last}");
        let wrong = Variant { stressed: Some(vec!["1".into()]), ..Variant::default() };
        assert!(variant(&history(200), None, 1, Some(12), &wrong).is_err());
    }

    #[test]
    fn older_returns_weigh_less() {
        let set = made(3, &Variant { age_weighted: Some("0.5".into()), ..Variant::default() });
        assert_eq!(set.weights(), [262_144, 524_288, 1_048_575]);
        for bad in ["0", "1", "-0.5", "x"] {
            let bad = Variant { age_weighted: Some(bad.into()), ..Variant::default() };
            assert!(variant(&history(200), None, 1, Some(3), &bad).is_err());
        }
    }

    #[test]
    fn returns_of_wild_days_are_scaled_to_a_calm_today() {
        let plain = made(120, &Variant::default());
        let scaled = made(120, &Variant { volatility_scaled: Some("0.94".into()), ..Variant::default() });
        let deviation = |set: &ScenarioSet, labels: std::ops::Range<usize>| {
            let squares = labels.map(|row| f64::from(set.row(row)[0]).powi(2));
            squares.sum::<f64>().sqrt()
        };
        // Days 105 to 109 are wild and known to be: rows 26 to 30 of the last 120 of 199 returns.
        assert!(deviation(&scaled, 26..31) < 0.6 * deviation(&plain, 26..31));
        assert_eq!(scaled.row(119)[0].signum(), plain.row(119)[0].signum());
        // The first 75 returns make the first variance.
        let of = Variant { volatility_scaled: Some("0.94".into()), ..Variant::default() };
        let error = variant(&history(200), None, 1, Some(125), &of).unwrap_err().to_string();
        assert!(error.contains("price rows"), "{error}");
        let still: String = (0..100)
            .map(|day| format!("{},7\n", jiff::civil::date(2022, 1, 1) + jiff::Span::new().days(day)))
            .collect();
        let still = crate::csv::read_prices("p.csv", format!("date,A\n{still}").as_bytes()).unwrap();
        let error = variant(&still, None, 1, Some(5), &of).unwrap_err().to_string();
        assert!(error.contains("do not move"), "{error}");
    }

    #[test]
    fn moves_last_as_long_as_liquidity_horizons_say() {
        let days = vec![10, 40];
        let of = |days: Vec<u32>| Variant { liquidity_horizons: Some(days), ..Variant::default() };
        let made = |of: &Variant| variant(&history(200), None, 10, Some(5), of);
        let (plain, long) = (made(&Variant::default()).unwrap(), made(&of(days)).unwrap());
        for row in 0..5 {
            assert_eq!(long.row(row), [plain.row(row)[0], 2 * plain.row(row)[1]]);
        }
        assert!(made(&of(vec![9, 10])).unwrap_err().to_string().contains("not below"));
        assert!(made(&of(vec![10])).unwrap_err().to_string().contains("1 liquidity horizons"));
    }

    #[test]
    fn greeks_are_columns() {
        let dates = ["2022-07-17", "2022-07-18", "2022-07-19"];
        let volatilities = format!("date,B\n{},0.2\n{},0.25\n{},0.1\n", dates[0], dates[1], dates[2]);
        let volatilities = crate::csv::read_prices("v.csv", volatilities.as_bytes()).unwrap();
        let of = Variant { gamma: true, cross_gamma: true, ..Variant::default() };
        let set = variant(&history(200), Some(&volatilities), 1, Some(2), &of).unwrap();
        let Generator::Historical { variant: Some(header), .. } = set.generator() else { panic!("not a variant") };
        assert_eq!(header.volatilities_sha256, Some(hex::encode(volatilities.digest(0..3))));
        assert_eq!(set.factors(), ["A", "B", "gamma:A", "gamma:B", "gamma:A*B", "vega:B"]);
        for row in 0..2 {
            let moves: Vec<f64> = set.row(row).iter().map(|entry| f64::from(*entry) / f64::from(1 << 20)).collect();
            assert!((moves[2] - moves[0] * moves[0] / 2.0).abs() < 1e-6);
            assert!((moves[4] - moves[0] * moves[1]).abs() < 1e-6);
            assert!((moves[5] - [0.05, -0.15][row]).abs() < 1e-6);
        }
        let error = variant(&history(200), Some(&volatilities), 1, Some(3), &of).unwrap_err();
        assert!(error.to_string().contains("no implied volatilities of 2022-07-16"), "{error}");
    }

    /// A book loses its theta a day, whatever the prices do.
    #[test]
    fn days_pass_alike_in_every_scenario() {
        let theta = Variant { theta: true, ..Variant::default() };
        let made = |horizon: usize, of: &Variant| variant(&history(200), None, horizon, Some(6), of);
        for horizon in [1, 7] {
            let (set, plain) = (made(horizon, &theta).unwrap(), made(horizon, &Variant::default()).unwrap());
            assert_eq!(set.factors(), ["A", "B", "theta:A", "theta:B"]);
            let days = i32::try_from(horizon).unwrap() << FRACTION_BITS;
            for row in 0..6 {
                assert_eq!(set.row(row), [plain.row(row), &[days; 2]].concat());
            }
            let positions = |exposures: &[i64]| Positions::new(Unit::CENT, exposures.to_vec(), 0).unwrap();
            let with = losses(&set, &positions(&[300, -200, -50, 8]));
            let without = losses(&plain, &positions(&[300, -200]));
            let decay = 42 * i128::from(days);
            assert_eq!(with, without.iter().map(|loss| loss + decay).collect::<Vec<_>>());
        }
        let scaled = Variant { volatility_scaled: Some("0.94".into()), gamma: true, ..theta.clone() };
        let set = made(1, &scaled).unwrap();
        assert_eq!(set.factors()[4..], ["theta:A", "theta:B"]);
        assert_eq!(set.row(5)[4..], [1 << FRACTION_BITS; 2], "time is not scaled");
        let error = made(8, &theta).unwrap_err().to_string();
        assert!(error.contains("at most 7") && error.contains("of 8 days"), "{error}");
        let own = Variant { liquidity_horizons: Some(vec![1, 4]), ..theta };
        assert!(made(1, &own).unwrap_err().to_string().contains("take one of the two"));
    }
}
