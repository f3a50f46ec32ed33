//! Prices of a market before moves are taken of them: tables that say how, and data that are probably
//! wrong.

mod choices;
mod source;
mod suspicious;

pub use choices::{read_currencies, read_moves};
pub use source::{PriceSource, StepNotStated, read_proxy};
pub use suspicious::{Suspicion, SuspicionKind, of_both, of_history, of_set};
