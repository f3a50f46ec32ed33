//! JSON files of commitments and openings. They name their format and version, are human-readable,
//! and are parsed strictly.

use serde::{Deserialize, Serialize};

use crate::error::MalformedError;

/// Version of commitment files and opening files.
pub const VERSION: u16 = 1;

/// Returns the object in `text`, a file of the given format. Errors never show a value, since an
/// opening's values are secret.
///
/// # Errors
/// Errors if `text` does not name the format, or has missing, doubled or extra fields.
pub fn parse<'t, T: Deserialize<'t>>(text: &'t str, format: &'static str) -> Result<T, MalformedError> {
    // serde's derived readers also take a list of the fields' values; a file is an object with the
    // fields' names.
    if !text.trim_start().starts_with('{') || !text.contains(&format!("\"{format}\"")) {
        return Err(MalformedError::WrongKind { expected: format });
    }
    serde_json::from_slice(text.as_bytes()).map_err(|error| {
        // serde_json's own message quotes the offending value.
        MalformedError::Syntax(format!("not the JSON expected, at line {} column {}", error.line(), error.column()))
    })
}

/// Checks the format and the version that a file states.
///
/// # Errors
/// Errors on another format, or a version other than [`VERSION`].
pub fn check_format(format: &str, version: u16, expected: &'static str) -> Result<(), MalformedError> {
    if format != expected {
        return Err(MalformedError::WrongKind { expected });
    }
    if version != VERSION {
        return Err(MalformedError::WrongVersion { what: expected, found: version.to_string(), expected: VERSION });
    }
    Ok(())
}

/// Returns the text of a JSON file, indented for people.
///
/// # Panics
/// Never for objects of strings and numbers.
pub fn pretty<T: Serialize>(json: &T) -> String {
    let mut text = serde_json::to_string_pretty(json).expect("strings and numbers are always JSON");
    text.push('\n');
    text
}

/// Returns the unit that a file states. Only the canonical form is accepted.
///
/// # Errors
/// Errors if `text` is not a unit in canonical form.
pub fn parse_unit(text: &str) -> Result<tailproof_core::Unit, MalformedError> {
    tailproof_core::text::parse_decimal(text)
        .and_then(tailproof_core::Unit::from_decimal)
        .ok()
        .filter(|unit| unit.to_string() == text)
        .ok_or(MalformedError::Unexpected { field: "unit", found: text.into(), expected: "a decimal".into() })
}
