//! Prices as a source has them: cells may be missing, and a price may have any sign.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::history::{DATE, PriceHistory, check_date, check_factors};
use crate::error::{Problem, RowError};

/// A table of prices: a row for each date, dates strictly ascending. Cells may be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceTable {
    factors: Vec<String>,
    dates: Vec<Date>,
    rows: Vec<Vec<Decimal>>,
    /// a bit for each cell, row by row; empty where no cell is missing
    missing: Vec<u64>,
}

impl PriceTable {
    /// Returns the table of `rows`, of which the cells at `missing` (row, column) are missing,
    /// whatever their value.
    ///
    /// # Errors
    /// No factors or no rows; a name that is empty, occurs twice or is one of a column of Greeks; a
    /// row of another length; dates that do not ascend strictly. The error names the row by its
    /// index.
    pub fn new(
        factors: Vec<String>,
        rows: Vec<(Date, Vec<Decimal>)>,
        missing: &[(usize, usize)],
    ) -> Result<Self, RowError> {
        check_factors(&factors)?;
        if rows.is_empty() {
            return Err(Problem::Empty("no price rows".into()).into());
        }
        let width = factors.len();
        let (mut dates, mut prices) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for (index, (date, row)) in rows.into_iter().enumerate() {
            check_date(&dates, date).map_err(|problem| RowError::new(index, DATE, problem))?;
            if row.len() != width {
                return Err(RowError::new(index, DATE, Problem::RowLength { have: row.len(), need: width }));
            }
            dates.push(date);
            prices.push(row);
        }
        let mut table = Self { factors, dates, rows: prices, missing: Vec::new() };
        if !missing.is_empty() {
            table.missing = vec![0; (table.rows.len() * width).div_ceil(64)];
            for (row, column) in missing {
                let place = row * width + column;
                table.missing[place / 64] |= 1 << (place % 64);
            }
        }
        Ok(table)
    }

    /// Factor names, in column order.
    pub fn factors(&self) -> &[String] {
        &self.factors
    }

    /// Dates, oldest first.
    pub fn dates(&self) -> &[Date] {
        &self.dates
    }

    /// Number of dates.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Never true: a table has at least one row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the price of a factor on a date, if there is one.
    pub fn price(&self, row: usize, column: usize) -> Option<Decimal> {
        (!self.is_missing(row, column)).then(|| self.rows[row][column])
    }

    /// Whether the price of a factor on a date is missing.
    pub fn is_missing(&self, row: usize, column: usize) -> bool {
        let place = row * self.factors.len() + column;
        self.missing.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1)
    }

    /// Whether any price is missing.
    pub fn has_holes(&self) -> bool {
        !self.missing.is_empty()
    }

    /// Returns the place of a factor.
    pub fn place_of(&self, factor: &str) -> Option<usize> {
        self.factors.iter().position(|name| name == factor)
    }

    /// Returns the row of a date.
    pub fn row_of(&self, date: Date) -> Option<usize> {
        self.dates.binary_search(&date).ok()
    }

    /// Returns the prices of one date, in factor order; a missing one has any value.
    pub(super) fn row(&self, row: usize) -> &[Decimal] {
        &self.rows[row]
    }
}

impl From<&PriceHistory> for PriceTable {
    /// Returns the prices of a history, of which none is missing.
    fn from(history: &PriceHistory) -> Self {
        let (factors, dates, rows) = (history.factors.clone(), history.dates.clone(), history.rows.clone());
        Self { factors, dates, rows, missing: Vec::new() }
    }
}
