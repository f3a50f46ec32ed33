//! Inputs of the securitisation standardised approach (SEC-SA) of the Basel Framework, chapter CRE41,
//! and the risk weight of a tranche that they bound.
//!
//! W is the share of the pool that is 90 days or more past due, or in default. K_SA is the average
//! capital charge of the pool: 8 % of its risk weights. Claims bound both from above.

use rust_decimal::Decimal;

use crate::error::Problem;
use crate::pool::claims::decimal;
use crate::pool::loan_pool::PoolFigures;
use crate::pool::schema::{Category, WHOLE};
use crate::text::whole;

/// The last day past due on which delinquency may begin, for a claim that bounds W.
pub const PAST_DUE_DAYS: u32 = 90;
/// Largest risk weight, in billionths: 1,250 %.
const MOST_RISK_WEIGHT: u64 = 12_500_000_000;
/// Percent of an exposure's risk weight that is its capital charge.
const CHARGE_PERCENT: u64 = 8;
/// The supervisory parameter p of a securitisation that is no resecuritisation.
const P: f64 = 1.0;
/// Least risk weight of a tranche.
const FLOOR: f64 = 0.15;
/// Risk weight of a tranche that the pool's capital charge reaches.
const FULL: f64 = 12.5;

/// A greatest average capital charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapitalCharge {
    /// capital charge of each grade, in billionths, by code
    pub charges: Vec<u64>,
    /// greatest average, in billionths of the balance
    pub limit: u64,
    /// the risk weights in words
    pub words: String,
}

impl CapitalCharge {
    /// Returns the claim of risk weights, which are given for each grade in the order of codes.
    ///
    /// # Errors
    /// A risk weight that is not 0 to 12.5, or has more than nine decimals.
    pub fn new(weights: &[(String, Decimal)], limit: u64) -> Result<Self, Problem> {
        let mut charges = vec![0; Category::Grade.most()];
        let mut words = Vec::with_capacity(weights.len());
        for ((grade, weight), charge) in weights.iter().zip(&mut charges) {
            let steps = whole(&format!("the risk weight of grade '{grade}'"), *weight, 9, MOST_RISK_WEIGHT)?;
            *charge = (steps * CHARGE_PERCENT).div_ceil(100);
            words.push(format!("{grade} {} %", decimal(steps.into(), 7)));
        }
        Ok(Self { charges, limit, words: words.join(", ") })
    }

    /// Returns the capital charge of a pool in billionths of a unit.
    pub fn charge(&self, figures: &PoolFigures) -> u128 {
        let balances = &figures.by_code[Category::Grade as usize];
        self.charges.iter().zip(balances).map(|(charge, balance)| u128::from(*charge) * u128::from(*balance)).sum()
    }

    /// Returns the largest charge of a grade, which no pool's average exceeds.
    pub fn largest(&self) -> u64 {
        self.charges.iter().copied().max().unwrap_or(0)
    }
}

/// Returns the balance that is delinquent, or in default under a grade. A loan that is both counts
/// twice.
pub fn past_due(figures: &PoolFigures, defaulted: u8) -> u64 {
    figures.delinquent + figures.by_code[Category::Grade as usize][usize::from(defaulted)]
}

/// Returns the largest K_A of pools with at most these K_SA and W, in billionths:
/// `(1 - W) K_SA + W / 2`, which falls with W where K_SA is above a half.
pub fn most_capital(charge: u64, past_due: u64) -> f64 {
    let [charge, past_due] = [charge, past_due].map(|billionths| billionths as f64 / WHOLE as f64);
    charge.max((1.0 - past_due) * charge + past_due / 2.0)
}

/// Returns the risk weight of a tranche between two points of the pool by SEC-SA, as a share. It
/// never falls with K_A.
pub fn risk_weight(capital: f64, attachment: f64, detachment: f64) -> f64 {
    if detachment <= capital {
        return FULL;
    }
    let (upper, lower) = (detachment - capital, (attachment - capital).max(0.0));
    let charged = if capital > 0.0 {
        let a = -1.0 / (P * capital);
        // The quotient of the formula, without a difference of numbers that are almost the same.
        let exponent = a * (upper - lower);
        libm::exp(a * lower) * libm::expm1(exponent) / exponent
    } else {
        0.0
    };
    let weight = if attachment >= capital {
        FULL * charged
    } else {
        FULL * ((capital - attachment) + upper * charged) / (detachment - attachment)
    };
    weight.clamp(FLOOR, FULL)
}

/// Returns the sentence about a tranche whose pool has at most these K_SA and W, in billionths.
pub fn sentence(name: &str, [attachment, detachment]: [f64; 2], charge: u64, past_due: u64) -> String {
    let weight = risk_weight(most_capital(charge, past_due), attachment, detachment);
    // Rounded up, beyond the error of double precision. Floor and cap are exact.
    let rounded = (libm::ceil(weight * 10_000.0 + 1e-6) / 100.0).min(FULL * 100.0);
    let percent = if weight <= FLOOR { FLOOR * 100.0 } else { rounded };
    format!(
        "tranche {name}: risk weight at most {percent} % by SEC-SA (CRE41, p = 1, floor 15 %), computed from the limits on W \
         and K_SA"
    )
}

#[cfg(test)]
mod tests;
