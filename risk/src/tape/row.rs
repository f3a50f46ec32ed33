//! A row as it is read: texts, and numbers that are exact or rounded as something says.

use std::cell::{Cell, RefCell};

use rust_decimal::Decimal;
use tailproof_core::error::{Problem, TapeProblem};
use tailproof_core::pool::tape_terms::{Rounding, TapeTerms};
use tailproof_core::text::{check_printable, parse_decimal};

use super::columns::{Cells, absent, place_of};
use super::mapping::{Mapping, Moment, Place, Ratio};
use super::problem::TapeFileProblem;
use super::sheet::Sheet;
use crate::table::{Numbers, TableError, TableProblem};

/// A tape that is being read.
pub(super) struct Context<'t> {
    pub sheet: &'t Sheet<'t>,
    pub mapping: &'t Mapping,
    /// what words and numbers mean, under a schema of version 2
    pub terms: Option<&'t TapeTerms>,
    /// whether the rows are those of one period
    pub has_period: bool,
    /// the schema's unit of balances, under a schema of version 2
    pub unit: Option<Decimal>,
    /// names of grades, in the order of their codes
    pub grades: &'t [String],
    /// columns of the spare numbers
    pub spare: Vec<usize>,
    pub numbers: RefCell<Numbers>,
    /// how many numbers were rounded
    pub rounded: Cell<usize>,
    /// dates of maturity by row, where the column of terms has dates in a writing of its own
    pub maturities: Option<Vec<Option<Moment>>>,
    /// the day or month from which terms are counted
    pub cut_off: Option<Moment>,
    /// live loans past their maturity
    pub past_maturity: RefCell<Vec<String>>,
}

/// A row as it is read.
pub(super) struct Row<'t> {
    pub of: &'t Context<'t>,
    /// row of the grid
    pub row: usize,
    /// its number among the rows that are read
    pub index: usize,
}

impl<'t> Row<'t> {
    pub fn wrong(&self, column: &str, problem: impl Into<TableProblem>) -> TableError {
        self.of.sheet.wrong(self.row, column, problem)
    }

    /// Returns the text of a cell; `None` if the column is not there, or has no value.
    pub fn text(&self, column: &str) -> Option<&'t str> {
        self.of.sheet.text(self.row, column)
    }

    /// Returns a name, which verdicts and proposals print.
    pub fn name(&self, column: &str) -> Result<Option<String>, TableError> {
        let text = self.text(column);
        text.map_or(Ok(()), check_printable).map_err(|problem| self.wrong(column, problem))?;
        Ok(text.map(str::to_owned))
    }

    /// Returns the cell of a column of the file; `None` if it has no value.
    pub fn file_text(&self, place: usize) -> Option<&'t str> {
        let cells = Cells::of_file(place, self.of.mapping);
        cells.clean(self.of.sheet.grid.cell(self.row, place))
    }

    /// Returns the number in a column of the file; `None` if it has no value.
    pub fn file_number(&self, name: &Place) -> Result<Option<Decimal>, TableError> {
        let sheet = self.of.sheet;
        let place = place_of(&sheet.header, &name.0)
            .ok_or_else(|| absent(sheet.file, sheet.header_line, &sheet.header, &name.0))?;
        let read = |text| self.of.numbers.borrow_mut().read(text, place);
        self.file_text(place).map(read).transpose().map_err(|problem| sheet.at(self.row, &name.0, no_number(problem)))
    }

    /// Returns the number in a column, as the mapping multiplies or derives it.
    pub fn number(&self, column: &str) -> Result<Option<Decimal>, TableError> {
        if let Some(ratio) = self.of.mapping.ratios.get(column) {
            return self.ratio(column, ratio);
        }
        let Some(text) = self.text(column) else { return Ok(None) };
        let cells = self.of.sheet.columns.get(column);
        let value = match cells.place.filter(|_| cells.constant.is_none()) {
            Some(place) => self.of.numbers.borrow_mut().read(text, place),
            None => parse_decimal(text).map_err(TableProblem::from),
        };
        let value = value.map_err(|problem| self.wrong(column, no_number(problem)))?;
        let Some(factor) = cells.factor else { return Ok(Some(value)) };
        let too_large = || self.wrong(column, Problem::NotANumber(text.to_owned()));
        value.checked_mul(factor).map(Some).ok_or_else(too_large)
    }

    /// Returns `times above / below`; `None` if one of them has no value, or the lower one is 0.
    fn ratio(&self, column: &str, ratio: &Ratio) -> Result<Option<Decimal>, TableError> {
        let (above, below) = (self.file_number(&ratio.above)?, self.file_number(&ratio.below)?);
        let (Some(above), Some(below)) = (above, below.filter(|below| !below.is_zero())) else { return Ok(None) };
        let times = ratio.times.map_or(Decimal::ONE_HUNDRED, |times| times.0);
        let value = above.checked_mul(times).and_then(|above| above.checked_div(below));
        let too_large = || self.wrong(column, Problem::NotANumber(format!("{above} / {below}")));
        value.map(Some).ok_or_else(too_large)
    }

    /// Returns a number in whole steps, and counts it if it was rounded.
    pub fn in_steps(&self, column: &str, value: Decimal, step: Decimal, rounding: Rounding) -> Result<u64, Problem> {
        let (steps, was_rounded) = rounding.steps(column, value, step)?;
        self.of.rounded.set(self.of.rounded.get() + usize::from(was_rounded));
        Ok(steps)
    }

    /// Returns a number of the mapping in steps of a power of ten, of at most so many. Rates and LTVs
    /// are rounded to basis points, whatever the mapping says.
    pub fn steps(&self, column: &str, places: u32, most: u64, range: &str) -> Result<Option<u64>, TableError> {
        let Some(value) = self.number(column)? else { return Ok(None) };
        let rounding = match column {
            "rate" | "ltv" => Rounding::HalfEven,
            _ => self.of.mapping.rounding.unwrap_or(Rounding::Refuse),
        };
        let out_of_range = || {
            let what = format!("the {column}");
            let problem = Problem::OutOfRange { what, value: value.normalize().to_string(), range: range.to_owned() };
            self.wrong(column, TapeFileProblem::OutOfRange { problem })
        };
        match self.in_steps(column, value, Decimal::new(1, places), rounding) {
            Ok(found) if found <= most => Ok(Some(found)),
            Err(Problem::Tape(TapeProblem::NotWhole { what, .. })) => {
                let value = self.text(column).map_or_else(|| value.to_string(), str::to_owned);
                let step = match column {
                    "balance" => "cent",
                    "term" => "month",
                    _ => "point",
                };
                Err(self.wrong(column, TapeFileProblem::Parts { what, value, step }))
            }
            _ => Err(out_of_range()),
        }
    }

    /// Returns a fraction strictly between 0 and 1, or with its ends.
    pub fn fraction(&self, column: &str, with_ends: bool) -> Result<Option<f64>, TableError> {
        let Some(value) = self.number(column)? else { return Ok(None) };
        let found = tailproof_core::text::to_f64(value);
        let inside = if with_ends { (0.0..=1.0).contains(&found) } else { found > 0.0 && found < 1.0 };
        if inside {
            return Ok(Some(found));
        }
        let range = if with_ends { "0 to 1" } else { "0 to 1, both excluded" };
        let (what, value) = (format!("the {column}"), value.to_string());
        Err(self.wrong(column, Problem::OutOfRange { what, value, range: range.into() }))
    }
}

/// Returns the problem of a cell that is no number, with its cures.
fn no_number(problem: TableProblem) -> TableProblem {
    match problem {
        TableProblem::Input(problem @ Problem::NotANumber(_)) => TapeFileProblem::NotANumber { problem }.into(),
        other => other,
    }
}
