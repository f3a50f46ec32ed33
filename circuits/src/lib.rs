//! Risk statements as arithmetic circuits.
//!
//! A [`statement`] is written once, over a [`builder`] whose integers carry the interval they lie
//! in ([`bound`]). The builder asks a backend for [`instructions`]. There are three backends:
//!
//! * [`plain`] evaluates a statement over integers and names the constraints that fail;
//! * [`r1cs`] makes rank-1 constraints for Groth16;
//! * [`halo2`] makes a circuit for halo2.
//!
//! Keys of halo2 follow from the circuit: [`halo2_keys`] derives them, and reads their files.

mod backend;
pub mod bound;
pub mod builder;
mod error;
pub mod field;
pub mod halo2_keys;
pub mod instructions;
pub mod statement;

pub use backend::{halo2, plain, r1cs};
pub use bound::{BoundError, Interval};
pub use error::{Built, SynthesisError, WitnessError, WitnessList};
pub use instructions::Instructions;
