//! The pool statement as seen from outside: the commitment to a loan tape, and the claims about it.
//!
//! The statement: *the loans under commitment C, read by a public schema, are a pool that satisfies
//! the claims of a deal, including, over a public set of scenarios of losses, those about tranches.*
//! [`commitment`] defines the hash; [`terms`] turns a deal into integers, and these into two of the
//! four controls; [`month`] and [`value`] have the integers of some shapes. [`scenarios`] says which
//! sets a deal takes, and [`figures`] has the pool's own. [`ledger`] is a chain of months of one pool.

pub mod commitment;
pub mod error;
pub mod figures;
pub mod ledger;
pub mod month;
pub mod scenarios;
pub mod terms;
pub mod value;

pub use error::{LossKind, PoolError};
pub use terms::PoolTerms;
