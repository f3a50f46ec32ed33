//! CSV files: tables with a header, and the prices, books and tapes in them.

mod book;
mod mapping;
mod prices;
mod table;
mod tape;
mod written;

pub use book::{BookFile, read_book};
pub use mapping::Mapping;
pub use prices::read_prices;
pub use tape::{TapeReading, read_tape, read_tape_under};
pub use written::{Cell, written, written_row};
