//! `tailproof scenarios historical`: the moves of a window of prices, and its variants.

use std::path::Path;

use tailproof::core::prices::WantedMoves;
use tailproof::core::scenarios::Place;
use tailproof::core::scenarios::generator::Variant;
use tailproof::core::scenarios::historical::historical;
use tailproof::core::{InputError, PriceHistory};
use tailproof::risk::generate::variants::{decay, variant};
use tailproof::risk::market::read_moves;
use tailproof::table::TableOptions;

use super::write::{one_spelling, print_written, with_cash, write_set};
use crate::cli::Historical;
use crate::failure::Failure;
use crate::files;
use crate::prepared;

/// Makes a historical set and writes its file.
pub fn run(options: &Historical) -> Result<(), Failure> {
    let reference_file = options.stressed.as_deref().filter(|text| *text != "equal").map(Path::new);
    let mut inputs = vec![options.prices.as_path()];
    inputs.extend(reference_file);
    inputs.extend([&options.liquidity_horizons, &options.implied_volatility].into_iter().flatten().map(|path| &**path));
    inputs.extend(prepared::inputs(&options.treatment));
    files::refuse_overlap(&[&options.output], &inputs)?;
    // One spelling for each number, so that equal scenarios give equal files.
    let spelled = |option, text: &Option<String>| {
        let Some(text) = text else { return Ok(None) };
        decay(option, text).map_err(|problem| Failure::Option { option, problem })?;
        one_spelling(option, text).map(Some)
    };
    let age_weighted = spelled("age-weighted", &options.age_weighted)?;
    let volatility_scaled = spelled("volatility-scaled", &options.volatility_scaled)?;
    let tables = options.tables.options();
    // Both look at all prices.
    let whole = options.stressed.is_some() || volatility_scaled.is_some();
    let window = options.window.filter(|_| !whole);
    let prices = prepared::prices(&options.prices, &options.treatment, &tables, window, options.horizon)?;
    let name = options.prices.display().to_string();
    let volatilities = options.implied_volatility.as_deref().map(|path| files::prices(path, &tables)).transpose()?;
    let wanted = Variant {
        stressed: options.stressed.as_deref().map(|text| reference(text, &name, &prices, &tables)).transpose()?,
        age_weighted,
        linear_weights: options.linear_weights,
        volatility_scaled,
        liquidity_horizons: options
            .liquidity_horizons
            .as_deref()
            .map(|path| files::liquidity_horizons(path, prices.factors(), &tables))
            .transpose()?,
        gamma: options.gamma,
        cross_gamma: options.cross_gamma,
        volatilities_sha256: None,
        theta: options.theta,
    };
    let place = place(options, &wanted)?;
    if place.is_some() {
        check_steps(options)?;
    }
    let set = if wanted == Variant::default() && volatilities.is_none() {
        historical(&prices, options.horizon, options.window)
    } else {
        variant(&prices, volatilities.as_ref(), options.horizon, options.window, &wanted)
    };
    let set = set.map_err(|problem| InputError::in_file(&name, problem))?;
    let set = match place {
        Some((option, place)) => set.placed(Some(place)).map_err(|problem| Failure::Option { option, problem })?,
        None => set,
    };
    let set = with_cash(set, &options.cash)?;
    write_set(&set, &options.output)?;
    prepared::say_suspicions(&prices, &set);
    print_written(&set, &options.output, options.json);
    Ok(())
}

/// Returns the place of the rows that the options ask for, with the option that does.
fn place(options: &Historical, variant: &Variant) -> Result<Option<(&'static str, Place)>, Failure> {
    let ring = options.ring.map(|newest| ("ring", Place::Ring(newest)));
    let Some((option, place)) = ring.or(options.slot.map(|slot| ("slot", Place::Slot(slot)))) else { return Ok(None) };
    // Before anything is made: the refusal is of options, whatever the prices.
    place.check_variant(variant).map_err(|problem| Failure::Option { option, problem: problem.into() })?;
    Ok(Some((option, place)))
}

/// Refuses steps that are found from the window, for rows that a ring keeps under other steps.
fn check_steps(options: &Historical) -> Result<(), Failure> {
    let Some(path) = &options.treatment.moves else { return Ok(()) };
    let moves = read_moves(&path.display().to_string(), files::open_table(path)?)?;
    match moves.iter().find(|(_, moves)| **moves == WantedMoves::Absolute(None)) {
        Some((factor, _)) => Err(Failure::Usage(format!(
            "{}: '{factor}' has absolute moves and no step, and the step that is found changes with the window; state it \
             for --ring and --slot",
            path.display()
        ))),
        None => Ok(()),
    }
}

/// Returns the exposures of a reference portfolio: those of a book's file, or equal ones. Only
/// their proportions matter.
fn reference(
    text: &str,
    prices_name: &str,
    prices: &PriceHistory,
    tables: &TableOptions,
) -> Result<Vec<String>, Failure> {
    if text == "equal" {
        return Ok(vec!["1".into(); prices.factors().len()]);
    }
    let plain = historical(prices, 1, Some(1)).map_err(|problem| InputError::in_file(prices_name, problem))?;
    let positions = files::book(Path::new(text), tables)?.positions(&plain, None, Some(0.into()))?;
    Ok(positions.exposures().iter().map(ToString::to_string).collect())
}
