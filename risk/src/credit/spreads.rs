//! Fair spreads on a flat curve: of a tranche, and of an nth-to-default basket.
//!
//! Premiums are paid quarterly on what is left, losses fall in the middle of a quarter, and the
//! premium accrued until then is paid.

use tailproof_core::error::Problem;
use tailproof_core::pool::copula::FactorModel;
use tailproof_core::pool::deal::Deal;

use super::pool::{LossMethod, Pool};

/// Length of a quarter in years.
const PERIOD: f64 = 0.25;

/// Returns the fair spread of each tranche of a deal over so many `years` on a flat curve with the
/// rate `rate`, from expected losses at the end of each quarter under constant hazard rates.
///
/// # Errors
/// As [`Pool::losses`].
pub fn tranche_spreads(
    pool: &Pool,
    deal: &Deal,
    model: &FactorModel,
    method: LossMethod,
    years: u32,
    rate: f64,
) -> Result<Vec<f64>, Problem> {
    let quarters = 4 * years;
    let mut lost = vec![Vec::with_capacity(quarters as usize); deal.tranches().len()];
    for quarter in 1..=quarters {
        let within = pool.within(f64::from(quarter) / f64::from(quarters));
        let losses = within.losses(deal, model, method)?;
        lost.iter_mut().zip(losses.tranches).for_each(|(lost, figures)| lost.push(figures.expected_loss));
    }
    Ok(lost.iter().map(|lost| fair_spread(lost, rate)).collect())
}

/// Returns the spread a year that makes premiums worth as much as losses. `lost` is the expected
/// fraction lost at the end of each quarter, not decreasing; `rate` is continuously compounded.
pub fn fair_spread(lost: &[f64], rate: f64) -> f64 {
    let (mut losses, mut premiums, mut before) = (0.0, 0.0, 0.0);
    for (quarter, lost) in lost.iter().enumerate() {
        let end = PERIOD * (quarter + 1) as f64;
        let discount = |time: f64| libm::exp(-rate * time);
        let (fresh, middle) = (lost - before, discount(end - PERIOD / 2.0));
        losses += fresh * middle;
        premiums += PERIOD * (1.0 - lost) * discount(end) + fresh * PERIOD / 2.0 * middle;
        before = *lost;
    }
    losses / premiums
}
