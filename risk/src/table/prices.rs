//! Prices from a table: a column of dates, and a column of prices for each factor.

use std::io::Read;

use tailproof_core::prices::PriceHistory;

use super::error::TableError;
use super::options::TableOptions;
use super::price_table::PriceTable;
use super::reading::Reading;

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
