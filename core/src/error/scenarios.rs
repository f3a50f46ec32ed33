//! Scenario sets, and their files, that are not well formed.

use crate::echo::echo;

/// Parts of a scenario set that do not go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetProblem {
    /// A header of losses of collateral with texts where digests are.
    #[error("the header has a digest of prices, of a table or of collateral that is not 64 hex digits")]
    CollateralDigest,
    /// Parts of different sizes.
    #[error("the numbers of factors, labels, weights and entries do not fit together")]
    Sizes,
    /// A text where a header names a model, an estimator or a seed.
    #[error("the header has '{}' where it names a model, an estimator or a seed", echo(.0))]
    UnknownWord(String),
    /// Labels of events that are not their names with the dates of their rows.
    #[error("the labels are not the events of the header with their dates")]
    EventLabels,
    /// Returns over no time.
    #[error("a horizon of 0 days")]
    NoHorizon,
    /// Columns of theta over more days than a move can hold.
    #[error(
        "columns of theta move by the days of the horizon, at most {most}, and the horizon is of {days} days: take a shorter \
         one, or leave the columns out"
    )]
    ThetaHorizon {
        /// days of the horizon
        days: usize,
        /// most days
        most: i64,
    },
    /// Columns of theta beside liquidity horizons.
    #[error(
        "liquidity horizons give each factor days of its own, and columns of theta have those of the set: take one of the two"
    )]
    ThetaOfLiquidityHorizons,
    /// A column of theta that does not move by the horizon.
    #[error(
        "'{}' does not move by the days of the horizon, {days}, in scenario '{}': make the set again",
        echo(.factor), echo(.label)
    )]
    OtherTheta {
        /// the column
        factor: String,
        /// label of the scenario
        label: String,
        /// days of the horizon
        days: usize,
    },
    /// Rows of a covariance that are none.
    #[error("a covariance has a mean and rows, each of weight 1")]
    CovarianceRows,
    /// Rows of a margin's matrix that are none.
    #[error("a margin's matrix has a mean of zero, and one row for each factor")]
    MarginRows,
    /// A last price that is written otherwise than sets write it.
    #[error("the last price '{}' is written '{}', without sign, spaces, exponent and trailing zeros", echo(.found), echo(.canonical))]
    PriceText {
        /// text of the set
        found: String,
        /// the same number in its one form
        canonical: String,
    },
    /// A weight that the maker that the header names does not give.
    #[error(
        "scenario '{}' has weight {}, and the maker that the header names gives it {}: make the set \
         again, or call it 'custom'", echo(.label), .found, .expected
    )]
    OtherWeight {
        /// label of the scenario
        label: String,
        /// its weight
        found: u32,
        /// the maker's
        expected: u32,
    },
    /// Two rules of weights.
    #[error("weights are linear in age or decay with it, not both: take one of the two")]
    TwoWeights,
    /// A ring and a slot.
    #[error("a set is a whole ring or one row in a slot, not both: take one of the two")]
    RingAndSlot,
    /// A slot of more rows than one.
    #[error("a set in a slot is one row, and this set has {0} rows: take a window of 1, or make a ring of them")]
    SlotRows(usize),
    /// A place of a set that is not historical.
    #[error("a ring or a slot is of historical returns, and this set is of the kind '{0}'")]
    NoPlace(&'static str),
    /// A ring or slot of a variant that no rolling window holds.
    #[error("a ring or a slot is of rows that stay as they are while a window rolls: {0}")]
    NotRolling(&'static str),
    /// Weights that are all zero.
    #[error("every scenario has weight 0; at least one must count")]
    NoWeight,
}

/// Why bytes are no scenario file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioFileProblem {
    /// Another kind of file.
    #[error("this is not a scenario file (its first bytes are not TAILSCEN)")]
    Magic,
    /// Fewer bytes than any scenario file has.
    #[error("the scenario file is cut off; make it again or copy it whole")]
    CutOff,
    /// A version of the format that this program does not read.
    #[error("the scenario file has version {found}, this program reads version {expected}")]
    Version {
        /// version of the file
        found: u16,
        /// version read here
        expected: u16,
    },
    /// The closing digest is another one.
    #[error("the scenario file's digest does not match its content: it is cut off or was changed; make it again")]
    Digest,
    /// Entries of another precision.
    #[error("entries have {found} fractional bits, expected {expected}")]
    FractionBits {
        /// bits stated
        found: u16,
        /// bits of this format
        expected: u32,
    },
    /// More scenarios or factors than a set has.
    #[error("{scenarios} x {factors} is more than {} scenarios x {} factors", most.0, most.1)]
    TooLarge {
        /// most scenarios and factors
        most: (usize, usize),
        /// scenarios stated
        scenarios: usize,
        /// factors stated
        factors: usize,
    },
    /// More or fewer bytes than the sizes say.
    #[error("the scenario file's length does not fit the sizes it states")]
    Length,
    /// More or fewer names than the sizes say.
    #[error("the header's list of factors does not fit the sizes the file states")]
    Factors,
    /// A header that is written otherwise than this program writes it.
    #[error("the scenario file is not in its canonical form; make it again")]
    NotCanonical,
}
