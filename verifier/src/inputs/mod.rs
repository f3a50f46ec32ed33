//! Public inputs: their order, the packing of small integers into the four controls, and that of
//! scenarios into groups; [`ScenarioInputs`], the part of a scenario set.

pub mod controls;
mod factor_rows;
pub mod layout;
pub mod packing;
mod scenario_inputs;

pub(crate) use scenario_inputs::check_days;
pub use scenario_inputs::{ScenarioInputs, all_inputs};
