//! Trades: exposures that may be added to a book, to see what they change.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use tailproof_core::error::{BookProblem, Problem};
use tailproof_core::text::parse_decimal;

/// An exposure in currency that is added to a book and paid in cash.
#[derive(Clone, PartialEq, Eq)]
pub struct Trade {
    factor: String,
    amount: Decimal,
}

impl Trade {
    /// Returns a trade of an amount of currency, negative for a sale.
    pub fn new(factor: String, amount: Decimal) -> Self {
        Self { factor, amount }
    }

    /// The factor.
    pub fn factor(&self) -> &str {
        &self.factor
    }

    /// The amount in currency, negative for a sale.
    pub fn amount(&self) -> Decimal {
        self.amount
    }
}

impl FromStr for Trade {
    type Err = Problem;

    /// Reads `FACTOR,AMOUNT`. The last comma counts: names may have one.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let parts = text.rsplit_once(',').map(|(factor, amount)| (factor.trim(), amount));
        let (factor, amount) = parts
            .filter(|(factor, _)| !factor.is_empty())
            .ok_or_else(|| Problem::from(BookProblem::NoTrade(text.to_owned())))?;
        Ok(Self { factor: factor.to_owned(), amount: parse_decimal(amount)? })
    }
}

impl fmt::Display for Trade {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.amount.is_sign_negative() { "" } else { "+" };
        write!(formatter, "{},{sign}{}", self.factor, self.amount)
    }
}

impl fmt::Debug for Trade {
    /// Shows nothing private.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Trade").finish_non_exhaustive()
    }
}
