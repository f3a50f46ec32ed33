//! The header of a table of prices: a row of names above a row that begins with a date.

use std::collections::BTreeSet;

use tailproof_core::error::Problem;

use super::dates::is_date_like;
use super::error::{TableError, TableProblem};
use super::grid::Grid;
use super::layout::{filled_width, header_rows, note_lines};
use super::reading::{NoteBasis, NoteKind, Reading};

/// Names of a column of dates, in lower case.
const DATE_NAMES: [&str; 15] = [
    "date",
    "day",
    "datum",
    "fecha",
    "data",
    "time",
    "timestamp",
    "datetime",
    "trade date",
    "trade_date",
    "as of",
    "as_of",
    "valuation date",
    "valuation_date",
    "period",
];

/// Where the header of prices is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PriceHeader {
    /// the row above the data
    pub last: usize,
    /// the row with the names of the factors
    pub names: usize,
    /// the column of dates
    pub date: usize,
}

impl PriceHeader {
    /// Finds the header, and reports what is unusual about it.
    pub fn find(file: &str, grid: &Grid, reading: &mut Reading) -> Result<Self, TableError> {
        let rows = header_rows(grid);
        let Some(first) = rows.first() else {
            return Err(TableError::in_file(file, Problem::Empty("a header line is needed".into())));
        };
        if is_date(grid.cell(*first, 0)) {
            return Self::plain(grid, *first)
                .ok_or_else(|| TableError::in_row(file, grid.line(*first), TableProblem::NoHeader("date,FACTOR,…")));
        }
        // The plain layout comes first, whatever its rows hold.
        let found = Self::plain(grid, *first).or_else(|| rows.windows(2).find_map(|pair| Self::above_data(grid, pair)));
        let found = found.or_else(|| rows.iter().find_map(|row| Self::named(grid, *row)));
        let Some(header) = found else {
            let name = grid.cell(*first, 0);
            let problem = Problem::Header { found: format!("'{name}'"), expected: "date,FACTOR,…".into() };
            return Err(TableError::in_cell(file, grid.line(*first), name, problem));
        };
        let header = header.with_lines_above(file, grid, &rows, reading)?;
        header.report(grid, reading);
        Ok(header)
    }

    fn plain(grid: &Grid, row: usize) -> Option<Self> {
        let plain = grid.cell(row, 0).eq_ignore_ascii_case("date");
        plain.then_some(Self { last: row, names: row, date: 0 })
    }

    /// Returns a header with a row that is named as a column of dates.
    fn named(grid: &Grid, row: usize) -> Option<Self> {
        let date = grid.cells(row).position(is_date_name)?;
        (filled_width(grid, row) > 1).then_some(Self { last: row, names: row, date })
    }

    /// Returns the header that is the first row of a pair, if a date stands below.
    fn above_data(grid: &Grid, pair: &[usize]) -> Option<Self> {
        let [row, next] = pair else { return None };
        let (width, below) = (filled_width(grid, *row), filled_width(grid, *next));
        // The third line of a header: the names stand above it.
        let alone = width == 1 && is_date_name(grid.cell(*row, 0));
        if below < 2 || (!alone && (width < 2 || below > width)) {
            return None;
        }
        let named =
            |column: &usize| is_date_name(grid.cell(*row, *column)) && is_date_like(grid.cell(*next, *column), true);
        let first = || (is_date(grid.cell(*next, 0)) && !is_date(grid.cell(*row, 0))).then_some(0);
        let date = (0..width).find(named).or_else(first)?;
        Some(Self { last: *row, names: *row, date })
    }

    /// Takes the lines above as a part of the header, where data frames write one of two or three
    /// lines: `Price,Close,…`, `Ticker,A,…` and perhaps `Date` alone.
    fn with_lines_above(
        mut self,
        file: &str,
        grid: &Grid,
        rows: &[usize],
        reading: &mut Reading,
    ) -> Result<Self, TableError> {
        let above = |row: usize| rows.iter().rev().find(|found| **found < row).copied();
        let begins = |row: usize, name: &str| grid.cell(row, 0).eq_ignore_ascii_case(name);
        if filled_width(grid, self.last) == 1
            && let Some(row) = above(self.last).filter(|row| begins(*row, "ticker"))
        {
            self.names = row;
        }
        let fields = above(self.names).filter(|row| begins(*row, "price") && begins(self.names, "ticker"));
        if let Some(row) = fields {
            let fields: BTreeSet<&str> = grid.cells(row).skip(1).filter(|cell| !cell.is_empty()).collect();
            let names = fields.iter().copied().collect::<Vec<_>>().join(", ");
            if fields.len() > 1 {
                return Err(TableError::in_row(file, grid.line(row), TableProblem::SeveralFields(names)));
            }
            let what = format!("a header of several lines: {names} of each ticker");
            reading.add(NoteKind::Header, NoteBasis::Guess, what).line = Some(grid.line(row));
        }
        let top = fields.unwrap_or(self.names);
        let others: Vec<usize> = (0..top).filter(|row| !grid.is_blank(*row)).collect();
        note_lines(grid, &others, "lines above the header", reading);
        Ok(self)
    }

    /// Reports a column of dates that is not the first one, named `date`.
    fn report(&self, grid: &Grid, reading: &mut Reading) {
        let name = grid.cell(self.last, self.date);
        if self.date == 0 && name.eq_ignore_ascii_case("date") {
            return;
        }
        let name = if name.is_empty() { "without a name".to_owned() } else { format!("'{name}'") };
        let what = format!("column {} ({name}) holds the dates", self.date + 1);
        reading.add(NoteKind::Header, NoteBasis::Guess, what);
    }

    /// Whether a row at the end of a table is none of its data: no date, and fewer cells than the
    /// header or none that looks like a number.
    pub fn is_footer(&self, grid: &Grid, row: usize) -> bool {
        let date = grid.cell(row, self.date);
        let worded = date.chars().any(char::is_alphabetic) || !date.chars().any(|found| found.is_ascii_digit());
        let numbers = || {
            let others = grid.cells(row).enumerate().filter(|(column, _)| *column != self.date);
            others.map(|(_, cell)| cell).any(super::separator::is_number_like)
        };
        worded && !is_date_like(date, true) && (filled_width(grid, row) < filled_width(grid, self.names) || !numbers())
    }
}

/// Whether a cell is a date and no number.
fn is_date(cell: &str) -> bool {
    is_date_like(cell, false)
}

pub(super) fn is_date_name(cell: &str) -> bool {
    DATE_NAMES.contains(&&*cell.to_lowercase())
}
