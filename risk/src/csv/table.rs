//! CSV tables with a header.

use std::io::Read;

use tailproof_core::error::{InputError, Problem};

/// A CSV table with a header, every cell trimmed, with the line each row began on.
#[derive(Debug)]
pub(crate) struct Table {
    pub header: Vec<String>,
    pub rows: Vec<(u64, Vec<String>)>,
}

impl Table {
    /// Reads a whole table; ragged rows are errors. A byte-order mark is passed over.
    pub fn read(file: &str, mut input: impl Read) -> Result<Self, InputError> {
        let mut text = String::new();
        input.read_to_string(&mut text).map_err(|error| InputError::in_file(file, Problem::Io(error.to_string())))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let syntax = |error: csv::Error| InputError {
            file: file.to_owned(),
            row: error.position().map(csv::Position::line),
            column: None,
            problem: Problem::Syntax(match error.kind() {
                csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                    format!("the row has {len} cells where the header has {expected_len}")
                }
                _ => error.to_string(),
            }),
        };
        let header: Vec<String> = reader.headers().map_err(syntax)?.iter().map(str::to_owned).collect();
        if header.iter().all(String::is_empty) {
            return Err(InputError::in_file(file, Problem::Empty("a header line is needed".into())));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(syntax)?;
            let line = record.position().map_or(0, csv::Position::line);
            rows.push((line, record.iter().map(str::to_owned).collect()));
        }
        Ok(Self { header, rows })
    }
}
