//! Public numbers of factors: which there are under a shape, in which order, and how wide they are.

use tailproof_core::fixed_point::GROSS_BITS;
use tailproof_core::mandate::impact::BREAKPOINTS;
use tailproof_core::mandate::liquidity::HALF_SPREAD_BITS;

use crate::shape::Shape;

/// A public number of each factor, for limits on the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorRow {
    /// 1 if the factor is an exposure, 0 for columns of Greeks and for cash.
    IsExposure,
    /// The half-spread times 2^20.
    HalfSpread,
    /// 1 if the factor counts in a net asset value that is a sum, 0 for columns of Greeks and of
    /// absolute moves.
    IsValue,
    /// 1 if the factor is in the group of this clause, which is on net exposure.
    InNet(usize),
    /// 1 if the factor is in the group of this clause, which is on gross exposure.
    InGross(usize),
    /// The cap of the factor in book units.
    Cap,
    /// A point of the exposure above which its liquidity cost rises, in book units.
    Breakpoint(usize),
    /// By how much the rate of the cost rises there, times 2^20.
    RateIncrement(usize),
}

impl FactorRow {
    /// Returns the public numbers of a factor under a shape, in order.
    pub fn of(shape: Shape) -> impl Iterator<Item = FactorRow> {
        let sizes = shape.rules().unwrap_or_default();
        let groups = sizes.groups;
        let of_limits = [FactorRow::IsExposure, FactorRow::HalfSpread];
        let of_limits = of_limits.into_iter().filter(move |_| shape.has_limits());
        let of_groups = (0..groups).flat_map(|group| [FactorRow::InNet(group), FactorRow::InGross(group)]);
        let of_costs = (0..if sizes.impact { BREAKPOINTS } else { 0 })
            .flat_map(|point| [FactorRow::Breakpoint(point), FactorRow::RateIncrement(point)]);
        let of_sizes = sizes.caps.then_some(FactorRow::Cap).into_iter().chain(of_costs);
        of_limits.chain(shape.rules().map(|_| FactorRow::IsValue)).chain(of_groups).chain(of_sizes)
    }

    /// Returns the place of the number among those of [`FactorRow::of`].
    pub fn place(self, shape: Shape) -> usize {
        let sizes = shape.rules().unwrap_or_default();
        let behind_groups = 3 + 2 * sizes.groups;
        let behind_caps = behind_groups + usize::from(sizes.caps);
        match self {
            FactorRow::IsExposure => 0,
            FactorRow::HalfSpread => 1,
            FactorRow::IsValue => 2,
            FactorRow::InNet(group) => 3 + 2 * group,
            FactorRow::InGross(group) => 4 + 2 * group,
            FactorRow::Cap => behind_groups,
            FactorRow::Breakpoint(point) => behind_caps + 2 * point,
            FactorRow::RateIncrement(point) => behind_caps + 2 * point + 1,
        }
    }

    /// Returns the number of bits of an entry.
    pub fn bits(self) -> u32 {
        match self {
            FactorRow::HalfSpread | FactorRow::RateIncrement(_) => HALF_SPREAD_BITS,
            FactorRow::Cap | FactorRow::Breakpoint(_) => GROSS_BITS,
            _ => 1,
        }
    }
}
