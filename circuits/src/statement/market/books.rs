//! The committed book: one book, or the sum of several that are committed to one by one.

use ethnum::I256;
use tailproof_core::Positions;
use tailproof_core::fixed_point::{GROSS_BITS, NAV_BITS};
use tailproof_verifier::Shape;
use tailproof_verifier::commitment::Slots;
use tailproof_verifier::inputs::layout;

use super::opening::{Numbers, open_commitment};
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
    let mut books = Vec::with_capacity(shape.books());
    let mut commitments = Vec::with_capacity(shape.books());
    for (positions, blinding) in witness.books() {
        let book = OpenedBook {
            exposures: builder.bounded_vector(labels::EXPOSURES, &padded(positions, shape), GROSS_BITS)?,
            nav: builder.range(labels::NAV_BIT, I256::from(positions.nav()), NAV_BITS)?,
        };
        let numbers =
            Numbers { slots: Slots::EXPOSURES, padded: book.exposures.entries(), count: positions.exposures().len() };
        commitments.push(open_commitment(builder, &numbers, *blinding, &book.nav, unit)?);
        books.push(book);
    }
    let navs: Vec<_> = books.iter().map(|book| book.nav.clone()).collect();
    let nav = together(builder, commitments, &navs)?;
    if books.len() == 1 {
        return Ok(books.swap_remove(0));
    }
    let vectors: Vec<_> = books.into_iter().map(|book| book.exposures).collect();
    let exposures =
        builder.sum_of_vectors(labels::CONSOLIDATED, labels::CONSOLIDATED_EXPOSURE, &vectors, GROSS_BITS)?;
    Ok(OpenedBook { exposures, nav })
}

/// Proves that the commitments of the sub-books are those of the claim, and returns their net asset
/// value.
pub(in crate::statement) fn together<B: Instructions>(
    builder: &mut Builder<'_, B>,
    commitments: Vec<B::Element>,
    navs: &[NumOf<B>],
) -> Built<B, NumOf<B>> {
    let commitment = builder.control(layout::COMMITMENT);
    if let ([only], [nav]) = (&commitments[..], navs) {
        builder.assert_equal(labels::COMMITMENT, only, &commitment)?;
        return Ok(nav.clone());
    }
    assert_distinct(builder, &commitments)?;
    let together = builder.wide_hash(labels::CONSOLIDATED_HASH, commitments)?;
    builder.assert_equal(labels::COMMITMENT, &together, &commitment)?;

    let nav = builder.sum(navs)?;
    builder.narrow(labels::CONSOLIDATED_NAV, &nav, NAV_BITS)
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
