//! `tailproof check`: whether a book meets its mandate after trades that were not made yet.

use std::path::Path;

use serde_json::json;
use tailproof::core::mandate::ClauseFigure;
use tailproof::core::scenarios::historical::historical;
use tailproof::core::text::parse_decimal;
use tailproof::core::{Amount, InputError};
use tailproof::risk::what_if::{self, Trade};
use tailproof::verifier::InstanceError;
use tailproof::{Mandate, Positions, ScenarioSet, Unit};

use super::day::{CONFIG, config};
use crate::cli::Check;
use crate::failure::Failure;
use crate::files;
use crate::options::takes_positions;
use crate::output::{out, print_json};
use crate::prepared;

/// What trades are checked against.
struct Desk {
    set: ScenarioSet,
    mandate: Mandate,
    positions: Positions,
}

/// Runs `tailproof check`.
pub fn run(options: &Check) -> Result<(), Failure> {
    let in_option = |problem| Failure::Option { option: "trade", problem };
    let trades = options.trade.iter().map(|text| text.parse().map_err(in_option)).collect::<Result<Vec<Trade>, _>>()?;
    let Desk { set, mandate, positions } = Desk::read(options)?;
    let after = what_if::after(&set, &positions, &trades).map_err(in_option)?;
    let figures = |positions| mandate.evaluate(&set, positions).map_err(InstanceError::from);
    let (before, after) = (figures(&positions)?, figures(&after)?);
    let allowed = mandate.check_scenarios(&set).map_err(InstanceError::from);
    InstanceError::check_base(&mandate, &set)?;
    let allowed = allowed.and_then(|()| InstanceError::check_unit(&mandate, positions.unit()));
    let holds = after.iter().all(ClauseFigure::holds);
    if options.json {
        let clause = |(before, after): (&ClauseFigure, &ClauseFigure)| {
            let mut found = json!({
                "clause": after.clause.to_string(),
                "measure": after.clause.measure.name(),
                "largest_group": after.largest,
                "before": before.figure.to_f64(),
                "after": after.figure.to_f64(),
                "limit": after.limit.map(Amount::to_f64),
                "floor": after.floor.map(Amount::to_f64),
                "holds_before": before.holds(),
                "holds": after.holds(),
            });
            if let Some(factor) = &after.factor {
                found["factor"] = json!(factor);
            }
            found
        };
        print_json(&json!({
            "mandate": mandate.name(),
            "scenarios": set.sentence(),
            "trades": options.trade,
            "holds": holds && allowed.is_ok(),
            "not_allowed": allowed.as_ref().err().map(ToString::to_string),
            "clauses": before.iter().zip(&after).map(clause).collect::<Vec<_>>(),
        }));
    } else {
        print(&mandate, &set, options, (&before, &after));
    }
    allowed.map_err(Failure::NotAllowed)?;
    if holds { Ok(()) } else { Err(Failure::FalseClaim(tailproof::Figures::Mandate(after))) }
}

fn print(mandate: &Mandate, set: &ScenarioSet, options: &Check, (before, after): (&[ClauseFigure], &[ClauseFigure])) {
    out!("PRIVATE: figures of the book itself; nothing is proved.\n");
    out!("mandate         {}", mandate.name());
    out!("scenarios       {}", set.sentence());
    match options.trade.len() {
        0 => out!("trades          none: the book as it is\n"),
        _ => out!("trades          {}; paid from cash, the net asset value stays\n", options.trade.join("; ")),
    }
    out!("{:>18} {:>18} {:>18} {:>8}  clause", "before", "after", "limit", "used");
    for (before, after) in before.iter().zip(after) {
        let used = after.used().map_or("-".into(), |used| format!("{:.1} %", used * 100.0));
        let limit = after.shown_limit();
        let mark = match (before.holds(), after.holds()) {
            (_, true) => "",
            (true, false) => "  BROKEN",
            (false, false) => "  BROKEN, before the trades too",
        };
        out!("{:>18} {:>18} {limit:>18} {used:>8}  {}{mark}", before.figure, after.figure, after.title());
    }
}

impl Desk {
    /// Reads the files that options name, or those of a configuration.
    fn read(options: &Check) -> Result<Self, Failure> {
        if let (Some(book), Some(scenarios), Some(mandate)) = (&options.book, &options.scenarios, &options.mandate) {
            let decimal = |option, text: &Option<String>| {
                text.as_deref().map(parse_decimal).transpose().map_err(|problem| Failure::Option { option, problem })
            };
            let unit = decimal("unit", &options.unit)?.map(Unit::from_decimal).transpose();
            let unit = unit.map_err(|problem| Failure::Option { option: "unit", problem })?;
            let nav = decimal("nav", &options.nav)?;
            let (set, _) = files::scenarios(scenarios)?;
            takes_positions(&set, "a check before trades (`risk --mandate` prints the figures)")?;
            let (book, mandate) = (files::book(book, &options.tables.options())?, files::mandate(mandate)?);
            book.check_currency(&mandate)?;
            return Ok(Self { positions: book.positions(&set, unit, nav)?, mandate, set });
        }
        let config = config(options.config.as_deref().unwrap_or(Path::new(CONFIG)))?;
        let name = config.path(&config.prices);
        let prices = prepared::of_desk(&config)?.history(Some(config.window), 1, None)?;
        prepared::say_treatment(&prices);
        let mandate = files::mandate(&config.path(&config.mandate))?;
        let set = historical(&prices, 1, Some(config.window))
            .and_then(|set| set.with_cash(mandate.cash()))
            .map_err(|problem| InputError::in_file(&name.display().to_string(), problem))?;
        let in_config = |problem| InputError::in_file(CONFIG, problem);
        let (unit, nav) = (config.book_unit().map_err(in_config)?, config.book_nav().map_err(in_config)?);
        let book = files::book(&config.path(&config.book), &config.tables.options())?;
        book.check_currency(&mandate)?;
        Ok(Self { positions: book.positions(&set, unit, nav)?, mandate, set })
    }
}
