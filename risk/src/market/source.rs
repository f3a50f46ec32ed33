//! Prices and rates as files have them, with the choices that make histories of them.

use jiff::civil::Date;
use tailproof_core::prices::{MissingPolicy, Preparation, WantedMoves};
use tailproof_core::scenarios::ScenarioSet;
use tailproof_core::scenarios::regenerate::Sources;
use tailproof_core::scenarios::treatment::Treatment;
use tailproof_core::{PriceHistory, Problem};

use crate::table::{RawPrices, TableError};

/// The prices of a market, as files have them, and what is done to them before moves are taken.
#[derive(Debug, Clone)]
pub struct PriceSource {
    prices: RawPrices,
    rates: Option<RawPrices>,
    choices: Preparation,
}

impl PriceSource {
    /// Returns prices under choices, with rates of currencies.
    pub fn new(prices: RawPrices, rates: Option<RawPrices>, choices: Preparation) -> Self {
        Self { prices, rates, choices }
    }

    /// The choices.
    pub fn choices(&self) -> &Preparation {
        &self.choices
    }

    /// Returns the newest prices up to a day that `window` moves over `horizon` days take.
    ///
    /// # Errors
    /// As [`Preparation::prepare`], at the place in the file.
    pub fn history(
        &self,
        window: Option<usize>,
        horizon: usize,
        until: Option<Date>,
    ) -> Result<PriceHistory, TableError> {
        self.prepared(&Preparation { window, horizon, until, ..self.choices.clone() })
    }

    /// Returns the prices up to a day from which one move is taken as the moves of `set` were: of its
    /// factors, with its proxies, kinds and steps of moves, and currencies. What is done about a missing
    /// price is the choice of this source; a day or a factor is not left out, since the move is of one
    /// day and over the factors of the set.
    ///
    /// # Errors
    /// As [`PriceSource::history`].
    pub fn last_move_like(&self, set: &ScenarioSet, until: Date) -> Result<PriceHistory, TableError> {
        let treatment = set.generator().treatment().and_then(Treatment::of_moves);
        let priced = &set.factors()[..set.factors().len() - set.cash().len()];
        let choices = Preparation::of_treatment(treatment.as_ref(), priced);
        let choices = choices.map_err(|problem| self.prices.place(problem.into()))?;
        let missing = match self.choices.missing {
            MissingPolicy::Carry => MissingPolicy::Carry,
            _ => MissingPolicy::Refuse,
        };
        self.prepared(&Preparation { missing, window: Some(1), until: Some(until), ..choices })
    }

    fn prepared(&self, choices: &Preparation) -> Result<PriceHistory, TableError> {
        let rates = self.rates.as_ref().map(|rates| &rates.table);
        choices.prepare(&self.prices.table, rates).map_err(|error| self.prices.place(error))
    }

    /// Returns the days on which a factor that is used has a price, oldest first.
    pub fn days(&self) -> Vec<Date> {
        let table = &self.prices.table;
        let index = |name: &'_ String| {
            let proxies = self.choices.proxies.iter();
            proxies.clone().find(|(proxy, _)| proxy == name).map_or(name.clone(), |(_, index)| index.clone())
        };
        let used: Vec<String> = match &self.choices.factors {
            Some(factors) => factors.iter().map(index).collect(),
            None => table.factors().to_vec(),
        };
        table.days_of(used.iter().map(String::as_str))
    }

    /// Returns the sources from which a set is made again.
    pub fn sources(&self) -> Sources<'_> {
        Sources { rates: self.rates.as_ref().map(|rates| &rates.table), ..Sources::raw(&self.prices.table) }
    }

    /// Refuses absolute moves whose step is found from the prices: it changes from day to day, and an
    /// exposure would mean something else each day.
    ///
    /// # Errors
    /// The first factor with such moves.
    pub fn check_steps(&self) -> Result<(), StepNotStated> {
        let found = self.choices.moves.iter().find(|(_, moves)| **moves == WantedMoves::Absolute(None));
        found.map_or(Ok(()), |(factor, _)| Err(StepNotStated(factor.clone())))
    }
}

/// Absolute moves without a step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{}' has absolute moves and no step, and the step that is found changes from day to day: state it", tailproof_core::echo::echo(.0))]
pub struct StepNotStated(pub String);

/// Returns the pair of a proxy, `NEW=INDEX`: a factor, and the factor whose moves it has.
///
/// # Errors
/// Another form.
pub fn read_proxy(text: &str) -> Result<(String, String), Problem> {
    let pair = text.split_once('=').map(|(name, index)| (name.trim().to_owned(), index.trim().to_owned()));
    pair.filter(|(name, index)| !name.is_empty() && !index.is_empty()).ok_or_else(|| {
        Problem::Syntax(format!("'{text}': write NEW=INDEX: a factor, and the factor whose moves it has"))
    })
}
