//! The terms of a mandate on net asset value and groups of factors.
//!
//! The book's chapter "Statement with rules" has the relation. In short, with public flags `v_i` of
//! values, and `a_i` or `b_i` of a group:
//!
//! * where the net asset value is a sum: `nav = sum_i v_i x_i`;
//! * for each clause on a group, with `figure = sum_i (a_i x_i + b_i |x_i|)`:
//!   `10^9 figure <= 10^9 L + F nav` and `10^9 figure >= s (10^9 A + B nav)` for a sign s.

use ethnum::I256;
use tailproof_core::mandate::BookUnits;

use super::books::OpenedBook;
use super::labels;
use crate::builder::{Builder, Num, NumOf};
use crate::error::{Built, SynthesisError};
use crate::instructions::{FactorRow, Instructions, Label};

/// The terms of a mandate on net asset value and groups, range-checked.
pub(super) struct OpenedRules<E> {
    nav_is_sum: Num<E>,
    groups: Vec<GroupLimits<E>>,
}

/// The limits of a clause on a group, range-checked.
struct GroupLimits<E> {
    limit: Bound<E>,
    floor_below_zero: Num<E>,
    floor: Bound<E>,
}

/// A bound of `absolute + per_nav * 10^-9 * nav` book units.
struct Bound<E> {
    absolute: Num<E>,
    per_nav: Num<E>,
}

impl<E: Clone> OpenedRules<E> {
    /// Returns the terms of the fields of each word, in the order of
    /// `tailproof_verifier::market::rules`.
    pub(super) fn of_words<B: Instructions<Integer = E>>(words: Vec<Vec<Num<E>>>) -> Built<B, Self> {
        let mut words = words.into_iter();
        let wrong = |found| SynthesisError::Length { list: "rules", expected: 1, found };
        let [nav_is_sum] =
            <[Num<E>; 1]>::try_from(words.next().unwrap_or_default()).map_err(|word| wrong(word.len()))?;
        let group = |word: Vec<Num<E>>| -> Built<B, GroupLimits<E>> {
            let wrong = |word: Vec<Num<E>>| SynthesisError::Length { list: "a group", expected: 5, found: word.len() };
            let [limit, limit_share, floor_below_zero, floor, floor_share] = word.try_into().map_err(wrong)?;
            let bound = |absolute, per_nav| Bound { absolute, per_nav };
            Ok(GroupLimits { limit: bound(limit, limit_share), floor_below_zero, floor: bound(floor, floor_share) })
        };
        Ok(Self { nav_is_sum, groups: words.map(group).collect::<Built<B, _>>()? })
    }
}

/// Proves the net asset value and the clauses on groups.
pub(super) fn rules<B: Instructions>(
    builder: &mut Builder<'_, B>,
    terms: &OpenedRules<B::Integer>,
    book: &OpenedBook<B::Integer>,
) -> Built<B, ()> {
    let exposures = book.exposures.entries();
    let values = flagged(builder, labels::VALUE, FactorRow::IsValue, exposures)?;
    let rest = builder.sub(&book.nav, &values)?;
    let zero = builder.constant(I256::ZERO)?;
    builder.assert_product(labels::NAV_SUM, &terms.nav_is_sum, &rest, &zero)?;

    for (group, limits) in terms.groups.iter().enumerate() {
        let net = flagged(builder, labels::GROUP_EXPOSURE, FactorRow::InNet(group), exposures)?;
        let gross = flagged(builder, labels::GROUP_MAGNITUDE, FactorRow::InGross(group), book.exposures.magnitudes())?;
        let figure = builder.add(&net, &gross)?;
        within(builder, limits, &book.nav, &figure)?;
    }
    Ok(())
}

/// Returns the sum of the numbers whose public flag is 1.
fn flagged<B: Instructions>(
    builder: &mut Builder<'_, B>,
    label: Label,
    row: FactorRow,
    numbers: &[NumOf<B>],
) -> Built<B, NumOf<B>> {
    let mut terms = Vec::with_capacity(numbers.len());
    for (factor, number) in numbers.iter().enumerate() {
        let flag = builder.factor_input(row, factor)?;
        terms.push(builder.product(label, &flag, number)?);
    }
    builder.sum(&terms)
}

/// Proves that a figure in book units is inside the limit and the floor of a group.
fn within<B: Instructions>(
    builder: &mut Builder<'_, B>,
    limits: &GroupLimits<B::Integer>,
    nav: &NumOf<B>,
    figure: &NumOf<B>,
) -> Built<B, ()> {
    let billion = I256::from(BookUnits::BILLION);
    let limit = scaled(builder, labels::GROUP_SHARE, &limits.limit, nav)?;
    let rest = builder.combine(&[(&limit, I256::ONE), (figure, -billion)])?;
    builder.assert_nonnegative(labels::GROUP_LIMIT, &rest)?;

    let floor = scaled(builder, labels::GROUP_FLOOR_SHARE, &limits.floor, nav)?;
    // The floor, and twice its magnitude less where it is below zero.
    let below = builder.product(labels::GROUP_FLOOR_SIGN, &limits.floor_below_zero, &floor)?;
    let rest = builder.combine(&[(figure, billion), (&floor, I256::MINUS_ONE), (&below, I256::from(2))])?;
    builder.assert_nonnegative(labels::GROUP_FLOOR, &rest)
}

/// Returns a bound in billionths of a book unit.
fn scaled<B: Instructions>(
    builder: &mut Builder<'_, B>,
    label: Label,
    bound: &Bound<B::Integer>,
    nav: &NumOf<B>,
) -> Built<B, NumOf<B>> {
    let share = builder.product(label, &bound.per_nav, nav)?;
    builder.combine(&[(&bound.absolute, I256::from(BookUnits::BILLION)), (&share, I256::ONE)])
}
