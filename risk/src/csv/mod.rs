//! CSV files: tables with a header, and the prices, books, stress tables and records in
//! them.

mod book;
mod decimals;
mod gains;
mod horizons;
mod prices;
mod table;

pub use book::{BookFile, read_book};
pub use decimals::{TableFile, read_covariance_table, read_stress_table};
pub use gains::read_gains;
pub use horizons::read_liquidity_horizons;
pub use prices::read_prices;
