//! Reading loan tapes and their mappings, and saying how they were read.

use std::path::Path;

use tailproof::core::pool::TapeSchema;
use tailproof::tape::{self, Mapping, TapeOptions, TapeReading};

use crate::cli::TapeArgs;
use crate::failure::Failure;
use crate::files::{MOST_TOML, open_table, read_text_at_most};
use crate::output::{note, said};

/// Most ids that a note lists.
const MOST_IDS: usize = 5;

/// Reads a mapping of columns: a built-in one by its name, or a file.
pub fn mapping(name: Option<&str>) -> Result<Mapping, Failure> {
    let Some(name) = name else { return Ok(Mapping::default()) };
    match Mapping::named(name) {
        Some(mapping) => Ok(mapping?),
        None => {
            let text = read_text_at_most(name.as_ref(), MOST_TOML).map_err(|failure| no_mapping(name, failure))?;
            Ok(Mapping::from_toml(name, &text)?)
        }
    }
}

/// Reads a loan tape as the schema of a deal says, if there is one, and says how it was read.
pub fn read(path: &Path, args: &TapeArgs, schema: Option<&TapeSchema>) -> Result<TapeReading, Failure> {
    let mapping = mapping(args.mapping.as_deref())?;
    let options = TapeOptions { table: args.tables.options(), period: args.period.clone() };
    let (name, input) = (path.display().to_string(), open_table(path)?);
    let found = tape::read(&name, input, &mapping, schema, &options)?;
    let reading = found.reading.clone();
    let found = said(found, reading);
    let has_schema = schema.is_some_and(|schema| schema.terms().is_some());
    say(&name, &found, if has_schema { None } else { Some(mapping.rounding()) });
    Ok(found)
}

/// Says what was left out, rounded, or past its maturity. `own` is the rounding of the mapping where no
/// deal decides.
fn say(name: &str, found: &TapeReading, own: Option<Option<&str>>) {
    for left_out in &found.left_out {
        note!("note: {name}: rows that were left out ({}): {}", left_out.reason, left_out.rows);
    }
    if found.rounded > 0 {
        let rule = match own {
            None => "as the deal's [tape] says".to_owned(),
            Some(None) => "rates and LTVs to 0.01 %, half to even".to_owned(),
            Some(Some(rounding)) => format!("rates and LTVs to 0.01 %, half to even, all else {rounding}"),
        };
        note!("note: {name}: numbers that were rounded, {rule}: {}", found.rounded);
    }
    if !found.past_maturity.is_empty() {
        let shown: Vec<&str> = found.past_maturity.iter().take(MOST_IDS).map(String::as_str).collect();
        let more = if found.past_maturity.len() > MOST_IDS { ", .." } else { "" };
        note!(
            "note: {name}: live loans past their maturity, whose remaining term is taken as 0: {} ({}{more})",
            found.past_maturity.len(),
            shown.join(", ")
        );
    }
}

/// Says how many loans of a tape are in the pool that is committed to, where some rows are not.
pub fn say_pool(name: &str, found: &TapeReading, loans: usize) {
    let outside = found.tape.loans().len() - loans;
    let left_out: usize = found.left_out.iter().map(|left_out| left_out.rows).sum();
    if outside + left_out > 0 {
        note!(
            "note: {name}: loans of the pool: {loans}; others on the tape, which are paid, in default or of no balance: \
             {outside}; rows that were left out: {left_out}. Which rows are the tape's is the committer's word: no proof shows it"
        );
    }
}

/// Returns the failure to find a mapping. A name without a dot or a folder is unlikely to be a
/// file's, so the error then says that no such mapping is known.
fn no_mapping(name: &str, failure: Failure) -> Failure {
    if name.contains(['.', '/']) {
        return failure;
    }
    let names = Mapping::names().collect::<Vec<_>>().join(", ");
    Failure::Usage(format!("there is neither a file '{name}' nor a mapping of that name; mappings are {names}"))
}
