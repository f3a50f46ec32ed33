//! Numbers, names and tables from Python.

use jiff::civil::Date;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyFloat, PyInt, PyString};
use rust_decimal::Decimal;
use tailproof::core::error::RowError;
use tailproof::core::prices::PriceTable;
use tailproof::core::table::DecimalTable;
use tailproof::core::text::{parse_day, parse_decimal};
use tailproof::{Problem, Unit};

use crate::errors;

/// Returns the decimal that a number of Python is: a `float` is the shortest decimal that reads back
/// as the same double. `None` for a missing value: `None`, NaN and their kin.
///
/// # Errors
/// An infinity; a text that is no decimal; anything that is no number.
pub fn decimal(value: &Bound<'_, PyAny>) -> Result<Option<Decimal>, Problem> {
    let not_a_number = |text: String| Problem::NotANumber(text);
    if value.is_none() {
        return Ok(None);
    }
    if value.is_instance_of::<PyBool>() {
        return Err(not_a_number(value.to_string()));
    }
    if let Ok(float) = value.cast::<PyFloat>() {
        return double(float.value());
    }
    if value.is_instance_of::<PyInt>() || value.is_instance_of::<PyString>() {
        return parse_decimal(&value.to_string()).map(Some);
    }
    // Numbers of numpy, `decimal.Decimal` and pandas.NA have texts that say what they are.
    let kind = value.get_type().name().map(|name| name.to_string()).unwrap_or_default();
    match &*kind {
        "Decimal" => match value.to_string() {
            text if text.eq_ignore_ascii_case("nan") => Ok(None),
            text => parse_decimal(&text).map(Some),
        },
        "NAType" | "NaTType" => Ok(None),
        // numpy writes the shortest decimal of the value's own precision, as readers of Parquet do.
        "float32" | "float16" => match value.to_string() {
            text if text == "nan" => Ok(None),
            text => parse_decimal(&text).map(Some),
        },
        _ if value.hasattr("__index__").unwrap_or(false) => {
            let whole = value.call_method0("__index__").map_err(|_| not_a_number(value.to_string()))?;
            parse_decimal(&whole.to_string()).map(Some)
        }
        _ if value.hasattr("__float__").unwrap_or(false) => {
            double(value.extract::<f64>().map_err(|_| not_a_number(value.to_string()))?)
        }
        _ => Err(not_a_number(value.to_string())),
    }
}

/// Returns the shortest decimal that reads back as the same double; `None` for NaN.
fn double(value: f64) -> Result<Option<Decimal>, Problem> {
    if value.is_nan() {
        return Ok(None);
    }
    // The standard library writes the shortest decimal, without an exponent.
    parse_decimal(&value.to_string()).map(Some)
}

/// Returns an amount that an argument must give.
pub fn amount(py: Python<'_>, argument: &str, value: &Bound<'_, PyAny>) -> PyResult<Decimal> {
    let found = decimal(value).and_then(|found| found.ok_or(Problem::MissingValue));
    found.map_err(|problem| errors::problem(py, argument, &problem))
}

/// Returns an amount that an argument may give.
pub fn optional(py: Python<'_>, argument: &str, value: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Decimal>> {
    value.filter(|value| !value.is_none()).map(|value| amount(py, argument, value)).transpose()
}

/// Returns the book unit that an argument may give.
pub fn unit(py: Python<'_>, value: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Unit>> {
    let amount = optional(py, "unit", value)?;
    amount.map(|amount| Unit::from_decimal(amount).map_err(|problem| errors::problem(py, "unit", &problem))).transpose()
}

/// Returns the 32 bytes that an argument gives: as `bytes`, or as 64 digits in hex.
pub fn digest(py: Python<'_>, argument: &str, value: &Bound<'_, PyAny>) -> PyResult<[u8; 32]> {
    let bytes = match value.cast::<PyBytes>() {
        Ok(bytes) => Some(bytes.as_bytes().to_vec()),
        Err(_) => {
            let text: String =
                value.extract().map_err(|_| PyTypeError::new_err(format!("{argument}: give hex or bytes")))?;
            hex::decode(text.strip_prefix("0x").unwrap_or(&text)).ok()
        }
    };
    let found = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    found.ok_or_else(|| errors::usage(py, argument, "it is not 32 bytes: 64 digits in hex"))
}

/// A column of a frame.
enum Column<'py> {
    /// doubles, 8 bytes each, the least significant first
    Doubles(Vec<u8>),
    /// anything that may be numbers
    Objects(Vec<Bound<'py, PyAny>>),
}

/// A table from Python: a name for each column, and a label for each row.
pub struct Frame<'py> {
    argument: &'static str,
    names: Vec<String>,
    labels: Vec<String>,
    columns: Vec<Column<'py>>,
}

impl<'py> Frame<'py> {
    /// Returns the table of a frame of pandas or polars, a table of pyarrow, a structured array of
    /// numpy, or a mapping of columns. `argument` names it in errors.
    ///
    /// # Errors
    /// Anything else; columns of different lengths; no column of dates or names.
    pub fn of(argument: &'static str, value: &Bound<'py, PyAny>) -> PyResult<Self> {
        let py = value.py();
        let parts = py.import("tailproof._frames")?.call_method1("table_of", (value, argument))?;
        let (names, labels, columns): (Vec<String>, Vec<String>, Vec<Bound<'py, PyAny>>) = parts.extract()?;
        let columns = columns
            .into_iter()
            .map(|column| match column.cast::<PyBytes>() {
                Ok(bytes) => Ok(Column::Doubles(bytes.as_bytes().to_vec())),
                Err(_) => column.extract().map(Column::Objects),
            })
            .collect::<PyResult<Vec<_>>>()?;
        Ok(Self { argument, names, labels, columns })
    }

    /// Returns the number in a cell.
    fn number(&self, row: usize, column: usize) -> Result<Option<Decimal>, Problem> {
        match &self.columns[column] {
            Column::Doubles(bytes) => {
                let cell = bytes.chunks_exact(8).nth(row).and_then(|cell| cell.try_into().ok());
                double(cell.map_or(f64::NAN, f64::from_le_bytes))
            }
            Column::Objects(cells) => decimal(&cells[row]),
        }
    }

    /// Returns the exception of a problem with a cell.
    pub fn error(&self, py: Python<'_>, error: &RowError) -> PyErr {
        let row = error.row.and_then(|row| self.labels.get(row));
        errors::cell(py, self.argument, row.map(String::as_str), &error.column, &error.problem)
    }

    /// Returns the rows, and the places of missing cells, whose numbers are 0.
    #[expect(clippy::type_complexity, reason = "rows and holes")]
    fn rows(&self) -> Result<(Vec<Vec<Decimal>>, Vec<(usize, usize)>), RowError> {
        let (mut rows, mut missing) = (Vec::with_capacity(self.labels.len()), Vec::new());
        for row in 0..self.labels.len() {
            let mut cells = Vec::with_capacity(self.names.len());
            for (column, name) in self.names.iter().enumerate() {
                let cell = self.number(row, column).map_err(|problem| RowError::new(row, name, problem))?;
                if cell.is_none() {
                    missing.push((row, column));
                }
                cells.push(cell.unwrap_or_default());
            }
            rows.push(cells);
        }
        Ok((rows, missing))
    }

    /// Returns the frame as prices: a row for each day.
    ///
    /// # Errors
    /// Labels that are no days, or do not ascend; cells that are no numbers.
    pub fn prices(&self) -> Result<PriceTable, RowError> {
        let (rows, missing) = self.rows()?;
        PriceTable::new(self.names.clone(), self.days()?.into_iter().zip(rows).collect(), &missing)
    }

    /// Returns the labels as days.
    fn days(&self) -> Result<Vec<Date>, RowError> {
        let day =
            |(row, label): (usize, &String)| parse_day(label).map_err(|problem| RowError::new(row, "date", problem));
        self.labels.iter().enumerate().map(day).collect()
    }

    /// Returns the columns as gains of desks, each with its name: a row for each day.
    ///
    /// # Errors
    /// No column; labels that are no days; a missing cell, or one that is no number.
    #[expect(clippy::type_complexity, reason = "names, days and gains")]
    pub fn gains(&self) -> Result<Vec<(String, Vec<(Date, Decimal)>)>, RowError> {
        if self.names.is_empty() {
            return Err(Problem::Empty("no column of gains".into()).into());
        }
        let days = self.days()?;
        let rows = self.whole_rows()?;
        let gains = |place: usize| days.iter().zip(&rows).map(|(day, cells)| (*day, cells[place])).collect();
        Ok(self.names.iter().enumerate().map(|(place, name)| (name.clone(), gains(place))).collect())
    }

    /// Returns the rows, where no cell is missing.
    fn whole_rows(&self) -> Result<Vec<Vec<Decimal>>, RowError> {
        let (rows, missing) = self.rows()?;
        match missing.first() {
            Some((row, column)) => Err(RowError::new(*row, &self.names[*column], Problem::MissingValue)),
            None => Ok(rows),
        }
    }

    /// Returns the frame as a table of named rows; `key` names what the labels are.
    ///
    /// # Errors
    /// A missing cell, or one that is no number; names that are empty or doubled.
    pub fn named(&self, key: &str) -> Result<DecimalTable, RowError> {
        let rows = self.whole_rows()?;
        DecimalTable::new(key, self.names.clone(), self.labels.iter().cloned().zip(rows).collect())
    }
}
