//! Proof files.

pub(crate) mod evidence;
pub mod file;

pub use evidence::Groth16Evidence;
pub use file::{ClaimText, ProofFile, backend_of};
