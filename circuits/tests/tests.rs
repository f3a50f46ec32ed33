//! Tests of the statements: one executable, with a module for each subject.
//!
//! Tests of large shapes are behind the feature `nightly`; each has a smaller instance without it.
#![allow(clippy::cast_possible_truncation, clippy::unwrap_used)]

#[macro_use]
mod support;

mod adversary;
mod arkworks;
mod book;
mod market;
mod parametric;
mod pool;
mod structure;
mod tables;
mod witnesses;
