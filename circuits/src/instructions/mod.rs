//! The instruction set: everything a statement may ask of a backend.
//!
//! A backend works with two kinds of value. An *integer* is a field element that the caller knows
//! to stand for an integer in some interval. An *element* is any field element, such as a hash or a
//! blinding. To a backend both are linear expressions over the cells or variables that it made.
//!
//! There is one trait for each capability:
//!
//! * [`IntegerInstructions`]: integers, range checks and products;
//! * [`ElementInstructions`]: field elements and the commitment's hash;
//! * [`PublicInputs`]: the shape, the controls and the public scenario data;
//! * [`MatrixInstructions`]: the product of the public scenario matrix and a private vector.
//!
//! [`Instructions`] is all four. Instructions that lay something out return a `Result` with the
//! backend's [`Backend::Error`]; reading or combining expressions cannot fail.
//!
//! Each instruction that makes a constraint takes a [`Label`]: the name of the constraint, and the
//! anchor of its paragraph in the book, such as `exposure-magnitude`.
//!
//! Backends have different fields. A statement therefore speaks of the value of an element as its
//! canonical integer, in [`Limbs`].
//!
//! No backend tracks intervals. Statements reach a backend only through
//! [`Builder`](crate::builder::Builder), which does, and whose backend is private. An instruction
//! that leaves a value without a range has `unchecked` in its name.

mod elements;
mod integers;
mod matrix;
mod public_inputs;

pub use elements::ElementInstructions;
pub use integers::{IntegerInstructions, RangeLabels};
pub use matrix::{MatrixInstructions, MatrixLabels};
pub use public_inputs::PublicInputs;
pub use tailproof_verifier::field::Limbs;
pub use tailproof_verifier::inputs::layout::FactorRow;

/// The name of a constraint, which is its anchor in the book.
pub type Label = &'static str;

/// The error type that all instructions of a backend share.
pub trait Backend {
    /// Why an instruction could not be laid out; [`std::convert::Infallible`] if it always can.
    type Error: std::error::Error + Send + Sync + 'static;
}

/// Every capability: what a backend of the statements implements.
pub trait Instructions: PublicInputs + MatrixInstructions {}

impl<B: PublicInputs + MatrixInstructions> Instructions for B {}
