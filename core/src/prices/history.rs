//! A history of prices: complete, with dates that rise.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::moves::Moves;
use crate::error::{PriceProblem, Problem, RowError};
use crate::scenarios::factors::is_exposure;
use crate::scenarios::treatment::Treatment;
use crate::table::check_names;
use crate::text::{shortened, to_f64};

/// The column of dates in errors.
pub(super) const DATE: &str = "date";

/// Prices of some factors on consecutive rows of dates, dates strictly ascending, no gaps. All are
/// positive, except those of factors with absolute moves. A history of returns holds these in place
/// of prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceHistory {
    pub(super) factors: Vec<String>,
    pub(super) dates: Vec<Date>,
    pub(super) rows: Vec<Vec<Decimal>>,
    /// kinds of moves, one for each factor; empty where all are relative
    pub(super) moves: Vec<Moves>,
    /// how it was made of a source; `None` where it is the source
    pub(super) treatment: Option<Box<Treatment>>,
}

/// Checks names of factors.
pub(super) fn check_factors(factors: &[String]) -> Result<(), RowError> {
    check_names(factors, "no factor columns").map_err(|(place, problem)| match place {
        Some(place) => RowError::in_header(&factors[place], problem),
        None => problem.into(),
    })?;
    match factors.iter().find(|name| !is_exposure(name)) {
        Some(name) => Err(RowError::in_header(name, Problem::NamedAsGreek(name.clone()))),
        None => Ok(()),
    }
}

/// Checks that `date` comes after all of `dates`.
pub(super) fn check_date(dates: &[Date], date: Date) -> Result<(), Problem> {
    match dates.last() {
        Some(previous) if *previous >= date && dates.contains(&date) => Err(Problem::DuplicateDate(date.to_string())),
        Some(previous) if *previous > date => {
            Err(Problem::UnsortedDate { date: date.to_string(), previous: previous.to_string() })
        }
        _ => Ok(()),
    }
}

impl PriceHistory {
    /// Returns the history of `rows`: for each date, one price for each of `factors`.
    ///
    /// # Errors
    /// No factors or no rows; a name that is empty, occurs twice or is one of a column of Greeks;
    /// a row of another length; a price that is zero or negative; dates that do not ascend
    /// strictly. The error names the row by its index.
    pub fn new(factors: Vec<String>, rows: Vec<(Date, Vec<Decimal>)>) -> Result<Self, RowError> {
        check_factors(&factors)?;
        if rows.is_empty() {
            return Err(Problem::Empty("no price rows".into()).into());
        }
        let (dates, prices) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        let mut history = Self { factors, dates, rows: prices, moves: Vec::new(), treatment: None };
        for (index, (date, prices)) in rows.into_iter().enumerate() {
            check_date(&history.dates, date).map_err(|problem| RowError::new(index, DATE, problem))?;
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

    /// Returns how the moves of a factor are taken.
    pub fn moves(&self, column: usize) -> Moves {
        self.moves.get(column).copied().unwrap_or_default()
    }

    /// Returns how the history was made of a source; `None` where it is the source.
    pub fn treatment(&self) -> Option<&Treatment> {
        self.treatment.as_deref()
    }

    /// Whether it holds returns, and no prices.
    pub fn holds_returns(&self) -> bool {
        self.treatment.as_ref().is_some_and(|treatment| treatment.returns)
    }

    /// Returns the newest prices, as sets have them; `None` for returns.
    pub fn last_prices(&self) -> Option<Vec<String>> {
        let last = self.rows.last().filter(|_| !self.holds_returns())?;
        Some(last.iter().map(|price| price.normalize().to_string()).collect())
    }

    /// Refuses a history that is no plain one, for makers that take simple returns of prices.
    ///
    /// # Errors
    /// Returns, or moves that are not relative.
    pub fn check_plain_moves(&self, kind: &'static str) -> Result<(), Problem> {
        let what = match self.holds_returns() {
            true => "files of returns",
            false if self.moves.iter().any(|moves| *moves != Moves::Relative) => "log or absolute moves",
            false => return Ok(()),
        };
        Err(PriceProblem::OnlyHistorical { kind, what }.into())
    }

    /// Daily moves, one row a day: simple returns, unless a factor has others.
    ///
    /// # Errors
    /// A price that a double-precision number does not hold.
    pub fn simple_returns(&self) -> Result<Vec<Vec<f64>>, Problem> {
        self.returns(|column, old, new| self.moves(column).value(old, new))
    }

    /// Daily log returns, one row a day.
    ///
    /// # Errors
    /// A price that a double-precision number does not hold.
    pub fn log_returns(&self) -> Result<Vec<Vec<f64>>, Problem> {
        self.returns(|_, old, new| libm::log(new / old))
    }

    fn returns(&self, of: impl Fn(usize, f64, f64) -> f64) -> Result<Vec<Vec<f64>>, Problem> {
        let price = |row: usize, column: usize| {
            let price = self.rows[row][column];
            let any = self.moves(column).takes_any_price();
            Some(to_f64(price)).filter(|price| (any || *price > 0.0) && price.is_finite()).ok_or_else(|| {
                Problem::OutOfRange {
                    what: "a price".into(),
                    value: price.to_string(),
                    range: "what a double-precision number holds".into(),
                }
            })
        };
        let columns = self.factors.len();
        (1..self.rows.len())
            .map(|row| {
                (0..columns).map(|column| Ok(of(column, price(row - 1, column)?, price(row, column)?))).collect()
            })
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
        let moves =
            if self.moves.is_empty() { Vec::new() } else { places.iter().map(|place| self.moves[*place]).collect() };
        let treatment = self.treatment.as_ref().and_then(|treatment| treatment.of_factors(factors)).map(Box::new);
        Ok(Self { factors: factors.to_vec(), dates: self.dates.clone(), rows, moves, treatment })
    }

    /// Returns the rows up to `date`, included; `None` if there are none.
    pub fn up_to(&self, date: Date) -> Option<Self> {
        let count = self.dates.partition_point(|found| *found <= date);
        (count > 0).then(|| Self {
            factors: self.factors.clone(),
            dates: self.dates[..count].to_vec(),
            rows: self.rows[..count].to_vec(),
            moves: self.moves.clone(),
            treatment: self.treatment.clone(),
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
        for name in ["gamma:X", "vega:X", "gamma:", "vega:A", "theta:A"] {
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
