//! CSV files: tables with a header, and the prices, books, tapes, stress tables and records in
//! them.

mod book;
mod decimals;
mod gains;
mod horizons;
mod mapping;
mod prices;
mod table;
mod tape;
mod written;

pub use book::{BookFile, read_book};
pub use decimals::{TableFile, read_covariance_table, read_stress_table};
pub use gains::read_gains;
pub use horizons::read_liquidity_horizons;
pub use mapping::Mapping;
pub use prices::read_prices;
pub use tape::{TapeReading, read_tape, read_tape_under};
pub use written::{Cell, written, written_row};
