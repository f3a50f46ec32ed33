//! x
pub mod phase2;
