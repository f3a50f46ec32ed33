//! Errors about input: the file, row and column, the problem, and how to fix it.

mod book;
mod caps;
mod cashflow;
mod clause;
mod collateral;
mod deal;
mod event;
mod margin;
mod pnl;
mod prices;
mod problem;
mod rules;
mod scenario_rule;
mod scenarios;
mod tape;

use std::fmt;

use crate::echo::echo;

pub use book::BookProblem;
pub use caps::{CapProblem, ImpactProblem};
pub use cashflow::{CashflowProblem, NotesProblem};
pub use clause::ClauseProblem;
pub use collateral::CollateralProblem;
pub use deal::DealProblem;
pub use event::EventProblem;
pub use margin::{MarginProblem, ScanProblem};
pub use pnl::PnlProblem;
pub use prices::PriceProblem;
pub use problem::Problem;
pub use rules::{CashProblem, GroupProblem};
pub use scenario_rule::RuleProblem;
pub use scenarios::{ScenarioFileProblem, SetProblem};
pub use tape::TapeProblem;

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
            write!(f, ", column '{}'", echo(column))?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for InputError {}

impl InputError {
    /// A problem of the file as a whole.
    pub fn in_file(file: &str, problem: Problem) -> Self {
        Self { file: file.to_owned(), row: None, column: None, problem }
    }

    /// A problem of one row.
    pub fn in_row(file: &str, row: u64, problem: Problem) -> Self {
        Self { file: file.to_owned(), row: Some(row), column: None, problem }
    }

    /// A problem of one cell.
    pub fn in_cell(file: &str, row: u64, column: &str, problem: Problem) -> Self {
        Self { file: file.to_owned(), row: Some(row), column: Some(column.to_owned()), problem }
    }
}

/// A [`Problem`] of one row of a table of values, by the index of the row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}column '{}': {problem}", row.map(|row| format!("row {row}, ")).unwrap_or_default(), echo(column))]
pub struct RowError {
    /// index of the row, from 0; `None` for the header, or the table as a whole
    pub row: Option<usize>,
    /// column name; empty for the table as a whole
    pub column: String,
    /// the problem
    pub problem: Problem,
}

impl RowError {
    /// Returns a problem of a cell.
    pub fn new(row: usize, column: &str, problem: Problem) -> Self {
        Self { row: Some(row), column: column.to_owned(), problem }
    }

    /// Returns a problem of a column's name.
    pub fn in_header(column: &str, problem: Problem) -> Self {
        Self { row: None, column: column.to_owned(), problem }
    }

    /// Returns the error of a file whose rows begin on the lines `lines`, with the header on line
    /// 1.
    pub fn in_file(self, file: &str, lines: &[u64]) -> InputError {
        let Self { row, column, problem } = self;
        let line = row.and_then(|row| lines.get(row).copied());
        let line = line.or_else(|| (!column.is_empty() || problem == Problem::EmptyName).then_some(1));
        InputError { file: file.to_owned(), row: line, column: Some(column).filter(|name| !name.is_empty()), problem }
    }
}

impl From<Problem> for RowError {
    fn from(problem: Problem) -> Self {
        Self { row: None, column: String::new(), problem }
    }
}
