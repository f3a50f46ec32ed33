//! Price files: `date,AAA,BBB,…`, one row a day, oldest first.

use std::io::Read;

use jiff::civil::Date;
use tailproof_core::error::{InputError, Problem};
use tailproof_core::prices::PriceHistory;
use tailproof_core::text::{parse_day, parse_decimal};

use super::table::Table;

/// Reads prices from a CSV with a header. `file` names it in errors.
///
/// # Errors
/// A cell that is empty, not a number, zero or negative; a date that is not `YYYY-MM-DD`, has a
/// time other than midnight behind it, occurs twice or is out of order; a factor named twice, or as
/// a column of Greeks. The error names row and column.
pub fn read_prices(file: &str, input: impl Read) -> Result<PriceHistory, InputError> {
    let Table { header: columns, rows: cells } = Table::read(file, input)?;
    let header = || Problem::Empty("a header 'date,FACTOR,…' is needed".into());
    let (first, factors) = columns.split_first().ok_or_else(|| InputError::in_file(file, header()))?;
    if !first.eq_ignore_ascii_case("date") {
        let problem = Problem::Header { found: format!("'{first}'"), expected: "date,FACTOR,…".into() };
        return Err(InputError::in_cell(file, 1, first, problem));
    }
    let mut rows: Vec<(Date, _)> = Vec::with_capacity(cells.len());
    for (line, cells) in cells.iter() {
        let at_cell = |column: &str, problem| InputError::in_cell(file, line, column, problem);
        let date = &cells[0];
        let date = if date.is_empty() { Err(Problem::MissingValue) } else { parse_day(date) };
        let date = date.map_err(|problem| at_cell(first, problem))?;
        // It has the right size: growing would take a third more memory.
        let mut prices = Vec::with_capacity(factors.len());
        for (cell, factor) in cells.iter().skip(1).zip(factors) {
            prices.push(parse_decimal(cell).map_err(|problem| at_cell(factor, problem))?);
        }
        rows.push((date, prices));
    }
    let lines: Vec<u64> = cells.lines();
    // The prices take the most memory from here on.
    drop(cells);
    PriceHistory::new(factors.to_vec(), rows).map_err(|error| error.in_file(file, &lines))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;

    fn read(text: &str) -> Result<PriceHistory, InputError> {
        read_prices("p.csv", text.as_bytes())
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
            ("date,A,vega:X\n2024-01-03,1,1\n", 1, "vega:X", Problem::NamedAsGreek("vega:X".into())),
        ];
        for (text, row, column, problem) in cases {
            assert_eq!(read(text).unwrap_err(), InputError::in_cell("p.csv", row, column, problem), "{text}");
        }
    }

    /// A series of daily closes in UTC: each row is of the next day in Paris, whose close it is.
    #[test]
    fn a_forecast_cannot_hold_its_own_day_under_a_time_of_the_day_before() {
        let rows = |time: &str| format!("date,A\n2024-01-01{time},41.91\n2024-01-02{time},41.78\n");
        for time in [" 23:00:00+00:00", "T23:00:00Z", "T23:00", " 23:00:00-05:00"] {
            let refused = read(&rows(time)).unwrap_err();
            let problem = Problem::NotMidnight(format!("2024-01-01{time}"));
            assert_eq!(refused, InputError::in_cell("p.csv", 2, "date", problem));
        }
        let days = read(&rows("")).unwrap();
        for time in ["T00:00:00Z", " 00:00:00+00:00", " 00:00:00-05:00", " 00:00"] {
            assert_eq!(read(&rows(time)).unwrap(), days, "{time}");
        }
        assert_eq!(read("date,A\n2024-01-01T00:00Z,1\n2024-01-01,1\n").unwrap_err().row, Some(3), "one day, twice");
    }

    #[test]
    fn ragged_rows_and_empty_files_are_refused() {
        assert_eq!(read("date,A\n2024-01-02,1,2\n").unwrap_err().row, Some(2));
        assert!(read("").is_err());
        assert!(read("date,A\n").is_err());
        assert!(read("day,A\n2024-01-02,1\n").is_err());
    }
}
