//! Proof files.

pub(crate) mod evidence;
pub mod file;
mod on_chain;

pub use evidence::Groth16Evidence;
pub use file::{ClaimText, ProofFile, backend_of};
