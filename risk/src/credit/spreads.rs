//! Fair spreads on a flat curve: of a tranche, and of an nth-to-default basket.
//!
//! Premiums are paid quarterly on what is left, losses fall in the middle of a quarter, and the premium accrued until then is paid.

/// Quarters of a year.
const PERIOD: f64 = 0.25;

/// The spread a year that makes premiums worth what is lost. `lost` is the expected fraction lost at the end of each quarter, not
/// decreasing; `rate` is continuously compounded.
#[allow(clippy::cast_precision_loss)]
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
