//! Gains from Python: a file of one P&L vector, or a frame with a column for each desk.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use jiff::civil::Date;
use pyo3::prelude::*;
use tailproof::Book;
use tailproof::csv::BookFile;
use tailproof::table::{TableOptions, read_pnl};

use crate::values::Frame;
use crate::{errors, files};

/// P&L vectors over the same days.
pub enum Gains {
    /// from a file, which has one
    File(BookFile),
    /// from the columns of a frame, each with its name
    Frame(Vec<(String, Book)>),
}

impl Gains {
    /// Reads vectors from a path or a frame. `argument` names a frame in errors.
    ///
    /// # Errors
    /// `InputError` with the day and the column; `OSError`.
    pub fn of(argument: &'static str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = value.py();
        if let Ok(path) = value.extract::<PathBuf>() {
            let input = BufReader::new(File::open(&path).map_err(|error| files::failed(&path, &error))?);
            let read = read_pnl(&path.display().to_string(), input, &TableOptions::default());
            let (file, reading) = read.map_err(|error| errors::table(py, &error))?;
            if !reading.is_plain() {
                files::warn(py, &reading.to_string())?;
            }
            return Ok(Gains::File(file));
        }
        let frame = Frame::of(argument, value)?;
        let found = frame.gains().and_then(|desks| {
            desks.into_iter().map(|(desk, gains)| Ok((desk, Book::of_gains(gains)?))).collect::<Result<Vec<_>, _>>()
        });
        found.map(Gains::Frame).map_err(|error| frame.error(py, &error))
    }

    /// Returns the days of the vectors.
    pub fn days(&self, py: Python<'_>) -> PyResult<Vec<Date>> {
        let book = match self {
            Gains::File(file) => file.book(),
            Gains::Frame(desks) => match &desks[..] {
                [(_, first), ..] => first,
                [] => return Err(errors::usage(py, "gains", "it has no column of gains")),
            },
        };
        book.days().map_err(|problem| errors::problem(py, "gains", &problem))
    }

    /// Returns the vector of a desk, or the only one.
    pub fn of_desk(self, py: Python<'_>, desk: Option<&str>) -> PyResult<Vector> {
        let desks = match (self, desk) {
            (Gains::File(file), None) => return Ok(Vector::File(file)),
            (Gains::File(_), Some(_)) => {
                return Err(errors::usage(py, "desk", "it names a column of a frame, and a file has one vector"));
            }
            (Gains::Frame(desks), _) => desks,
        };
        let names: Vec<String> = desks.iter().map(|(name, _)| format!("'{name}'")).collect();
        let refused = |text: &str| errors::usage(py, "desk", &format!("{text}: {}", names.join(", ")));
        let found = match desk {
            None if desks.len() > 1 => return Err(refused("name one of the columns of gains")),
            None => desks.into_iter().next(),
            Some(desk) => desks.into_iter().find(|(name, _)| name == desk),
        };
        found.map(|(_, book)| Vector::Frame(book)).ok_or_else(|| refused("no column of gains has this name"))
    }
}

/// One vector, with where it came from.
pub enum Vector {
    File(BookFile),
    Frame(Book),
}
