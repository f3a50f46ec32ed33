//! Jumps of jump diffusion (Merton 1976): a path adds `J_1 + .. + J_N`.
//!
//! N is Poisson with the intensity times the horizon, the same for all factors, since markets jump
//! together; a jump has a mean and a deviation for each factor and the correlation of returns. An
//! intensity, mean or deviation that is given is the same for all factors. One that is fitted comes
//! from days of jumps, those on which the mean return of all factors is more than three deviations
//! from its own mean: their share, and each factor's mean and deviation on them; then drift and
//! covariance of the diffusion are those of the other days.

use tailproof_core::draws::Draws;
use tailproof_core::error::Problem;
use tailproof_core::scenarios::generator::Jumps;
use tailproof_core::text::{parse_decimal, to_f64};

use super::{FITTED, out_of_range};
use crate::generate::covariance::means;

/// Least distance, in deviations, of the mean return of all factors from its own mean on a day of a
/// jump.
const JUMP_DEVIATIONS: f64 = 3.0;

/// Jumps over a horizon.
pub(super) struct JumpSizes {
    /// expected number
    expected: f64,
    /// of each factor
    means: Vec<f64>,
    /// of each factor
    deviations: Vec<f64>,
    /// the days without jumps, if anything was fitted
    calm: Option<Vec<Vec<f64>>>,
}

impl JumpSizes {
    /// Returns the jumps over `horizon` days, as given or fitted to daily log `returns`.
    ///
    /// # Errors
    /// A number that is out of range; numbers to fit, and fewer than two days of jumps.
    pub fn new(jumps: &Jumps, returns: &[Vec<f64>], horizon: usize) -> Result<Self, Problem> {
        let factors = returns[0].len();
        let intensity = given("the jump intensity", &jumps.intensity, 0.0, 1.0)?;
        let mean = given("the mean of a jump", &jumps.mean, -1.0, 1.0)?;
        let volatility = given("the volatility of a jump", &jumps.volatility, 0.0, 1.0)?;
        let fitted = intensity.is_none() || mean.is_none() || volatility.is_none();
        let (wild, calm) = days(returns);
        if fitted && wild.len() < 2 {
            return Err(Problem::TooFewJumps { days: wild.len() });
        }
        let intensity = intensity.unwrap_or_else(|| wild.len() as f64 / returns.len() as f64);
        Ok(Self {
            expected: intensity * horizon as f64,
            means: mean.map_or_else(|| means(&wild), |mean| vec![mean; factors]),
            deviations: volatility.map_or_else(|| deviations(&wild), |volatility| vec![volatility; factors]),
            calm: fitted.then_some(calm),
        })
    }

    /// Returns the days without jumps, if anything was fitted to the others.
    pub fn calm(&self) -> Option<&[Vec<f64>]> {
        self.calm.as_deref()
    }

    /// Returns the sum of the jumps of a path. They are normal, so that a number of them is one of
    /// as many times the mean and variance.
    pub fn draw(&self, draws: &mut Draws, correlation: &[f64]) -> Vec<f64> {
        let size = self.means.len();
        let count = f64::from(draws.poisson(self.expected));
        let shocks: Vec<f64> = (0..size).map(|_| draws.normal()).collect();
        let root = count.sqrt();
        (0..size)
            .map(|row| {
                let shock: f64 = (0..=row).map(|column| correlation[row * size + column] * shocks[column]).sum();
                count * self.means[row] + root * self.deviations[row] * shock
            })
            .collect()
    }
}

/// Returns the number that `text` states; `None` if it is to be fitted.
fn given(what: &str, text: &str, least: f64, most: f64) -> Result<Option<f64>, Problem> {
    if text == FITTED {
        return Ok(None);
    }
    let value = to_f64(parse_decimal(text)?);
    let range = format!("{least} to {most}, or '{FITTED}'");
    if (least..=most).contains(&value) { Ok(Some(value)) } else { Err(out_of_range(what, text, &range)) }
}

/// Returns the returns of days with jumps, and of those without.
fn days(returns: &[Vec<f64>]) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let factors = returns[0].len() as f64;
    let market: Vec<f64> = returns.iter().map(|row| row.iter().sum::<f64>() / factors).collect();
    let centre = market.iter().sum::<f64>() / market.len() as f64;
    let squares = market.iter().map(|value| (value - centre) * (value - centre));
    let deviation = (squares.sum::<f64>() / market.len() as f64).sqrt();
    let is_jump = |value: f64| (value - centre).abs() > JUMP_DEVIATIONS * deviation;
    let of_kind = |jump: bool| {
        let days = returns.iter().zip(&market).filter(|(_, value)| is_jump(**value) == jump);
        days.map(|(row, _)| row.clone()).collect()
    };
    (of_kind(true), of_kind(false))
}

/// Returns the standard deviation of each factor, with divisor n.
fn deviations(rows: &[Vec<f64>]) -> Vec<f64> {
    let centre = means(rows);
    let variance = |factor: usize| {
        let squares = rows.iter().map(|row| (row[factor] - centre[factor]) * (row[factor] - centre[factor]));
        squares.sum::<f64>() / rows.len() as f64
    };
    (0..centre.len()).map(|factor| variance(factor).sqrt()).collect()
}
