//! Statements, each written once for every backend.

pub mod market;
