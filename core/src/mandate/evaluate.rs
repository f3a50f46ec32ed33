//! The figure of a clause for a book, and whether it is inside its limit.

use ethnum::I256;

use crate::error::Problem;
use crate::fixed_point::{Amount, FRACTION_BITS};
use crate::mandate::clause::Clause;
use crate::mandate::limit::LimitUnits;
use crate::mandate::measure::Measure;
use crate::mandate::parametric::Spread;
use crate::measures::{expected_shortfall, exposures, losses, value_at_risk};
use crate::positions::Positions;
use crate::scenarios::set::ScenarioSet;

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
    /// Returns whether the clause holds.
    pub fn holds(&self) -> bool {
        self.below_limit && self.above_floor
    }
}

impl Clause {
    /// Returns the figure of this clause for a book, and whether it is inside the limit, over
    /// exactly the integers that the circuit compares. `cost` is the liquidity cost in loss units,
    /// which a clause without it does not look at.
    ///
    /// # Errors
    /// A parametric clause over scenarios, or one that has no coefficient; a historical one over a
    /// covariance.
    pub fn evaluate(&self, set: &ScenarioSet, positions: &Positions, cost: i128) -> Result<ClauseFigure, Problem> {
        self.evaluate_over(set, positions, &losses(set, positions), cost)
    }

    /// As [`Clause::evaluate`], over the losses that were computed already.
    ///
    /// # Errors
    /// As [`Clause::evaluate`].
    pub fn evaluate_over(
        &self,
        set: &ScenarioSet,
        positions: &Positions,
        losses: &[i128],
        cost: i128,
    ) -> Result<ClauseFigure, Problem> {
        self.check_set(set)?;
        let (unit, nav) = (positions.unit(), positions.nav());
        let factor = I256::from(LimitUnits::FIGURE_FACTOR);
        let limit = self.limit_units(unit).scaled(nav);
        if let Some(squared) = self.coefficient()? {
            let needs_covariance = || Problem::NeedsCovariance { measure: self.figure_name() };
            let spread = Spread::new(set, positions).ok_or_else(needs_covariance)?;
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
        let (numerator, denominator) = self.figure(set, positions, losses, cost);
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

    /// Returns the exact figure in loss units, as a fraction with a positive denominator.
    fn figure(&self, set: &ScenarioSet, positions: &Positions, losses: &[i128], cost: i128) -> (I256, I256) {
        let cost = I256::from(if self.liquidity { cost } else { 0 });
        let book = |units: i128| (I256::from(units) << FRACTION_BITS, I256::ONE);
        let tail = self.tail(set.total_weight());
        let exposures = exposures(set, positions);
        let magnitudes = exposures.iter().map(|exposure| exposure.abs());
        match self.measure {
            Measure::Var | Measure::Stress => {
                (I256::from(value_at_risk(losses, set.weights(), tail)) + cost, I256::ONE)
            }
            Measure::Cvar => {
                let (numerator, denominator) = expected_shortfall(losses, set.weights(), tail);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed_point::Unit;
    use crate::mandate::limit::Limit;
    use crate::mandate::measure::Method;
    use crate::scenarios::generator::Generator;

    /// The rows of a covariance are no scenarios: a figure over them as such would mean nothing.
    #[test]
    fn a_parametric_clause_without_a_coefficient_has_no_figure() {
        let generator = Generator::CovarianceTable { repair: None, scale: 0, table_sha256: String::new() };
        let labels = vec!["mean".into(), "row 1".into()];
        let set = ScenarioSet::new(generator, vec!["A".into()], labels, None, vec![1; 2], vec![0, 5]).unwrap();
        let positions = Positions::new(Unit::CENT, vec![100], 100).unwrap();
        let at = |confidence: &str| Clause {
            method: Method::Normal,
            ..Clause::new(Measure::Var, confidence.parse().ok(), Limit::Absolute(5.into()))
        };
        assert!(at("0.99").evaluate(&set, &positions, 0).is_ok());
        for clause in [at("0.4"), at("none")] {
            assert!(clause.check().is_err() && clause.squared_coefficient().is_none());
            assert_eq!(clause.evaluate(&set, &positions, 0), Err(clause.check().unwrap_err()));
        }
    }
}
