//! Prices as a source has them: cells may be missing, and a price may have any sign.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::history::{DATE, PriceHistory, check_date, check_factors};
use crate::error::{Problem, RowError};
use crate::table::digest_of_texts;

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

    /// Returns the rows up to `date`, included; `None` if there are none.
    pub fn up_to(&self, date: Date) -> Option<Self> {
        let count = self.dates.partition_point(|found| *found <= date);
        let cells = count * self.factors.len();
        // Bits of cells behind the end, which the last word may have, are cells of no row.
        let holes = (0..count).any(|row| (0..self.factors.len()).any(|column| self.is_missing(row, column)));
        let missing = if holes { self.missing[..cells.div_ceil(64)].to_vec() } else { Vec::new() };
        let (dates, rows) = (self.dates[..count].to_vec(), self.rows[..count].to_vec());
        (count > 0).then(|| Self { factors: self.factors.clone(), dates, rows, missing })
    }

    /// Returns the dates on which one of `factors` has a price: a row without any is no day of theirs.
    /// Names without a column do not count; if none has one, every row is a day.
    pub fn days_of<'f>(&self, factors: impl IntoIterator<Item = &'f str>) -> Vec<Date> {
        let places: Vec<usize> = factors.into_iter().filter_map(|factor| self.place_of(factor)).collect();
        let priced = |row: &usize| places.is_empty() || places.iter().any(|place| !self.is_missing(*row, *place));
        (0..self.len()).filter(priced).map(|row| self.dates[row]).collect()
    }

    /// Returns the digest of all rows: that of the history, see [`PriceHistory::digest`], or one under
    /// `tailproof/price-table/v1`, in which a missing price is an empty text.
    pub fn digest(&self) -> [u8; 32] {
        let domain = if self.has_holes() { "tailproof/price-table/v1" } else { "tailproof/prices/v1" };
        let cell = |row: usize, column: usize| {
            self.price(row, column).map(|price| price.normalize().to_string()).unwrap_or_default()
        };
        let cells = |row: usize| (0..self.factors.len()).map(move |column| cell(row, column));
        let rows = (0..self.len()).map(|row| (self.dates[row].to_string(), cells(row)));
        digest_of_texts(domain, &self.factors, rows)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn table(missing: &[(usize, usize)]) -> PriceTable {
        let history = crate::testing::prices("date,A,B\n2024-01-02,1.50,2\n2024-01-03,1.6,2e0\n2024-01-04,9,9\n");
        let rows = (0..history.len()).map(|row| (history.dates()[row], history.row(row).to_vec())).collect();
        PriceTable::new(history.factors().to_vec(), rows, missing).unwrap()
    }

    #[test]
    fn a_table_without_holes_has_the_digest_of_its_history() {
        let history = crate::testing::prices("date,A,B\n2024-01-02,1.5,2\n2024-01-03,1.6,2\n2024-01-04,9,9\n");
        assert_eq!(table(&[]).digest(), history.digest(0..3));
        let last = history.dates()[1];
        assert_eq!(table(&[]).up_to(last).unwrap().digest(), history.digest(0..2));
        // A hole is no price, wherever it is.
        let holes = [table(&[(1, 0)]).digest(), table(&[(1, 1)]).digest(), table(&[]).digest()];
        assert!(holes[0] != holes[1] && holes[1] != holes[2] && holes[0] != holes[2]);
        assert_eq!(table(&[(2, 1)]).up_to(last).unwrap().digest(), history.digest(0..2));
        assert!(table(&[(0, 1)]).up_to(last).unwrap().has_holes());
        assert!(table(&[]).up_to("2024-01-01".parse().unwrap()).is_none());
    }

    #[test]
    fn a_row_without_any_price_is_no_day() {
        let table = table(&[(1, 0), (1, 1), (2, 0)]);
        let days = |factors: &[&str]| table.days_of(factors.iter().copied()).len();
        assert_eq!((days(&["A", "B"]), days(&["A"]), days(&["B", "CASH USD"]), days(&["CASH USD"])), (2, 1, 2, 3));
    }
}
