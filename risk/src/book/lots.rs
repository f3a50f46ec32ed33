//! Lots: several rows of one factor are one holding.

use std::collections::HashMap;

use rust_decimal::Decimal;
use tailproof_core::error::{BookProblem, Problem, RowError};

use super::{BookRow, Holding};

/// The rows of a book with one for each factor, in the order of their first ones.
pub(crate) struct Lots {
    /// the rows
    pub rows: Vec<BookRow>,
    /// the index that each had first
    pub first: Vec<usize>,
    /// factors in several rows, each with the number of its rows
    pub summed: Vec<(String, u64)>,
}

/// Sums rows of one factor.
///
/// # Errors
/// Sums of more than 28 digits, named by their row.
pub(crate) fn merged(rows: Vec<BookRow>) -> Result<Lots, RowError> {
    let mut lots = Lots { rows: Vec::with_capacity(rows.len()), first: Vec::new(), summed: Vec::new() };
    let mut places: HashMap<String, (usize, u64)> = HashMap::with_capacity(rows.len());
    for (index, row) in rows.into_iter().enumerate() {
        let (place, count) = places.entry(row.factor.clone()).or_insert((lots.rows.len(), 0));
        *count += 1;
        if *count == 1 {
            lots.rows.push(row);
            lots.first.push(index);
            continue;
        }
        add(&mut lots.rows[*place], &row).map_err(|problem| RowError::new(index, "factor", problem))?;
    }
    let several = |row: &BookRow| {
        let (_, count) = places.get(&row.factor)?;
        (*count > 1).then(|| (row.factor.clone(), *count))
    };
    lots.summed = lots.rows.iter().filter_map(several).collect();
    Ok(lots)
}

fn add(row: &mut BookRow, lot: &BookRow) -> Result<(), Problem> {
    let sum = |one: Decimal, other: Decimal| {
        one.checked_add(other).ok_or_else(|| Problem::from(BookProblem::LargeLots(lot.factor.clone())))
    };
    let number = sum(row.holding.number(), lot.holding.number())?;
    row.holding = match row.holding {
        Holding::Exposure(_) => Holding::Exposure(number),
        Holding::Quantity(_) => Holding::Quantity(number),
        Holding::Weight(_) => Holding::Weight(number),
    };
    (row.gamma, row.vega) = (sum(row.gamma, lot.gamma)?, sum(row.vega, lot.vega)?);
    row.theta = sum(row.theta, lot.theta)?;
    row.value = match (row.value, lot.value) {
        (Some(one), Some(other)) => Some(sum(one, other)?),
        _ => None,
    };
    row.is_cash &= lot.is_cash;
    Ok(())
}
