//! Prices as a file has them: cells may be missing, and columns may hold other things.

use std::io::Read;

use tailproof_core::error::RowError;
use tailproof_core::prices::{self, check_instruments};

use super::error::TableError;
use super::options::TableOptions;
use super::price_table::{PriceTable, Raw, placed};
use super::reading::Reading;

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

/// The columns of a file of prices, of which some may hold other things than numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceColumns {
    /// the columns of numbers
    raw: RawPrices,
    /// the error of each other column, by its name
    unread: Vec<(String, TableError)>,
}

impl PriceColumns {
    /// Names of the columns of numbers, in their order.
    pub fn names(&self) -> &[String] {
        self.raw.table.factors()
    }

    /// Returns the columns of numbers, once it is sure that those that are used are among them: the
    /// ones of these names, or all of them.
    ///
    /// # Errors
    /// A column that is used and has a cell that is no number; without names, also columns that are
    /// those of one instrument.
    pub fn take(self, used: Option<&[String]>) -> Result<RawPrices, TableError> {
        let counts = |name: &String| used.is_none_or(|used| used.contains(name));
        let Some((_, error)) = self.unread.iter().find(|(name, _)| counts(name)) else { return Ok(self.raw) };
        if used.is_none() {
            let unread = self.unread.iter().map(|(name, _)| name);
            let all: Vec<&String> = self.names().iter().chain(unread).collect();
            let RawPrices { file, header_line, .. } = &self.raw;
            check_instruments(&all).map_err(|problem| TableError::in_row(file, *header_line, problem))?;
        }
        Err(error.clone())
    }
}

/// Reads prices as [`read_prices`](super::read_prices) does, with cells that may be missing and
/// numbers of any sign: what is made of them is a choice, see
/// [`tailproof_core::prices::Preparation`].
///
/// # Errors
/// Those of [`read_prices`](super::read_prices), except for missing cells and for signs.
pub fn read_raw_prices(
    file: &str,
    input: impl Read,
    options: &TableOptions,
) -> Result<(RawPrices, Reading), TableError> {
    let (columns, reading) = read_price_columns(file, input, options)?;
    Ok((columns.take(None)?, reading))
}

/// Reads prices as [`read_raw_prices`] does, beside columns of other things, such as a volume of
/// `42.6M`: [`PriceColumns::take`] refuses those that are used.
///
/// # Errors
/// Those of [`read_raw_prices`]; cells that are no numbers only if every column has some.
pub fn read_price_columns(
    file: &str,
    input: impl Read,
    options: &TableOptions,
) -> Result<(PriceColumns, Reading), TableError> {
    let mut reading = Reading::plain(file);
    let (grid, separator) = super::open(file, input, options, &mut reading)?;
    let table = PriceTable::find(file, &grid, separator, options, &mut reading)?;
    let header_line = table.header_line;
    let mut missing = Vec::new();
    let mut raw = Raw { missing: &mut missing, unread: Vec::new() };
    let (factors, rows, lines) = table.rows(&mut reading, Some(&mut raw))?;
    let unread = raw.unread;
    if options.strict {
        reading.refuse_guesses()?;
    }
    drop(table);
    // The prices take the most memory from here on.
    drop(grid);
    let table = prices::PriceTable::new(factors, rows, &missing);
    let table = table.map_err(|error| placed(file, error, header_line, &lines))?;
    Ok((PriceColumns { raw: RawPrices { table, file: file.to_owned(), lines, header_line }, unread }, reading))
}
