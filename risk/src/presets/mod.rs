//! Mandates that rules prescribe, and deals about public pools, as the texts of their files.

pub mod deals;
pub mod group_mandates;
pub mod mandates;
