//! What was done to prices before moves were taken of them: a part of a set's header.
//!
//! A header without it says that the prices are the source's own, complete, and that moves are
//! relative. Whoever makes a set again applies the treatment of its header to the raw source, counts
//! again what it counts, and compares the whole.

#[cfg(test)]
mod tests;
mod words;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{PriceProblem, Problem};
use crate::prices::moves::{Step, WantedMoves};
use crate::text::{check_printable, parse_decimal};
use crate::tree::{from_tree, tree_words};

/// How prices became the history that a set was made from. Lists are in the order of the set's
/// factors, and no part says what is so without it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Treatment {
    /// the source holds returns, and no prices
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub returns: bool,
    /// what was done about missing prices, where there were any among the rows that were used
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Missing>,
    /// factors that have the moves of another one
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proxies: Vec<Proxy>,
    /// factors whose moves are not relative
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<FactorMoves>,
    /// conversions of currencies
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currencies: Option<Currencies>,
}

/// What was done about missing prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "policy", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Missing {
    /// days with a missing price were left out
    DropDay {
        /// such days between the first and the last row that was used
        days: usize,
    },
    /// the last price before stands for a missing one
    Carry {
        /// prices that rest on a carried one
        prices: usize,
    },
    /// factors with a missing price were left out
    DropFactor {
        /// their names, in the source's order
        factors: Vec<String>,
    },
}

/// A factor with the moves of another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proxy {
    /// the factor
    pub factor: String,
    /// the factor of the source whose prices it has
    pub index: String,
}

/// The kind of moves of a factor that are not relative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorMoves {
    /// the factor
    pub factor: String,
    /// the kind
    pub kind: MovesKind,
    /// of absolute moves: a power of ten, as a decimal
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
}

/// A kind of moves other than relative ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MovesKind {
    /// logarithms of ratios
    Log,
    /// changes in steps
    Absolute,
}

/// Prices that were multiplied by the rates of their currencies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Currencies {
    /// the currency that all prices are in afterwards
    pub base: String,
    /// factors in other currencies
    pub factors: Vec<FactorCurrency>,
}

/// A factor in another currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorCurrency {
    /// the factor
    pub factor: String,
    /// its currency
    pub currency: String,
    /// whether it is cash: its price is 1 in its currency
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cash: bool,
}

from_tree!(struct Treatment {
    returns = false,
    missing,
    proxies = Vec::new(),
    moves = Vec::new(),
    currencies,
});

from_tree!(enum Missing by "policy", nothing Missing::DropDay { days: 0 }, {
    "drop-day" => DropDay { days },
    "carry" => Carry { prices },
    "drop-factor" => DropFactor { factors },
});

from_tree!(struct Proxy { factor, index });
from_tree!(struct FactorMoves { factor, kind, step });
tree_words!(MovesKind { "log" => Log, "absolute" => Absolute });
from_tree!(struct Currencies { base, factors });
from_tree!(struct FactorCurrency { factor, currency, cash = false });

impl Treatment {
    /// Whether nothing was done.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the part that says how the moves of a factor are taken of a source, and so what an
    /// exposure to it means: all but what was done about missing prices. `None` if there is none.
    pub fn of_moves(&self) -> Option<Self> {
        let part = Self { missing: None, ..self.clone() };
        (!part.is_none()).then_some(part)
    }

    /// Returns the digest of [`Treatment::of_moves`]: SHA-256 over the line `tailproof/moves/v1` and the
    /// part's JSON. Sets over the same factors with the same digest take moves alike; `None` stands for
    /// simple returns of prices.
    pub fn moves_digest(&self) -> Option<[u8; 32]> {
        let json = serde_json::to_string(&self.of_moves()?).expect("texts and flags are always JSON");
        Some(Sha256::new().chain_update("tailproof/moves/v1\n").chain_update(json).finalize().into())
    }

    /// Returns the first factor whose moves are logarithms.
    pub fn log_factor(&self) -> Option<&str> {
        self.moves.iter().find(|moves| moves.kind == MovesKind::Log).map(|moves| &*moves.factor)
    }

    /// Returns the part that concerns some factors; `None` if there is none.
    pub fn of_factors(&self, factors: &[String]) -> Option<Self> {
        let names: HashSet<&String> = factors.iter().collect();
        let mut part = self.clone();
        part.proxies.retain(|proxy| names.contains(&proxy.factor));
        part.moves.retain(|moves| names.contains(&moves.factor));
        let place = |name: &String| factors.iter().position(|factor| factor == name);
        part.proxies.sort_by_key(|proxy| place(&proxy.factor));
        part.moves.sort_by_key(|moves| place(&moves.factor));
        part.currencies = part.currencies.and_then(|mut currencies| {
            currencies.factors.retain(|row| names.contains(&row.factor));
            currencies.factors.sort_by_key(|row| place(&row.factor));
            (!currencies.factors.is_empty()).then_some(currencies)
        });
        (!part.is_none()).then_some(part)
    }

    /// Checks that the treatment is in its one form, over the set's factors, and goes with the kind
    /// of set.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub(super) fn check(&self, factors: &[String], is_historical: bool) -> Result<(), Problem> {
        let refused = |what| Err(Problem::from(PriceProblem::Header(what)));
        if self.is_none() {
            return refused("says nothing: leave it out");
        }
        if !is_historical && (self.returns || !self.moves.is_empty()) {
            return refused("has kinds of moves, which only historical sets have");
        }
        if self.returns && (!self.moves.is_empty() || self.currencies.is_some()) {
            return refused("has moves or currencies of returns, which have none");
        }
        self.texts().try_for_each(|text| check_printable(text))?;
        let currencies = self.currencies.iter().flat_map(|currencies| &currencies.factors);
        let lists: [Vec<&String>; 3] = [
            self.proxies.iter().map(|proxy| &proxy.factor).collect(),
            self.moves.iter().map(|moves| &moves.factor).collect(),
            currencies.map(|row| &row.factor).collect(),
        ];
        if !lists.iter().all(|names| in_order(names, factors)) {
            return refused("lists a factor that the set does not have, or lists factors out of order");
        }
        let counts = match &self.missing {
            Some(Missing::DropDay { days: count } | Missing::Carry { prices: count }) => *count > 0,
            Some(Missing::DropFactor { factors: left_out }) => {
                let names: HashSet<&String> = factors.iter().collect();
                let mut seen = HashSet::new();
                !left_out.is_empty() && left_out.iter().all(|name| !names.contains(name) && seen.insert(name))
            }
            None => true,
        };
        if !counts {
            return refused("counts no missing price, or names a factor of the set as left out");
        }
        if self.currencies.as_ref().is_some_and(|currencies| {
            currencies.factors.is_empty() || currencies.factors.iter().any(|row| row.currency == currencies.base)
        }) {
            return refused("converts nothing, or the base currency into itself");
        }
        self.moves.iter().try_for_each(|moves| moves.wanted().map(drop))
    }

    /// Returns every text.
    fn texts(&self) -> impl Iterator<Item = &String> {
        let left_out = match &self.missing {
            Some(Missing::DropFactor { factors }) => &factors[..],
            _ => &[],
        };
        let proxies = self.proxies.iter().flat_map(|proxy| [&proxy.factor, &proxy.index]);
        let moves = self.moves.iter().flat_map(|moves| std::iter::once(&moves.factor).chain(&moves.step));
        let currencies = self.currencies.iter().flat_map(|currencies| {
            let rows = currencies.factors.iter().flat_map(|row| [&row.factor, &row.currency]);
            std::iter::once(&currencies.base).chain(rows)
        });
        left_out.iter().chain(proxies).chain(moves).chain(currencies)
    }

    /// Whether the moves of a factor are absolute.
    pub fn is_absolute(&self, factor: &str) -> bool {
        self.moves.iter().any(|moves| moves.factor == factor && moves.kind == MovesKind::Absolute)
    }

    /// Returns the factor whose moves another factor has, if it is a proxy.
    pub fn index_of(&self, factor: &str) -> Option<&str> {
        self.proxies.iter().find(|proxy| proxy.factor == factor).map(|proxy| &*proxy.index)
    }
}

impl FactorMoves {
    /// Returns the moves as they are asked for.
    pub(crate) fn wanted(&self) -> Result<WantedMoves, Problem> {
        match (self.kind, &self.step) {
            (MovesKind::Log, None) => Ok(WantedMoves::Log),
            (MovesKind::Absolute, Some(text)) => {
                let step = Step::from_decimal(parse_decimal(text)?)?;
                if step.to_string() == *text {
                    return Ok(WantedMoves::Absolute(Some(step)));
                }
                Err(PriceProblem::Header("has a step that is not written as a plain power of ten").into())
            }
            _ => Err(PriceProblem::Header("has a step without absolute moves, or absolute moves without one").into()),
        }
    }
}

/// Whether `names` are among `factors`, once each and in their order.
fn in_order(names: &[&String], factors: &[String]) -> bool {
    let mut rest = factors.iter();
    names.iter().all(|name| rest.any(|factor| factor == *name))
}
