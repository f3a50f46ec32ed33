//! Comparisons of a pool's totals with limits.

use ethnum::I256;

use super::labels::ShareLabels;
use crate::builder::{Builder, NumOf};
use crate::error::Built;
use crate::instructions::{Instructions, RangeLabels};

/// Proves `low <= figure <= high`.
pub(super) fn between<B: Instructions>(
    builder: &mut Builder<'_, B>,
    labels: [RangeLabels; 2],
    [low, high]: &[NumOf<B>; 2],
    figure: &NumOf<B>,
) -> Built<B, ()> {
    let above = builder.sub(figure, low)?;
    builder.assert_nonnegative(labels[0], &above)?;
    let below = builder.sub(high, figure)?;
    builder.assert_nonnegative(labels[1], &below)
}

/// Proves `scale * part <= limit * total`.
pub(super) fn at_most<B: Instructions>(
    builder: &mut Builder<'_, B>,
    labels: ShareLabels,
    (part, scale): (&NumOf<B>, u64),
    limit: &NumOf<B>,
    total: &NumOf<B>,
) -> Built<B, ()> {
    let allowed = builder.product(labels.product, limit, total)?;
    let rest = builder.combine(&[(&allowed, I256::ONE), (part, -I256::from(scale))])?;
    builder.assert_nonnegative(labels.within, &rest)
}
