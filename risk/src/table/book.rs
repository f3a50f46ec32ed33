//! Books from a table: a row for each factor, with an exposure or a quantity.

use std::io::Read;

use rust_decimal::Decimal;
use tailproof_core::error::{BookProblem, Problem};
use tailproof_core::fixed_point::MAX_FACTORS;

use super::book_header::{Amounts, BookColumns, find_header};
use super::error::{TableError, TableProblem};
use super::grid::Grid;
use super::layout::{Column, body, columns, drop_row_numbers};
use super::numbers::{Numbers, at};
use super::options::{Separator, TableOptions};
use super::reading::{NoteBasis, NoteKind, Reading};
use super::separator::is_number_like;
use crate::book::{Book, BookRow, Holding, Lots, is_cash_in, merged};
use crate::csv::BookFile;

/// Names of a row that sums those above it, in lower case.
const TOTALS: [&str; 9] = ["total", "totals", "grand total", "net total", "sum", "summe", "gesamt", "somme", "totale"];

/// Reads a book from a file in any of the formats and layouts of [`crate::table`], and reports how
/// it was read. `file` names it in errors. A CSV in the plain layout is read as
/// [`crate::csv::read_book`] reads it, but for a last row that is named as a total, and for a factor
/// in several rows, whose lots are summed.
///
/// # Errors
/// A file that holds no table; columns that are not known; weights in per cent; several currencies;
/// a cell that is no number, or one with two readings; a total that is not the sum of
/// the rows above; any guess, if `options` are strict.
pub fn read_book(file: &str, input: impl Read, options: &TableOptions) -> Result<(BookFile, Reading), TableError> {
    let mut reading = Reading::plain(file);
    let (grid, separator) = super::open(file, input, options, &mut reading)?;
    let header = find_header(file, &grid, &mut reading)?;
    let tail = tail(&grid, header);
    let is_footer = |row: usize| row >= tail || is_end_mark(&grid, row);
    let rows = body(&grid, header, false, is_footer, &mut reading);
    let mut columns = columns(file, &grid, header, &rows, None, &mut reading)?;
    drop_row_numbers(&grid, &mut columns, &rows, &mut reading);
    let columns = BookColumns::of(&columns, &mut reading)
        .map_err(|problem| TableError::in_row(file, grid.line(header), problem))?;
    let table = BookTable { file, grid: &grid, separator, options, columns, rows };
    let currency = table.currency(&mut reading)?;
    let book = table.book(currency, &mut reading)?;
    if options.strict {
        reading.refuse_guesses()?;
    }
    Ok((book, reading))
}

/// Returns the row from which, behind a blank line, no row has a cell that looks like a number.
pub(super) fn tail(grid: &Grid, header: usize) -> usize {
    let worded = |row: &usize| !grid.cells(*row).any(is_number_like);
    let last = (header + 1..grid.len()).rev().take_while(worded);
    last.filter(|row| grid.after_blank(*row) || row.checked_sub(1).is_some_and(|before| grid.is_blank(before)))
        .last()
        .unwrap_or(usize::MAX)
}

/// Whether a row is one cell that no factor is named by, such as `*** END OF FILE ***`. A word alone
/// may be a factor whose amount was cut off.
pub(super) fn is_end_mark(grid: &Grid, row: usize) -> bool {
    let cell = grid.cell(row, 0);
    let marked = !cell.starts_with(char::is_alphanumeric) || cell.contains(':');
    !grid.typed && grid.width(row) == 1 && (marked || cell.eq_ignore_ascii_case("end of file"))
}

/// Whether a name is that of a total.
fn is_named_total(name: &str) -> bool {
    TOTALS.contains(&&*name.trim_end_matches(':').to_lowercase())
}

/// The cells of a book.
struct BookTable<'g> {
    file: &'g str,
    grid: &'g Grid,
    separator: Separator,
    options: &'g TableOptions,
    columns: BookColumns,
    rows: Vec<usize>,
}

impl BookTable<'_> {
    /// Returns the one currency of a column of currencies. A total may have none.
    fn currency(&self, reading: &mut Reading) -> Result<Option<String>, TableError> {
        let Some(column) = &self.columns.currency else { return Ok(None) };
        let rows =
            self.rows.iter().filter(|row| !self.is_total(**row) || !self.grid.cell(**row, column.place).is_empty());
        let mut found = rows.map(|row| (row, self.grid.cell(*row, column.place)));
        let Some((_, first)) = found.next() else { return Ok(None) };
        if let Some((row, other)) = found.find(|(_, cell)| *cell != first) {
            let problem = TableProblem::SeveralCurrencies { first: first.to_owned(), other: other.to_owned() };
            return Err(at(self.file, self.grid, *row, &column.name, problem));
        }
        let what = format!("every amount in '{first}', as column '{}' says", column.name);
        let stated = column.name.eq_ignore_ascii_case("currency");
        reading.add(NoteKind::Header, if stated { NoteBasis::File } else { NoteBasis::Guess }, what);
        Ok(Some(first.to_owned()).filter(|currency| !currency.is_empty()))
    }

    /// Whether a row is named as a total.
    fn is_total(&self, row: usize) -> bool {
        is_named_total(self.grid.cell(row, self.columns.factor.place))
    }

    /// Reads the rows of a book in a currency.
    fn book(mut self, currency: Option<String>, reading: &mut Reading) -> Result<BookFile, TableError> {
        if self.rows.len() > MAX_FACTORS {
            let (value, range) = (self.rows.len().to_string(), format!("0 to {MAX_FACTORS}"));
            let problem = Problem::OutOfRange { what: "the number of rows".into(), value, range };
            return Err(TableError::in_file(self.file, problem));
        }
        let mut numbers = self.numbers()?;
        let mut rows = self.rows.iter().map(|row| self.row(*row, &mut numbers)).collect::<Result<Vec<_>, _>>()?;
        numbers.report(reading);
        if !self.options.strict && self.ends_in_total(&rows, reading)? {
            rows.pop();
            self.rows.pop();
        }
        let lines: Vec<u64> = self.rows.iter().map(|row| self.grid.line(*row)).collect();
        let Lots { rows, first, summed } = merged(rows).map_err(|error| error.in_file(self.file, &lines))?;
        for (factor, count) in summed {
            let what = format!("lots of '{factor}' summed, rows");
            reading.add(NoteKind::Lots, NoteBasis::Guess, what).count = Some(count);
        }
        let lines: Vec<u64> = first.into_iter().map(|index| lines[index]).collect();
        self.check_weights(&rows)?;
        self.note_cash(&rows, currency.as_deref(), &lines, reading)?;
        let book = Book::new(rows).map_err(|error| error.in_file(self.file, &lines))?;
        Ok(BookFile::new(self.file, lines, book.in_currency(currency)))
    }

    /// Refuses weights in per cent: no book is leveraged fifty times.
    fn check_weights(&self, rows: &[BookRow]) -> Result<(), TableError> {
        if self.columns.amounts != Amounts::Weights {
            return Ok(());
        }
        let magnitudes = rows.iter().map(|row| row.holding.number().abs());
        let gross = magnitudes.into_iter().try_fold(Decimal::ZERO, Decimal::checked_add);
        if gross.is_some_and(|gross| gross <= Decimal::from(50)) {
            return Ok(());
        }
        let sum = gross.map_or_else(|| "more than fits".into(), |gross| gross.normalize().to_string());
        Err(TableError::in_file(self.file, Problem::from(BookProblem::PercentWeights(sum))))
    }

    /// Says which rows are cash. Rows of the class cash that are named by a currency are in that
    /// one.
    fn note_cash(
        &self,
        rows: &[BookRow],
        currency: Option<&str>,
        lines: &[u64],
        reading: &mut Reading,
    ) -> Result<(), TableError> {
        let mut code = currency;
        for (row, line) in rows.iter().zip(lines).filter(|(row, _)| is_cash_in(row, currency)) {
            let name = &*row.factor;
            if name.len() == 3 && name.bytes().all(|byte| byte.is_ascii_uppercase()) {
                if let Some(first) = code.filter(|first| *first != name) {
                    let problem = TableProblem::SeveralCurrencies { first: first.to_owned(), other: name.to_owned() };
                    return Err(TableError::in_cell(self.file, *line, &self.columns.factor.name, problem));
                }
                code = Some(name);
            }
            let what = format!("row '{name}' is cash, which does not move (unless the set has a factor of that name)");
            reading.add(NoteKind::Cash, NoteBasis::File, what).line = Some(*line);
        }
        Ok(())
    }

    fn numbers(&self) -> Result<Numbers, TableError> {
        let BookColumns { amount, value, gamma, vega, theta, .. } = &self.columns;
        let optional = [value.as_ref(), gamma.as_ref(), vega.as_ref(), theta.as_ref()];
        let columns: Vec<&Column> = std::iter::once(amount).chain(optional.into_iter().flatten()).collect();
        let places = self.rows.iter().flat_map(|row| columns.iter().map(move |column| (*row, column.place)));
        Numbers::of(self.grid, places, self.separator, self.options).map_err(|((row, place), problem)| {
            let name = columns.iter().find(|column| column.place == place).map_or("", |column| &column.name);
            at(self.file, self.grid, row, name, problem)
        })
    }

    fn row(&self, row: usize, numbers: &mut Numbers) -> Result<BookRow, TableError> {
        let columns = &self.columns;
        let mut number = |column: &Column| {
            let value = numbers.read(self.grid.cell(row, column.place), column.place);
            value.map_err(|problem| at(self.file, self.grid, row, &column.name, problem))
        };
        let factor = self.grid.cell(row, columns.factor.place).to_owned();
        if factor.is_empty() {
            return Err(at(self.file, self.grid, row, &columns.factor.name, Problem::EmptyName.into()));
        }
        let amount = number(&columns.amount)?;
        let value = columns.value.as_ref().map(&mut number).transpose()?;
        if value.is_some() && columns.amounts == Amounts::Weights {
            return Err(TableError::in_file(self.file, Problem::from(BookProblem::ValuesOfWeights)));
        }
        let mut greek = |column: &Option<Column>| match column {
            Some(column) if !self.grid.cell(row, column.place).is_empty() => number(column),
            _ => Ok(Decimal::ZERO),
        };
        let (gamma, vega, theta) = (greek(&columns.gamma)?, greek(&columns.vega)?, greek(&columns.theta)?);
        let holding = match columns.amounts {
            Amounts::Exposures => Holding::Exposure(amount),
            Amounts::Quantities => Holding::Quantity(amount),
            Amounts::Weights => Holding::Weight(amount),
        };
        let class = columns.class.as_ref().map_or("", |column| self.grid.cell(row, column.place)).to_lowercase();
        let is_cash = class == "cash" || class.starts_with("cash ");
        Ok(BookRow { factor, holding, value, gamma, vega, theta, is_cash })
    }

    /// Returns whether the last row is the sum of the others.
    ///
    /// # Errors
    /// A last row that is named as a total, and is not.
    fn ends_in_total(&self, rows: &[BookRow], reading: &mut Reading) -> Result<bool, TableError> {
        let [above @ .., last] = rows else { return Ok(false) };
        if above.is_empty() || !is_named_total(&last.factor) {
            return Ok(false);
        }
        let amount = |row: &BookRow| row.holding.number();
        let sum = above.iter().try_fold(Decimal::ZERO, |sum, row| sum.checked_add(amount(row)));
        let line = *self.rows.last().unwrap_or(&0);
        if sum != Some(amount(last)) {
            let (stated, sum) = (amount(last).to_string(), sum.map_or("more than fits".into(), |sum| sum.to_string()));
            let problem = TableProblem::WrongTotal { name: last.factor.clone(), stated, sum };
            return Err(at(self.file, self.grid, line, &self.columns.factor.name, problem));
        }
        let what = format!("row '{}' is the sum of those above: left out", last.factor);
        reading.add(NoteKind::Total, NoteBasis::Guess, what).line = Some(self.grid.line(line));
        Ok(true)
    }
}
