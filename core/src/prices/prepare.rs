//! The choices that make a history of a table of prices.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::history::{PriceHistory, check_factors};
use super::moves::{Moves, Step, WantedMoves};
use super::table::PriceTable;
use crate::error::{PriceProblem, Problem, RowError};
use crate::scenarios::treatment::Missing;
use crate::text::shortened;

mod cells;
mod columns;
mod treatment;

use cells::Used;
use columns::Column;

/// What is done about prices that are missing among the rows that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingPolicy {
    /// they are refused
    #[default]
    Refuse,
    /// their days are left out
    DropDay,
    /// the last price before stands for them
    Carry,
    /// their factors are left out
    DropFactor,
}

/// The currency of each factor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CurrencyTable {
    /// the currency that prices are converted to
    pub base: String,
    /// the currency of each factor
    pub factors: BTreeMap<String, String>,
    /// factors that are cash in their currency; `None`: those whose name begins with CASH and that
    /// have no prices
    pub cash: Option<BTreeSet<String>>,
}

/// The choices that make a [`PriceHistory`] of a [`PriceTable`]. Its treatment is recorded in the
/// history, and by makers of sets in the header.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preparation {
    /// the factors, in this order; without, those of the table, then proxies, then cash
    pub factors: Option<Vec<String>>,
    /// factors that have the prices of another one: (factor, index)
    pub proxies: Vec<(String, String)>,
    /// whether the table holds returns
    pub returns: bool,
    /// kinds of moves; relative where there is none, of a proxy those of its index
    pub moves: BTreeMap<String, WantedMoves>,
    /// currencies; of a proxy without one, that of its index
    pub currencies: Option<CurrencyTable>,
    /// what is done about missing prices
    pub missing: MissingPolicy,
    /// days of a move, by which steps of absolute moves are found; 0 counts as 1
    pub horizon: usize,
    /// moves that are used, the newest; without, all of them
    pub window: Option<usize>,
    /// the last date that is used
    pub until: Option<Date>,
}

impl Preparation {
    /// Returns the history that these choices make of a table, over its rows that are used alone.
    /// `rates` has a column for each currency, its price in the base currency.
    ///
    /// Fewer rows than a window needs are all used: the maker of the set says how many it lacks.
    ///
    /// # Errors
    /// A factor without prices; columns of one instrument, unless factors are chosen; a missing price
    /// that the policy does not deal with; a price that is not positive, of a factor without absolute
    /// moves; returns in place of prices, and prices in place of returns; a currency without rates. The
    /// error names the row of the table by its index.
    pub fn prepare(&self, table: &PriceTable, rates: Option<&PriceTable>) -> Result<PriceHistory, RowError> {
        self.check_returns()?;
        let mut columns = columns::resolve(self, table, rates)?;
        let used = Used::find(self, table, rates, &mut columns)?;
        let rows = used.rows.iter().zip(used.values);
        let rows: Vec<(usize, Vec<Decimal>)> = rows.map(|(row, values)| (*row, values)).collect();
        let factors: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        check_factors(&factors)?;
        if self.returns {
            check_are_returns(table, &factors, &rows)?;
        } else {
            check_signs(&columns, &rows)?;
        }
        let moves = self.moves(&columns, &rows)?;
        let treatment = self.treatment(&columns, &moves, used.missing);
        let dates = rows.iter().map(|(row, _)| table.dates()[*row]).collect();
        let rows = rows.into_iter().map(|(_, values)| values).collect();
        let plain = moves.iter().all(|moves| *moves == Moves::Relative);
        let moves = if plain { Vec::new() } else { moves };
        let treatment = (!treatment.is_none()).then(|| Box::new(treatment));
        Ok(PriceHistory { factors, dates, rows, moves, treatment })
    }

    /// Refuses choices that do not go with returns.
    fn check_returns(&self) -> Result<(), Problem> {
        let what = match self {
            _ if !self.returns => return Ok(()),
            _ if self.horizon > 1 => "a horizon above one day",
            _ if self.currencies.is_some() => "conversions of currencies",
            _ if self.missing == MissingPolicy::Carry => "carried prices",
            _ if self.moves.values().any(|moves| *moves != WantedMoves::Relative) => "kinds of moves",
            _ => return Ok(()),
        };
        Err(PriceProblem::NeedsPrices(what).into())
    }

    /// Returns how many rows are used, the newest; `None` for all.
    fn rows(&self) -> Option<usize> {
        let before = if self.returns { 0 } else { self.horizon.max(1) };
        self.window.map(|window| window.saturating_add(before))
    }

    /// Returns the kinds of moves, with the steps of absolute ones.
    fn moves(&self, columns: &[Column], rows: &[(usize, Vec<Decimal>)]) -> Result<Vec<Moves>, RowError> {
        let days = self.horizon.max(1);
        let each = columns.iter().enumerate().map(|(place, column)| match column.moves {
            WantedMoves::Relative => Ok(Moves::Relative),
            WantedMoves::Log => Ok(Moves::Log),
            WantedMoves::Absolute(Some(step)) => Ok(Moves::Absolute(step)),
            WantedMoves::Absolute(None) => {
                let value = |row: &(usize, Vec<Decimal>)| row.1[place];
                let changes = rows.iter().zip(rows.iter().skip(days)).map(|(old, new)| (value(old), value(new)));
                let step = Step::finest(changes).map_err(|problem| RowError::in_header(&column.name, problem))?;
                Ok(Moves::Absolute(step))
            }
        });
        each.collect()
    }
}

/// Checks that prices are positive, except those of factors with absolute moves.
fn check_signs(columns: &[Column], rows: &[(usize, Vec<Decimal>)]) -> Result<(), RowError> {
    let any: Vec<bool> = columns.iter().map(|column| matches!(column.moves, WantedMoves::Absolute(_))).collect();
    let wrong = |values: &[Decimal]| values.iter().zip(&any).position(|(value, any)| !any && *value <= Decimal::ZERO);
    let found = rows.iter().find_map(|(row, values)| Some((*row, wrong(values)?, values)));
    let Some((row, place, values)) = found else { return Ok(()) };
    let both_signs = |column: usize| {
        let mut signs = [false; 2];
        rows.iter()
            .for_each(|(_, values)| signs[usize::from(values[column].is_sign_negative())] |= !values[column].is_zero());
        signs == [true; 2]
    };
    let small = || rows.iter().flat_map(|(_, values)| values).all(|value| value.abs() < Decimal::ONE);
    if !any.contains(&true) && (0..columns.len()).all(both_signs) && small() {
        return Err(PriceProblem::LooksLikeReturns.into_problem().into());
    }
    Err(RowError::new(row, &columns[place].name, Problem::PriceNotPositive(values[place].to_string())))
}

/// Checks that returns are above -100 %.
fn check_are_returns(table: &PriceTable, factors: &[String], rows: &[(usize, Vec<Decimal>)]) -> Result<(), RowError> {
    for (row, values) in rows {
        if let Some(place) = values.iter().position(|value| *value <= Decimal::NEGATIVE_ONE) {
            let (date, value) = (table.dates()[*row].to_string(), values[place].to_string());
            let problem = PriceProblem::ReturnBelowLoss { factor: factors[place].clone(), date, value };
            return Err(RowError::new(*row, &factors[place], problem.into()));
        }
    }
    Ok(())
}

impl PriceProblem {
    fn into_problem(self) -> Problem {
        self.into()
    }
}
