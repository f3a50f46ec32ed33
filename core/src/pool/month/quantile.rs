//! How many of a grade's loans may default in a year, if its probability of default is right: the
//! quantile of Vasicek's distribution (*Loan portfolio value*, 2002).

use rust_decimal::Decimal;

use crate::distributions::outward::{cdf_below, down, tail_quantile_above, tail_quantile_below};
use crate::error::{DealProblem, Problem};
use crate::pool::schema::WHOLE;
use crate::text::to_f64;

/// Decimals of a probability, a correlation and a level.
const PLACES: u32 = 12;

/// Returns the quantile at `level` of the share of a large pool that defaults, in billionths, rounded
/// down: `N((N^-1(p) + sqrt(rho) N^-1(level)) / sqrt(1 - rho))`. Every number on the way is rounded
/// towards fewer defaults, in the same way on every platform.
///
/// # Errors
/// A probability outside (0, 1/2], a correlation outside [0, 1), a level outside [1/2, 1), or more
/// than 12 decimals in any.
pub fn defaults_at_most(probability: Decimal, rho: Decimal, level: Decimal) -> Result<u64, Problem> {
    let half = Decimal::new(5, 1);
    let one = Decimal::ONE;
    for (what, value, is_inside, range) in [
        ("pd", probability, probability > Decimal::ZERO && probability <= half, "above 0, to 0.5"),
        ("rho", rho, rho >= Decimal::ZERO && rho < one, "0 to 1, below 1"),
        ("level", level, level >= half && level < one, "0.5 to 1, below 1"),
    ] {
        if !is_inside || value.normalize().scale() > PLACES {
            return Err(DealProblem::Month(format!(
                "[month.defaults] needs a {what} of {range}, with at most {PLACES} decimals, and has {value}"
            ))
            .into());
        }
    }
    let threshold = tail_quantile_below(to_f64(probability));
    // The complement of the level is exact as a decimal. The median is 0, and a tail has its quantile
    // below that.
    let factor = if level == half { 0.0 } else { -tail_quantile_above(to_f64(one - level)) };
    let loading = down(to_f64(rho).sqrt()).max(0.0);
    let distance = down(threshold + down(loading * factor.max(0.0)));
    let own = to_f64(one - rho).sqrt();
    // A smaller root takes a negative distance farther from 0, and a larger one a positive one closer.
    let own = if distance < 0.0 { down(own) } else { crate::distributions::outward::up(own) };
    let share = down(cdf_below(down(distance / own)));
    let billionths = libm::floor(down(share * WHOLE as f64));
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Ok(if billionths > 0.0 { billionths as u64 } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantile(probability: &str, rho: &str, level: &str) -> Result<u64, String> {
        let [probability, rho, level] = [probability, rho, level].map(|text| text.parse::<Decimal>().unwrap());
        defaults_at_most(probability, rho, level).map_err(|error| error.to_string())
    }

    /// Without correlation the share is the probability. The others are by the formula, with
    /// `NormalDist` of Python 3.11's `statistics`.
    #[test]
    fn quantiles_are_those_of_the_formula_rounded_down() {
        assert_eq!(quantile("0.02", "0", "0.99").map(|share| 20_000_000 - share <= 1), Ok(true));
        for (probability, rho, level, share) in CASES {
            let found = quantile(probability, rho, level).unwrap();
            let exact: f64 = share * 1e9;
            assert!((found as f64) <= exact && exact - (found as f64) < 2.0, "{probability} {rho} {level}: {found}");
        }
    }

    /// Probability, correlation, level, and the quantile.
    const CASES: [(&str, &str, &str, f64); 6] = [
        ("0.02", "0.12", "0.99", 0.0917191416997728),
        ("0.001", "0.2", "0.999", 0.028075067053045077),
        ("0.3", "0.05", "0.95", 0.4361773400315669),
        ("0.5", "0.4", "0.9", 0.8523077588707371),
        ("0.0003", "0.24", "0.5", 4.136830087786425e-05),
        ("0.1", "0.15", "0.999", 0.46339644737925495),
    ];

    #[test]
    fn whatever_is_out_of_range_is_refused() {
        for (probability, rho, level, what) in [
            ("0", "0.1", "0.99", "pd"),
            ("0.51", "0.1", "0.99", "pd"),
            ("0.0000000000001", "0.1", "0.99", "pd"),
            ("0.1", "1", "0.99", "rho"),
            ("0.1", "-0.1", "0.99", "rho"),
            ("0.1", "0.1", "1", "level"),
            ("0.1", "0.1", "0.4", "level"),
        ] {
            let refused = quantile(probability, rho, level).unwrap_err();
            assert!(refused.contains(&format!("needs a {what}")), "{refused}");
        }
    }
}
