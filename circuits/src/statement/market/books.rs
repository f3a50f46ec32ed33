//! The committed book: one book, or the sum of several that are committed to one by one.

use ethnum::I256;
use tailproof_core::Positions;
use tailproof_core::fixed_point::{GROSS_BITS, NAV_BITS};
use tailproof_verifier::Shape;
use tailproof_verifier::inputs::layout;

use super::opening::open_commitment;
use super::{MarketWitness, labels};
use crate::builder::{BoundedVector, Builder, Num, NumOf};
use crate::error::Built;
use crate::instructions::Instructions;

/// The book that the clauses are about.
pub struct OpenedBook<E> {
    pub exposures: BoundedVector<E>,
    pub nav: Num<E>,
}

/// Opens the commitment, or the commitments behind it, and returns the sum of the opened books.
pub fn open_books<B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
    witness: &MarketWitness,
    unit: &NumOf<B>,
) -> Built<B, OpenedBook<B::Integer>> {
    let commitment = builder.control(layout::COMMITMENT);
    let mut books = Vec::with_capacity(shape.books());
    let mut commitments = Vec::with_capacity(shape.books());
    for (positions, blinding) in witness.books() {
        let book = OpenedBook {
            exposures: builder.bounded_vector(labels::EXPOSURES, &padded(positions, shape), GROSS_BITS)?,
            nav: builder.range(labels::NAV_BIT, I256::from(positions.nav()), NAV_BITS)?,
        };
        commitments.push(open_commitment(builder, positions, *blinding, book.exposures.entries(), &book.nav, unit)?);
        books.push(book);
    }
    if books.len() == 1 {
        builder.assert_equal(labels::COMMITMENT, &commitments[0], &commitment)?;
        return Ok(books.swap_remove(0));
    }
    assert_distinct(builder, &commitments)?;
    let together = builder.wide_hash(labels::CONSOLIDATED_HASH, commitments)?;
    builder.assert_equal(labels::COMMITMENT, &together, &commitment)?;

    let nav = builder.sum(books.iter().map(|book| &book.nav))?;
    let nav = builder.narrow(labels::CONSOLIDATED_NAV, &nav, NAV_BITS)?;
    let vectors: Vec<_> = books.into_iter().map(|book| book.exposures).collect();
    let exposures =
        builder.sum_of_vectors(labels::CONSOLIDATED, labels::CONSOLIDATED_EXPOSURE, &vectors, GROSS_BITS)?;
    Ok(OpenedBook { exposures, nav })
}

/// Proves that no two commitments are equal: each difference has an inverse. A contract sees the
/// hash of the list alone and cannot compare.
fn assert_distinct<B: Instructions>(builder: &mut Builder<'_, B>, commitments: &[B::Element]) -> Built<B, ()> {
    let one = builder.constant(I256::ONE)?;
    let one = builder.element(&one);
    for (index, commitment) in commitments.iter().enumerate() {
        for earlier in &commitments[..index] {
            let mut difference = commitment.clone();
            builder.accumulate(&mut difference, earlier, I256::MINUS_ONE);
            builder.element_quotient(labels::CONSOLIDATED_DISTINCT, &one, &difference)?;
        }
    }
    Ok(())
}

/// The exposures to the factors of a shape. A book may know fewer factors: the last are zero.
fn padded(positions: &Positions, shape: Shape) -> Vec<I256> {
    let mut exposures: Vec<I256> = positions.exposures().iter().map(|value| I256::from(*value)).collect();
    exposures.resize(shape.factors(), I256::ZERO);
    exposures
}
