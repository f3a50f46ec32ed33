//! Problems of books.

use crate::echo::{clipped, echo};

/// A book that does not fit its scenarios, its mandate or itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BookProblem {
    /// The book names a factor that the scenario set does not have.
    #[error("the scenario set has no factor '{}'; {}", echo(.factor), of_set(.similar.as_deref(), .known))]
    NoFactor {
        /// the name in the book
        factor: String,
        /// a name of the set that differs in capitals or marks alone
        similar: Option<String>,
        /// the names of the set, shortened
        known: String,
    },
    /// Cash in a currency that is not known to be the book's.
    #[error(
        "'{}' is cash in the book's own currency only if the book states it: name the row CASH, or give the book a column \
         'currency'; cash in another currency is an exposure to its exchange rate, a factor", echo(.0)
    )]
    CashOfCurrency(String),
    /// A book of weights without a net asset value.
    #[error("the book holds weights, fractions of a net asset value that nobody stated: state it")]
    NavOfWeights,
    /// A net asset value that is to be the sum of a book with Greeks.
    #[error(
        "the book has options, whose deltas are not their values, so that the sum of the exposures is no net asset value: \
         state it, or give the book a column 'value'"
    )]
    SumOfDeltas,
    /// A value beside weights.
    #[error("a column of values stands beside weights, whose net asset value is stated: leave it out")]
    ValuesOfWeights,
    /// Weights in per cent.
    #[error("the magnitudes of the weights sum to {}, so they look like per cent: write 0.4 for 40 %", echo(.0))]
    PercentWeights(String),
    /// A book in another currency than its mandate.
    #[error(
        "the book is in '{}' and the mandate in '{}': limits and figures would be in two currencies; convert the book, or \
         take the mandate of its currency", echo(.book), echo(.mandate)
    )]
    OtherCurrency {
        /// currency of the book
        book: String,
        /// currency of the mandate
        mandate: String,
    },
    /// A trade that is none.
    #[error("'{}' is no trade; write FACTOR,AMOUNT with the amount in currency, such as AAPL,+100000", echo(.0))]
    NoTrade(String),
    /// Lots whose sum is too long.
    #[error("the lots of '{}' sum to more than 28 digits", echo(.0))]
    LargeLots(String),
    /// Cash whose sum is too long.
    #[error("what goes into the column of cash '{}' sums to more than 28 digits", echo(.0))]
    CashBeyond(String),
}

fn of_set(similar: Option<&str>, known: &str) -> String {
    match similar {
        Some(name) => format!("did you mean '{}'?", echo(name)),
        None => format!("it has {}", clipped(known)),
    }
}
