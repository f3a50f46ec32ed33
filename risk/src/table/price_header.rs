//! The header of a table of prices: a row of names above a row that begins with a date.

use std::collections::BTreeSet;

use tailproof_core::error::Problem;
use tailproof_core::prices::is_field;

use super::dates::is_date_like;
use super::error::{Setting, TableError, TableProblem};
use super::grid::Grid;
use super::layout::{filled_width, header_rows, note_lines};
use super::reading::{NoteBasis, NoteKind, Reading};

/// Names of a column of dates, in lower case.
const DATE_NAMES: [&str; 18] = [
    "date",
    "dates",
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
    "observation_date",
    "dtyyyymmdd",
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
    /// the columns of the field that counts, where a line of fields stands beside that of names
    pub chosen: Option<Vec<usize>>,
}

/// Two lines of a header: one of names, and one that says which field of each a column holds.
struct Levels {
    names: usize,
    fields: usize,
    columns: Vec<usize>,
}

impl PriceHeader {
    /// Finds the header, and reports what is unusual about it. `field` is the one that counts, where
    /// there are several.
    pub fn find(file: &str, grid: &Grid, field: Option<&str>, reading: &mut Reading) -> Result<Self, TableError> {
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
        let header = header.with_lines_above(file, grid, &rows, field, reading)?;
        header.report(grid, reading);
        Ok(header)
    }

    fn plain(grid: &Grid, row: usize) -> Option<Self> {
        let plain = grid.cell(row, 0).eq_ignore_ascii_case("date");
        plain.then_some(Self { last: row, names: row, date: 0, chosen: None })
    }

    /// Returns a header with a row that is named as a column of dates.
    fn named(grid: &Grid, row: usize) -> Option<Self> {
        let date = grid.cells(row).position(is_date_name)?;
        (filled_width(grid, row) > 1).then_some(Self { last: row, names: row, date, chosen: None })
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
        Some(Self { last: *row, names: *row, date, chosen: None })
    }

    /// Takes the lines above as a part of the header, where data frames and terminals write one of two
    /// or three lines: names, the field of each column, and perhaps `Date` alone.
    fn with_lines_above(
        mut self,
        file: &str,
        grid: &Grid,
        rows: &[usize],
        field: Option<&str>,
        reading: &mut Reading,
    ) -> Result<Self, TableError> {
        let above = |row: usize| rows.iter().rev().find(|found| **found < row).copied();
        if filled_width(grid, self.last) == 1
            && let Some(row) = above(self.last).filter(|row| filled_width(grid, *row) > 1)
        {
            self.names = row;
        }
        let plain = self.names == self.last;
        let levels = above(self.names).and_then(|row| Levels::of(grid, [row, self.names], self.date));
        let mut top = self.names;
        if let Some(levels) = levels {
            top = levels.names.min(levels.fields);
            self.names = levels.names;
            self.chosen = Some(levels.choose(file, grid, field, reading)?);
        } else if !plain {
            let what = "a header of several lines: the names of the factors stand above that of the dates";
            reading.add(NoteKind::Header, NoteBasis::Guess, what).line = Some(grid.line(self.names));
        }
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

    /// Whether a column counts: every one does where no field is chosen.
    pub fn counts(&self, place: usize) -> bool {
        place == self.date || self.chosen.as_ref().is_none_or(|chosen| chosen.contains(&place))
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

impl Levels {
    /// Returns the lines of names and of fields, if two lines are one of each in either order.
    fn of(grid: &Grid, lines: [usize; 2], date: usize) -> Option<Self> {
        let [upper, lower] = lines;
        let filled = |row: usize, column: &usize| *column != date && !grid.cell(row, *column).is_empty();
        let columns: Vec<usize> = (0..filled_width(grid, lower)).filter(|column| filled(lower, column)).collect();
        let same = (0..filled_width(grid, upper)).filter(|column| filled(upper, column)).eq(columns.iter().copied());
        if columns.is_empty() || !same {
            return None;
        }
        let all_fields = |row: usize| columns.iter().all(|column| is_field(grid.cell(row, *column)));
        let begins = |row: usize, name: &str| grid.cell(row, date).eq_ignore_ascii_case(name);
        let (names, fields) = match (all_fields(upper), all_fields(lower)) {
            _ if begins(upper, "price") && begins(lower, "ticker") => (lower, upper),
            _ if begins(upper, "ticker") && begins(lower, "price") => (upper, lower),
            (true, false) => (lower, upper),
            (false, true) => (upper, lower),
            _ => return None,
        };
        Some(Self { names, fields, columns })
    }

    /// Returns the columns of the field that counts: the one that is set, or the only one.
    fn choose(
        self,
        file: &str,
        grid: &Grid,
        field: Option<&str>,
        reading: &mut Reading,
    ) -> Result<Vec<usize>, TableError> {
        let line = grid.line(self.fields);
        let all: BTreeSet<&str> = self.columns.iter().map(|column| grid.cell(self.fields, *column)).collect();
        let known = || all.iter().copied().collect::<Vec<_>>().join(", ");
        let (name, basis) = match (field, all.first()) {
            (Some(field), _) => (field, NoteBasis::Setting),
            (None, Some(name)) if all.len() == 1 => (*name, NoteBasis::Guess),
            _ => return Err(TableError::in_row(file, line, TableProblem::SeveralFields(known()))),
        };
        let chosen: Vec<usize> =
            self.columns.into_iter().filter(|column| same_name(grid.cell(self.fields, *column), name)).collect();
        if chosen.is_empty() {
            let problem = TableProblem::NoColumn { name: name.to_owned(), known: known() };
            return Err(TableError::in_row(file, line, problem));
        }
        let what = format!("a header of several lines: {name} of each ticker");
        reading.add(NoteKind::Header, basis, what).settled_by(Setting::Field).line = Some(line);
        Ok(chosen)
    }
}

/// Whether two names of a field are one, whatever their case and the brackets around them.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    plain_name(one) == plain_name(other)
}

/// Returns a name in lower case, without angle brackets around it.
pub(crate) fn plain_name(name: &str) -> String {
    name.trim_matches(['<', '>']).to_lowercase()
}

/// Whether a cell is a date and no number.
fn is_date(cell: &str) -> bool {
    is_date_like(cell, false)
}

pub(super) fn is_date_name(cell: &str) -> bool {
    DATE_NAMES.contains(&&*plain_name(cell))
}
