//! The tools of `contracts/` and two EVMs, for the tests of the generated Solidity verifier.
#![allow(clippy::unwrap_used)]

pub mod anvil;
pub mod chain;
pub mod tools;
