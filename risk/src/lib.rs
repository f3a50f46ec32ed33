//! The risk engine of Tailproof: makes scenario sets, reads books and tapes, estimates figures. No
//! cryptography.
//!
//! Exact measures and everything that a verifier computes again are in `tailproof-core`; this crate
//! makes and estimates.
//!
//! * [`csv`]: prices and books from CSV in the plain layout.
//! * [`table`]: prices and books from files as people have them, with a report of what was guessed.
//! * [`tape`]: loan tapes from such files, by a mapping of their columns.
//! * [`book`]: private exposures in public book units.
//! * [`generate`]: scenario sets: variants of historical simulation, Monte Carlo, covariances,
//!   stress tables.
//! * [`market`]: choices about prices, and prices that are probably wrong.
//! * [`measure`]: parametric figures, backtests, and the quantile conventions of other libraries.
//! * [`presets`]: mandates that rules prescribe, and deals about public pools.
//! * [`what_if`]: a book after trades that were not made yet.
//! * [`cashflow`]: payments of a pool by month, their value, and what notes receive.
//! * [`credit`]: losses of loan pools and tranches, large pools, regulatory capital.

pub mod book;
pub mod cashflow;
pub mod credit;
pub mod csv;
pub mod generate;
pub mod market;
pub mod measure;
pub mod presets;
pub mod table;
pub mod tape;
pub mod what_if;

pub use book::{Book, BookRow};
