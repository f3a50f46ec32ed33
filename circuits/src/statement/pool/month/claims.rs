//! Claims about a month as inequalities between integers. Every quotient is multiplied out.

use ethnum::I256;
use tailproof_core::pool::month::claims::Flow;
use tailproof_core::pool::schema::WHOLE;

use super::less;
use super::sums::MonthSums;
use super::terms::OpenedMonth;
use crate::builder::{Builder, NumOf};
use crate::error::Built;
use crate::instructions::Instructions;
use crate::statement::pool::comparisons::at_most;
use crate::statement::pool::labels::month as labels;

/// Proves all claims about a month. `closing` is the balance of the later pool.
pub(in crate::statement::pool) fn month_claims<B: Instructions>(
    builder: &mut Builder<'_, B>,
    month: &OpenedMonth<B::Integer>,
    sums: &MonthSums<B::Integer>,
    closing: &NumOf<B>,
) -> Built<B, ()> {
    let rest = less(builder, &sums.collected, &month.collected)?;
    builder.assert_nonnegative(labels::COLLECTED, &rest)?;
    for ((flow, limit), amount) in Flow::ALL.into_iter().zip(&month.flows).zip(&sums.flows) {
        let of = if flow == Flow::Added { closing } else { &sums.opening };
        at_most(builder, labels::FLOW, (amount, WHOLE), limit, of)?;
    }
    prepaid(builder, month, sums)?;
    for ((limit, part), of) in month.defaults.iter().zip(&sums.defaults).zip(&sums.opening_by_grade) {
        at_most(builder, labels::DEFAULTS, (part, WHOLE), limit, of)?;
    }
    additions(builder, month, sums)
}

/// Proves that collections beyond the schedule are at most a share of what the schedule leaves.
fn prepaid<B: Instructions>(
    builder: &mut Builder<'_, B>,
    month: &OpenedMonth<B::Integer>,
    sums: &MonthSums<B::Integer>,
) -> Built<B, ()> {
    let mut parts = Vec::with_capacity(month.scheduled.len());
    for (share, balance) in month.scheduled.iter().zip(&sums.opening_by_grade) {
        parts.push(builder.product(labels::SCHEDULED, share, balance)?);
    }
    let due = builder.sum(&parts)?;
    let due = builder.named(labels::DUE, &due)?;
    let whole = I256::from(WHOLE);
    let beyond = builder.combine(&[(&sums.collected, whole), (&due, I256::MINUS_ONE)])?;
    let left = builder.combine(&[(&sums.opening, whole), (&due, I256::MINUS_ONE)])?;
    at_most(builder, labels::PREPAID, (&beyond, WHOLE), &month.prepaid, &left)
}

/// Proves that no addition has a name that additions may not have, or is delinquent where none may be.
fn additions<B: Instructions>(
    builder: &mut Builder<'_, B>,
    month: &OpenedMonth<B::Integer>,
    sums: &MonthSums<B::Integer>,
) -> Built<B, ()> {
    let (zero, one) = (builder.constant(I256::ZERO)?, builder.constant(I256::ONE)?);
    let names = month.names.iter().flatten().zip(sums.added.iter().flatten());
    for (may, amount) in names {
        let may_not = builder.sub(&one, may)?;
        builder.assert_product(labels::ADDED_NAME, &may_not, amount, &zero)?;
    }
    let may_not = builder.sub(&one, &month.delinquent)?;
    builder.assert_product(labels::ADDED_DELINQUENT, &may_not, &sums.added_delinquent, &zero)
}
