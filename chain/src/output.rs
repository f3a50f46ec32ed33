//! What commands print: results on standard output, progress on standard error.

use std::io::Write as _;

use serde_json::Value;

/// Prints a result: JSON, or a line.
pub fn result(as_json: bool, json: &Value, line: &str) {
    let mut out = std::io::stdout().lock();
    let text = if as_json { json.to_string() } else { line.to_owned() };
    // A reader that has gone away wants no more.
    let _ = writeln!(out, "{text}");
}

/// Prints progress.
pub fn progress(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
