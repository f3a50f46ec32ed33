//! Calendars, books and terms of cover and bonds, checked before anything is sent.

use std::collections::BTreeMap;

use tailproof::keys::VerifyingKey;

use crate::bounds::security as bounds;
use crate::commands::deploy::security::{days_of, weights};
use crate::commands::window;
use crate::config::Config;
use crate::config::security::{CalendarConfig, IndexConfig};
use crate::error::Failure;

/// The contracts that a configuration needs for these parts.
pub fn contracts(config: &Config) -> Vec<&'static str> {
    let parts: [(bool, &[&'static str]); 5] = [
        (config.calendar.is_empty(), &["TradingCalendar"]),
        (config.index.is_empty(), &["BookIndex"]),
        (config.security.is_empty(), &["VarSecurity"]),
        (config.vault.is_empty(), &["CoverBook", "CoverVault"]),
        (config.bond.is_empty(), &["ComplianceBond"]),
    ];
    parts.into_iter().filter(|(is_empty, _)| !is_empty).flat_map(|(_, kinds)| kinds.iter().copied()).collect()
}

/// Checks all calendars, indices, securities, vaults and bonds.
///
/// # Errors
/// A file is not as it has to be, or a contract would refuse a field.
pub fn check(config: &Config, keys: &[VerifyingKey]) -> Result<(), Failure> {
    let calendars: Vec<Vec<u32>> = config.calendar.iter().map(days_of).collect::<Result<_, _>>()?;
    for (calendar, days) in config.calendar.iter().zip(&calendars) {
        bounds::calendar(calendar, days)?;
    }
    let mut rows_of = BTreeMap::new();
    for index in &config.index {
        let (window, key) = window_of(config, keys, index);
        let (calendar, _) = calendar_of(config, index);
        let factors = window::history(&window.prices)?.factors().to_vec();
        bounds::index(index, calendar, key.shape().scenarios(), factors.len())?;
        weights(&index.book, &factors)?;
        rows_of.insert(&*index.name, key.shape().scenarios());
    }
    config.security.iter().try_for_each(bounds::security)?;
    for vault in &config.vault {
        let security = config.security.iter().find(|security| security.name == vault.security);
        let security = security.expect("checked when the configuration was read");
        let index = config.index.iter().find(|index| index.name == security.index);
        let index = index.expect("checked when the configuration was read");
        bounds::vault(vault, rows_of[&*index.name], &calendars[calendar_of(config, index).1])?;
    }
    config.bond.iter().try_for_each(bounds::bond)
}

/// The window of an index, and its key.
fn window_of<'c>(
    config: &'c Config,
    keys: &'c [VerifyingKey],
    index: &IndexConfig,
) -> (&'c crate::config::Window, &'c VerifyingKey) {
    let mut windows = config.window.iter().zip(keys);
    windows.find(|(window, _)| window.name == index.window).expect("checked when the configuration was read")
}

/// The calendar of an index, and its place.
fn calendar_of<'c>(config: &'c Config, index: &IndexConfig) -> (&'c CalendarConfig, usize) {
    let place = config.calendar.iter().position(|calendar| calendar.name == index.calendar);
    let place = place.expect("checked when the configuration was read");
    (&config.calendar[place], place)
}
