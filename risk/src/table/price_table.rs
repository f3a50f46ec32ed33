//! The cells of a table of prices: a column of dates, and a column of prices for each factor.

use jiff::civil::Date;
use rust_decimal::Decimal;
use tailproof_core::error::{Problem, RowError};
use tailproof_core::prices::{PriceHistory, check_instruments};

use super::dates::DateColumn;
use super::error::{TableError, TableProblem};
use super::grid::Grid;
use super::layout::{Column, body, columns, drop_row_numbers};
use super::long::{LongColumns, Pivot};
use super::number::is_missing;
use super::numbers::{Numbers, at};
use super::options::{Separator, TableOptions};
use super::price_header::{PriceHeader, same_name};
use super::reading::{NoteBasis, NoteKind, Reading};

/// Returns the error of a table whose rows have these lines.
pub(super) fn placed(file: &str, error: RowError, header_line: u64, lines: &[u64]) -> TableError {
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

/// The cells of a table of prices.
pub(super) struct PriceTable<'g> {
    file: &'g str,
    grid: &'g Grid,
    separator: Separator,
    options: &'g TableOptions,
    /// line of the header
    pub header_line: u64,
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
    pub fn find(
        file: &'g str,
        grid: &'g Grid,
        separator: Separator,
        options: &'g TableOptions,
        reading: &mut Reading,
    ) -> Result<Self, TableError> {
        let field = options.field.as_deref();
        let header = PriceHeader::find(file, grid, field, reading)?;
        let rows = body(grid, header.last, true, |row| header.is_footer(grid, row), reading);
        let mut columns = columns(file, grid, header.names, &rows, Some(header.date), reading)?;
        let date = columns.iter().position(|column| column.place == header.date);
        let date = columns.remove(date.unwrap_or_default());
        columns.retain(|column| header.counts(column.place));
        drop_row_numbers(grid, &mut columns, &rows, reading);
        let name = if date.name.is_empty() { "date" } else { &date.name };
        let cells = rows.iter().map(|row| grid.cell(*row, date.place)).collect();
        let lines = rows.iter().map(|row| grid.line(*row)).collect();
        let column = DateColumn { file, name, cells, lines };
        let dates = column.read(options, reading)?;
        let header_line = grid.line(header.names);
        let long = LongColumns::find(file, grid, &columns, &rows, header_line, options)?;
        if let (Some(field), None, None) = (field, &header.chosen, &long) {
            choose(file, header_line, &mut columns, field, reading)?;
        }
        let layout = match long {
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
    pub fn history(self, reading: &mut Reading) -> Result<PriceHistory, TableError> {
        if !matches!(self.layout, Layout::Long(_)) {
            let names: Vec<&str> = self.columns.iter().map(|column| &*column.name).collect();
            check_instruments(&names).map_err(|problem| TableError::in_row(self.file, self.header_line, problem))?;
        }
        let (factors, rows, lines) = self.rows(reading, None)?;
        PriceHistory::new(factors, rows).map_err(|error| placed(self.file, error, self.header_line, &lines))
    }

    /// Reads the rows; cells without a price and columns of other things are refused, or listed in
    /// `raw`.
    pub fn rows(&self, reading: &mut Reading, raw: Option<&mut Raw<'_>>) -> Result<Rows, TableError> {
        match &self.layout {
            Layout::Long(pivot) => self.long_rows(pivot, reading, raw.map(|raw| &mut *raw.missing)),
            Layout::OldestFirst | Layout::NewestFirst => self.wide_rows(reading, raw),
        }
    }

    fn wide_rows(&self, reading: &mut Reading, mut raw: Option<&mut Raw<'_>>) -> Result<Rows, TableError> {
        let columns = &self.columns;
        let places = self.rows.iter().flat_map(|row| columns.iter().map(move |column| (*row, column.place)));
        let mut numbers = self.numbers(places)?;
        let newest_first = matches!(self.layout, Layout::NewestFirst);
        let mut rows = Vec::with_capacity(self.rows.len());
        let mut unread: Vec<Option<TableError>> = vec![None; columns.len()];
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
                match (numbers.read(cell, *place), &mut raw) {
                    (Ok(price), _) => prices.push(price),
                    (Err(_), Some(raw)) if is_missing(cell) => {
                        raw.missing.push((rows.len(), column));
                        prices.push(Decimal::ZERO);
                    }
                    (Err(TableProblem::Input(Problem::NotANumber(text))), Some(_)) => {
                        let error = || at(self.file, self.grid, *row, name, TableProblem::NoPrice(text));
                        unread[column].get_or_insert_with(error);
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
            let holes = raw.iter_mut().flat_map(|raw| raw.missing.iter_mut());
            holes.for_each(|(row, _)| *row = rows.len() - 1 - *row);
        }
        numbers.report(reading);
        let mut names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        if let Some(raw) = raw.filter(|_| unread.iter().any(Option::is_some)) {
            leave_out(unread, &mut names, &mut rows, raw)?;
        }
        Ok((names, rows, lines))
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

/// Leaves the columns out of a table of one name that are not the field that is set.
fn choose(
    file: &str,
    header_line: u64,
    columns: &mut Vec<Column>,
    field: &str,
    reading: &mut Reading,
) -> Result<(), TableError> {
    let is_it = |column: &Column| same_name(&column.name, field);
    if !columns.iter().any(is_it) {
        let known = columns.iter().map(|column| &column.name[..]).collect::<Vec<_>>().join(", ");
        let problem = TableProblem::NoColumn { name: field.to_owned(), known };
        return Err(TableError::in_row(file, header_line, problem));
    }
    columns.retain(is_it);
    reading.add(NoteKind::Header, NoteBasis::Setting, format!("column '{}' holds the prices", columns[0].name));
    Ok(())
}

/// Names of factors, a row for each date, and the line of each row.
pub(super) type Rows = (Vec<String>, Vec<(Date, Vec<Decimal>)>, Vec<u64>);

/// Cells without a price, by row and column.
pub(super) type Holes = Vec<(usize, usize)>;

/// What a reading of raw prices keeps besides them.
pub(super) struct Raw<'r> {
    pub missing: &'r mut Holes,
    pub unread: Vec<(String, TableError)>,
}

/// Leaves columns out that are no prices, with the error of each.
pub(super) fn leave_out(
    unread: Vec<Option<TableError>>,
    names: &mut Vec<String>,
    rows: &mut [(Date, Vec<Decimal>)],
    raw: &mut Raw<'_>,
) -> Result<(), TableError> {
    // The new place of each column that stays.
    let places: Vec<Option<usize>> = unread
        .iter()
        .scan(0, |next, error| {
            let place = error.is_none().then_some(*next);
            *next += usize::from(error.is_none());
            Some(place)
        })
        .collect();
    if let (true, Some(error)) = (places.iter().all(Option::is_none), unread.iter().flatten().next()) {
        return Err(error.clone());
    }
    let mut column = 0..;
    let stays = |column: Option<usize>| column.is_some_and(|column| places[column].is_some());
    raw.unread = names.iter().cloned().zip(unread).filter_map(|(name, error)| Some((name, error?))).collect();
    names.retain(|_| stays(column.next()));
    for (_, prices) in rows {
        let mut column = 0..;
        prices.retain(|_| stays(column.next()));
    }
    raw.missing.retain(|(_, column)| places[*column].is_some());
    raw.missing.iter_mut().for_each(|(_, column)| *column = places[*column].unwrap_or_default());
    Ok(())
}
