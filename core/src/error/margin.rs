//! Problems with weights and correlations of margins, and with scans of an underlying.

use crate::echo::echo;

/// Weights or correlations that make no margin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MarginProblem {
    /// A table without weights.
    #[error("the first row of the table is 'weight', with the weight of each factor, and not '{}'", echo(.0))]
    NoWeights(String),
    /// A weight that is none.
    #[error("the weight {} of '{}' is not above 0: leave the factor out, or state the rule's weight", echo(.value), echo(.factor))]
    Weight {
        /// the number
        value: String,
        /// the factor
        factor: String,
    },
    /// A correlation that is none.
    #[error("the correlation {} of '{}' and '{}' is not from -1 to 1", echo(.value), echo(.one), echo(.other))]
    Correlation {
        /// the number
        value: String,
        /// a factor, or a bucket
        one: String,
        /// another one
        other: String,
    },
    /// A factor whose correlation with itself is not 1.
    #[error("the correlation of '{}' with itself is {}: it is 1", echo(.factor), echo(.value))]
    NotOne {
        /// the factor
        factor: String,
        /// the number
        value: String,
    },
    /// Two correlations of one pair.
    #[error("'{}' and '{}' have two correlations, {} and {}: state one", echo(.one), echo(.other), echo(.first), echo(.second))]
    TwoCorrelations {
        /// a factor, or a bucket
        one: String,
        /// another one
        other: String,
        /// their correlation
        first: String,
        /// their other correlation
        second: String,
    },
    /// A pair without a correlation.
    #[error("'{}' and '{}' have no correlation: state it, or one of all pairs ('across', 'within')", echo(.one), echo(.other))]
    NoCorrelation {
        /// a bucket
        one: String,
        /// another one
        other: String,
    },
    /// Numbers of a bucket that are not one for each factor.
    #[error("the bucket '{}' has {factors} factors, and {found} {what}: state one for all, or one for each", echo(.bucket))]
    Length {
        /// the bucket
        bucket: String,
        /// number of its factors
        factors: usize,
        /// numbers that are stated
        found: usize,
        /// `weights` or `rows of correlations`
        what: &'static str,
    },
    /// A bucket that there is not.
    #[error("there is no bucket '{}'", echo(.0))]
    NoBucket(String),
    /// A matrix under which some book would have less than no margin.
    #[error(
        "the matrix of the {0} correlations is not positive semidefinite: some book would have the root of a negative \
         number for its margin. A rule's matrix is not repaired; leave factors out, or take another set of correlations"
    )]
    NotSemidefinite(&'static str),
}

/// Ranges that make no scan, or a scan that is not that of its ranges.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScanProblem {
    /// A number that is written otherwise than headers write it.
    #[error("the header has '{}', which is not in its one form: without sign, spaces, exponent and trailing zeros", echo(.0))]
    Text(String),
    /// An extreme move that is smaller than the others.
    #[error("an extreme move is at least the price range: its multiple is 1 or more")]
    Extreme,
    /// Moves or columns that the ranges of the header do not make.
    #[error(
        "the moves are not those of a scan of one underlying with the ranges of the header: make the set again with \
         `tailproof scenarios scan`, one for each underlying"
    )]
    OtherMoves,
}
