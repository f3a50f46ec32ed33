//! Problems with P&L vectors, their days and claims over them.

use crate::echo::echo;

/// Days, a source or a clause that do not go with a P&L vector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PnlProblem {
    /// A set of the days of a P&L vector with columns of moves.
    #[error("the days of a P&L vector have no factors and no moves")]
    Columns,
    /// A label that is no day.
    #[error("'{}' is no day: write YYYY-MM-DD", echo(.0))]
    NotADay(String),
    /// A day that is not after the one before.
    #[error("the day {day} is not after {before}: each day once, the oldest first")]
    Order {
        /// the day
        day: String,
        /// the one before
        before: String,
    },
    /// A clause on the book itself, or a liquidity cost, over a P&L vector.
    #[error(
        "the clause '{}' is about positions, and a P&L vector has none: prove it over a scenario set, in a mandate of its own",
        echo(.0)
    )]
    Clause(String),
    /// Cash, groups or a net asset value that is a sum, over a P&L vector.
    #[error(
        "the mandate has cash, groups, caps, costs of a file or nav = \"sum\", which are about positions, and a P&L vector has none: prove it over a \
         scenario set, in a mandate of its own"
    )]
    Rules,
    /// A book of positions where a P&L vector is expected.
    #[error("the scenario set is the days of a P&L vector, and this is a book of positions: give the P&L vector")]
    NotAVector,
    /// A P&L vector where a book of positions is expected.
    #[error("this is a P&L vector, and the scenario set has moves of factors: give the set of the vector's own days")]
    NotPositions,
    /// A vector over other days.
    #[error(
        "the P&L vector has {found} day(s) from {}, and the set {expected} from {}: make the set from the same file", echo(.first_found), echo(.first_expected)
    )]
    OtherDays {
        /// days of the vector
        found: usize,
        /// its first day
        first_found: String,
        /// days of the set
        expected: usize,
        /// its first day
        first_expected: String,
    },
    /// The same number of days with another one among them.
    #[error("day {place} of the P&L vector is {}, and that of the set {}: make the set from the same file", echo(.found), echo(.expected))]
    OtherDay {
        /// which day, from 1
        place: usize,
        /// day of the vector
        found: String,
        /// day of the set
        expected: String,
    },
    /// A P&L vector without a net asset value.
    #[error("a P&L vector has no net asset value of its own: state it, or 0 where every limit is an amount")]
    NoNav,
    /// A figure or a command that takes positions.
    #[error("{0} takes positions, and a P&L vector has none")]
    TakesPositions(&'static str),
}
