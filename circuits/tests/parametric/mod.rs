//! The parametric statement.

mod constraints;
