//! The file of a set that was made, and the summary of it.

use std::path::Path;

use tailproof::core::ScenarioSet;
use tailproof::core::scenarios::file as scenario_file;
use tailproof::core::text::parse_decimal;
use tailproof::store::{Access, Kind};

use super::show::summary;
use crate::failure::Failure;
use crate::output::{out, print_json};
use crate::writing;

/// Returns the set with the columns of cash that are asked for.
pub fn with_cash(set: ScenarioSet, names: &[String]) -> Result<ScenarioSet, Failure> {
    if names.is_empty() {
        return Ok(set);
    }
    set.with_cash(names).map_err(|problem| Failure::Option { option: "cash", problem })
}

/// Writes the file of a set.
pub fn write_set(set: &ScenarioSet, output: &Path) -> Result<(), Failure> {
    writing::write(output, Kind::Scenarios, &scenario_file::encode(set), Access::Public)
}

/// Returns a number of an option in its one spelling, so that equal scenarios give equal files.
pub fn one_spelling(option: &'static str, text: &str) -> Result<String, Failure> {
    let number = parse_decimal(text).map_err(|problem| Failure::Option { option, problem })?;
    Ok(number.normalize().to_string())
}

/// Prints a summary of the set that was written.
pub fn print_written(set: &ScenarioSet, output: &Path, json: bool) {
    let digest = scenario_file::digest(set);
    if json {
        print_json(&summary(set, &digest));
    } else {
        out!("wrote {}: {}", output.display(), set.sentence());
        out!("digest {}", hex::encode(digest));
    }
}
