//! The part of a configuration that deploys cover on a public book, and bonds.

use std::path::{Path, PathBuf};

use alloy::primitives::Address;
use serde::Deserialize;

/// Days of trade.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarConfig {
    /// Name in the deployment file.
    pub name: String,
    /// Window whose clock it has.
    pub window: String,
    /// Dates, one a line, rising; those to come included. Lines that begin with `#` are skipped.
    pub days: PathBuf,
}

/// Risk of a public book.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexConfig {
    /// Name in the deployment file.
    pub name: String,
    /// Window whose rows it marks.
    pub window: String,
    /// Calendar.
    pub calendar: String,
    /// The book: exposures are basis points, and their magnitudes sum to 10,000.
    pub book: PathBuf,
    /// Number of the first row that it marks.
    #[serde(default)]
    pub first_row: u32,
    /// Basis points of the lowest rung, and between rungs.
    pub lowest: u16,
    /// See `lowest`.
    pub step: u16,
    /// Rows that may be beyond value at risk: 5 of 500 for 99 %.
    pub tail: u16,
    /// Share of the rows that expected shortfall is the mean of; a decimal.
    pub share: String,
    /// The exposure multiplier.
    pub multiplier: MultiplierConfig,
}

/// An exposure multiplier, in 64ths.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MultiplierConfig {
    /// Value at risk that it aims at, in basis points.
    pub target: u32,
    /// Its most.
    pub most: u16,
    /// The most that it rises by in a day.
    pub rise: u16,
    /// The least change.
    pub step: u16,
}

/// Split tokens over an index.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecurityConfig {
    /// Name in the deployment file.
    pub name: String,
    /// Index.
    pub index: String,
    /// Collateral: an ERC-20.
    pub asset: Address,
    /// The most faces that are live at a time, in units of the collateral; a decimal.
    pub cap: String,
    /// Who is asked before cover moves; nobody if it is left out.
    #[serde(default)]
    pub gate: Address,
}

/// A kind of index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Value at risk of the book.
    ValueAtRisk,
    /// Loss of a day.
    Realised,
    /// Loss of a day times its multiplier.
    Scaled,
}

/// Two classes that sell one series of cover.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaultConfig {
    /// Name in the deployment file.
    pub name: String,
    /// Security whose cover it sells.
    pub security: String,
    /// What the series pays by.
    pub kind: Kind,
    /// Basis points.
    pub attachment: u16,
    /// Basis points.
    pub detachment: u16,
    /// Days of a cover.
    pub life: u16,
    /// Seconds between an order and the opening of its first day.
    pub waiting: u32,
    /// Seconds between a request to redeem and its boundary.
    pub cooldown: u32,
    /// Least face of an order, in units of the collateral; a decimal.
    pub least_face: String,
    /// Premium.
    pub premium: PremiumConfig,
    /// Least share of assets that is junior's; a decimal.
    pub junior_least: String,
    /// Junior's share of premium; a decimal.
    pub junior_premium: String,
    /// Who is told of new and burnt shares; nobody if it is left out.
    #[serde(default)]
    pub hook: Address,
    /// Who is asked before shares move; nobody if it is left out.
    #[serde(default)]
    pub gate: Address,
}

/// Premium of a whole life as shares of face; decimals.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PremiumConfig {
    /// With nothing in use.
    pub base: String,
    /// What it rises by to full use.
    pub slope: String,
    /// What it rises by in addition from `kink` to full use.
    pub steep: String,
    /// Share of assets in use from which it is steeper.
    pub kink: String,
}

/// An entity's bond.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BondConfig {
    /// Name in the deployment file.
    pub name: String,
    /// Mandate that it is behind.
    pub mandate: String,
    /// Whose it is.
    pub entity: Address,
    /// Collateral: an ERC-20.
    pub asset: Address,
    /// Who gets slices of the free half.
    pub beneficiary: Address,
    /// Share of face that an exceedance pays; a decimal.
    pub slice: String,
    /// Premium of a period as a share of face; decimals.
    pub exceedance_premium: String,
    /// See `exceedance_premium`.
    pub lapse_premium: String,
    /// Seconds between a purchase and the opening of its first period.
    pub waiting: u32,
    /// Seconds between a withdrawal and its boundary.
    pub cooldown: u32,
    /// Periods of a cover, at least and at most.
    pub least: u32,
    /// See `least`.
    pub most: u32,
    /// Who is asked before cover moves; nobody if it is left out.
    #[serde(default)]
    pub gate: Address,
}

/// All of it.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// Names of windows and mandates.
    pub windows: &'a [&'a str],
    /// See `windows`.
    pub mandates: &'a [&'a str],
    /// Configured parts.
    pub calendars: &'a [CalendarConfig],
    /// See `calendars`.
    pub indices: &'a [IndexConfig],
    /// See `calendars`.
    pub securities: &'a [SecurityConfig],
    /// See `calendars`.
    pub vaults: &'a [VaultConfig],
    /// See `calendars`.
    pub bonds: &'a [BondConfig],
}

impl Parts<'_> {
    /// Checks that names are there once, and that what they name is there.
    ///
    /// # Errors
    /// The message has the kind of part and the name.
    pub fn check(&self) -> Result<(), String> {
        let calendars: Vec<&str> = self.calendars.iter().map(|calendar| &*calendar.name).collect();
        let indices: Vec<&str> = self.indices.iter().map(|index| &*index.name).collect();
        let securities: Vec<&str> = self.securities.iter().map(|security| &*security.name).collect();
        let vaults: Vec<&str> = self.vaults.iter().map(|vault| &*vault.name).collect();
        let bonds: Vec<&str> = self.bonds.iter().map(|bond| &*bond.name).collect();
        for (kind, names) in [
            ("calendar", &calendars),
            ("index", &indices),
            ("security", &securities),
            ("vault", &vaults),
            ("bond", &bonds),
        ] {
            once(kind, names)?;
        }
        for calendar in self.calendars {
            there("calendar", &calendar.name, "window", &calendar.window, self.windows)?;
        }
        for index in self.indices {
            there("index", &index.name, "window", &index.window, self.windows)?;
            there("index", &index.name, "calendar", &index.calendar, &calendars)?;
        }
        for security in self.securities {
            there("security", &security.name, "index", &security.index, &indices)?;
        }
        for vault in self.vaults {
            there("vault", &vault.name, "security", &vault.security, &securities)?;
        }
        for bond in self.bonds {
            there("bond", &bond.name, "mandate", &bond.mandate, self.mandates)?;
        }
        Ok(())
    }
}

/// Checks that no name is there twice.
///
/// # Errors
/// One is.
pub fn once(kind: &str, names: &[&str]) -> Result<(), String> {
    match names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
        Some((_, name)) => Err(format!("two are called [[{kind}]] name = \"{name}\"")),
        None => Ok(()),
    }
}

fn there(kind: &str, name: &str, of: &str, wanted: &str, names: &[&str]) -> Result<(), String> {
    if names.contains(&wanted) {
        return Ok(());
    }
    Err(format!("{kind} \"{name}\" is of {of} \"{wanted}\", which is not there"))
}

/// Paths of these parts, to be read relative to the configuration.
pub fn paths<'a>(
    calendars: &'a mut [CalendarConfig],
    indices: &'a mut [IndexConfig],
) -> impl Iterator<Item = &'a mut PathBuf> {
    calendars.iter_mut().map(|calendar| &mut calendar.days).chain(indices.iter_mut().map(|index| &mut index.book))
}

/// Reads a calendar's days as periods: days since 1970-01-01.
///
/// # Errors
/// A line is no date, or the dates do not rise; the message has the line.
pub fn days(path: &Path, text: &str) -> Result<Vec<u32>, String> {
    let mut days: Vec<u32> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let place = || format!("{}, line {}", path.display(), at + 1);
        let date: jiff::civil::Date =
            line.parse().map_err(|_| format!("{}: \"{line}\" is no date; write YYYY-MM-DD", place()))?;
        let day = u32::try_from((date - jiff::civil::date(1970, 1, 1)).get_days())
            .map_err(|_| format!("{}: days on chain begin in 1970", place()))?;
        if days.last().is_some_and(|last| *last >= day) {
            return Err(format!("{}: {line} is not after the line before it", place()));
        }
        days.push(day);
    }
    if days.len() < 2 {
        return Err(format!("{} has no two days", path.display()));
    }
    Ok(days)
}

/// Returns a bitmap of days from period 0 on: bit 0 is the highest of the first byte.
pub fn bitmap(days: &[u32]) -> Vec<u8> {
    let mut bytes = vec![0u8; days.last().map_or(0, |last| *last as usize / 8 + 1)];
    for day in days {
        bytes[*day as usize / 8] |= 0x80 >> (day % 8);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_faults_have_their_line() {
        let path = Path::new("c.txt");
        assert_eq!(days(path, "# exchange\n1970-01-02\n\n1970-09-14\n").unwrap(), [1, 256]);
        for (text, words) in [
            ("1970-01-02\n1970-01-02\n", "line 2: 1970-01-02 is not after"),
            ("1970-01-02\n2.1.1970\n", "line 2: \"2.1.1970\" is no date"),
            ("1969-01-02\n1970-01-02\n", "line 1: days on chain"),
            ("1970-01-02\n", "no two days"),
        ] {
            let refused = days(path, text).unwrap_err();
            assert!(refused.contains(words), "{refused}");
        }
    }

    #[test]
    fn the_bitmap_has_a_bit_for_each_day() {
        assert_eq!(bitmap(&[0, 9, 15, 16]), [0x80, 0x41, 0x80]);
    }
}
