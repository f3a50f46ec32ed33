//! Sums over both tapes: amounts of flows, balances and defaults by the grade before, additions by
//! name; and that the tuples of carried loans are those of the earlier loans that are not gone.

use ethnum::I256;
use tailproof_core::pool::Category;

use super::terms::OpenedMonth;
use super::{Months, less, sum_of};
use crate::bound::bits_of;
use crate::builder::{Builder, Num, NumOf};
use crate::error::Built;
use crate::instructions::Instructions;
use crate::statement::pool::fractions::{Further, Part, Sum, fraction, range_of_sums, sums_by};
use crate::statement::pool::labels::month as labels;
use crate::statement::pool::tape::LoanRow;

/// The sums of a month.
pub(in crate::statement::pool) struct MonthSums<E> {
    pub opening: Num<E>,
    pub collected: Num<E>,
    /// In the order of `Flow::ALL`.
    pub flows: Vec<Num<E>>,
    /// By code of the grade before.
    pub opening_by_grade: Vec<Num<E>>,
    pub defaults: Vec<Num<E>>,
    /// Additions by category and code.
    pub added: Vec<Vec<Num<E>>>,
    /// Carried loans that are marked as in default, by code of their grade.
    pub in_default: Vec<Num<E>>,
    /// Number of additions that are delinquent.
    pub added_delinquent: Num<E>,
}

impl<E: Clone> MonthSums<E> {
    /// Returns the sums, and what the challenge and the sums by name have beside those of the pool.
    pub fn new<B: Instructions<Integer = E>>(
        builder: &mut Builder<'_, B>,
        months: &Months<B>,
        loans: &[LoanRow<E>],
    ) -> Built<B, (Self, Further<B>)> {
        let (carried, gone) = (&months.carried[..], &months.gone[..]);
        let opening = sum_of::<B, _>(builder, gone, |row| &row.balance)?;
        let opening = builder.named(labels::OPENING, &opening)?;
        let fell = sum_of::<B, _>(builder, carried, |row| &row.fell)?;
        let rose = sum_of::<B, _>(builder, carried, |row| &row.rose)?;
        let written_off = sum_of::<B, _>(builder, carried, |row| &row.written_off)?;
        let advanced = sum_of::<B, _>(builder, carried, |row| &row.advanced)?;
        let paid = sum_of::<B, _>(builder, gone, |row| &row.paid)?;
        let charged_off = sum_of::<B, _>(builder, gone, |row| &row.charged_off)?;
        let repurchased = sum_of::<B, _>(builder, gone, |row| &row.repurchased)?;
        let paid_in_part = less(builder, &fell, &written_off)?;
        let collected = builder.add(&paid_in_part, &paid)?;
        let capitalised = less(builder, &rose, &advanced)?;
        let flows = vec![
            builder.add(&charged_off, &written_off)?,
            repurchased,
            capitalised,
            advanced,
            sum_of::<B, _>(builder, carried, |row| &row.newly_delinquent)?,
            sum_of::<B, _>(builder, carried, |row| &row.added)?,
        ];
        let added_delinquent = sum_of::<B, _>(builder, carried, |row| &row.added_delinquent)?;

        // Balances and defaults by the grade before, as two parts of one number.
        let mut codes: Vec<Num<E>> = gone.iter().map(|row| row.grade.clone()).collect();
        codes.extend(carried.iter().map(|row| row.old_grade.clone()));
        let zero = builder.constant(I256::ZERO)?;
        let mut balances: Vec<Num<E>> = gone.iter().map(|row| row.balance.clone()).collect();
        balances.resize(codes.len(), zero);
        let mut lost: Vec<Num<E>> = gone.iter().map(|row| row.charged_off.clone()).collect();
        for row in carried {
            lost.push(builder.add(&row.written_off, &row.in_default)?);
        }
        let opening_by_grade = totals(builder, labels::OPENING_BIT, &balances, &codes, Category::Grade.most())?;
        let defaults = totals(builder, labels::DEFAULTS_BIT, &lost, &codes, Category::Grade.most())?;
        let shift = I256::ONE << bits_of(opening_by_grade[0].interval().high());
        let together = |builder: &Builder<'_, B>, first: &[Num<E>], second: &[Num<E>]| {
            let pairs = first.iter().zip(second);
            pairs
                .map(|(first, second)| builder.combine(&[(first, I256::ONE), (second, shift)]))
                .collect::<Result<Vec<_>, _>>()
        };
        let before = Sum {
            labels: labels::GRADES_BEFORE,
            amounts: together(builder, &balances, &lost)?,
            codes,
            totals: together(builder, &opening_by_grade, &defaults)?,
        };

        // Parts of the sums by name of the later tape.
        let amounts: Vec<Num<E>> = carried.iter().map(|row| row.added.clone()).collect();
        let mut added = Vec::with_capacity(Category::ALL.len());
        let mut parts = Vec::with_capacity(Category::ALL.len());
        for category in Category::ALL {
            let codes: Vec<Num<E>> = loans.iter().map(|loan| loan.codes[category as usize].clone()).collect();
            let by_code = totals(builder, labels::ADDED_BIT, &amounts, &codes, category.most())?;
            parts.push(vec![Part { amounts: amounts.clone(), totals: by_code.clone() }]);
            added.push(by_code);
        }
        let amounts: Vec<Num<E>> = carried.iter().map(|row| row.in_default.clone()).collect();
        let codes: Vec<Num<E>> = loans.iter().map(|loan| loan.codes[Category::Grade as usize].clone()).collect();
        let in_default = totals(builder, labels::IN_DEFAULT_BIT, &amounts, &codes, Category::Grade.most())?;
        parts[Category::Grade as usize].push(Part { amounts, totals: in_default.clone() });

        let further = Further {
            hashed: months.hashed.clone(),
            totals: [&opening_by_grade[..], &defaults].concat(),
            parts,
            sums: vec![before],
        };
        let sums = Self { opening, collected, flows, opening_by_grade, defaults, added, in_default, added_delinquent };
        Ok((sums, further))
    }
}

/// Returns new witnesses for the totals of amounts by code, each as wide as the sum of all.
fn totals<B: Instructions>(
    builder: &mut Builder<'_, B>,
    label: crate::instructions::Label,
    amounts: &[NumOf<B>],
    codes: &[NumOf<B>],
    names: usize,
) -> Built<B, Vec<NumOf<B>>> {
    let bits = range_of_sums::<B>(amounts)?;
    let honest = sums_by(builder, amounts, codes, names);
    honest.into_iter().map(|value| builder.range(label, value, bits)).collect()
}

/// Proves that the tuples of carried loans are those of the earlier loans that are not gone, at a
/// challenge that follows from both tapes and from everything that is chosen about them.
pub(in crate::statement::pool) fn match_tuples<B: Instructions>(
    builder: &mut Builder<'_, B>,
    challenge: &B::Element,
    months: &Months<B>,
) -> Built<B, ()> {
    let mut sums = [builder.zero_element(), builder.zero_element()];
    let before = months.gone.iter().map(|row| (&row.stays, &row.tuple));
    let after = months.carried.iter().map(|row| (&row.carried, &row.tuple));
    for (flag, tuple) in before {
        let fraction = fraction(builder, labels::TUPLE_BEFORE, challenge, flag, tuple)?;
        builder.accumulate(&mut sums[0], &fraction, I256::ONE);
    }
    for (flag, tuple) in after {
        let fraction = fraction(builder, labels::TUPLE_AFTER, challenge, flag, tuple)?;
        builder.accumulate(&mut sums[1], &fraction, I256::ONE);
    }
    builder.assert_equal(labels::TUPLES, &sums[0], &sums[1])
}

/// Proves that exactly the carried loans whose grade is that of loans in default are marked. Balances
/// are at least 1, so an amount that is missing is a loan.
pub(in crate::statement::pool) fn marked_defaults<B: Instructions>(
    builder: &mut Builder<'_, B>,
    month: &OpenedMonth<B::Integer>,
    sums: &MonthSums<B::Integer>,
    by_grade: &[NumOf<B>],
) -> Built<B, ()> {
    let added = &sums.added[Category::Grade as usize];
    for (((all, added), marked), is_default) in by_grade.iter().zip(added).zip(&sums.in_default).zip(&month.defaulted) {
        let carried = less(builder, all, added)?;
        builder.assert_product(labels::MARKED, is_default, &carried, marked)?;
    }
    Ok(())
}
