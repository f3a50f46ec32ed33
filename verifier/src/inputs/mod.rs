//! Public inputs: their order, the packing of small integers into the four controls, and that of
//! scenarios into groups.

pub mod controls;
mod factor_rows;
pub mod layout;
pub mod packing;
