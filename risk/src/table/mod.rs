//! Tables as people have them, read with a report of everything that was guessed.
//!
//! A file goes through these steps, each in a module of its own:
//!
//! * `source`: bytes to content: gzip, byte-order marks, UTF-16; what kind of file it is.
//! * `separator`, `grid`: a text to cells in rows. `workbook` and `parquet_file` do the same for
//!   those formats.
//! * `layout`, `price_header`, `book_header`: lines above the header, the header, lines below the
//!   table.
//! * `long`: a row for each date and name, made into a row for each date.
//! * `date`, `dates`: how dates are written, and the order of the rows.
//! * `double`, `doubles`: numbers of workbooks and of Parquet, as decimals.
//! * `number`, `numbers`: how numbers are written: decimal mark, thousands, currencies, brackets.
//! * `prices`, `raw_prices`, `book`, `moves`, `covariance`, `gains`, `pnl`: the values; `named` for tables with a row for
//!   each name.
//! * `reading`: the report. A file in the plain layout has an empty one.
//!
//! What has two likely readings is refused, and the error says which setting of [`TableOptions`]
//! settles it. A strict reading refuses every guess.

mod book;
mod book_header;
mod covariance;
mod date;
mod dates;
mod double;
#[cfg(feature = "parquet")]
mod doubles;
mod error;
mod gains;
mod grid;
mod layout;
mod long;
mod moves;
mod named;
mod number;
mod numbers;
mod options;
#[cfg(feature = "parquet")]
mod parquet_file;
mod pnl;
mod price_header;
mod price_table;
mod prices;
mod raw_prices;
mod reading;
mod separator;
mod source;
mod workbook;

use std::io::Read;

pub use book::read_book;
pub use covariance::{read_covariance_table, read_liquidity_horizons, read_margin_table};
pub use error::{Setting, TableError, TableProblem};
pub use gains::{GainColumns, Gains, VarSign, read_gains};
pub use moves::{MoveUnit, read_imported_table, read_stress_table};
pub use named::TableFile;
pub use options::{DateOrder, DecimalMark, Limits, Separator, TableOptions};
pub use pnl::read_pnl;
pub use prices::read_prices;
pub use raw_prices::{PriceColumns, RawPrices, read_price_columns, read_raw_prices};
pub use reading::{Note, NoteBasis, NoteKind, Reading};

pub(crate) use date::{Written, month as month_number, year as year_of};
pub(crate) use dates::{DateColumn, is_date_like};
pub(crate) use grid::Grid;
pub(crate) use layout::{check_widths, header_rows, note_lines};
pub(crate) use numbers::Numbers;

use source::Content;

/// Reads the cells of a file, whatever its format, and the separator that stood between them.
pub(crate) fn open(
    file: &str,
    input: impl Read,
    options: &TableOptions,
    reading: &mut Reading,
) -> Result<(Grid, Separator), TableError> {
    match source::open(file, input, &options.limits, reading)? {
        Content::Text(text) => {
            let (separator, rest) = separator::find(&text, options, reading);
            let mut grid = Grid::of_text(file, rest, separator, &options.limits)?;
            grid.lines_above = u64::from(rest.len() < text.len());
            Ok((grid, separator))
        }
        Content::Archive(bytes) => Ok((workbook::read(file, &bytes, options, reading)?, Separator::Comma)),
        #[cfg(feature = "parquet")]
        Content::Parquet(bytes) => Ok((parquet_file::read(file, bytes, &options.limits, reading)?, Separator::Comma)),
        #[cfg(not(feature = "parquet"))]
        Content::Parquet(_) => Err(TableError::in_file(file, TableProblem::NoParquet)),
    }
}
