//! Distributions from `libm` alone: the same bits on every platform, since public inputs are made
//! of them.

pub mod normal;
pub mod student_t;
