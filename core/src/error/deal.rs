//! Parts of a deal's file that do not go together.

use crate::echo::echo;

/// Parts of a deal's file that do not go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DealProblem {
    /// Claims about a pool whose tape is not described.
    #[error("claims need a [tape] table, which names the columns of the tape")]
    NoTape,
    /// Limits on a tranche of a pool whose tape is not described.
    #[error("the limits of tranche '{}' are claims, and need a [tape] table, which names the columns of the tape", echo(.0))]
    LimitsWithoutTape(String),
    /// A claim about a column that the tape does not have.
    #[error("the claim '{}' needs the column '{}', which [tape] does not list", echo(.claim), .column)]
    NoColumn {
        /// the claim in words
        claim: String,
        /// the column
        column: &'static str,
    },
    /// A claim about ids of a tape that has no form for them.
    #[error("the claim '{}' needs [tape.ids], which says when two ids are one", echo(.0))]
    NoIds(String),
    /// A list of kinds of ids that names none, one twice, or one that there is not.
    #[error("'distinct' is a list of \"loans\", \"collateral\" or both, each once")]
    Distinct,
    /// A limit on several obligors together that is about fewer than two.
    #[error("the 'count' of [top_obligors] is at least 2: a limit on one obligor is obligor_max in [claims]")]
    FewObligors,
    /// Parts of a `[month]` that do not go together, or do not fit the tape.
    #[error("{0}")]
    Month(String),
    /// Parts of the claims on value and on inputs of SEC-SA that do not go together.
    #[error("{0}")]
    Value(&'static str),
    /// A claim that every pool meets.
    #[error("every pool meets '{0}': take it out of the deal, or give it a limit that says something")]
    Tautology(String),
    /// Parts of the table of scenarios that do not go together.
    #[error("[scenarios] {0}")]
    Scenarios(&'static str),
    /// A tranche with only one of CVaR and its confidence.
    #[error("tranche '{}': cvar and confidence go together", echo(.0))]
    CvarAndConfidence(String),
    /// A claim on the probability that the first loss hits a tranche.
    #[error("tranche '{}' attaches at 0, so that any loss hits it: there is no claim on 'hit'", echo(.0))]
    HitAtZero(String),
    /// An amount that is stated twice, or not at all.
    #[error("[{}] needs one of {} and {}", .table, echo(.amount), echo(.share))]
    OneOf {
        /// table of the file
        table: &'static str,
        /// key of the amount
        amount: String,
        /// key of the share
        share: String,
    },
    /// A key that a table does not have.
    #[error("[{}] has no '{}', only {}", echo(.table), echo(.key), .known)]
    UnknownKey {
        /// table of the file
        table: String,
        /// the key
        key: String,
        /// the keys it has
        known: &'static str,
    },
}
