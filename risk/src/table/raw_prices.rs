//! Prices as a file has them: cells may be missing, and columns may hold other things.

use std::io::Read;

use jiff::civil::Date;
use rust_decimal::Decimal;
use tailproof_core::error::RowError;
use tailproof_core::prices::{self, check_instruments};

use super::error::TableError;
use super::options::TableOptions;
use super::prices::{PriceTable, placed};
use super::reading::Reading;

/// Prices as a file has them, with missing cells and of any sign, and the lines of their rows. A
/// column with cells that are no numbers is not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawPrices {
    /// the prices
    pub table: prices::PriceTable,
    file: String,
    lines: Vec<u64>,
    header_line: u64,
    /// the error of each column that is not among the prices, by its name
    unread: Vec<(String, TableError)>,
}

impl RawPrices {
    /// Checks that columns are prices: those of these names, or all of them.
    ///
    /// # Errors
    /// A column of these names with a cell that is no number; without names, also columns that are
    /// those of one instrument.
    pub fn check_columns(&self, names: Option<&[String]>) -> Result<(), TableError> {
        let counts = |name: &String| names.is_none_or(|names| names.contains(name));
        let Some((_, error)) = self.unread.iter().find(|(name, _)| counts(name)) else { return Ok(()) };
        if names.is_none() {
            let unread = self.unread.iter().map(|(name, _)| name);
            let all: Vec<&String> = self.table.factors().iter().chain(unread).collect();
            check_instruments(&all).map_err(|problem| TableError::in_row(&self.file, self.header_line, problem))?;
        }
        Err(error.clone())
    }

    /// Returns the error of a problem with a row of the table, at its place in the file.
    pub fn place(&self, error: RowError) -> TableError {
        placed(&self.file, error, self.header_line, &self.lines)
    }
}

/// Reads prices as [`read_prices`] does, with cells that may be missing and numbers of any sign: what
/// is made of them is a choice, see [`tailproof_core::prices::Preparation`]. A column that holds
/// other things than numbers, as a volume of `42.6M` does, is left out, and
/// [`RawPrices::check_columns`] refuses it.
///
/// # Errors
/// Those of [`read_prices`], except for missing cells, for signs and for columns of one instrument;
/// cells that are no numbers, if every column has some.
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
    Ok((RawPrices { table, file: file.to_owned(), lines, header_line, unread }, reading))
}

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
