//! Discount factors of months, rounded down, from annual effective zero rates.

use super::fixed::{ONE, PARTS, product, quotient, twelfth_root};
use crate::error::CashflowProblem;

/// Least and greatest rate, in parts: -5 % and 100 %.
pub const RATES: [i64; 2] = [-5_000_000, 100_000_000];

/// A curve of annual effective zero rates by month: linear between points, flat outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscountCurve {
    points: Vec<(u32, i64)>,
}

impl DiscountCurve {
    /// Returns the curve through points of month and rate, in parts.
    ///
    /// # Errors
    /// No points, or months that do not rise from 1 on.
    pub fn new(points: Vec<(u32, i64)>) -> Result<Self, CashflowProblem> {
        let rises = points.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let starts = points.first().is_some_and(|(month, _)| *month >= 1);
        if rises && starts { Ok(Self { points }) } else { Err(CashflowProblem::Discount) }
    }

    /// Returns the points of month and rate, in parts.
    pub fn points(&self) -> &[(u32, i64)] {
        &self.points
    }

    /// Returns the curve with every rate moved by so many parts, within the range of rates.
    pub fn shifted(&self, parts: i64) -> Self {
        let moved = |(month, rate): &(u32, i64)| (*month, rate.saturating_add(parts).clamp(RATES[0], RATES[1]));
        Self { points: self.points.iter().map(moved).collect() }
    }

    /// Returns the zero rate of a month, in parts, as a numerator and a denominator.
    pub fn rate(&self, month: u32) -> (i64, u32) {
        let next = self.points.iter().position(|(at, _)| *at >= month);
        match next.map(|next| (next.checked_sub(1), self.points[next])) {
            Some((Some(before), (to, above))) => {
                let (from, below) = self.points[before];
                let (passed, span) = (month - from, to - from);
                (below * i64::from(span - passed) + above * i64::from(passed), span)
            }
            Some((None, (_, rate))) => (rate, 1),
            None => (self.points.last().map_or(0, |(_, rate)| *rate), 1),
        }
    }

    /// Returns the factors of so many months, from the first on, in 60 fractional bits.
    pub fn factors(&self, months: u32) -> Vec<u64> {
        let mut last = None;
        (1..=months)
            .map(|month| {
                let rate = self.rate(month);
                let root = match last {
                    Some((known, root)) if known == rate => root,
                    _ => {
                        let whole = PARTS * u64::from(rate.1);
                        twelfth_root(quotient(whole, whole.saturating_add_signed(rate.0).max(1)))
                    }
                };
                last = Some((rate, root));
                power(root, month)
            })
            .collect()
    }
}

/// Returns a whole power of a number by squares, each product rounded down.
fn power(base: u64, mut exponent: u32) -> u64 {
    let (mut result, mut square) = (ONE, base);
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = product(result, square);
        }
        square = product(square, square);
        exponent /= 2;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_are_those_of_floating_point_and_never_above() {
        let curve = DiscountCurve::new(vec![(12, 4_000_000), (60, 5_000_000)]).unwrap();
        let rates = [1, 12, 36, 60, 61].map(|month| curve.rate(month));
        assert_eq!(rates, [(4_000_000, 1), (4_000_000, 1), (216_000_000, 48), (240_000_000, 48), (5_000_000, 1)]);
        for (month, factor) in (1u32..).zip(curve.factors(400)) {
            let (rate, span) = curve.rate(month);
            let rate = rate as f64 / f64::from(span) / PARTS as f64;
            let expected = libm::pow(1.0 + rate, -f64::from(month) / 12.0);
            let found = factor as f64 / ONE as f64;
            assert!(found <= expected + 1e-15 && expected - found < 1e-14, "{month}: {found} {expected}");
        }
        let negative = DiscountCurve::new(vec![(1, -500_000)]).unwrap().factors(24);
        assert!(negative.windows(2).all(|pair| pair[0] < pair[1]) && negative[0] > ONE);
        assert!((negative[11] as f64 / ONE as f64 - 1.0 / 0.995).abs() < 1e-14);
    }

    #[test]
    fn months_rise() {
        for points in [vec![], vec![(0, 1)], vec![(5, 1), (5, 2)], vec![(9, 1), (5, 2)]] {
            assert_eq!(DiscountCurve::new(points), Err(CashflowProblem::Discount));
        }
    }

    #[test]
    fn a_shift_moves_every_rate() {
        let curve = DiscountCurve::new(vec![(1, 99_000_000), (9, 0)]).unwrap().shifted(2_000_000);
        assert_eq!(curve.points(), [(1, 100_000_000), (9, 2_000_000)]);
    }
}
