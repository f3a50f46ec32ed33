//! Files of JSON that name their format and version, written for people and read strictly.

use serde::{Deserialize, Serialize};
use tailproof_verifier::MalformedError;

/// The version of commitment and opening files.
pub(crate) const VERSION: u16 = 1;

/// Reads an object. No error shows a value.
pub(crate) fn parse<'t, T: Deserialize<'t>>(text: &'t str, format: &'static str) -> Result<T, MalformedError> {
    // An object with the fields' names, not a list of their values, which serde's derived readers take as well.
    if !text.trim_start().starts_with('{') || !text.contains(&format!("\"{format}\"")) {
        return Err(MalformedError::WrongKind { expected: format });
    }
    serde_json::from_str(text).map_err(|error| {
        // serde_json quotes offending values; an opening's are secret.
        MalformedError::Syntax(format!("not the JSON expected, at line {} column {}", error.line(), error.column()))
    })
}

/// Whether a file is of a format, in a version that is known.
pub(crate) fn check_format(format: &str, version: u16, expected: &'static str) -> Result<(), MalformedError> {
    if format != expected {
        return Err(MalformedError::WrongKind { expected });
    }
    if version != VERSION {
        return Err(MalformedError::WrongVersion { what: expected, found: version.to_string(), expected: VERSION });
    }
    Ok(())
}

/// The text of a file.
pub(crate) fn pretty<T: Serialize>(json: &T) -> String {
    let mut text = serde_json::to_string_pretty(json).expect("strings and numbers are always JSON");
    text.push('\n');
    text
}
