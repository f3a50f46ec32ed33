//! Faults of a configuration that contracts would refuse, found before anything is sent.
//!
//! Each bound is that of a constructor, of `MandateTerms`, or of `BacktestLedger`, whose guards are
//! met only when the first day is settled: a mandate cannot be changed then. Messages name the
//! field, its value and the bound.

pub mod security;

use std::collections::BTreeSet;

use tailproof_verifier::Shape;
use tailproof_verifier::shape::Statement;

use crate::config::{Access, FeedConfig, MandateConfig, MarginConfig, Window};
use crate::contracts::IMandateLedger::Terms;
use crate::error::Failure;
use crate::ladder::{decimal, millionths};

/// Epochs whose records a ledger keeps, less one: the largest lag.
const MOST_LAG: u16 = 7;
/// Seconds that a point must have been on chain when a forecast is due, and the largest `late`.
const ON_CHAIN: u64 = 6 * 3600;
/// Seconds of a day: the least grace.
const DAY: u64 = 86_400;
/// The ledger keeps the seconds of a record's life in 24 bits.
const MOST_VALIDITY: u64 = (1 << 24) - 1;
/// Factors of a window.
const MOST_FACTORS: usize = 256;
/// 10^18 units of currency, in millionths.
const MOST_LIMIT: u128 = 10u128.pow(24);
/// Millionths of 1.
const ONE: u128 = 1_000_000;

/// A field that a contract would refuse.
fn refuse<T>(what: &str, problem: String) -> Result<T, Failure> {
    Err(Failure::Usage(format!("{what}: {problem}")))
}

/// Checks the times and counts of a mandate over a window of `rows` rows of `period` seconds, and
/// that its days can be settled.
///
/// # Errors
/// A field is out of the ledgers' bounds.
pub fn mandate(config: &MandateConfig, rows: usize, period: u32) -> Result<(), Failure> {
    let what = format!("mandate \"{}\"", config.name);
    let within = |field: &str, value: u64, least: u64, most: u64, why: &str| {
        if (least..=most).contains(&value) {
            return Ok(());
        }
        refuse(&what, format!("{field} = {value}: at least {least}, at most {most}; {why}"))
    };
    let (lag, late, grace, period) =
        (u64::from(config.lag), u64::from(config.late), u64::from(config.grace), u64::from(period));
    within("least_rows", config.least_rows.into(), 1, rows as u64, "the window has no more rows")?;
    within("lag", lag, 0, MOST_LAG.into(), "the ledger keeps the records of eight epochs")?;
    within("staleness", config.staleness.into(), 1, u32::MAX.into(), "seconds since the newest row closed")?;
    let most = ON_CHAIN.min(period.saturating_sub(1));
    within("late", late, 1, most, "a forecast is made before its row closes, and within six hours")?;
    within("validity", config.validity.into(), 1, MOST_VALIDITY, "seconds that a record stands")?;
    // Days whose points came just in time could not be told from days whose points came too late.
    if lag * period + late <= ON_CHAIN {
        return refuse(
            &what,
            format!(
                "lag = {lag} and late = {late}: lag times the period of {period} seconds, plus late, is {}, and has to be \
                 above {ON_CHAIN}: a point has to be on chain for six hours when a forecast is due. Take a lag of 1 or more",
                lag * period + late
            ),
        );
    }
    let most = (u64::from(MOST_LAG) - lag) * period;
    if most < DAY {
        return refuse(
            &what,
            format!(
                "lag = {lag}: with it no grace is within the ledgers' bounds; take a lag of at most {}",
                lag_below(period)
            ),
        );
    }
    within("grace", grace, DAY, most, "(7 - lag) times the period, within which a forecast is kept")
}

/// The largest lag that leaves a grace of a day.
fn lag_below(period: u64) -> u64 {
    u64::from(MOST_LAG).saturating_sub(DAY.div_ceil(period.max(1)))
}

/// Checks the terms that were made of a mandate: its clauses, its custodians and its unit.
///
/// # Errors
/// A field is out of the ledger's bounds.
pub fn terms(name: &str, terms: &Terms, shape: Shape) -> Result<(), Failure> {
    let what = format!("mandate \"{name}\"");
    let (var, shortfall) = (terms.varConfidence, terms.shortfallConfidence);
    if var == 0 && shortfall == 0 {
        return refuse(
            &what,
            "its file has no clause of var or cvar; a ledger records one of them, or both".to_owned(),
        );
    }
    if var != 0 && shortfall != 0 && var != shortfall && shape.thresholds() == 1 {
        let (var, shortfall) = (decimal(var.into()), decimal(shortfall.into()));
        return refuse(
            &what,
            format!(
                "confidences {var} of var and {shortfall} of cvar: keys of {shape} take one for both, and keys without /1 two"
            ),
        );
    }
    for (field, limit) in [("var", terms.varLimit), ("cvar", terms.shortfallLimit)] {
        if limit > MOST_LIMIT {
            let (limit, most) = (decimal(limit), decimal(MOST_LIMIT));
            return refuse(&what, format!("limit = {limit} of {field}: at most {most}"));
        }
    }
    let (first, second) = (terms.custodian, terms.secondCustodian);
    if first.is_zero() && !second.is_zero() || first == second && !first.is_zero() {
        return refuse(&what, format!("custodians {first} and {second}: name one, or two different ones"));
    }
    match (first.is_zero(), terms.scope == 0) {
        (true, false) => refuse(&what, "scope: without custodians nobody vouches for it; leave it out".to_owned()),
        (false, true) => refuse(&what, "scope is empty: say what its custodians have to vouch for".to_owned()),
        _ => Ok(()),
    }
}

/// Checks a window with keys of a shape, over prices of `factors` factors.
///
/// # Errors
/// No window is over these keys, or its seats are not different.
pub fn window(config: &Window, shape: Shape, factors: usize) -> Result<(), Failure> {
    let what = format!("window \"{}\"", config.name);
    if !matches!(shape.statement(), Statement::Market { .. } | Statement::MarketLimits) {
        return refuse(
            &what,
            format!("keys of {shape} are not over scenarios of factors; take keys such as 500x20+limits"),
        );
    }
    if factors != shape.factors() {
        let prices = config.prices.display();
        return refuse(&what, format!("{prices} has {factors} factors, and keys of {shape} take {}", shape.factors()));
    }
    if factors > MOST_FACTORS || shape.scenarios() > usize::from(u16::MAX) {
        return refuse(&what, format!("keys of {shape}: at most {MOST_FACTORS} factors, and {} scenarios", u16::MAX));
    }
    let mut seats = BTreeSet::new();
    match config.seats.iter().find(|seat| seat.is_zero() || !seats.insert(**seat)) {
        Some(seat) if seat.is_zero() => refuse(&what, "seats: the zero address signs nothing".to_owned()),
        Some(seat) => refuse(&what, format!("seats: {seat} is named twice")),
        None => Ok(()),
    }
}

/// Checks a feed of a mandate.
///
/// # Errors
/// The mandate has no value at risk, or the margin's numbers are none.
pub fn feed(config: &FeedConfig, terms: &Terms) -> Result<(), Failure> {
    let what = format!("feed \"{}\"", config.name);
    if terms.varConfidence == 0 {
        return refuse(&what, format!("mandate \"{}\" has no clause of var, which it would show", config.mandate));
    }
    config.margin.as_ref().map_or(Ok(()), |config| margin(&what, config))
}

fn margin(what: &str, config: &MarginConfig) -> Result<(), Failure> {
    let read = |text: &String| millionths(text);
    let [none, green, yellow, red] = &config.multipliers;
    let [none, green, yellow, red] = [read(none)?, read(green)?, read(yellow)?, read(red)?];
    if green < ONE || yellow < green || red < yellow || red < 2 * ONE || none < red {
        return refuse(
            what,
            format!(
                "multipliers = [{}]: without a zone, green, yellow, red; green is at least 1, each colour at least the one \
                 before it, red at least 2, and the one without a zone at least red's",
                config.multipliers.join(", ")
            ),
        );
    }
    match read(&config.fall)? {
        0 => refuse(what, "fall = 0: above 0, at most 1".to_owned()),
        fall if fall > ONE => refuse(what, format!("fall = {}: above 0, at most 1", config.fall)),
        _ => Ok(()),
    }
}

/// Checks who gets the roles.
///
/// # Errors
/// Nobody would get them.
pub fn access(config: &Access) -> Result<(), Failure> {
    if config.admin.is_zero() {
        return refuse("access", "admin is the zero address: nobody could ever add a verifier".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
