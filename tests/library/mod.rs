//! The security rules of the library, without the command line.

mod batch;
mod claims;
mod collateral;
mod day;
mod ledger;
pub mod made;
mod many;
mod prepared;
mod prover;
mod ring;
mod verdict;
mod verify;
