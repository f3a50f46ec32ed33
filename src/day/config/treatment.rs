//! What is done to prices before moves are taken of them: the choices of `scenarios historical`, under
//! the names of its options.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tailproof_core::Problem;
use tailproof_risk::market::read_proxy;

/// The choices.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Treatment {
    /// What is done about missing prices.
    #[serde(skip_serializing_if = "Missing::is_refuse")]
    pub missing: Missing,
    /// Factors to take, in this order; all columns without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factors: Option<Vec<String>>,
    /// Whether the factors are those that the book holds.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub for_book: bool,
    /// Factors with the moves of another one, each `NEW=INDEX`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proxy: Vec<String>,
    /// Table of kinds of moves: `factor,move,step`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moves: Option<PathBuf>,
    /// Whether the table of prices holds returns.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub returns: bool,
    /// Table of currencies: `factor,currency`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currencies: Option<PathBuf>,
    /// Table of rates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rates: Option<PathBuf>,
    /// Currency that prices are converted to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
}

/// What is done about missing prices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// They are refused.
    #[default]
    Refuse,
    /// Their days are left out.
    DropDay,
    /// The last price before stands for them.
    Carry,
    /// Their factors are left out.
    DropFactor,
}

impl Missing {
    fn is_refuse(&self) -> bool {
        *self == Self::Refuse
    }
}

impl Treatment {
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        [&self.moves, &self.currencies, &self.rates].into_iter().flatten().map(PathBuf::as_path)
    }

    /// Checks that the choices go together, as the options must.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let refused = |text: &str| Err(Problem::Syntax(format!("[treatment]: {text}")));
        if self.factors.is_some() && self.for_book {
            return refused("factors and for_book both choose the factors: take one");
        }
        if self.currencies.is_some() != self.base.is_some() {
            return refused("currencies and base go together: the currency of each factor, and the one of the book");
        }
        if self.rates.is_some() && self.currencies.is_none() {
            return refused("rates go with currencies and base");
        }
        self.proxies().map(drop)
    }

    /// Returns the proxies, each with its index.
    ///
    /// # Errors
    /// A text that is not `NEW=INDEX`.
    pub fn proxies(&self) -> Result<Vec<(String, String)>, Problem> {
        self.proxy.iter().map(|text| read_proxy(text)).collect()
    }
}
