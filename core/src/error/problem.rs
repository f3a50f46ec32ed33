//! Problems of input, apart from their places.

use rust_decimal::Decimal;

use crate::echo::{clipped, echo};

use super::book::BookProblem;
use super::caps::{CapProblem, ImpactProblem};
use super::cashflow::CashflowProblem;
use super::clause::ClauseProblem;
use super::collateral::CollateralProblem;
use super::deal::DealProblem;
use super::event::EventProblem;
use super::margin::{MarginProblem, ScanProblem};
use super::pnl::PnlProblem;
use super::prices::PriceProblem;
use super::rules::{CashProblem, GroupProblem};
use super::scenario_rule::RuleProblem;
use super::scenarios::{ScenarioFileProblem, SetProblem};
use super::tape::TapeProblem;

/// A problem with one place of an input, or with the input as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The file could not be read.
    #[error("cannot read it: {}", clipped(.0))]
    Io(String),
    /// The file is not the text or table format that was expected.
    #[error("cannot parse it: {}", clipped(.0))]
    Syntax(String),
    /// A header cell is missing or unexpected.
    #[error("the header {} is not what is expected here: {}", echo(.found), clipped(.expected))]
    Header {
        /// the header as found
        found: String,
        /// the headers that are accepted
        expected: String,
    },
    /// A cell is empty.
    #[error("the value is missing")]
    MissingValue,
    /// A cell is not a decimal number.
    #[error("'{}' is not a decimal number (of at most 28 digits)", echo(.0))]
    NotANumber(String),
    /// A cell is not a calendar date.
    #[error("'{}' is not a date; write YYYY-MM-DD", echo(.0))]
    NotADate(String),
    /// A cell is a time of the day other than midnight.
    #[error(
        "'{}' is a time other than midnight, and by the market's clock that may be another day; write the market's day \
         alone, YYYY-MM-DD", echo(.0)
    )]
    NotMidnight(String),
    /// A price is zero or negative.
    #[error("the price {} is not positive, and only a factor with absolute moves may have such a price", echo(.0))]
    PriceNotPositive(String),
    /// Prices that make no moves as they are asked for.
    #[error(transparent)]
    Prices(#[from] PriceProblem),
    /// Assumptions on cash flows, or terms of notes, that do not go together.
    #[error(transparent)]
    Cashflow(#[from] CashflowProblem),
    /// A P&L vector, its days, or a claim over it.
    #[error(transparent)]
    Pnl(#[from] PnlProblem),
    /// Weights or correlations that make no margin.
    #[error(transparent)]
    Margin(#[from] MarginProblem),
    /// Ranges that make no scan of an underlying, or a scan that is not theirs.
    #[error(transparent)]
    Scan(#[from] ScanProblem),
    /// A date occurs twice.
    #[error("the date {} occurs twice", echo(.0))]
    DuplicateDate(String),
    /// Rows are not in ascending order of date.
    #[error("the date {} comes after {}; sort the rows by date, oldest first", echo(.date), echo(.previous))]
    UnsortedDate {
        /// the date of this row
        date: String,
        /// the later date of the row before
        previous: String,
    },
    /// A name occurs twice.
    #[error("'{}' occurs twice", echo(.0))]
    DuplicateName(String),
    /// A name is empty.
    #[error("the name is empty")]
    EmptyName,
    /// A plain factor whose name is that of a column of Greeks.
    #[error(
        "'{}' is named like a column of Greeks, which limits on the book do not count; a factor's name does not begin \
         with 'gamma:', 'vega:' or 'theta:': rename it", echo(.0)
    )]
    NamedAsGreek(String),
    /// A correlation within sectors, and loans without one.
    #[error(
        "{without} of {loans} loans have no sector, and a correlation within sectors would take them for one sector: give \
         each a sector, or leave the correlation out"
    )]
    NoSector {
        /// loans without a sector
        without: usize,
        /// loans of the pool
        loans: usize,
    },
    /// A value at risk that is stated as a quantile of gains.
    #[error("the value at risk {} is negative; state it as a positive number, a loss: change its sign", echo(.0))]
    NegativeValueAtRisk(String),
    /// A move of a table that no price makes, or that no set holds.
    #[error(
        "the move {value} of '{}' is {percent} %, and moves are between -100 %, where a price is zero, and 800 %: write \
         {fraction} for {value} per cent, or say that the table is in per cent", echo(.scenario)
    )]
    NotAMove {
        /// the scenario
        scenario: String,
        /// the move as a fraction
        value: String,
        /// in per cent
        percent: String,
        /// its hundredth
        fraction: String,
    },
    /// A table has no rows or no factors.
    #[error("there is nothing in it: {0}")]
    Empty(String),
    /// Fewer prices than a window needs.
    #[error("{have} price rows are too few: {scenarios} scenarios over {horizon} day(s) need {need}")]
    TooFewPrices {
        /// price rows there are
        have: usize,
        /// price rows needed
        need: usize,
        /// scenarios asked for
        scenarios: usize,
        /// horizon in days
        horizon: usize,
    },
    /// A value lies outside the range a format or a statement allows.
    #[error("{} {} is outside {}", clipped(.what), echo(.value), clipped(.range))]
    OutOfRange {
        /// name of the value
        what: String,
        /// the value
        value: String,
        /// the range allowed
        range: String,
    },
    /// The book names a factor that the scenario set does not have.
    #[error("the scenario set has no factor '{}'; it has {}", echo(.factor), clipped(.known))]
    UnknownFactor {
        /// the name in the book
        factor: String,
        /// the names the set has, shortened
        known: String,
    },
    /// A row of values has another length than there are columns.
    #[error("the row has {have} values where there are {need} columns")]
    RowLength {
        /// values of the row
        have: usize,
        /// columns
        need: usize,
    },
    /// Values that come one for each factor, and are more or fewer.
    #[error("{have} {what} for {need} factors")]
    NotOneForEach {
        /// what they are
        what: &'static str,
        /// values there are
        have: usize,
        /// factors
        need: usize,
    },
    /// The prices of a factor do not move.
    #[error("the prices of '{}' do not move: they have no volatility", echo(.0))]
    NoVolatility(String),
    /// There are no implied volatilities of a date.
    #[error("there are no implied volatilities of {}; choose a window that has them", echo(.0))]
    NoVolatilitiesOn(String),
    /// A text that is no whole number of days.
    #[error("'{}' is not a whole number of days", echo(.0))]
    NotDays(String),
    /// A factor without a liquidity horizon.
    #[error("there is no liquidity horizon of '{}'", echo(.0))]
    NoHorizon(String),
    /// A covariance of fewer than two returns.
    #[error("a covariance needs at least two returns, so three prices")]
    TooFewReturns,
    /// A matrix that is no covariance.
    #[error("a covariance is a symmetric matrix")]
    NotSymmetric,
    /// A matrix that is no covariance.
    #[error(
        "the covariance is not positive semidefinite; estimate it by ledoit-wolf or from more prices, or have it repaired"
    )]
    NotSemidefinite,
    /// A table of covariances with other rows than columns.
    #[error("{rows} rows for {factors} factors: a covariance has a row for each")]
    NotSquare {
        /// rows of covariances
        rows: usize,
        /// factors of the header
        factors: usize,
    },
    /// A row that is out of the order of the columns.
    #[error("'{}' where the header's order has '{}'", echo(.found), clipped(.expected))]
    OutOfOrder {
        /// name of the row
        found: String,
        /// name of the column in its place
        expected: String,
    },
    /// Returns to which no degrees of freedom fit.
    #[error("the returns have no heavier tails than a normal distribution: no degrees of freedom fit them")]
    NoHeavyTails,
    /// Returns to which no jumps fit.
    #[error(
        "jumps cannot be fitted: on {days} days the mean return is more than three deviations from its mean; give the \
         intensity, mean and volatility of jumps"
    )]
    TooFewJumps {
        /// days of jumps
        days: usize,
    },
    /// A header names something that this version does not know.
    #[error("this version does not know the {} '{}'", .what, echo(.name))]
    Unknown {
        /// what is named
        what: &'static str,
        /// its name
        name: String,
    },
    /// A book has an exposure to a column of Greeks that the set does not have.
    #[error("the scenario set has no column '{}'; use a set that has it, or leave the {} 0", echo(.column), .greek)]
    NeedsColumn {
        /// the column
        column: String,
        /// `gamma`, `vega` or `theta`
        greek: &'static str,
    },
    /// A book of quantities, over a set without prices.
    #[error("the scenario set carries no prices; give exposures instead")]
    NoPrices,
    /// A set and prices that do not belong together, with the reason.
    #[error("the set is not of these prices: {0}")]
    OtherPrices(String),
    /// A book without a stated net asset value, whose exposures sum to less than nothing.
    #[error(
        "the net asset value {} is outside 0 and above (it is the sum of the exposures: state that of a long-short book)", echo(.sum)
    )]
    MissingNav {
        /// sum of the exposures
        sum: String,
    },
    /// An amount that is too many book units.
    #[error(
        "{what} {value} is outside what a statement holds, 0 to {} currency units at a book unit of {unit}; {}",
        amount_of(*most, *unit),
        coarser(value, *most)
    )]
    UnitTooSmall {
        /// what the amount is
        what: &'static str,
        /// the amount in currency
        value: String,
        /// most book units
        most: i64,
        /// value of a book unit
        unit: Decimal,
    },
    /// Books that are committed in different units.
    #[error("one book is in units of {first}, another in units of {other}; commit them again with one unit")]
    OtherUnit {
        /// unit of the first book
        first: Decimal,
        /// unit of another
        other: Decimal,
    },
    /// Books that are not over the same factors.
    #[error("the books are over different numbers of factors")]
    OtherFactors,
    /// Defaults of single loans, over nodes.
    #[error("defaults of single loans are drawn from a seed: they take paths, not nodes")]
    SlotsOverNodes,
    /// A clause over scenarios, and a set that is a covariance.
    #[error(
        "the clause on {} is over scenarios, and the set is a covariance; a clause over a covariance says \
         'method = \"normal\"' or \"student-t\"", echo(.measure)
    )]
    NeedsScenarios {
        /// the figure of the clause
        measure: String,
    },
    /// A clause over a covariance, and a set of scenarios.
    #[error("the clause on {} is over a covariance, and the set holds scenarios", echo(.measure))]
    NeedsCovariance {
        /// the figure of the clause
        measure: String,
    },
    /// A clause on a margin, and a set that is no matrix of a margin.
    #[error("the clause on {} is over a matrix of weights and correlations, and the set is none", echo(.measure))]
    NeedsMargin {
        /// the figure of the clause
        measure: String,
    },
    /// Another clause, and a set that is the matrix of a margin.
    #[error(
        "the clause on {} is not over a matrix of weights and correlations, as the set is; such a set is for \"margin\" \
         clauses", echo(.measure)
    )]
    NeedsNoMargin {
        /// the figure of the clause
        measure: String,
    },
    /// A mapping names a column that tapes do not have.
    #[error("'{}' is not a column of a tape; they are {}", echo(.name), clipped(.known))]
    NoTapeColumn {
        /// the name
        name: String,
        /// the columns of a tape
        known: String,
    },
    /// A mapping has bands for a column that has none.
    #[error("bands are for grade, sector and region, not for '{}'", echo(.0))]
    NoBands(String),
    /// Bands of a mapping that do not rise.
    #[error("the bands of '{}' are from the lowest limit to the highest, each once", echo(.0))]
    UnsortedBands(String),
    /// A number that no band of a mapping has.
    #[error("{} is beyond the last band of the mapping", echo(.0))]
    BeyondBands(String),
    /// A spread and a recovery that imply no probability of default.
    #[error("a spread of {} with a recovery of {} is no probability of default", echo(.spread), echo(.recovery))]
    NoProbability {
        /// spread in basis points
        spread: String,
        /// recovery, a fraction
        recovery: String,
    },
    /// A loan of the pool whose maturity is past.
    #[error("the maturity {} is not after {}, the day of the tape", echo(.maturity), echo(.as_of))]
    Matured {
        /// date of maturity
        maturity: String,
        /// day of the tape
        as_of: String,
    },
    /// A status that neither tapes nor the mapping have.
    #[error("unknown status '{}'; a mapping's [status] makes it one of {}", echo(.name), clipped(.known))]
    UnknownStatus {
        /// the status in the file
        name: String,
        /// those of a tape
        known: String,
    },
    /// A column that would not be read for its capitals alone.
    #[error("the column '{}' would not be read: write it '{}', or give it by a mapping", echo(.found), echo(.column))]
    Capitals {
        /// the column of the file
        found: String,
        /// the column of a tape
        column: String,
    },
    /// A book that does not fit its scenarios, its mandate or itself.
    #[error(transparent)]
    Book(#[from] BookProblem),
    /// Parts of a clause that do not go together.
    #[error(transparent)]
    Clause(#[from] ClauseProblem),
    /// Cash, and net asset values that are sums.
    #[error(transparent)]
    Cash(#[from] CashProblem),
    /// Groups of factors.
    #[error(transparent)]
    Groups(#[from] GroupProblem),
    /// Caps on exposures.
    #[error(transparent)]
    Caps(#[from] CapProblem),
    /// Costs that grow with exposures.
    #[error(transparent)]
    Impact(#[from] ImpactProblem),
    /// A rule for scenario sets.
    #[error(transparent)]
    Rule(#[from] RuleProblem),
    /// Parts of a deal's file that do not go together.
    #[error(transparent)]
    Deal(#[from] DealProblem),
    /// Loans against assets that the market prices.
    #[error(transparent)]
    Collateral(#[from] CollateralProblem),
    /// A tape, or the schema that reads it.
    #[error(transparent)]
    Tape(#[from] TapeProblem),
    /// Events of which no set is made.
    #[error(transparent)]
    Event(#[from] EventProblem),
    /// Parts of a scenario set that do not go together.
    #[error(transparent)]
    Set(#[from] SetProblem),
    /// Bytes that are no scenario file.
    #[error(transparent)]
    ScenarioFile(#[from] ScenarioFileProblem),
    /// A set that was not drawn from the seed that was agreed on.
    #[error("the scenarios {}, and the seed that was agreed on is {agreed}", match found {
        Some(seed) => format!("were drawn from seed {seed}"),
        None => "were drawn from no seed".to_owned(),
    })]
    OtherSeed {
        /// as agreed, in hex
        agreed: String,
        /// of the set, in hex
        found: Option<String>,
    },
    /// A bound of finitely many obligors without the claim that it rests on.
    #[error(
        "a bound of finitely many obligors rests on a cap on each: claim obligor_max in [claims], at most what the scenarios were made for"
    )]
    NoObligorCap,
    /// A label of credit scenarios that is no number of a row.
    #[error("'{}' labels a credit scenario, whose labels are the numbers of its rows, in order", echo(.0))]
    CreditLabel(String),
    /// A header of credit scenarios that none has.
    #[error("the header {0}")]
    CreditHeader(&'static str),
    /// A clause, a loan or another part with its problem.
    #[error("{part}: {problem}")]
    In {
        /// the part: `clause 2`, `loan '7'`
        part: String,
        /// its problem
        problem: Box<Problem>,
    },
    /// A text that a terminal might obey.
    #[error("\"{}\" contains control characters", echo(.0))]
    ControlCharacters(String),
    /// A name that looks like another.
    #[error(
        "\"{}\" contains characters that are not seen, or white space other than the plain space: two names would look \
         like one; write it without them", echo(.0)
    )]
    UnseenCharacters(String),
    /// A name with white space at its edges.
    #[error("\"{}\" begins or ends with white space: take it away", echo(.0))]
    EdgeSpace(String),
    /// Scenarios made otherwise than the deal says.
    #[error("the deal's [scenarios] are of {}, these are of {}", clipped(.agreed), clipped(.found))]
    OtherScenarios {
        /// as the deal says
        agreed: String,
        /// as the set says
        found: String,
    },
    /// A consolidated book that counts one commitment twice.
    #[error("sub-books {first} and {second} are one commitment: the book would count twice; give each sub-book once")]
    SameSubBook {
        /// place of the first, from 1
        first: usize,
        /// place of the second, from 1
        second: usize,
    },
    /// A loan without a value in a column of the tape.
    #[error("no {0}, and the deal's tape has that column")]
    NoValue(String),
    /// A name that is not among those of the tape.
    #[error("{} '{}' is not one of the deal's: {}", .column, echo(.name), clipped(.known))]
    UnknownName {
        /// column of the name
        column: &'static str,
        /// the name
        name: String,
        /// the names there are, shortened
        known: String,
    },
    /// A name in a column that the tape does not have.
    #[error("{} '{}' is named, but [tape] has no column '{}'", .column, echo(.name), .column)]
    NoSuchColumn {
        /// column of the name
        column: &'static str,
        /// the name
        name: String,
    },
    /// A unit that splits a cent.
    #[error("the unit {0} is not a whole number of cents, as balances are")]
    UnitBelowCent(Decimal),
    /// A column without names, or names without their column.
    #[error("name the {0}s, as '{0}s = [..]', exactly where '{0}' is among the columns")]
    NamesAndColumn(&'static str),
    /// A balance that is not a whole number of units.
    #[error("the balance is not a whole number of the deal's unit of {0}")]
    SplitUnit(Decimal),
    /// An obligor who owes more than a statement holds.
    #[error("the obligor of loan '{}' owes 2^32 units of {} or more; a deal's [tape] may have a larger unit", echo(.loan), .unit)]
    ObligorTooLarge {
        /// a loan of the obligor
        loan: String,
        /// unit of the tape
        unit: Decimal,
    },
    /// A deal without a tape.
    #[error("the deal has no [tape] table, which names the columns of the tape that is committed to")]
    NoTape,
    /// A tape without grades, where credit scenarios need them.
    #[error("the deal's [tape] has no grades, which are the buckets of credit scenarios")]
    NoGrades,
    /// A grade without an assumption.
    #[error("the deal has no [{}] for grade '{}'", .table, echo(.grade))]
    NoAssumption {
        /// `pd` or `lgd`
        table: &'static str,
        /// the grade
        grade: String,
    },
    /// A loan without an assumption, of a grade without one.
    #[error("loan '{}' has no {}, and the deal has none for {} under [{}]", echo(.loan), .table, echo(.grade), .table)]
    NoAssumptionForLoan {
        /// the loan
        loan: String,
        /// `pd` or `lgd`
        table: &'static str,
        /// its grade, in words
        grade: String,
    },
    /// A tranche whose ends are no interval.
    #[error("{}: it attaches at 0 or above, below where it detaches, at most at 1", echo(.0))]
    TrancheEnds(String),
    /// Tranches that overlap.
    #[error("tranches '{}' and '{}' overlap", echo(.0), echo(.1))]
    TranchesOverlap(String, String),
    /// Tranches with a gap, of a deal that has none.
    #[error("there is a gap between tranches '{}' and '{}'", echo(.0), echo(.1))]
    TranchesGap(String, String),
    /// Tranches that are not all of a deal that says so.
    #[error("the tranches of a complete deal are from 0 to 1, these are from {} to {}", echo(.0), echo(.1))]
    TranchesIncomplete(String, String),
    /// A factor without a half-spread.
    #[error(
        "the mandate has no half-spread for '{}'; name it under [liquidity.half_spreads], or give 'half_spread' for all others", echo(.0)
    )]
    NoHalfSpread(String),
    /// A coefficient that statements do not hold.
    #[error("the coefficient of {} at {} is not between 0 and 32", echo(.measure), echo(.confidence))]
    Coefficient {
        /// the measure
        measure: String,
        /// the confidence
        confidence: String,
    },
    /// A value of TOML that is no number.
    #[error("a number is needed, not a {0}")]
    NotTomlNumber(&'static str),
    /// A large pool without correlation.
    #[error("a large pool without correlation has no distribution of losses")]
    NoCorrelation,
    /// A quadrature that is too coarse for the model.
    #[error(
        "the recursion finds an expected loss of {} where it is {}: correlation or degrees of freedom are too extreme for its {} nodes; take montecarlo or lhp", echo(.found), clipped(.expected), .nodes
    )]
    TooCoarse {
        /// expected loss that the recursion finds
        found: String,
        /// expected loss
        expected: String,
        /// nodes of the quadrature
        nodes: usize,
    },
    /// A set was made by a version of its generator that this program does not make again.
    #[error("made by version {found} of the generator of {generator}; make the set again, with version {needed}")]
    GeneratorVersion {
        /// the sets it makes
        generator: &'static str,
        /// version in the header
        found: u32,
        /// version here
        needed: u32,
    },
}

impl Problem {
    /// Returns the problem as one of a `part` of something larger.
    pub fn in_part(self, part: impl Into<String>) -> Self {
        Problem::In { part: part.into(), problem: Box::new(self) }
    }

    /// Returns the problem itself, without the parts that it is in.
    pub fn innermost(&self) -> &Problem {
        match self {
            Problem::In { problem, .. } => problem.innermost(),
            problem => problem,
        }
    }
}

/// Returns advice on a unit for an amount that is too large: the finest power of ten that holds it,
/// and what it tells.
fn coarser(value: &str, most: i64) -> String {
    let amount: Option<Decimal> = value.parse().ok();
    let fits = |unit: &Decimal| {
        let held = Decimal::from(most).checked_mul(*unit);
        amount.is_some_and(|amount| held.is_some_and(|held| amount.abs() <= held))
    };
    // A unit is at most 2^40 millionths.
    match (-6..=6).map(power_of_ten).find(fits) {
        Some(unit) => format!(
            "the finest power of ten that holds it is {unit}; the unit is public, and a coarser one shows the decade of the book"
        ),
        None => "no unit holds it".into(),
    }
}

fn power_of_ten(exponent: i32) -> Decimal {
    match u32::try_from(-exponent) {
        Ok(places) => Decimal::new(1, places),
        Err(_) => Decimal::from(10u64.pow(exponent.unsigned_abs())),
    }
}

/// Returns the currency amount of book units, without cents.
fn amount_of(units: i64, unit: Decimal) -> Decimal {
    (Decimal::from(units) * unit).round()
}
