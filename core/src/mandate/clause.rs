//! One limit of a mandate: the figure it is about, the limit in exact integers, and what a book makes of it.

use std::fmt;

use ethnum::I256;
use rust_decimal::Decimal;

use crate::confidence::Confidence;
use crate::error::Problem;
use crate::fixed_point::{Amount, FRACTION_BITS, Unit};
use crate::mandate::parametric::{Spread, check_degrees, squared_coefficient};
use crate::measures::{TailMass, expected_shortfall, losses, value_at_risk};
use crate::positions::Positions;
use crate::scenarios::set::{ScenarioSet, is_exposure};

/// The figure a clause limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// value at risk
    Var,
    /// expected shortfall
    Cvar,
    /// the worst loss of the set: of a table of stress scenarios, say
    Stress,
    /// the sum of the magnitudes of the exposures
    Gross,
    /// the sum of the exposures: net exposure, and net delta where exposures are deltas
    Net,
    /// the largest magnitude of an exposure
    Concentration,
    /// the sum of those magnitudes of exposures that are above a threshold
    LargeExposures,
}

impl Measure {
    /// All measures.
    pub const ALL: [Measure; 7] = [
        Measure::Var,
        Measure::Cvar,
        Measure::Stress,
        Measure::Gross,
        Measure::Net,
        Measure::Concentration,
        Measure::LargeExposures,
    ];

    /// The name in mandate files.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Var => "var",
            Measure::Cvar => "cvar",
            Measure::Stress => "stress",
            Measure::Gross => "gross",
            Measure::Net => "net",
            Measure::Concentration => "concentration",
            Measure::LargeExposures => "large-exposures",
        }
    }

    /// Whether it is about the tail of losses beyond a confidence.
    pub fn has_confidence(self) -> bool {
        matches!(self, Measure::Var | Measure::Cvar)
    }

    /// Whether it is about the losses of scenarios, and not the book alone.
    pub fn is_of_scenarios(self) -> bool {
        matches!(self, Measure::Var | Measure::Cvar | Measure::Stress)
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Measure::Var => "VaR",
            Measure::Cvar => "CVaR",
            Measure::Stress => "worst loss",
            Measure::Gross => "gross exposure",
            Measure::Net => "net exposure",
            Measure::Concentration => "largest exposure",
            Measure::LargeExposures => "sum of exposures",
        })
    }
}

/// The limit of a clause: not negative, but for a floor under net exposure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// an amount of currency
    Absolute(Decimal),
    /// a fraction of the net asset value, with at most nine decimal places
    NavFraction(Decimal),
}

impl Limit {
    /// The number, whatever it is of.
    pub fn value(self) -> Decimal {
        match self {
            Limit::Absolute(value) | Limit::NavFraction(value) => value,
        }
    }

    /// The same with the other sign.
    fn negated(self) -> Self {
        match self {
            Limit::Absolute(value) => Limit::Absolute(-value),
            Limit::NavFraction(value) => Limit::NavFraction(-value),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::Absolute(amount) => write!(f, "{}", grouped(*amount)),
            Limit::NavFraction(fraction) => write!(f, "{} % of NAV", (*fraction * Decimal::ONE_HUNDRED).normalize()),
        }
    }
}

/// An amount with separators and its own places.
fn grouped(amount: Decimal) -> String {
    let sign = if amount.is_sign_negative() && !amount.is_zero() { "-" } else { "" };
    let amount = amount.normalize().abs();
    let whole = Amount::from_units(amount.trunc().mantissa(), Unit::from_millionths(1_000_000).expect("one is a unit"));
    let whole = whole.to_string();
    let fraction = amount.fract();
    let places = if fraction.is_zero() { String::new() } else { fraction.to_string()[1..].to_owned() };
    format!("{sign}{}{places}", whole.trim_end_matches(".00"))
}

/// A limit as the integers of the relation: `figure <= absolute + per_nav * 10^-9 * nav`, in loss units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitUnits {
    /// loss units, rounded down: never looser than the mandate says
    pub absolute: u64,
    /// billionths of the net asset value
    pub per_nav: u64,
}

impl LimitUnits {
    /// Bits of the absolute part.
    pub const ABSOLUTE_BITS: u32 = 64;
    /// Bits of the fraction in billionths: up to 68 times the net asset value.
    pub const PER_NAV_BITS: u32 = 36;
    /// The top of the range: more than any book that a statement can hold can lose.
    pub const OFF: LimitUnits = LimitUnits { absolute: u64::MAX, per_nav: 0 };

    /// Both sides of `5^9 * figure <= 5^9 * absolute + 2^11 * per_nav * nav` are integers: a loss unit is 2^-20 book units
    /// and a billionth is 2^-9 5^-9. Left factor.
    pub const FIGURE_FACTOR: u64 = 5u64.pow(9);
    /// Right factor of `per_nav * nav`.
    pub const NAV_FACTOR: u64 = 1 << (FRACTION_BITS - 9);

    /// Nothing.
    pub const ZERO: LimitUnits = LimitUnits { absolute: 0, per_nav: 0 };

    /// The right-hand side: the limit in loss units times 5^9.
    pub fn scaled(self, nav: u64) -> I256 {
        I256::from(Self::FIGURE_FACTOR) * I256::from(self.absolute)
            + I256::from(Self::NAV_FACTOR) * I256::from(self.per_nav) * I256::from(nav)
    }
}

/// A floor as the integers of the relation: `figure >= above - below`, of which one is zero, so that a floor may be negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FloorUnits {
    /// what a floor above zero is, rounded up
    pub above: LimitUnits,
    /// by how much a floor is below zero, rounded down
    pub below: LimitUnits,
}

impl FloorUnits {
    /// Below every figure.
    pub const OFF: FloorUnits = FloorUnits { above: LimitUnits::ZERO, below: LimitUnits::OFF };

    /// The floor in loss units times 5^9.
    pub fn scaled(self, nav: u64) -> I256 {
        self.above.scaled(nav) - self.below.scaled(nav)
    }
}

/// What a tail is taken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// the scenarios of a set, as they are
    Historical,
    /// a normal distribution with the covariance of a set
    Normal,
    /// Student's t with these degrees of freedom and the covariance of a set
    StudentT(Decimal),
}

impl Method {
    /// The name in mandate files.
    pub fn name(self) -> &'static str {
        match self {
            Method::Historical => "historical",
            Method::Normal => "normal",
            Method::StudentT(_) => "student-t",
        }
    }
}

/// One limit on one figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause {
    /// the figure
    pub measure: Measure,
    /// of value at risk and expected shortfall; others have none
    pub confidence: Option<Confidence>,
    /// its limit
    pub limit: Limit,
    /// what the figure must reach, for value at risk and net exposure
    pub floor: Option<Limit>,
    /// above which an exposure is a large one, for [`Measure::LargeExposures`]
    pub threshold: Option<Limit>,
    /// whether the cost of closing the book at the mandate's half-spreads is added, for value at risk and expected shortfall
    pub liquidity: bool,
    /// what the tail is taken of
    pub method: Method,
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(floor) = self.floor {
            write!(f, "{floor} <= ")?;
        }
        write!(f, "{} <= {}", self.figure_name(), self.limit)
    }
}

impl Clause {
    /// A limit on a figure, without floor, threshold and liquidity cost.
    pub fn new(measure: Measure, confidence: Option<Confidence>, limit: Limit) -> Self {
        Self { measure, confidence, limit, floor: None, threshold: None, liquidity: false, method: Method::Historical }
    }

    /// The figure in words: `99 % VaR`, `worst loss`.
    pub fn figure_name(&self) -> String {
        let mut name = match self.confidence {
            Some(confidence) => match self.method {
                Method::Historical => format!("{confidence} {}", self.measure),
                Method::Normal => format!("{confidence} normal {}", self.measure),
                Method::StudentT(degrees) => {
                    format!("{confidence} {} of Student's t ({})", self.measure, degrees.normalize())
                }
            },
            None => self.measure.to_string(),
        };
        if let Some(threshold) = self.threshold {
            name.push_str(&format!(" above {threshold}"));
        }
        if self.liquidity {
            name.push_str(" with liquidity cost");
        }
        name
    }

    /// Whether it takes a shape with limits on the book.
    pub fn needs_limits(&self) -> bool {
        !self.measure.is_of_scenarios() || self.floor.is_some() || self.liquidity
    }

    /// The weight that may lie beyond a threshold.
    pub fn tail(&self, total_weight: u64) -> TailMass {
        self.confidence.map_or(TailMass::NOTHING, |confidence| TailMass::new(confidence, total_weight))
    }

    /// The limit in loss units of `unit`, rounded down. An absolute limit beyond the top of the range is cut to the top,
    /// which no book reaches.
    pub fn limit_units(&self, unit: Unit) -> LimitUnits {
        units(self.limit, unit, I256::div_euclid)
    }

    /// The threshold in loss units of `unit`, rounded down: never fewer exposures are large than the mandate says.
    pub fn threshold_units(&self, unit: Unit) -> Option<LimitUnits> {
        self.threshold.map(|threshold| units(threshold, unit, I256::div_euclid))
    }

    /// The floor in loss units of `unit`, rounded up.
    pub fn floor_units(&self, unit: Unit) -> Option<FloorUnits> {
        let floor = self.floor?;
        let none = LimitUnits::ZERO;
        Some(if floor.value().is_sign_negative() {
            FloorUnits { above: none, below: units(floor.negated(), unit, I256::div_euclid) }
        } else {
            FloorUnits { above: units(floor, unit, div_up), below: none }
        })
    }

    /// Checks that the parts of the clause go together and that its limits are in range.
    ///
    /// # Errors
    /// A confidence that is missing or has no place; a method or floor that the measure does not have; a limit out of range.
    pub fn check(&self) -> Result<(), Problem> {
        let other = |text: String| Err(Problem::Other(text));
        let name = self.measure.name();
        if self.confidence.is_some() && self.measure == Measure::Stress {
            return other("a \"stress\" clause is about the worst loss and has no 'confidence'".into());
        }
        if self.confidence.is_some() != self.measure.has_confidence() {
            let needs = if self.confidence.is_some() { "has no" } else { "needs a" };
            return other(format!("a \"{name}\" clause {needs} 'confidence'"));
        }
        if self.method != Method::Historical {
            let Some(confidence) = self.confidence else {
                return other(format!("a method is for \"var\" and \"cvar\" clauses, not for \"{name}\""));
            };
            if self.floor.is_some() || self.liquidity {
                return other("a parametric clause has no floor and no liquidity cost".into());
            }
            if let Method::StudentT(degrees) = self.method {
                check_degrees(degrees)?;
            }
            squared_coefficient(self.measure, self.method, confidence)?;
        }
        if self.liquidity && !self.measure.has_confidence() {
            return other(format!("'liquidity' is for \"var\" and \"cvar\" clauses, not for \"{name}\""));
        }
        if self.floor.is_some() && !matches!(self.measure, Measure::Var | Measure::Net) {
            return other(format!("a floor is for \"var\" and \"net\" clauses, not for \"{name}\""));
        }
        if self.threshold.is_some() != (self.measure == Measure::LargeExposures) {
            return other(match self.measure {
                Measure::LargeExposures => "a \"large-exposures\" clause needs a 'threshold' or 'threshold_nav'".into(),
                _ => format!("a threshold is for \"large-exposures\" clauses, not for \"{name}\""),
            });
        }
        check_range(["limit", "limit_nav"], self.limit, false)?;
        self.threshold.map_or(Ok(()), |threshold| check_range(["threshold", "threshold_nav"], threshold, false))?;
        let Some(floor) = self.floor else { return Ok(()) };
        check_range(["floor", "floor_nav"], floor, self.measure == Measure::Net)?;
        let comparable = std::mem::discriminant(&floor) == std::mem::discriminant(&self.limit);
        if comparable && floor.value() > self.limit.value() {
            return other(format!("the floor {floor} is above the limit {}", self.limit));
        }
        Ok(())
    }

    /// The figure of this clause for a book, and whether it is inside the limit, over exactly the integers that the circuit
    /// compares. `cost` is the liquidity cost in loss units, which a clause without it does not look at.
    ///
    /// # Errors
    /// A parametric clause over scenarios, or one that is not over a covariance.
    pub fn evaluate(&self, set: &ScenarioSet, positions: &Positions, cost: i128) -> Result<ClauseFigure, Problem> {
        self.check_set(set)?;
        let (unit, nav) = (positions.unit(), positions.nav());
        let factor = I256::from(LimitUnits::FIGURE_FACTOR);
        let limit = self.limit_units(unit).scaled(nav);
        if let (Some(squared), Some(spread)) = (self.squared_coefficient(), Spread::of(set, positions)) {
            let (numerator, denominator) = spread.figure(squared);
            return Ok(ClauseFigure {
                clause: *self,
                figure: Amount::from_loss(numerator, denominator, unit),
                limit: Amount::from_loss(limit, factor, unit),
                floor: None,
                below_limit: spread.is_within(squared, self.limit_units(unit), nav),
                above_floor: true,
            });
        }
        let (numerator, denominator) = self.figure(set, positions, cost);
        let floor = self.floor_units(unit).map(|floor| floor.scaled(nav));
        let figure = numerator * factor;
        Ok(ClauseFigure {
            clause: *self,
            figure: Amount::from_loss(numerator, denominator, unit),
            limit: Amount::from_loss(limit, factor, unit),
            floor: floor.map(|floor| Amount::from_loss(floor, factor, unit)),
            below_limit: figure <= limit * denominator,
            above_floor: floor.is_none_or(|floor| figure >= floor * denominator),
        })
    }

    /// Of a parametric clause: its coefficient's square, see [`crate::mandate::parametric`].
    pub fn squared_coefficient(&self) -> Option<u64> {
        match (self.method, self.confidence) {
            (Method::Historical, _) | (_, None) => None,
            (method, Some(confidence)) => squared_coefficient(self.measure, method, confidence).ok(),
        }
    }

    /// Whether the clause can be about a set: parametric clauses are over covariances, clauses on losses over scenarios.
    ///
    /// # Errors
    /// If it cannot.
    pub fn check_set(&self, set: &ScenarioSet) -> Result<(), Problem> {
        let is_covariance = set.generator().covariance_scale().is_some();
        let measure = self.figure_name();
        match self.method {
            Method::Historical if is_covariance && self.measure.is_of_scenarios() => {
                Err(Problem::NeedsScenarios { measure })
            }
            Method::Normal | Method::StudentT(_) if !is_covariance => Err(Problem::NeedsCovariance { measure }),
            _ => Ok(()),
        }
    }

    /// Whether the figure of this clause is at most a number of loss units, exactly; the clause's own limit is not looked at.
    pub fn figure_at_most(&self, set: &ScenarioSet, positions: &Positions, loss_units: u64) -> bool {
        let (numerator, denominator) = self.figure(set, positions, 0);
        numerator <= I256::from(loss_units) * denominator
    }

    /// The exact figure in loss units, as a fraction with a positive denominator.
    fn figure(&self, set: &ScenarioSet, positions: &Positions, cost: i128) -> (I256, I256) {
        let cost = I256::from(if self.liquidity { cost } else { 0 });
        let book = |units: i128| (I256::from(units) << FRACTION_BITS, I256::ONE);
        let tail = || (losses(set, positions), self.tail(set.total_weight()));
        let exposures = exposures(set, positions);
        let magnitudes = exposures.iter().map(|exposure| exposure.abs());
        match self.measure {
            Measure::Var | Measure::Stress => {
                let (losses, tail) = tail();
                (I256::from(value_at_risk(&losses, set.weights(), tail)) + cost, I256::ONE)
            }
            Measure::Cvar => {
                let (losses, tail) = tail();
                let (numerator, denominator) = expected_shortfall(&losses, set.weights(), tail);
                (numerator + cost * denominator, denominator)
            }
            Measure::Gross => book(magnitudes.sum()),
            Measure::Net => book(exposures.iter().sum()),
            Measure::Concentration => book(magnitudes.max().unwrap_or(0)),
            Measure::LargeExposures => {
                let threshold =
                    self.threshold_units(positions.unit()).unwrap_or(LimitUnits::OFF).scaled(positions.nav());
                let factor = I256::from(LimitUnits::FIGURE_FACTOR) << FRACTION_BITS;
                book(magnitudes.filter(|magnitude| I256::from(*magnitude) * factor > threshold).sum())
            }
        }
    }
}

/// The exposures that limits on the book are about: those to factors themselves, not to their squares or volatilities.
pub fn exposures(set: &ScenarioSet, positions: &Positions) -> Vec<i128> {
    let all = positions.exposures().iter().zip(set.factors());
    all.filter(|(_, factor)| is_exposure(factor)).map(|(exposure, _)| i128::from(*exposure)).collect()
}

fn units(limit: Limit, unit: Unit, round: fn(I256, I256) -> I256) -> LimitUnits {
    match limit {
        Limit::Absolute(amount) => {
            let (numerator, denominator) = unit.ratio(amount);
            let units = round(numerator << FRACTION_BITS, denominator);
            LimitUnits { absolute: u64::try_from(units).unwrap_or(u64::MAX), per_nav: 0 }
        }
        Limit::NavFraction(fraction) => {
            let billionths = (fraction * Decimal::from(1_000_000_000)).normalize();
            LimitUnits {
                absolute: 0,
                per_nav: u64::try_from(billionths.mantissa()).expect("checked when the clause was made"),
            }
        }
    }
}

fn div_up(numerator: I256, denominator: I256) -> I256 {
    -((-numerator).div_euclid(denominator))
}

fn check_range([absolute, of_nav]: [&str; 2], limit: Limit, may_be_negative: bool) -> Result<(), Problem> {
    let value = limit.value();
    let what = if matches!(limit, Limit::Absolute(_)) { absolute } else { of_nav };
    let out_of_range =
        |range: &str| Problem::OutOfRange { what: what.into(), value: value.to_string(), range: range.into() };
    if value.is_sign_negative() && !value.is_zero() && !may_be_negative {
        return Err(out_of_range("0 and above; limits are losses, positive"));
    }
    let least = |text: &str| if may_be_negative { format!("-{text}") } else { "0".to_owned() };
    if matches!(limit, Limit::NavFraction(_)) {
        if value.abs() > Decimal::from(68) || value.normalize().scale() > 9 {
            let what = "a fraction of the net asset value with at most nine places (0.05 is 5 %)";
            return Err(out_of_range(&format!("{} to 68, {what}", least("68"))));
        }
    } else if value.abs() > Decimal::from(1_000_000_000_000_000_000u64) {
        return Err(out_of_range(&format!("{} to 10^18", least("10^18"))));
    }
    Ok(())
}

/// A clause with the private figure it limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClauseFigure {
    /// the clause
    pub clause: Clause,
    /// the book's figure, rounded up to a millionth
    pub figure: Amount,
    /// the limit in currency, rounded up to a millionth (for display; the comparison is exact)
    pub limit: Amount,
    /// the floor in currency, rounded up to a millionth (for display)
    pub floor: Option<Amount>,
    /// whether the exact figure is at most the exact limit
    pub below_limit: bool,
    /// whether the exact figure is at least the exact floor, if there is one
    pub above_floor: bool,
}

impl ClauseFigure {
    /// Whether the clause holds.
    pub fn holds(&self) -> bool {
        self.below_limit && self.above_floor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_shown_as_they_are() {
        for (amount, shown) in [
            ("-10.5", "-10.5"),
            ("-0.5", "-0.5"),
            ("-2500.25", "-2,500.25"),
            ("1234567.125", "1,234,567.125"),
            ("0", "0"),
            ("7", "7"),
        ] {
            assert_eq!(Limit::Absolute(amount.parse().unwrap()).to_string(), shown);
        }
        assert_eq!(Limit::NavFraction("-0.02".parse().unwrap()).to_string(), "-2 % of NAV");
    }

    #[test]
    fn a_clause_has_one_name_however_it_is_written() {
        let clause = |degrees: &str| Clause {
            method: Method::StudentT(degrees.parse().unwrap()),
            ..Clause::new(Measure::Var, "0.99".parse().ok(), Limit::Absolute(5.into()))
        };
        assert_eq!(clause("4.0").to_string(), clause("4").to_string());
        assert!(clause("1000").check().is_ok() && clause("1000.5").check().is_err());
    }

    /// A floor below zero is rounded towards zero, one above away from it: never looser than it says.
    #[test]
    fn floors_round_up() {
        let unit = Unit::from_millionths(3_000_000).unwrap();
        let floor = |amount: i64| {
            let clause = Clause {
                floor: Some(Limit::Absolute(amount.into())),
                ..Clause::new(Measure::Net, None, Limit::Absolute(5.into()))
            };
            clause.floor_units(unit).unwrap()
        };
        let limit = |absolute| LimitUnits { absolute, per_nav: 0 };
        assert_eq!(floor(1), FloorUnits { above: limit((1 << 20) / 3 + 1), below: limit(0) });
        assert_eq!(floor(-1), FloorUnits { above: limit(0), below: limit((1 << 20) / 3) });
    }
}
