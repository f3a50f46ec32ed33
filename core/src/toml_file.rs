//! TOML files: errors name the row.

use std::ops::Range;

use crate::error::{InputError, Problem};

/// Reads TOML; an error names the row.
pub fn read_toml<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, InputError> {
    toml::from_str(text).map_err(|error| syntax(file, text, error.message(), error.span()))
}

/// Returns the error of a file at a place in its text.
pub(crate) fn syntax(file: &str, text: &str, message: &str, span: Option<Range<usize>>) -> InputError {
    let row = span.map(|span| text[..span.start.min(text.len())].matches('\n').count() as u64 + 1);
    InputError { file: file.to_owned(), row, column: None, problem: Problem::Syntax(message.to_owned()) }
}
