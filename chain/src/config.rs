//! The configuration of a deployment: a TOML file.

use std::path::{Path, PathBuf};

use alloy::primitives::Address;
use serde::Deserialize;

use crate::error::Failure;
use crate::files;

pub mod security;

use security::{BondConfig, CalendarConfig, IndexConfig, Parts, SecurityConfig, VaultConfig};

/// What is deployed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Who may do what.
    pub access: Access,
    /// Windows by name.
    pub window: Vec<Window>,
    /// Mandates by name.
    #[serde(default)]
    pub mandate: Vec<MandateConfig>,
    /// Feeds by name.
    #[serde(default)]
    pub feed: Vec<FeedConfig>,
    /// Days of trade by name.
    #[serde(default)]
    pub calendar: Vec<CalendarConfig>,
    /// Risks of public books by name.
    #[serde(default)]
    pub index: Vec<IndexConfig>,
    /// Split tokens by name.
    #[serde(default)]
    pub security: Vec<SecurityConfig>,
    /// Sellers of cover by name.
    #[serde(default)]
    pub vault: Vec<VaultConfig>,
    /// Bonds by name.
    #[serde(default)]
    pub bond: Vec<BondConfig>,
}

/// A feed of an entity's bound, and the margin on it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedConfig {
    /// Name in the deployment file.
    pub name: String,
    /// Mandate.
    pub mandate: String,
    /// Whose bound it is.
    pub entity: Address,
    /// The margin that a lender asks for.
    pub margin: Option<MarginConfig>,
}

/// A margin.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarginConfig {
    /// Multipliers without a zone, and in the green, yellow and red zone; decimals.
    pub multipliers: [String; 4],
    /// Largest share of itself by which the smoothed bound falls a day; a decimal.
    pub fall: String,
    /// Most silent days among the last 250; above, the margin is as without a zone.
    pub most_silent: u32,
    /// Most days that are not settled yet; above, the margin is as without a zone.
    pub most_behind: u32,
}

/// Roles of the access manager.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// Who adds verifiers.
    pub admin: Address,
    /// Who stops keys.
    pub guardian: Address,
    /// Seconds before a verifier that was announced is added.
    pub delay: u32,
}

/// A key, its window, and the seats behind its prices.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Name in the deployment file and on the command line.
    pub name: String,
    /// Folder of the keys; `verifying.key` is read.
    pub keys: PathBuf,
    /// Artefact of the generated verifier, as forge writes it.
    pub verifier: PathBuf,
    /// Prices, for the names and order of the factors.
    pub prices: PathBuf,
    /// Seats that sign rows of prices; an odd number.
    pub seats: Vec<Address>,
    /// How many of them have to sign.
    pub quorum: u32,
    /// Unix time at which period 0 closes: for days, the seconds after midnight UTC.
    pub origin: u64,
    /// Seconds of a period.
    #[serde(default = "day")]
    pub period: u32,
}

/// Seconds of a day.
fn day() -> u32 {
    86_400
}

/// A mandate on chain.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MandateConfig {
    /// Name in the deployment file and on the command line.
    pub name: String,
    /// Window whose points it takes.
    pub window: String,
    /// The mandate's file: one clause of value at risk, one of expected shortfall, or both.
    pub file: PathBuf,
    /// Book unit, as `commit --unit` takes it.
    #[serde(default = "cent")]
    pub unit: String,
    /// A ladder of limits, for keys with limits on the book.
    pub ladder: Option<LadderConfig>,
    /// Least number of scenarios.
    pub least_rows: u32,
    /// Largest number of gaps.
    #[serde(default)]
    pub most_gaps: u16,
    /// Epochs that a point may lag behind.
    pub lag: u16,
    /// Seconds since the newest row closed.
    pub staleness: u32,
    /// Seconds after a period opens within which a forecast counts.
    pub late: u32,
    /// Seconds that a record stands.
    pub validity: u32,
    /// Seconds that it is late for after that, before it lapses.
    pub grace: u32,
    /// Who vouches for commitments.
    #[serde(default)]
    pub custodians: Vec<Address>,
    /// What they have to vouch for: `assets`, `liabilities`, `completeness`, `nav`, `eligibility`.
    #[serde(default)]
    pub scope: Vec<String>,
    /// Who may suspend it.
    #[serde(default)]
    pub guardian: Address,
}

#[cfg(test)]
impl MandateConfig {
    /// A mandate of daily rows whose days can be settled.
    pub(crate) fn of_daily_rows() -> Self {
        Self {
            name: "borrower".to_owned(),
            window: "stocks".to_owned(),
            file: PathBuf::new(),
            unit: "0.01".to_owned(),
            ladder: None,
            least_rows: 8,
            most_gaps: 0,
            lag: 1,
            staleness: 432_000,
            late: 21_600,
            validity: 432_000,
            grace: 86_400,
            custodians: Vec::new(),
            scope: Vec::new(),
            guardian: Address::ZERO,
        }
    }
}

/// A ladder.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LadderConfig {
    /// Limit of the lowest rung, a decimal.
    pub lowest: String,
    /// Number of rungs.
    pub rungs: u32,
    /// Thousandths by which a limit exceeds the one below it.
    pub step: u32,
    /// Floor over limit in thousandths.
    pub tightness: u32,
}

fn cent() -> String {
    "0.01".to_owned()
}

impl Config {
    /// Reads a configuration. Paths in it are relative to its folder.
    ///
    /// # Errors
    /// It cannot be read, is no TOML of this form, or names something twice or not at all.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = files::read(path)?;
        let text = std::str::from_utf8(&bytes).map_err(Failure::malformed(path))?;
        let mut config: Self = toml::from_str(text).map_err(Failure::malformed(path))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        for window in &mut config.window {
            for file in [&mut window.keys, &mut window.verifier, &mut window.prices] {
                *file = folder.join(&*file);
            }
        }
        for mandate in &mut config.mandate {
            mandate.file = folder.join(&mandate.file);
        }
        for path in security::paths(&mut config.calendar, &mut config.index) {
            *path = folder.join(&*path);
        }
        config.check().map_err(Failure::malformed(path))?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        let names: Vec<&str> = self.window.iter().map(|window| &*window.name).collect();
        let mandates: Vec<&str> = self.mandate.iter().map(|mandate| &*mandate.name).collect();
        let feeds: Vec<&str> = self.feed.iter().map(|feed| &*feed.name).collect();
        if let Some(feed) = self.feed.iter().find(|feed| !mandates.contains(&&*feed.mandate)) {
            return Err(format!("feed \"{}\" is of mandate \"{}\", which is not there", feed.name, feed.mandate));
        }
        for (kind, names) in [("window", &names), ("mandate", &mandates), ("feed", &feeds)] {
            security::once(kind, names)?;
        }
        let parts = Parts {
            windows: &names,
            mandates: &mandates,
            calendars: &self.calendar,
            indices: &self.index,
            securities: &self.security,
            vaults: &self.vault,
            bonds: &self.bond,
        };
        parts.check()?;
        for mandate in &self.mandate {
            if !names.contains(&&*mandate.window) {
                let (name, window) = (&mandate.name, &mandate.window);
                return Err(format!("mandate \"{name}\" is over window \"{window}\", which is not there"));
            }
            if mandate.custodians.len() > 2 {
                return Err(format!("mandate \"{}\" names more than two custodians", mandate.name));
            }
        }
        if let Some(window) = self.window.iter().find(|window| window.period != day()) {
            let (name, period) = (&window.name, window.period);
            return Err(format!("window \"{name}\": a period of {period} seconds; price files have days, of 86400"));
        }
        for window in &self.window {
            let seats = window.seats.len();
            if seats % 2 == 0
                || u32::try_from(seats).is_ok_and(|seats| window.quorum * 2 <= seats || window.quorum > seats)
            {
                return Err(format!(
                    "window \"{}\": {} of {seats} seats; take an odd number of seats, and more than half of them",
                    window.name, window.quorum
                ));
            }
        }
        Ok(())
    }
}
