//! The limit of a clause, and the room that a figure leaves under it.

use ethnum::I256;
use tailproof_core::mandate::LimitUnits;

use crate::builder::{Builder, Num, NumOf};
use crate::error::Built;
use crate::instructions::{Instructions, Label};

/// The limit of a clause: `absolute + share * 10^-9 * nav`.
pub struct ClauseLimit<E> {
    pub absolute: Num<E>,
    pub share: Num<E>,
}

/// Returns `5^9 L + 2^11 F nav - 5^9 figure`: the room between limit and figure, in loss units
/// times 5^9.
pub fn room<B: Instructions>(
    builder: &mut Builder<'_, B>,
    share_label: Label,
    limit: &ClauseLimit<B::Integer>,
    nav: &NumOf<B>,
    figure: &NumOf<B>,
) -> Built<B, NumOf<B>> {
    let share = builder.product(share_label, &limit.share, nav)?;
    let factor = I256::from(LimitUnits::FIGURE_FACTOR);
    builder.combine(&[(&limit.absolute, factor), (&share, I256::from(LimitUnits::NAV_FACTOR)), (figure, -factor)])
}
