//! The name of each constraint that only the parametric statement has: the anchor of its paragraph
//! in the book's chapter "Parametric statement". Constraints of public inputs, exposures,
//! commitment and gains have the market statement's labels.

use crate::instructions::{Label, RangeLabels};

/// The packed coefficients, unit and scale.
pub const PARAMETERS: RangeLabels = RangeLabels { bit: "parameters-bit", sum: "parameters-packed" };
/// Weight times the gain of the mean.
pub const MEAN: Label = "mean-weighted";
/// The square of a row's gain.
pub const SQUARE: Label = "variance-square";
/// Weight times that square.
pub const WEIGHTED: Label = "variance-weighted";
/// Share times net asset value.
pub const SHARE: Label = "parametric-nav-share";
/// Scale times limit.
pub const SCALED: Label = "parametric-scaled-limit";
/// Limit and gain of the mean together are not negative.
pub const ROOM: RangeLabels = RangeLabels { bit: "parametric-room-bit", sum: "parametric-room" };
/// The square of that room.
pub const ROOM_SQUARE: Label = "parametric-room-square";
/// Squared coefficient times variance.
pub const SPREAD: Label = "parametric-spread";
/// The spread is inside the squared room.
pub const LIMIT: RangeLabels = RangeLabels { bit: "parametric-limit-bit", sum: "parametric-limit" };

/// Every label of this file, for tests that go through all of them.
pub const ALL: &[Label] = &[
    PARAMETERS.bit,
    PARAMETERS.sum,
    MEAN,
    SQUARE,
    WEIGHTED,
    SHARE,
    SCALED,
    ROOM.bit,
    ROOM.sum,
    ROOM_SQUARE,
    SPREAD,
    LIMIT.bit,
    LIMIT.sum,
];
