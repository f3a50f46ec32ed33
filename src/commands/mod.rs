//! One file for each command.

mod backtest;
mod calldata;
mod ceremony;
mod commit;
mod demo;
mod demo_pool;
mod histogram;
mod keygen;
mod ledger;
mod mandate;
mod methods;
mod pool;
mod pool_deal;
mod pool_describe;
mod pool_losses;
mod prove;
mod report;
mod risk;
mod scenarios;
mod shape;
mod snarkjs;
mod solidity;
mod transparent;
mod verify;
mod zkey;

use std::path::Path;

use tailproof_core::text::parse_decimal;
use tailproof_core::{Positions, Problem, ScenarioSet, Unit};
use tailproof_verifier::encoding::from_hex;
use tailproof_verifier::key_file::{KeyHeader, Provenance};
use tailproof_verifier::market::layout::ScenarioInputs;
use tailproof_verifier::{Proposition, Shape};

use crate::cli::{BookOptions, Command};
use crate::failure::Failure;
use crate::files;
use crate::output::out;

/// Runs a command.
pub fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo(options) => demo::run(&options),
        Command::Scenarios(command) => scenarios::run(&command),
        Command::Mandate(options) => mandate::run(&options),
        Command::Report(options) => report::run(&options),
        Command::Risk(options) => risk::run(&options),
        Command::Commit(options) => commit::run(&options),
        Command::Keygen(options) => keygen::run(&options),
        Command::Ceremony(command) => ceremony::run(&command),
        Command::Prove(options) => prove::run(&options),
        Command::Verify(options) => verify::run(&options),
        Command::Solidity(options) => solidity::run(&options),
        Command::Calldata(options) => calldata::run(&options),
        Command::Snarkjs(options) => snarkjs::run(&options),
        Command::Backtest(options) => backtest::run(&options),
        Command::Ledger(command) => ledger::run(&command),
        Command::Pool(command) => pool::run(&command),
        Command::Zkey(options) => zkey::run(&options),
        Command::Shape(options) => shape::run(&options),
    }
}

/// Prints a value as JSON on stdout.
fn print_json(value: &serde_json::Value) {
    out!("{value:#}");
}

/// The scenario set and the book as integers over it.
fn positions(options: &BookOptions) -> Result<(ScenarioSet, [u8; 32], Positions), Failure> {
    let (set, digest) = files::scenarios(&options.scenarios)?;
    let book = files::book(&options.book)?;
    let decimal = |option, text: &Option<String>| {
        text.as_deref().map(parse_decimal).transpose().map_err(|problem| Failure::Option { option, problem })
    };
    let nav = decimal("nav", &options.nav)?;
    let unit = decimal("unit", &options.unit)?.map(Unit::from_decimal).transpose();
    let unit = unit.map_err(|problem| Failure::Option { option: "unit", problem })?;
    let positions = book.positions(&set, unit, nav)?;
    Ok((set, digest, positions))
}

/// The scenario part of the public inputs: of a scenario file, with the half-spreads of a mandate if there is one, or of a pool's deal.
fn scenario_inputs(
    shape: Shape,
    scenarios: Option<&Path>,
    mandate: Option<&Path>,
    deal: Option<&Path>,
) -> Result<ScenarioInputs, Failure> {
    let missing = |text: &str| Failure::Usage(text.into());
    if shape.pool().is_some() {
        let deal = files::deal(deal.ok_or_else(|| missing("keys for a pool of loans take the deal: give --deal"))?)?;
        let set = scenarios.map(files::scenarios).transpose()?.map(|(set, _)| set);
        return Ok(Proposition::from((&deal, set.as_ref())).inputs(shape)?);
    }
    let path = scenarios.ok_or_else(|| missing("these keys take a scenario file"))?;
    let (set, _) = files::scenarios(path)?;
    Ok(match mandate {
        Some(path) => ScenarioInputs::of_mandate(shape, &set, &files::mandate(path)?)?,
        None if shape.has_limits() => {
            return Err(missing("keys with limits on the book take the mandate's half-spreads: give --mandate"));
        }
        None => ScenarioInputs::new(shape, &set)?,
    })
}

/// The seed of an option.
fn seed(text: &str) -> Result<[u8; 32], Failure> {
    let seed = hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    seed.ok_or_else(|| Failure::Option {
        option: "seed",
        problem: Problem::OutOfRange { what: "the seed".into(), value: text.to_owned(), range: "64 hex digits".into() },
    })
}

/// A context option as a field element.
pub fn context(text: Option<&str>) -> Result<Option<ark_bn254::Fr>, Failure> {
    text.map(|text| from_hex("--context", text)).transpose().map_err(Failure::malformed(Path::new("command line")))
}

/// Says on stderr what keys from one party are worth.
fn warn_of_development_keys(header: &KeyHeader) {
    match header.provenance {
        Provenance::InsecureDevelopment => eprintln!(
            "warning: these are single-party development keys; whoever made them can forge proofs. Not for production."
        ),
        Provenance::Rehearsal(_) => eprintln!(
            "warning: these are keys of a rehearsal: one party made the powers of tau and can forge proofs. Not for production."
        ),
        Provenance::Ceremony(_) => {}
    }
}
