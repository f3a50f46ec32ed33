//! The rows of the later tape: what each was, if it was a loan of the earlier one.

use ethnum::I256;
use tailproof_core::pool::loan_pool::BALANCE_BITS;
use tailproof_core::pool::month::Reason;
use tailproof_core::pool::month::terms::MOST_MONTHS;
use tailproof_core::pool::{Category, Field, PoolLoan};
use tailproof_verifier::pool::month::MONTHS_BITS;

use super::terms::{OpenedMonth, bit_of};
use super::tuples::{Past, tuple};
use crate::builder::{Builder, Num, NumOf};
use crate::error::Built;
use crate::instructions::Instructions;
use crate::statement::pool::labels::month as labels;
use crate::statement::pool::tape::LoanRow;

/// A row of the later tape with what it was, and the amounts that sums are of.
pub(in crate::statement::pool) struct CarriedRow<E> {
    /// 1 for a loan that was in the earlier pool.
    pub carried: Num<E>,
    /// Its tuple then.
    pub tuple: Num<E>,
    /// Its grade then; 0 for an addition.
    pub old_grade: Num<E>,
    /// By how much its balance fell.
    pub fell: Num<E>,
    /// By how much its balance rose.
    pub rose: Num<E>,
    /// The part of what it fell by that was written off: all or nothing.
    pub written_off: Num<E>,
    /// The part of what it rose by that was advanced: all or nothing.
    pub advanced: Num<E>,
    /// Its balance, if it is delinquent and was not.
    pub newly_delinquent: Num<E>,
    /// Its balance, if it was carried and is in default.
    pub in_default: Num<E>,
    /// Its balance, if it is an addition.
    pub added: Num<E>,
    /// 1 for an addition that is delinquent.
    pub added_delinquent: Num<E>,
    /// Everything that is chosen here, for the challenge: digits with their widths.
    pub hashed: Vec<(Num<E>, u32)>,
}

/// Returns what a row of the later tape was; `addition` is 1 if it was nothing. `honest` is the loan that it was, why its balance is
/// another, and the loan that it is; `None` for additions and unused rows.
pub(super) fn carried_row<B: Instructions>(
    builder: &mut Builder<'_, B>,
    month: &OpenedMonth<B::Integer>,
    (row, addition, id): (&LoanRow<B::Integer>, &NumOf<B>, &NumOf<B>),
    honest: Option<(PoolLoan, Reason, PoolLoan)>,
    spare: bool,
) -> Built<B, CarriedRow<B::Integer>> {
    let (zero, one) = (builder.constant(I256::ZERO)?, builder.constant(I256::ONE)?);
    let flag = |set: bool| I256::from(u8::from(set));
    let of = |value: &dyn Fn(&(PoolLoan, Reason, PoolLoan)) -> I256| honest.as_ref().map_or(I256::ZERO, value);
    let is = |reasons: [Reason; 2]| of(&|(_, reason, _)| flag(reasons.contains(reason)));

    // How the balance changed.
    let rises = of(&|(old, _, new)| flag(new.balance > old.balance));
    let rises = builder.range(labels::SIGN, rises, 1)?;
    let change = of(&|(old, _, new)| I256::from(old.balance.abs_diff(new.balance)));
    let change = builder.range(labels::CHANGE, change, BALANCE_BITS)?;
    let second = builder.range(labels::REASON, is([Reason::WrittenOff, Reason::Advanced]), 1)?;
    let mut hashed =
        vec![(addition.clone(), 1), (rises.clone(), 1), (change.clone(), BALANCE_BITS), (second.clone(), 1)];
    let falls = builder.sub(&one, &rises)?;
    let fell = builder.product(labels::FELL, &falls, &change)?;
    let rose = builder.product(labels::ROSE, &rises, &change)?;
    let written_off = builder.product(labels::WRITTEN_OFF, &second, &fell)?;
    let advanced = builder.product(labels::ADVANCED, &second, &rose)?;
    let balance = builder.combine(&[(&row.balance, I256::ONE), (&fell, I256::ONE), (&rose, I256::MINUS_ONE)])?;

    // The other columns, as they were.
    let grade = Category::Grade as usize;
    let old_grade = of(&|(old, ..)| I256::from(old.codes[grade]));
    let old_grade = builder.range(labels::GRADE, old_grade, Category::Grade.bits())?;
    let old_delinquent = builder.range(labels::DELINQUENT, of(&|(old, ..)| flag(old.delinquent)), 1)?;
    hashed.extend([(old_grade.clone(), Category::Grade.bits()), (old_delinquent.clone(), 1)]);
    let mut numbers = row.numbers.clone();
    let moved = of_rate_or_ltv(builder, month, &mut numbers, honest.as_ref(), spare)?;
    hashed.push((moved, Field::Rate.bits()));
    for field in Field::SPARE.into_iter().filter(|_| spare) {
        let Some(moves) = bit_of::<B>(month, spare, field) else { continue };
        let is_moving = builder.value(moves) == I256::ONE;
        let honest = of(&|(old, ..)| if is_moving { I256::from(old.fields[field as usize]) } else { I256::ZERO });
        let old = builder.range(labels::NUMBER, honest, field.bits())?;
        let still = builder.sub(&one, moves)?;
        builder.assert_product(labels::NUMBER_STILL, &still, &old, &zero)?;
        numbers[field as usize] = moved_to(builder, moves, &row.numbers[field as usize], &old)?;
        hashed.push((old, field.bits()));
    }
    let over = term_before(builder, month, row, &mut numbers, honest.as_ref())?;
    hashed.push((over, MONTHS_BITS));

    // In default now, of those that were carried.
    let is_default =
        |code: u8| month.defaulted.get(usize::from(code)).is_some_and(|bit| builder.value(bit) == I256::ONE);
    let in_default = of(&|(.., new)| flag(is_default(new.codes[grade])));
    let in_default = builder.range(labels::IN_DEFAULT, in_default, 1)?;
    hashed.push((in_default.clone(), 1));

    // An addition, and an unused row, has zeros.
    let mut rest = builder.constant(I256::ZERO)?;
    let mut shift = 0;
    for (digit, bits) in &hashed[1..] {
        rest = builder.combine(&[(&rest, I256::ONE), (digit, I256::ONE << shift)])?;
        shift += bits;
    }
    let carried = builder.sub(&row.is_loan, addition)?;
    let not_carried = builder.sub(&one, &carried)?;
    builder.assert_product(labels::ADDITION_EMPTY, &not_carried, &rest, &zero)?;

    let still = builder.product(labels::STILL_DELINQUENT, &row.delinquent, &old_delinquent)?;
    let added_delinquent = builder.product(labels::NEW_DELINQUENT, &row.delinquent, addition)?;
    let minus = I256::MINUS_ONE;
    let newly = builder.combine(&[(&row.delinquent, I256::ONE), (&still, minus), (&added_delinquent, minus)])?;
    let past = Past {
        id,
        grade: &old_grade,
        codes: &row.codes,
        numbers: &numbers,
        delinquent: &old_delinquent,
        balance: &balance,
    };
    Ok(CarriedRow {
        tuple: tuple(builder, &past, spare)?,
        newly_delinquent: builder.product(labels::NEWLY_DELINQUENT, &newly, &row.balance)?,
        in_default: builder.product(labels::DEFAULT_AMOUNT, &in_default, &row.balance)?,
        added: builder.product(labels::ADDED, addition, &row.balance)?,
        added_delinquent,
        carried,
        old_grade,
        fell,
        rose,
        written_off,
        advanced,
        hashed,
    })
}

/// Returns the earlier value of the one of rate and LTV that moves, 0 if none does, and puts it into
/// `numbers`.
fn of_rate_or_ltv<B: Instructions>(
    builder: &mut Builder<'_, B>,
    month: &OpenedMonth<B::Integer>,
    numbers: &mut [NumOf<B>],
    honest: Option<&(PoolLoan, Reason, PoolLoan)>,
    spare: bool,
) -> Built<B, NumOf<B>> {
    let (zero, one) = (builder.constant(I256::ZERO)?, builder.constant(I256::ONE)?);
    let fields = [Field::Rate, Field::Ltv];
    let bits: Vec<NumOf<B>> = fields.iter().filter_map(|field| bit_of::<B>(month, spare, *field).cloned()).collect();
    let value = fields.iter().zip(&bits).find(|(_, bit)| builder.value(bit) == I256::ONE);
    let value = value.and_then(|(field, _)| honest.map(|(old, ..)| I256::from(old.fields[*field as usize])));
    let old = builder.range(labels::NUMBER, value.unwrap_or(I256::ZERO), Field::Rate.bits())?;
    let moving = builder.sum(&bits)?;
    let still = builder.sub(&one, &moving)?;
    builder.assert_product(labels::NUMBER_STILL, &still, &old, &zero)?;
    for (field, bit) in fields.into_iter().zip(&bits) {
        let now = numbers[field as usize].clone();
        numbers[field as usize] = moved_to(builder, bit, &now, &old)?;
    }
    Ok(old)
}

/// Returns a number as it was: `old` where its bit is 1, what it is where the bit is 0. It is in the
/// range of both, since the bit is boolean.
fn moved_to<B: Instructions>(
    builder: &mut Builder<'_, B>,
    bit: &NumOf<B>,
    now: &NumOf<B>,
    old: &NumOf<B>,
) -> Built<B, NumOf<B>> {
    let difference = builder.sub(old, now)?;
    let step = builder.product(labels::MOVED, bit, &difference)?;
    builder.add(now, &step)
}

/// Puts the earlier term into `numbers`, and returns the months by which it would have fallen below 0:
/// the term is 0 then. With n months and t of these, the earlier term is the later one, plus n, less t.
fn term_before<B: Instructions>(
    builder: &mut Builder<'_, B>,
    month: &OpenedMonth<B::Integer>,
    row: &LoanRow<B::Integer>,
    numbers: &mut [NumOf<B>],
    honest: Option<&(PoolLoan, Reason, PoolLoan)>,
) -> Built<B, NumOf<B>> {
    let term = &row.numbers[Field::Term as usize];
    let falls = builder.value(&month.falls);
    let value = honest.map_or(I256::ZERO, |(old, _, new)| {
        let [old, new] = [old, new].map(|loan| I256::from(loan.fields[Field::Term as usize]));
        (new + falls - old).clamp(I256::ZERO, I256::from(MOST_MONTHS))
    });
    let over = builder.range(labels::TERM, value, MONTHS_BITS)?;
    let fell = builder.sub(&month.falls, &over)?;
    builder.assert_nonnegative(labels::TERM_ROOM, &fell)?;
    let zero = builder.constant(I256::ZERO)?;
    builder.assert_product(labels::TERM_OVER, &over, term, &zero)?;
    numbers[Field::Term as usize] = builder.add(term, &fell)?;
    Ok(over)
}
