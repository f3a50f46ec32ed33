//! The name of each constraint that only the P&L statement has: the anchor of its paragraph in the
//! book's chapter "P&L statement". Constraints of public inputs, commitment, thresholds, tails and
//! clauses have the market statement's labels.

use crate::instructions::Label;

/// The gain of a day, a witness without a constraint of its own: its distance from the threshold bounds
/// it.
pub const GAIN: Label = "pnl-gain";
/// The gain of a day of a sub-book is in range.
pub const SLOT_BIT: Label = "pnl-slot-bit";

/// Labels of constraints of consolidated P&L vectors, besides those of the market statement.
pub const ALL: &[Label] = &[SLOT_BIT];
