//! Risk statements as arithmetic circuits.
//!
//! A statement ([`statement`]) is written once, against an instruction layer ([`instructions`]) whose integers carry the
//! interval they lie in ([`integer`], [`bound`]). Backends implement the instructions: [`plain`] evaluates them over integers
//! and says which constraint fails; [`r1cs`] makes rank-1 constraints for Groth16; [`plonkish`] a circuit for halo2.

pub mod bound;
pub mod field;
pub mod hints;
pub mod instructions;
pub mod integer;
pub mod plain;
pub mod plonkish;
pub mod r1cs;
pub mod statement;

pub use bound::{BoundError, Interval};
pub use instructions::Instructions;
