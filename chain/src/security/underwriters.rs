//! What underwriters of a vault gain and lose in each year of a history.

use super::index::Index;
use super::series::Offer;
use super::vault::{Terms, Vault};
use crate::error::Failure;

/// Assets of both classes at the beginning of a year.
pub const ASSETS: u128 = 1_000_000_000;
/// Days after which a row is final: the vault has settled as far when a row is marked.
const FINAL: usize = 2;

/// A year's sales, until the last cover of it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Year {
    /// In which it was sold.
    pub year: i16,
    /// Orders that were filled, and orders that were returned.
    pub filled: usize,
    /// Orders that were returned.
    pub returned: usize,
    /// Premium that was earned.
    pub earned: u128,
    /// What covers were paid.
    pub paid: u128,
    /// What junior gained, in millionths of its assets.
    pub junior: i64,
    /// What senior gained, in millionths of its assets.
    pub senior: i64,
}

/// What is asked of a vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    /// Share of the assets that live cover comes to, if every order is filled, in millionths.
    pub used: u32,
    /// Junior's share of the assets at the beginning of a year, in millionths.
    pub junior: u32,
}

/// Returns every year of a history in which every cover that was sold has ended. Each year begins with the same assets,
/// and one order is made each day, in the last second before the close of the row that it is priced at.
///
/// # Errors
/// The terms are out of range.
pub fn years(index: &Index, offer: &Offer, terms: &Terms, demand: &Demand) -> Result<Vec<Year>, Failure> {
    let all = index.calendar().days();
    let Some(first) = index.rows().iter().find(|row| row.own) else { return Ok(Vec::new()) };
    let begin = all.partition_point(|day| *day < first.period);
    let mut years = Vec::new();
    let mut at = begin;
    while let Some(day) = all.get(at) {
        let year = year_of(*day)?;
        let end = at + all[at..].iter().take_while(|day| year_of(**day).is_ok_and(|other| other == year)).count();
        years.extend(one_year(index, offer, terms, demand, year, at..end)?);
        at = end;
    }
    Ok(years)
}

fn year_of(period: u32) -> Result<i16, Failure> {
    let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(i64::from(period)));
    date.map(|date| date.year()).map_err(|error| Failure::Usage(format!("period {period} is no date: {error}")))
}

/// Returns a year, whose days are those of the calendar; `None` if a cover of it has not ended.
fn one_year(
    index: &Index,
    offer: &Offer,
    terms: &Terms,
    demand: &Demand,
    year: i16,
    sales: std::ops::Range<usize>,
) -> Result<Option<Year>, Failure> {
    let millionths = |share: u32| ASSETS * u128::from(share) / 1_000_000;
    let junior = millionths(demand.junior);
    let senior = ASSETS - junior;
    let face = millionths(demand.used) / u128::from(terms.life);
    let mut vault = Vault::new(*terms, junior, senior);
    let mut sum = Year { year, filled: 0, returned: 0, earned: 0, paid: 0, junior: 0, senior: 0 };
    let mut last = None;
    let days = index.calendar().days();
    for at in sales.start.. {
        // What is final is settled, and the order of the day is priced then.
        if let Some(settled) = at.checked_sub(FINAL).filter(|settled| *settled >= sales.start) {
            let day = settle(index, terms, &mut vault, days[settled]);
            (sum.earned, sum.paid) = (sum.earned + day.earned, sum.paid + day.paid);
            if settled + 1 >= sales.end && last.is_none_or(|last| days[settled] >= last) {
                break;
            }
        }
        let Some(day) = days.get(at) else { return Ok(None) };
        if !sales.contains(&at) {
            continue;
        }
        let Some(order) = offer.days(index, index.calendar().closes(*day) - 1) else { return Ok(None) };
        let row = index.rows().binary_search_by_key(day, |row| row.period).ok().map(|row| &index.rows()[row]);
        let sold = match row.filter(|row| row.own && row.calm) {
            Some(row) => vault.sell(order.first, face, row.ratio)?,
            None => None,
        };
        if sold.is_some() {
            (sum.filled, last) = (sum.filled + 1, Some(order.last));
        } else {
            sum.returned += 1;
        }
    }
    let gain = |now: u128, before: u128| {
        let part = |value: u128| i64::try_from(value * 1_000_000 / before.max(1)).unwrap_or(i64::MAX);
        if now >= before { part(now - before) } else { -part(before - now) }
    };
    let (of_junior, of_senior) = vault.assets();
    (sum.junior, sum.senior) = (gain(of_junior, junior), gain(of_senior, senior));
    Ok(Some(sum))
}

fn settle(index: &Index, terms: &Terms, vault: &mut Vault, day: u32) -> super::vault::Day {
    let rows = index.rows();
    let at = rows.partition_point(|row| row.period < day);
    let of = |row: &super::index::Row| terms.layer.index_of(row, index);
    let reached = rows.get(at).filter(|row| row.period == day && row.own).map(of);
    let eve = at.checked_sub(1).map_or(0, |eve| of(&rows[eve]));
    vault.settle(day, reached, eve)
}
