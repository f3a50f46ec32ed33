//! Books: `factor,exposure` or `factor,quantity`, a row a factor.

use std::io::Read;

use rust_decimal::Decimal;
use tailproof_core::error::{InputError, Problem};
use tailproof_core::fixed_point::{MAX_FACTORS, Unit};
use tailproof_core::mandate::Mandate;
use tailproof_core::positions::Positions;
use tailproof_core::scenarios::set::ScenarioSet;
use tailproof_core::text::parse_decimal;

use super::table::Table;
use crate::book::{Book, BookNote, BookRow, Holding, Trade};

/// A book as it stands in a file: errors about it name lines of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookFile {
    file: String,
    /// the line of each row
    lines: Vec<u64>,
    book: Book,
}

impl BookFile {
    /// Returns a book of a file whose rows begin on these lines.
    pub(crate) fn new(file: &str, lines: Vec<u64>, book: Book) -> Self {
        Self { file: file.to_owned(), lines, book }
    }

    /// The name of the file.
    pub fn name(&self) -> &str {
        &self.file
    }

    /// The book.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Returns the book as integers over the factors of `set`, see [`Book::positions`].
    ///
    /// # Errors
    /// As [`Book::positions`].
    pub fn positions(
        &self,
        set: &ScenarioSet,
        unit: Option<Unit>,
        nav: Option<Decimal>,
    ) -> Result<Positions, InputError> {
        self.book.positions(set, unit, nav).map_err(|error| error.in_file(&self.file, &self.lines))
    }

    /// Returns the book in the finest unit that holds it, see [`Book::positions_that_fit`].
    ///
    /// # Errors
    /// As [`Book::positions`].
    pub fn positions_that_fit(&self, set: &ScenarioSet, nav: Option<Decimal>) -> Result<Positions, InputError> {
        self.book.positions_that_fit(set, nav).map_err(|error| error.in_file(&self.file, &self.lines))
    }

    /// Returns the book of the file after trades, see [`Book::after`].
    #[must_use]
    pub fn after(&self, trades: &[Trade]) -> Self {
        Self { file: self.file.clone(), lines: self.lines.clone(), book: self.book.after(trades) }
    }

    /// Returns the book of the file with the currency of its amounts, see [`Book::in_currency`].
    #[must_use]
    pub fn in_currency(self, currency: Option<String>) -> Self {
        Self { book: self.book.in_currency(currency), ..self }
    }

    /// Checks that a mandate is in the book's currency, see [`Book::check_currency`].
    ///
    /// # Errors
    /// Two currencies.
    pub fn check_currency(&self, mandate: &Mandate) -> Result<(), InputError> {
        self.book.check_currency(mandate).map_err(|problem| InputError::in_file(&self.file, problem))
    }

    /// Returns what is likely wrong with the book, see [`Book::notes`].
    pub fn notes(&self, set: &ScenarioSet, positions: &Positions, stated: bool) -> Vec<BookNote> {
        self.book.notes(set, positions, stated)
    }

    /// Returns the book as an opening states it, see [`Book::positions_as_committed`].
    ///
    /// # Errors
    /// As [`Book::positions`].
    pub fn positions_as_committed(&self, set: &ScenarioSet, unit: Unit, nav: u64) -> Result<Positions, InputError> {
        let positions = self.book.positions_as_committed(set, unit, nav);
        positions.map_err(|error| error.in_file(&self.file, &self.lines))
    }
}

/// Columns of a book, for errors.
pub(crate) const EXPECTED: &str =
    "factor,exposure or factor,delta or factor,quantity (with optional value, gamma, vega, theta)";

/// Places of the columns of a book.
struct Columns {
    factor: usize,
    value: usize,
    is_quantity: bool,
    value_in_nav: Option<usize>,
    gamma: Option<usize>,
    vega: Option<usize>,
    theta: Option<usize>,
}

impl Columns {
    /// Finds the columns, whatever their capitals.
    fn find(header: &[String]) -> Result<Self, Problem> {
        let position = |name: &str| header.iter().position(|column| column.eq_ignore_ascii_case(name));
        let bad_header = || Problem::Header { found: format!("'{}'", header.join(",")), expected: EXPECTED.into() };
        let factor = position("factor").ok_or_else(bad_header)?;
        let (value, is_quantity) = match (position("exposure"), position("delta"), position("quantity")) {
            (Some(column), None, None) | (None, Some(column), None) => (column, false),
            (None, None, Some(column)) => (column, true),
            _ => return Err(bad_header()),
        };
        let (value_in_nav, gamma, vega) = (position("value"), position("gamma"), position("vega"));
        let theta = position("theta");
        if header.len() != 2 + [value_in_nav, gamma, vega, theta].iter().flatten().count() {
            return Err(bad_header());
        }
        Ok(Self { factor, value, is_quantity, value_in_nav, gamma, vega, theta })
    }
}

/// Reads `factor,exposure` (or `delta`, the same: currency times return) or `factor,quantity`, and
/// perhaps `value` (what the row counts in the net asset value), `gamma` (currency times half of the
/// squared return), `vega` (currency times the change of an implied volatility by 1) and `theta`
/// (currency a day). `file` names it in errors.
///
/// # Errors
/// A header without these columns, unknown columns, a factor named twice, a cell that is not a
/// decimal.
pub fn read_book(file: &str, input: impl Read) -> Result<BookFile, InputError> {
    let table = Table::read(file, input)?;
    let columns = Columns::find(&table.header).map_err(|problem| InputError::in_row(file, 1, problem))?;
    let (mut lines, mut rows) = (Vec::with_capacity(table.rows.len()), Vec::with_capacity(table.rows.len()));
    if table.rows.len() > MAX_FACTORS {
        let (value, range) = (table.rows.len().to_string(), format!("0 to {MAX_FACTORS}"));
        let problem = Problem::OutOfRange { what: "the number of rows".into(), value, range };
        return Err(InputError::in_file(file, problem));
    }
    for (line, cells) in table.rows.iter() {
        let decimal = |column: usize| {
            let wrong = |problem| InputError::in_cell(file, line, &table.header[column], problem);
            parse_decimal(&cells[column]).map_err(wrong)
        };
        let greek = |column: Option<usize>| match column {
            Some(column) if !cells[column].is_empty() => decimal(column),
            _ => Ok(Decimal::ZERO),
        };
        let factor = cells[columns.factor].to_owned();
        if factor.is_empty() {
            return Err(InputError::in_cell(file, line, "factor", Problem::EmptyName));
        }
        let value = decimal(columns.value)?;
        let holding = if columns.is_quantity { Holding::Quantity(value) } else { Holding::Exposure(value) };
        rows.push(BookRow {
            factor,
            holding,
            value: columns.value_in_nav.map(decimal).transpose()?,
            gamma: greek(columns.gamma)?,
            vega: greek(columns.vega)?,
            theta: greek(columns.theta)?,
            is_cash: false,
        });
        lines.push(line);
    }
    let book = Book::new(rows).map_err(|error| error.in_file(file, &lines))?;
    Ok(BookFile::new(file, lines, book))
}
