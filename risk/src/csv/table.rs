//! CSV tables with a header.

use std::io::Read;
use std::ops::Index;

use tailproof_core::error::{InputError, Problem};

/// A CSV table with a header, every cell trimmed, with the line each row began on.
#[derive(Debug)]
pub(crate) struct Table {
    pub header: Vec<String>,
    pub rows: Rows,
}

/// Rows of as many cells as the header has. Their texts are one text, so that a table of short cells
/// takes little more memory than its file.
#[derive(Debug)]
pub(crate) struct Rows {
    width: usize,
    text: String,
    /// Where each cell ends in the text.
    ends: Vec<u32>,
    lines: Vec<u32>,
}

/// The cells of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cells<'t> {
    rows: &'t Rows,
    first: usize,
}

impl Rows {
    /// Returns no rows, with room for those of a text. Growing would take twice the memory.
    fn of(text: &str, width: usize) -> Self {
        let lines = text.bytes().filter(|byte| *byte == b'\n').count();
        let cells = lines + 1 + text.bytes().filter(|byte| *byte == b',').count();
        Self {
            width,
            text: String::with_capacity(text.len()),
            ends: Vec::with_capacity(cells),
            lines: Vec::with_capacity(lines),
        }
    }

    /// Adds a row; `None` if there are more lines or bytes than a table holds.
    fn push(&mut self, line: u64, cells: &csv::StringRecord) -> Option<()> {
        self.lines.push(u32::try_from(line).ok()?);
        for cell in cells {
            self.text.push_str(cell);
            self.ends.push(u32::try_from(self.text.len()).ok()?);
        }
        Some(())
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Returns the line on which each row begins.
    pub fn lines(&self) -> Vec<u64> {
        self.lines.iter().map(|line| u64::from(*line)).collect()
    }

    /// Returns each row with the line on which it begins.
    pub fn iter(&self) -> impl Iterator<Item = (u64, Cells<'_>)> {
        let cells = |row: usize| Cells { rows: self, first: row * self.width };
        self.lines.iter().enumerate().map(move |(row, line)| (u64::from(*line), cells(row)))
    }
}

impl<'t> Cells<'t> {
    /// Returns the cells in order.
    pub fn iter(self) -> impl Iterator<Item = &'t str> {
        (0..self.rows.width).map(move |place| self.get(place))
    }

    fn get(self, place: usize) -> &'t str {
        let cell = self.first + place;
        let start = cell.checked_sub(1).map_or(0, |before| self.rows.ends[before]);
        &self.rows.text[start as usize..self.rows.ends[cell] as usize]
    }
}

impl Index<usize> for Cells<'_> {
    type Output = str;

    fn index(&self, place: usize) -> &str {
        self.get(place)
    }
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
        let mut rows = Rows::of(text, header.len());
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(syntax)? {
            let line = record.position().map_or(0, csv::Position::line);
            let too_large = || Problem::Io("it has more lines or bytes than a table of this version".into());
            rows.push(line, &record).ok_or_else(|| InputError::in_file(file, too_large()))?;
        }
        Ok(Self { header, rows })
    }
}
