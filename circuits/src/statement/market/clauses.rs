//! The clauses on losses as inequalities between integers.

use ethnum::I256;
use tailproof_core::mandate::LimitUnits;

use super::limits::OpenedBookLimits;
use super::room::{ClauseLimit, room};
use super::tails::TailSums;
use super::{Tail, labels};
use crate::builder::{Builder, NumOf};
use crate::error::Built;
use crate::instructions::Instructions;

/// Proves a limit on value at risk: the weight beyond the threshold is inside the tail,
/// `B beyond <= A`, and the threshold is inside the limit, with a cost where there is one.
pub(in crate::statement) fn value_at_risk<B: Instructions>(
    builder: &mut Builder<'_, B>,
    sums: &TailSums<B::Integer>,
    tail: &Tail<B::Integer>,
    limit: &ClauseLimit<B::Integer>,
    nav: &NumOf<B>,
    cost: Option<&NumOf<B>>,
) -> Built<B, ()> {
    let beyond = builder.product(labels::VAR_BEYOND, &tail.divisor, &sums.beyond)?;
    let rest = builder.sub(&tail.mass, &beyond)?;
    builder.assert_nonnegative(labels::VAR_TAIL, &rest)?;
    let figure = with_cost(builder, &sums.var_threshold, cost)?;
    let room = room(builder, labels::VAR_SHARE, limit, nav, &figure)?;
    builder.assert_nonnegative(labels::VAR_LIMIT, &room)
}

/// Proves a limit on expected shortfall: `2 A room >= 5^9 B (2 excess)` (Rockafellar and Uryasev
/// 2000, theorem 1, multiplied out).
pub(in crate::statement) fn expected_shortfall<B: Instructions>(
    builder: &mut Builder<'_, B>,
    sums: &TailSums<B::Integer>,
    tail: &Tail<B::Integer>,
    limit: &ClauseLimit<B::Integer>,
    nav: &NumOf<B>,
    cost: Option<&NumOf<B>>,
) -> Built<B, ()> {
    let figure = with_cost(builder, &sums.cvar_threshold, cost)?;
    let room = room(builder, labels::CVAR_SHARE, limit, nav, &figure)?;
    let room = builder.product(labels::CVAR_ROOM, &tail.mass, &room)?;
    let excess = builder.product(labels::CVAR_EXCESS, &tail.divisor, &sums.twice_excess)?;
    let rest = builder.combine(&[(&room, I256::from(2)), (&excess, -I256::from(LimitUnits::FIGURE_FACTOR))])?;
    builder.assert_nonnegative(labels::CVAR_LIMIT, &rest)
}

fn with_cost<B: Instructions>(
    builder: &Builder<'_, B>,
    threshold: &NumOf<B>,
    cost: Option<&NumOf<B>>,
) -> Built<B, NumOf<B>> {
    cost.map_or_else(|| Ok(threshold.clone()), |cost| builder.add(threshold, cost))
}

/// Proves VaR >= floor. The scenarios whose loss reaches the second threshold weigh more than the
/// tail, `B reach > A`, so value at risk is at least that threshold; and the threshold plus the
/// cost is at least the floor. Where there is no floor, both hold for every book.
pub(super) fn floor<B: Instructions>(
    builder: &mut Builder<'_, B>,
    sums: &TailSums<B::Integer>,
    tail: &Tail<B::Integer>,
    limits: &OpenedBookLimits<B::Integer>,
    nav: &NumOf<B>,
    cost: &NumOf<B>,
) -> Built<B, ()> {
    let reach = builder.product(labels::FLOOR_REACH, &tail.divisor, &sums.reach)?;
    let off = &limits.no_var_floor;
    // The largest tail, plus one.
    let most = tail.mass.interval().high() + I256::ONE;
    let one = builder.constant(I256::ONE)?;
    let minus = I256::MINUS_ONE;
    let rest = builder.combine(&[(&reach, I256::ONE), (&tail.mass, minus), (&one, minus), (off, most)])?;
    builder.assert_nonnegative(labels::FLOOR_TAIL, &rest)?;

    let figure = with_cost(builder, &sums.cvar_threshold, Some(cost))?;
    let below = room(builder, labels::FLOOR_SHARE, &limits.var_floor, nav, &figure)?;
    // 5^9 figure - floor, plus its largest negative value where there is no floor.
    let most = below.interval().high();
    let rest = builder.combine(&[(&below, minus), (off, most)])?;
    builder.assert_nonnegative(labels::FLOOR_LIMIT, &rest)
}
