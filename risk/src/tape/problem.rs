//! Problems of a loan tape as a file, or of its mapping.

use rust_decimal::Decimal;
use tailproof_core::echo::{clipped, echo};
use tailproof_core::error::Problem;

/// What is wrong with a loan tape as a file, or with its mapping, with the cure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TapeFileProblem {
    /// A cell that is no number.
    #[error(
        "{problem}; nothing is calculated: write the number itself. Units behind it go to a mapping's [suffixes], a code for \
         no value to [none]"
    )]
    NotANumber {
        /// what the cell is
        problem: Problem,
    },
    /// A number outside the range of its column.
    #[error("{problem}; if it is a code for no value, list it under [none] of a mapping")]
    OutOfRange {
        /// the number and the range
        problem: Problem,
    },
    /// A number below a cent, where nothing says how to round.
    #[error(
        "the {what} {} has parts of a {step}: write whole ones, or say rounding = \"down\", \"up\" or \"half-even\" in a mapping",
        echo(.value)
    )]
    Parts {
        /// name of the column
        what: String,
        /// the number as it is written
        value: String,
        /// the step in words
        step: &'static str,
    },
    /// A cell that every loan needs.
    #[error(
        "the value is missing, and every loan needs one: give it, or have such rows left out and counted, with \
         leave_out_blank = [\"{0}\"] in a mapping"
    )]
    Blank(&'static str),
    /// A loan in several rows.
    #[error("the loan '{}' occurs twice{}", echo(.loan), hint(.column, .periods))]
    RepeatedLoan {
        /// id of the loan
        loan: String,
        /// the column of periods, if there is one
        column: Option<String>,
        /// the periods
        periods: Vec<String>,
    },
    /// A period that no row has.
    #[error("no row is of the period '{}'; column '{}' has {}", echo(.period), echo(.column), clipped(.known))]
    NoPeriod {
        /// the period asked for
        period: String,
        /// the column of periods
        column: String,
        /// periods of the file
        known: String,
    },
    /// A period, and no column of periods.
    #[error("a period is chosen, and the file has no column 'period': name its column as `period` under [columns]")]
    NoPeriods,
    /// Rows of another month than the deal's.
    #[error("the period {found} is not of {expected}, the cut_off of the deal's [tape]")]
    OtherPeriod {
        /// the period
        found: String,
        /// date of the deal
        expected: String,
    },
    /// Amounts in two currencies.
    #[error(
        "amounts are in '{}' and in '{}', which are not added up: choose one in a mapping, as `\"{}\" = \"{}\"` under [only]",
        echo(.first), echo(.other), echo(.column), echo(.first)
    )]
    SeveralCurrencies {
        /// currency of the first row
        first: String,
        /// another one
        other: String,
        /// the column
        column: String,
    },
    /// A date in another writing than the mapping states.
    #[error("'{}' is no date in the writing {writing}, which the mapping states", echo(.text))]
    OtherWriting {
        /// the cell
        text: String,
        /// the writing
        writing: String,
    },
    /// A date of maturity, and no day to count from.
    #[error(
        "'{}' is a date of maturity: say from which day terms are counted, with as_of = \"YYYY-MM-DD\" in a mapping, or by its \
         column `cut_off`", echo(.0)
    )]
    NoCutOff(String),
    /// A mapping's date that is not the tape's.
    #[error("the mapping counts terms from {as_of}, and the tape's column '{}' says {found}", echo(.column))]
    OtherAsOf {
        /// date of the mapping
        as_of: String,
        /// date of the tape
        found: String,
        /// its column
        column: String,
    },
    /// A word of the column of ended loans that the mapping does not have.
    #[error("'{}' is not among the words of the mapping's [ended]: say there which status it is", echo(.0))]
    UnknownEnd(String),
    /// A loan that has ended, on which something is owed.
    #[error(
        "the loan has ended ('{}'), and {balance} is still owed on it: under a deal of version 2 its statuses decide, and such \
         a row does not fit", echo(.word)
    )]
    EndedOwes {
        /// the word
        word: String,
        /// the balance
        balance: String,
    },
    /// A table of a mapping about a column that it cannot be about.
    #[error("[{table}] is not about '{}'; it is about {known}", echo(.column))]
    Misplaced {
        /// the table
        table: &'static str,
        /// the column
        column: String,
        /// columns that it can be about
        known: String,
    },
    /// A factor that is not above zero.
    #[error("the factor {factor} of '{}' under [scale] is not above 0", echo(.column))]
    Factor {
        /// the column
        column: String,
        /// the factor
        factor: Decimal,
    },
    /// Days past due that do not rise.
    #[error("[days_past_due] rises from grace to delinquent to default, each at least 1")]
    Days,
    /// A number of positions that no row has.
    #[error("`positions` is the number of cells of a row without a header: 1 to 16384")]
    Positions,
    /// Days past due of a mapping that are not the schema's.
    #[error("the mapping's [days_past_due] is not the deal's [tape.days_past_due]; the deal decides")]
    OtherDays,
    /// A unit that would change what a number of a column means, under a schema of version 2.
    #[error(
        "the mapping takes '{}' off the numbers of '{column}': under a deal of version 2 that can be {known}, since another \
         unit makes other numbers; write the column in its own unit", echo(.text)
    )]
    OtherUnit {
        /// column of the tape
        column: String,
        /// the text
        text: String,
        /// what can stand there
        known: &'static str,
    },
    /// A column of the tape that a mapping gives twice.
    #[error("the mapping gives the column '{column}' under [{first}] and under [{second}]: keep one of them")]
    GivenTwice {
        /// column of the tape
        column: String,
        /// a table of the mapping
        first: &'static str,
        /// another one
        second: &'static str,
    },
    /// A ratio in place of a column of the file, under a schema of version 2.
    #[error(
        "the mapping makes '{0}' of two columns under [ratios], and the file has a column '{0}': take it out of [ratios], or \
         name that column otherwise in the file"
    )]
    RatioOfColumn(String),
    /// A column of terms with dates in some rows and months in others.
    #[error("the column has dates of maturity, as '{}' in row {row}, and numbers, as '{}': write one of both", echo(.date), echo(.number))]
    MixedTerms {
        /// a date
        date: String,
        /// its row in the file
        row: u64,
        /// a number
        number: String,
    },
    /// A tape of several dates.
    #[error("the tape has the dates {first} and {other}: keep the rows of one of them, as with [only] in a mapping")]
    SeveralCutOffs {
        /// of the first row
        first: String,
        /// another one
        other: String,
    },
    /// Ids of a file, and ids by rows.
    #[error(
        "`number_rows` names loans by their rows, and the mapping has a column or a constant for 'id': keep one of both"
    )]
    NumberedRows,
    /// A scale of a mapping, under a schema of version 2.
    #[error("the mapping multiplies '{0}' under [scale]; a scale belongs to the deal, under [tape.scale]")]
    Scale(String),
    /// A rounding of a mapping that is not the schema's.
    #[error("the mapping says rounding = \"{found}\", and the deal's [tape] \"{expected}\"; the deal decides")]
    OtherRounding {
        /// of the mapping
        found: &'static str,
        /// of the schema
        expected: &'static str,
    },
    /// A last row that is named as a total, and is not the sum of those above.
    #[error("'{}' has the balance {stated}, and the rows above sum to {sum}: delete the row, or correct the tape", echo(.name))]
    WrongTotal {
        /// name of the row
        name: String,
        /// its balance
        stated: String,
        /// the sum of the rows above
        sum: String,
    },
}

fn hint(column: &Option<String>, periods: &[String]) -> String {
    match column {
        Some(column) if periods.len() > 1 => {
            let known = periods.join(", ");
            format!("; column '{}' has the periods {}: choose one of them", echo(column), clipped(&known))
        }
        _ => "; keep one row of the loan, or name the column of months as `period` under [columns] of a mapping".into(),
    }
}

impl TapeFileProblem {
    /// Whether a choice of a period would settle it.
    pub(crate) fn has_periods(&self) -> bool {
        match self {
            Self::RepeatedLoan { column, periods, .. } => column.is_some() && periods.len() > 1,
            Self::NoPeriod { .. } => true,
            _ => false,
        }
    }
}
