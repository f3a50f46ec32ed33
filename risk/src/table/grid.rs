//! Cells in rows, as a file has them. Rows may have different lengths.

use rust_decimal::Decimal;

#[cfg(feature = "parquet")]
use super::doubles::Doubles;
use super::error::{TableError, TableProblem};
use super::number::is_plain;
use super::options::{Limits, Separator};

/// The cells of a file, trimmed. Their texts are one text, so that a table of short cells takes
/// little more memory than its file.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    text: String,
    /// Where each cell ends in the text.
    ends: Vec<u32>,
    rows: Vec<Row>,
    /// What stands in each column below the first row; empty if all cells are texts.
    #[cfg(feature = "parquet")]
    columns: Vec<Cells>,
    #[cfg(feature = "parquet")]
    doubles: Doubles,
    /// Whether cells have types, as in a workbook: an absent cell is then an empty one, and numbers
    /// have decimal points.
    pub typed: bool,
    /// lines of the file above the text that was read
    pub lines_above: u64,
}

/// What stands in a column of a grid below its first row.
#[cfg(feature = "parquet")]
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cells {
    /// texts: those at this place among the texts of their rows
    Texts(usize),
    /// doubles: those at this place among the doubles of their rows, which are no part of the texts
    Doubles(usize),
}

/// A row of a grid.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// index of its first cell
    first: u32,
    /// line of the file, from 1
    line: u32,
    /// whether a blank line stands before it
    after_blank: bool,
}

impl Grid {
    /// Reads the cells of a text.
    pub fn of_text(file: &str, text: &str, separator: Separator, limits: &Limits) -> Result<Self, TableError> {
        let lines = text.bytes().filter(|byte| *byte == b'\n').count();
        let cells = lines + 1 + text.bytes().filter(|byte| *byte == separator.byte()).count();
        if cells > limits.cells {
            return Err(TableError::in_file(file, too_many(limits)));
        }
        let mut grid = Self {
            text: String::with_capacity(text.len()),
            ends: Vec::with_capacity(cells),
            rows: Vec::with_capacity(lines + 1),
            ..Self::default()
        };
        let mut reader = reader(text, separator);
        let mut record = csv::StringRecord::new();
        while let Ok(true) = reader.read_record(&mut record) {
            let (line, after_blank) = place(text, record.position());
            grid.begin_row(line, after_blank);
            for cell in &record {
                grid.push(cell.trim(), limits).map_err(|problem| TableError::in_row(file, line.into(), problem))?;
            }
        }
        Ok(grid)
    }

    /// Returns a grid without rows, for cells that have types.
    pub fn of_types() -> Self {
        Self { typed: true, ..Self::default() }
    }

    /// States what stands in each column below the first row, whose cells are texts.
    #[cfg(feature = "parquet")]
    pub fn set_columns(&mut self, columns: Vec<Cells>, doubles: Doubles) {
        (self.columns, self.doubles) = (columns, doubles);
    }

    /// Returns the same rows with other cells, as `of` says of a row, a column and its cell.
    pub fn mapped<'g>(
        &'g self,
        limits: &Limits,
        of: impl Fn(usize, usize, &'g str) -> &'g str,
    ) -> Result<Self, TableProblem> {
        let mut grid = Self { typed: self.typed, lines_above: self.lines_above, ..Self::default() };
        for (row, Row { line, after_blank, .. }) in self.rows.iter().enumerate() {
            grid.begin_row(*line, *after_blank);
            for (column, cell) in self.cells(row).enumerate() {
                grid.push(of(row, column, cell), limits)?;
            }
        }
        Ok(grid)
    }

    /// Begins a row.
    pub fn begin_row(&mut self, line: u32, after_blank: bool) {
        // There are fewer cells than `u32::MAX`: `push` refuses more.
        let first = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.rows.push(Row { first, line, after_blank });
    }

    /// Adds a cell to the last row.
    pub fn push(&mut self, cell: &str, limits: &Limits) -> Result<(), TableProblem> {
        self.push_by(limits, |text| {
            text.push_str(cell);
            Ok(())
        })
    }

    /// Adds a cell to the last row, whose text `append` appends, trimmed.
    pub fn push_by(
        &mut self,
        limits: &Limits,
        append: impl FnOnce(&mut String) -> Result<(), TableProblem>,
    ) -> Result<(), TableProblem> {
        append(&mut self.text)?;
        // A Parquet file names a long text once for a million rows.
        let most = limits.text.min(u32::MAX.into());
        let end = u32::try_from(self.text.len()).ok().filter(|end| u64::from(*end) <= most);
        let end = end.ok_or(TableProblem::TooLarge { most, what: "bytes" })?;
        if self.ends.len() >= limits.cells.min(u32::MAX as usize) {
            return Err(too_many(limits));
        }
        self.ends.push(end);
        Ok(())
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns the line on which a row begins.
    pub fn line(&self, row: usize) -> u64 {
        self.lines_above + u64::from(self.rows[row].line)
    }

    /// Whether a blank line stands before a row.
    pub fn after_blank(&self, row: usize) -> bool {
        self.rows[row].after_blank
    }

    /// Number of cells of a row.
    #[inline]
    pub fn width(&self, row: usize) -> usize {
        #[cfg(feature = "parquet")]
        if row > 0 && !self.columns.is_empty() {
            return self.columns.len();
        }
        self.texts(row)
    }

    /// Number of texts of a row.
    fn texts(&self, row: usize) -> usize {
        let next = self.rows.get(row + 1).map_or(self.ends.len(), |next| next.first as usize);
        next - self.rows[row].first as usize
    }

    /// Returns a cell; one beyond the end of its row is empty.
    #[inline]
    pub fn cell(&self, row: usize, column: usize) -> &str {
        #[cfg(feature = "parquet")]
        if row > 0 && !self.columns.is_empty() {
            return match self.columns.get(column) {
                Some(Cells::Doubles(place)) => self.doubles.text(row - 1, *place),
                Some(Cells::Texts(place)) => self.text(row, *place),
                None => "",
            };
        }
        self.text(row, column)
    }

    /// Returns a text of a row; one beyond its end is empty.
    #[inline]
    fn text(&self, row: usize, place: usize) -> &str {
        if place >= self.texts(row) {
            return "";
        }
        let cell = self.rows[row].first as usize + place;
        let start = cell.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[cell] as usize]
    }

    /// Returns the number of a cell that is one by its type, whatever the decimal mark of texts.
    #[inline]
    pub fn number(&self, row: usize, column: usize) -> Option<Decimal> {
        #[cfg(feature = "parquet")]
        if row > 0
            && let Some(Cells::Doubles(place)) = self.columns.get(column)
        {
            return self.doubles.number(row - 1, *place);
        }
        let _ = (row, column);
        None
    }

    /// Whether a cell has no characters but those of a number with a decimal point, or none at all.
    pub fn is_plain(&self, row: usize, column: usize) -> bool {
        #[cfg(feature = "parquet")]
        if row > 0
            && let Some(Cells::Doubles(place)) = self.columns.get(column)
        {
            return self.doubles.is_plain(row - 1, *place);
        }
        is_plain(self.cell(row, column))
    }

    /// Returns the cells of a row.
    pub fn cells(&self, row: usize) -> impl Iterator<Item = &str> {
        (0..self.width(row)).map(move |column| self.cell(row, column))
    }

    /// Whether all cells of a row are empty.
    pub fn is_blank(&self, row: usize) -> bool {
        self.cells(row).all(str::is_empty)
    }
}

/// Returns the refusal of too many cells.
pub(crate) fn too_many(limits: &Limits) -> TableProblem {
    TableProblem::TooLarge { most: limits.cells as u64, what: "cells" }
}

/// Returns a reader of rows of any length.
pub(crate) fn reader(text: &str, separator: Separator) -> csv::Reader<&[u8]> {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(separator.byte()).from_reader(text.as_bytes())
}

/// Returns the line on which a record begins, and whether a blank line stands before it. The reader
/// passes blank lines over, and places a record before them.
fn place(text: &str, position: Option<&csv::Position>) -> (u32, bool) {
    let Some(position) = position else { return (0, false) };
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX).min(text.len());
    let bytes = &text.as_bytes()[start..];
    let breaks = &bytes[..bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count()];
    let skipped = breaks.iter().filter(|byte| **byte == b'\n').count();
    // The second half of a line break is still to come.
    let half = usize::from(start > 0 && text.as_bytes()[start - 1] == b'\r' && bytes.first() == Some(&b'\n'));
    let line = position.line() + skipped as u64;
    (u32::try_from(line).unwrap_or(u32::MAX), skipped > half)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(text: &str) -> Grid {
        Grid::of_text("f", text, Separator::Comma, &Limits::default()).unwrap()
    }

    #[test]
    fn rows_keep_their_lines_and_the_blank_lines_before_them() {
        for ending in ["\n", "\r\n"] {
            let text = ["a, b", "c", "", "", "\"d", "e\",f,g", "h"].join(ending);
            let grid = grid(&text);
            let rows: Vec<_> = (0..grid.len()).map(|row| (grid.line(row), grid.after_blank(row))).collect();
            assert_eq!(rows, [(1, false), (2, false), (5, true), (7, false)], "{text:?}");
            let cells: Vec<Vec<_>> = (0..grid.len()).map(|row| grid.cells(row).collect()).collect();
            let quoted = format!("d{ending}e");
            assert_eq!(cells, [vec!["a", "b"], vec!["c"], vec![&quoted, "f", "g"], vec!["h"]]);
            assert_eq!(grid.cell(1, 7), "");
        }
    }

    #[test]
    fn more_cells_than_the_limit_are_refused() {
        let limits = Limits { cells: 5, ..Limits::default() };
        assert!(Grid::of_text("f", "a,b\nc,d,e\n", Separator::Comma, &limits).is_err());
        assert!(Grid::of_text("f", "a,b\nc,d", Separator::Comma, &limits).is_ok());
        let limits = Limits { text: 5, ..Limits::default() };
        let mut grid = Grid::of_types();
        grid.begin_row(1, false);
        assert_eq!(grid.push("abcde", &limits), Ok(()));
        assert_eq!(grid.push("f", &limits), Err(TableProblem::TooLarge { most: 5, what: "bytes" }));
    }
}
