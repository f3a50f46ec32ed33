//! Faults of calendars, indices, securities, vaults and bonds that their contracts would refuse.

use alloy::primitives::Address;

use super::{Failure, ONE, refuse};
use crate::config::security::{BondConfig, CalendarConfig, IndexConfig, Kind, SecurityConfig, VaultConfig, bitmap};
use crate::ladder::{decimal, millionths};
use crate::security::ladder::Ladder;
use crate::security::multiplier;
use crate::security::premium::Rates;
use crate::security::schedule::{self, Layer};
use crate::security::series::Offer;

/// Bytes of a calendar's bitmap: those of a contract's code, less one.
const MOST_BITMAP: usize = 24_575;
/// Seconds of a year, the longest cooldown of a vault.
const YEAR: u32 = 365 * 86_400;
/// Seconds of a day, the least waiting time and cooldown of a bond.
const DAY: u32 = 86_400;
/// Periods that an index keeps rows for, beyond the last day of a cover.
const SPARE: u64 = 50;
/// An index over fewer rows than this keeps `SMALL_RING` rows; one over more keeps as many.
const SMALL_WINDOW: usize = 256;
const SMALL_RING: u64 = 512;
/// Factors of a public book.
const MOST_MARKED: usize = 112;

/// Puts the name of a part before a failure's words.
fn named(what: &str, checked: Result<(), Failure>) -> Result<(), Failure> {
    match checked {
        Err(Failure::Usage(problem)) => refuse(what, problem),
        other => other,
    }
}

/// Reads a share of 1 as millionths and checks that it is in a range.
fn share(what: &str, field: &str, text: &str, least: u128, most: u128) -> Result<u32, Failure> {
    match millionths(text) {
        Ok(value) if (least..=most).contains(&value) => Ok(u32::try_from(value).unwrap_or(u32::MAX)),
        Ok(_) => refuse(what, format!("{field} = {text}: at least {}, at most {}", decimal(least), decimal(most))),
        Err(failure) => refuse(what, format!("{field} = {text}: {failure}")),
    }
}

/// Checks a calendar.
///
/// # Errors
/// Its last day is beyond what a calendar holds.
pub fn calendar(config: &CalendarConfig, days: &[u32]) -> Result<(), Failure> {
    let bytes = bitmap(days).len();
    if bytes <= MOST_BITMAP {
        return Ok(());
    }
    let most = 8 * MOST_BITMAP;
    refuse(
        &format!("calendar \"{}\"", config.name),
        format!("its last day is period {}, and a calendar holds those below {most}", 8 * bytes - 1),
    )
}

/// Checks an index over a window of `rows` rows and `factors` factors.
///
/// # Errors
/// A field is out of the contract's bounds, or its calendar has the clock of another window.
pub fn index(config: &IndexConfig, calendar: &CalendarConfig, rows: usize, factors: usize) -> Result<(), Failure> {
    let what = format!("index \"{}\"", config.name);
    if calendar.window != config.window {
        return refuse(
            &what,
            format!(
                "calendar \"{}\" has the clock of window \"{}\", and the index marks rows of \"{}\"",
                calendar.name, calendar.window, config.window
            ),
        );
    }
    if factors > MOST_MARKED {
        return refuse(&what, format!("{factors} factors: the index of a book has at most {MOST_MARKED}"));
    }
    named(&what, Ladder { lowest: config.lowest, step: config.step }.check())?;
    if usize::from(config.tail) >= rows {
        return refuse(&what, format!("tail = {}: below {rows}, the rows of the window", config.tail));
    }
    share(&what, "share", &config.share, 1, ONE)?;
    let of = &config.multiplier;
    let terms = multiplier::Terms { target: of.target, cap: of.most, rise: of.rise, step: of.step };
    named(&what, terms.check())
}

/// Checks a security.
///
/// # Errors
/// It has no collateral, or no cap.
pub fn security(config: &SecurityConfig) -> Result<(), Failure> {
    let what = format!("security \"{}\"", config.name);
    if config.asset.is_zero() {
        return refuse(&what, "asset is the zero address: name an ERC-20 that is its collateral".to_owned());
    }
    positive(&what, "cap", &config.cap)
}

/// Checks that an amount is above zero; how many decimals it may have is known on the chain alone.
fn positive(what: &str, field: &str, text: &str) -> Result<(), Failure> {
    let is_number = text.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    if !is_number || text.matches('.').count() > 1 {
        return refuse(what, format!("{field} = \"{text}\": an amount is digits, and perhaps a point and decimals"));
    }
    if text.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0') {
        return Ok(());
    }
    refuse(what, format!("{field} = {text}: above 0"))
}

/// Checks a vault over an index of a window of `rows` rows, whose calendar has some `days`.
///
/// # Errors
/// A field is out of the contract's bounds, or no life of the calendar's days fits the rows that the
/// index keeps.
pub fn vault(config: &VaultConfig, rows: usize, days: &[u32]) -> Result<(), Failure> {
    let what = format!("vault \"{}\"", config.name);
    let kind = match config.kind {
        Kind::ValueAtRisk => schedule::Kind::ValueAtRisk,
        Kind::Realised => schedule::Kind::Realised,
        Kind::Scaled => schedule::Kind::Scaled,
    };
    let layer = Layer { kind, attachment: config.attachment, detachment: config.detachment };
    named(&what, Offer { layer, life: config.life, waiting: config.waiting.into() }.check())?;
    if config.cooldown > YEAR {
        return refuse(&what, format!("cooldown = {}: at most {YEAR} seconds, a year", config.cooldown));
    }
    positive(&what, "least_face", &config.least_face)?;
    let rate = |field: &str, text: &str| share(&what, field, text, 0, 10 * ONE);
    let premium = &config.premium;
    let rates = Rates {
        base: rate("premium.base", &premium.base)?,
        slope: rate("premium.slope", &premium.slope)?,
        steep: rate("premium.steep", &premium.steep)?,
        kink: rate("premium.kink", &premium.kink)?,
    };
    named(&what, rates.check())?;
    share(&what, "junior_least", &config.junior_least, 0, ONE - 1)?;
    share(&what, "junior_premium", &config.junior_premium, 0, ONE)?;
    let life = usize::from(config.life);
    let ring = if rows < SMALL_WINDOW { SMALL_RING } else { rows as u64 };
    let spans = days.windows(life + 1).map(|span| u64::from(span[life] - span[0]));
    match spans.min() {
        None => refuse(&what, format!("life = {life}: its calendar has {} days alone", days.len())),
        Some(least) if least + SPARE > ring => refuse(
            &what,
            format!(
                "life = {life}: spans {least} periods or more, and {SPARE} beyond them; the index keeps {ring} rows"
            ),
        ),
        Some(_) => Ok(()),
    }
}

/// Checks a bond.
///
/// # Errors
/// A field is out of the contract's bounds.
pub fn bond(config: &BondConfig) -> Result<(), Failure> {
    let what = format!("bond \"{}\"", config.name);
    let nobody = |field: &str, address: Address| {
        if address.is_zero() { refuse(&what, format!("{field} is the zero address")) } else { Ok(()) }
    };
    nobody("entity", config.entity)?;
    nobody("asset", config.asset)?;
    nobody("beneficiary", config.beneficiary)?;
    if config.beneficiary == config.entity {
        return refuse(&what, format!("beneficiary = {}: the entity itself would lose nothing", config.entity));
    }
    share(&what, "slice", &config.slice, 1, ONE / 2)?;
    share(&what, "exceedance_premium", &config.exceedance_premium, 1, ONE)?;
    share(&what, "lapse_premium", &config.lapse_premium, 1, ONE)?;
    for (field, value) in [("waiting", config.waiting), ("cooldown", config.cooldown)] {
        if value < DAY {
            return refuse(&what, format!("{field} = {value}: at least {DAY} seconds, a day"));
        }
    }
    if config.least == 0 || config.least > config.most {
        return refuse(&what, format!("least = {} and most = {}: 1 <= least <= most", config.least, config.most));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
