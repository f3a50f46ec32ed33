//! Variants of historical simulation, alone or together: another window, other weights, other volatilities, more columns.
//!
//! * *Stressed window*: of all windows of T consecutive returns, the one in which the 97.5 % expected shortfall of a public reference
//!   portfolio is largest, the newest of equals (after the stress period of the Basel framework, MAR33.7).
//! * *Age-weighted*: a return that is k returns older than the newest weighs `lambda^k` (Boudoukh, Richardson and Whitelaw, *The best of
//!   both worlds*, 1998), as an integer `round((2^20 - 1) lambda^k)`.
//! * *Volatility-scaled*: a return is multiplied by the factor's volatility today over that before the return (Hull and White,
//!   *Incorporating volatility updating into the historical simulation method for value-at-risk*, 1998; Barone-Adesi, Giannopoulos and
//!   Vosper 1999). Volatilities are exponentially weighted with mean zero, from the mean of the first 75 squared returns on.
//! * *Liquidity horizons*: a move is multiplied by the root of the factor's liquidity horizon over the horizon of the set, as if it lasted so
//!   long (the horizons are those of the Basel framework, MAR33.12; its aggregation, MAR33.5, is another).
//! * *Greeks*: columns `gamma:A` with `r^2 / 2`, `gamma:A*B` with `r_A r_B`, and `vega:A` with the change of an implied volatility, for
//!   books with exposures to them.
//!
//! Integers where there is no volatility in it; otherwise operations that IEEE 754 rounds in one way: the same bytes on every machine.

use std::io::Read;

use ethnum::I256;
use rust_decimal::prelude::ToPrimitive;

use crate::csv::Table;
use tailproof_core::confidence::Confidence;
use tailproof_core::error::{InputError, Problem};
use tailproof_core::fixed_point::{FRACTION_BITS, MAX_ENTRY, MAX_WEIGHT, Unit, div_round, pow10};
use tailproof_core::measures::{TailMass, expected_shortfall};
use tailproof_core::positions::Positions;
use tailproof_core::prices::PriceHistory;
use tailproof_core::scenarios::generator::{Generator, Variant};
use tailproof_core::scenarios::historical::entry;
use tailproof_core::scenarios::set::ScenarioSet;
use tailproof_core::text::{parse_decimal, shortened};

/// Squared returns whose mean is the first variance.
const FIRST_RETURNS: usize = 75;
/// Of the reference portfolio's shortfall.
const STRESS_CONFIDENCE: u32 = 975_000;

/// A variant of the newest `window` returns over `horizon` days (all there are where it is `None`). `volatilities` are implied
/// volatilities of factors on the dates of the prices, as fractions.
///
/// # Errors
/// What [`tailproof_core::scenarios::historical::historical`] refuses; a decay outside (0, 1); a stressed window without a window; prices that do not move
/// where a volatility is needed; volatilities of something that is no factor, or that lack a date.
pub fn variant(
    file: &str,
    prices: &PriceHistory,
    volatilities: Option<&PriceHistory>,
    horizon: usize,
    window: Option<usize>,
    variant: &Variant,
) -> Result<ScenarioSet, InputError> {
    make(prices, volatilities, horizon, window, variant).map_err(|problem| InputError::of_file(file, problem))
}

fn make(
    prices: &PriceHistory,
    volatilities: Option<&PriceHistory>,
    horizon: usize,
    window: Option<usize>,
    variant: &Variant,
) -> Result<ScenarioSet, Problem> {
    for (what, value) in [("the horizon", horizon), ("the window", window.unwrap_or(1))] {
        if value == 0 {
            return Err(Problem::OutOfRange { what: what.into(), value: "0".into(), range: "1 and above".into() });
        }
    }
    let scaling =
        variant.volatility_scaled.as_deref().map(|text| decay("the volatilities' decay", text)).transpose()?;
    let first = if scaling.is_some() { FIRST_RETURNS } else { 0 };
    let end = prices.len().saturating_sub(horizon);
    let available = end.saturating_sub(first);
    let scenarios = window.unwrap_or(available);
    if scenarios > available || scenarios == 0 {
        let need = scenarios.max(1).saturating_add(horizon).saturating_add(first);
        return Err(Problem::TooFewPrices { have: prices.len(), need, scenarios: scenarios.max(1), horizon });
    }
    let begin = match &variant.stressed {
        Some(reference) => stressed_window(prices, horizon, first..end, scenarios, reference)?,
        None => end - scenarios,
    };
    let scale = scaling.map(|lambda| Volatilities::of(prices, lambda)).transpose()?;
    let weights = match &variant.age_weighted {
        Some(text) => age_weights(decay("the decay of weights", text)?, scenarios),
        None => vec![1; scenarios],
    };

    let stretch = match &variant.liquidity_horizons {
        Some(days) => stretches(days, horizon, prices.factors())?,
        None => Vec::new(),
    };

    let factors = prices.factors();
    let mut names = factors.to_vec();
    let pairs: Vec<(usize, usize)> =
        (0..factors.len()).flat_map(|i| (i + 1..factors.len()).map(move |j| (i, j))).collect();
    if variant.gamma {
        names.extend(factors.iter().map(|name| format!("gamma:{name}")));
    }
    if variant.cross_gamma {
        names.extend(pairs.iter().map(|(i, j)| format!("gamma:{}*{}", factors[*i], factors[*j])));
    }
    if let Some(volatilities) = volatilities {
        if let Some(absent) = volatilities.factors().iter().find(|name| !factors.contains(name)) {
            let known = shortened(factors);
            return Err(Problem::UnknownFactor { factor: absent.clone(), known });
        }
        names.extend(volatilities.factors().iter().map(|name| format!("vega:{name}")));
    }

    let mut entries = Vec::with_capacity(scenarios * names.len());
    let mut labels = Vec::with_capacity(scenarios);
    for start in begin..begin + scenarios {
        let mut row = Vec::with_capacity(names.len());
        for column in 0..factors.len() {
            let plain = entry(prices, start, start + horizon, column)?;
            let scaled = scale.as_ref().map_or(Ok(plain), |scale| scale.apply(prices, plain, start, column))?;
            row.push(stretch.get(column).map_or(scaled, |stretch| times(scaled, *stretch)));
        }
        if variant.gamma {
            row.extend((0..factors.len()).map(|i| product(row[i], row[i], 2)).collect::<Vec<_>>());
        }
        if variant.cross_gamma {
            row.extend(pairs.iter().map(|(i, j)| product(row[*i], row[*j], 1)).collect::<Vec<_>>());
        }
        if let Some(volatilities) = volatilities {
            row.extend(changes(volatilities, prices, start, start + horizon)?);
        }
        for (value, name) in row.into_iter().zip(&names) {
            let date = prices.dates()[start + horizon];
            entries.push(i32::try_from(value).ok().filter(|value| i64::from(*value).abs() <= MAX_ENTRY).ok_or_else(
                || Problem::OutOfRange {
                    what: format!("the move of '{name}' to {date}"),
                    value: format!("{:.0} %", value.as_f64() * 100.0 / f64::from(1 << FRACTION_BITS)),
                    range: "-800 % to 800 %".into(),
                },
            )?);
        }
        labels.push(prices.dates()[start + horizon].to_string());
    }
    let mut last_prices: Vec<String> =
        prices.row(prices.len() - 1).iter().map(|price| price.normalize().to_string()).collect();
    // Greeks are amounts of currency.
    last_prices.resize(names.len(), "1".into());
    let generator = Generator::Historical {
        horizon,
        variant: Some(variant.clone()),
        prices_sha256: hex::encode(prices.digest(0..prices.len())),
    };
    ScenarioSet::new(generator, names, labels, Some(last_prices), weights, entries)
}

/// What moves are multiplied with for factors of given liquidity horizons.
#[allow(clippy::cast_precision_loss)]
fn stretches(days: &[u32], horizon: usize, names: &[String]) -> Result<Vec<f64>, Problem> {
    if days.len() != names.len() {
        let text = format!("{} liquidity horizons for {} factors", days.len(), names.len());
        return Err(Problem::Other(text));
    }
    if let Some(factor) = days.iter().position(|days| (*days as usize) < horizon || *days > 10_000) {
        let range = format!("{horizon} to 10000 days: not below the horizon of the set");
        let what = format!("the liquidity horizon of '{}'", names[factor]);
        return Err(Problem::OutOfRange { what, value: days[factor].to_string(), range });
    }
    Ok(days.iter().map(|days| (f64::from(*days) / horizon as f64).sqrt()).collect())
}

/// An entry times a factor, rounded to the nearest integer, halves away from zero. Out of range it is an entry that is refused.
#[allow(clippy::cast_possible_truncation)]
fn times(entry: I256, factor: f64) -> I256 {
    I256::from(libm::round(entry.as_f64() * factor) as i64)
}

/// Liquidity horizons from a table `factor,days` that names every factor. `file` names it in errors.
///
/// # Errors
/// Another header; a factor that is unknown, doubled or left out; days that are no number.
pub fn liquidity_horizons(file: &str, input: impl Read, factors: &[String]) -> Result<Vec<u32>, InputError> {
    let table = Table::read(file, input)?;
    if table.header != ["factor", "days"] {
        let problem = Problem::Header { found: table.header.join(","), expected: "factor,days".into() };
        return Err(InputError::of_row(file, 1, problem));
    }
    let mut found: Vec<Option<u32>> = vec![None; factors.len()];
    for (line, cells) in &table.rows {
        let at = |column: &str, problem| InputError::of_cell(file, *line, column, problem);
        let index = factors.iter().position(|factor| *factor == cells[0]).ok_or_else(|| {
            at("factor", Problem::UnknownFactor { factor: cells[0].clone(), known: shortened(factors) })
        })?;
        if found[index].is_some() {
            return Err(at("factor", Problem::DuplicateName(cells[0].clone())));
        }
        let whole = || Problem::Other(format!("'{}' is not a whole number of days", cells[1]));
        found[index] = Some(cells[1].parse().map_err(|_| at("days", whole()))?);
    }
    let missing = |index: usize| Problem::Other(format!("there is no liquidity horizon of '{}'", factors[index]));
    let days = found.iter().enumerate().map(|(index, days)| days.ok_or_else(|| missing(index)));
    days.collect::<Result<_, _>>().map_err(|problem| InputError::of_file(file, problem))
}

/// A decay.
///
/// # Errors
/// Not a decimal between 0 and 1.
pub fn decay(what: &str, text: &str) -> Result<f64, Problem> {
    let value = parse_decimal(text)?.to_f64().unwrap_or(f64::NAN);
    if value > 0.0 && value < 1.0 {
        return Ok(value);
    }
    Err(Problem::OutOfRange { what: what.into(), value: text.into(), range: "0 to 1, both excluded".into() })
}

/// Weights of returns, the oldest first.
fn age_weights(decay: f64, count: usize) -> Vec<u32> {
    let mut weight = f64::from(MAX_WEIGHT);
    let mut weights: Vec<u32> = (0..count)
        .map(|_| {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let rounded = libm::round(weight) as u32;
            weight *= decay;
            rounded
        })
        .collect();
    weights.reverse();
    weights
}

/// `left * right / divisor` of two entries, rounded to the nearest integer, halves away from zero.
fn product(left: I256, right: I256, divisor: i64) -> I256 {
    div_round(left * right, I256::from(divisor) << FRACTION_BITS)
}

/// Changes of implied volatilities between two dates.
fn changes(volatilities: &PriceHistory, prices: &PriceHistory, from: usize, to: usize) -> Result<Vec<I256>, Problem> {
    let row = |index: usize| {
        let date = prices.dates()[index];
        volatilities.dates().binary_search(&date).map(|found| volatilities.row(found)).map_err(|_| {
            Problem::Other(format!("there are no implied volatilities of {date}; choose a window that has them"))
        })
    };
    let (old, new) = (row(from)?, row(to)?);
    let change = |(old, new): (&rust_decimal::Decimal, &rust_decimal::Decimal)| {
        let change = *new - *old;
        div_round(I256::from(change.mantissa()) << FRACTION_BITS, pow10(change.scale()))
    };
    Ok(old.iter().zip(new).map(change).collect())
}

/// Where the window begins in which the reference portfolio's expected shortfall is largest.
fn stressed_window(
    prices: &PriceHistory,
    horizon: usize,
    starts: std::ops::Range<usize>,
    scenarios: usize,
    reference: &[String],
) -> Result<usize, Problem> {
    if reference.len() != prices.factors().len() {
        let (have, need) = (reference.len(), prices.factors().len());
        return Err(Problem::Other(format!("a reference portfolio of {have} exposures for {need} factors")));
    }
    // Only their proportions matter.
    let whole = |text: &String| text.parse::<i64>().map_err(|_| Problem::NotANumber(text.clone()));
    let exposures = reference.iter().map(whole).collect::<Result<Vec<i64>, _>>()?;
    let exposures = Positions::new(Unit::CENT, exposures, 0)?.exposures().to_vec();
    let mut losses = Vec::with_capacity(starts.len());
    for start in starts.clone() {
        let mut loss = 0i128;
        for (column, exposure) in exposures.iter().enumerate() {
            loss -= entry(prices, start, start + horizon, column)?.as_i128() * i128::from(*exposure);
        }
        losses.push(loss);
    }
    let weights = vec![1; scenarios];
    let tail = TailMass::new(Confidence::from_millionths(STRESS_CONFIDENCE)?, scenarios as u64);
    // The denominator is that of the tail, the same for all.
    let shortfall = |first: usize| expected_shortfall(&losses[first..first + scenarios], &weights, tail).0;
    let worst = (0..=losses.len() - scenarios).max_by_key(|first| (shortfall(*first), *first));
    Ok(starts.start + worst.unwrap_or(0))
}

/// Exponentially weighted variances of daily returns, after each day.
struct Volatilities {
    /// `after[day][factor]`; none for the days of the first variance
    after: Vec<Vec<f64>>,
}

impl Volatilities {
    #[allow(clippy::cast_precision_loss)]
    fn of(prices: &PriceHistory, decay: f64) -> Result<Self, Problem> {
        let returns = prices.simple_returns()?;
        let factors = prices.factors().len();
        let first: Vec<f64> = (0..factors)
            .map(|factor| {
                let squares = returns[..FIRST_RETURNS].iter().map(|row| row[factor] * row[factor]);
                squares.sum::<f64>() / FIRST_RETURNS as f64
            })
            .collect();
        let mut after = vec![first; FIRST_RETURNS + 1];
        for row in &returns[FIRST_RETURNS..] {
            let before = &after[after.len() - 1];
            let next = row.iter().zip(before).map(|(value, variance)| decay * variance + (1.0 - decay) * value * value);
            after.push(next.collect());
        }
        if let Some(still) = (0..factors).find(|factor| after.iter().any(|day| day[*factor] <= 0.0)) {
            let name = &prices.factors()[still];
            return Err(Problem::Other(format!("the prices of '{name}' do not move: they have no volatility")));
        }
        Ok(Self { after })
    }

    /// A return that begins on a day as it would be with today's volatility.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
    fn apply(&self, prices: &PriceHistory, plain: I256, start: usize, factor: usize) -> Result<I256, Problem> {
        let today = &self.after[self.after.len() - 1];
        let scaled = libm::round(plain.as_f64() * (today[factor] / self.after[start][factor]).sqrt());
        if scaled.abs() <= MAX_ENTRY as f64 {
            return Ok(I256::from(scaled as i64));
        }
        Err(Problem::OutOfRange {
            what: format!("the scaled return of '{}' from {}", prices.factors()[factor], prices.dates()[start]),
            value: format!("{:.0} %", scaled * 100.0 / f64::from(1u32 << FRACTION_BITS)),
            range: "-800 % to 800 %".into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        variant("p.csv", &history(200), None, 1, Some(window), of).unwrap()
    }

    #[test]
    fn nothing_changed_is_plain_historical_simulation() {
        let plain = tailproof_core::scenarios::historical::historical("p.csv", &history(200), 1, Some(50)).unwrap();
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
        assert!(variant("p.csv", &history(200), None, 1, Some(12), &wrong).is_err());
    }

    #[test]
    fn older_returns_weigh_less() {
        let set = made(3, &Variant { age_weighted: Some("0.5".into()), ..Variant::default() });
        assert_eq!(set.weights(), [262_144, 524_288, 1_048_575]);
        for bad in ["0", "1", "-0.5", "x"] {
            let bad = Variant { age_weighted: Some(bad.into()), ..Variant::default() };
            assert!(variant("p.csv", &history(200), None, 1, Some(3), &bad).is_err());
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
        let error = variant("p.csv", &history(200), None, 1, Some(125), &of).unwrap_err().to_string();
        assert!(error.contains("price rows"), "{error}");
        let still: String = (0..100)
            .map(|day| format!("{},7\n", jiff::civil::date(2022, 1, 1) + jiff::Span::new().days(day)))
            .collect();
        let still = crate::csv::read_prices("p.csv", format!("date,A\n{still}").as_bytes()).unwrap();
        let error = variant("p.csv", &still, None, 1, Some(5), &of).unwrap_err().to_string();
        assert!(error.contains("do not move"), "{error}");
    }

    #[test]
    fn moves_last_as_long_as_liquidity_horizons_say() {
        let factors = ["A".to_owned(), "B".to_owned()];
        let read = |text: &str| liquidity_horizons("h.csv", text.as_bytes(), &factors);
        let days = read("factor,days\nB,40\nA,10\n").unwrap();
        let of = |days: Vec<u32>| Variant { liquidity_horizons: Some(days), ..Variant::default() };
        let made = |of: &Variant| variant("p.csv", &history(200), None, 10, Some(5), of);
        let (plain, long) = (made(&Variant::default()).unwrap(), made(&of(days)).unwrap());
        for row in 0..5 {
            assert_eq!(long.row(row), [plain.row(row)[0], 2 * plain.row(row)[1]]);
        }
        assert!(made(&of(vec![9, 10])).unwrap_err().to_string().contains("not below"));
        for (bad, said) in [
            ("factor,days\nA,10\n", "no liquidity horizon of 'B'"),
            ("factor,days\nA,10\nA,20\n", "A"),
            ("factor,days\nC,10\n", "C"),
            ("factor,days\nA,ten\n", "ten"),
            ("name,days\nA,10\n", "factor,days"),
        ] {
            assert!(read(bad).unwrap_err().to_string().contains(said), "{bad}");
        }
    }

    #[test]
    fn greeks_are_columns() {
        let dates = ["2022-07-17", "2022-07-18", "2022-07-19"];
        let volatilities = format!("date,B\n{},0.2\n{},0.25\n{},0.1\n", dates[0], dates[1], dates[2]);
        let volatilities = crate::csv::read_prices("v.csv", volatilities.as_bytes()).unwrap();
        let of =
            Variant { gamma: true, cross_gamma: true, volatilities_sha256: Some("00".into()), ..Variant::default() };
        let set = variant("p.csv", &history(200), Some(&volatilities), 1, Some(2), &of).unwrap();
        assert_eq!(set.factors(), ["A", "B", "gamma:A", "gamma:B", "gamma:A*B", "vega:B"]);
        for row in 0..2 {
            let moves: Vec<f64> = set.row(row).iter().map(|entry| f64::from(*entry) / f64::from(1 << 20)).collect();
            assert!((moves[2] - moves[0] * moves[0] / 2.0).abs() < 1e-6);
            assert!((moves[4] - moves[0] * moves[1]).abs() < 1e-6);
            assert!((moves[5] - [0.05, -0.15][row]).abs() < 1e-6);
        }
        let error = variant("p.csv", &history(200), Some(&volatilities), 1, Some(3), &of).unwrap_err();
        assert!(error.to_string().contains("no implied volatilities of 2022-07-16"), "{error}");
    }
}
