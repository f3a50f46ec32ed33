//! Problems with assumptions on cash flows, and with the terms of notes.

use crate::echo::echo;

/// Assumptions or terms of notes that do not go together, or with the deal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CashflowProblem {
    /// A deal that does not say what a repline's code is.
    #[error("the deal has no [cashflow] table: add it, with replines = \"grade\" or \"sector\"")]
    NoTable,
    /// A deal whose tape lacks a column that replines need.
    #[error("[cashflow] needs the column '{0}', which [tape] does not list")]
    NoColumn(&'static str),
    /// A text that is no digest.
    #[error("assumptions_sha256 '{}' is not 64 digits of 0 to 9 and a to f", echo(.0))]
    NotADigest(String),
    /// Other assumptions than those that the deal names.
    #[error("the deal names the assumptions {agreed}, and these are {found}")]
    OtherAssumptions {
        /// digest in the deal
        agreed: String,
        /// digest of the assumptions at hand
        found: String,
    },
    /// A claim on a value under assumptions that the deal does not name.
    #[error(
        "npv_min needs assumptions_sha256, the digest of the assumptions: without it, the prover would choose them"
    )]
    NotPinned,
    /// Assumptions for a deal that claims no value under them.
    #[error("the deal claims no net present value, and takes no assumptions")]
    NoValueClaim,
    /// A file of another version.
    #[error("this is version {0} of the file, and this program reads version 1")]
    Version(u32),
    /// A file without replines or blocks.
    #[error("there is no [[{0}]]: at least one is needed")]
    None(&'static str),
    /// A code of the schema without a repline.
    #[error("there is no [[repline]] of {column} '{}': each {column} of the deal needs one", echo(.code))]
    NoRepline {
        /// `grade` or `sector`
        column: &'static str,
        /// the code
        code: String,
    },
    /// A repline of a code that the schema does not have.
    #[error("the repline '{}' is no {column} of the deal's [tape]", echo(.code))]
    UnknownRepline {
        /// `grade` or `sector`
        column: &'static str,
        /// the code
        code: String,
    },
    /// A table for a code without a repline.
    #[error("block '{}' has a table for '{}', which has no [[repline]]", echo(.block), echo(.code))]
    UnknownCode {
        /// name of the block
        block: String,
        /// the code
        code: String,
    },
    /// The kind of loans in default under another code, or another kind under theirs.
    #[error("the repline '{}': the grade 'defaulted' has kind = \"defaulted\", and no other code has it", echo(.0))]
    Defaulted(String),
    /// Months of interest only of another kind, or too many.
    #[error(
        "the repline '{}': kind = \"interest-only\" needs interest_only, fewer months than its term; no other kind has it",
        echo(.0)
    )]
    InterestOnly(String),
    /// A stated number outside its grade's band.
    #[error("the repline '{}' states the {number} {value}, and its band is {low} to {high}", echo(.code))]
    OutsideBand {
        /// the grade
        code: String,
        /// `rate` or `term`
        number: &'static str,
        /// the stated number
        value: String,
        /// least of the band
        low: String,
        /// greatest of the band
        high: String,
    },
    /// A speed that is stated in several ways, or in none.
    #[error("{of} needs exactly one of {known}")]
    Speed {
        /// name of the table
        of: &'static str,
        /// its keys
        known: &'static str,
    },
    /// A name of a block or an index that is not plain.
    #[error("'{}' is not a name of 1 to 32 letters a to z, digits and hyphens", echo(.0))]
    Name(String),
    /// A curve that is stated twice, or not at all, or whose months do not rise.
    #[error("[discount] needs one of flat and points; points are [month, rate] with rising months from 1")]
    Discount,
    /// A value without a curve.
    #[error("the assumptions have no [discount] table, without which there is no value")]
    NoDiscount,
    /// A vector without values.
    #[error("the vector of '{}' has no values, or more than {most}", echo(.of))]
    Vector {
        /// what it is of
        of: String,
        /// most values
        most: usize,
    },
    /// A header of no set of cash flows.
    #[error("the header of the cash flows {0}")]
    Header(&'static str),
    /// A block that there is not.
    #[error("there is no block '{}'; the blocks are {known}", echo(.name))]
    UnknownBlock {
        /// the name
        name: String,
        /// the blocks there are
        known: String,
    },
    /// A set whose kind no statement of markets is about.
    #[error("a set of the kind cashflow is about months of a pool: no book or pool is proved over it")]
    NotProved,
    /// Parts of the terms of notes that do not go together.
    #[error(transparent)]
    Notes(#[from] NotesProblem),
}

/// Terms of notes that do not go together, with the deal or with the assumptions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotesProblem {
    /// A name that occurs nowhere else in the file.
    #[error("{place} names the {kind} '{}', which there is not", echo(.name))]
    Unknown {
        /// where it stands
        place: String,
        /// `note`, `fee`, `trigger` or `index`
        kind: &'static str,
        /// the name
        name: String,
    },
    /// A part that no step of the waterfalls pays.
    #[error("no step pays {0}: its money would be lost")]
    Unpaid(String),
    /// A waterfall that does not end with whoever has the rest.
    #[error("the [[{0}]] waterfall does not end with pay = \"residual\": what is left over would be lost")]
    NoResidual(&'static str),
    /// A step that nothing reaches.
    #[error("step {number} of [[{list}]] is behind one that pays all that is left, and is never paid")]
    Unreached {
        /// the waterfall
        list: &'static str,
        /// its number, from 1
        number: usize,
    },
    /// A step with keys of another kind of step, or without its own.
    #[error("step {number} of [[{list}]] (pay = \"{pay}\") {problem}")]
    Step {
        /// the waterfall
        list: &'static str,
        /// its number, from 1
        number: usize,
        /// what it pays
        pay: &'static str,
        /// what is wrong
        problem: &'static str,
    },
    /// Parts of the file that do not go together.
    #[error("{0}")]
    Parts(&'static str),
    /// A trigger with keys of another measure, or without its own.
    #[error("trigger '{}' of the measure '{measure}' {problem}", echo(.name))]
    Trigger {
        /// name of the trigger
        name: String,
        /// its measure
        measure: String,
        /// what is wrong
        problem: &'static str,
    },
    /// A trigger on a column that the schema does not have.
    #[error("trigger '{}' needs the column '{}', which the deal's [tape] does not list", echo(.name), echo(.column))]
    TriggerColumn {
        /// name of the trigger
        name: String,
        /// the column
        column: String,
    },
    /// A month in which money is lost or made.
    #[error("month {month}: sources are {sources} and uses are {uses}: the waterfall loses or makes money")]
    Unbalanced {
        /// the month
        month: u32,
        /// what came in, in units
        sources: i128,
        /// what went out, in units
        uses: i128,
    },
}

impl From<NotesProblem> for crate::error::Problem {
    fn from(problem: NotesProblem) -> Self {
        CashflowProblem::from(problem).into()
    }
}
