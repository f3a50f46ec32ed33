//! Tables with a row for each name: stress tables, imported sets, covariances, liquidity horizons.

use rust_decimal::Decimal;
use tailproof_core::error::{InputError, Problem, RowError};
use tailproof_core::table::DecimalTable;

use super::book::{is_end_mark, tail};
use super::dates::is_date_like;
use super::error::{TableError, TableProblem};
use super::grid::Grid;
use super::layout::{Column, body, columns, drop_row_numbers, filled_width, header_rows, note_lines};
use super::number::is_missing;
use super::numbers::{Numbers, at};
use super::options::{Separator, TableOptions};
use super::reading::{NoteBasis, NoteKind, Reading};
use super::separator::is_number_like;

/// A table of decimals as it stands in a file: errors about its values name lines of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFile {
    file: String,
    /// the line of each row
    lines: Vec<u64>,
    table: DecimalTable,
}

impl TableFile {
    /// Returns a table of a file that does not have it line by line: errors name no line.
    pub fn without_lines(file: &str, table: DecimalTable) -> Self {
        Self { file: file.to_owned(), lines: Vec::new(), table }
    }

    /// The values.
    pub fn table(&self) -> &DecimalTable {
        &self.table
    }

    /// Returns the error of the file for one of the table.
    pub fn place(&self, error: RowError) -> InputError {
        if self.lines.is_empty() {
            let column = Some(error.column).filter(|name| !name.is_empty());
            return InputError { column, ..InputError::in_file(&self.file, error.problem) };
        }
        error.in_file(&self.file, &self.lines)
    }
}

/// What the column with the names of the rows is called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    /// in the plain layout
    pub plain: &'static str,
    /// elsewhere, in lower case
    pub others: &'static [&'static str],
    /// the plain header, for errors
    pub expected: &'static str,
    /// whether rows may be without names
    pub optional: bool,
}

/// The cells of a table whose rows have names.
pub(crate) struct NamedTable<'g> {
    pub file: &'g str,
    pub grid: &'g Grid,
    separator: Separator,
    options: &'g TableOptions,
    key: Key,
    /// line of the header
    pub header_line: u64,
    /// place of the names; `None` where rows have numbers for names
    names: Option<usize>,
    /// the columns of values
    pub columns: Vec<Column>,
    pub rows: Vec<usize>,
}

impl<'g> NamedTable<'g> {
    /// Finds header, names and rows.
    pub fn find(
        file: &'g str,
        grid: &'g Grid,
        separator: Separator,
        options: &'g TableOptions,
        key: Key,
        reading: &mut Reading,
    ) -> Result<Self, TableError> {
        let (header, mut names) = find_header(file, grid, key)?;
        let above: Vec<usize> = (0..header).filter(|row| !grid.is_blank(*row)).collect();
        note_lines(grid, &above, "lines above the header", reading);
        let tail = tail(grid, header);
        let rows = body(grid, header, false, |row| row >= tail || is_end_mark(grid, row), reading);
        let mut columns = columns(file, grid, header, &rows, names, reading)?;
        if names != Some(0) {
            drop_row_numbers(grid, &mut columns, &rows, reading);
        }
        // A first column of words or of days has names.
        if names.is_none()
            && let [first, _, ..] = &columns[..]
            && !rows.is_empty()
            && rows.iter().all(|row| is_name_like(grid.cell(*row, first.place)))
        {
            names = Some(first.place);
        }
        if let Some(place) = names {
            let name = grid.cell(header, place);
            if place > 0 || !name.eq_ignore_ascii_case(key.plain) {
                let name = if name.is_empty() { "without a name".to_owned() } else { format!("'{name}'") };
                let what = format!("column {} ({name}) holds the names of the rows", place + 1);
                reading.add(NoteKind::Header, NoteBasis::Guess, what);
            }
            columns.retain(|column| column.place != place);
        }
        if let Some(unnamed) = columns.iter().find(|column| column.name.is_empty()) {
            return Err(TableError::in_row(file, grid.line(header), TableProblem::NoName(unnamed.place + 1)));
        }
        Ok(Self { file, grid, separator, options, key, header_line: grid.line(header), names, columns, rows })
    }

    /// Returns the name of the row that is `index` among the rows.
    pub fn name(&self, index: usize) -> String {
        self.names.map_or_else(|| (index + 1).to_string(), |place| self.grid.cell(self.rows[index], place).to_owned())
    }

    /// Returns the reader of the numbers in all columns.
    pub fn numbers(&self) -> Result<Numbers, TableError> {
        let places = self.rows.iter().flat_map(|row| self.columns.iter().map(move |column| (*row, column.place)));
        Numbers::of(self.grid, places, self.separator, self.options).map_err(|((row, place), problem)| {
            let column = self.columns.iter().find(|column| column.place == place);
            self.at(row, column.map_or("", |column| &column.name), problem)
        })
    }

    /// Reads every value, and makes each what `of` says of it and its place.
    pub fn read(
        &self,
        reading: &mut Reading,
        of: impl Fn(Decimal, &Column) -> Result<Decimal, TableProblem>,
    ) -> Result<TableFile, TableError> {
        let mut numbers = self.numbers()?;
        let mut values = Vec::with_capacity(self.rows.len());
        for (index, row) in self.rows.iter().enumerate() {
            let mut value = |column: &Column| {
                let value = numbers.read(self.grid.cell(*row, column.place), column.place);
                value.and_then(|value| of(value, column)).map_err(|problem| self.no_value(problem, index, column))
            };
            let row = self.columns.iter().map(&mut value).collect::<Result<Vec<_>, _>>()?;
            values.push((self.name(index), row));
        }
        numbers.report(reading);
        let lines: Vec<u64> = self.rows.iter().map(|row| self.grid.line(*row)).collect();
        let columns = self.columns.iter().map(|column| column.name.clone()).collect();
        let table = DecimalTable::new(self.key.plain, columns, values).map_err(|error| {
            let in_header = error.row.is_none() && !error.column.is_empty();
            let mut error = error.in_file(self.file, &lines);
            if in_header {
                error.row = Some(self.header_line);
            }
            error
        })?;
        Ok(TableFile { file: self.file.to_owned(), lines, table })
    }

    /// Returns the error of a cell without a value: where it says that there is none, with the count
    /// of such cells.
    fn no_value(&self, problem: TableProblem, index: usize, column: &Column) -> TableError {
        let found = self.grid.cell(self.rows[index], column.place);
        if !is_missing(found) {
            return self.at(self.rows[index], &column.name, problem);
        }
        let is_missing = |place: usize| self.rows.iter().filter(move |row| is_missing(self.grid.cell(**row, place)));
        let in_column = is_missing(column.place).count() as u64;
        let in_file = self.columns.iter().map(|column| is_missing(column.place).count() as u64).sum();
        let problem = TableProblem::Missing { found: found.to_owned(), of: self.name(index), in_column, in_file };
        self.at(self.rows[index], &column.name, problem)
    }

    /// Returns the error of a cell.
    pub fn at(&self, row: usize, column: &str, problem: TableProblem) -> TableError {
        at(self.file, self.grid, row, column, problem)
    }
}

/// Returns the row of the header, and the place of the column of names if it has one.
fn find_header(file: &str, grid: &Grid, key: Key) -> Result<(usize, Option<usize>), TableError> {
    let rows = header_rows(grid);
    let Some(first) = rows.first() else {
        return Err(TableError::in_file(file, Problem::Empty("a header line is needed".into())));
    };
    let is_key = |cell: &str| {
        let cell = cell.to_lowercase();
        cell == key.plain || key.others.contains(&&*cell)
    };
    let named = |row: &usize| {
        let place = grid.cells(*row).position(is_key).filter(|_| filled_width(grid, *row) > 1);
        place.map(|place| (*row, Some(place)))
    };
    // Data frames have no name above the names of their rows.
    let unnamed = |pair: &[usize]| {
        let [row, next] = pair else { return None };
        let below = grid.cell(*next, 0);
        let is_so = grid.cell(*row, 0).is_empty() && !below.is_empty() && is_name_like(below);
        (is_so && filled_width(grid, *row) > 1).then_some((*row, Some(0)))
    };
    let nameless = |pair: &[usize]| {
        let [row, next] = pair else { return None };
        let is_so = key.optional && has_words_alone(grid, *row) && grid.cells(*next).any(is_number_like);
        is_so.then_some((*row, None))
    };
    let found = rows.iter().find_map(named).or_else(|| rows.windows(2).find_map(unnamed));
    found.or_else(|| rows.windows(2).find_map(nameless)).ok_or_else(|| {
        let cells: Vec<&str> = grid.cells(*first).collect();
        let problem = Problem::Header { found: format!("'{}'", cells.join(",")), expected: key.expected.into() };
        TableError::in_row(file, grid.line(*first), problem)
    })
}

/// Whether no cell of a row looks like a number.
fn has_words_alone(grid: &Grid, row: usize) -> bool {
    !grid.is_blank(row) && !grid.cells(row).any(is_number_like)
}

/// Whether a cell is a name and no value: words, or a day.
fn is_name_like(cell: &str) -> bool {
    !is_number_like(cell) || is_date_like(cell, false)
}
