//! The rows that are used, and their prices under a policy for missing ones.

use rust_decimal::Decimal;

use super::columns::Column;
use super::{Missing, MissingPolicy, Preparation, PriceProblem, PriceTable, Problem, RowError};

/// The rows of a table that are used, oldest first, and the prices of each column.
pub(super) struct Used {
    pub rows: Vec<usize>,
    pub values: Vec<Vec<Decimal>>,
    pub missing: Option<Missing>,
}

/// A table and the rates of its days.
struct Source<'s> {
    table: &'s PriceTable,
    rates: Option<&'s PriceTable>,
    /// the row of the rates of each row of the table
    rate_rows: Vec<Option<usize>>,
    columns: &'s [Column],
}

impl Used {
    /// Finds them. Columns that the policy leaves out are taken from `columns`.
    pub fn find(
        choices: &Preparation,
        table: &PriceTable,
        rates: Option<&PriceTable>,
        columns: &mut Vec<Column>,
    ) -> Result<Self, RowError> {
        let end = choices.until.map_or(table.len(), |last| table.dates().partition_point(|date| *date <= last));
        if end == 0 {
            let last = choices.until.map(|date| format!(" up to {date}")).unwrap_or_default();
            return Err(Problem::Empty(format!("no prices{last}")).into());
        }
        let newest = choices.rows().unwrap_or(end).min(end);
        let all: Vec<usize> = (end - newest..end).collect();
        let left_out = match choices.missing {
            MissingPolicy::DropFactor => leave_out(table, &all, columns)?,
            _ => Vec::new(),
        };
        let rate_rows = match rates.filter(|_| columns.iter().any(|column| column.rate.is_some())) {
            Some(rates) => table.dates().iter().map(|date| rates.row_of(*date)).collect(),
            None => Vec::new(),
        };
        let source = Source { table, rates, rate_rows, columns };
        let (rows, missing) = match choices.missing {
            MissingPolicy::DropDay => source.complete_rows(end, newest)?,
            MissingPolicy::DropFactor => {
                let missing = (!left_out.is_empty()).then_some(Missing::DropFactor { factors: left_out });
                (all, missing)
            }
            MissingPolicy::Carry | MissingPolicy::Refuse => (all, None),
        };
        if choices.missing == MissingPolicy::Carry {
            return source.carried(rows, end);
        }
        source.check_complete(&rows)?;
        let values = rows.iter().map(|row| source.values(*row)).collect::<Result<_, _>>()?;
        Ok(Self { rows, values, missing })
    }
}

/// Takes the columns from `columns` that lack a price on one of the rows, and returns their names.
/// Proxies stay: the header could not say whose prices they lack.
fn leave_out(table: &PriceTable, rows: &[usize], columns: &mut Vec<Column>) -> Result<Vec<String>, Problem> {
    if !table.has_holes() {
        return Ok(Vec::new());
    }
    let lacks = |column: &Column| {
        column.index.is_none() && column.place.is_some_and(|place| rows.iter().any(|row| table.is_missing(*row, place)))
    };
    let (left_out, kept): (Vec<Column>, Vec<Column>) = std::mem::take(columns).into_iter().partition(lacks);
    *columns = kept;
    if columns.is_empty() {
        return Err(PriceProblem::NoFactorLeft.into());
    }
    Ok(left_out.into_iter().map(|column| column.name).collect())
}

impl Source<'_> {
    /// Returns the price of a column in its own currency.
    fn price(&self, row: usize, column: &Column) -> Option<Decimal> {
        column.place.map_or(Some(Decimal::ONE), |place| self.table.price(row, place))
    }

    /// Returns the rate of a column's currency on a day; 1 for the base currency.
    fn rate(&self, row: usize, column: &Column) -> Option<Decimal> {
        let (Some(rates), Some(place)) = (self.rates, column.rate) else { return Some(Decimal::ONE) };
        rates.price(self.rate_rows[row]?, place)
    }

    fn is_complete(&self, row: usize) -> bool {
        self.columns.iter().all(|column| self.price(row, column).is_some() && self.rate(row, column).is_some())
    }

    /// Whether no cell can be missing.
    fn has_no_holes(&self) -> bool {
        !self.table.has_holes() && self.rate_rows.is_empty()
    }

    /// Returns the newest `count` rows without a missing price, before the row `end`.
    fn complete_rows(&self, end: usize, count: usize) -> Result<(Vec<usize>, Option<Missing>), Problem> {
        let complete = (0..end).rev().filter(|row| self.has_no_holes() || self.is_complete(*row));
        let mut rows: Vec<usize> = complete.take(count).collect();
        rows.reverse();
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Err(Problem::Empty("no day on which every factor has a price".into()));
        };
        let days = last + 1 - first - rows.len();
        Ok((rows, (days > 0).then_some(Missing::DropDay { days })))
    }

    /// Refuses rows with a missing price, with their count.
    fn check_complete(&self, rows: &[usize]) -> Result<(), RowError> {
        if self.has_no_holes() {
            return Ok(());
        }
        let mut first: Option<(usize, usize)> = None;
        let mut counts = vec![0; self.columns.len()];
        for row in rows {
            for (place, column) in self.columns.iter().enumerate() {
                if self.price(*row, column).is_none() {
                    counts[place] += 1;
                    first = first.or(Some((*row, place)));
                }
            }
        }
        if let Some((row, place)) = first {
            let (factor, date) = (self.columns[place].name.clone(), self.date(row));
            let (in_column, in_all) = (counts[place], counts.iter().sum());
            let problem = PriceProblem::Missing { factor: factor.clone(), date, in_column, in_all };
            return Err(RowError::new(row, &factor, problem.into()));
        }
        for row in rows {
            if let Some(column) = self.columns.iter().find(|column| self.rate(*row, column).is_none()) {
                return Err(self.no_rate(*row, column));
            }
        }
        Ok(())
    }

    fn no_rate(&self, row: usize, column: &Column) -> RowError {
        let (currency, date) = (column.currency.clone().unwrap_or_default(), self.date(row));
        RowError::new(row, &column.name, PriceProblem::MissingRate { currency, date }.into())
    }

    fn date(&self, row: usize) -> String {
        self.table.dates()[row].to_string()
    }

    /// Returns the prices of a complete row in the base currency.
    fn values(&self, row: usize) -> Result<Vec<Decimal>, RowError> {
        let plain = self.rate_rows.is_empty() && self.columns.iter().all(|column| column.place.is_some());
        if plain {
            let cells = self.table.row(row);
            return Ok(self.columns.iter().filter_map(|column| Some(cells[column.place?])).collect());
        }
        let mut values = Vec::with_capacity(self.columns.len());
        for column in self.columns {
            let (Some(price), Some(rate)) = (self.price(row, column), self.rate(row, column)) else {
                return Err(self.no_rate(row, column));
            };
            values.push(self.in_base(row, column, price, rate)?);
        }
        Ok(values)
    }

    /// Returns a price times a rate, exactly.
    fn in_base(&self, row: usize, column: &Column, price: Decimal, rate: Decimal) -> Result<Decimal, RowError> {
        if column.rate.is_none() {
            return Ok(price);
        }
        let at = |problem: PriceProblem| RowError::new(row, &column.name, problem.into());
        if rate <= Decimal::ZERO {
            let (currency, date) = (column.currency.clone().unwrap_or_default(), self.date(row));
            return Err(at(PriceProblem::RateNotPositive { currency, date, rate: rate.to_string() }));
        }
        times(price, rate)
            .ok_or_else(|| at(PriceProblem::NotExact { price: price.to_string(), rate: rate.to_string() }))
    }

    /// Returns rows in which the last value before stands for a missing price, and for a missing rate.
    fn carried(&self, rows: Vec<usize>, end: usize) -> Result<Used, RowError> {
        if self.has_no_holes() {
            let values = rows.iter().map(|row| self.values(*row)).collect::<Result<_, _>>()?;
            return Ok(Used { rows, values, missing: None });
        }
        let first = rows.first().copied().unwrap_or(end);
        let mut last: Vec<(Option<Decimal>, Option<Decimal>)> = vec![(None, None); self.columns.len()];
        let (mut values, mut count) = (Vec::with_capacity(rows.len()), 0);
        for row in 0..end {
            let mut of_day = Vec::with_capacity(self.columns.len());
            for (column, last) in self.columns.iter().zip(&mut last) {
                let (price, rate) = (self.price(row, column), self.rate(row, column));
                *last = (price.or(last.0), rate.or_else(|| self.rate_before(row, column)).or(last.1));
                if row < first {
                    continue;
                }
                let (Some(carried), Some(carried_rate)) = *last else {
                    let (factor, date) = (column.name.clone(), self.date(row));
                    let problem = PriceProblem::NothingToCarry { factor, date };
                    return Err(RowError::new(row, &column.name, problem.into()));
                };
                count += usize::from(price.is_none() || rate.is_none());
                of_day.push(self.in_base(row, column, carried, carried_rate)?);
            }
            if row >= first {
                values.push(of_day);
            }
        }
        let missing = (count > 0).then_some(Missing::Carry { prices: count });
        Ok(Used { rows, values, missing })
    }

    /// Returns the newest rate before a day that has none: its day need not be one of the prices.
    fn rate_before(&self, row: usize, column: &Column) -> Option<Decimal> {
        let (rates, place) = (self.rates?, column.rate?);
        let until = rates.dates().partition_point(|date| *date <= self.table.dates()[row]);
        (0..until).rev().find_map(|row| rates.price(row, place))
    }
}

/// Returns a product, if a decimal holds it exactly.
fn times(one: Decimal, other: Decimal) -> Option<Decimal> {
    let (one, other) = (one.normalize(), other.normalize());
    let mantissa = one.mantissa().checked_mul(other.mantissa())?;
    let (mut mantissa, mut scale) = (mantissa, one.scale() + other.scale());
    while scale > 0 && mantissa % 10 == 0 {
        (mantissa, scale) = (mantissa / 10, scale - 1);
    }
    Decimal::try_from_i128_with_scale(mantissa, scale).ok()
}
