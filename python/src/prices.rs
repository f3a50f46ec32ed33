//! Prices from Python: a file in any of the layouts that the command line reads, or a frame.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tailproof::core::error::RowError;
use tailproof::core::prices::{CurrencyTable, MissingPolicy, Preparation, PriceTable, Step, WantedMoves};
use tailproof::table::{self, RawPrices, Reading, TableFile, TableOptions};
use tailproof::{PriceHistory, Problem};

use crate::values::{self, Frame};
use crate::{errors, files};

/// Prices with where they came from.
pub enum Prices<'py> {
    /// from a file
    File(RawPrices),
    /// from a frame
    Frame(Frame<'py>, PriceTable),
}

/// Warns of a reading that is not plain.
fn said(py: Python<'_>, reading: &Reading) -> PyResult<()> {
    if reading.is_plain() { Ok(()) } else { files::warn(py, &reading.to_string()) }
}

/// Returns the path that a value is, if it is one.
fn path_of(value: &Bound<'_, PyAny>) -> Option<PathBuf> {
    value.extract().ok()
}

fn open(path: &std::path::Path) -> PyResult<BufReader<File>> {
    Ok(BufReader::with_capacity(1 << 20, File::open(path).map_err(|error| files::failed(path, &error))?))
}

impl<'py> Prices<'py> {
    /// Reads prices from a path or a frame.
    ///
    /// # Errors
    /// `InputError` with the row and the column; `OSError`.
    pub fn of(argument: &'static str, value: &Bound<'py, PyAny>) -> PyResult<Self> {
        let py = value.py();
        if let Some(path) = path_of(value) {
            let read = table::read_raw_prices(&path.display().to_string(), open(&path)?, &TableOptions::default());
            let (raw, reading) = read.map_err(|error| errors::table(py, &error))?;
            said(py, &reading)?;
            return Ok(Prices::File(raw));
        }
        let frame = Frame::of(argument, value)?;
        let table = frame.prices().map_err(|error| frame.error(py, &error))?;
        Ok(Prices::Frame(frame, table))
    }

    /// The prices.
    pub fn table(&self) -> &PriceTable {
        match self {
            Prices::File(raw) => &raw.table,
            Prices::Frame(_, table) => table,
        }
    }

    /// Returns the exception of a problem with a row.
    pub fn error(&self, py: Python<'_>, error: RowError) -> PyErr {
        match self {
            Prices::File(raw) => errors::table(py, &raw.place(error)),
            Prices::Frame(frame, _) => frame.error(py, &error),
        }
    }

    /// Returns the exception of a problem with the prices as a whole.
    pub fn problem(&self, py: Python<'_>, problem: Problem) -> PyErr {
        self.error(py, problem.into())
    }

    /// Returns the history of the prices, of which every cell must be there.
    pub fn history(&self, py: Python<'_>) -> PyResult<PriceHistory> {
        Preparation::default().prepare(self.table(), None).map_err(|error| self.error(py, error))
    }
}

/// Reads a table with a row for each name, from a path or a frame. `read` reads the file; `key` says
/// what the labels of a frame are.
pub fn rows_of<'py>(
    argument: &'static str,
    value: &Bound<'py, PyAny>,
    key: &str,
    read: impl FnOnce(&str, BufReader<File>) -> Result<(TableFile, Reading), table::TableError>,
) -> PyResult<NamedRows<'py>> {
    let py = value.py();
    if let Some(path) = path_of(value) {
        let (table, reading) =
            read(&path.display().to_string(), open(&path)?).map_err(|error| errors::table(py, &error))?;
        said(py, &reading)?;
        return Ok(NamedRows::File(table));
    }
    let frame = Frame::of(argument, value)?;
    let table = frame.named(key).map_err(|error| frame.error(py, &error))?;
    Ok(NamedRows::Frame(frame, table))
}

/// A table with a row for each name, with where it came from.
pub enum NamedRows<'py> {
    /// from a file
    File(TableFile),
    /// from a frame
    Frame(Frame<'py>, tailproof::core::table::DecimalTable),
}

impl NamedRows<'_> {
    /// The table.
    pub fn table(&self) -> &tailproof::core::table::DecimalTable {
        match self {
            NamedRows::File(file) => file.table(),
            NamedRows::Frame(_, table) => table,
        }
    }

    /// Returns the exception of a problem with a row.
    pub fn error(&self, py: Python<'_>, error: RowError) -> PyErr {
        match self {
            NamedRows::File(file) => errors::input(py, &file.place(error)),
            NamedRows::Frame(frame, _) => frame.error(py, &error),
        }
    }
}

/// Returns the policy for missing prices that a word names.
pub fn missing(py: Python<'_>, word: &str) -> PyResult<MissingPolicy> {
    Ok(match word {
        "refuse" => MissingPolicy::Refuse,
        "drop-day" => MissingPolicy::DropDay,
        "carry" => MissingPolicy::Carry,
        "drop-factor" => MissingPolicy::DropFactor,
        other => {
            let text = format!("'{other}' is none of refuse, drop-day, carry and drop-factor");
            return Err(errors::usage(py, "missing", &text));
        }
    })
}

/// Returns the kinds of moves of a mapping: "relative", "log", "absolute", or a number, the step of
/// absolute moves.
pub fn moves(py: Python<'_>, mapping: &Bound<'_, PyDict>) -> PyResult<BTreeMap<String, WantedMoves>> {
    let mut wanted = BTreeMap::new();
    for (factor, kind) in mapping {
        let found = match kind.extract::<String>().as_deref() {
            Ok("relative") => WantedMoves::Relative,
            Ok("log") => WantedMoves::Log,
            Ok("absolute") => WantedMoves::Absolute(None),
            _ => {
                let step = Step::from_decimal(values::amount(py, "moves", &kind)?);
                WantedMoves::Absolute(Some(step.map_err(|problem| errors::problem(py, "moves", &problem))?))
            }
        };
        wanted.insert(factor.extract()?, found);
    }
    Ok(wanted)
}

/// Returns the table of currencies that arguments give together.
pub fn currencies(
    py: Python<'_>,
    currencies: Option<BTreeMap<String, String>>,
    base: Option<String>,
    rates: bool,
) -> PyResult<Option<CurrencyTable>> {
    match (currencies, base, rates) {
        (None, None, false) => Ok(None),
        (Some(factors), Some(base), true) => Ok(Some(CurrencyTable { base, factors, cash: None })),
        _ => Err(errors::usage(py, "currencies", "currencies, rates and base go together")),
    }
}
