//! Problems of prices that are made into moves.

use crate::echo::{clipped, echo};

/// Why prices make no moves as they are asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PriceProblem {
    /// A missing price among the rows that are used.
    #[error(
        "the price of '{}' on {date} is missing; of the rows that are used, {in_column} lack this factor, and \
         {in_all} prices are missing in all. Nothing is filled in unless a policy says so", echo(.factor)
    )]
    Missing {
        /// the factor
        factor: String,
        /// the first day on which it is missing
        date: String,
        /// missing prices of the factor
        in_column: usize,
        /// missing prices of all factors
        in_all: usize,
    },
    /// A missing price with none before it.
    #[error("the price of '{}' on {date} is missing, and there is none before it to carry: begin later", echo(.factor))]
    NothingToCarry {
        /// the factor
        factor: String,
        /// the day
        date: String,
    },
    /// No factor without missing prices.
    #[error("every factor lacks a price among the rows that are used: no factor is left")]
    NoFactorLeft,
    /// Returns in place of prices.
    #[error(
        "every column has values of both signs, all within 1: these are returns, and no prices; say that the file holds \
         returns"
    )]
    LooksLikeReturns,
    /// Columns of one instrument.
    #[error("the columns {} are of one instrument, and not factors: choose the one that holds its prices", clipped(.0))]
    OneInstrument(String),
    /// A factor without prices.
    #[error("there are no prices of '{}'; there are those of {}", echo(.factor), clipped(.known))]
    NoPricesOf {
        /// the factor
        factor: String,
        /// factors that have prices, shortened
        known: String,
    },
    /// A factor that does not have one currency.
    #[error("the currency of '{}' is not stated: give each factor one", echo(.0))]
    NoCurrency(String),
    /// A currency without rates.
    #[error("there are no rates of '{}', the currency of '{}'; there are those of {}", echo(.currency), echo(.factor), clipped(.known))]
    NoRates {
        /// the currency
        currency: String,
        /// a factor that has it
        factor: String,
        /// currencies that have rates, shortened
        known: String,
    },
    /// Currencies without a table of rates.
    #[error("prices in other currencies than {} take the rates of those currencies", echo(.0))]
    RatesNeeded(String),
    /// A rate that is zero or negative.
    #[error("the rate of '{}' on {date}, {rate}, is not positive", echo(.currency))]
    RateNotPositive {
        /// the currency
        currency: String,
        /// the day
        date: String,
        /// the rate
        rate: String,
    },
    /// A missing rate.
    #[error("the rate of '{}' on {date} is missing: leave the day out, or carry the rate before", echo(.currency))]
    MissingRate {
        /// the currency
        currency: String,
        /// the day
        date: String,
    },
    /// A product of too many digits.
    #[error("{price} times the rate {rate} has more than 28 digits: give one of them with fewer decimals")]
    NotExact {
        /// the price
        price: String,
        /// the rate
        rate: String,
    },
    /// Absolute moves that no step brings into range.
    #[error("its moves are beyond 8 steps of every size: leave it out, or give another kind of move")]
    NoStep,
    /// A return of -100 % or less.
    #[error(
        "the return {value} of '{}' on {date} is a loss of 100 % or more: returns are fractions, -0.02 for -2 %", echo(.factor)
    )]
    ReturnBelowLoss {
        /// the factor
        factor: String,
        /// the day
        date: String,
        /// the return
        value: String,
    },
    /// A choice that does not go with a file of returns.
    #[error("a file of returns does not go with {0}: it takes prices")]
    NeedsPrices(&'static str),
    /// A choice that does not go with this kind of set.
    #[error("sets of the kind '{kind}' do not take {what}: only historical ones do")]
    OnlyHistorical {
        /// kind of the set
        kind: &'static str,
        /// the choice
        what: &'static str,
    },
    /// A quantity of a factor whose price does not give its exposure.
    #[error("the exposure to '{}' does not follow from a quantity: {why}; state the exposure", echo(.factor))]
    NoQuantity {
        /// the factor
        factor: String,
        /// why not
        why: &'static str,
    },
    /// A net asset value that is to be the sum of a book with exposures per step.
    #[error(
        "the book has exposures to factors with absolute moves, which are currency per step, so that their sum is no value: \
         state the net asset value, or give the book a column 'value'"
    )]
    SumOfSteps,
    /// A treatment in a header that no maker writes.
    #[error("the header's treatment of prices {0}")]
    Header(&'static str),
}
