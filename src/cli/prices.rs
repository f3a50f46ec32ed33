//! Options of prices before moves are taken of them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What is done to prices before moves are taken of them. A set's header records it.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Treatment of prices")]
pub struct PriceArgs {
    /// What is done about prices that are missing among the rows that are used
    #[arg(long, value_enum, value_name = "POLICY", default_value_t = Missing::Refuse)]
    pub missing: Missing,
    /// Factors to take, in this order, with commas between [default: all columns]
    #[arg(long, value_name = "A,B", value_delimiter = ',', conflicts_with = "for_book")]
    pub factors: Option<Vec<String>>,
    /// Take the factors that a book holds. The set is public, and shows their names
    #[arg(long, value_name = "BOOK")]
    pub for_book: Option<PathBuf>,
    /// Give a factor the moves of another one; repeat for several
    #[arg(long, value_name = "NEW=INDEX", value_parser = proxy)]
    pub proxy: Vec<(String, String)>,
    /// Kinds of moves (historical sets): CSV with header factor,move[,step]; a move is relative, log
    /// or absolute, and an exposure to a factor with absolute moves is currency per step
    #[arg(long, value_name = "FILE")]
    pub moves: Option<PathBuf>,
    /// The file holds returns as fractions, and no prices (historical sets)
    #[arg(long)]
    pub returns: bool,
    /// Currencies of the prices: CSV with header factor,currency
    #[arg(long, value_name = "FILE", requires = "base", group = "converted")]
    pub currencies: Option<PathBuf>,
    /// Prices of currencies in the base currency: a table as that of prices, a column for each currency
    #[arg(long, value_name = "FILE", requires = "converted")]
    pub rates: Option<PathBuf>,
    /// Currency that prices are converted to
    #[arg(long, value_name = "CURRENCY", requires = "currencies")]
    pub base: Option<String>,
}

impl PriceArgs {
    /// Whether one of them is given.
    pub fn any(&self) -> bool {
        self.rates.is_some() || self.any_but_rates()
    }

    /// Whether one of them is given besides rates, which a verifier of treated sets gives.
    pub fn any_but_rates(&self) -> bool {
        let files = [&self.for_book, &self.moves, &self.currencies];
        files.into_iter().any(Option::is_some)
            || self.missing != Missing::Refuse
            || self.factors.is_some()
            || !self.proxy.is_empty()
            || self.returns
    }
}

/// A policy for missing prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Missing {
    /// Refuse the file
    #[default]
    Refuse,
    /// Leave the day out
    DropDay,
    /// Take the last price before
    Carry,
    /// Leave the factor out
    DropFactor,
}

fn proxy(text: &str) -> Result<(String, String), String> {
    tailproof::risk::market::read_proxy(text).map_err(|problem| problem.to_string())
}
