//! The report of a reading: everything that differs from the plain layout, and whether it was
//! guessed.

use std::fmt;

use serde::Serialize;
use tailproof_core::echo::clipped;

use super::error::{Setting, TableError, TableProblem};

/// How a file was read. Empty for a file in the plain layout: UTF-8, commas, a header, decimal
/// points, dates as YYYY-MM-DD, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// the file, or what stands for it
    pub file: String,
    /// what differs from the plain layout, in the order of the steps of reading
    pub notes: Vec<Note>,
}

/// One thing that differs from the plain layout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// what it is about
    pub kind: NoteKind,
    /// what was found, and how it was taken
    pub what: String,
    /// cells, rows or lines that it concerns, where they were counted
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// the first line that it concerns, where it is of lines
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// on whose word
    pub basis: NoteBasis,
    /// the setting that settles it, if there is one and it was guessed
    #[serde(skip)]
    settled_by: Option<Setting>,
}

/// What a [`Note`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    /// compression of the file
    Compression,
    /// encoding of its text
    Encoding,
    /// its format, where it is no text
    Format,
    /// the sheet of a workbook
    Sheet,
    /// the separator of cells
    Separator,
    /// lines that were left out
    Lines,
    /// names of columns
    Header,
    /// columns or cells that were left out
    Columns,
    /// rows of a long format that became columns
    Long,
    /// the writing of dates
    Dates,
    /// the order of rows
    Order,
    /// the decimal mark, thousands and signs of numbers
    Numbers,
    /// a row that sums others
    Total,
    /// several rows of one factor that were summed
    Lots,
    /// a row that is cash
    Cash,
}

/// On whose word a [`Note`] stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteBasis {
    /// the file's own: a signature or a mark says so
    File,
    /// the caller's, by a setting
    Setting,
    /// a guess from the content
    Guess,
}

impl Reading {
    /// Returns the report of a file in the plain layout.
    pub fn plain(file: &str) -> Self {
        Self { file: file.to_owned(), notes: Vec::new() }
    }

    /// Whether the file has the plain layout.
    pub fn is_plain(&self) -> bool {
        self.notes.is_empty()
    }

    /// Returns what was guessed.
    pub fn guesses(&self) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(|note| note.basis == NoteBasis::Guess)
    }

    /// Returns the first guess as an error, with the setting that would settle it.
    pub(crate) fn refuse_guesses(&self) -> Result<(), TableError> {
        match self.guesses().next() {
            None => Ok(()),
            Some(note) => {
                let guess = TableProblem::Guessed { what: note.to_string(), setting: note.settled_by };
                Err(TableError { file: self.file.clone(), row: note.line, column: None, problem: guess })
            }
        }
    }

    pub(crate) fn add(&mut self, kind: NoteKind, basis: NoteBasis, what: impl Into<String>) -> &mut Note {
        self.notes.push(Note { kind, what: what.into(), count: None, line: None, basis, settled_by: None });
        self.notes.last_mut().expect("a note was just added")
    }
}

impl Note {
    /// Says which setting settles it.
    pub(crate) fn settled_by(&mut self, setting: Setting) -> &mut Self {
        self.settled_by = Some(setting).filter(|_| self.basis == NoteBasis::Guess);
        self
    }
}

impl fmt::Display for Reading {
    /// A block of lines: `read as: FILE`, and a line for each note.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "read as: {}", self.file)?;
        self.notes.iter().try_for_each(|note| write!(formatter, "\n  {note}"))
    }
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", clipped(&self.what))?;
        if let Some(line) = self.line {
            write!(formatter, ", from line {line}")?;
        }
        if let Some(count) = self.count {
            write!(formatter, ": {count}")?;
        }
        formatter.write_str(match self.basis {
            NoteBasis::File => "",
            NoteBasis::Setting => " (as set)",
            NoteBasis::Guess => " (guessed)",
        })
    }
}
