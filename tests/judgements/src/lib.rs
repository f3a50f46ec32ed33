//! Proofs with everything a verifier is asked about them, good and spoiled, for every door.
//!
//! [`Cases::make`] writes a folder with files and `index.json`. What a verifier must say of each case
//! is known from how the case was made. [`doors`] asks the doors, and the test compares their answers.
#![allow(clippy::unwrap_used)]

mod call;
mod case;
mod claims;
pub mod doors;
mod draw;
mod good;
mod made;
mod spoiled;

pub use case::{Case, Index, Outcome, Question};
pub use made::{Cases, Size};
