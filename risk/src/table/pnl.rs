//! P&L vectors: a row for each day, with its profit or loss.
//!
//! Two layouts are known: a plain table of a column of dates and one of gains, and the report of
//! historical simulation P&L that the Open Source Risk Engine writes, with the columns `Portfolio`,
//! `RiskClass`, `RiskType`, `PLDate1`, `PLDate2` and `PLAmount` behind a `#`
//! (`OREAnalytics/orea/engine/historicalsimulationvar.cpp` of OpenSourceRisk/Engine). Nothing is turned
//! round, filled in or left out, but for the rows of such a report that are of one risk class or type.

use std::io::Read;

use jiff::civil::Date;
use rust_decimal::Decimal;
use tailproof_core::error::Problem;
use tailproof_core::fixed_point::MAX_SCENARIOS;
use tailproof_core::text::shortened;

use super::dates::DateColumn;
use super::error::{TableError, TableProblem};
use super::grid::Grid;
use super::layout::check_widths;
use super::number::is_missing;
use super::numbers::{Numbers, at};
use super::options::{Separator, TableOptions};
use super::price_header::is_date_name;
use super::reading::{NoteBasis, NoteKind, Reading};
use crate::book::Book;
use crate::csv::BookFile;

/// Names of a column of gains, in lower case.
const GAINS: [&str; 7] = ["pnl", "p&l", "p/l", "pl", "profit and loss", "profit_and_loss", "gain"];
/// Columns of a report of historical simulation P&L, in lower case: what a row is of, the first and the
/// last day of the move, and the amount.
const REPORT: [&str; 6] = ["portfolio", "riskclass", "risktype", "pldate1", "pldate2", "plamount"];
/// A risk class or type that is every one.
const ALL: &str = "All";

/// Reads a P&L vector from a file in any of the formats of [`crate::table`]. The book that it returns has
/// a row for each day, with the gain as its amount. `file` names it in errors.
///
/// # Errors
/// A column that is not known, or is there twice; a day that is doubled or not after the one before; a
/// cell without a number; rows of several portfolios, or of single risk classes alone; no days, or more
/// than a set has; any guess, if `options` are strict.
pub fn read_pnl(file: &str, input: impl Read, options: &TableOptions) -> Result<(BookFile, Reading), TableError> {
    let mut reading = Reading::plain(file);
    let (grid, separator) = super::open(file, input, options, &mut reading)?;
    let table = PnlTable::find(file, &grid, &mut reading)?;
    let days = table.days(options, &mut reading)?;
    let gains = table.gains(separator, options, &mut reading)?;
    if options.strict {
        reading.refuse_guesses()?;
    }
    let lines = table.lines();
    let rows = days.into_iter().zip(gains).collect();
    let book = Book::of_gains(rows).map_err(|error| error.in_file(file, &lines))?;
    Ok((BookFile::new(file, lines, book), reading))
}

/// The cells of a P&L vector.
struct PnlTable<'g> {
    file: &'g str,
    grid: &'g Grid,
    /// names of the columns
    names: Vec<String>,
    /// places of the day and of the gain
    day: usize,
    gain: usize,
    rows: Vec<usize>,
}

impl<'g> PnlTable<'g> {
    /// Finds the header, the columns and the rows.
    fn find(file: &'g str, grid: &'g Grid, reading: &mut Reading) -> Result<Self, TableError> {
        let mut filled = (0..grid.len()).filter(|row| !grid.is_blank(*row));
        let header =
            filled.next().ok_or_else(|| TableError::in_file(file, Problem::Empty("a header line is needed".into())))?;
        let names: Vec<String> =
            grid.cells(header).map(|cell| cell.trim_start_matches('#').trim().to_owned()).collect();
        let in_header = |problem: Problem| TableError::in_row(file, grid.line(header), problem);
        let lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
        if let Some(name) = (1..lower.len()).find(|place| lower[..*place].contains(&lower[*place])) {
            return Err(in_header(Problem::DuplicateName(names[name].clone())));
        }
        let place = |name: &str| lower.iter().position(|known| known == name);
        let is_report = lower.iter().all(|name| REPORT.contains(&&**name)) && lower.len() == REPORT.len();
        let rows: Vec<usize> = filled.collect();
        check_widths(file, grid, names.len(), &rows)?;
        let found = if is_report {
            place("pldate2").zip(place("plamount"))
        } else {
            let day = (0..names.len()).find(|place| is_date_name(&names[*place]));
            let gain = lower.iter().position(|name| GAINS.contains(&&**name));
            day.zip(gain).filter(|_| names.len() == 2)
        };
        let Some((day, gain)) = found else {
            let expected = "date and pnl, and no other column; or the report Portfolio, RiskClass, RiskType, PLDate1, PLDate2, \
                            PLAmount of the Open Source Risk Engine";
            return Err(in_header(Problem::Header { found: shortened(&names), expected: expected.into() }));
        };
        let mut table = Self { file, grid, names, day, gain, rows };
        if is_report {
            table.keep_the_whole(reading, REPORT[..3].iter().filter_map(|name| place(name)).collect())?;
        }
        if !(1..=MAX_SCENARIOS).contains(&table.rows.len()) {
            let (what, value) = ("the number of days".into(), table.rows.len().to_string());
            let problem = Problem::OutOfRange { what, value, range: format!("1 to {MAX_SCENARIOS}") };
            return Err(TableError::in_file(file, problem));
        }
        Ok(table)
    }

    /// Leaves out the rows of a report that are of one risk class or type. The others are of one
    /// portfolio.
    fn keep_the_whole(&mut self, reading: &mut Reading, parts: Vec<usize>) -> Result<(), TableError> {
        let grid = self.grid;
        let [portfolio, class, kind] = parts[..] else { return Ok(()) };
        let before = self.rows.len();
        let first = self.rows.first().copied();
        self.rows.retain(|row| [class, kind].iter().all(|place| grid.cell(*row, *place) == ALL));
        if let (Some(row), true) = (first, self.rows.is_empty()) {
            let found = grid.cell(row, class).to_owned();
            let problem =
                Problem::Header { found, expected: "rows of the risk class All and the risk type All".into() };
            return Err(self.at(row, class, problem));
        }
        if before > self.rows.len() {
            let what = "rows of single risk classes and types left out";
            reading.add(NoteKind::Lines, NoteBasis::File, what).count = Some((before - self.rows.len()) as u64);
        }
        let Some(name) = self.rows.first().map(|row| grid.cell(*row, portfolio)) else { return Ok(()) };
        match self.rows.iter().find(|row| grid.cell(**row, portfolio) != name) {
            Some(row) => {
                let found = grid.cell(*row, portfolio).to_owned();
                Err(self.at(
                    *row,
                    portfolio,
                    Problem::Header { found, expected: format!("rows of one portfolio ('{name}')") },
                ))
            }
            None => Ok(()),
        }
    }

    fn at(&self, row: usize, place: usize, problem: impl Into<TableProblem>) -> TableError {
        at(self.file, self.grid, row, &self.names[place], problem.into())
    }

    fn lines(&self) -> Vec<u64> {
        self.rows.iter().map(|row| self.grid.line(*row)).collect()
    }

    /// Returns the days, each after the one before.
    fn days(&self, options: &TableOptions, reading: &mut Reading) -> Result<Vec<Date>, TableError> {
        let column = DateColumn {
            file: self.file,
            name: &self.names[self.day],
            cells: self.rows.iter().map(|row| self.grid.cell(*row, self.day)).collect(),
            lines: self.lines(),
        };
        let days = column.read(options, reading)?;
        for place in 1..days.len() {
            let (before, date) = (days[place - 1], days[place]);
            if date <= before {
                let problem = match date == before {
                    true => TableProblem::DoubledDate(date.to_string()),
                    false => Problem::UnsortedDate { date: date.to_string(), previous: before.to_string() }.into(),
                };
                return Err(self.at(self.rows[place], self.day, problem));
            }
        }
        Ok(days)
    }

    /// Returns the gain of each row.
    fn gains(
        &self,
        separator: Separator,
        options: &TableOptions,
        reading: &mut Reading,
    ) -> Result<Vec<Decimal>, TableError> {
        if let Some(row) = self.rows.iter().find(|row| is_missing(self.grid.cell(**row, self.gain))) {
            return Err(self.at(*row, self.gain, Problem::MissingValue));
        }
        let places = self.rows.iter().map(|row| (*row, self.gain));
        let mut numbers = Numbers::of(self.grid, places, separator, options)
            .map_err(|((row, place), problem)| self.at(row, place, problem))?;
        let read = |row: &usize| {
            let gain = numbers.read(self.grid.cell(*row, self.gain), self.gain);
            gain.map_err(|problem| self.at(*row, self.gain, problem))
        };
        let gains = self.rows.iter().map(read).collect::<Result<_, _>>()?;
        numbers.report(reading);
        Ok(gains)
    }
}
