//! Errors about what came from outside, and the CSV reading they come from: file, row, column, and what to do.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;

use rust_decimal::Decimal;
use toml::Spanned;

/// What is wrong with one place of an input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The file could not be read.
    #[error("cannot read it: {0}")]
    Io(String),
    /// The file is not the text or table format that was expected.
    #[error("cannot parse it: {0}")]
    Syntax(String),
    /// A header cell is missing or unexpected.
    #[error("the header {found} is not what is expected here: {expected}")]
    Header {
        /// the header as found
        found: String,
        /// what would have been accepted
        expected: String,
    },
    /// A cell is empty.
    #[error("the value is missing")]
    MissingValue,
    /// A cell is not a decimal number.
    #[error("'{0}' is not a decimal number (of at most 28 digits)")]
    NotANumber(String),
    /// A cell is not a calendar date.
    #[error("'{0}' is not a date; write YYYY-MM-DD")]
    NotADate(String),
    /// A price is zero or negative.
    #[error("the price {0} is not positive")]
    PriceNotPositive(String),
    /// A date occurs twice.
    #[error("the date {0} occurs twice")]
    DuplicateDate(String),
    /// Rows are not in ascending order of date.
    #[error("the date {date} comes after {previous}; sort the rows by date, oldest first")]
    UnsortedDate {
        /// the date of this row
        date: String,
        /// the later date of the row before
        previous: String,
    },
    /// A name occurs twice.
    #[error("'{0}' occurs twice")]
    DuplicateName(String),
    /// A name is empty.
    #[error("the name is empty")]
    EmptyName,
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
    #[error("{what} {value} is outside {range}")]
    OutOfRange {
        /// what the value is
        what: String,
        /// the value
        value: String,
        /// the range allowed
        range: String,
    },
    /// The book names a factor that the scenario set does not have.
    #[error("the scenario set has no factor '{factor}'; it has {known}")]
    UnknownFactor {
        /// the name in the book
        factor: String,
        /// the names the set has, shortened
        known: String,
    },
    /// The rest, worded where it arises.
    #[error("{0}")]
    Other(String),
}

/// A [`Problem`] with its place: file, row (1 is the first line) and column, each where known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputError {
    /// the file, or what stands for it
    pub file: String,
    /// line of the file, the header being line 1
    pub row: Option<u64>,
    /// column name
    pub column: Option<String>,
    /// what is wrong
    pub problem: Problem,
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column '{column}'")?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for InputError {}

impl InputError {
    /// A problem of the file as a whole.
    pub fn of_file(file: &str, problem: Problem) -> Self {
        Self { file: file.to_owned(), row: None, column: None, problem }
    }

    /// A problem of one row.
    pub fn of_row(file: &str, row: u64, problem: Problem) -> Self {
        Self { file: file.to_owned(), row: Some(row), column: None, problem }
    }

    /// A problem of one cell.
    pub fn of_cell(file: &str, row: u64, column: &str, problem: Problem) -> Self {
        Self { file: file.to_owned(), row: Some(row), column: Some(column.to_owned()), problem }
    }
}

/// A CSV table with a header, every cell trimmed, with the line each row began on.
#[derive(Debug)]
pub(crate) struct Table {
    pub header: Vec<String>,
    pub rows: Vec<(u64, Vec<String>)>,
}

impl Table {
    /// Reads a whole table; ragged rows are errors. A byte-order mark is passed over.
    pub fn read(file: &str, mut input: impl Read) -> Result<Self, InputError> {
        let mut text = String::new();
        input.read_to_string(&mut text).map_err(|error| InputError::of_file(file, Problem::Io(error.to_string())))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let syntax = |error: csv::Error| InputError {
            file: file.to_owned(),
            row: error.position().map(csv::Position::line),
            column: None,
            problem: Problem::Syntax(match error.kind() {
                csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                    format!("the row has {len} cells where the header has {expected_len}")
                }
                _ => error.to_string(),
            }),
        };
        let header: Vec<String> = reader.headers().map_err(syntax)?.iter().map(str::to_owned).collect();
        if header.iter().all(String::is_empty) {
            return Err(InputError::of_file(file, Problem::Empty("a header line is needed".into())));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(syntax)?;
            let line = record.position().map_or(0, csv::Position::line);
            rows.push((line, record.iter().map(str::to_owned).collect()));
        }
        Ok(Self { header, rows })
    }
}

/// Reads TOML; an error names the row.
pub(crate) fn read_toml<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, InputError> {
    toml::from_str(text).map_err(|error| {
        let row = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() as u64 + 1);
        let problem = Problem::Syntax(error.message().to_owned());
        InputError { file: file.to_owned(), row, column: None, problem }
    })
}

/// A TOML number or a string that holds one, as it is written, so that decimals stay exact.
pub(crate) type Scalar = Spanned<toml::Value>;

/// The text of a number: of the string, or of the file at this place.
pub(crate) fn scalar_text<'t>(scalar: &'t Scalar, file: &'t str) -> Result<Cow<'t, str>, Problem> {
    match scalar.get_ref() {
        toml::Value::String(text) => Ok(Cow::Borrowed(text)),
        toml::Value::Integer(_) | toml::Value::Float(_) => {
            Ok(Cow::Owned(file.get(scalar.span()).unwrap_or_default().replace('_', "")))
        }
        other => Err(Problem::Other(format!("a number is needed, not a {}", other.type_str()))),
    }
}

/// The number of a scalar, exactly.
pub(crate) fn scalar_decimal(scalar: &Scalar, file: &str) -> Result<Decimal, Problem> {
    parse_decimal(&scalar_text(scalar, file)?)
}

/// A number times a power of ten that must make it whole and at most `most`.
pub(crate) fn whole(what: &str, value: Decimal, places: u32, most: u64) -> Result<u64, Problem> {
    // A product of more digits than there are places would be rounded.
    let shifted = Some(value.normalize()).filter(|value| value.scale() <= places);
    let scaled =
        shifted.and_then(|value| value.checked_mul(Decimal::from(10u64.pow(places)))).map(|scaled| scaled.normalize());
    let found = scaled.filter(|scaled| scaled.scale() == 0).and_then(|scaled| u64::try_from(scaled.mantissa()).ok());
    found.filter(|found| *found <= most).ok_or_else(|| {
        let most = Decimal::from(most).checked_div(Decimal::from(10u64.pow(places))).unwrap_or_default().normalize();
        let steps = if places == 0 { String::new() } else { format!(", with at most {places} decimals") };
        Problem::OutOfRange { what: what.to_owned(), value: value.to_string(), range: format!("0 to {most}{steps}") }
    })
}

/// Parses a decimal as people and tools write them: `1234.5`, `-0.5`, `1e-05`. Thousands separators are refused.
pub fn parse_decimal(text: &str) -> Result<Decimal, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::MissingValue);
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') && !text.contains('_');
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    let parsed = match text.contains(['e', 'E']) {
        _ if !plain => None,
        true => Decimal::from_scientific(unsigned).ok(),
        false => Decimal::from_str_exact(unsigned).ok(),
    };
    parsed.ok_or_else(|| Problem::NotANumber(text.to_owned()))
}

/// Names and descriptions are shown to people: no control characters, which a terminal might obey.
pub(crate) fn check_printable(text: &str) -> Result<(), Problem> {
    if text.chars().any(char::is_control) {
        return Err(Problem::Other(format!("{text:?} contains control characters")));
    }
    Ok(())
}

/// The first few of a list of names, for an error message.
pub(crate) fn shortened(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(8).map(String::as_str).collect();
    let rest = names.len().saturating_sub(shown.len());
    if rest == 0 { shown.join(", ") } else { format!("{} and {rest} more", shown.join(", ")) }
}
