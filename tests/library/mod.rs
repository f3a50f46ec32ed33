//! The security rules of the library, without the command line.

mod claims;
mod ledger;
pub mod made;
mod prover;
mod verdict;
mod verify;
