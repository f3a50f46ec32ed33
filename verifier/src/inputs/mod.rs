//! Public inputs: their one order, and how small integers are packed into the four controls.

pub mod controls;
pub mod layout;
