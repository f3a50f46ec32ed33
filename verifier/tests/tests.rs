//! The verifier's crate from outside, without a prover.
#![allow(clippy::unwrap_used)]

mod attestations;
mod claims;
mod key_rows;
mod packing;
