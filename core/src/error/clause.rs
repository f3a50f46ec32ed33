//! Parts of a clause that do not go together.

use crate::echo::{clipped, echo};

/// Parts of a clause that do not go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClauseProblem {
    /// A stress clause with a confidence.
    #[error("a \"stress\" clause is about the worst loss and has no 'confidence'")]
    StressConfidence,
    /// A confidence that is missing, or has no place.
    #[error("a \"{measure}\" clause {needs} 'confidence'")]
    Confidence {
        /// measure of the clause
        measure: &'static str,
        /// `has no` or `needs a`
        needs: &'static str,
    },
    /// A part that other measures have.
    #[error("{part} is for {others} clauses, not for \"{measure}\"")]
    NotFor {
        /// the part
        part: &'static str,
        /// measures that have it
        others: &'static str,
        /// measure of the clause
        measure: &'static str,
    },
    /// A parametric clause with a floor or a liquidity cost.
    #[error("a parametric clause has no floor and no liquidity cost")]
    ParametricParts,
    /// A clause on large exposures that does not say which are large.
    #[error("a \"large-exposures\" clause needs a 'threshold' or 'threshold_nav'")]
    NoThreshold,
    /// Two clauses of one measure.
    #[error("two '{0}' clauses; one proof holds at most one of each measure: write two mandates")]
    Twice(&'static str),
    /// A liquidity cost without half-spreads.
    #[error("a clause has a liquidity cost, and there is no [liquidity] table")]
    NoLiquidity,
    /// Half-spreads that no clause uses.
    #[error("there is a [liquidity] table, and no clause says 'liquidity = true'")]
    UnusedLiquidity,
    /// A number that is stated twice, or not at all.
    #[error("give one of '{0}' (currency) and '{0}_nav' (fraction of NAV)")]
    OneOf(&'static str),
    /// A measure that there is not.
    #[error("unknown measure '{}'; this version proves {}", echo(.name), clipped(.known))]
    UnknownMeasure {
        /// the name in the file
        name: String,
        /// the measures there are
        known: String,
    },
    /// A currency that is no code.
    #[error("the currency '{}' is not a code such as \"USD\": letters alone", echo(.0))]
    Currency(String),
    /// Two currencies of one mandate.
    #[error("'unit' names the currency {}, and 'currency' is {}: give one of them", echo(.unit), echo(.currency))]
    TwoCurrencies {
        /// currency in `unit`
        unit: String,
        /// currency in `currency`
        currency: String,
    },
    /// Student's t without degrees of freedom.
    #[error("the method \"student-t\" needs 'degrees' of freedom")]
    NoDegrees,
    /// Degrees of freedom of another method.
    #[error("'degrees' of freedom are for the method \"student-t\"")]
    UnusedDegrees,
    /// A method that there is not.
    #[error("unknown method '{}'; \"historical\", \"normal\" and \"student-t\" are proved", echo(.0))]
    UnknownMethod(String),
    /// A unit that is none.
    #[error("unit \"{}\" is not a currency code, a number, or both (\"USD 0.01\")", echo(.0))]
    Unit(String),
    /// A floor above the limit.
    #[error("the floor {} is above the limit {}", echo(.floor), echo(.limit))]
    FloorAboveLimit {
        /// the floor
        floor: String,
        /// the limit
        limit: String,
    },
}
