//! Why a statement cannot be synthesized.

use tailproof_verifier::Shape;

use crate::bound::BoundError;
use crate::instructions::Backend;

/// A result of building a statement on the backend `B`.
pub type Built<B, T> = Result<T, SynthesisError<<B as Backend>::Error>>;

/// Why a statement was not synthesized.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SynthesisError<E> {
    /// The integers of the statement could leave the field, so no circuit of this shape exists.
    #[error(transparent)]
    Bound(#[from] BoundError),
    /// The witness is not one of the shape.
    #[error(transparent)]
    Witness(#[from] WitnessError),
    /// A list that the statement is built from has another length than the statement expects.
    #[error("there are {found} {list}, and the statement is built from {expected}")]
    Length {
        /// the list
        list: &'static str,
        /// the length that the statement expects
        expected: usize,
        /// the length found
        found: usize,
    },
    /// Products of scenarios without the range checks that their packing needs.
    #[error("{0} products of scenarios have no range check: the circuit does not build")]
    Unchecked(usize),
    /// The backend could not lay out an instruction.
    #[error(transparent)]
    Backend(E),
}

/// A witness that is not one of the shape it is used with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WitnessError {
    /// The witness is of a pool and the shape of books, or the other way round.
    #[error("the witness is of another kind of statement than the shape {shape}")]
    Kind {
        /// the shape
        shape: Shape,
    },
    /// The loans have spare numbers and the shape has none, or the other way round.
    #[error("the loans and the shape disagree on spare numbers, which the shape {}", if *.shape_has { "has" } else { "does not have" })]
    SpareNumbers {
        /// whether the shape has spare numbers
        shape_has: bool,
    },
    /// A list of the witness has a length that the shape does not have.
    #[error("the witness has {found} {list}, and the shape {expected}")]
    Length {
        /// the list
        list: WitnessList,
        /// its length in the shape
        expected: usize,
        /// its length in the witness
        found: usize,
    },
    /// A list of the witness is longer than the shape has room for.
    #[error("the witness has {found} {list}, and the shape has room for {most}")]
    TooLong {
        /// the list
        list: WitnessList,
        /// the most that the shape has room for
        most: usize,
        /// its length in the witness
        found: usize,
    },
}

/// A list in a witness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WitnessList {
    /// Sub-books of a consolidated book.
    Books,
    /// Exposures of a book.
    Exposures,
    /// Gains of a P&L vector.
    Gains,
    /// Loans of a pool.
    Loans,
    /// Digests of the ids of the loans of a pool.
    LoanIds,
    /// Digests of the ids of the collateral of a pool.
    CollateralIds,
    /// The fate of each loan of an earlier pool.
    Reasons,
    /// Where the loans of a pool come from.
    Carried,
    /// Earlier pools.
    Earlier,
    /// Thresholds of expected shortfalls, one for each piece of the notional.
    Thresholds,
    /// Packed words of the claims about a pool.
    LimitWords,
    /// Packed words of the claims about its tranches.
    TrancheWords,
}

impl std::fmt::Display for WitnessList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Books => "books",
            Self::Exposures => "exposures",
            Self::Gains => "gains",
            Self::Loans => "loans",
            Self::LoanIds => "ids of loans",
            Self::CollateralIds => "ids of collateral",
            Self::Reasons => "fates of earlier loans",
            Self::Carried => "origins of loans",
            Self::Earlier => "earlier pools",
            Self::Thresholds => "thresholds",
            Self::LimitWords => "words of limits",
            Self::TrancheWords => "words of tranche terms",
        })
    }
}
