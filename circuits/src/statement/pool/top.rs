//! What the largest obligors owe together: with any threshold y that is not negative, at most n times
//! y and what each obligor owes above y.
//!
//! The row with all that an obligor owes is the one before the next obligor, or the last of the
//! shape. Its distance from the threshold is a side times a difference. See the book's chapter "Top
//! obligors" for why this is enough.

use ethnum::I256;
use tailproof_core::pool::loan_pool::BALANCE_BITS;
use tailproof_core::pool::schema::WHOLE;

use super::comparisons::at_most;
use super::labels;
use super::tape::LoanRow;
use super::totals::Totals;
use crate::builder::{Builder, Num, NumOf};
use crate::error::Built;
use crate::instructions::Instructions;

/// The limit on so many largest obligors together.
pub(super) struct TopLimit<E> {
    pub count: Num<E>,
    pub share: Num<E>,
}

/// Proves the limit.
pub(super) fn top_obligors<B: Instructions>(
    builder: &mut Builder<'_, B>,
    limit: &TopLimit<B::Integer>,
    loans: &[LoanRow<B::Integer>],
    totals: &Totals<B::Integer>,
) -> Built<B, ()> {
    let (one, minus) = (builder.constant(I256::ONE)?, I256::MINUS_ONE);
    let begins = loans.iter().skip(1).map(|loan| &loan.new_obligor);
    let ends: Vec<&NumOf<B>> = begins.chain([&one]).collect();

    let honest = threshold(builder, &limit.count, &ends, totals);
    let threshold = builder.range(labels::TOP_THRESHOLD_BIT, honest, BALANCE_BITS)?;
    let above = builder.sub(&totals.largest_obligor, &threshold)?;
    let above = builder.named(labels::TOP_THRESHOLD, &above)?;

    let mut distances = Vec::with_capacity(loans.len());
    for (end, room) in ends.iter().zip(&totals.rooms) {
        let excess = builder.sub(&above, room)?;
        let value = builder.value(&excess);
        let is_end = builder.value(end) == I256::ONE;
        let is_above = is_end && value > I256::ZERO;
        let side = builder.range(labels::TOP_DISTANCE.sign, I256::from(u8::from(is_above)), 1)?;
        // Two debts of less than 2^32 are less than that apart.
        let honest = if is_end { value.abs() } else { I256::ZERO };
        let distance = builder.range(labels::TOP_DISTANCE.bit, honest, BALANCE_BITS)?;
        let side = builder.combine(&[(&side, I256::from(2)), (end, minus)])?;
        builder.assert_product(labels::TOP_DISTANCE.product, &side, &excess, &distance)?;
        distances.push(distance);
    }

    // Twice what is above the threshold is what is apart from it, and the balance less a threshold for
    // each obligor.
    let distances = builder.sum(&distances)?;
    let obligors = builder.sum(ends)?;
    let thresholds = builder.combine(&[(&limit.count, I256::from(2)), (&obligors, minus)])?;
    let thresholds = builder.product(labels::TOP_THRESHOLD_PRODUCT, &thresholds, &threshold)?;
    let twice = builder.sum([&distances, &totals.balance, &thresholds])?;
    let twice_limit = builder.combine(&[(&limit.share, I256::from(2))])?;
    at_most(builder, labels::TOP, (&twice, WHOLE), &twice_limit, &totals.balance)
}

/// Returns the threshold that an honest prover names: what the last of the largest obligors owes, or 0
/// if there are no more of them.
fn threshold<B: Instructions>(
    builder: &Builder<'_, B>,
    count: &NumOf<B>,
    ends: &[&NumOf<B>],
    totals: &Totals<B::Integer>,
) -> I256 {
    let rows = ends.iter().zip(&totals.rooms).filter(|(end, _)| builder.value(end) == I256::ONE);
    let largest = builder.value(&totals.largest_obligor);
    let mut debts: Vec<I256> = rows.map(|(_, room)| largest - builder.value(room)).collect();
    debts.sort_unstable_by(|left, right| right.cmp(left));
    let last = usize::try_from(builder.value(count)).ok().and_then(|count| count.checked_sub(1));
    last.and_then(|last| debts.get(last)).copied().unwrap_or(I256::ZERO)
}
