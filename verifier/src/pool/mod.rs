//! The pool statement from outside: what is committed to of a loan tape, and what is claimed of it.
//!
//! The statement: *the loans under commitment C, read by a public schema, are a pool of which a deal's claims hold; over a public set of credit
//! scenarios, so do its claims about tranches.* [`commitment`] says what is hashed; [`terms`] turns a deal into integers, and these into two
//! of the four controls.

pub mod commitment;
pub mod error;
pub mod terms;

pub use error::PoolError;
pub use terms::PoolTerms;
