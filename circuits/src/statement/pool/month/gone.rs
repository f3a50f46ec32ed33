//! The rows of the earlier tape: whether each is carried, or why it is gone.

use ethnum::I256;
use tailproof_core::pool::Category;
use tailproof_core::pool::month::Reason;

use super::tuples::{Past, tuple};
use crate::builder::{Builder, Num, NumOf};
use crate::error::Built;
use crate::instructions::Instructions;
use crate::statement::pool::labels::month as labels;
use crate::statement::pool::tape::LoanRow;

/// A row of the earlier tape, and the amounts that sums are of.
pub(in crate::statement::pool) struct GoneRow<E> {
    /// 1 for a loan that is carried.
    pub stays: Num<E>,
    /// Its tuple.
    pub tuple: Num<E>,
    /// Its balance, and its grade.
    pub balance: Num<E>,
    pub grade: Num<E>,
    /// Its balance, if it is gone as paid, as charged off, as repurchased.
    pub paid: Num<E>,
    pub charged_off: Num<E>,
    pub repurchased: Num<E>,
    /// The three bits, for the challenge.
    pub hashed: Vec<(Num<E>, u32)>,
}

/// The reasons for which a loan is gone, in the order of their bits.
const REASONS: [Reason; 3] = [Reason::Paid, Reason::ChargedOff, Reason::Repurchased];

/// Returns what became of a row of the earlier tape.
pub(super) fn gone_row<B: Instructions>(
    builder: &mut Builder<'_, B>,
    (row, id): (&LoanRow<B::Integer>, &NumOf<B>),
    honest: Option<Reason>,
    spare: bool,
) -> Built<B, GoneRow<B::Integer>> {
    let mut bits = Vec::with_capacity(REASONS.len());
    for (reason, label) in REASONS.into_iter().zip(labels::GONE) {
        bits.push(builder.range(label, I256::from(u8::from(honest == Some(reason))), 1)?);
    }
    // A loan without a reason stays. An unused row has none, and a loan at most one.
    let (zero, one) = (builder.constant(I256::ZERO)?, builder.constant(I256::ONE)?);
    let gone = builder.sum(&bits)?;
    let stays = builder.sub(&row.is_loan, &gone)?;
    let does_not = builder.sub(&one, &stays)?;
    builder.assert_product(labels::STAYS, &stays, &does_not, &zero)?;
    let mut amounts = Vec::with_capacity(bits.len());
    for bit in &bits {
        amounts.push(builder.product(labels::GONE_AMOUNT, bit, &row.balance)?);
    }
    let past = Past {
        id,
        grade: &row.codes[Category::Grade as usize],
        codes: &row.codes,
        numbers: &row.numbers,
        delinquent: &row.delinquent,
        balance: &row.balance,
    };
    let [paid, charged_off, repurchased] = crate::builder::exactly::<B, _, 3>("reasons", amounts)?;
    Ok(GoneRow {
        tuple: tuple(builder, &past, spare)?,
        stays,
        balance: row.balance.clone(),
        grade: row.codes[Category::Grade as usize].clone(),
        paid,
        charged_off,
        repurchased,
        hashed: bits.into_iter().map(|bit| (bit, 1)).collect(),
    })
}
