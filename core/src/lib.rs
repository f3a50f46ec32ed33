//! The vocabulary of Tailproof, and everything about a claim that a verifier computes again.
//!
//! Everything here is integers, decimals and `libm`: the same bits on every platform. The crate
//! reads no files and has no threads. Whatever estimates, draws from a fitted model or reads tables
//! lies above it, in `tailproof-risk`.
//!
//! * [`fixed_point`]: units, amounts of money, and the ranges of integers that statements hold.
//! * [`confidence`]: confidence levels.
//! * [`error`]: problems of input and where they are; [`text`]: decimals and names; [`toml_file`],
//!   [`tree`]: TOML and JSON.
//! * [`prices`], [`table`]: price histories and tables of decimals, with canonical digests.
//! * [`scenarios`]: scenario sets, their file format, and the sets that a verifier makes again.
//! * [`mandate`]: mandates and their clauses.
//! * [`positions`]: a private book as integers.
//! * [`pool`]: loan pools, deals and their claims.
//! * [`measures`]: losses, value at risk and expected shortfall, exactly, with integer weights.
//! * [`distributions`], [`draws`]: quantiles and random numbers, the same bits on every platform.

pub mod confidence;
pub mod distributions;
pub mod draws;
pub mod echo;
pub mod error;
pub mod fixed_point;
pub mod mandate;
pub mod measures;
pub mod pool;
pub mod positions;
pub mod prices;
pub mod scenarios;
pub mod table;
#[cfg(test)]
mod testing;
pub mod text;
pub mod toml_file;
pub mod tree;

pub use confidence::Confidence;
pub use error::{InputError, Problem, RowError};
pub use fixed_point::{Amount, Unit};
pub use mandate::{Clause, Limit, Mandate, Measure};
pub use measures::TailMass;
pub use positions::Positions;
pub use prices::PriceHistory;
pub use scenarios::ScenarioSet;
