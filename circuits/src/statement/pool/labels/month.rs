//! The name of each constraint about a month: the anchor of its paragraph in the book's chapter
//! "Roll-forward".

use super::{ShareLabels, SumLabels, range, share};
use crate::builder::BoundedLabels;
use crate::instructions::{Label, RangeLabels};

/// A loan of the later tape is an addition, or not.
pub const ADDITION: Label = "roll-addition-bit";
/// Only a loan is an addition.
pub const ADDITION_LOAN: Label = "roll-addition-loan";
/// The numbers of an addition between their bounds.
pub const ADDITIONS: BoundedLabels = BoundedLabels {
    low_word: "roll-addition-least",
    span_word: "roll-addition-widest",
    above: super::ELIGIBLE.above,
    below: super::ELIGIBLE.below,
    low: "roll-addition-low",
    bounded: "roll-addition-span",
};
/// A balance rose, or not.
pub const SIGN: Label = "roll-rises-bit";
/// By how much a balance changed.
pub const CHANGE: Label = "roll-change-bit";
/// The second of two reasons: written off, or advanced.
pub const REASON: Label = "roll-reason-bit";
/// The amount that a balance fell by.
pub const FELL: Label = "roll-fell";
/// The amount that a balance rose by.
pub const ROSE: Label = "roll-rose";
/// The amount that was written off.
pub const WRITTEN_OFF: Label = "roll-written-off";
/// The amount that was advanced.
pub const ADVANCED: Label = "roll-advanced";
/// The grade before.
pub const GRADE: Label = "roll-grade-bit";
/// Whether a loan was delinquent.
pub const DELINQUENT: Label = "roll-delinquent-bit";
/// A number before.
pub const NUMBER: Label = "roll-number-bit";
/// A number that does not move has no other value before.
pub const NUMBER_STILL: Label = "roll-number-still";
/// The difference of a number that moves.
pub const MOVED: Label = "roll-number-moved";
/// Months by which a term would have fallen below 0.
pub const TERM: Label = "roll-term-bit";
/// They are at most the months by which terms fall.
pub const TERM_ROOM: RangeLabels = range("roll-term-room-bit", "roll-term-room");
/// There are such months where the term is 0 alone.
pub const TERM_OVER: Label = "roll-term-over";
/// A carried loan is in default, or not.
pub const IN_DEFAULT: Label = "roll-default-bit";
/// An addition, and an unused row, was nothing.
pub const ADDITION_EMPTY: Label = "roll-addition-empty";
/// Delinquent now and before.
pub const STILL_DELINQUENT: Label = "roll-still-delinquent";
/// Delinquent now, and an addition.
pub const NEW_DELINQUENT: Label = "roll-new-delinquent";
/// The balance of a loan that is newly delinquent.
pub const NEWLY_DELINQUENT: Label = "roll-newly-delinquent";
/// The balance of a carried loan that is in default.
pub const DEFAULT_AMOUNT: Label = "roll-default-amount";
/// The balance of an addition.
pub const ADDED: Label = "roll-added";
/// A loan of the earlier tape is gone as paid, charged off, repurchased, or not.
pub const GONE: [Label; 3] = ["roll-paid-bit", "roll-charged-off-bit", "roll-repurchased-bit"];
/// A loan is gone for at most one reason, and an unused row for none.
pub const STAYS: Label = "roll-stays";
/// The balance of a loan that is gone.
pub const GONE_AMOUNT: Label = "roll-gone-amount";
/// A packed element of what is chosen.
pub const ELEMENT: Label = "roll-element";
/// An S-box of the hash of both commitments.
pub const COMMITMENTS_HASH: Label = "roll-commitments-hash";
/// The hash of both commitments is the control.
pub const COMMITMENTS: Label = "roll-commitments";
/// The total balance before.
pub const OPENING: Label = "roll-opening";
/// The balance of a grade before.
pub const OPENING_BIT: Label = "roll-opening-bit";
/// The defaults of a grade.
pub const DEFAULTS_BIT: Label = "roll-defaults-bit";
/// The sums of fractions by the grade before.
pub const GRADES_BEFORE: SumLabels =
    SumLabels { row: "roll-grade-row-fraction", total: "roll-grade-total-fraction", equal: "roll-grade-totals" };
/// The balance of additions of a name.
pub const ADDED_BIT: Label = "roll-added-bit";
/// The balance of carried loans of a grade that are marked as in default.
pub const IN_DEFAULT_BIT: Label = "roll-marked-bit";
/// The tuple of an earlier loan in the sum of fractions.
pub const TUPLE_BEFORE: Label = "roll-before-fraction";
/// The tuple of a carried loan in the sum of fractions.
pub const TUPLE_AFTER: Label = "roll-after-fraction";
/// Both sums are equal.
pub const TUPLES: Label = "roll-tuples";
/// All carried loans of the grade in default are marked, and no others.
pub const MARKED: Label = "roll-marked";
/// The least that is collected.
pub const COLLECTED: RangeLabels = range("roll-collected-bit", "roll-collected");
/// The share of an amount.
pub const FLOW: ShareLabels = share("roll-flow-product", "roll-flow-bit", "roll-flow");
/// The share of a grade's balance that is in default.
pub const DEFAULTS: ShareLabels = share("roll-defaults-product", "roll-defaults-within-bit", "roll-defaults");
/// The principal due of a grade.
pub const SCHEDULED: Label = "roll-scheduled";
/// The principal due.
pub const DUE: Label = "roll-due";
/// The share that is prepaid.
pub const PREPAID: ShareLabels = share("roll-prepaid-product", "roll-prepaid-bit", "roll-prepaid");
/// No addition has a name that additions may not have.
pub const ADDED_NAME: Label = "roll-added-name";
/// No addition is delinquent, where none may be.
pub const ADDED_DELINQUENT: Label = "roll-added-delinquent";
