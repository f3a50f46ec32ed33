//! The roll-forward of a pool: two commitments to it, of two dates, loan by loan.
//!
//! * [`terms`]: what a deal says of a month; [`claims`]: its claims, in words, and whether they
//!   hold.
//! * [`roll`]: the loans of two pools, matched by their ids; [`reasons`]: why they are gone or owe
//!   another amount, as tapes and files name it.
//! * [`figures`]: the sums over them, in exact integers; `sums` makes them.
//! * [`bounds`]: figures over several months.
//! * [`quantile`]: how many defaults a probability allows.

pub mod bounds;
pub mod claims;
pub mod figures;
pub mod quantile;
pub mod reasons;
pub mod roll;
mod sums;
pub mod terms;
#[cfg(test)]
mod testing;

pub use bounds::Bounds;
pub use claims::MonthClaim;
pub use figures::MonthFigures;
pub use reasons::Reasons;
pub use roll::{Carried, Reason, Roll, RollProblem};
pub use terms::{MonthTerms, TermRule};
