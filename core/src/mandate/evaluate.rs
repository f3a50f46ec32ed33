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
    /// A parametric clause over scenarios, or one that is not over a covariance.
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
        if let (Some(squared), Some(spread)) = (self.squared_coefficient(), Spread::new(set, positions)) {
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

    /// Returns whether the figure of this clause is at most a number of loss units, exactly; the
    /// clause's own limit is not looked at.
    pub fn figure_at_most(&self, set: &ScenarioSet, positions: &Positions, loss_units: u64) -> bool {
        let (numerator, denominator) = self.figure(set, positions, &losses(set, positions), 0);
        numerator <= I256::from(loss_units) * denominator
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
