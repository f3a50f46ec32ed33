//! Events of which no set is made.

use crate::echo::echo;

/// Events of which no set is made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventProblem {
    /// A name that is empty or long.
    #[error("the name of the event '{}' has no characters, or more than 100", echo(.0))]
    Name(String),
    /// An event of no time.
    #[error("the event '{}' does not end after it begins", echo(.0))]
    Order(String),
    /// A date on which there are no prices.
    #[error(
        "the event '{}' has the date {date}, of which there is no row of prices: the nearest are {before} and {after}", echo(.event)
    )]
    NoRow {
        /// name of the event
        event: String,
        /// the date
        date: String,
        /// the row before it
        before: String,
        /// the row after it
        after: String,
    },
    /// A date that the prices do not reach.
    #[error("the event '{}' has the date {date}, and the prices are from {first} to {last}", echo(.event))]
    Outside {
        /// name of the event
        event: String,
        /// the date
        date: String,
        /// the first row
        first: String,
        /// the last row
        last: String,
    },
    /// A date whose last row before it is far.
    #[error(
        "the event '{}' has the date {date}, and the row before it is of {before}: more than 7 days before", echo(.event)
    )]
    TooFar {
        /// name of the event
        event: String,
        /// the date
        date: String,
        /// the row before it
        before: String,
    },
}
