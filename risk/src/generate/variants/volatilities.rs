//! Volatilities of factors after each day, by which returns are scaled to today.

use ethnum::I256;
use tailproof_core::error::Problem;
use tailproof_core::fixed_point::{FRACTION_BITS, MAX_ENTRY};
use tailproof_core::prices::PriceHistory;

/// Number of squared returns whose mean is the first variance.
pub const FIRST_RETURNS: usize = 75;

/// Exponentially weighted variances of daily returns, after each day.
pub struct Volatilities {
    /// `after[day][factor]`; the days of the first variance all have it
    after: Vec<Vec<f64>>,
}

impl Volatilities {
    /// Returns the variances of a history of more than [`FIRST_RETURNS`] returns.
    ///
    /// # Errors
    /// A factor whose prices do not move.
    pub fn new(prices: &PriceHistory, decay: f64) -> Result<Self, Problem> {
        let returns = prices.simple_returns()?;
        let factors = prices.factors().len();
        let first: Vec<f64> = (0..factors)
            .map(|factor| {
                let squares = returns[..FIRST_RETURNS].iter().map(|row| row[factor] * row[factor]);
                squares.sum::<f64>() / FIRST_RETURNS as f64
            })
            .collect();
        let mut after = vec![first; FIRST_RETURNS + 1];
        for row in &returns[FIRST_RETURNS..] {
            let before = &after[after.len() - 1];
            let next = row.iter().zip(before).map(|(value, variance)| decay * variance + (1.0 - decay) * value * value);
            after.push(next.collect());
        }
        if let Some(still) = (0..factors).find(|factor| after.iter().any(|day| day[*factor] <= 0.0)) {
            return Err(Problem::NoVolatility(prices.factors()[still].clone()));
        }
        Ok(Self { after })
    }

    /// Returns the entry `plain` of a return that begins on row `start`, as it would be with
    /// today's volatility.
    ///
    /// # Errors
    /// A move beyond ±800 %.
    #[allow(clippy::cast_possible_truncation)]
    pub fn apply(&self, prices: &PriceHistory, plain: I256, start: usize, factor: usize) -> Result<I256, Problem> {
        let today = &self.after[self.after.len() - 1];
        let scaled = libm::round(plain.as_f64() * (today[factor] / self.after[start][factor]).sqrt());
        if scaled.abs() <= MAX_ENTRY as f64 {
            return Ok(I256::from(scaled as i64));
        }
        Err(Problem::OutOfRange {
            what: format!("the scaled return of '{}' from {}", prices.factors()[factor], prices.dates()[start]),
            value: format!("{:.0} %", scaled * 100.0 / f64::from(1u32 << FRACTION_BITS)),
            range: "-800 % to 800 %".into(),
        })
    }
}
