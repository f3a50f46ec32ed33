//! Builds statements: integers that carry their interval, and field elements, over any backend.
//!
//! A [`Num`] is made only by an operation that proves its interval, so bit widths are never counted
//! by hand. A [`Builder`] keeps its backend to itself: everything a statement does goes through the
//! operations here, one file for each subject. Every operation that makes a constraint takes its
//! label. An element has no interval and cannot become a [`Num`].

mod bands;
mod between;
mod buckets;
mod digits;
mod elements;
mod linear;
mod magnitude;
mod matrix;
mod num;
mod products;
mod public_inputs;
mod ranges;
mod vectors;

pub use bands::{BandLabels, Bands};
pub use between::{BoundedIntegers, BoundedLabels, Bounds, Either};
pub(crate) use elements::exactly;
pub use magnitude::{Magnitude, MagnitudeLabels, SignOfZero};
pub use matrix::ScenarioProducts;
pub use num::{Num, NumOf};
pub use vectors::{BoundedVector, VectorLabels};

use crate::error::{Built, SynthesisError};
use crate::instructions::Backend;

/// Makes [`Num`]s and elements over a backend.
#[derive(Debug)]
pub struct Builder<'b, B> {
    backend: &'b mut B,
    /// Products of scenarios that wait for a range check.
    unchecked_products: usize,
}

impl<'b, B> Builder<'b, B> {
    /// Returns a builder over a backend.
    pub fn new(backend: &'b mut B) -> Self {
        Self { backend, unchecked_products: 0 }
    }
}

/// Marks the error of a backend.
fn laid_out<B: Backend, T>(result: Result<T, B::Error>) -> Built<B, T> {
    result.map_err(SynthesisError::Backend)
}
