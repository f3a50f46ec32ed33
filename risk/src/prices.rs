//! Daily price history: `date,AAA,BBB,…`, one row a day, oldest first.

use std::io::Read;

use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use sha2::{Digest, Sha256};

use crate::input::{InputError, Problem, Table, parse_decimal};

/// Prices of some factors on consecutive rows of dates; all positive, dates strictly ascending, no gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceHistory {
    factors: Vec<String>,
    dates: Vec<Date>,
    rows: Vec<Vec<Decimal>>,
    sha256: [u8; 32],
}

impl PriceHistory {
    /// Reads a CSV with a header. `file` names it in errors.
    ///
    /// # Errors
    /// A cell that is empty, not a number, zero or negative; a date that is not `YYYY-MM-DD`, occurs twice or is out of
    /// order; a factor named twice. The error names row and column.
    pub fn from_csv(file: &str, mut input: impl Read) -> Result<Self, InputError> {
        let mut bytes = Vec::new();
        input.read_to_end(&mut bytes).map_err(|error| InputError::of_file(file, Problem::Io(error.to_string())))?;
        let sha256 = Sha256::digest(&bytes).into();
        let table = Table::read(file, bytes.as_slice())?;

        let (first, factors) = table
            .header
            .split_first()
            .ok_or_else(|| InputError::of_file(file, Problem::Empty("a header 'date,FACTOR,…' is needed".into())))?;
        if !first.eq_ignore_ascii_case("date") {
            let problem = Problem::Header { found: format!("'{first}'"), expected: "date,FACTOR,…".into() };
            return Err(InputError::of_cell(file, 1, first, problem));
        }
        check_names(file, factors)?;
        if table.rows.is_empty() {
            return Err(InputError::of_file(file, Problem::Empty("no price rows".into())));
        }

        let mut dates: Vec<Date> = Vec::with_capacity(table.rows.len());
        let mut rows = Vec::with_capacity(table.rows.len());
        for (line, cells) in &table.rows {
            let (date_cell, price_cells) = cells.split_first().expect("rows are as long as the header");
            let date: Date = date_cell.parse().map_err(|_| {
                let problem =
                    if date_cell.is_empty() { Problem::MissingValue } else { Problem::NotADate(date_cell.clone()) };
                InputError::of_cell(file, *line, first, problem)
            })?;
            if let Some(previous) = dates.last() {
                if *previous == date {
                    return Err(InputError::of_cell(file, *line, first, Problem::DuplicateDate(date.to_string())));
                }
                if *previous > date {
                    let problem = if dates.contains(&date) {
                        Problem::DuplicateDate(date.to_string())
                    } else {
                        Problem::UnsortedDate { date: date.to_string(), previous: previous.to_string() }
                    };
                    return Err(InputError::of_cell(file, *line, first, problem));
                }
            }
            let mut row = Vec::with_capacity(factors.len());
            for (cell, factor) in price_cells.iter().zip(factors) {
                let at_cell = |problem| InputError::of_cell(file, *line, factor, problem);
                let price = parse_decimal(cell).map_err(at_cell)?;
                if price <= Decimal::ZERO {
                    return Err(at_cell(Problem::PriceNotPositive(price.to_string())));
                }
                row.push(price);
            }
            dates.push(date);
            rows.push(row);
        }
        Ok(Self { factors: factors.to_vec(), dates, rows, sha256 })
    }

    /// Factor names, in column order.
    pub fn factors(&self) -> &[String] {
        &self.factors
    }

    /// Dates, oldest first.
    pub fn dates(&self) -> &[Date] {
        &self.dates
    }

    /// Prices of one date, in factor order.
    pub fn row(&self, index: usize) -> &[Decimal] {
        &self.rows[index]
    }

    /// Number of dates.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Never true: a history has at least one row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Daily simple returns, one row a day.
    ///
    /// # Errors
    /// A price that a double-precision number does not hold.
    pub fn simple_returns(&self) -> Result<Vec<Vec<f64>>, Problem> {
        self.returns(|old, new| (new - old) / old)
    }

    /// Daily log returns, one row a day.
    ///
    /// # Errors
    /// A price that a double-precision number does not hold.
    pub fn log_returns(&self) -> Result<Vec<Vec<f64>>, Problem> {
        self.returns(|old, new| libm::log(new / old))
    }

    fn returns(&self, of: impl Fn(f64, f64) -> f64) -> Result<Vec<Vec<f64>>, Problem> {
        let price = |row: usize, column: usize| {
            let price = self.rows[row][column];
            price.to_f64().filter(|price| *price > 0.0 && price.is_finite()).ok_or_else(|| Problem::OutOfRange {
                what: "a price".into(),
                value: price.to_string(),
                range: "what a double-precision number holds".into(),
            })
        };
        let columns = self.factors.len();
        (1..self.rows.len())
            .map(|row| (0..columns).map(|column| Ok(of(price(row - 1, column)?, price(row, column)?))).collect())
            .collect()
    }

    /// SHA-256 of the bytes the history was read from.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }
}

/// Factor names are non-empty and distinct.
fn check_names(file: &str, factors: &[String]) -> Result<(), InputError> {
    if factors.is_empty() {
        return Err(InputError::of_file(file, Problem::Empty("no factor columns".into())));
    }
    let mut seen = std::collections::HashSet::new();
    for factor in factors {
        if factor.is_empty() {
            return Err(InputError::of_row(file, 1, Problem::EmptyName));
        }
        if !seen.insert(factor) {
            return Err(InputError::of_cell(file, 1, factor, Problem::DuplicateName(factor.clone())));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<PriceHistory, InputError> {
        PriceHistory::from_csv("p.csv", text.as_bytes())
    }

    #[test]
    fn reads_dates_factors_and_prices() {
        let history = read("date,AAA,BBB\n2024-01-02,1.5,2\n2024-01-03, 1.6 ,2e0\n").unwrap();
        assert_eq!(history.factors(), ["AAA", "BBB"]);
        assert_eq!(history.len(), 2);
        assert_eq!(history.row(1), [Decimal::new(16, 1), Decimal::from(2)]);
    }

    #[test]
    fn every_bad_cell_is_named_by_row_and_column() {
        let cases = [
            ("date,A\n2024-01-02,\n", 2, "A", Problem::MissingValue),
            ("date,A\n2024-01-02,x\n", 2, "A", Problem::NotANumber("x".into())),
            ("date,A\n2024-01-02,0\n", 2, "A", Problem::PriceNotPositive("0".into())),
            ("date,A\n2024-01-02,1\n2024-01-03,-2\n", 3, "A", Problem::PriceNotPositive("-2".into())),
            ("date,A\n2024-01-02,1\n2024-01-02,2\n", 3, "date", Problem::DuplicateDate("2024-01-02".into())),
            ("date,A\n02/01/2024,1\n", 2, "date", Problem::NotADate("02/01/2024".into())),
            (
                "date,A\n2024-01-03,1\n2024-01-02,2\n",
                3,
                "date",
                Problem::UnsortedDate { date: "2024-01-02".into(), previous: "2024-01-03".into() },
            ),
            ("date,A,A\n2024-01-03,1,1\n", 1, "A", Problem::DuplicateName("A".into())),
        ];
        for (text, row, column, problem) in cases {
            assert_eq!(read(text).unwrap_err(), InputError::of_cell("p.csv", row, column, problem), "{text}");
        }
    }

    #[test]
    fn ragged_rows_and_empty_files_are_refused() {
        assert_eq!(read("date,A\n2024-01-02,1,2\n").unwrap_err().row, Some(2));
        assert!(read("").is_err());
        assert!(read("date,A\n").is_err());
        assert!(read("day,A\n2024-01-02,1\n").is_err());
    }
}
