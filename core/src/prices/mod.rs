//! Daily price history: one row a day, oldest first.
//!
//! * [`PriceTable`]: prices as a source has them, with missing cells.
//! * [`Preparation`]: the choices that make a [`PriceHistory`] of a table.
//! * [`Moves`]: how a move is taken from two prices.

mod fields;
mod history;
pub(crate) mod moves;
mod prepare;
mod table;

pub use fields::{check_instruments, is_field};
pub use history::PriceHistory;
pub use moves::{Moves, Step, WantedMoves};
pub use prepare::{CurrencyTable, MissingPolicy, Preparation};
pub use table::PriceTable;
