//! The R1CS backend: rank-1 constraints `<a, z> * <b, z> = <c, z>` over the scalar field of BN254.
//!
//! * [`system`]: recorded constraints with the label of each row and variable, and their replay
//!   into arkworks' constraint system.
//! * [`expression`]: linear combinations, and [`R1cs`], which records constraints and values.
//! * `instructions`: the instruction set, over `winograd` (the matrix) and `poseidon` (the hash).
//! * [`assembly`]: constraints and assignments of statements.

pub mod assembly;
pub mod expression;
mod instructions;
mod poseidon;
pub mod system;
mod winograd;

pub use expression::{Mode, R1cs};
pub use system::System;
