//! Mandates: public limits on figures of a book.
//!
//! * [`mod@file`]: a mandate and its TOML; [`clause`]: one limit.
//! * [`liquidity`]: half-spreads, a cost beside a loss.
//! * [`parametric`]: limits on parametric figures, exactly, over a covariance set.

pub mod clause;
pub mod file;
pub mod liquidity;
pub mod parametric;

pub use clause::{Clause, ClauseFigure, Limit, LimitUnits, Measure, Method};
pub use file::Mandate;
