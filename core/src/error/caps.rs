//! Errors about caps on exposures, and about costs that grow with exposures.

use crate::echo::echo;

/// A problem of caps, or of a file with a row for each factor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CapProblem {
    /// A file without rows.
    #[error("there is no row: write a header and a row for each factor")]
    NoRow,
    /// A header of other columns.
    #[error("the columns are not those of this file: factor, {columns}; 'factor' and at least one other, each once")]
    Header {
        /// the columns beside `factor`
        columns: String,
    },
    /// A quotation mark that does not end, or with text behind it.
    #[error("a cell in quotation marks does not end, or has text behind it: write a mark within it twice")]
    Quotation,
    /// A factor that is listed twice.
    #[error("the file lists '{}' twice: list it once", echo(.0))]
    Twice(String),
    /// A factor that needs a row and has none.
    #[error(
        "'{}' is in no row of the file; add one, or a row 'rest' for every exposure that is not listed", echo(.0)
    )]
    NoRowOf(String),
    /// An exposure to absolute moves that the file does not list.
    #[error(
        "'{}' has absolute moves, so that its exposure is currency per step, which the row 'rest' is not about: add a row of its own",
        echo(.0)
    )]
    NoRowOfSteps(String),
    /// A factor of the name that stands for the rest.
    #[error("'rest' stands for every exposure that is not listed, and the set has a factor of that name")]
    FactorOfRest,
    /// A row without a cap.
    #[error("the row has neither a cap nor a volume: give one, or leave the row out")]
    NeitherCapNorVolume,
    /// Caps that no book can reach.
    #[error(
        "no cap of the file can be reached: each is above the gross exposure that a book can have in the mandate's unit, so that the \
         clause would say nothing"
    )]
    NothingCapped,
    /// One of the keys of a share of volumes alone.
    #[error("'cap_days' and 'cap_participation' go together: a cap is days x participation x volume")]
    DaysAndParticipation,
    /// Volumes without the share of them that may be held.
    #[error("the file of caps has volumes: write 'cap_days' and 'cap_participation' in the mandate")]
    NoShare,
    /// A share of volumes that no row has.
    #[error("the file of caps has no column 'volume': leave 'cap_days' and 'cap_participation' out")]
    UnusedShare,
    /// A clause on caps in a mandate that names no file of them.
    #[error(
        "a clause is on caps, and 'caps' is missing: write the digest of the file of caps there ('tailproof caps FILE' prints it)"
    )]
    NoFile,
    /// A mandate that names a file of caps, and has no clause on it.
    #[error(
        "'caps', 'cap_days' and 'cap_participation' go with a clause whose measure is \"caps\": add it, or leave them out"
    )]
    Unused,
    /// A digest that is none.
    #[error("'caps' is the digest of a file of caps, 64 digits in hex ('tailproof caps FILE' prints it)")]
    Digest,
    /// A clause on caps without the file.
    #[error(
        "the mandate's caps are those of the file with the digest {0}, which is needed too: put it beside the mandate, under a name \
         that ends in caps.csv"
    )]
    Missing(String),
    /// Another file of caps.
    #[error(
        "the mandate is about the file of caps with the digest {wanted}; take that file, or write the digest of this one in 'caps': \
         {found}"
    )]
    OtherFile {
        /// digest in the mandate
        wanted: String,
        /// digest of the file
        found: String,
    },
    /// A file of caps for a mandate without them.
    #[error("the mandate names no file of caps: leave the file out")]
    NotWanted,
    /// A limit or a floor of a clause on caps.
    #[error("the limits of a clause on \"caps\" are those of the file: leave limit, floor and threshold out")]
    OwnLimit,
    /// A book in another unit than the caps.
    #[error(
        "caps and breakpoints are whole units of {wanted}, the mandate's unit, and the book's unit is {found}: commit in the mandate's \
         unit, or write that of the book in the mandate's 'unit'"
    )]
    OtherUnit {
        /// unit of the mandate
        wanted: String,
        /// unit of the book
        found: String,
    },
    /// A clause on caps without its mandate.
    #[error("the figure of a clause on caps takes the whole mandate, with its file of caps")]
    NeedsMandate,
}

/// A problem of costs that grow with exposures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImpactProblem {
    /// A row without a rate.
    #[error("the row has no rate: give 'rate', the cost of a unit of exposure (0.0005 is 5 basis points)")]
    NoRate,
    /// A breakpoint without its rate, or a rate without its breakpoint.
    #[error("give both of 'above_1' and 'rate_1', or neither; the same goes for 'above_2' and 'rate_2'")]
    HalfBreakpoint,
    /// A second breakpoint without a first.
    #[error("the row has 'above_2' and no 'above_1': the first breakpoint is 'above_1'")]
    SecondAlone,
    /// Breakpoints that do not rise.
    #[error("'above_2' is not above 'above_1'")]
    BreakpointsFall,
    /// Rates that fall.
    #[error("rates fall from one segment to the next: a larger position costs at least as much a unit")]
    NotConvex,
    /// A digest that is none.
    #[error("'impact' is the digest of a file of costs, 64 digits in hex ('tailproof impact FILE' prints it)")]
    Digest,
    /// A file of costs that no clause uses.
    #[error("'impact' names a file of costs, and no clause says 'liquidity = true'")]
    Unused,
    /// Two sources of half-spreads.
    #[error("there is a [liquidity] table, and 'impact' names a file of costs: give one of them")]
    TwoCosts,
    /// A liquidity cost without the file.
    #[error(
        "the mandate's liquidity costs are those of the file with the digest {0}, which is needed too: put it beside the mandate, \
         under a name that ends in impact.csv"
    )]
    Missing(String),
    /// Another file of costs.
    #[error(
        "the mandate is about the file of costs with the digest {wanted}; take that file, or write the digest of this one in \
         'impact': {found}"
    )]
    OtherFile {
        /// digest in the mandate
        wanted: String,
        /// digest of the file
        found: String,
    },
    /// A file of costs for a mandate without one.
    #[error("the mandate names no file of costs: leave the file out")]
    NotWanted,
}
