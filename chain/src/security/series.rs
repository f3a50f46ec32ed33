//! One cover for each day of a history: what it would have cost, and what it would have been paid.

use super::index::{Index, Row};
use super::premium::Rates;
use super::schedule::{Layer, Position};
use crate::error::Failure;

/// Face that a study is made with: large, so that rounding decides nothing.
pub const FACE: u128 = 1_000_000_000;

/// What is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// What a cover pays.
    pub layer: Layer,
    /// Days of a cover.
    pub life: u16,
    /// Seconds between an order and the opening of its first day, at least.
    pub waiting: u64,
}

/// Days of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// Day whose row it is priced at.
    pub pricing: u32,
    /// First day of the cover.
    pub first: u32,
    /// Last day.
    pub last: u32,
}

/// A cover and its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Number of the row that it was priced at.
    pub row: usize,
    /// Its days and index.
    pub position: Position,
    /// Whether the order would be returned, for the pricing row was not calm.
    pub returned: bool,
    /// Ratio at the pricing row, in 256ths.
    pub ratio: u16,
    /// What [`FACE`] was paid.
    pub paid: u128,
}

impl Offer {
    /// Checks the offer as the contracts do.
    ///
    /// # Errors
    /// The layer, the life or the waiting time is out of range.
    pub fn check(&self) -> Result<(), Failure> {
        self.layer.check()?;
        if !(20..=250).contains(&self.life) {
            return Err(Failure::Usage(format!("life {} days: a cover lives from 20 to 250 days", self.life)));
        }
        if !(172_800..=2_592_000).contains(&self.waiting) {
            return Err(Failure::Usage(format!("waiting {} seconds: it is from 2 to 30 days", self.waiting)));
        }
        Ok(())
    }

    /// Returns the days of an order that is made at a time, as `CoverVault` does; `None` behind the calendar.
    pub fn days(&self, index: &Index, time: u64) -> Option<Days> {
        let calendar = index.calendar();
        let pricing = calendar.day_before(calendar.first_opening(time + 1)?)?;
        let mut first = calendar.first_opening(time + self.waiting)?;
        if calendar.day_before(first)? == pricing {
            first = calendar.day_after(first, 1)?;
        }
        let last = calendar.day_after(first, usize::from(self.life) - 1)?;
        Some(Days { pricing, first, last })
    }

    /// Returns the outcome of an order that is made at a time; `None` if its cover is not settled yet, or its pricing
    /// row is none of a day's own.
    pub fn outcome(&self, index: &Index, time: u64) -> Option<Outcome> {
        let days = self.days(index, time)?;
        let row = index.rows().binary_search_by_key(&days.pricing, |row| row.period).ok()?;
        self.priced_at(index, row, &days)
    }

    /// Returns the outcome of a cover of some days that is priced at a row.
    pub fn priced_at(&self, index: &Index, row: usize, days: &Days) -> Option<Outcome> {
        let pricing: &Row = index.rows().get(row).filter(|row| row.own)?;
        let position = Position::settled(&self.layer, index, days.first, days.last)?;
        let paid = position.owed(&self.layer, FACE);
        Some(Outcome { row, position, returned: !pricing.calm, ratio: pricing.ratio, paid })
    }

    /// Returns the outcome of one order a day: in the last second before the close of the row that it is priced at, so
    /// that the buyer knows nearly all of that row.
    pub fn every_day(&self, index: &Index) -> Vec<Outcome> {
        let own = index.rows().iter().filter(|row| row.own);
        own.filter_map(|row| self.outcome(index, index.calendar().closes(row.period) - 1)).collect()
    }
}

/// Returns the premium of [`FACE`] at no use of capacity and at a ratio.
///
/// # Errors
/// The rates are out of range.
pub fn premium(base: u32, life: u16, ratio: u16) -> Result<u128, Failure> {
    let rates = Rates { base, slope: 0, steep: 0, kink: 0 };
    Ok(rates.by_day(FACE, 0, FACE, ratio, life)? * u128::from(life))
}
