//! The columns of a history, and where each has its prices.

use super::super::fields;
use super::{BTreeSet, HashSet, Preparation, PriceProblem, PriceTable, Problem, RowError, WantedMoves, shortened};

/// A column of a history.
#[derive(Debug)]
pub(super) struct Column {
    /// name of the factor
    pub name: String,
    /// column of the table; `None` for cash, whose price is 1
    pub place: Option<usize>,
    /// the factor whose prices it has, if it is a proxy
    pub index: Option<String>,
    /// its currency, if it is not the base
    pub currency: Option<String>,
    /// column of the rates
    pub rate: Option<usize>,
    /// its moves
    pub moves: WantedMoves,
}

/// Returns the columns that choices name.
pub(super) fn resolve(
    choices: &Preparation,
    table: &PriceTable,
    rates: Option<&PriceTable>,
) -> Result<Vec<Column>, RowError> {
    if choices.factors.is_none() {
        fields::check_instruments(table.factors())?;
    }
    check_proxies(choices, table)?;
    let cash = cash(choices, table);
    let known = |name: &String| table.factors().contains(name) || cash.contains(name) || is_proxy(choices, name);
    let listed = choices.currencies.iter().flat_map(|currencies| currencies.factors.keys());
    if let Some(name) = choices.moves.keys().chain(listed).find(|name| !known(name)) {
        return Err(no_prices_of(name, table).into());
    }
    let names = choices.factors.clone().unwrap_or_else(|| {
        let proxies = choices.proxies.iter().map(|(name, _)| name).filter(|name| table.place_of(name).is_none());
        table.factors().iter().chain(proxies).chain(&cash).cloned().collect()
    });
    names.into_iter().map(|name| column(choices, table, rates, &cash, name).map_err(RowError::from)).collect()
}

fn is_proxy(choices: &Preparation, name: &str) -> bool {
    choices.proxies.iter().any(|(proxy, _)| proxy == name)
}

/// Returns the factors that are cash in another currency than the base.
fn cash(choices: &Preparation, table: &PriceTable) -> BTreeSet<String> {
    let Some(currencies) = &choices.currencies else { return BTreeSet::new() };
    if let Some(stated) = &currencies.cash {
        return stated.clone();
    }
    let is_cash = |name: &str| name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("cash"));
    let rows = currencies.factors.iter().filter(|(name, currency)| **currency != currencies.base && is_cash(name));
    rows.map(|(name, _)| name.clone()).filter(|name| table.place_of(name).is_none()).collect()
}

fn column(
    choices: &Preparation,
    table: &PriceTable,
    rates: Option<&PriceTable>,
    cash: &BTreeSet<String>,
    name: String,
) -> Result<Column, Problem> {
    let index = choices.proxies.iter().find(|(proxy, _)| *proxy == name).map(|(_, index)| index.clone());
    let source = index.as_ref().unwrap_or(&name);
    let is_cash = index.is_none() && cash.contains(&name);
    let place = if is_cash { None } else { Some(table.place_of(source).ok_or_else(|| no_prices_of(&name, table))?) };
    let own_or_index = |own: Option<_>, of_index: Option<_>| own.or(of_index);
    let moves = own_or_index(choices.moves.get(&name), choices.moves.get(source)).copied();
    let (currency, rate) = match &choices.currencies {
        None => (None, None),
        Some(currencies) => {
            let of = |name: &String| currencies.factors.get(name);
            let currency = of(&name).or(of(source)).ok_or_else(|| PriceProblem::NoCurrency(name.clone()))?;
            match *currency == currencies.base {
                true => (None, None),
                false => (Some(currency.clone()), Some(rate(rates, currency, &name, &currencies.base)?)),
            }
        }
    };
    Ok(Column { name, place, index, currency, rate, moves: moves.unwrap_or(WantedMoves::Relative) })
}

/// Returns the column of a currency's rates.
fn rate(rates: Option<&PriceTable>, currency: &str, factor: &str, base: &str) -> Result<usize, Problem> {
    let rates = rates.ok_or_else(|| PriceProblem::RatesNeeded(base.to_owned()))?;
    rates.place_of(currency).ok_or_else(|| {
        let known = shortened(rates.factors());
        PriceProblem::NoRates { currency: currency.to_owned(), factor: factor.to_owned(), known }.into()
    })
}

fn no_prices_of(name: &str, table: &PriceTable) -> Problem {
    PriceProblem::NoPricesOf { factor: name.to_owned(), known: shortened(table.factors()) }.into()
}

/// Checks that proxies have names of their own, once each, and indices that have prices.
fn check_proxies(choices: &Preparation, table: &PriceTable) -> Result<(), Problem> {
    let mut seen = HashSet::new();
    for (name, index) in &choices.proxies {
        if !seen.insert(name) {
            return Err(Problem::DuplicateName(name.clone()));
        }
        if table.place_of(index).is_none() || name == index {
            return Err(no_prices_of(index, table));
        }
    }
    Ok(())
}
