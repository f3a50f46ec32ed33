//! Reasons why a deal's claim cannot be stated.

use tailproof_core::Problem;

use crate::shape::Shape;

/// A deal, its scenarios, its loans and a shape that do not fit each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PoolError {
    /// The shape is that of a book.
    #[error("keys of shape {0} are not for a pool of loans; make keys of a shape such as 1024loans+pool")]
    NotAPool(Shape),
    /// The deal has claims about its pool, and the shape only those about losses.
    #[error("the deal claims something of its pool, and keys of shape {0} are for losses alone; make keys with +pool")]
    NeedsPoolClaims(Shape),
    /// The deal has claims about losses, and the shape only those about the pool.
    #[error(
        "the deal claims something of losses, and keys of shape {0} are for the pool alone; make keys of a shape such as \
         1024loans+pool+64x8/3tranches"
    )]
    NeedsTranches(Shape),
    /// The tape was committed to as another deal reads it.
    #[error("the tape was committed to with other columns, names or unit than the deal's")]
    OtherSchema,
    /// The deal claims nothing.
    #[error("the deal claims nothing: give it [claims], or limits in its tranches")]
    ClaimsNothing,
    /// Scenarios were given for a shape without losses.
    #[error("keys of shape {0} take no scenarios")]
    TakesNoScenarios(Shape),
    /// The shape is about losses, and there are no scenarios.
    #[error("keys of shape {0} are about losses over credit scenarios: give them")]
    NeedsScenarios(Shape),
    /// The set is of another kind.
    #[error("these are no credit scenarios; make credit scenarios from this deal")]
    NotCreditScenarios,
    /// The set was made from other assumptions.
    #[error(
        "the scenarios were made from other grades, probabilities of default or losses given default than the deal's; make \
         credit scenarios again from this deal"
    )]
    OtherAssumptions,
    /// An entry is a gain, or a loss of more than everything.
    #[error("the scenarios are not of credit losses: an entry is a gain, or a loss of more than everything")]
    NotLosses,
    /// The columns of the set are not the grades of the deal.
    #[error(
        "the buckets of the scenarios are not the grades of the deal's tape ({}); make credit scenarios from this deal{}",
        grades.join(", "),
        if *granular { ", granular" } else { "" }
    )]
    OtherBuckets {
        /// grades of the deal's tape
        grades: Vec<String>,
        /// whether the shape has a bucket for each loan
        granular: bool,
    },
    /// The shape has another number of buckets for each loan than the deal has grades.
    #[error("keys of shape {shape} are for {buckets} buckets of each loan, the deal's tape has {grades} grades")]
    OtherGrades {
        /// the shape
        shape: Shape,
        /// buckets of a loan in the shape
        buckets: usize,
        /// grades of the deal's tape
        grades: usize,
    },
    /// Defaults of single loans under a shape for losses of grades.
    #[error(
        "these are scenarios of defaults of single loans, and keys of shape {0} are for losses of grades; make keys of a shape \
         with +granular"
    )]
    SingleLoans(Shape),
    /// More pieces of the notional than the shape has.
    #[error(
        "the deal divides its pool into {have} pieces (gaps between tranches are pieces too), keys of shape {shape} have {most}"
    )]
    TooManyPieces {
        /// pieces of the deal
        have: usize,
        /// pieces of the shape
        most: usize,
        /// the shape
        shape: Shape,
    },
    /// More loans than the shape holds.
    #[error(
        "the pool has {have} loans, keys of shape {shape} hold at most {}; make keys of a larger shape",
        shape.pool().map_or(0, |sizes| sizes.loans)
    )]
    TooManyLoans {
        /// loans of the pool
        have: usize,
        /// the shape
        shape: Shape,
    },
    /// More loans than the scenarios have slots.
    #[error("the scenarios have {slots} slots and the pool has {loans} loans; make granular scenarios of as many")]
    FewSlots {
        /// slots of the scenarios
        slots: usize,
        /// loans of the pool
        loans: usize,
    },
    /// The deal itself: no table of its tape, no assumptions for a grade, other parameters than it agrees to.
    #[error(transparent)]
    Deal(#[from] Problem),
}
