//! The pool as it came from an earlier one: the book's chapter "Roll-forward" has the relation.
//!
//! * the earlier commitment opens to loans under the schema of its date;
//! * every loan of it is carried, or gone for one reason; every loan of the later one is a carried
//!   loan, with the columns that it had but for those that may move, or an addition;
//! * sums of what balances fell and rose by are within limits.

mod carried;
mod claims;
mod gone;
mod sums;
pub(super) mod terms;
mod tuples;
pub(super) mod witness;

use ethnum::I256;
use tailproof_core::pool::ids::IdKind;
use tailproof_verifier::inputs::layout;
use tailproof_verifier::pool::commitment::ELEMENT_BITS;
use tailproof_verifier::shape::PoolSizes;

use super::tape::{self, LoanRow, Opening};
use super::{PoolWitness, ids};
use crate::builder::{Builder, Num, NumOf};
use crate::error::{Built, SynthesisError};
use crate::instructions::{ElementInstructions, Instructions, IntegerInstructions};
use crate::statement::pool::labels::month as labels;
use carried::{CarriedRow, carried_row};
pub(super) use claims::month_claims;
use gone::{GoneRow, gone_row};
pub(super) use sums::{MonthSums, marked_defaults, match_tuples};
use terms::OpenedMonth;
pub use witness::MonthWitness;

/// Both pools, row by row.
pub(super) struct Months<B: Instructions> {
    carried: Vec<CarriedRow<B::Integer>>,
    gone: Vec<GoneRow<B::Integer>>,
    /// Everything that is chosen about them, for the challenge.
    pub hashed: Vec<B::Element>,
}

/// The later tape: what its header and loans hash to, its rows, and the digests of their ids.
type Later<'t, B> =
    (<B as ElementInstructions>::Element, &'t [LoanRow<<B as IntegerInstructions>::Integer>], &'t [NumOf<B>]);

/// Opens the earlier commitment, proves that the control is the hash of both, and returns what became
/// of every loan. `later` is what the later commitment's header hashes to, with its loans and the
/// digests of their ids.
pub(super) fn months<B: Instructions>(
    builder: &mut Builder<'_, B>,
    sizes: PoolSizes,
    month: &OpenedMonth<B::Integer>,
    (commitment, loans, later_ids): Later<'_, B>,
    witness: &PoolWitness,
) -> Built<B, Months<B>> {
    let before = witness.before().ok_or(SynthesisError::Length { list: "earlier pools", expected: 1, found: 0 })?;
    let earlier = tape::loans(builder, sizes, &before.before, None, |_| false)?;
    let opening = Opening {
        schema: builder.element(&month.schema),
        blinding: before.blinding(),
        tape_digest: before.tape_digest(),
        id_roots: before.id_roots(),
        loans: before.before.loans().len(),
    };
    let (earlier_commitment, roots) = tape::open(builder, sizes, &earlier, &opening)?;
    let digests = before.before.ids(IdKind::Loan);
    let earlier_ids = ids::open_root(builder, IdKind::Loan, &earlier, &roots[IdKind::Loan as usize], digests)?;
    let both = builder.wide_hash(labels::COMMITMENTS_HASH, vec![earlier_commitment, commitment])?;
    let control = builder.control(layout::COMMITMENT);
    builder.assert_equal(labels::COMMITMENTS, &both, &control)?;

    let mut gone = Vec::with_capacity(earlier.len());
    for (index, (row, id)) in earlier.iter().zip(&earlier_ids).enumerate() {
        gone.push(gone_row(builder, (row, id), before.gone(index), sizes.numbers)?);
    }
    let mut carried = Vec::with_capacity(loans.len());
    for (index, (row, id)) in loans.iter().zip(later_ids).enumerate() {
        let flag = row.addition.as_ref().ok_or(SynthesisError::Length { list: "additions", expected: 1, found: 0 })?;
        let honest = before.carried(index).zip(witness.loan(index).copied());
        let honest = honest.map(|((carried, old), new)| (old, carried.reason, new));
        carried.push(carried_row(builder, month, (row, flag, id), honest, sizes.numbers)?);
    }
    let mut hashed = packed(builder, gone.iter().map(|row| &row.hashed))?;
    hashed.extend(packed(builder, carried.iter().map(|row| &row.hashed))?);
    Ok(Months { carried, gone, hashed })
}

/// A digit with its width.
type Digit<E> = (Num<E>, u32);

/// Returns the digits of rows, packed: as many rows to an element as fit.
fn packed<'r, B: Instructions>(
    builder: &mut Builder<'_, B>,
    rows: impl Iterator<Item = &'r Vec<Digit<B::Integer>>>,
) -> Built<B, Vec<B::Element>>
where
    B::Integer: 'r,
{
    let mut elements = Vec::new();
    let mut digits: Vec<(&NumOf<B>, u32, u32)> = Vec::new();
    let mut used = 0;
    for row in rows {
        let bits: u32 = row.iter().map(|(_, bits)| bits).sum();
        if used + bits > ELEMENT_BITS {
            elements.push(element(builder, &std::mem::take(&mut digits))?);
            used = 0;
        }
        for (digit, bits) in row {
            digits.push((digit, *bits, used));
            used += bits;
        }
    }
    if !digits.is_empty() {
        elements.push(element(builder, &digits)?);
    }
    Ok(elements)
}

fn element<B: Instructions>(builder: &mut Builder<'_, B>, digits: &[(&NumOf<B>, u32, u32)]) -> Built<B, B::Element> {
    let packed = builder.pack_unsigned(digits)?;
    let packed = builder.named(labels::ELEMENT, &packed)?;
    Ok(builder.element(&packed))
}

/// Returns the sum of integers that a function picks from rows.
fn sum_of<'r, B: Instructions, R>(
    builder: &Builder<'_, B>,
    rows: &'r [R],
    part: impl Fn(&'r R) -> &'r NumOf<B>,
) -> Built<B, NumOf<B>>
where
    B::Integer: 'r,
{
    builder.sum(rows.iter().map(part))
}

/// Returns `left - right`.
fn less<B: Instructions>(builder: &Builder<'_, B>, left: &NumOf<B>, right: &NumOf<B>) -> Built<B, NumOf<B>> {
    builder.combine(&[(left, I256::ONE), (right, I256::MINUS_ONE)])
}
