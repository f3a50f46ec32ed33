//! Vectors of signed integers with a bound on the sum of their magnitudes.

use ethnum::I256;

use super::{Builder, MagnitudeLabels, Num, SignOfZero};
use crate::bound::Interval;
use crate::error::{Built, SynthesisError};
use crate::instructions::{Instructions, Label, RangeLabels};

/// Labels of a bounded vector.
#[derive(Debug, Clone, Copy)]
pub struct VectorLabels {
    /// Sign and magnitude of an entry.
    pub entry: MagnitudeLabels,
    /// The sum of magnitudes is in range.
    pub total: RangeLabels,
}

/// Signed integers with a bound on the sum of their magnitudes.
#[derive(Debug, Clone)]
pub struct BoundedVector<E> {
    entries: Vec<Num<E>>,
    magnitudes: Vec<Num<E>>,
    total: Num<E>,
}

impl<E> BoundedVector<E> {
    /// Returns the entries.
    pub fn entries(&self) -> &[Num<E>] {
        &self.entries
    }

    /// Returns the magnitudes of the entries.
    pub fn magnitudes(&self) -> &[Num<E>] {
        &self.magnitudes
    }

    /// Returns the sum of the magnitudes.
    pub fn total(&self) -> &Num<E> {
        &self.total
    }
}

impl<B: Instructions> Builder<'_, B> {
    /// Returns new signed witnesses whose magnitudes sum to less than 2^bits.
    ///
    /// # Errors
    /// If the sum could leave the field.
    pub fn bounded_vector(
        &mut self,
        labels: VectorLabels,
        honest: &[I256],
        bits: u32,
    ) -> Built<B, BoundedVector<B::Integer>> {
        let mut entries = Vec::with_capacity(honest.len());
        let mut magnitudes = Vec::with_capacity(honest.len());
        for value in honest {
            let (entry, magnitude) = self.signed_witness(labels.entry, *value, bits)?;
            entries.push(entry);
            magnitudes.push(magnitude);
        }
        let total = self.sum(&magnitudes)?;
        let total = self.narrow(labels.total, &total, bits)?;
        Ok(BoundedVector { entries, magnitudes, total })
    }

    /// Returns the sum of bounded vectors: new witnesses for its entries, with magnitudes of their
    /// own. The bound of 2^bits is on the sum of the vectors' totals.
    ///
    /// # Errors
    /// If vectors differ in length, there are none, or a sum could leave the field.
    pub fn sum_of_vectors(
        &mut self,
        labels: VectorLabels,
        sum: Label,
        vectors: &[BoundedVector<B::Integer>],
        bits: u32,
    ) -> Built<B, BoundedVector<B::Integer>> {
        let Some(first) = vectors.first() else {
            return Err(SynthesisError::Length { list: "vectors", expected: 1, found: 0 });
        };
        let expected = first.entries.len();
        if let Some(other) = vectors.iter().find(|vector| vector.entries.len() != expected) {
            return Err(SynthesisError::Length { list: "entries", expected, found: other.entries.len() });
        }
        let total = self.sum(vectors.iter().map(BoundedVector::total))?;
        let total = self.narrow(labels.total, &total, bits)?;
        let most = total.interval.high();
        let mut entries = Vec::with_capacity(expected);
        let mut magnitudes = Vec::with_capacity(expected);
        for index in 0..expected {
            let entry = self.sum(vectors.iter().map(|vector| &vector.entries[index]))?;
            // An entry is at most as large as the sum of all totals.
            let entry = Num { interval: Interval::new(-most, most)?, ..self.named(sum, &entry)? };
            magnitudes.push(self.magnitude(labels.entry, &entry, SignOfZero::Negative)?.magnitude);
            entries.push(entry);
        }
        Ok(BoundedVector { entries, magnitudes, total })
    }
}
