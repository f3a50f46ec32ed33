//! Public inputs: their order, and the packing of small integers into the four controls.

pub mod controls;
pub mod layout;
