//! A configuration read and checked as a whole, before anything is sent.

mod security;

use std::path::Path;

use alloy::primitives::Address;
use tailproof::keys::{VerifyingKey, key_digest};
use tailproof_core::Mandate;

use super::window;
use crate::artifacts;
use crate::bounds;
use crate::config::{Config, MandateConfig};
use crate::error::Failure;
use crate::files;
use crate::terms::{self, Under};

/// Contracts that every deployment has.
const CONTRACTS: [&str; 6] =
    ["AccessManager", "VerifierRouter", "MandateLedger", "BacktestLedger", "SignedRow", "RollingWindow"];

/// Reads the file of a mandate.
pub fn read_mandate(config: &MandateConfig) -> Result<Mandate, Failure> {
    let bytes = files::read(&config.file)?;
    let text = std::str::from_utf8(&bytes).map_err(Failure::malformed(&config.file))?;
    Mandate::from_toml(&config.file.display().to_string(), text).map_err(|error| Failure::Usage(error.to_string()))
}

/// Reads the files of all mandates, and checks that the contracts take all that the configuration
/// says: what they refuse later would leave a deployment half made, or a mandate whose days nobody
/// can settle.
pub fn checked(config: &Config, keys: &[VerifyingKey], artifacts: &Path) -> Result<Vec<Mandate>, Failure> {
    bounds::access(&config.access)?;
    for (window, key) in config.window.iter().zip(keys) {
        artifacts::code(&window.verifier)?;
        bounds::window(window, key.shape(), window::history(&window.prices)?.factors().len())?;
    }
    let mut mandates = Vec::new();
    for mandate in &config.mandate {
        let place = config.window.iter().position(|window| window.name == mandate.window);
        let place = place.expect("checked when the configuration was read");
        let (window, key) = (&config.window[place], &keys[place]);
        bounds::mandate(mandate, key.shape().scenarios(), window.period)?;
        let document = read_mandate(mandate)?;
        // The address of the window is not known yet.
        let source = Address::ZERO;
        let under = Under { key: key_digest(key).into(), shape: key.shape(), source, mandate: &document };
        let (terms, _) = terms::terms(mandate, &under)?;
        bounds::terms(&mandate.name, &terms, key.shape())?;
        for feed in config.feed.iter().filter(|feed| feed.mandate == mandate.name) {
            bounds::feed(feed, &terms)?;
        }
        mandates.push(document);
    }
    security::check(config, keys)?;
    let mut kinds = CONTRACTS.to_vec();
    kinds.extend(config.feed.iter().map(|feed| if feed.margin.is_some() { "MarginAdapter" } else { "RiskFeed" }));
    kinds.extend(security::contracts(config));
    for kind in kinds {
        artifacts::code(&artifacts::path(artifacts, kind))?;
    }
    Ok(mandates)
}
