//! The returns that a variant takes, and what they weigh.

use std::ops::Range;

use tailproof_core::confidence::Confidence;
use tailproof_core::error::Problem;
use tailproof_core::fixed_point::Unit;
use tailproof_core::measures::{TailMass, expected_shortfall};
use tailproof_core::positions::Positions;
use tailproof_core::prices::PriceHistory;
use tailproof_core::scenarios::generator::Variant;
use tailproof_core::scenarios::historical::entry;

use super::volatilities::FIRST_RETURNS;

/// Confidence of the reference portfolio's expected shortfall, in millionths.
const STRESS_CONFIDENCE: u32 = 975_000;

/// Returns the rows at which the returns of a variant begin, oldest first.
///
/// # Errors
/// A horizon or window of 0, fewer prices than needed, a reference portfolio that does not fit.
pub fn starts(
    prices: &PriceHistory,
    horizon: usize,
    window: Option<usize>,
    variant: &Variant,
) -> Result<Range<usize>, Problem> {
    for (what, value) in [("the horizon", horizon), ("the window", window.unwrap_or(1))] {
        if value == 0 {
            return Err(Problem::OutOfRange { what: what.into(), value: "0".into(), range: "1 and above".into() });
        }
    }
    let first = if variant.volatility_scaled.is_some() { FIRST_RETURNS } else { 0 };
    let end = prices.len().saturating_sub(horizon);
    let available = end.saturating_sub(first);
    let scenarios = window.unwrap_or(available);
    if scenarios > available || scenarios == 0 {
        let need = scenarios.max(1).saturating_add(horizon).saturating_add(first);
        return Err(Problem::TooFewPrices { have: prices.len(), need, scenarios: scenarios.max(1), horizon });
    }
    let begin = match &variant.stressed {
        Some(reference) => stressed_window(prices, horizon, first..end, scenarios, reference)?,
        None => end - scenarios,
    };
    Ok(begin..begin + scenarios)
}

/// Returns where the window begins in which the reference portfolio's expected shortfall is
/// largest.
fn stressed_window(
    prices: &PriceHistory,
    horizon: usize,
    starts: Range<usize>,
    scenarios: usize,
    reference: &[String],
) -> Result<usize, Problem> {
    if reference.len() != prices.factors().len() {
        let (have, need) = (reference.len(), prices.factors().len());
        return Err(Problem::NotOneForEach { what: "exposures of the reference portfolio", have, need });
    }
    // Only their proportions matter.
    let whole = |text: &String| text.parse::<i64>().map_err(|_| Problem::NotANumber(text.clone()));
    let exposures = reference.iter().map(whole).collect::<Result<Vec<i64>, _>>()?;
    let exposures = Positions::new(Unit::CENT, exposures, 0)?.exposures().to_vec();
    let mut losses = Vec::with_capacity(starts.len());
    for start in starts.clone() {
        let mut loss = 0i128;
        for (column, exposure) in exposures.iter().enumerate() {
            loss -= entry(prices, start, start + horizon, column)?.as_i128() * i128::from(*exposure);
        }
        losses.push(loss);
    }
    let weights = vec![1; scenarios];
    let tail = TailMass::new(Confidence::from_millionths(STRESS_CONFIDENCE)?, scenarios as u64);
    // The denominator is that of the tail, the same for all.
    let shortfall = |first: usize| expected_shortfall(&losses[first..first + scenarios], &weights, tail).0;
    let worst = (0..=losses.len() - scenarios).max_by_key(|first| (shortfall(*first), *first));
    Ok(starts.start + worst.unwrap_or(0))
}
