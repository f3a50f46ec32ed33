//! Errors of a reading: the place, the problem, and the setting that would settle it.

use std::fmt;

use tailproof_core::echo::{clipped, echo};
use tailproof_core::error::{InputError, Problem};

use super::options::DateOrder;
use crate::tape::problem::TapeFileProblem;

/// A file that cannot be read as a table, with the place of the problem where it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableError {
    /// the file, or what stands for it
    pub file: String,
    /// line of the file, or row of the sheet, from 1
    pub row: Option<u64>,
    /// column name
    pub column: Option<String>,
    /// what is wrong
    pub problem: TableProblem,
}

/// A setting of [`TableOptions`](super::TableOptions) that settles a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// `date_order`
    DateOrder,
    /// `decimal`
    Decimal,
    /// `separator`
    Separator,
    /// `sheet`
    Sheet,
    /// `field`
    Field,
    /// the factors that are taken of a table of prices
    Factors,
    /// the unit of a table of moves
    MoveUnit,
    /// the column of weights of a table of moves
    Weights,
    /// the first day of a table of gains
    From,
    /// the sign of a loss in a table of gains
    VarSign,
    /// the period of a tape with a row for each loan and month
    Period,
}

/// What is wrong with a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TableProblem {
    /// A problem that tables in the plain layout have too.
    #[error(transparent)]
    Input(#[from] Problem),
    /// A problem of a loan tape, or of its mapping.
    #[error(transparent)]
    Tape(#[from] TapeFileProblem),
    /// A guess, under settings that allow none.
    #[error("strict reading takes no guess: {what}; write the file in the plain layout")]
    Guessed {
        /// the guess
        what: String,
        /// the setting that would settle it
        setting: Option<Setting>,
    },
    /// A text in an unknown encoding.
    #[error("it is text neither in UTF-8 nor in UTF-16 with a byte-order mark; save it as UTF-8")]
    NotText,
    /// A file that holds no table.
    #[error("it is {0}, which holds no table that can be read; save it as CSV in UTF-8, or as .xlsx")]
    OtherFormat(&'static str),
    /// A Parquet file, and a build that does not read them.
    #[error(
        "it is a Parquet file, which this build does not read; install one that does, from a checkout: cargo install \
         --path . --locked --features parquet"
    )]
    NoParquet,
    /// A file that expands beyond the limits.
    #[error("it is larger than {most} {what}, which no such table is")]
    TooLarge {
        /// most of it
        most: u64,
        /// what was counted
        what: &'static str,
    },
    /// A file that breaks the rules of its format.
    #[error("it is a broken {format} file: {}", clipped(.reason))]
    Broken {
        /// the format
        format: &'static str,
        /// as its library says
        reason: String,
    },
    /// A workbook with several sheets.
    #[error("the workbook has several sheets: {}; choose one by its name", clipped(.0))]
    SeveralSheets(String),
    /// A sheet that is not there.
    #[error("the workbook has no sheet '{}'; it has {}", echo(.name), clipped(.known))]
    NoSheet {
        /// the name asked for
        name: String,
        /// names of those there are
        known: String,
    },
    /// A table without a header.
    #[error("the first line is a row of data; give the columns names in a line above: {0}")]
    NoHeader(&'static str),
    /// Fields of more than one kind for a ticker.
    #[error("the columns hold {} of each name; choose the one that holds the prices, such as the close", clipped(.0))]
    SeveralFields(String),
    /// A long table with more than one column of values.
    #[error(
        "each row has a date, a name and several values ({}); choose the one that holds the prices, such as the close",
        clipped(.0)
    )]
    SeveralValues(String),
    /// Two columns of one name.
    #[error("'{}' occurs twice; keep one of the columns", echo(.0))]
    DoubledColumn(String),
    /// A day with two rows.
    #[error("the date {0} occurs twice; keep one row of the day")]
    DoubledDate(String),
    /// A column of a table of prices whose cells are no numbers.
    #[error("'{}' is not a decimal number: correct it, or leave the column out", echo(.0))]
    NoPrice(String),
    /// A column without a name that has cells.
    #[error("column {0} has cells and no name; name it, or delete it")]
    NoName(usize),
    /// Dates with day and month in an order that the file does not tell.
    #[error(
        "'{}' is {day_month} with the day first and {month_day} with the month first, and no date of the file tells which: \
         state the order, or write dates as YYYY-MM-DD", echo(.text)
    )]
    AmbiguousDates {
        /// a date
        text: String,
        /// the day, with the day first
        day_month: String,
        /// the day, with the month first
        month_day: String,
    },
    /// Dates of which each order of day and month fits only some.
    #[error(
        "'{}' is a date only with the {}, and '{}' only with the other order: write the dates in one order, best as \
         YYYY-MM-DD", echo(.text), .order, echo(.other)
    )]
    MixedOrders {
        /// a date
        text: String,
        /// the order that it needs
        order: DateOrder,
        /// a date that needs the other one
        other: String,
    },
    /// A date out of order, under an order of day and month that other rows call for.
    #[error(
        "'{}' is {date}, since other dates of the file need the {order}, and it comes after {previous}: write the dates in \
         one order, best as YYYY-MM-DD, and sort them, oldest first", echo(.text)
    )]
    OutOfOrder {
        /// the date as it is written
        text: String,
        /// the day that it is
        date: String,
        /// the order of day and month
        order: DateOrder,
        /// the day before it in the file
        previous: String,
    },
    /// A date in another writing than those above it.
    #[error("'{}' is not written as the dates above it, such as '{}'; write all dates as YYYY-MM-DD", echo(.text), echo(.other))]
    OtherWriting {
        /// the date
        text: String,
        /// one above it
        other: String,
    },
    /// Numbers whose mark may be the decimal one or stand between thousands.
    #[error(
        "'{}' is {as_point} if ',' stands between thousands and '.' before decimals, and {as_comma} the other way round, and \
         no number of the file tells which: state the decimal mark", echo(.text)
    )]
    AmbiguousNumbers {
        /// a number
        text: String,
        /// its value with a decimal point
        as_point: String,
        /// its value with a decimal comma
        as_comma: String,
    },
    /// Numbers with a decimal point beside numbers with a decimal comma.
    #[error("'{}' has a decimal point and '{}' has a decimal comma; write all numbers with one decimal mark", echo(.point), echo(.comma))]
    MixedMarks {
        /// one with a point
        point: String,
        /// one with a comma
        comma: String,
    },
    /// Two signs of currency in one column.
    #[error("the column has amounts in '{}' and in '{}'; keep one currency in a column", echo(.first), echo(.other))]
    MixedCurrencies {
        /// the first sign
        first: String,
        /// another one
        other: String,
    },
    /// A cell without a value.
    #[error("{}", missing(.found, .of, .in_column, .in_file))]
    Missing {
        /// what stands in its place; empty for an empty cell
        found: String,
        /// the row: a date or a name
        of: String,
        /// cells without a value in the column
        in_column: u64,
        /// cells without a value in the file
        in_file: u64,
    },
    /// A day of a backtest without a value.
    #[error("{}", missing_day(.found, .of.as_deref(), .days, .begin.as_deref()))]
    MissingDay {
        /// what stands in its place; empty for an empty cell
        found: String,
        /// the day
        of: Option<String>,
        /// days without a value
        days: u64,
        /// the first day from which no value is missing, where only the first days have none
        begin: Option<String>,
    },
    /// A first day for a table without dates.
    #[error("no column has dates, so no day is the first one that counts; take out the rows before it")]
    NoDates,
    /// A value at risk that is positive, in a table that states losses as negative.
    #[error("the value at risk {} is positive, in a table that is said to state losses as negative", echo(.0))]
    PositiveQuantile(String),
    /// A per cent sign in a table of fractions.
    #[error(
        "'{}' is in per cent, and the table is read as fractions: write -0.2 for -20 %, or say that the table is in per \
         cent", echo(.0)
    )]
    PercentSign(String),
    /// Per cent signs behind some numbers alone.
    #[error("'{}' has no per cent sign, and '{}' has one: write all moves in one way", echo(.bare), echo(.signed))]
    MixedPercents {
        /// a number without a sign
        bare: String,
        /// one with a sign
        signed: String,
    },
    /// A column that is not there.
    #[error("there is no column '{}'; columns are {}", echo(.name), clipped(.known))]
    NoColumn {
        /// the name asked for
        name: String,
        /// names of those there are
        known: String,
    },
    /// A column of weights that would be taken for a factor.
    #[error(
        "the column '{}' would be taken for a factor: say that it has the weights of the scenarios, or give it another \
         name", echo(.0)
    )]
    UnaskedWeights(String),
    /// A row of a long table that repeats a date and a name.
    #[error("{date} occurs twice for '{}'; keep one row of the day", echo(.name))]
    RepeatedDay {
        /// the day
        date: String,
        /// the name
        name: String,
    },
    /// A last row that is named as a total, and is not the sum of those above.
    #[error(
        "'{}' is {stated}, and the rows above sum to {sum}: delete the row, or correct the book", echo(.name)
    )]
    WrongTotal {
        /// name of the row
        name: String,
        /// its amount
        stated: String,
        /// the sum of the rows above
        sum: String,
    },
    /// A book in several currencies.
    #[error("the book has amounts in '{}' and in '{}'; give one book in one currency", echo(.first), echo(.other))]
    SeveralCurrencies {
        /// one of them
        first: String,
        /// another
        other: String,
    },
}

fn missing(found: &str, of: &str, in_column: &u64, in_file: &u64) -> String {
    let found = if found.is_empty() { String::new() } else { format!(" ('{}')", echo(found)) };
    format!(
        "the value is missing{found}, of {}; values missing in this column: {in_column}, in the file: {in_file}. Nothing is \
         filled in: give the values, or take out the rows or the column",
        echo(of)
    )
}

fn missing_day(found: &str, of: Option<&str>, days: &u64, begin: Option<&str>) -> String {
    let found = if found.is_empty() { String::new() } else { format!(" ('{}')", echo(found)) };
    let of = of.map(|of| format!(", of {}", echo(of))).unwrap_or_default();
    let cure = match begin {
        Some(begin) => format!("all of them are the first ones: begin with {begin}"),
        None => {
            "a day without a value is never counted as one without an exceedance: give the value, or take the day out"
                .to_owned()
        }
    };
    format!("the value is missing{found}{of}; days without one: {days}; {cure}")
}

impl TableProblem {
    /// Returns the setting that would settle the question.
    pub fn setting(&self) -> Option<Setting> {
        match self {
            TableProblem::Guessed { setting, .. } => *setting,
            TableProblem::AmbiguousDates { .. } => Some(Setting::DateOrder),
            TableProblem::AmbiguousNumbers { .. } => Some(Setting::Decimal),
            TableProblem::SeveralSheets(_) | TableProblem::NoSheet { .. } => Some(Setting::Sheet),
            TableProblem::PercentSign(_) | TableProblem::Input(Problem::NotAMove { .. }) => Some(Setting::MoveUnit),
            TableProblem::SeveralFields(_) | TableProblem::SeveralValues(_) => Some(Setting::Field),
            TableProblem::NoPrice(_) => Some(Setting::Factors),
            TableProblem::UnaskedWeights(_) => Some(Setting::Weights),
            TableProblem::MissingDay { begin: Some(_), .. } => Some(Setting::From),
            TableProblem::Input(Problem::NegativeValueAtRisk(_)) | TableProblem::PositiveQuantile(_) => {
                Some(Setting::VarSign)
            }
            TableProblem::Tape(problem) if problem.has_periods() => Some(Setting::Period),
            _ => None,
        }
    }
}

impl TableError {
    /// A problem of the file as a whole.
    pub(crate) fn in_file(file: &str, problem: impl Into<TableProblem>) -> Self {
        Self { file: file.to_owned(), row: None, column: None, problem: problem.into() }
    }

    /// A problem of one row.
    pub(crate) fn in_row(file: &str, row: u64, problem: impl Into<TableProblem>) -> Self {
        Self { row: Some(row), ..Self::in_file(file, problem) }
    }

    /// A problem of one cell.
    pub(crate) fn in_cell(file: &str, row: u64, column: &str, problem: impl Into<TableProblem>) -> Self {
        Self { column: Some(column.to_owned()), ..Self::in_row(file, row, problem) }
    }
}

impl From<InputError> for TableError {
    fn from(error: InputError) -> Self {
        let InputError { file, row, column, problem } = error;
        Self { file, row, column, problem: TableProblem::Input(problem) }
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.file)?;
        if let Some(row) = self.row {
            write!(formatter, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(formatter, ", column '{}'", echo(column))?;
        }
        write!(formatter, ": {}", self.problem)
    }
}

impl std::error::Error for TableError {}
