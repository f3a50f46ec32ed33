//! Problems with parts of one kind of input that do not go together.

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
    #[error("[scenarios] allows the kinds {}, and the set is of the kind {}", clipped(.allowed), .found)]
    OtherKind {
        /// kind of the set
        found: &'static str,
        /// kinds of the rule
        allowed: String,
    },
    /// Moves over another number of days.
    #[error(
        "[scenarios] has a horizon of {required} day(s), and the set has {}; make one with that horizon",
        found.map_or_else(|| "no horizon".to_owned(), |found| format!("moves over {found} day(s)"))
    )]
    OtherHorizon {
        /// days of the set's moves
        found: Option<usize>,
        /// days of the rule
        required: usize,
    },
    /// A set that is too small.
    #[error("[scenarios] asks for at least {required} scenarios or returns (least_window), and the set has {found}")]
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
    #[error("[scenarios] asks for {required} weights, and the set's are others")]
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
        "the mandate is called '{}', and moves that are scaled to liquidity horizons of {shortest} to {longest} days may \
         ask for less than MAR33.5, which takes a shortfall of each nested set of factors: make the set without \
         liquidity horizons or with one of at least {required} days for all factors, or give the mandate another name",
        echo(.name)
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
        "the mandate is called '{}', whose moves are over {required} days, and the set scales them to {shortest} to \
         {longest} days: make it without liquidity horizons, or with one of at least {required} days for all factors",
        echo(.name)
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
        "the mandate is called '{}', and its scenarios are of at least {years} years of prices: the set's first and last \
         day are nearer, days of more than a month are missing, or labels are no days of prices",
        echo(.name)
    )]
    ShortHistory {
        /// name of the mandate
        name: String,
        /// years of the rule
        years: i32,
    },
    /// A clause on amounts, under the name of a rule, that would count a column whose exposures are none.
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
         of values and exposures; make the set with --cash cash --cash BUDGET",
        echo(.name)
    )]
    BudgetColumn {
        /// name of the mandate
        name: String,
    },
    /// A book unit so coarse that a rule on amounts is met by rounding.
    #[error(
        "the mandate is called '{}', and accepts a book unit of {unit}: amounts are rounded to whole units, and a rule \
         on them takes units of at most 1",
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
         exposure of at most 100 % of NAV, under which no column of the book is below zero",
        echo(.name)
    )]
    NotOfAllAssets {
        /// name of the mandate
        name: String,
    },
    /// A matrix under another set of correlations than the mandate's name states.
    #[error(
        "the mandate '{}' is about one set of correlations, and these are the {found} ones: make the matrix again with --correlations, \
         or write '{found} correlations' in the name, and no other",
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
