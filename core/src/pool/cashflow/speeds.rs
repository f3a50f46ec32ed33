//! Speeds of prepayments and defaults: the share of a month, by month of a projection.
//!
//! PSA and SDA are the curves of SIFMA's *Standard Formulas* (The Bond Market Association, *Uniform
//! Practices*, chapter SF, 02/01/99, from pages SF-5 and SF-20).

use rust_decimal::Decimal;

use super::fixed::{PARTS, monthly_share, of_parts};

/// A speed. Numbers are parts: percent times 10^6.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Speed {
    /// none
    #[default]
    None,
    /// a share a year: CPR or CDR
    Annual(u64),
    /// a multiple of the PSA curve
    Psa(u64),
    /// a multiple of the SDA curve
    Sda(u64),
    /// shares of each month of the projection; the last goes on
    Monthly(Vec<u64>),
}

/// Returns 100 % PSA at an age in months, in parts a year: 0.2 % a month up to 6 % at 30.
fn psa(age: u32) -> u64 {
    200_000 * u64::from(age.min(30))
}

/// Returns 100 % SDA at an age in months, in parts a year: 0.02 % a month up to 0.6 % at 30, the
/// same to 60, 0.0095 % less a month to 0.03 % at 120, and the same from there.
fn sda(age: u32) -> u64 {
    match age {
        0..=30 => 20_000 * u64::from(age),
        31..=60 => 600_000,
        61..=119 => 600_000 - 9_500 * u64::from(age - 60),
        120.. => 30_000,
    }
}

/// Returns a multiple of a curve, at most one, in parts.
fn multiple(parts: u64, curve: u64) -> u64 {
    let product = u128::from(parts) * u128::from(curve) / u128::from(PARTS);
    u64::try_from(product).unwrap_or(PARTS).min(PARTS)
}

impl Speed {
    /// Returns the shares of so many months, in 60 fractional bits, of loans of an age in months at
    /// the cut-off.
    pub fn months(&self, age: u32, count: u32) -> Vec<u64> {
        let mut last = (0, 0);
        (1..=count)
            .map(|month| {
                let annual = match self {
                    Speed::None => 0,
                    Speed::Annual(parts) => *parts,
                    Speed::Psa(parts) => multiple(*parts, psa(age.saturating_add(month))),
                    Speed::Sda(parts) => multiple(*parts, sda(age.saturating_add(month))),
                    Speed::Monthly(shares) => {
                        let at = (month as usize - 1).min(shares.len().saturating_sub(1));
                        return of_parts(shares.get(at).copied().unwrap_or(0));
                    }
                };
                if annual != last.0 {
                    last = (annual, monthly_share(annual));
                }
                last.1
            })
            .collect()
    }

    /// Returns the speed times a factor, at most the whole; for grids of assumptions.
    pub fn scaled(&self, parts: u64) -> Self {
        let scaled = |speed: &u64| multiple(*speed, parts);
        let unbounded =
            |speed: &u64| u64::try_from(u128::from(*speed) * u128::from(parts) / u128::from(PARTS)).unwrap_or(u64::MAX);
        match self {
            Speed::None => Speed::None,
            Speed::Annual(speed) => Speed::Annual(scaled(speed)),
            Speed::Psa(speed) => Speed::Psa(unbounded(speed)),
            Speed::Sda(speed) => Speed::Sda(unbounded(speed)),
            Speed::Monthly(shares) => Speed::Monthly(shares.iter().map(scaled).collect()),
        }
    }

    /// Whether nothing moves at this speed.
    pub fn is_none(&self) -> bool {
        match self {
            Speed::None => true,
            Speed::Annual(speed) | Speed::Psa(speed) | Speed::Sda(speed) => *speed == 0,
            Speed::Monthly(shares) => shares.iter().all(|share| *share == 0),
        }
    }

    /// Returns the speed in words, with `annual` and `monthly` as the names of the plain kinds.
    pub(super) fn in_words(&self, annual: &str, monthly: &str) -> String {
        match self {
            Speed::None => "none".into(),
            Speed::Annual(speed) => format!("{annual} {}", percent(*speed)),
            Speed::Psa(speed) => format!("psa {}", percent(*speed)),
            Speed::Sda(speed) => format!("sda {}", percent(*speed)),
            Speed::Monthly(shares) => {
                let shares: Vec<String> = shares.iter().map(|share| percent(*share).to_string()).collect();
                format!("{monthly} {}", shares.join(" "))
            }
        }
    }
}

/// Returns parts in percent, as they are written.
pub fn percent(parts: u64) -> Decimal {
    Decimal::from_i128_with_scale(i128::from(parts), 6).normalize()
}

#[cfg(test)]
mod tests {
    use super::super::fixed::ONE;
    use super::*;

    /// The corners of the curves as SIFMA states them, in percent a year.
    #[test]
    fn the_standard_curves_have_their_corners() {
        let in_percent = |curve: fn(u32) -> u64, ages: &[u32]| -> Vec<String> {
            ages.iter().map(|age| percent(curve(*age)).to_string()).collect()
        };
        assert_eq!(in_percent(psa, &[1, 2, 29, 30, 31, 360]), ["0.2", "0.4", "5.8", "6", "6", "6"]);
        assert_eq!(
            in_percent(sda, &[1, 2, 30, 31, 60, 61, 119, 120, 121, 360]),
            ["0.02", "0.04", "0.6", "0.6", "0.6", "0.5905", "0.0395", "0.03", "0.03", "0.03"]
        );
    }

    #[test]
    fn a_multiple_of_a_curve_goes_with_age_and_is_at_most_the_whole() {
        let psa = Speed::Psa(150 * 1_000_000).months(24, 8);
        let cpr = |percent: u64| monthly_share(percent * 10_000);
        assert_eq!(psa[..7], [750, 780, 810, 840, 870, 900, 900].map(cpr));
        assert_eq!(Speed::Psa(2_000 * 1_000_000).months(30, 1), [ONE]);
        assert_eq!(Speed::Annual(6_000_000).months(0, 2), [monthly_share(6_000_000); 2]);
        assert_eq!(Speed::Monthly(vec![PARTS, PARTS / 2]).months(9, 3), [ONE, ONE / 2, ONE / 2]);
        assert_eq!(Speed::Sda(200 * 1_000_000).months(59, 2), [1_200_000, 1_181_000].map(monthly_share));
    }

    #[test]
    fn speeds_are_scaled_to_at_most_the_whole() {
        assert_eq!(Speed::Annual(60_000_000).scaled(2 * PARTS), Speed::Annual(PARTS));
        assert_eq!(Speed::Sda(PARTS).scaled(3 * PARTS / 2), Speed::Sda(3 * PARTS / 2));
        assert_eq!(Speed::Monthly(vec![10, 20]).scaled(PARTS / 2), Speed::Monthly(vec![5, 10]));
        assert!(Speed::Monthly(vec![0]).is_none() && !Speed::Psa(1).is_none());
    }
}
