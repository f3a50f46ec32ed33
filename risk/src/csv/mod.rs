//! CSV files: tables with a header, and the prices and books in them.

mod book;
mod prices;
mod reasons;
mod table;
mod written;

pub(crate) use book::EXPECTED as BOOK_COLUMNS;
pub use book::{BookFile, read_book};
pub use prices::read_prices;
pub use reasons::read_reasons;
pub use written::{Cell, written, written_row};
