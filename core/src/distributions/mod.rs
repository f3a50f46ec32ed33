//! Distributions from `libm` alone: the same bits on every platform, since public inputs are made
//! of them.

#[cfg(test)]
pub(crate) mod exact;
pub mod mixing;
pub mod normal;
pub mod outward;
pub mod student_t;
