//! A mandate's rule for scenario sets that says nothing, or a set that it does not allow.
//!
//! A rule is that of a table, which messages call `[scenarios]`, or comes with the mandate's name.

use crate::echo::{clipped, echo};

/// A mandate's rule for scenario sets that says nothing, or a set that it does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleProblem {
    /// A table without keys.
    #[error("[scenarios] says nothing: name kind, horizon, least_window, latest_not_before, weights or digest")]
    Empty,
    /// A kind that there is not.
    #[error(
        "[scenarios] names the kind '{}'; kinds are historical, monte-carlo, covariance, covariance-table, stress, custom, \
         events, imported, margin-table, scan", echo(.0)
    )]
    UnknownKind(String),
    /// A kind that is named again.
    #[error("[scenarios] names the kind '{0}' twice")]
    KindTwice(&'static str),
    /// Weights that there are not.
    #[error("[scenarios] has the weights '{}'; \"equal\" and \"linear\" are known", echo(.0))]
    UnknownWeights(String),
    /// A digest that is none.
    #[error("[scenarios] has a digest that is not 64 lower-case hex digits")]
    Digest,
    /// A requirement of nothing.
    #[error("[scenarios] asks for '{0}' of 0: leave it out")]
    Zero(&'static str),
    /// A set of another kind.
    #[error("the rule for scenarios allows the kinds {}, and the set is of the kind {}", clipped(.allowed), .found)]
    OtherKind {
        /// kind of the set
        found: &'static str,
        /// kinds of the rule
        allowed: String,
    },
    /// Moves over another number of days.
    #[error(
        "the rule for scenarios has a horizon of {required} day(s), and the set has {}; make one with that horizon",
        found.map_or_else(|| "no horizon".to_owned(), |found| format!("moves over {found} day(s)"))
    )]
    OtherHorizon {
        /// days of the set's moves
        found: Option<usize>,
        /// days of the rule
        required: usize,
    },
    /// A set that is too small.
    #[error(
        "the rule for scenarios asks for at least {required} scenarios or returns (least_window), and the set has {found}"
    )]
    TooFewRows {
        /// scenarios of the set, or returns behind it
        found: usize,
        /// scenarios of the rule
        required: usize,
    },
    /// A set that ends too early.
    #[error(
        "[scenarios] asks for scenarios up to {latest} or later, and the set {}",
        found.as_ref().map_or_else(|| "has no dates".to_owned(), |found| format!("ends on {found}"))
    )]
    TooOld {
        /// date of the last scenario
        found: Option<String>,
        /// earliest date of the rule
        latest: String,
    },
    /// Scenarios with other weights than the mandate asks for.
    #[error("the rule for scenarios asks for {required} weights, and the set's are others")]
    OtherWeights {
        /// the weights that it asks for
        required: &'static str,
    },
    /// A mandate with the name of one that a rule prescribes, and other requirements.
    #[error(
        "the mandate is called '{}', and that rule has {} in [scenarios]: take the mandate that \
         `tailproof mandate` writes, or give yours another name", echo(.name), clipped(.required)
    )]
    NotThePreset {
        /// name of the mandate
        name: String,
        /// the requirement that it lacks
        required: String,
    },
    /// Liquidity horizons under a name of a rule that aggregates them in another way.
    #[error(
        "the mandate is called '{}', and moves that are scaled to liquidity horizons of {} may ask for less than MAR33.5, \
         which takes a shortfall of each nested set of factors: make the set without liquidity horizons or with one of at \
         least {required} days for all factors, or give the mandate another name",
        echo(.name), days(*.shortest, *.longest)
    )]
    LiquidityHorizons {
        /// name of the mandate
        name: String,
        /// the shortest horizon of the set
        shortest: u32,
        /// the longest
        longest: u32,
        /// days of the rule's base horizon
        required: u32,
    },
    /// Moves that are scaled below the days of the rule whose name a mandate bears, or not alike.
    #[error(
        "the mandate is called '{}', whose moves are over {required} days, and the set scales them to {}: make it without \
         liquidity horizons, or with one of at least {required} days for all factors",
        echo(.name), days(*.shortest, *.longest)
    )]
    OtherLiquidityHorizons {
        /// name of the mandate
        name: String,
        /// the shortest horizon of the set
        shortest: u32,
        /// the longest
        longest: u32,
        /// days of the rule
        required: usize,
    },
    /// Too little history for the rule whose name a mandate bears.
    #[error(
        "the mandate is called '{}', and its scenarios are of at least {years} years of prices: less than {years} years lie \
         between the set's first and last day, more than a month lies between two of its days, or its labels are no days \
         of prices",
        echo(.name)
    )]
    ShortHistory {
        /// name of the mandate
        name: String,
        /// years of the rule
        years: i32,
    },
    /// Carried prices under the name of a rule that takes years of prices.
    #[error(
        "the mandate is called '{}', which takes years of prices, and in this set earlier prices stand for missing ones, \
         whatever the gap: make it without carried prices",
        echo(.name)
    )]
    CarriedPrices {
        /// name of the mandate
        name: String,
    },
    /// A clause on amounts, under the name of a rule, that would count a column whose exposures are
    /// none.
    #[error(
        "the mandate is called '{}', and its {clause} would count '{}', whose exposures are no amounts of currency: \
         they are per step, or Greeks",
        echo(.name), echo(.factor)
    )]
    NotAnAmount {
        /// name of the mandate
        name: String,
        /// the clause's figure
        clause: String,
        /// the column
        factor: String,
    },
    /// A budget that other amounts could stand in for.
    #[error(
        "the mandate is called '{}': its budget is one column of cash, and not the first, which takes the difference \
         of values and exposures; make the set with two columns of cash",
        echo(.name)
    )]
    BudgetColumn {
        /// name of the mandate
        name: String,
    },
    /// A budget that nothing says is owed.
    #[error(
        "the mandate is called '{}', and its budget is owed: it needs nav = \"sum\", a clause of gross exposure with a \
         floor on a group, and one of net exposure of the same group with a limit of 0",
        echo(.name)
    )]
    NotOwed {
        /// name of the mandate
        name: String,
    },
    /// A floor under a group with the column that takes differences.
    #[error(
        "the mandate is called '{}', and its floor is under the group '{}', which lists '{}': the first column of cash \
         takes the difference of values and exposures; make the set with two columns of cash, and list the second",
        echo(.name), echo(.group), echo(.factor)
    )]
    FloorOfDifferences {
        /// name of the mandate
        name: String,
        /// the group
        group: String,
        /// the column
        factor: String,
    },
    /// Cash under the name of a rule that counts it.
    #[error("the mandate is called '{}', whose rule counts every exposure: take the list cash out of it", echo(.name))]
    CashCounts {
        /// name of the mandate
        name: String,
    },
    /// Cash, under the name of a rule, that the set has no column of cash for.
    #[error(
        "the mandate is called '{}', and lists '{}' as cash, which is no column of cash in the set: make the set with it, \
         or take the name out of the list",
        echo(.name), echo(.factor)
    )]
    NotCash {
        /// name of the mandate
        name: String,
        /// the column
        factor: String,
    },
    /// A book unit so coarse that a rule is met by rounding.
    #[error(
        "the mandate is called '{}', and accepts a book unit of {unit}: amounts are rounded to whole units, and under the \
         name of a rule these are at most 1",
        echo(.name)
    )]
    CoarseUnit {
        /// name of the mandate
        name: String,
        /// its coarsest unit
        unit: String,
    },
    /// A floor under a group that takes whatever its file does not list.
    #[error(
        "the mandate is called '{}', and its floor is under the group '{}', which takes every factor that its file does \
         not list: name another group for the rest",
        echo(.name), echo(.group)
    )]
    FloorOfTheRest {
        /// name of the mandate
        name: String,
        /// the group
        group: String,
    },
    /// Shares of a net asset value that something owed makes smaller.
    #[error(
        "the mandate is called '{}', whose shares are of all assets: it needs nav = \"sum\" and a clause of gross \
         exposure of at most 100 % of NAV, under which no column of the book is below zero, and no list of cash; or give \
         the mandate another name",
        echo(.name)
    )]
    NotOfAllAssets {
        /// name of the mandate
        name: String,
    },
    /// A matrix under another set of correlations than the mandate's name states.
    #[error(
        "the mandate '{}' is about one set of correlations, and these are the {found} ones: make the matrix again under \
         that set, or write '{found} correlations' in the name, and no other",
        echo(.name)
    )]
    OtherCorrelations {
        /// name of the mandate
        name: String,
        /// correlations of the set
        found: &'static str,
    },
    /// Another set.
    #[error("[scenarios] is about the scenario set {}, and this is {}", clipped(.required), echo(.found))]
    OtherDigest {
        /// digest of the set, in hex
        found: String,
        /// digest of the rule, in hex
        required: String,
    },
}

/// Returns a number of days, or a range of them.
fn days(shortest: u32, longest: u32) -> String {
    if shortest == longest { format!("{longest} days") } else { format!("{shortest} to {longest} days") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_are_all_the_same_are_named_once() {
        let text = |shortest, longest| {
            let name = "SEC 18f-4".to_owned();
            RuleProblem::OtherLiquidityHorizons { name, shortest, longest, required: 20 }.to_string()
        };
        assert!(text(19, 19).contains("scales them to 19 days: make"), "{}", text(19, 19));
        assert!(text(20, 40).contains("scales them to 20 to 40 days: make"), "{}", text(20, 40));
    }
}
