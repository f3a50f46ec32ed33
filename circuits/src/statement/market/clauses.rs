//! The clauses on losses as inequalities between integers.

use ethnum::I256;
use tailproof_core::mandate::LimitUnits;

use super::limits::BookLimits;
use super::tails::TailSums;
use super::{ClauseLimit, Tail, labels};
use crate::bound::BoundError;
use crate::instructions::{Instructions, Label};
use crate::integer::{Builder, Num};

/// `5^9 L + 2^11 F nav - 5^9 figure`: the room between limit and figure, in loss units times 5^9.
pub fn room<B: Instructions>(
    builder: &mut Builder<'_, B>,
    share_label: Label,
    limit: &ClauseLimit<B::Integer>,
    nav: &Num<B::Integer>,
    figure: &Num<B::Integer>,
) -> Result<Num<B::Integer>, BoundError> {
    let share = builder.product(share_label, &limit.share, nav)?;
    let factor = I256::from(LimitUnits::FIGURE_FACTOR);
    builder.combine(&[(&limit.absolute, factor), (&share, I256::from(LimitUnits::NAV_FACTOR)), (figure, -factor)])
}

/// Value at risk: the weight beyond the threshold is inside the tail, `B beyond <= A`, and the threshold is inside the limit, with
/// a cost where there is one.
pub(super) fn value_at_risk<B: Instructions>(
    builder: &mut Builder<'_, B>,
    sums: &TailSums<B::Integer>,
    tail: &Tail<B::Integer>,
    limit: &ClauseLimit<B::Integer>,
    nav: &Num<B::Integer>,
    cost: Option<&Num<B::Integer>>,
) -> Result<(), BoundError> {
    let beyond = builder.product(labels::VAR_BEYOND, &tail.divisor, &sums.beyond)?;
    let rest = builder.sub(&tail.mass, &beyond)?;
    builder.assert_nonnegative(labels::VAR_TAIL, &rest)?;
    let figure = with_cost(builder, &sums.var_threshold, cost)?;
    let room = room(builder, labels::VAR_SHARE, limit, nav, &figure)?;
    builder.assert_nonnegative(labels::VAR_LIMIT, &room)
}

/// Expected shortfall: `2 A room >= 5^9 B (2 excess)` (Rockafellar and Uryasev 2000, theorem 1, multiplied out).
pub(super) fn expected_shortfall<B: Instructions>(
    builder: &mut Builder<'_, B>,
    sums: &TailSums<B::Integer>,
    tail: &Tail<B::Integer>,
    limit: &ClauseLimit<B::Integer>,
    nav: &Num<B::Integer>,
    cost: Option<&Num<B::Integer>>,
) -> Result<(), BoundError> {
    let figure = with_cost(builder, &sums.cvar_threshold, cost)?;
    let room = room(builder, labels::CVAR_SHARE, limit, nav, &figure)?;
    let room = builder.product(labels::CVAR_ROOM, &tail.mass, &room)?;
    let excess = builder.product(labels::CVAR_EXCESS, &tail.divisor, &sums.twice_excess)?;
    let rest = builder.combine(&[(&room, I256::from(2)), (&excess, -I256::from(LimitUnits::FIGURE_FACTOR))])?;
    builder.assert_nonnegative(labels::CVAR_LIMIT, &rest)
}

fn with_cost<B: Instructions>(
    builder: &Builder<'_, B>,
    threshold: &Num<B::Integer>,
    cost: Option<&Num<B::Integer>>,
) -> Result<Num<B::Integer>, BoundError> {
    cost.map_or_else(|| Ok(threshold.clone()), |cost| builder.add(threshold, cost))
}

/// A floor under value at risk: more weight than the tail reaches the second threshold, `B reach > A`, and that threshold, with the
/// cost, is not below the floor. So no smaller threshold has so little beyond it. Without a floor, both hold for every book.
pub(super) fn floor<B: Instructions>(
    builder: &mut Builder<'_, B>,
    sums: &TailSums<B::Integer>,
    tail: &Tail<B::Integer>,
    limits: &BookLimits<B::Integer>,
    nav: &Num<B::Integer>,
    cost: &Num<B::Integer>,
) -> Result<(), BoundError> {
    let reach = builder.product(labels::FLOOR_REACH, &tail.divisor, &sums.reach)?;
    let off = &limits.no_var_floor;
    // As much as the tail can be, and one.
    let most = tail.mass.interval().high() + I256::ONE;
    let one = builder.constant(I256::ONE)?;
    let minus = I256::MINUS_ONE;
    let rest = builder.combine(&[(&reach, I256::ONE), (&tail.mass, minus), (&one, minus), (off, most)])?;
    builder.assert_nonnegative(labels::FLOOR_TAIL, &rest)?;

    let figure = with_cost(builder, &sums.cvar_threshold, Some(cost))?;
    let below = room(builder, labels::FLOOR_SHARE, &limits.var_floor, nav, &figure)?;
    // 5^9 figure - floor, or more than that can be negative.
    let most = below.interval().high();
    let rest = builder.combine(&[(&below, minus), (off, most)])?;
    builder.assert_nonnegative(labels::FLOOR_LIMIT, &rest)
}
