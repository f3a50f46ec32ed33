//! The market statement from outside: which claim, which public inputs, in which order.
//!
//! The statement: *the book under commitment C, in book units of the stated value, has the claimed tail measures within the
//! claimed limits over the scenario set.* [`claim`] turns a mandate and a scenario set into integers, [`crate::inputs::controls`] packs them
//! into four field elements, [`limits`] packs what a mandate says of the book itself, [`crate::inputs::layout`] orders all public inputs.

pub mod claim;
pub mod limits;

pub use claim::{MarketClaim, Parametric, context};
pub use limits::BookLimits;
