//! The pool statement as seen from outside: the commitment to a loan tape, and the claims about it.
//!
//! The statement: *the loans under commitment C, read by a public schema, are a pool that satisfies
//! the claims of a deal, including, over a public set of credit scenarios, those about tranches.*
//! [`commitment`] defines the hash; [`terms`] turns a deal into integers, and these into two of the
//! four controls.

pub mod commitment;
pub mod error;
pub mod terms;

pub use error::PoolError;
pub use terms::PoolTerms;
