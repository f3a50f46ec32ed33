//! The name of each constraint of the market statement: the anchor of its paragraph in the book's
//! chapter "Market statement".

use crate::builder::{MagnitudeLabels, VectorLabels};
use crate::instructions::{Label, MatrixLabels, RangeLabels};

const fn range(bit: Label, sum: Label) -> RangeLabels {
    RangeLabels { bit, sum }
}

/// `context * context` is a witness: the context is used.
pub const CONTEXT: Label = "context-used";
/// The packed tails and unit.
pub const TAILS: RangeLabels = range("tails-bit", "tails-packed");
/// The packed limits.
pub const LIMITS: RangeLabels = range("limits-bit", "limits-packed");
/// Exposures: sign, magnitude, gross total.
pub const EXPOSURES: VectorLabels = VectorLabels {
    entry: MagnitudeLabels { sign: "exposure-sign-bit", bit: "exposure-magnitude-bit", product: "exposure-magnitude" },
    total: range("gross-bit", "gross-range"),
};
/// The net asset value is in range.
pub const NAV_BIT: Label = "nav-bit";
/// A block of the commitment is active or not.
pub const BLOCK_ACTIVE: Label = "commitment-block-active";
/// An active block follows an active block.
pub const BLOCK_ORDER: Label = "commitment-block-order";
/// A block that is not active is empty.
pub const BLOCK_EMPTY: Label = "commitment-block-empty";
/// A block that is not active leaves the chain as it is.
pub const BLOCK_CHAIN: Label = "commitment-block-chain";
/// An S-box of the commitment's hash.
pub const COMMITMENT_HASH: Label = "commitment-hash";
/// The hash is the commitment.
pub const COMMITMENT: Label = "commitment-opens";
/// The blinding of the commitment, a witness without a constraint of its own.
pub const BLINDING: Label = "commitment-blinding";
/// The products behind the losses.
pub const LOSSES: MatrixLabels =
    MatrixLabels { pair: "loss-pair", row: "loss-row", neighbours: "loss-exposure-neighbours" };
/// A threshold is in range.
pub const THRESHOLD_BIT: Label = "threshold-bit";
/// The distance of a loss from a threshold.
pub const DISTANCE: MagnitudeLabels =
    MagnitudeLabels { sign: "distance-sign-bit", bit: "distance-bit", product: "distance-magnitude" };
/// Weight times exceedance and excess.
pub const WEIGHTED: Label = "tail-weighted";
/// The total excess is in range.
pub const EXCESS_BIT: Label = "tail-excess-bit";
/// The weight beyond is in range.
pub const BEYOND_BIT: Label = "tail-beyond-bit";
/// Excess and weight beyond are the two parts of the total.
pub const SPLIT: Label = "tail-split";
/// Tail divisor times weight beyond.
pub const VAR_BEYOND: Label = "var-tail-product";
/// The weight beyond the threshold is inside the tail.
pub const VAR_TAIL: RangeLabels = range("var-tail-bit", "var-tail");
/// Share times net asset value, value at risk.
pub const VAR_SHARE: Label = "var-nav-share";
/// The threshold is inside the limit.
pub const VAR_LIMIT: RangeLabels = range("var-limit-bit", "var-limit");
/// Share times net asset value, expected shortfall.
pub const CVAR_SHARE: Label = "cvar-nav-share";
/// Tail mass times the room between limit and threshold.
pub const CVAR_ROOM: Label = "cvar-room";
/// Tail divisor times total excess.
pub const CVAR_EXCESS: Label = "cvar-excess";
/// The excess is inside the room.
pub const CVAR_LIMIT: RangeLabels = range("cvar-limit-bit", "cvar-limit");

/// An S-box of the hash of the packed limits.
pub const LIMITS_HASH: Label = "limits-hash";
/// The hash of the packed limits is the control.
pub const LIMITS_OPEN: Label = "limits-open";
/// An exposure, where its column is one.
pub const COUNTED_EXPOSURE: Label = "counted-exposure";
/// A magnitude, where its column is an exposure.
pub const COUNTED_MAGNITUDE: Label = "counted-magnitude";
/// Half-spread times magnitude.
pub const SPREAD_COST: Label = "spread-cost";
/// The cost, if it counts in value at risk.
pub const VAR_LIQUIDITY: Label = "var-liquidity";
/// The cost, if it counts in expected shortfall.
pub const CVAR_LIQUIDITY: Label = "cvar-liquidity";
/// Share times net asset value, gross.
pub const GROSS_SHARE: Label = "gross-nav-share";
/// The gross exposure is inside the limit.
pub const GROSS_LIMIT: RangeLabels = range("gross-limit-bit", "gross-limit");
/// Share times net asset value, net.
pub const NET_SHARE: Label = "net-nav-share";
/// The net exposure is inside the limit.
pub const NET_LIMIT: RangeLabels = range("net-limit-bit", "net-limit");
/// Share times net asset value, of a net floor above zero.
pub const NET_FLOOR_ABOVE_SHARE: Label = "net-floor-above-share";
/// Share times net asset value, of a net floor below zero.
pub const NET_FLOOR_BELOW_SHARE: Label = "net-floor-below-share";
/// The net exposure is not below the floor.
pub const NET_FLOOR: RangeLabels = range("net-floor-bit", "net-floor");
/// A number that is to cover every magnitude.
pub const LARGEST_BIT: Label = "largest-bit";
/// The number covers it.
pub const LARGEST_COVERS: RangeLabels = range("largest-covers-bit", "largest-covers");
/// Share times net asset value, concentration.
pub const CONCENTRATION_SHARE: Label = "concentration-nav-share";
/// The largest magnitude is inside the limit.
pub const CONCENTRATION_LIMIT: RangeLabels = range("concentration-limit-bit", "concentration-limit");
/// A number up to which exposures are not large.
pub const LARGE_THRESHOLD_BIT: Label = "large-threshold-range";
/// Share times net asset value, threshold.
pub const LARGE_THRESHOLD_SHARE: Label = "large-threshold-share";
/// That number is within the threshold.
pub const LARGE_THRESHOLD: RangeLabels = range("large-threshold-bit", "large-threshold");
/// An exposure is counted as large, or not.
pub const LARGE_FLAG: Label = "large-flag";
/// A magnitude, if it is counted as large.
pub const LARGE_AMOUNT: Label = "large-amount";
/// An exposure that is not counted is not large.
pub const LARGE_COVERS: RangeLabels = range("large-covers-bit", "large-covers");
/// Share times net asset value, large exposures.
pub const LARGE_SHARE: Label = "large-nav-share";
/// The sum of large exposures is inside the limit.
pub const LARGE_LIMIT: RangeLabels = range("large-limit-bit", "large-limit");
/// The weight that reaches the second threshold is in range.
pub const REACH_BIT: Label = "tail-reach-bit";
/// Tail divisor times that weight.
pub const FLOOR_REACH: Label = "floor-reach";
/// That weight is more than the tail.
pub const FLOOR_TAIL: RangeLabels = range("floor-tail-bit", "floor-tail");
/// Share times net asset value, floor under value at risk.
pub const FLOOR_SHARE: Label = "floor-nav-share";
/// The second threshold is not below the floor.
pub const FLOOR_LIMIT: RangeLabels = range("floor-limit-bit", "floor-limit");

/// No two commitments of sub-books are equal.
pub const CONSOLIDATED_DISTINCT: Label = "consolidated-distinct";
/// An S-box of the hash of several commitments.
pub const CONSOLIDATED_HASH: Label = "consolidated-hash";
/// The net asset values of sub-books sum to a number in range.
pub const CONSOLIDATED_NAV: RangeLabels = range("consolidated-nav-bit", "consolidated-nav");
/// Exposures of a consolidated book: sign, magnitude, and the gross total of its sub-books.
pub const CONSOLIDATED: VectorLabels = VectorLabels {
    entry: MagnitudeLabels {
        sign: "consolidated-sign-bit",
        bit: "consolidated-magnitude-bit",
        product: "consolidated-magnitude",
    },
    total: range("consolidated-gross-bit", "consolidated-gross"),
};
/// An exposure of a consolidated book is the sum of those of its sub-books.
pub const CONSOLIDATED_EXPOSURE: Label = "consolidated-exposure";

/// Flag times exposure, for a net asset value that is a sum.
pub const VALUE: Label = "value-counted";
/// Where the net asset value is a sum, it is the sum of the values.
pub const NAV_SUM: Label = "nav-sum";
/// Flag of a group times exposure.
pub const GROUP_EXPOSURE: Label = "group-exposure";
/// Flag of a group times magnitude.
pub const GROUP_MAGNITUDE: Label = "group-magnitude";
/// Share times net asset value, limit of a group.
pub const GROUP_SHARE: Label = "group-nav-share";
/// A group is within its limit.
pub const GROUP_LIMIT: RangeLabels = range("group-limit-bit", "group-limit");
/// Share times net asset value, floor of a group.
pub const GROUP_FLOOR_SHARE: Label = "group-floor-share";
/// Sign times floor of a group.
pub const GROUP_FLOOR_SIGN: Label = "group-floor-sign";
/// A group is at least its floor.
pub const GROUP_FLOOR: RangeLabels = range("group-floor-bit", "group-floor");

/// The magnitude of an exposure is within its cap.
pub const CAP: RangeLabels = range("cap-bit", "cap");
/// The distance of a magnitude from a breakpoint of its cost.
pub const IMPACT_DISTANCE: MagnitudeLabels =
    MagnitudeLabels { sign: "impact-side-bit", bit: "impact-distance-bit", product: "impact-distance" };
/// The part of a magnitude beyond a breakpoint.
pub const IMPACT_BEYOND: Label = "impact-beyond";
/// Increment of the rate times that part.
pub const IMPACT_COST: Label = "impact-cost";

/// Labels of statements with caps, besides those with rules.
pub const ALL_CAPS: &[Label] = &[CAP.bit, CAP.sum];

/// Labels of statements with costs that grow, besides those with rules.
pub const ALL_IMPACT: &[Label] =
    &[IMPACT_DISTANCE.sign, IMPACT_DISTANCE.bit, IMPACT_DISTANCE.product, IMPACT_BEYOND, IMPACT_COST];

/// Labels of statements with rules, besides those with limits on the book.
pub const ALL_RULES: &[Label] = &[
    VALUE,
    NAV_SUM,
    GROUP_EXPOSURE,
    GROUP_MAGNITUDE,
    GROUP_SHARE,
    GROUP_LIMIT.bit,
    GROUP_LIMIT.sum,
    GROUP_FLOOR_SHARE,
    GROUP_FLOOR_SIGN,
    GROUP_FLOOR.bit,
    GROUP_FLOOR.sum,
];

/// Labels of statements with limits on the book, besides [`ALL`] without [`LIMITS`]`.sum`.
pub const ALL_LIMITS: &[Label] = &[
    LIMITS_HASH,
    LIMITS_OPEN,
    COUNTED_EXPOSURE,
    COUNTED_MAGNITUDE,
    SPREAD_COST,
    VAR_LIQUIDITY,
    CVAR_LIQUIDITY,
    GROSS_SHARE,
    GROSS_LIMIT.bit,
    GROSS_LIMIT.sum,
    NET_SHARE,
    NET_LIMIT.bit,
    NET_LIMIT.sum,
    NET_FLOOR_ABOVE_SHARE,
    NET_FLOOR_BELOW_SHARE,
    NET_FLOOR.bit,
    NET_FLOOR.sum,
    LARGEST_BIT,
    LARGEST_COVERS.bit,
    LARGEST_COVERS.sum,
    CONCENTRATION_SHARE,
    CONCENTRATION_LIMIT.bit,
    CONCENTRATION_LIMIT.sum,
    LARGE_THRESHOLD_BIT,
    LARGE_THRESHOLD_SHARE,
    LARGE_THRESHOLD.bit,
    LARGE_THRESHOLD.sum,
    LARGE_FLAG,
    LARGE_AMOUNT,
    LARGE_COVERS.bit,
    LARGE_COVERS.sum,
    LARGE_SHARE,
    LARGE_LIMIT.bit,
    LARGE_LIMIT.sum,
    REACH_BIT,
    FLOOR_REACH,
    FLOOR_TAIL.bit,
    FLOOR_TAIL.sum,
    FLOOR_SHARE,
    FLOOR_LIMIT.bit,
    FLOOR_LIMIT.sum,
];

/// Labels of consolidated books, besides those of their statement.
pub const ALL_CONSOLIDATED: &[Label] = &[
    CONSOLIDATED_DISTINCT,
    CONSOLIDATED_HASH,
    CONSOLIDATED_NAV.bit,
    CONSOLIDATED_NAV.sum,
    CONSOLIDATED.entry.sign,
    CONSOLIDATED.entry.bit,
    CONSOLIDATED.entry.product,
    CONSOLIDATED.total.bit,
    CONSOLIDATED.total.sum,
    CONSOLIDATED_EXPOSURE,
];

/// Every label of the statement without limits.
pub const ALL: &[Label] = &[
    CONTEXT,
    TAILS.bit,
    TAILS.sum,
    LIMITS.bit,
    LIMITS.sum,
    EXPOSURES.entry.sign,
    EXPOSURES.entry.bit,
    EXPOSURES.entry.product,
    EXPOSURES.total.bit,
    EXPOSURES.total.sum,
    NAV_BIT,
    BLOCK_ACTIVE,
    BLOCK_ORDER,
    BLOCK_EMPTY,
    BLOCK_CHAIN,
    COMMITMENT_HASH,
    COMMITMENT,
    LOSSES.pair,
    LOSSES.row,
    LOSSES.neighbours,
    THRESHOLD_BIT,
    DISTANCE.sign,
    DISTANCE.bit,
    DISTANCE.product,
    WEIGHTED,
    EXCESS_BIT,
    BEYOND_BIT,
    SPLIT,
    VAR_BEYOND,
    VAR_TAIL.bit,
    VAR_TAIL.sum,
    VAR_SHARE,
    VAR_LIMIT.bit,
    VAR_LIMIT.sum,
    CVAR_SHARE,
    CVAR_ROOM,
    CVAR_EXCESS,
    CVAR_LIMIT.bit,
    CVAR_LIMIT.sum,
];
