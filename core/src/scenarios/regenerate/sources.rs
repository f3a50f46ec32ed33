//! What scenario sets are made from.

use std::borrow::Cow;

use jiff::civil::Date;

use super::RegenerateError;
use crate::error::Problem;
use crate::pool::Deal;
use crate::pool::cashflow::Assumptions;
use crate::prices::{Preparation, PriceHistory, PriceTable};
use crate::scenarios::set::ScenarioSet;
use crate::table::DecimalTable;
use crate::text::day;

/// Something that scenario sets are made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// a price history
    Prices,
    /// rates of currencies
    Rates,
    /// implied volatilities of factors
    Volatilities,
    /// a deal, with its probabilities of default and losses given default
    Deal,
    /// a stress table, or a table of covariances or of weights and correlations
    Table,
    /// assumptions on cash flows
    Assumptions,
    /// the header of the set itself
    Header,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Source::Prices => "prices",
            Source::Rates => "rates of currencies",
            Source::Volatilities => "implied volatilities",
            Source::Deal => "a deal",
            Source::Table => "a table",
            Source::Assumptions => "assumptions on cash flows",
            Source::Header => "its header",
        })
    }
}

/// The sources at hand, and how far moves may differ from theirs. A set needs those that its
/// generator names; the others are not looked at, except volatilities, which are refused for a set
/// that has no columns of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sources<'s> {
    /// a price history
    pub prices: Option<&'s PriceHistory>,
    /// prices as their source has them, in place of a history: the treatment that a set's header
    /// states is applied to them
    pub raw: Option<&'s PriceTable>,
    /// rates of currencies on the dates of the prices
    pub rates: Option<&'s PriceTable>,
    /// implied volatilities of factors on the dates of the prices
    pub volatilities: Option<&'s PriceHistory>,
    /// a deal
    pub deal: Option<&'s Deal>,
    /// a stress table, or a table of covariances or of weights and correlations
    pub table: Option<&'s DecimalTable>,
    /// assumptions on cash flows, which go with a deal
    pub assumptions: Option<&'s Assumptions>,
    /// steps by which an entry of a set may differ from the one that is made again; 0 unless the
    /// prices at hand are known to be rounded otherwise. Losses of loans may not differ
    pub tolerance: u32,
}

impl<'s> Sources<'s> {
    /// Returns the sources of a set of prices alone.
    pub fn prices(prices: &'s PriceHistory) -> Self {
        Self { prices: Some(prices), ..Self::default() }
    }

    /// Returns the sources of a set of prices as their source has them.
    pub fn raw(prices: &'s PriceTable) -> Self {
        Self { raw: Some(prices), ..Self::default() }
    }

    /// Returns the sources of a set of credit scenarios.
    pub fn deal(deal: &'s Deal) -> Self {
        Self { deal: Some(deal), ..Self::default() }
    }

    /// Returns whether prices or a table have a column of a name.
    pub(super) fn have_column(&self, name: &String) -> bool {
        let prices = self.prices.map(PriceHistory::factors);
        let lists = [prices, self.raw.map(PriceTable::factors), self.table.map(DecimalTable::columns)];
        lists.into_iter().flatten().any(|names| names.contains(name))
    }

    /// Returns the prices of `factors`, in that order, under the treatment that the set's header
    /// states. Of raw prices these are the newest that `window` moves take, all without one.
    ///
    /// # Errors
    /// No prices, or none of one of the factors; rates that are lacking; prices to which the
    /// treatment cannot be applied.
    pub fn prices_of(
        &self,
        set: &ScenarioSet,
        factors: &[String],
        window: Option<usize>,
    ) -> Result<PriceHistory, RegenerateError> {
        self.prepared(set, factors, window, None)
    }

    pub(super) fn prepared(
        &self,
        set: &ScenarioSet,
        factors: &[String],
        window: Option<usize>,
        until: Option<Date>,
    ) -> Result<PriceHistory, RegenerateError> {
        let treatment = set.generator().treatment();
        let of_prices = RegenerateError::from_source(Source::Prices);
        let table = match (self.raw, self.prices) {
            (Some(raw), _) => Cow::Borrowed(raw),
            (None, Some(prices)) if treatment.is_none() => {
                let prices = prices.select(factors).map_err(of_prices)?;
                return match until {
                    Some(last) => prices.up_to(last).ok_or_else(|| no_prices_up_to(last)),
                    None => Ok(prices),
                };
            }
            (None, Some(prices)) => Cow::Owned(PriceTable::from(prices)),
            (None, None) => return Err(RegenerateError::Missing(Source::Prices)),
        };
        if treatment.is_some_and(|treatment| treatment.currencies.is_some()) && self.rates.is_none() {
            return Err(RegenerateError::Missing(Source::Rates));
        }
        if let Some(last) = until
            && table.dates()[0] > last
        {
            return Err(no_prices_up_to(last));
        }
        let choices = Preparation::of_treatment(treatment, factors).map_err(RegenerateError::Header)?;
        let horizon = set.generator().horizon().unwrap_or(1);
        let choices = Preparation { horizon, window, until, ..choices };
        choices.prepare(&table, self.rates).map_err(|error| match error.row {
            Some(row) if !matches!(error.problem, Problem::Prices(_)) => {
                of_prices(error.problem.in_part(format!("{} of {}", error.column, table.dates()[row])))
            }
            _ => of_prices(error.problem),
        })
    }

    /// Returns the prices of `factors` up to the date of the set's last scenario; all of them if
    /// its label is no date.
    ///
    /// # Errors
    /// No prices, none of one of the factors, or none so old.
    pub fn prices_up_to_last_label(
        &self,
        set: &ScenarioSet,
        factors: &[String],
        window: Option<usize>,
    ) -> Result<PriceHistory, RegenerateError> {
        self.prepared(set, factors, window, set.labels().last().and_then(|label| day(label)))
    }

    /// Whether there are prices, or a table where `of_table`, without a column of this name.
    pub(in crate::scenarios) fn lacks(&self, name: &str, of_table: bool) -> bool {
        let columns = match (of_table, self.raw, self.prices) {
            (true, ..) => self.table.map(DecimalTable::columns),
            (false, Some(raw), _) => Some(raw.factors()),
            (false, None, prices) => prices.map(PriceHistory::factors),
        };
        columns.is_some_and(|columns| columns.iter().all(|column| column != name))
    }

    /// Refuses implied volatilities for a set that has no columns of them.
    ///
    /// # Errors
    /// There are volatilities.
    pub fn check_no_volatilities(&self) -> Result<(), RegenerateError> {
        self.volatilities.map_or(Ok(()), |_| Err(RegenerateError::Unused(Source::Volatilities)))
    }
}

fn no_prices_up_to(last: Date) -> RegenerateError {
    let problem = Problem::Empty(format!("no prices up to {last}, the date of the set's last scenario"));
    RegenerateError::Source { source_kind: Source::Prices, problem }
}
