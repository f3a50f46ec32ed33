//! CSV files: tables with a header, and the prices and books in them.

mod book;
mod prices;
mod table;
mod written;

pub use book::{BookFile, read_book};
pub use prices::read_prices;
pub use written::{Cell, written, written_row};
