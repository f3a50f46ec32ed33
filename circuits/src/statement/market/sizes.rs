//! Caps on the magnitudes of exposures, and costs that grow with them.
//!
//! The book's chapter "Statement with rules" has the relation. In short, with public caps `k_i`,
//! breakpoints `b_ij` and increments `r_ij` of a factor:
//!
//! * `|x_i| <= k_i`;
//! * the cost of a factor is its half-spread times `|x_i|`, and `r_ij max(|x_i| - b_ij, 0)` for
//!   each breakpoint.

use tailproof_core::mandate::impact::BREAKPOINTS;

use super::labels;
use crate::builder::{Builder, NumOf, SignOfZero};
use crate::error::Built;
use crate::instructions::{FactorRow, Instructions};

/// Proves that every magnitude is within its cap.
pub(super) fn caps<B: Instructions>(builder: &mut Builder<'_, B>, magnitudes: &[NumOf<B>]) -> Built<B, ()> {
    for (factor, magnitude) in magnitudes.iter().enumerate() {
        let cap = builder.factor_input(FactorRow::Cap, factor)?;
        let rest = builder.sub(&cap, magnitude)?;
        builder.assert_nonnegative(labels::CAP, &rest)?;
    }
    Ok(())
}

/// Returns the part of a factor's cost that its breakpoints add, in loss units.
pub(super) fn cost_beyond<B: Instructions>(
    builder: &mut Builder<'_, B>,
    factor: usize,
    magnitude: &NumOf<B>,
) -> Built<B, NumOf<B>> {
    let mut costs = Vec::with_capacity(BREAKPOINTS);
    for point in 0..BREAKPOINTS {
        let above = builder.factor_input(FactorRow::Breakpoint(point), factor)?;
        let increment = builder.factor_input(FactorRow::RateIncrement(point), factor)?;
        let distance = builder.sub(magnitude, &above)?;
        // The side is the sign of the distance, so side times distance is max(distance, 0). At a
        // breakpoint either side will do: the part beyond is zero.
        let side = builder.magnitude(labels::IMPACT_DISTANCE, &distance, SignOfZero::Negative)?.positive;
        let beyond = builder.product(labels::IMPACT_BEYOND, &side, &distance)?;
        costs.push(builder.product(labels::IMPACT_COST, &increment, &beyond)?);
    }
    builder.sum(&costs)
}
