//! Public costs of closing a book that grow with the size of its positions.
//!
//! ```csv
//! factor,rate,above_1,rate_1,above_2,rate_2
//! AAPL,0.0002,5000000,0.001,20000000,0.004
//! TSLA,0.0005,1000000,0.002,,
//! rest,0.001,,,,
//! ```
//!
//! Each unit of an exposure costs `rate` up to `above_1`, `rate_1` from there on, and `rate_2` from
//! `above_2` on. Rates do not fall, so the cost is convex. The file is the verifier's: a mandate
//! has its digest.

use ethnum::I256;
use rust_decimal::Decimal;

use crate::error::{CapProblem, ImpactProblem, InputError, Problem};
use crate::fixed_point::{FRACTION_BITS, MAX_GROSS, Unit, pow10};
use crate::mandate::factor_file::{FactorFile, Kind};
use crate::positions::Positions;

const KIND: Kind<5> =
    Kind { domain: "tailproof/impact/v1", columns: ["rate", "above_1", "rate_1", "above_2", "rate_2"] };

/// Most breakpoints of a cost: it has one segment more.
pub const BREAKPOINTS: usize = 2;

/// The highest rate.
const MOST_RATE: Decimal = Decimal::from_parts(99, 0, 0, false, 2);

/// The largest breakpoint.
const MOST_ABOVE: u64 = 1_000_000_000_000_000_000;

/// A point of an exposure's magnitude above which each unit costs more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breakpoint {
    /// whole book units
    pub above: i64,
    /// by how much the rate is higher above it, times 2^20
    pub increment: i64,
}

impl Breakpoint {
    /// No exposure is above it.
    pub const NONE: Breakpoint = Breakpoint { above: MAX_GROSS, increment: 0 };
}

/// The cost of closing a position in one factor, as the integers of the relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CostCurve {
    /// the rate of the first segment times 2^20
    pub rate: i64,
    /// where it rises
    pub breakpoints: [Breakpoint; BREAKPOINTS],
}

impl CostCurve {
    /// No cost.
    pub const NONE: CostCurve = CostCurve { rate: 0, breakpoints: [Breakpoint::NONE; BREAKPOINTS] };

    /// Returns the curve of a constant rate, in units of 2^-20.
    pub fn flat(rate: i64) -> Self {
        Self { rate, ..Self::NONE }
    }

    /// Returns the cost of closing an exposure, in loss units: exact for these integers.
    pub fn cost(&self, exposure: i64) -> i128 {
        let magnitude = i128::from(exposure).abs();
        let beyond = |point: &Breakpoint| i128::from(point.increment) * (magnitude - i128::from(point.above)).max(0);
        i128::from(self.rate) * magnitude + self.breakpoints.iter().map(beyond).sum::<i128>()
    }

    /// Returns the highest rate times 2^20.
    pub fn highest_rate(&self) -> i64 {
        self.rate + self.breakpoints.iter().map(|point| point.increment).sum::<i64>()
    }
}

/// Returns the cost of closing positions, in loss units.
pub fn cost(curves: &[CostCurve], positions: &Positions) -> i128 {
    curves.iter().zip(positions.exposures()).map(|(curve, exposure)| curve.cost(*exposure)).sum()
}

/// Public costs of closing a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impact(FactorFile<5>);

impl Impact {
    /// Reads costs from CSV. `file` names it in errors.
    ///
    /// # Errors
    /// A header of other columns than `factor`, `rate`, `above_1`, `rate_1`, `above_2` and
    /// `rate_2`, or without `rate`; a row without a rate, or with one of a breakpoint and its rate
    /// alone; breakpoints that do not rise, or rates that fall; a number out of range; a factor
    /// that is listed twice; no row.
    pub fn from_csv(file: &str, text: &str) -> Result<Self, InputError> {
        FactorFile::read(file, text, KIND, check).map(Self)
    }

    /// A digest of what the costs say, not of how their file is laid out.
    pub fn digest(&self) -> [u8; 32] {
        self.0.digest()
    }

    /// The rows of the file.
    pub fn file(&self) -> &FactorFile<5> {
        &self.0
    }

    /// Returns the cost of each factor for books in `unit`: rates rounded up to 2^-20, and
    /// breakpoints rounded down to whole units, so that no cost is below the file's. A factor that
    /// has no row and needs none costs nothing.
    ///
    /// # Errors
    /// A factor that needs a row and has none.
    pub(super) fn curves(
        &self,
        factors: &[String],
        must_have_one: impl Fn(usize) -> bool,
        unit: Unit,
    ) -> Result<Vec<CostCurve>, CapProblem> {
        let rows = self.0.of_factors(factors, must_have_one)?;
        Ok(rows.into_iter().map(|row| row.map_or(CostCurve::NONE, |row| curve(row, unit))).collect())
    }
}

/// Returns the integers of a row that was checked.
fn curve([rate, above_1, rate_1, above_2, rate_2]: &[Option<Decimal>; 5], unit: Unit) -> CostCurve {
    let first = rate.map_or(0, steps);
    let mut before = first;
    let breakpoints = [(above_1, rate_1), (above_2, rate_2)].map(|(above, rate)| match (above, rate) {
        (Some(above), Some(rate)) => {
            let (numerator, denominator) = unit.ratio(*above);
            let above = numerator.div_euclid(denominator).min(I256::from(MAX_GROSS)).as_i64();
            let increment = steps(*rate) - before;
            before += increment;
            Breakpoint { above, increment }
        }
        _ => Breakpoint::NONE,
    });
    CostCurve { rate: first, breakpoints }
}

/// Returns a rate times 2^20, rounded up.
fn steps(rate: Decimal) -> i64 {
    let numerator = I256::from(-rate.mantissa()) << FRACTION_BITS;
    -numerator.div_euclid(pow10(rate.scale())).as_i64()
}

/// Checks that a row is a convex cost.
fn check([rate, above_1, rate_1, above_2, rate_2]: &[Option<Decimal>; 5]) -> Result<(), Problem> {
    let out_of_range = |what: &str, value: Decimal, range: &str| {
        Err(Problem::OutOfRange { what: what.into(), value: value.to_string(), range: range.into() })
    };
    if let Some(value) = [rate, rate_1, rate_2].into_iter().flatten().find(|value| **value > MOST_RATE) {
        return out_of_range("a rate", *value, "0 to 0.99, a fraction of the exposure (0.0005 is 5 basis points)");
    }
    if let Some(value) = [above_1, above_2].into_iter().flatten().find(|value| **value > Decimal::from(MOST_ABOVE)) {
        return out_of_range("a breakpoint", *value, "0 to 10^18");
    }
    let Some(rate) = rate else { return Err(ImpactProblem::NoRate.into()) };
    if above_1.is_some() != rate_1.is_some() || above_2.is_some() != rate_2.is_some() {
        return Err(ImpactProblem::HalfBreakpoint.into());
    }
    if above_2.is_some() && above_1.is_none() {
        return Err(ImpactProblem::SecondAlone.into());
    }
    if above_2.zip(*above_1).is_some_and(|(second, first)| second <= first) {
        return Err(ImpactProblem::BreakpointsFall.into());
    }
    let rates = [Some(*rate), *rate_1, *rate_2];
    let falls = |pair: &[Option<Decimal>]| pair[1].zip(pair[0]).is_some_and(|(next, rate)| next < rate);
    if rates.windows(2).any(falls) { Err(ImpactProblem::NotConvex.into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COSTS: &str = "factor,rate,above_1,rate_1,above_2,rate_2\nA,0.5,10,0.75,20,0.875\nB,0.25,30.019,0.3,,\n\
                         rest,0.000001,,,,\n";

    fn impact(text: &str) -> Impact {
        Impact::from_csv("i.csv", text).unwrap()
    }

    #[test]
    fn costs_are_the_sum_over_segments() {
        let factors = ["A", "B", "C", "cash"].map(str::to_owned);
        let curves = impact(COSTS).curves(&factors, |index| index < 3, Unit::CENT).unwrap();
        let half = 1i128 << 19;
        // A: half of each of the first 1,000 units, three quarters of the next 1,000, seven eighths
        // beyond.
        for (exposure, quarters) in [(0, 0), (-4, 8), (1000, 2000), (-1001, 2003), (2000, 5000)] {
            assert_eq!(curves[0].cost(exposure) * 2, half * quarters, "{exposure}");
        }
        assert_eq!(curves[0].cost(2008), (1250 + 7) << 20);
        // Rounded up, and the breakpoint down: 0.3 and 0.000001 are no whole number of steps.
        assert_eq!(curves[1].breakpoints[0], Breakpoint { above: 3001, increment: 314_573 - (1 << 18) });
        assert_eq!((curves[1].breakpoints[1], curves[2]), (Breakpoint::NONE, CostCurve::flat(2)));
        assert_eq!((curves[3], curves[0].highest_rate()), (CostCurve::NONE, 7 << 17));
        let positions = Positions::new(Unit::CENT, vec![-4, 0, 8, 1_000_000], 0).unwrap();
        assert_eq!(cost(&curves, &positions), (2 << 20) + 16);
    }

    #[test]
    fn the_digest_is_of_the_meaning_not_of_the_layout() {
        let base = impact(COSTS).digest();
        assert_eq!(base, impact(&COSTS.replace("0.5,10", "0.50, 10.0")).digest());
        for (from, to) in [("0.875", "0.874"), (",20,", ",21,"), ("rest", "C"), ("0.5,", "0.51,")] {
            assert_ne!(base, impact(&COSTS.replace(from, to)).digest(), "{from}");
        }
    }

    #[test]
    fn costs_that_are_not_convex_are_refused_with_what_to_do() {
        for (from, to, said) in [
            ("0.5,10,0.75", "0.76,10,0.75", "rates fall"),
            ("0.875", "0.74", "rates fall"),
            (",20,", ",10,", "above_2"),
            ("B,0.25,30.019,0.3,,", "B,0.25,30.019,,,", "both"),
            ("B,0.25,30.019,0.3,,", "B,0.25,,,30,0.3", "above_1"),
            ("B,0.25", "B,", "rate"),
            ("0.875", "1", "0.99"),
            ("30.019", "1.1e18", "10^18"),
        ] {
            let error = Impact::from_csv("i.csv", &COSTS.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(said) && error.starts_with("i.csv"), "{to}: {error}");
        }
    }
}
