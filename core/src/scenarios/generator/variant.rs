//! Variants of historical simulation.

use serde::{Deserialize, Serialize};

use crate::error::{Problem, SetProblem};
use crate::fixed_point::{FRACTION_BITS, MAX_ENTRY, MAX_WEIGHT};
use crate::text::{parse_decimal, to_f64};
use crate::tree::from_tree;

/// The options by which a set differs from plain historical simulation, see
/// [`crate::scenarios::historical`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// exposures of the reference portfolio whose worst window is taken, in factor order, whole
    /// numbers of any unit
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stressed: Option<Vec<String>>,
    /// weight of a return as a fraction of the next one's, a decimal in (0, 1)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_weighted: Option<String>,
    /// weights that fall by 1 from each return to the next older one
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub linear_weights: bool,
    /// decay of volatilities, a decimal in (0, 1)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volatility_scaled: Option<String>,
    /// days in which a position in each factor can be closed
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liquidity_horizons: Option<Vec<u32>>,
    /// columns of half squares
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gamma: bool,
    /// columns of products
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cross_gamma: bool,
    /// digest of the implied volatilities that were used, in hex; the set has columns of their
    /// changes
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volatilities_sha256: Option<String>,
    /// columns of the days that pass
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub theta: bool,
}

from_tree!(struct Variant { stressed, age_weighted, linear_weights = false, volatility_scaled, liquidity_horizons, gamma = false, cross_gamma = false, volatilities_sha256, theta = false });

impl Variant {
    /// Whether the moves are those of plain historical simulation, and only weights differ.
    pub fn has_plain_moves(&self) -> bool {
        Self { age_weighted: None, linear_weights: false, ..self.clone() } == Self::default()
    }

    /// Returns the move of a column of theta over a horizon in days, as an entry: 1 a day.
    ///
    /// # Errors
    /// More days than an entry holds.
    pub fn theta_entry(days: usize) -> Result<i32, SetProblem> {
        const MOST: i64 = MAX_ENTRY >> FRACTION_BITS;
        let few = i64::try_from(days).ok().filter(|days| *days <= MOST);
        let entry = few.and_then(|days| i32::try_from(days << FRACTION_BITS).ok());
        entry.ok_or(SetProblem::ThetaHorizon { days, most: MOST })
    }

    /// Checks that columns of theta, where there are some, have the days of the whole set.
    ///
    /// # Errors
    /// More days than an entry holds; liquidity horizons.
    pub fn check_theta(&self, days: usize) -> Result<(), SetProblem> {
        if !self.theta {
            return Ok(());
        }
        if self.liquidity_horizons.is_some() {
            return Err(SetProblem::ThetaOfLiquidityHorizons);
        }
        Self::theta_entry(days).map(drop)
    }

    /// Whether a set has columns of Greeks behind its factors.
    pub fn has_greeks(&self) -> bool {
        self.gamma || self.cross_gamma || self.volatilities_sha256.is_some() || self.theta
    }

    /// Checks that there is one rule of weights.
    pub(super) fn check_weights(&self) -> Result<(), SetProblem> {
        if self.linear_weights && self.age_weighted.is_some() { Err(SetProblem::TwoWeights) } else { Ok(()) }
    }

    /// Returns the weights of `count` returns, the oldest first: 1; 1 to `count` where they are
    /// linear; or with a decay the newest's 2^20 - 1 times its powers, to the nearest integer,
    /// halves away from zero.
    ///
    /// # Errors
    /// A decay that is not between 0 and 1; a decay and linear weights.
    pub fn weights(&self, count: usize) -> Result<Vec<u32>, Problem> {
        self.check_weights()?;
        if self.linear_weights {
            return Ok((1..).take(count).collect());
        }
        let Some(text) = &self.age_weighted else { return Ok(vec![1; count]) };
        let decay = decay("the decay of weights", text)?;
        let mut weight = f64::from(MAX_WEIGHT);
        let mut weights: Vec<u32> = (0..count)
            .map(|_| {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let rounded = libm::round(weight) as u32;
                weight *= decay;
                rounded
            })
            .collect();
        weights.reverse();
        Ok(weights)
    }
}

/// Returns the decay that `text` states; `what` names it in errors.
///
/// # Errors
/// Not a decimal between 0 and 1.
pub fn decay(what: &str, text: &str) -> Result<f64, Problem> {
    let value = to_f64(parse_decimal(text)?);
    if value > 0.0 && value < 1.0 {
        return Ok(value);
    }
    Err(Problem::OutOfRange { what: what.into(), value: text.into(), range: "0 to 1, both excluded".into() })
}
