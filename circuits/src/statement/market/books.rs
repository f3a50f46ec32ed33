//! The committed book: one, or the sum of several that are committed to one by one.

use ethnum::I256;
use tailproof_core::Positions;
use tailproof_core::fixed_point::{GROSS_BITS, NAV_BITS};
use tailproof_verifier::Shape;
use tailproof_verifier::commitment::HASH_INPUTS;
use tailproof_verifier::market::layout;

use super::opening::open_commitment;
use super::{MarketWitness, labels};
use crate::bound::BoundError;
use crate::instructions::Instructions;
use crate::integer::{BoundedVector, Builder, Num, NumOf};

/// What clauses are about.
pub struct Book<E> {
    pub exposures: BoundedVector<E>,
    pub nav: Num<E>,
}

/// Opens the commitment, or the commitments behind it, and adds up what is in them.
pub fn open_books<B: Instructions>(
    builder: &mut Builder<'_, B>,
    shape: Shape,
    witness: &MarketWitness,
    unit: &Num<B::Integer>,
) -> Result<Book<B::Integer>, BoundError> {
    let commitment = builder.backend.control(layout::COMMITMENT);
    let mut books = Vec::with_capacity(shape.books());
    let mut commitments = Vec::with_capacity(shape.books());
    for index in 0..shape.books() {
        let (positions, blinding) = witness.book(index);
        let book = Book {
            exposures: builder.bounded_vector(labels::EXPOSURES, &padded(positions, shape), GROSS_BITS)?,
            nav: net_asset_value(builder, positions)?,
        };
        let active = witness.blocks(index);
        commitments.push(open_commitment(builder, active, blinding, book.exposures.entries(), &book.nav, unit)?);
        books.push(book);
    }
    if books.len() == 1 {
        builder.backend.assert_equal(labels::COMMITMENT, &commitments[0], &commitment);
        return Ok(books.swap_remove(0));
    }
    let zero = builder.constant(I256::ZERO)?;
    let empty = builder.backend.to_element(zero.expression());
    commitments.resize(HASH_INPUTS, empty);
    let together = builder.backend.hash(labels::CONSOLIDATED_HASH, &commitments);
    builder.backend.assert_equal(labels::COMMITMENT, &together, &commitment);

    let nav = builder.sum(books.iter().map(|book| &book.nav))?;
    let nav = builder.narrow(labels::CONSOLIDATED_NAV, &nav, NAV_BITS)?;
    let vectors: Vec<_> = books.into_iter().map(|book| book.exposures).collect();
    let exposures =
        builder.sum_of_vectors(labels::CONSOLIDATED, labels::CONSOLIDATED_EXPOSURE, &vectors, GROSS_BITS)?;
    Ok(Book { exposures, nav })
}

/// Exposures to the factors of a shape, of which the last may have none.
fn padded(positions: &Positions, shape: Shape) -> Vec<I256> {
    let mut exposures: Vec<I256> = positions.exposures().iter().map(|value| I256::from(*value)).collect();
    assert!(exposures.len() <= shape.factors(), "at most one exposure per factor");
    exposures.resize(shape.factors(), I256::ZERO);
    exposures
}

/// The net asset value, in range.
#[cfg(not(feature = "planted-bug"))]
fn net_asset_value<B: Instructions>(
    builder: &mut Builder<'_, B>,
    positions: &Positions,
) -> Result<NumOf<B>, BoundError> {
    builder.range(labels::NAV_BIT, I256::from(positions.nav()), NAV_BITS)
}

/// The bug that the adversary of the test suite is shown: a net asset value without its range check.
#[cfg(feature = "planted-bug")]
fn net_asset_value<B: Instructions>(
    builder: &mut Builder<'_, B>,
    positions: &Positions,
) -> Result<NumOf<B>, BoundError> {
    Ok(builder.unchecked_for_planted_bug(labels::NAV_BIT, I256::from(positions.nav()), NAV_BITS))
}
