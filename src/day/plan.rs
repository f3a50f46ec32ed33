//! The steps of a day, from what is there: the ledger, and the days of the prices.

use jiff::civil::Date;
use tailproof_core::text::day;
use tailproof_verifier::ledger::{Kind, Ledger, check_date};

/// The steps of a day. There are none if the day is done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Day whose loss is to be proved within its forecast.
    pub realise: Option<String>,
    /// Day whose forecast the caller gives up: it counts as an exceedance.
    pub missed: Option<String>,
    /// Day whose value at risk is to be proved; `None` if the ledger has its forecast.
    pub forecast: Option<String>,
}

/// The reason why a day has no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// A text that is no date.
    #[error("'{0}' is no date; write YYYY-MM-DD")]
    NotADate(String),
    /// A day before the ledger's last one.
    #[error("{date} is before {last}, the last day of the ledger: a ledger is added to at its end")]
    Before {
        /// The day that was asked for.
        date: String,
        /// The last day of the ledger.
        last: String,
    },
    /// A day to be given up that is not the one of the open forecast.
    #[error(
        "no forecast of {missed} waits for its loss{}",
        open.as_deref().map(|open| format!("; the one of {open} does")).unwrap_or_default()
    )]
    NotOpen {
        /// The day that was to be given up.
        missed: String,
        /// The day of the open forecast, if there is one.
        open: Option<String>,
    },
    /// Prices that do not begin before the day.
    #[error("the prices have no day before {0}; a forecast is made from the days before")]
    NoPrices(String),
    /// Prices that do not reach the day of the open forecast.
    #[error(
        "the prices end on {last}, and the loss of {open}, which was forecast, is to be proved first: bring the prices up to \
         {open}, and run this again"
    )]
    PricesEnd {
        /// The day of the open forecast.
        open: String,
        /// The last day of the prices.
        last: String,
    },
    /// A day that the prices pass over.
    #[error("the prices have no row of {date}, and go on to {last}: {date} is no day of theirs")]
    NotADay {
        /// The day that was asked for.
        date: String,
        /// The last day of the prices.
        last: String,
    },
    /// A day that the caller did not name, and that the prices have already.
    #[error(
        "the prices have {0} already, the day of the clock in UTC, and a forecast is made before its day: name the day \
         that is to be forecast, or {0} to forecast it all the same"
    )]
    Over(String),
    /// A day without trading, of which the prices have a row.
    #[error("{0} is a holiday by the settings, and the prices have a row of it: take it out of the holidays")]
    Traded(String),
    /// A forecast of a day that the prices pass over.
    #[error(
        "the prices have no row of {open}, which was forecast, and go on to {last}: its loss cannot be proved, and it would \
         count as an exceedance"
    )]
    Unpriced {
        /// The day of the open forecast.
        open: String,
        /// The last day of the prices.
        last: String,
    },
    /// Days of the prices that are not in the ledger.
    #[error(
        "{count} day(s) of the prices between {last} and {date} are not in the ledger; the first is {first}: do it first"
    )]
    LeftOut {
        /// Number of such days.
        count: usize,
        /// The first of them.
        first: String,
        /// The last day of the ledger.
        last: String,
        /// The day that was asked for.
        date: String,
    },
}

/// Returns the steps of `date`: the loss of the open forecast's day first, the forecast of `date`
/// then. `days` are those of the prices, oldest first. `missed` is the day of an open forecast that the
/// caller gives up: its loss is not proved, and it counts as an exceedance.
///
/// # Errors
/// A day that cannot come next, see [`PlanError`].
pub fn plan(ledger: &Ledger, days: &[Date], date: &str, missed: Option<&str>) -> Result<Plan, PlanError> {
    check_date(date).map_err(|_| PlanError::NotADate(date.to_owned()))?;
    let at = day(date).ok_or_else(|| PlanError::NotADate(date.to_owned()))?;
    let first = days.first().copied();
    let days: Vec<String> = days.iter().map(ToString::to_string).collect();
    let end = days.last().cloned().unwrap_or_default();
    let last = ledger.steps().last().map(|step| step.date.clone());
    let open = ledger.open().map(|step| step.date.clone());
    if let Some(last) = &last {
        if ledger.steps().iter().any(|step| step.date == date && step.kind == Kind::Forecast) {
            return Ok(Plan::default());
        }
        if date <= last.as_str() {
            return Err(PlanError::Before { date: date.to_owned(), last: last.clone() });
        }
    }
    if let Some(missed) = missed.filter(|missed| open.as_deref() != Some(missed)) {
        return Err(PlanError::NotOpen { missed: missed.to_owned(), open });
    }
    if first.is_none_or(|first| first >= at) {
        return Err(PlanError::NoPrices(date.to_owned()));
    }
    if date < end.as_str() && !days.iter().any(|day| day == date) {
        return Err(PlanError::NotADay { date: date.to_owned(), last: end });
    }
    if let Some(last) = last {
        let between: Vec<&String> = days.iter().filter(|day| **day > last && day.as_str() < date).collect();
        if let Some(first) = between.first() {
            let (count, first) = (between.len(), (*first).clone());
            return Err(PlanError::LeftOut { count, first, last, date: date.to_owned() });
        }
    }
    let mut plan = Plan { forecast: Some(date.to_owned()), ..Plan::default() };
    match open {
        Some(open) if missed.is_some() => plan.missed = Some(open),
        Some(open) if days.contains(&open) => plan.realise = Some(open),
        Some(open) if end < open => return Err(PlanError::PricesEnd { open, last: end }),
        Some(open) => return Err(PlanError::Unpriced { open, last: end }),
        None => {}
    }
    Ok(plan)
}
