//! The portable code: batches of affine additions and transforms, in words of 64 bits.
//!
//! arkworks reduces every result below p, with a branch that a processor cannot foresee. Here, values
//! are below 2 p, and no sum or product branches on them.

pub mod additions;
mod butterflies;
mod coordinate;
pub mod fft;
mod field;
#[cfg(test)]
mod tests;
