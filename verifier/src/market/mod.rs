//! The market statement as seen from outside: its claim and its public inputs.
//!
//! The statement: *the book under commitment C, in book units of the stated value, has the claimed
//! tail measures within the claimed limits over the scenario set.* [`claim`] turns a mandate and a
//! scenario set into integers, [`crate::inputs::controls`] packs them into four field elements,
//! [`limits`] packs a mandate's limits on the book itself, [`rules`] its terms on net asset value and
//! groups, and [`crate::inputs::layout`] orders all
//! public inputs.

pub mod claim;
pub mod limits;
pub mod rules;

pub use claim::{MarketClaim, Parametric, context};
pub use limits::BookLimits;
pub use rules::{GroupLimits, RuleTerms};
