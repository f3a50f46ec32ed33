//! Days of gains beside the value at risk stated for them.

use std::io::Read;

use jiff::civil::Date;
use rust_decimal::Decimal;
use tailproof_core::error::Problem;
use tailproof_core::text::shortened;

use super::book::{is_end_mark, tail};
use super::dates::{DateColumn, is_date_like};
use super::error::{TableError, TableProblem};
use super::grid::Grid;
use super::layout::{body, header_rows, note_lines};
use super::number::is_missing;
use super::numbers::{Numbers, at};
use super::options::TableOptions;
use super::price_header::is_date_name;
use super::reading::{NoteBasis, NoteKind, Reading};

/// Most days of a backtest: four centuries of them.
const MOST_DAYS: usize = 100_000;

/// How a table states value at risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum VarSign {
    /// a loss is positive
    #[default]
    Positive,
    /// a loss is negative: a quantile of returns
    Negative,
}

/// What a table of gains is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GainColumns<'c> {
    /// name of the column of returns, or of profit and loss
    pub gains: &'c str,
    /// name of the column of the value at risk stated for each day
    pub value_at_risk: &'c str,
    /// the sign of a loss in that column
    pub sign: VarSign,
    /// the first day that counts; all of them without
    pub from: Option<Date>,
}

impl<'c> GainColumns<'c> {
    /// Returns the columns of these names, with positive values at risk, from the first day on.
    pub fn named(gains: &'c str, value_at_risk: &'c str) -> Self {
        Self { gains, value_at_risk, sign: VarSign::Positive, from: None }
    }
}

/// Days of gains, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gains {
    /// the days, where the table has a column of dates
    pub dates: Option<Vec<Date>>,
    /// of each day the gain, and the value at risk, positive for a loss
    pub days: Vec<(Decimal, Decimal)>,
}

/// Reads gains and the values at risk stated for them in any of the layouts of [`crate::table`]. The
/// first other column whose cells are dates orders the days; the rest is not looked at. `file` names
/// the table in errors.
///
/// # Errors
/// A column that is not there or there twice; a cell without a number; a value at risk of the wrong
/// sign; days that are doubled or out of order; a first day in a table without dates; no days, or
/// more than 100,000; any guess, if `options` are strict.
pub fn read_gains(
    file: &str,
    input: impl Read,
    columns: &GainColumns<'_>,
    options: &TableOptions,
) -> Result<(Gains, Reading), TableError> {
    let mut reading = Reading::plain(file);
    let (grid, separator) = super::open(file, input, options, &mut reading)?;
    let mut table = GainTable::find(file, &grid, columns, &mut reading)?;
    table.order(options, &mut reading)?;
    let places = table.rows.iter().flat_map(|row| [(*row, table.gains), (*row, table.value_at_risk)]);
    let numbers = Numbers::of(&grid, places, separator, options)
        .map_err(|((row, place), problem)| table.at(row, place, problem))?;
    let days = table.days(numbers, &mut reading)?;
    if options.strict {
        reading.refuse_guesses()?;
    }
    Ok((Gains { dates: table.dates, days }, reading))
}

/// The cells of a table of gains.
struct GainTable<'g> {
    file: &'g str,
    grid: &'g Grid,
    columns: &'g GainColumns<'g>,
    header: usize,
    gains: usize,
    value_at_risk: usize,
    rows: Vec<usize>,
    dates: Option<Vec<Date>>,
}

impl<'g> GainTable<'g> {
    /// Finds the header, the two columns and the rows.
    fn find(
        file: &'g str,
        grid: &'g Grid,
        columns: &'g GainColumns<'g>,
        reading: &mut Reading,
    ) -> Result<Self, TableError> {
        let names = header_rows(grid);
        let Some(first) = names.first() else {
            return Err(TableError::in_file(file, Problem::Empty("a header line is needed".into())));
        };
        let wanted = [columns.gains, columns.value_at_risk];
        let has_both = |row: &&usize| wanted.iter().all(|name| grid.cells(**row).any(|cell| cell == *name));
        let header = *names.iter().find(has_both).unwrap_or(first);
        let place = |name: &str| {
            let mut found = grid.cells(header).enumerate().filter(|(_, cell)| *cell == name);
            let problem = match (found.next(), found.next()) {
                (Some((place, _)), None) => return Ok(place),
                (Some(_), Some(_)) => Problem::DuplicateName(name.to_owned()),
                _ => {
                    let cells: Vec<String> = grid.cells(header).map(str::to_owned).collect();
                    Problem::Header { found: shortened(&cells), expected: format!("a column '{name}'") }
                }
            };
            Err(TableError::in_row(file, grid.line(header), problem))
        };
        let (gains, value_at_risk) = (place(columns.gains)?, place(columns.value_at_risk)?);
        let above: Vec<usize> = (0..header).filter(|row| !grid.is_blank(*row)).collect();
        note_lines(grid, &above, "lines above the header", reading);
        let tail = tail(grid, header);
        let rows = body(grid, header, true, |row| row >= tail || is_end_mark(grid, row), reading);
        Ok(Self { file, grid, columns, header, gains, value_at_risk, rows, dates: None })
    }

    fn at(&self, row: usize, place: usize, problem: impl Into<TableProblem>) -> TableError {
        at(self.file, self.grid, row, self.grid.cell(self.header, place), problem.into())
    }

    /// Reads the dates, if there are any, turns rows round that are newest first, and leaves out
    /// those before the first day that counts.
    fn order(&mut self, options: &TableOptions, reading: &mut Reading) -> Result<(), TableError> {
        let Some(mut dates) = self.read_dates(options, reading)? else {
            return match self.columns.from {
                Some(_) => Err(TableError::in_file(self.file, TableProblem::NoDates)),
                None => Ok(()),
            };
        };
        if let Some(from) = self.columns.from {
            let before = dates.partition_point(|date| *date < from);
            self.rows.drain(..before);
            dates.drain(..before);
            let note = reading.add(NoteKind::Lines, NoteBasis::Setting, format!("days before {from} left out"));
            note.count = Some(before as u64);
        }
        self.dates = Some(dates);
        Ok(())
    }

    /// Returns the days of the rows, oldest first, and brings the rows into that order.
    fn read_dates(&mut self, options: &TableOptions, reading: &mut Reading) -> Result<Option<Vec<Date>>, TableError> {
        let Some(first) = self.rows.first() else { return Ok(None) };
        // A column of another name is one of dates if it begins with one.
        let is_date = |place: &usize| match is_date_name(self.grid.cell(self.header, *place)) {
            true => self.rows.iter().any(|row| is_date_like(self.grid.cell(*row, *place), true)),
            false => is_date_like(self.grid.cell(*first, *place), false),
        };
        let others =
            (0..self.grid.width(self.header)).filter(|place| ![self.gains, self.value_at_risk].contains(place));
        let Some(place) = others.into_iter().find(is_date) else { return Ok(None) };
        let name = self.grid.cell(self.header, place);
        let column = DateColumn {
            file: self.file,
            name: if name.is_empty() { "date" } else { name },
            cells: self.rows.iter().map(|row| self.grid.cell(*row, place)).collect(),
            lines: self.rows.iter().map(|row| self.grid.line(*row)).collect(),
        };
        let mut dates = column.read(options, reading)?;
        if column.newest_first(&dates)? {
            reading.add(NoteKind::Order, NoteBasis::Guess, "rows newest first, turned round");
            dates.reverse();
            self.rows.reverse();
        }
        Ok(Some(dates))
    }

    /// Reads the values.
    fn days(&self, mut numbers: Numbers, reading: &mut Reading) -> Result<Vec<(Decimal, Decimal)>, TableError> {
        if self.rows.is_empty() {
            return Err(TableError::in_file(self.file, Problem::Empty("a backtest needs days".into())));
        }
        if self.rows.len() > MOST_DAYS {
            let (value, range) = (self.rows.len().to_string(), format!("1 to {MOST_DAYS}"));
            let problem = Problem::OutOfRange { what: "the number of days".into(), value, range };
            return Err(TableError::in_file(self.file, problem));
        }
        let mut days = Vec::with_capacity(self.rows.len());
        for (index, row) in self.rows.iter().enumerate() {
            let mut number = |place: usize| {
                let cell = self.grid.cell(*row, place);
                if is_missing(cell) {
                    return Err(self.missing(index, place));
                }
                numbers.read(cell, place).map_err(|problem| self.at(*row, place, problem))
            };
            let (gain, value) = (number(self.gains)?, number(self.value_at_risk)?);
            let value = self.signed(value).map_err(|problem| self.at(*row, self.value_at_risk, problem))?;
            days.push((gain, value));
        }
        numbers.report(reading);
        if self.columns.sign == VarSign::Negative {
            let what = "value at risk with a minus for a loss, whose sign is changed";
            reading.add(NoteKind::Numbers, NoteBasis::Setting, what);
        }
        Ok(days)
    }

    /// Returns a value at risk that is positive for a loss.
    fn signed(&self, value: Decimal) -> Result<Decimal, TableProblem> {
        let is_negative = value.is_sign_negative() && !value.is_zero();
        match self.columns.sign {
            VarSign::Positive if is_negative => Err(Problem::NegativeValueAtRisk(value.to_string()).into()),
            VarSign::Positive => Ok(value),
            VarSign::Negative if is_negative || value.is_zero() => Ok(-value),
            VarSign::Negative => Err(TableProblem::PositiveQuantile(value.to_string())),
        }
    }

    /// Returns the error of a day without a value: with the first day from which none is missing, if
    /// all that are missing come before it.
    fn missing(&self, index: usize, place: usize) -> TableError {
        let is_open =
            |row: &usize| [self.gains, self.value_at_risk].iter().any(|place| is_missing(self.grid.cell(*row, *place)));
        let row = self.rows[index];
        let days = self.rows.iter().filter(|row| is_open(row)).count();
        let is_warm_up = self.rows[..days].iter().all(is_open);
        let day = |index: usize| self.dates.as_ref().and_then(|dates| dates.get(index)).map(Date::to_string);
        let problem = TableProblem::MissingDay {
            found: self.grid.cell(row, place).to_owned(),
            of: day(index),
            days: days as u64,
            begin: day(days).filter(|_| is_warm_up),
        };
        self.at(row, place, problem)
    }
}
