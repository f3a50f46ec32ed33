//! The name of each constraint of the market statement: the anchor of its paragraph in `docs/src/market.md`.

use crate::instructions::{Label, MatrixLabels, RangeLabels};
use crate::integer::{MagnitudeLabels, VectorLabels};

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

/// Every label, for tests that go through all of them.
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
