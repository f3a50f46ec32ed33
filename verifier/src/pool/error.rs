//! The reasons a deal's claim cannot be stated.

use std::fmt;

use tailproof_core::Problem;
use tailproof_core::pool::Deal;
use tailproof_core::pool::ids::IdKind;

use crate::shape::Shape;

/// The scenarios that the losses of a deal are over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LossKind {
    /// credit scenarios, made from the deal's probabilities of default and losses given default
    Credit,
    /// losses of the deal's collateral, made from moves of the market
    Collateral,
}

impl LossKind {
    /// Returns the kind that a deal needs.
    pub fn of(deal: &Deal) -> Self {
        if deal.collateral().is_some() { LossKind::Collateral } else { LossKind::Credit }
    }
}

impl fmt::Display for LossKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LossKind::Credit => "credit scenarios",
            LossKind::Collateral => "scenarios of the deal's collateral",
        })
    }
}

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
    /// The deal claims distinct ids and the shape does not prove it, or the other way round.
    #[error("{}", distinct(*.shape, *.kind, *.claimed))]
    Distinct {
        /// shape of the keys
        shape: Shape,
        /// kind of the ids
        kind: IdKind,
        /// whether the deal claims it
        claimed: bool,
    },
    /// The deal limits what its largest obligors owe together, and the shape does not.
    #[error(
        "the deal limits what its largest obligors owe together, and keys of shape {0} do not prove it: make keys with +top"
    )]
    TopObligors(Shape),
    /// The claims have several limits on what the largest obligors owe together.
    #[error(
        "there are {0} limits on what the largest obligors owe together, and a proof has one: make a proof for each"
    )]
    SeveralTopObligors(usize),
    /// The deal is about a month and the shape about one commitment, or the other way round.
    #[error("{}", month(*.shape, *.has_month))]
    Month {
        /// shape of the keys
        shape: Shape,
        /// whether the deal has a month
        has_month: bool,
    },
    /// The deal has a month, and there is no earlier pool.
    #[error("the deal has a [month]: give the earlier tape, its opening and the reasons of loans that are gone")]
    NeedsEarlierPool,
    /// The deal has no month, and there is an earlier pool.
    #[error("the deal has no [month], and takes no earlier tape")]
    TakesNoEarlierPool,
    /// The deal claims a net present value or inputs of SEC-SA, and the shape does not prove it.
    #[error(
        "the deal claims a net present value or inputs of SEC-SA, and keys of shape {0} do not prove it: make keys with +value"
    )]
    NeedsValue(Shape),
    /// The deal claims a net present value, and the assumptions that it is under are not given.
    #[error(
        "the deal claims a net present value under the assumptions with the digest {}: give their file, from which everybody \
         makes the coefficients of the claim",
        hex::encode(.0)
    )]
    NeedsAssumptions([u8; 32]),
    /// Two claims on one figure that are not about the same coefficients.
    #[error("there are two claims on {0} with other coefficients, of which a statement has one")]
    TwoRows(&'static str),
    /// The deal claims nothing.
    #[error("the deal claims nothing: give it [claims], or limits in its tranches")]
    ClaimsNothing,
    /// Scenarios were given for a shape without losses.
    #[error("keys of shape {0} take no scenarios")]
    TakesNoScenarios(Shape),
    /// The shape is about losses, and there are no scenarios.
    #[error("keys of shape {0} are about losses over scenarios: give them")]
    NeedsScenarios(Shape),
    /// The shape is about losses, and there are no scenarios of the deal.
    #[error("keys of shape {shape} are about losses over {kind}: give them, or take keys without tranches")]
    NeedsScenariosOf {
        /// shape of the keys
        shape: Shape,
        /// the scenarios that the deal needs
        kind: LossKind,
    },
    /// The deal has claims about losses, and there are no scenarios.
    #[error("the deal has claims about losses over {0}: give them")]
    LossesNeedScenarios(LossKind),
    /// The set is not one of credit scenarios.
    #[error("these are not credit scenarios; make credit scenarios from this deal")]
    NotCreditScenarios,
    /// The set was made from other assumptions.
    #[error(
        "the scenarios were made from other grades, probabilities of default or losses given default than the deal's; make \
         credit scenarios again from this deal"
    )]
    OtherAssumptions,
    /// The deal has collateral, and the set is not one of its losses.
    #[error("these are not losses of collateral; make scenarios of this deal's collateral from prices or a table")]
    NotOfCollateral,
    /// The set was made under other terms of collateral.
    #[error(
        "the scenarios were made with other grades, assets, LTVs, haircuts or another horizon than the deal's; make scenarios \
         of its collateral again from this deal"
    )]
    OtherCollateral,
    /// An entry is a gain, or a loss of more than 100 %.
    #[error("the scenarios are not losses: an entry is a gain, or a loss of more than 100 %")]
    NotLosses,
    /// The set is not what its header makes from the deal.
    #[error(
        "the scenarios are not those that their header makes from this deal: another row, weight or loss stands in them; \
         make credit scenarios from this deal"
    )]
    NotItsHeaders,
    /// The columns of the set are not the grades of the deal.
    #[error(
        "the buckets of the scenarios are not the grades of the deal's tape ({}); make {kind} from this deal{}",
        grades.join(", "),
        if *granular { ", granular" } else { "" }
    )]
    OtherBuckets {
        /// The scenarios that the deal needs.
        kind: LossKind,
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
    /// The deal has collateral, whose losses are of grades, and the shape is for single loans.
    #[error(
        "the deal's losses are those of its collateral, by grade, and keys of shape {0} are for defaults of single loans; make \
         keys of the shape without +granular"
    )]
    CollateralOfGrades(Shape),
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

fn distinct(shape: Shape, kind: IdKind, claimed: bool) -> String {
    let (bearers, flag) = match kind {
        IdKind::Loan => (kind.bearers(), "+distinct"),
        IdKind::Collateral => (kind.bearers(), "+collateral"),
    };
    if claimed {
        return format!(
            "the deal claims that ids of {bearers} are distinct, and keys of shape {shape} do not prove it: make keys with {flag}"
        );
    }
    format!(
        "keys of shape {shape} prove that ids of {bearers} are distinct, and the deal does not claim it: write distinct = \
         [\"{bearers}\"] in [claims], or take keys without {flag}"
    )
}

fn month(shape: Shape, has_month: bool) -> String {
    if has_month {
        return format!(
            "the deal has a [month], and keys of shape {shape} are for one commitment: make keys with +roll"
        );
    }
    format!(
        "keys of shape {shape} are for what happened to a pool since an earlier commitment, and the deal has no [month]"
    )
}
