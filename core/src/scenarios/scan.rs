//! A scan of one underlying, as exchanges scan for margin: sixteen moves of its price and of its
//! implied volatility.
//!
//! The moves are those of SPAN (the scenarios of L. G. McMillan, *Options as a Strategic Investment*,
//! 4th edition, 2002, pages 668 to 670): the price stays, or moves by one, two or three thirds of the
//! price range in each direction, each time with the volatility up and down by its range; then it
//! moves in each direction by an extreme multiple of the range, of whose loss only a part counts.
//!
//! The header holds the ranges, and makes the whole set: a set with other moves is refused when it is
//! read, so nothing about it rests on its maker's word but the choice of the ranges.

use ethnum::I256;
use rust_decimal::Decimal;

use crate::error::{Problem, ScanProblem};
use crate::fixed_point::{FRACTION_BITS, MAX_ENTRY, div_round, pow10};
use crate::scenarios::generator::Generator;
use crate::scenarios::set::ScenarioSet;
use crate::text::parse_decimal;

/// Decimal places of a range, a multiple or a part.
const PLACES: u32 = 6;
/// Names of the moves of the price, in the order of the rows.
const MOVES: [(&str, i64); 7] = [
    ("price unchanged", 0),
    ("price +1/3", 1),
    ("price -1/3", -1),
    ("price +2/3", 2),
    ("price -2/3", -2),
    ("price +3/3", 3),
    ("price -3/3", -3),
];

/// The ranges of a scan, as decimals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanRanges {
    /// the largest common move of the price, as a fraction of the price
    pub price: Decimal,
    /// the move of the implied volatility, where 0.01 is a point; `None` for books without vegas
    pub volatility: Option<Decimal>,
    /// whether the set has a column of gammas
    pub gamma: bool,
    /// the extreme move, as a multiple of the price range
    pub extreme: Decimal,
    /// the part of the loss of an extreme move that counts
    pub cover: Decimal,
}

/// Returns the scan of an underlying: sixteen rows over its price, and its gamma and vega where the
/// ranges have them.
///
/// An entry is the move times 2^20, for a gamma half its square, times the part that counts, rounded
/// to the nearest integer, halves away from zero.
///
/// # Errors
/// A range that is not positive, or too large; a name that is no factor's.
pub fn scan(underlying: &str, ranges: &ScanRanges) -> Result<ScenarioSet, Problem> {
    ranges.check()?;
    let (factors, labels) = (ranges.factors(underlying), labels());
    let weights = vec![1; labels.len()];
    ScenarioSet::new(ranges.generator(), factors, labels, None, weights, ranges.entries())
}

/// Returns a scan, made again from its header and the name of its first factor.
///
/// # Errors
/// Another set.
pub(in crate::scenarios) fn remade(set: &ScenarioSet) -> Result<ScenarioSet, Problem> {
    let ranges = ScanRanges::of(set.generator())?.ok_or(ScanProblem::OtherMoves)?;
    scan(&set.factors()[0], &ranges)
}

/// Returns the labels of the rows.
fn labels() -> Vec<String> {
    let common = MOVES.iter().flat_map(|(name, _)| ["up", "down"].map(|side| format!("{name}, volatility {side}")));
    common.chain(["extreme rise".to_owned(), "extreme fall".to_owned()]).collect()
}

impl ScanRanges {
    /// Returns the ranges that a header states; `None` for another kind of header.
    ///
    /// # Errors
    /// A number that is none, is not in its one form, or is out of range.
    pub fn of(generator: &Generator) -> Result<Option<Self>, Problem> {
        let Generator::Scan { price, volatility, gamma, extreme, cover } = generator else { return Ok(None) };
        let number = |text: &String| {
            let value = parse_decimal(text)?;
            let canonical = value.normalize().to_string();
            if *text == canonical { Ok(value) } else { Err(Problem::from(ScanProblem::Text(text.clone()))) }
        };
        let ranges = Self {
            price: number(price)?,
            volatility: volatility.as_ref().map(number).transpose()?,
            gamma: *gamma,
            extreme: number(extreme)?,
            cover: number(cover)?,
        };
        ranges.check()?;
        Ok(Some(ranges))
    }

    /// Returns the header.
    fn generator(&self) -> Generator {
        let text = |value: Decimal| value.normalize().to_string();
        Generator::Scan {
            price: text(self.price),
            volatility: self.volatility.map(text),
            gamma: self.gamma,
            extreme: text(self.extreme),
            cover: text(self.cover),
        }
    }

    fn check(&self) -> Result<(), Problem> {
        let volatility = self.volatility.iter().map(|range| ("the volatility range", *range, Decimal::ONE));
        let bounds = [
            ("the price range", self.price, Decimal::ONE),
            ("the extreme multiple", self.extreme, Decimal::from(8)),
            ("the part of an extreme loss that counts", self.cover, Decimal::ONE),
        ];
        for (what, value, most) in bounds.into_iter().chain(volatility) {
            if value <= Decimal::ZERO || value > most || value.normalize().scale() > PLACES {
                let range = format!("above 0, at most {most}, with at most {PLACES} places");
                return Err(Problem::OutOfRange { what: what.into(), value: value.to_string(), range });
            }
        }
        if self.extreme < Decimal::ONE {
            return Err(ScanProblem::Extreme.into());
        }
        // Of the largest entry, half the square of the extreme move.
        let extreme = self.extreme * self.price;
        let most = extreme.max(extreme * extreme / Decimal::TWO);
        if most * Decimal::from(1 << FRACTION_BITS) > Decimal::from(MAX_ENTRY) {
            let (what, range) = ("the extreme move".into(), "below 4 (400 %)".into());
            return Err(Problem::OutOfRange { what, value: extreme.to_string(), range });
        }
        Ok(())
    }

    /// Returns the names of the columns.
    fn factors(&self, underlying: &str) -> Vec<String> {
        let gamma = self.gamma.then(|| format!("gamma:{underlying}"));
        let vega = self.volatility.map(|_| format!("vega:{underlying}"));
        std::iter::once(underlying.to_owned()).chain(gamma).chain(vega).collect()
    }

    /// Returns the entries, row by row.
    fn entries(&self) -> Vec<i32> {
        let price = Fraction::of(self.price);
        let third = |thirds: i64| price.times(Fraction { numerator: I256::from(thirds), denominator: I256::from(3) });
        let common = MOVES.iter().flat_map(|(_, thirds)| [1i64, -1].map(|side| (third(*thirds), Fraction::ONE, side)));
        let extreme = price.times(Fraction::of(self.extreme));
        let extremes = [extreme, extreme.times(Fraction::of(-Decimal::ONE))];
        let extremes = extremes.map(|of| (of, Fraction::of(self.cover), 0));
        let row = |(of, part, side): (Fraction, Fraction, i64)| {
            let half = Fraction { numerator: I256::ONE, denominator: I256::from(2) };
            let gamma = self.gamma.then(|| of.times(of).times(half).times(part).entry());
            let vega = self.volatility.map(|range| Fraction::of(range * Decimal::from(side)).entry());
            std::iter::once(of.times(part).entry()).chain(gamma).chain(vega).collect::<Vec<i32>>()
        };
        common.chain(extremes).flat_map(row).collect()
    }
}

impl ScenarioSet {
    /// Checks that a scan is the one that its header makes.
    pub(in crate::scenarios) fn check_scan(&self) -> Result<(), Problem> {
        let Some(ranges) = ScanRanges::of(self.generator())? else { return Ok(()) };
        let is_whole = self.factors() == ranges.factors(&self.factors()[0])
            && self.labels() == labels()
            && self.last_prices().is_none()
            && self.entries() == ranges.entries();
        if is_whole { Ok(()) } else { Err(ScanProblem::OtherMoves.into()) }
    }
}

/// A fraction with a positive denominator.
#[derive(Clone, Copy)]
struct Fraction {
    numerator: I256,
    denominator: I256,
}

impl Fraction {
    const ONE: Self = Self { numerator: I256::ONE, denominator: I256::ONE };

    fn of(value: Decimal) -> Self {
        Self { numerator: I256::from(value.mantissa()), denominator: pow10(value.scale()) }
    }

    fn times(self, other: Self) -> Self {
        Self { numerator: self.numerator * other.numerator, denominator: self.denominator * other.denominator }
    }

    /// Returns the fraction times 2^20, rounded to the nearest integer.
    fn entry(self) -> i32 {
        div_round(self.numerator << FRACTION_BITS, self.denominator).as_i32()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mandate::{Clause, Limit, Measure};
    use crate::{Positions, Unit};

    fn ranges(price: &str, volatility: Option<&str>, gamma: bool, extreme: &str, cover: &str) -> ScanRanges {
        let number = |text: &str| text.parse().unwrap();
        let volatility = volatility.map(number);
        ScanRanges { price: number(price), volatility, gamma, extreme: number(extreme), cover: number(cover) }
    }

    /// McMillan, *Options as a Strategic Investment*, 4th edition (2002), page 668: a future with a
    /// margin of 10,000 dollars, of which an extreme move is 7,000; twice the range counts by 35 %.
    /// The exposure is in ranges of the price.
    #[test]
    fn the_risk_array_of_a_future_is_that_of_the_book() {
        let set = scan("S&P 500 future", &ranges("1", None, false, "2", "0.35")).unwrap();
        let array: Vec<f64> =
            (0..16).map(|row| f64::from(set.row(row)[0]) * 10_000.0 / f64::from(1 << FRACTION_BITS)).collect();
        let published = [
            0, 0, 3_330, 3_330, -3_330, -3_330, 6_670, 6_670, -6_670, -6_670, 10_000, 10_000, -10_000, -10_000, 7_000,
            -7_000,
        ];
        // The book rounds to tens.
        for (row, (found, published)) in array.iter().zip(published).enumerate() {
            assert!((found - f64::from(published)).abs() < 5.0, "row {}: {found}", row + 1);
        }
        // "The SPAN requirement is always the largest potential loss from the array."
        let positions = Positions::new(Unit::CENT, vec![1_000_000], 0).unwrap();
        let clause = Clause::new(Measure::Stress, None, Limit::Absolute(10_000.into()));
        let found = clause.evaluate(&set, &positions, 0).unwrap();
        assert!(found.holds() && found.figure.to_string() == "10,000.00", "{found:?}");
        let less = Clause::new(Measure::Stress, None, Limit::Absolute("9999.99".parse().unwrap()));
        assert!(!less.evaluate(&set, &positions, 0).unwrap().holds());
    }

    #[test]
    fn greeks_move_with_the_price_and_its_volatility() {
        let set = scan("A", &ranges("0.3", Some("0.04"), true, "3", "0.33")).unwrap();
        assert_eq!(set.factors(), ["A", "gamma:A", "vega:A"]);
        #[allow(clippy::cast_possible_truncation)]
        let step = |value: f64| (value * f64::from(1 << FRACTION_BITS)).round() as i32;
        assert_eq!(set.row(0), [0, 0, step(0.04)]);
        assert_eq!(set.row(5), [step(-0.1), step(0.005), step(-0.04)]);
        assert_eq!(set.row(10), [step(0.3), step(0.045), step(0.04)]);
        assert_eq!(set.row(15), [step(-0.9 * 0.33), step(0.405 * 0.33), 0]);
        assert_eq!(
            (set.labels()[5].as_str(), set.labels()[15].as_str()),
            ("price -1/3, volatility down", "extreme fall")
        );
    }

    /// Whoever writes a file can write smaller moves, or two underlyings, under the ranges of a rule.
    #[test]
    fn a_scan_that_its_header_does_not_make_is_refused() {
        let set = scan("A", &ranges("0.3", None, true, "3", "0.33")).unwrap();
        let (factors, labels) = (set.factors().to_vec(), set.labels().to_vec());
        let with = |generator: &Generator, factors: Vec<String>, labels: Vec<String>, entries: Vec<i32>| {
            let weights = vec![1; labels.len()];
            ScenarioSet::new(generator.clone(), factors, labels, None, weights, entries)
        };
        let own = set.generator();
        assert!(with(own, factors.clone(), labels.clone(), set.entries().to_vec()).is_ok());
        for place in 0..set.entries().len() {
            let mut entries = set.entries().to_vec();
            entries[place] -= 1;
            let refused = with(own, factors.clone(), labels.clone(), entries);
            assert_eq!(refused, Err(ScanProblem::OtherMoves.into()), "{place}");
        }
        let two = with(own, vec!["A".into(), "B".into()], labels.clone(), set.entries().to_vec());
        assert_eq!(two, Err(ScanProblem::OtherMoves.into()));
        let short = with(own, factors.clone(), labels[..15].to_vec(), set.entries()[..30].to_vec());
        assert_eq!(short, Err(ScanProblem::OtherMoves.into()));
        let Generator::Scan { price, volatility, gamma, extreme, cover } = own.clone() else { panic!("{own:?}") };
        let spelled = Generator::Scan { price: format!("{price}0"), volatility, gamma, extreme, cover };
        let refused = with(&spelled, factors, labels, set.entries().to_vec());
        assert_eq!(refused, Err(ScanProblem::Text("0.30".into()).into()));
    }

    #[test]
    fn ranges_that_no_scan_has_are_refused() {
        for (of, said) in [
            (ranges("0", None, false, "3", "0.33"), "the price range"),
            (ranges("8", None, false, "3", "0.33"), "the price range"),
            (ranges("0.1234567", None, false, "3", "0.33"), "6 places"),
            (ranges("0.08", Some("0"), false, "3", "0.33"), "the volatility range"),
            (ranges("0.08", None, false, "0.5", "0.33"), "at least the price range"),
            (ranges("0.08", None, false, "3", "1.1"), "the part of an extreme loss"),
            (ranges("0.9", None, true, "8", "1"), "the extreme move"),
        ] {
            let refused = scan("A", &of).unwrap_err().to_string();
            assert!(refused.contains(said), "{refused}");
        }
        assert!(matches!(scan("gamma:A", &ranges("0.1", None, false, "2", "0.5")), Err(Problem::NamedAsGreek(_))));
    }
}
