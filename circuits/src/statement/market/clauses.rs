//! The clauses as inequalities between integers.

use ethnum::I256;
use tailproof_risk::mandate::LimitUnits;

use super::tails::TailSums;
use super::{ClauseLimit, Tail, labels};
use crate::bound::BoundError;
use crate::instructions::{Instructions, Label};
use crate::integer::{Builder, Num};

/// `5^9 L + 2^11 F nav - 5^9 z`: the room between limit and threshold, in loss units times 5^9.
fn room<B: Instructions>(
    builder: &mut Builder<'_, B>,
    share_label: Label,
    limit: &ClauseLimit<B::Integer>,
    nav: &Num<B::Integer>,
    threshold: &Num<B::Integer>,
) -> Result<Num<B::Integer>, BoundError> {
    let share = builder.product(share_label, &limit.share, nav)?;
    let factor = I256::from(LimitUnits::FIGURE_FACTOR);
    builder.combine(&[(&limit.absolute, factor), (&share, I256::from(LimitUnits::NAV_FACTOR)), (threshold, -factor)])
}

/// Value at risk: the weight beyond the threshold is inside the tail, `B beyond <= A`, and the threshold is inside the limit.
pub(super) fn value_at_risk<B: Instructions>(
    builder: &mut Builder<'_, B>,
    sums: &TailSums<B::Integer>,
    tail: &Tail<B::Integer>,
    limit: &ClauseLimit<B::Integer>,
    nav: &Num<B::Integer>,
) -> Result<(), BoundError> {
    let beyond = builder.product(labels::VAR_BEYOND, &tail.divisor, &sums.beyond)?;
    let rest = builder.sub(&tail.mass, &beyond)?;
    builder.assert_nonnegative(labels::VAR_TAIL, &rest)?;
    let room = room(builder, labels::VAR_SHARE, limit, nav, &sums.var_threshold)?;
    builder.assert_nonnegative(labels::VAR_LIMIT, &room)
}

/// Expected shortfall: `2 A room >= 5^9 B (2 excess)` (Rockafellar and Uryasev 2000, theorem 1, multiplied out).
pub(super) fn expected_shortfall<B: Instructions>(
    builder: &mut Builder<'_, B>,
    sums: &TailSums<B::Integer>,
    tail: &Tail<B::Integer>,
    limit: &ClauseLimit<B::Integer>,
    nav: &Num<B::Integer>,
) -> Result<(), BoundError> {
    let room = room(builder, labels::CVAR_SHARE, limit, nav, &sums.cvar_threshold)?;
    let room = builder.product(labels::CVAR_ROOM, &tail.mass, &room)?;
    let excess = builder.product(labels::CVAR_EXCESS, &tail.divisor, &sums.twice_excess)?;
    let rest = builder.combine(&[(&room, I256::from(2)), (&excess, -I256::from(LimitUnits::FIGURE_FACTOR))])?;
    builder.assert_nonnegative(labels::CVAR_LIMIT, &rest)
}
