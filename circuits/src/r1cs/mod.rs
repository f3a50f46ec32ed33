//! The R1CS backend: rank-1 constraints `<a, z> * <b, z> = <c, z>` over the scalar field of BN254.
//!
//! * [`system`]: recorded constraints with the label of each row and variable, and conversion to arkworks' constraint system.
//! * [`backend`]: the instruction set.
//! * [`assembly`]: constraints and assignments of statements.
//! * `winograd`, `poseidon`: the two gadgets that are more than a few rows.

pub mod assembly;
pub mod backend;
mod poseidon;
pub mod system;
mod winograd;

pub use backend::{Mode, R1cs};
pub use system::System;
