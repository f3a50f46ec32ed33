//! Moves of history: over days, and between named dates.

use std::collections::BTreeMap;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tailproof::core::prices::Preparation;
use tailproof::core::scenarios::events::{Event, NoRow, events};
use tailproof::scenarios::generator::Variant;
use tailproof::scenarios::historical::historical;
use tailproof::scenarios::variants::{decay, variant};
use tailproof::{PriceHistory, Problem, ScenarioSet};

use super::spelled;
use crate::book::Book;
use crate::errors;
use crate::prices::{self, Prices};
use crate::process::detached;

/// The keywords of `Scenarios.historical`.
pub struct Given<'a, 'py> {
    pub window: Option<usize>,
    pub horizon: usize,
    pub missing: &'a str,
    pub factors: Option<Vec<String>>,
    pub proxies: Option<BTreeMap<String, String>>,
    pub returns: bool,
    pub moves: Option<&'a Bound<'py, PyDict>>,
    pub currencies: Option<BTreeMap<String, String>>,
    pub rates: Option<&'a Bound<'py, PyAny>>,
    pub base: Option<String>,
    pub age_weighted: Option<&'a Bound<'py, PyAny>>,
    pub volatility_scaled: Option<&'a Bound<'py, PyAny>>,
    pub linear_weights: bool,
    pub stressed: Option<&'a Bound<'py, PyAny>>,
    pub gamma: bool,
    pub cross_gamma: bool,
    pub implied_volatilities: Option<&'a Bound<'py, PyAny>>,
    pub theta: bool,
    pub liquidity_horizons: Option<BTreeMap<String, u32>>,
}

/// Returns the moves of the prices `of` over days.
pub fn made<'py>(py: Python<'py>, of: &Bound<'py, PyAny>, given: Given<'_, 'py>) -> PyResult<ScenarioSet> {
    let source = Prices::of("prices", of)?;
    let Given { window, horizon, .. } = given;
    let rates = given.rates.map(|rates| Prices::of("rates", rates)).transpose()?;
    let volatilities = given.implied_volatilities.map(|prices| Prices::of("implied_volatilities", prices)?.history(py));
    let volatilities = volatilities.transpose()?;
    let age_weighted = decay_of(py, "age_weighted", given.age_weighted)?;
    let volatility_scaled = decay_of(py, "volatility_scaled", given.volatility_scaled)?;
    // Both look at all prices.
    let whole = given.stressed.is_some() || volatility_scaled.is_some();
    let choices = Preparation {
        factors: given.factors,
        proxies: given.proxies.into_iter().flatten().collect(),
        returns: given.returns,
        moves: given.moves.map(|mapping| prices::moves(py, mapping)).transpose()?.unwrap_or_default(),
        currencies: prices::currencies(py, given.currencies, given.base, rates.is_some())?,
        missing: prices::missing(py, given.missing)?,
        horizon,
        window: window.filter(|_| !whole),
        until: None,
    };
    let prepared = choices.prepare(source.table(), rates.as_ref().map(Prices::table));
    let history = prepared.map_err(|error| source.error(py, error))?;
    let wanted = Variant {
        stressed: given.stressed.map(|portfolio| reference(py, portfolio, &history)).transpose()?,
        age_weighted,
        linear_weights: given.linear_weights,
        volatility_scaled,
        liquidity_horizons: given.liquidity_horizons.map(|days| horizons(py, &days, history.factors())).transpose()?,
        gamma: given.gamma,
        cross_gamma: given.cross_gamma,
        volatilities_sha256: None,
        theta: given.theta,
    };
    let plain = wanted == Variant::default() && volatilities.is_none();
    let made = detached(py, || match plain {
        true => historical(&history, horizon, window),
        false => variant(&history, volatilities.as_ref(), horizon, window, &wanted),
    })?;
    made.map_err(|problem| source.problem(py, problem))
}

/// Returns the moves of `prices` between named dates: (name, from, to).
pub fn between_dates<'py>(
    py: Python<'py>,
    prices: &Bound<'py, PyAny>,
    named: &[(String, String, String)],
    without_row: &str,
) -> PyResult<ScenarioSet> {
    let source = Prices::of("prices", prices)?;
    let wanted: Vec<Event> = named.iter().map(|(name, from, to)| Event::new(name, from, to)).collect();
    let no_row = match without_row {
        "refuse" => NoRow::Refuse,
        "before" => NoRow::Before,
        other => return Err(errors::usage(py, "without_row", &format!("'{other}' is neither refuse nor before"))),
    };
    let history = source.history(py)?;
    let made = events(&history, &wanted, no_row);
    made.map_err(|problem| source.problem(py, problem))
}

/// Returns the spelling of a decay.
fn decay_of(py: Python<'_>, argument: &str, value: Option<&Bound<'_, PyAny>>) -> PyResult<Option<String>> {
    let Some(value) = value.filter(|value| !value.is_none()) else { return Ok(None) };
    let text = spelled(py, argument, value)?;
    decay(argument, &text).map_err(|problem| errors::problem(py, argument, &problem))?;
    Ok(Some(text))
}

/// Returns the exposures of a reference portfolio: those of a book, or equal ones. Only their
/// proportions matter.
fn reference(py: Python<'_>, given: &Bound<'_, PyAny>, history: &PriceHistory) -> PyResult<Vec<String>> {
    if given.extract::<String>().is_ok_and(|word| word == "equal") {
        return Ok(vec!["1".into(); history.factors().len()]);
    }
    let book = given.cast::<Book>().map_err(|_| errors::usage(py, "stressed", "give \"equal\" or a Book"))?;
    let plain = historical(history, 1, Some(1)).map_err(|problem| errors::problem(py, "prices", &problem))?;
    let positions = book.get().positions(py, &plain)?;
    Ok(positions.exposures().iter().map(ToString::to_string).collect())
}

/// Returns the liquidity horizons of all factors.
fn horizons(py: Python<'_>, days: &BTreeMap<String, u32>, factors: &[String]) -> PyResult<Vec<u32>> {
    let of = |name: &String| {
        days.get(name).copied().ok_or_else(|| {
            let problem = Problem::UnknownFactor { factor: name.clone(), known: "liquidity_horizons".into() };
            errors::problem(py, "liquidity_horizons", &problem)
        })
    };
    factors.iter().map(of).collect()
}
