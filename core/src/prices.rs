//! Daily price history: one row a day, oldest first.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::error::{Problem, RowError};
use crate::scenarios::factors::is_exposure;
use crate::table::check_names;
use crate::text::{shortened, to_f64};

/// The column of dates in errors.
const DATE: &str = "date";

/// Prices of some factors on consecutive rows of dates; all positive, dates strictly ascending, no
/// gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceHistory {
    factors: Vec<String>,
    dates: Vec<Date>,
    rows: Vec<Vec<Decimal>>,
}

impl PriceHistory {
    /// Returns the history of `rows`: for each date, one price for each of `factors`.
    ///
    /// # Errors
    /// No factors or no rows; a name that is empty, occurs twice or is one of a column of Greeks;
    /// a row of another length; a price that is zero or negative; dates that do not ascend
    /// strictly. The error names the row by its index.
    pub fn new(factors: Vec<String>, rows: Vec<(Date, Vec<Decimal>)>) -> Result<Self, RowError> {
        check_names(&factors, "no factor columns").map_err(|(place, problem)| match place {
            Some(place) => RowError::in_header(&factors[place], problem),
            None => problem.into(),
        })?;
        if let Some(name) = factors.iter().find(|name| !is_exposure(name)) {
            return Err(RowError::in_header(name, Problem::NamedAsGreek(name.clone())));
        }
        if rows.is_empty() {
            return Err(Problem::Empty("no price rows".into()).into());
        }
        let mut history = Self { factors, dates: Vec::with_capacity(rows.len()), rows: Vec::with_capacity(rows.len()) };
        for (index, (date, prices)) in rows.into_iter().enumerate() {
            history.check_date(date).map_err(|problem| RowError::new(index, DATE, problem))?;
            if prices.len() != history.factors.len() {
                let (have, need) = (prices.len(), history.factors.len());
                return Err(RowError::new(index, DATE, Problem::RowLength { have, need }));
            }
            if let Some((factor, price)) =
                history.factors.iter().zip(&prices).find(|(_, price)| **price <= Decimal::ZERO)
            {
                return Err(RowError::new(index, factor, Problem::PriceNotPositive(price.to_string())));
            }
            history.dates.push(date);
            history.rows.push(prices);
        }
        Ok(history)
    }

    /// Checks that `date` comes after every date there is.
    fn check_date(&self, date: Date) -> Result<(), Problem> {
        match self.dates.last() {
            Some(previous) if *previous >= date && self.dates.contains(&date) => {
                Err(Problem::DuplicateDate(date.to_string()))
            }
            Some(previous) if *previous > date => {
                Err(Problem::UnsortedDate { date: date.to_string(), previous: previous.to_string() })
            }
            _ => Ok(()),
        }
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
            Some(to_f64(price)).filter(|price| *price > 0.0 && price.is_finite()).ok_or_else(|| Problem::OutOfRange {
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

    /// Returns the digest of some rows, by their indices: that of [`crate::table::digest`] under
    /// `tailproof/prices/v1`, each row named by its date. It is that of the values, however a file
    /// writes them.
    ///
    /// # Panics
    /// If `rows` reaches beyond the history.
    pub fn digest(&self, rows: impl IntoIterator<Item = usize>) -> [u8; 32] {
        let rows = rows.into_iter().map(|row| (self.dates[row].to_string(), &self.rows[row][..]));
        crate::table::digest("tailproof/prices/v1", &self.factors, rows)
    }

    /// Returns the index of the row of `date`.
    pub fn row_of(&self, date: Date) -> Option<usize> {
        self.dates.binary_search(&date).ok()
    }

    /// Returns the columns of `factors`, in that order.
    ///
    /// # Errors
    /// A factor that the history does not have.
    pub fn select(&self, factors: &[String]) -> Result<Self, Problem> {
        let place = |factor: &String| {
            self.factors
                .iter()
                .position(|name| name == factor)
                .ok_or_else(|| Problem::UnknownFactor { factor: factor.clone(), known: shortened(&self.factors) })
        };
        let places = factors.iter().map(place).collect::<Result<Vec<_>, _>>()?;
        let rows = self.rows.iter().map(|row| places.iter().map(|place| row[*place]).collect()).collect();
        Ok(Self { factors: factors.to_vec(), dates: self.dates.clone(), rows })
    }

    /// Returns the rows up to `date`, included; `None` if there are none.
    pub fn up_to(&self, date: Date) -> Option<Self> {
        let count = self.dates.partition_point(|found| *found <= date);
        (count > 0).then(|| Self {
            factors: self.factors.clone(),
            dates: self.dates[..count].to_vec(),
            rows: self.rows[..count].to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::prices;

    #[test]
    fn the_digest_is_that_of_the_values_in_the_order_of_the_columns() {
        let history = prices("date,A,B\n2024-01-02,1.50,2\n2024-01-03,1.6,2e0\n");
        let written_otherwise = prices("date,A,B\n2024-01-02,1.5,2.0\n2024-01-03,1.60,2\n2024-01-04,9,9\n");
        assert_eq!(history.digest(0..2), written_otherwise.digest(0..2));
        assert_ne!(history.digest(0..2), written_otherwise.digest(0..3));
        let other_order = prices("date,B,A\n2024-01-02,2,1.5\n2024-01-03,2,1.6\n");
        assert_ne!(history.digest(0..2), other_order.digest(0..2));
        assert_eq!(history.digest(0..2), other_order.select(history.factors()).unwrap().digest(0..2));
        for changed in ["2024-01-02,1.51,2", "2024-01-01,1.50,2"] {
            let text = format!("date,A,B\n{changed}\n2024-01-03,1.6,2\n");
            assert_ne!(history.digest(0..2), prices(&text).digest(0..2), "{changed}");
        }
    }

    /// Limits on exposures would not count a holding of such a factor.
    #[test]
    fn a_price_column_cannot_escape_limits_by_the_name_of_a_greek() {
        let rows = || vec![("2024-01-02".parse().unwrap(), vec![Decimal::ONE; 2])];
        for name in ["gamma:X", "vega:X", "gamma:", "vega:A"] {
            let refused = PriceHistory::new(vec!["A".into(), name.into()], rows()).unwrap_err();
            assert_eq!(refused, RowError::in_header(name, Problem::NamedAsGreek(name.into())));
        }
        for name in ["gamma", "Gamma:X", "X gamma:", "vegan:X"] {
            assert!(PriceHistory::new(vec!["A".into(), name.into()], rows()).is_ok(), "{name}");
        }
    }

    #[test]
    fn rows_that_are_no_history_are_refused_by_row_and_column() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let one = || vec![Decimal::ONE];
        let refused = |rows| PriceHistory::new(vec!["A".into()], rows).unwrap_err();
        let unsorted = refused(vec![(date("2024-01-03"), one()), (date("2024-01-02"), one())]);
        assert_eq!((unsorted.row, &unsorted.column[..]), (Some(1), "date"));
        assert!(matches!(unsorted.problem, Problem::UnsortedDate { .. }));
        let twice = refused(vec![(date("2024-01-03"), one()), (date("2024-01-03"), one())]);
        assert!(matches!(twice.problem, Problem::DuplicateDate(_)));
        let zero = refused(vec![(date("2024-01-03"), vec![Decimal::ZERO])]);
        assert_eq!((zero.row, &zero.column[..]), (Some(0), "A"));
        let ragged = refused(vec![(date("2024-01-03"), vec![])]);
        assert!(matches!(ragged.problem, Problem::RowLength { have: 0, need: 1 }));
        assert!(matches!(refused(vec![]).problem, Problem::Empty(_)));
    }
}
