//! CSV files: tables with a header, and the prices and loan tapes in them.

mod prices;
mod table;
mod tape;

pub use prices::read_prices;
pub(crate) use table::Table;
pub use tape::{Mapping, read_tape};
