//! The command line on a chain, against a running anvil, with keys, proofs and prices of its own making.
#![allow(clippy::unwrap_used)]

mod borrower;
mod chain;
mod deployment;
mod pushes;
mod security;
