//! `tailproof scenarios stress`, `events` and `import`: sets of named scenarios.

use std::path::Path;

use serde_json::json;
use tailproof::core::scenarios::events::{NoRow, events as make_events};
use tailproof::core::scenarios::file as scenario_file;
use tailproof::core::text::day;
use tailproof::core::{InputError, ScenarioSet};
use tailproof::risk::generate::events::{covered, known_events};
use tailproof::risk::generate::imported::imported;
use tailproof::risk::generate::stress::{stress as make_stress, unit_warning};
use tailproof::table::MoveUnit;

use super::show::summary;
use super::write::{with_cash, write_set};
use crate::cli::{EventSet, ImportedSet, NoRowRule, StressTable};
use crate::failure::Failure;
use crate::files;
use crate::output::{note, out, print_json};
use crate::sources::move_unit;

/// Makes the set of a stress table.
pub fn stress(options: &StressTable) -> Result<(), Failure> {
    files::refuse_overlap(&[&options.output], &[&options.table])?;
    let unit = move_unit(options.percent);
    let table = files::stress_table(&options.table, unit, &options.tables.options())?;
    let set = with_cash(make_stress(table.table()).map_err(|error| table.place(error))?, &options.cash)?;
    written(&set, &options.output, options.json, &notes(&set, unit))
}

/// Makes a set of the scenarios of another model.
pub fn import(options: &ImportedSet) -> Result<(), Failure> {
    files::refuse_overlap(&[&options.output], &[&options.table])?;
    let unit = move_unit(options.percent);
    let weights = options.weights.as_deref();
    let table = files::imported_table(&options.table, weights, unit, &options.tables.options())?;
    let set = imported(table.table(), weights, options.description.as_deref()).map_err(|error| table.place(error))?;
    let set = with_cash(set, &options.cash)?;
    written(&set, &options.output, options.json, &notes(&set, unit))
}

/// Makes a set of the moves between the dates of events.
pub fn events(options: &EventSet) -> Result<(), Failure> {
    let inputs: Vec<_> = std::iter::once(&options.prices).chain(&options.events).map(|path| &**path).collect();
    files::refuse_overlap(&[&options.output], &inputs)?;
    let wanted = options.events.as_deref().map(files::events).transpose()?;
    let prices = files::prices(&options.prices, &options.tables.options())?;
    let of_prices = |problem| InputError::in_file(&options.prices.display().to_string(), problem);
    let (wanted, left_out) = match wanted {
        Some(wanted) => (wanted, Vec::new()),
        None => covered(&prices, known_events()),
    };
    if wanted.is_empty() {
        let text = "the prices reach over none of the known crises; name dates of yours with --events";
        return Err(Failure::Usage(format!("{}: {text}", options.prices.display())));
    }
    let no_row = match options.no_row {
        NoRowRule::Refuse => NoRow::Refuse,
        NoRowRule::Before => NoRow::Before,
    };
    let set = with_cash(make_events(&prices, &wanted, no_row).map_err(of_prices)?, &options.cash)?;
    let names: Vec<&str> = left_out.iter().map(|event| &event.name[..]).collect();
    let left_out = format!("the prices do not reach over these events, which are left out: {}", names.join(", "));
    let notes: Vec<String> = Some(left_out).filter(|_| !names.is_empty()).into_iter().collect();
    written(&set, &options.output, options.json, &notes)
}

/// Writes a set, and prints its summary with what is to be said about it.
fn written(set: &ScenarioSet, output: &Path, json: bool, notes: &[String]) -> Result<(), Failure> {
    write_set(set, output)?;
    for note in notes {
        note!("note: {note}");
    }
    let digest = scenario_file::digest(set);
    if json {
        let mut summary = summary(set, &digest);
        summary["warnings"] = json!(notes);
        print_json(&summary);
    } else {
        out!("wrote {}: {}", output.display(), set.sentence());
        out!("digest {}", hex::encode(digest));
    }
    Ok(())
}

/// Returns what is unusual about a table of moves: names that look like days, and moves that seem to
/// be in another unit.
fn notes(set: &ScenarioSet, unit: MoveUnit) -> Vec<String> {
    let has_days = set.labels().iter().any(|label| day(label).is_some());
    let origin = set.note_on_origin().filter(|_| has_days);
    origin.into_iter().chain(unit_warning(set, unit)).collect()
}
