//! Problems of loans against assets that the market prices.

use rust_decimal::Decimal;

use crate::echo::{clipped, echo};

/// Why a deal's `[collateral]` means nothing, or a set of the market's scenarios makes no losses of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CollateralProblem {
    /// Grades whose loans nothing secures.
    #[error("[collateral] needs [tape.bands.grade] with 'assets', which name what secures each grade")]
    NoAssets,
    /// Bands of another number.
    #[error("[collateral] is about bands of 'ltv', and those of [tape.bands.grade] are of '{}'", echo(.0))]
    NotLtv(String),
    /// A band of which every loan has an LTV of nothing.
    #[error("the band of grade '{}' ends at 0: give it the largest LTV of its loans", echo(.0))]
    ZeroTop(String),
    /// Days that are none, or too many.
    #[error("the horizon of [collateral] is {0} day(s); it is 1 to 365 days, from the price to the sale")]
    Horizon(usize),
    /// An asset without a haircut.
    #[error("[collateral.haircut] has no haircut of '{}': write 0 if a sale costs nothing", echo(.0))]
    NoHaircut(String),
    /// A haircut of something that secures no grade.
    #[error("[collateral.haircut] has '{}', which is no asset of [tape.bands.grade]", echo(.0))]
    UnknownAsset(String),
    /// A haircut that is no fraction.
    #[error("the haircut of '{}' is {found}; it is from 0 to below 1, with at most six decimals", echo(.asset))]
    Haircut {
        /// the asset
        asset: String,
        /// the haircut
        found: Decimal,
    },
    /// Two sources of losses.
    #[error(
        "a deal has [collateral], or [pd] and [lgd]: with both, and here with [{0}], nothing says which its losses are from. \
         Only [lgd] 'defaulted' goes with [collateral], where that grade is there"
    )]
    Assumptions(&'static str),
    /// Loans in default of which nothing says what they lose.
    #[error("[lgd] needs 'defaulted', what loans in default lose: no sale is awaited for them")]
    NoLossOfDefaulted,
    /// A key of `[scenarios]` that deals of this kind do not have.
    #[error("[scenarios] of a deal {of}: take out '{key}'")]
    ScenarioKey {
        /// the kind of the deal
        of: &'static str,
        /// the key
        key: &'static str,
    },
    /// A kind of sets from which no losses are made.
    #[error("losses of collateral are made from scenarios of the kinds historical, monte-carlo and stress, not '{0}'")]
    Kind(&'static str),
    /// Scenarios of the market that are not the plain moves of prices.
    #[error(
        "the scenarios of the market have {0}: losses of collateral are made from relative moves of prices as they are"
    )]
    Moves(&'static str),
    /// Cash in place of what secures loans.
    #[error("'{}' is a column of cash of the market's scenarios: take a set without it", echo(.0))]
    Cash(String),
    /// An asset that the prices, or a table, do not have.
    #[error("there are no prices or moves of '{}', which secures loans of the deal", echo(.0))]
    NoPrices(String),
    /// Scenarios of the market over other columns.
    #[error(
        "the scenarios of the market are over {}, and the deal's assets are {}, in this order: make them with these factors",
        clipped(.found), clipped(.assets)
    )]
    OtherAssets {
        /// columns of the set
        found: String,
        /// assets of the deal
        assets: String,
    },
    /// Moves over another number of days.
    #[error("the deal's horizon is {required} day(s), and the scenarios have moves over {found}")]
    OtherHorizon {
        /// days of the set's moves
        found: usize,
        /// days of the deal
        required: usize,
    },
    /// A deal whose losses are those of another kind.
    #[error("the deal's losses are bad debt of its [collateral]: make scenarios of its collateral from prices")]
    OfCollateral,
    /// A deal without collateral.
    #[error("the deal has no [collateral]")]
    None,
}
