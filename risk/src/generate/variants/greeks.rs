//! Columns of Greeks: half squares and products of returns, changes of implied volatilities, and
//! the days that pass.

use ethnum::I256;
use rust_decimal::Decimal;
use tailproof_core::error::Problem;
use tailproof_core::fixed_point::{FRACTION_BITS, div_round, pow10};
use tailproof_core::prices::PriceHistory;
use tailproof_core::scenarios::generator::Variant;
use tailproof_core::text::shortened;

/// The columns of Greeks of a variant.
pub struct Greeks<'v> {
    gamma: bool,
    /// pairs of factors with a column of products
    pairs: Vec<(usize, usize)>,
    volatilities: Option<&'v PriceHistory>,
    theta: bool,
}

impl<'v> Greeks<'v> {
    /// Returns the columns that a variant asks for, over `factors`.
    ///
    /// # Errors
    /// Implied volatilities of something that is no factor.
    pub fn new(factors: &[String], volatilities: Option<&'v PriceHistory>, variant: &Variant) -> Result<Self, Problem> {
        let absent = volatilities.and_then(|table| table.factors().iter().find(|name| !factors.contains(name)));
        if let Some(absent) = absent {
            return Err(Problem::UnknownFactor { factor: absent.clone(), known: shortened(factors) });
        }
        let all = (0..factors.len()).flat_map(|i| (i + 1..factors.len()).map(move |j| (i, j)));
        let pairs = all.filter(|_| variant.cross_gamma).collect();
        Ok(Self { gamma: variant.gamma, pairs, volatilities, theta: variant.theta })
    }

    /// Returns the names of the columns, after those of the factors.
    pub fn names(&self, factors: &[String]) -> Vec<String> {
        let gammas = factors.iter().filter(|_| self.gamma).map(|name| format!("gamma:{name}"));
        let crosses = self.pairs.iter().map(|(i, j)| format!("gamma:{}*{}", factors[*i], factors[*j]));
        let vegas = self.volatilities.iter().flat_map(|table| table.factors()).map(|name| format!("vega:{name}"));
        let thetas = factors.iter().filter(|_| self.theta).map(|name| format!("theta:{name}"));
        gammas.chain(crosses).chain(vegas).chain(thetas).collect()
    }

    /// Returns the entries of a scenario whose factors move by `moves` between two rows of
    /// `prices`.
    ///
    /// # Errors
    /// A date without implied volatilities; thetas over more days than an entry holds.
    pub fn entries(&self, moves: &[I256], prices: &PriceHistory, from: usize, to: usize) -> Result<Vec<I256>, Problem> {
        let gammas = moves.iter().filter(|_| self.gamma).map(|entry| product(*entry, *entry, 2));
        let crosses = self.pairs.iter().map(|(i, j)| product(moves[*i], moves[*j], 1));
        let mut entries: Vec<I256> = gammas.chain(crosses).collect();
        if let Some(volatilities) = self.volatilities {
            entries.extend(changes(volatilities, prices, from, to)?);
        }
        if self.theta {
            let days = I256::from(Variant::theta_entry(to - from)?);
            entries.extend(moves.iter().map(|_| days));
        }
        Ok(entries)
    }
}

/// Returns `left * right / divisor` of two entries, rounded to the nearest integer, halves away
/// from zero.
fn product(left: I256, right: I256, divisor: i64) -> I256 {
    div_round(left * right, I256::from(divisor) << FRACTION_BITS)
}

/// Returns the row of `volatilities` on the date of a row of `prices`.
///
/// # Errors
/// There is none.
pub fn row_on(volatilities: &PriceHistory, prices: &PriceHistory, row: usize) -> Result<usize, Problem> {
    let date = prices.dates()[row];
    volatilities.row_of(date).ok_or_else(|| Problem::NoVolatilitiesOn(date.to_string()))
}

/// Returns the changes of implied volatilities between the dates of two rows of `prices`, as
/// entries.
fn changes(volatilities: &PriceHistory, prices: &PriceHistory, from: usize, to: usize) -> Result<Vec<I256>, Problem> {
    let row = |index: usize| row_on(volatilities, prices, index).map(|found| volatilities.row(found));
    let change = |(old, new): (&Decimal, &Decimal)| {
        let change = *new - *old;
        div_round(I256::from(change.mantissa()) << FRACTION_BITS, pow10(change.scale()))
    };
    Ok(row(from)?.iter().zip(row(to)?).map(change).collect())
}
