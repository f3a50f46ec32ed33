//! Data that are probably wrong: they are read, and whoever reads them is told.

use std::fmt;

use jiff::civil::Date;
use serde::Serialize;
use tailproof_core::echo::echo;
use tailproof_core::fixed_point::FRACTION_BITS;
use tailproof_core::prices::{Moves, PriceHistory};
use tailproof_core::scenarios::ScenarioSet;
use tailproof_core::scenarios::factors::is_exposure;
use tailproof_core::scenarios::generator::{Generator, Variant};
use tailproof_core::text::{day, to_f64};

/// Something about prices or moves that is probably wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suspicion {
    /// what it is
    pub kind: SuspicionKind,
    /// the factor; `None` for days
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<String>,
    /// the first day, that on which the move ends
    pub date: String,
    /// how often
    pub count: usize,
    /// the first one: the ratio of two prices, the days between two rows, the ticks of a price
    pub value: f64,
    /// the day before, of days that are missing
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

/// What a [`Suspicion`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SuspicionKind {
    /// a ratio near 100 or 1/100
    Unit,
    /// a ratio near a small integer, or near one over it
    Split,
    /// a move beyond 50 %
    Large,
    /// many days between two rows
    Gap,
    /// prices of a few ticks
    Ticks,
}

/// Distance of a ratio from 100, relative, within which it is a change of unit.
const NEAR_UNIT: f64 = 0.15;
/// Distance of a ratio from a small integer, relative, within which it is a split.
const NEAR_SPLIT: f64 = 0.03;
/// Most shares that one share becomes in a split.
const MOST_SHARES: f64 = 20.0;
/// Ticks below which a price is too coarse: a tick is then more than 5 % of it.
const FEW_TICKS: i64 = 20;
/// Days between two rows that are no gap whatever the usual distance: the longest holidays.
const USUAL_DAYS: i32 = 12;
/// How many times the usual distance of two rows is a gap.
const GAP: i32 = 5;

/// Returns what a set itself shows: large moves, changes of unit, splits, days that are missing.
/// Empty for sets whose moves are not those of prices.
pub fn of_set(set: &ScenarioSet) -> Vec<Suspicion> {
    let Generator::Historical { horizon, variant, .. } = set.generator() else { return Vec::new() };
    // Columns of theta stand beside moves that are as they were.
    let is_plain = |variant: &Variant| Variant { theta: false, ..variant.clone() }.has_plain_moves();
    if !variant.as_ref().is_none_or(is_plain) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (column, factor) in set.factors().iter().enumerate().filter(|(_, factor)| is_exposure(factor)) {
        let treatment = set.generator().treatment();
        if treatment.is_some_and(|treatment| treatment.moves.iter().any(|moves| moves.factor == *factor)) {
            continue;
        }
        let mut of_factor: [Option<Suspicion>; 3] = [None, None, None];
        for (row, label) in set.labels().iter().enumerate() {
            let ratio = 1.0 + f64::from(set.row(row)[column]) / f64::from(1u32 << FRACTION_BITS);
            let Some(kind) = of_ratio(ratio, *horizon) else { continue };
            let place = match kind {
                SuspicionKind::Unit => 0,
                SuspicionKind::Split => 1,
                _ => 2,
            };
            let factor = Some(factor.clone());
            let first = || Suspicion { kind, factor, date: label.clone(), count: 0, value: ratio, since: None };
            of_factor[place].get_or_insert_with(first).count += 1;
        }
        found.extend(of_factor.into_iter().flatten());
    }
    let days: Option<Vec<Date>> = set.labels().iter().map(|label| day(label)).collect();
    found.extend(days.and_then(|days| gap(&days)));
    found
}

/// Returns what a history shows that the set made from it does not: days that are missing, the first
/// move included, and prices of a few ticks.
pub fn of_history(prices: &PriceHistory) -> Vec<Suspicion> {
    let ticks = (0..prices.factors().len()).filter_map(|column| ticks(prices, column));
    let ticks: Vec<Suspicion> = if prices.holds_returns() { Vec::new() } else { ticks.collect() };
    gap(prices.dates()).into_iter().chain(ticks).collect()
}

/// Returns everything about a history and the set that was made from it.
pub fn of_both(prices: &PriceHistory, set: &ScenarioSet) -> Vec<Suspicion> {
    let of_moves = of_set(set).into_iter().filter(|suspicion| suspicion.kind != SuspicionKind::Gap);
    of_moves.chain(of_history(prices)).collect()
}

/// Returns what a ratio of two prices is, if it is suspicious. Over several days nothing is a split.
fn of_ratio(ratio: f64, horizon: usize) -> Option<SuspicionKind> {
    if (0.5..=1.5).contains(&ratio) && (ratio - 0.5).abs() > 0.5 * NEAR_SPLIT {
        return None;
    }
    let times = if ratio >= 1.0 { ratio } else { 1.0 / ratio };
    let shares = times.round();
    match horizon {
        1 if (times / 100.0 - 1.0).abs() <= NEAR_UNIT => Some(SuspicionKind::Unit),
        1 if (2.0..=MOST_SHARES).contains(&shares) && (times / shares - 1.0).abs() <= NEAR_SPLIT => {
            Some(SuspicionKind::Split)
        }
        _ => Some(SuspicionKind::Large).filter(|_| !(0.5..=1.5).contains(&ratio)),
    }
}

/// Returns the longest distance of two days, if it is many times the usual one.
fn gap(days: &[Date]) -> Option<Suspicion> {
    let between = |pair: &[Date]| pair[0].until(pair[1]).map_or(0, |span| span.get_days());
    let mut all: Vec<i32> = days.windows(2).map(between).collect();
    let limit = {
        all.sort_unstable();
        all.get(all.len() / 2).map(|usual| (usual * GAP).max(USUAL_DAYS))?
    };
    let gaps = || days.windows(2).filter(|pair| between(pair) > limit);
    let longest = gaps().max_by_key(|pair| between(pair))?;
    let since = Some(longest[0].to_string());
    let (date, value) = (longest[1].to_string(), f64::from(between(longest)));
    Some(Suspicion { kind: SuspicionKind::Gap, factor: None, date, count: gaps().count(), value, since })
}

/// Returns a price of a few units of its last decimal, in a column whose prices change.
fn ticks(prices: &PriceHistory, column: usize) -> Option<Suspicion> {
    if prices.moves(column) != Moves::Relative {
        return None;
    }
    let all = || (0..prices.len()).map(|row| prices.row(row)[column].normalize());
    let changes = all().any(|price| price != prices.row(0)[column].normalize());
    let scale = all().map(|price| price.scale()).max().filter(|_| changes)?;
    let of = |price: rust_decimal::Decimal| {
        let tick = rust_decimal::Decimal::new(1, scale);
        price.checked_div(tick).filter(|ticks| *ticks < FEW_TICKS.into())
    };
    let few = || all().enumerate().filter_map(|(row, price)| Some((row, of(price)?)));
    let (row, ticks) = few().next()?;
    let (factor, date) = (Some(prices.factors()[column].clone()), prices.dates()[row].to_string());
    let (count, value) = (few().count(), to_f64(ticks));
    Some(Suspicion { kind: SuspicionKind::Ticks, factor, date, count, value, since: None })
}

impl fmt::Display for Suspicion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, factor, date, count, value, since } = self;
        let factor = factor.as_deref().unwrap_or_default();
        let times = if *count > 1 { format!(", the first of {count}") } else { String::new() };
        let ratio = if *value < 1.0 { format!("1/{:.4}", 1.0 / value) } else { format!("{value:.4}") };
        match kind {
            SuspicionKind::Unit => write!(
                formatter,
                "'{}' on {date}{times}: the price is {ratio} of the one before, probably a change of unit",
                echo(factor)
            ),
            SuspicionKind::Split => write!(
                formatter,
                "'{}' on {date}{times}: the price is {ratio} of the one before, perhaps a split that prices are not \
                 adjusted for",
                echo(factor)
            ),
            SuspicionKind::Large => {
                let percent = (value - 1.0) * 100.0;
                write!(formatter, "'{}' on {date}{times}: a move of {percent:+.1} %, beyond 50 %", echo(factor))
            }
            SuspicionKind::Gap => {
                let since = since.as_deref().unwrap_or_default();
                let others = if *count > 1 { format!(", the longest of {count} gaps") } else { String::new() };
                write!(formatter, "no rows between {since} and {date}{others}: one move over {value} days")
            }
            SuspicionKind::Ticks => write!(
                formatter,
                "'{}' on {date}{times}: the price is {value} times its last decimal, so that a tick is a large move",
                echo(factor)
            ),
        }
    }
}
