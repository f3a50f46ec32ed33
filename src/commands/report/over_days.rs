//! The use of limits by today's book over the windows that ended on each of the last days.

use maud::{Markup, html};
use tailproof::core::error::PriceProblem;
use tailproof::core::mandate::ClauseFigure;
use tailproof::core::prices::Preparation;
use tailproof::core::text::day;
use tailproof::core::{InputError, Mandate, Positions, Problem, ScenarioSet};
use tailproof::risk::measure::over_days::{limits_over_days, plain_horizon};

use super::share::percent;
use super::tables;
use crate::cli::Report;
use crate::failure::Failure;
use crate::pages::{drawn, pictures};
use crate::sources::raw_prices;

/// Number of windows of the picture.
const DAYS: usize = 60;

/// Returns the picture of limits over days, where prices are given, or why there is none.
///
/// Errors if the set's moves are not those of the prices.
pub fn over_days(
    options: &Report,
    mandate: &Mandate,
    set: &ScenarioSet,
    positions: &Positions,
    figures: &[ClauseFigure],
) -> Result<Markup, Failure> {
    let Some(path) = options.sources.prices.as_deref().filter(|_| options.ledger.is_none()) else {
        return Ok(html! {});
    };
    let Some(horizon) = plain_horizon(set) else {
        return Ok(html! {
            h2 { "Use of limits over days" }
            p { "Not shown: it is shown for plain historical sets of complete prices, and this set is none." }
        });
    };
    let raw = raw_prices(path, Some(set), None, &tables(options).options())?;
    let choices = Preparation {
        factors: Some(set.factors()[..set.factors().len() - set.cash().len()].to_vec()),
        horizon,
        window: Some(set.scenarios() + DAYS - 1),
        until: set.labels().last().and_then(|last| day(last)),
        ..Preparation::default()
    };
    let prices = match choices.prepare(&raw.table, None) {
        Ok(prices) => prices,
        // The set is over complete prices, and the days before it need not be.
        Err(error) if matches!(error.problem, Problem::Prices(PriceProblem::Missing { .. })) => {
            return Ok(html! {
                h2 { "Use of limits over days" }
                p { "Not shown: " (raw.place(error)) "." }
            });
        }
        Err(error) => return Err(raw.place(error).into()),
    };
    let days = limits_over_days(mandate, set, positions, &prices, DAYS)
        .map_err(|problem| InputError::in_file(&path.display().to_string(), problem))?;
    let share = |figure: &ClauseFigure| figure.used().unwrap_or(0.0);
    let lines: Vec<(String, Vec<f64>)> = (0..figures.len())
        .filter(|clause| figures[*clause].used().is_some())
        .map(|clause| {
            let values = days.iter().map(|day| share(&day.figures[clause])).collect();
            (figures[clause].clause.to_string(), values)
        })
        .collect();
    if lines.is_empty() {
        return Ok(html! {});
    }
    let names: Vec<String> = days.iter().map(|day| day.day.clone()).collect();
    let broken = |clause: usize| days.iter().filter(|day| !day.figures[clause].holds()).count();
    Ok(html! {
        h2 { "Use of limits over " (days.len()) " days" }
        p { "Today's book over the windows of " (set.scenarios()) " scenarios that ended on each of these days. "
            "It is not what the book of that day used." }
        (drawn(pictures::shares(&names, &lines))?)
        div.wide { table {
            tr { th { "clause" } th.n { "least used" } th.n { "most used" } th.n { "today" } th.n { "windows broken" } }
            @for (clause, figure) in figures.iter().enumerate() {
                @let values = || days.iter().filter_map(|day| day.figures[clause].used());
                tr {
                    td { (figure.clause) }
                    td.n { (percent(values().reduce(f64::min))) }
                    td.n { (percent(values().reduce(f64::max))) }
                    td.n { (percent(figure.used())) }
                    td.n { (broken(clause)) }
                }
            }
        } }
    })
}
