//! Prices from a table: a column of dates, and a column of prices for each factor.

use std::io::Read;

use jiff::civil::Date;
use rust_decimal::Decimal;
use tailproof_core::error::{Problem, RowError};
use tailproof_core::prices::{self, PriceHistory};

use super::dates::DateColumn;
use super::error::{TableError, TableProblem};
use super::grid::Grid;
use super::layout::{Column, body, columns, drop_row_numbers};
use super::long::{LongColumns, Pivot};
use super::number::is_missing;
use super::numbers::{Numbers, at};
use super::options::{Separator, TableOptions};
use super::price_header::PriceHeader;
use super::reading::{NoteBasis, NoteKind, Reading};

/// Reads prices from a file in any of the formats and layouts of [`crate::table`], and reports how
/// it was read. `file` names it in errors. A CSV in the plain layout is read as
/// [`crate::csv::read_prices`] reads it.
///
/// # Errors
/// A file that holds no table; dates, numbers or sheets with two readings, and no setting that
/// chooses; a cell without a value; days that are doubled or out of order; a price that is not
/// positive; any guess, if `options` are strict.
pub fn read_prices(
    file: &str,
    input: impl Read,
    options: &TableOptions,
) -> Result<(PriceHistory, Reading), TableError> {
    let mut reading = Reading::plain(file);
    let (grid, separator) = super::open(file, input, options, &mut reading)?;
    let table = PriceTable::find(file, &grid, separator, options, &mut reading)?;
    let history = table.history(&mut reading)?;
    if options.strict {
        reading.refuse_guesses()?;
    }
    Ok((history, reading))
}

/// Prices as a file has them, with missing cells and of any sign, and the lines of their rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawPrices {
    /// the prices
    pub table: prices::PriceTable,
    file: String,
    lines: Vec<u64>,
    header_line: u64,
}

impl RawPrices {
    /// Returns the error of a problem with a row of the table, at its place in the file.
    pub fn place(&self, error: RowError) -> TableError {
        placed(&self.file, error, self.header_line, &self.lines)
    }
}

/// Reads prices as [`read_prices`] does, with cells that may be missing and numbers of any sign: what
/// is made of them is a choice, see [`tailproof_core::prices::Preparation`].
///
/// # Errors
/// Those of [`read_prices`], except for missing cells and for signs.
pub fn read_raw_prices(
    file: &str,
    input: impl Read,
    options: &TableOptions,
) -> Result<(RawPrices, Reading), TableError> {
    let mut reading = Reading::plain(file);
    let (grid, separator) = super::open(file, input, options, &mut reading)?;
    let table = PriceTable::find(file, &grid, separator, options, &mut reading)?;
    let header_line = table.header_line;
    let mut missing = Vec::new();
    let (factors, rows, lines) = table.rows(&mut reading, Some(&mut missing))?;
    if options.strict {
        reading.refuse_guesses()?;
    }
    drop(table);
    // The prices take the most memory from here on.
    drop(grid);
    let table = prices::PriceTable::new(factors, rows, &missing);
    let table = table.map_err(|error| placed(file, error, header_line, &lines))?;
    Ok((RawPrices { table, file: file.to_owned(), lines, header_line }, reading))
}

/// Returns the error of a table whose rows have these lines.
fn placed(file: &str, error: RowError, header_line: u64, lines: &[u64]) -> TableError {
    let RowError { row, column, problem } = error;
    let problem = match problem {
        Problem::DuplicateName(name) => TableProblem::DoubledColumn(name),
        problem => problem.into(),
    };
    let whole = column.is_empty() && problem != Problem::EmptyName.into();
    let row = (!whole).then(|| row.map_or(header_line, |row| lines[row]));
    let column = Some(column).filter(|name| !name.is_empty());
    TableError { file: file.to_owned(), row, column, problem }
}

/// Cells without a price, by row and column.
type Holes = Vec<(usize, usize)>;

/// The cells of a table of prices.
struct PriceTable<'g> {
    file: &'g str,
    grid: &'g Grid,
    separator: Separator,
    options: &'g TableOptions,
    /// line of the header
    header_line: u64,
    /// the columns of prices
    columns: Vec<Column>,
    rows: Vec<usize>,
    dates: Vec<Date>,
    layout: Layout,
}

/// The order of the rows.
enum Layout {
    OldestFirst,
    NewestFirst,
    Long(Pivot),
}

impl<'g> PriceTable<'g> {
    /// Finds header, rows and dates.
    fn find(
        file: &'g str,
        grid: &'g Grid,
        separator: Separator,
        options: &'g TableOptions,
        reading: &mut Reading,
    ) -> Result<Self, TableError> {
        let header = PriceHeader::find(file, grid, reading)?;
        let rows = body(grid, header.last, true, |row| header.is_footer(grid, row), reading);
        let mut columns = columns(file, grid, header.names, &rows, Some(header.date), reading)?;
        let date = columns.iter().position(|column| column.place == header.date);
        let date = columns.remove(date.unwrap_or_default());
        drop_row_numbers(grid, &mut columns, &rows, reading);
        let name = if date.name.is_empty() { "date" } else { &date.name };
        let cells = rows.iter().map(|row| grid.cell(*row, date.place)).collect();
        let lines = rows.iter().map(|row| grid.line(*row)).collect();
        let column = DateColumn { file, name, cells, lines };
        let dates = column.read(options, reading)?;
        let header_line = grid.line(header.names);
        let layout = match LongColumns::find(file, grid, &columns, &rows, header_line)? {
            Some(long) => Layout::Long(long.pivot(file, grid, &rows, &dates, &options.limits, reading)?),
            None if column.newest_first(&dates)? => {
                reading.add(NoteKind::Order, NoteBasis::Guess, "rows newest first, turned round");
                Layout::NewestFirst
            }
            None => Layout::OldestFirst,
        };
        Ok(Self { file, grid, separator, options, header_line, columns, rows, dates, layout })
    }

    /// Reads the prices.
    fn history(self, reading: &mut Reading) -> Result<PriceHistory, TableError> {
        let (factors, rows, lines) = self.rows(reading, None)?;
        PriceHistory::new(factors, rows).map_err(|error| placed(self.file, error, self.header_line, &lines))
    }

    /// Reads the rows; cells without a price are refused, or listed in `missing`.
    fn rows(&self, reading: &mut Reading, missing: Option<&mut Holes>) -> Result<Rows, TableError> {
        match &self.layout {
            Layout::Long(pivot) => self.long_rows(pivot, reading, missing),
            Layout::OldestFirst | Layout::NewestFirst => self.wide_rows(reading, missing),
        }
    }

    fn wide_rows(&self, reading: &mut Reading, mut missing: Option<&mut Holes>) -> Result<Rows, TableError> {
        let columns = &self.columns;
        let places = self.rows.iter().flat_map(|row| columns.iter().map(move |column| (*row, column.place)));
        let mut numbers = self.numbers(places)?;
        let newest_first = matches!(self.layout, Layout::NewestFirst);
        let mut rows = Vec::with_capacity(self.rows.len());
        for (row, date) in self.rows.iter().zip(&self.dates) {
            // It has the right size: growing would take a third more memory.
            let mut prices = Vec::with_capacity(columns.len());
            for (column, Column { place, name }) in columns.iter().enumerate() {
                if let Some(price) = self.grid.number(*row, *place) {
                    prices.push(price);
                    continue;
                }
                let cell = self.grid.cell(*row, *place);
                // An error is large, and so is a result that may be one.
                if let Some(price) = numbers.plain(cell) {
                    prices.push(price);
                    continue;
                }
                match (numbers.read(cell, *place), &mut missing) {
                    (Ok(price), _) => prices.push(price),
                    (Err(_), Some(missing)) if is_missing(cell) => {
                        missing.push((rows.len(), column));
                        prices.push(Decimal::ZERO);
                    }
                    (Err(problem), _) => return Err(self.no_price(problem, *row, *date, *place, name)),
                }
            }
            rows.push((*date, prices));
        }
        let mut lines: Vec<u64> = self.rows.iter().map(|row| self.grid.line(*row)).collect();
        if newest_first {
            rows.reverse();
            lines.reverse();
            missing.iter_mut().flat_map(|missing| missing.iter_mut()).for_each(|(row, _)| *row = rows.len() - 1 - *row);
        }
        numbers.report(reading);
        Ok((columns.iter().map(|column| column.name.clone()).collect(), rows, lines))
    }

    fn long_rows(
        &self,
        pivot: &Pivot,
        reading: &mut Reading,
        mut missing: Option<&mut Holes>,
    ) -> Result<Rows, TableError> {
        let place = pivot.column;
        let mut numbers = self.numbers(self.rows.iter().map(|row| (*row, place)))?;
        let holes = pivot.days.iter().flat_map(|(_, cells)| cells).filter(|cell| cell.is_none()).count() as u64;
        let (mut rows, mut lines) = (Vec::with_capacity(pivot.days.len()), Vec::with_capacity(pivot.days.len()));
        for (date, cells) in &pivot.days {
            let mut prices = Vec::with_capacity(cells.len());
            for (column, (cell, name)) in cells.iter().zip(&pivot.names).enumerate() {
                let text = cell.map_or("", |row| self.grid.cell(row, place));
                if let Some(missing) = missing.as_mut().filter(|_| is_missing(text)) {
                    missing.push((rows.len(), column));
                    prices.push(Decimal::ZERO);
                    continue;
                }
                let Some(row) = cell else { return Err(self.hole(pivot, *date, name, holes)) };
                let price = numbers.read(text, place);
                prices.push(price.map_err(|problem| self.no_price(problem, *row, *date, place, name))?);
            }
            rows.push((*date, prices));
            lines.push(cells.iter().flatten().min().map_or(0, |row| self.grid.line(*row)));
        }
        numbers.report(reading);
        Ok((pivot.names.clone(), rows, lines))
    }

    fn numbers(&self, places: impl Iterator<Item = (usize, usize)> + Clone) -> Result<Numbers, TableError> {
        Numbers::of(self.grid, places, self.separator, self.options).map_err(|((row, place), problem)| {
            let column = self.columns.iter().find(|column| column.place == place);
            at(self.file, self.grid, row, column.map_or("", |column| &column.name), problem)
        })
    }

    /// Returns the error of a cell without a price: where it says that there is none, with the count
    /// of such cells.
    fn no_price(&self, problem: TableProblem, row: usize, date: Date, place: usize, name: &str) -> TableError {
        let found = self.grid.cell(row, place);
        if !is_missing(found) {
            return at(self.file, self.grid, row, name, problem);
        }
        let count =
            |place: usize| self.rows.iter().filter(|row| is_missing(self.grid.cell(**row, place))).count() as u64;
        let in_column = count(place);
        let in_file = match self.layout {
            Layout::Long(_) => in_column,
            _ => self.columns.iter().map(|column| count(column.place)).sum(),
        };
        let problem = TableProblem::Missing { found: found.to_owned(), of: date.to_string(), in_column, in_file };
        at(self.file, self.grid, row, name, problem)
    }

    /// Returns the error of a day on which a long table has no row for a name.
    fn hole(&self, pivot: &Pivot, date: Date, name: &str, in_file: u64) -> TableError {
        let place = pivot.names.iter().position(|found| found == name).unwrap_or_default();
        let in_column = pivot.days.iter().filter(|(_, cells)| cells[place].is_none()).count() as u64;
        let problem = TableProblem::Missing { found: String::new(), of: date.to_string(), in_column, in_file };
        TableError { column: Some(name.to_owned()), ..TableError::in_file(self.file, problem) }
    }
}

/// Names of factors, a row for each date, and the line of each row.
type Rows = (Vec<String>, Vec<(Date, Vec<Decimal>)>, Vec<u64>);
