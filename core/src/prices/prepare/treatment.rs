//! Choices as the header of a set states them, and the choices that a header states.

use std::collections::BTreeMap;

use super::columns::Column;
use super::{CurrencyTable, MissingPolicy, Preparation};
use crate::error::Problem;
use crate::prices::moves::{Moves, WantedMoves};
use crate::scenarios::treatment::{Currencies, FactorCurrency, FactorMoves, Missing, MovesKind, Proxy, Treatment};

impl Preparation {
    /// Returns what the header says of these choices.
    pub(super) fn treatment(&self, columns: &[Column], moves: &[Moves], missing: Option<Missing>) -> Treatment {
        let proxies = columns.iter().filter_map(|column| {
            let index = column.index.clone()?;
            Some(Proxy { factor: column.name.clone(), index })
        });
        let moves = columns.iter().zip(moves).filter_map(|(column, moves)| {
            let (kind, step) = match moves {
                Moves::Relative => return None,
                Moves::Log => (MovesKind::Log, None),
                Moves::Absolute(step) => (MovesKind::Absolute, Some(step.to_string())),
            };
            Some(FactorMoves { factor: column.name.clone(), kind, step })
        });
        let currencies = self.currencies.as_ref().and_then(|table| {
            let foreign = columns.iter().filter_map(|column| {
                let currency = column.currency.clone()?;
                Some(FactorCurrency { factor: column.name.clone(), currency, cash: column.place.is_none() })
            });
            let factors: Vec<FactorCurrency> = foreign.collect();
            (!factors.is_empty()).then(|| Currencies { base: table.base.clone(), factors })
        });
        Treatment { returns: self.returns, missing, proxies: proxies.collect(), moves: moves.collect(), currencies }
    }

    /// Returns the choices that make the history of a set over `factors` again, whose header has
    /// this treatment, if any.
    ///
    /// # Errors
    /// A step that is none.
    pub fn of_treatment(of: Option<&Treatment>, factors: &[String]) -> Result<Self, Problem> {
        let none = Treatment::default();
        let of = of.unwrap_or(&none);
        let mut all = factors.to_vec();
        let missing = match &of.missing {
            None => MissingPolicy::Refuse,
            Some(Missing::DropDay { .. }) => MissingPolicy::DropDay,
            Some(Missing::Carry { .. }) => MissingPolicy::Carry,
            Some(Missing::DropFactor { factors: left_out }) => {
                all.extend(left_out.iter().cloned());
                MissingPolicy::DropFactor
            }
        };
        let moves = of.moves.iter().map(|moves| Ok((moves.factor.clone(), moves.wanted()?)));
        // What the header lists no moves of has relative ones, whatever those of its index.
        let relative = all.iter().map(|factor| (factor.clone(), WantedMoves::Relative));
        let mut wanted: BTreeMap<_, _> = relative.collect();
        wanted.extend(moves.collect::<Result<Vec<_>, Problem>>()?);
        let currencies = of.currencies.as_ref().map(|currencies| {
            let mut each: BTreeMap<_, _> = all.iter().map(|factor| (factor.clone(), currencies.base.clone())).collect();
            each.extend(currencies.factors.iter().map(|row| (row.factor.clone(), row.currency.clone())));
            let cash = currencies.factors.iter().filter(|row| row.cash).map(|row| row.factor.clone()).collect();
            CurrencyTable { base: currencies.base.clone(), factors: each, cash: Some(cash) }
        });
        let proxies = of.proxies.iter().map(|proxy| (proxy.factor.clone(), proxy.index.clone())).collect();
        Ok(Self {
            factors: Some(all),
            proxies,
            returns: of.returns,
            moves: wanted,
            currencies,
            missing,
            ..Self::default()
        })
    }
}
