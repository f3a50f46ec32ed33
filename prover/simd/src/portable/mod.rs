//! The portable code: batches of affine additions and transforms, in words of 64 bits.
//!
//! arkworks reduces every result below p, with a branch that a processor cannot foresee. Here, values
//! are below 2 p, and nothing branches on a value.

pub mod additions;
pub mod fft;
pub mod field;
