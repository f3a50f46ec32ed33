//! Implementations of the instruction set.

pub mod halo2;
pub mod plain;
pub mod r1cs;
