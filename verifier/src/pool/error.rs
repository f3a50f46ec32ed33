//! The reasons a deal's claim cannot be stated.

use tailproof_core::Problem;

use crate::shape::Shape;

/// A mismatch between a deal, its scenarios, its loans and a shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PoolError {
    /// The shape is that of a book.
    #[error("keys of shape {0} are not for a pool of loans; make keys of a shape such as 1024loans+pool")]
    NotAPool(Shape),
    /// The deal has claims about its pool, and the shape supports only claims about losses.
    #[error("the deal has claims about its pool, and keys of shape {0} are for losses alone; make keys with +pool")]
    NeedsPoolClaims(Shape),
    /// The deal has claims about losses, and the shape supports only claims about the pool.
    #[error(
        "the deal has claims about losses, and keys of shape {0} are for the pool alone; make keys of a shape such as \
         1024loans+pool+64x8/3tranches"
    )]
    NeedsTranches(Shape),
    /// The commitment reads the tape by another schema than the deal's.
    #[error("the tape was committed to with other columns, names or unit than the deal's")]
    OtherSchema,
    /// The deal has spare numbers and the shape none, or the other way round: the digits of loans are
    /// others.
    #[error("{}", spare_numbers(*.shape, *.has_spare))]
    SpareNumbers {
        /// shape of the keys
        shape: Shape,
        /// whether the deal has spare numbers
        has_spare: bool,
    },
    /// The deal claims nothing.
    #[error("the deal claims nothing: give it [claims], or limits in its tranches")]
    ClaimsNothing,
    /// Scenarios were given for a shape without losses.
    #[error("keys of shape {0} take no scenarios")]
    TakesNoScenarios(Shape),
    /// The shape is about losses, and there are no scenarios.
    #[error("keys of shape {0} are about losses over credit scenarios: give them")]
    NeedsScenarios(Shape),
    /// The deal has claims about losses, and there are no scenarios.
    #[error("the deal has claims about losses over credit scenarios: give them")]
    LossesNeedScenarios,
    /// The set is not one of credit scenarios.
    #[error("these are not credit scenarios; make credit scenarios from this deal")]
    NotCreditScenarios,
    /// The set was made from other assumptions.
    #[error(
        "the scenarios were made from other grades, probabilities of default or losses given default than the deal's; make \
         credit scenarios again from this deal"
    )]
    OtherAssumptions,
    /// An entry is a gain, or a loss of more than 100 %.
    #[error("the scenarios are not credit losses: an entry is a gain, or a loss of more than 100 %")]
    NotLosses,
    /// The set is not what its header makes from the deal.
    #[error(
        "the scenarios are not those that their header makes from this deal: another row, weight or loss stands in them; \
         make credit scenarios from this deal"
    )]
    NotItsHeaders,
    /// The columns of the set are not the grades of the deal.
    #[error(
        "the buckets of the scenarios are not the grades of the deal's tape ({}); make credit scenarios from this deal{}",
        grades.join(", "),
        if *granular { ", granular" } else { "" }
    )]
    OtherBuckets {
        /// Grades of the deal's tape.
        grades: Vec<String>,
        /// Whether the shape has a bucket for each loan.
        granular: bool,
    },
    /// The shape's number of buckets per loan is not the deal's number of grades.
    #[error("keys of shape {shape} are for {buckets} buckets of each loan, the deal's tape has {grades} grades")]
    OtherGrades {
        /// The shape.
        shape: Shape,
        /// Buckets of a loan in the shape.
        buckets: usize,
        /// Grades of the deal's tape.
        grades: usize,
    },
    /// The scenarios hold defaults of single loans, and the shape is for losses of grades.
    #[error(
        "these are scenarios of defaults of single loans, and keys of shape {0} are for losses of grades; make keys of a shape \
         with +granular"
    )]
    SingleLoans(Shape),
    /// The deal divides the notional into more pieces than the shape has.
    #[error(
        "the deal divides its pool into {have} pieces (gaps between tranches are pieces too), keys of shape {shape} have {most}"
    )]
    TooManyPieces {
        /// Pieces of the deal.
        have: usize,
        /// Pieces of the shape.
        most: usize,
        /// The shape.
        shape: Shape,
    },
    /// The pool has more loans than the shape holds.
    #[error(
        "the pool has {have} loans, keys of shape {shape} hold at most {}; make keys of a larger shape",
        shape.pool().map_or(0, |sizes| sizes.loans)
    )]
    TooManyLoans {
        /// Loans of the pool.
        have: usize,
        /// The shape.
        shape: Shape,
    },
    /// The pool has more loans than the scenarios have slots.
    #[error("the scenarios have {slots} slots and the pool has {loans} loans; make granular scenarios for {loans}")]
    FewSlots {
        /// Slots of the scenarios.
        slots: usize,
        /// Loans of the pool.
        loans: usize,
    },
    /// The deal itself is at fault: it lacks a table of its tape or assumptions for a grade, or
    /// disagrees with the scenarios' parameters.
    #[error(transparent)]
    Deal(#[from] Problem),
}

fn spare_numbers(shape: Shape, has_spare: bool) -> String {
    if has_spare {
        return format!(
            "the deal has [[tape.numbers]], and keys of shape {shape} are for loans without: make keys with +numbers"
        );
    }
    format!("keys of shape {shape} are for loans with spare numbers, and the deal has no [[tape.numbers]]")
}
