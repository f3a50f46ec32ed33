//! The figure of a clause for a book, and whether it is inside its limit.

use ethnum::I256;

use crate::error::{CapProblem, GroupProblem, Problem};
use crate::fixed_point::{Amount, FRACTION_BITS};
use crate::mandate::clause::Clause;
use crate::mandate::limit::{BookUnits, Limit, LimitUnits};
use crate::mandate::measure::Measure;
use crate::mandate::parametric::{MARGIN_COEFFICIENT, Spread};
use crate::mandate::rules::GroupColumns;
use crate::measures::{expected_shortfall, exposures, losses, value_at_risk};
use crate::positions::Positions;
use crate::scenarios::set::ScenarioSet;
use crate::text::quoted;

/// A clause with the private figure it limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseFigure {
    /// the clause
    pub clause: Clause,
    /// the factor of the figure, of a clause on caps: the one that is furthest beyond its cap, or nearest to it
    pub factor: Option<String>,
    /// the book's figure, rounded up to a millionth
    pub figure: Amount,
    /// the limit in currency, rounded up to a millionth (for display; the comparison is exact); `None`
    /// for a clause that has a floor alone
    pub limit: Option<Amount>,
    /// the floor in currency, rounded up to a millionth (for display)
    pub floor: Option<Amount>,
    /// of a clause on each group of a classification: the group whose figure this is, the largest
    pub largest: Option<String>,
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

    /// Returns the share of its limit that the figure uses; `None` without a limit, and for one of zero.
    pub fn used(&self) -> Option<f64> {
        let limit = self.limit.filter(|limit| limit.millionths() != 0)?;
        Some(self.figure.to_f64() / limit.to_f64())
    }

    /// Returns the clause in words, with the factor or the group of the figure where it has one.
    pub fn title(&self) -> String {
        match (&self.factor, &self.largest) {
            (Some(name), _) | (None, Some(name)) => format!("{}; this is {}", self.clause, quoted(name)),
            (None, None) => self.clause.to_string(),
        }
    }

    /// Returns the name of the figure: that of the clause, or of the exposure of a clause on caps.
    pub fn name(&self) -> String {
        match &self.factor {
            Some(factor) => format!("exposure to {}", quoted(factor)),
            None => match &self.largest {
                Some(group) => format!("{} (the largest: {})", self.clause.figure_name(), quoted(group)),
                None => self.clause.figure_name(),
            },
        }
    }

    /// Returns the limit as tables show it: a dash where there is none.
    pub fn shown_limit(&self) -> String {
        self.limit.map_or("-".into(), |limit| limit.to_string())
    }
}

impl Clause {
    /// Returns the figure of this clause for a book, and whether it is inside the limit, over
    /// exactly the integers that the circuit compares. `cost` is the liquidity cost in loss units,
    /// which a clause without it does not look at.
    ///
    /// # Errors
    /// A parametric clause over scenarios, or one that has no coefficient; a historical one over a
    /// covariance; a clause on groups or caps, which takes the whole mandate.
    pub fn evaluate(&self, set: &ScenarioSet, positions: &Positions, cost: i128) -> Result<ClauseFigure, Problem> {
        if self.group.is_some() {
            return Err(GroupProblem::NeedsMandate.into());
        }
        let exposures = exposures(positions, |column| set.is_exposure(column));
        self.evaluate_over(set, positions, &losses(set, positions), &exposures, cost)
    }

    /// As [`Clause::evaluate`], over the losses and the exposures that count, which were computed
    /// already.
    ///
    /// # Errors
    /// As [`Clause::evaluate`].
    pub fn evaluate_over(
        &self,
        set: &ScenarioSet,
        positions: &Positions,
        losses: &[i128],
        exposures: &[i128],
        cost: i128,
    ) -> Result<ClauseFigure, Problem> {
        self.check_set(set)?;
        if self.measure == Measure::Caps {
            return Err(CapProblem::NeedsMandate.into());
        }
        let (unit, nav) = (positions.unit(), positions.nav());
        let factor = I256::from(LimitUnits::FIGURE_FACTOR);
        let limit = self.limit_units(unit).scaled(nav);
        if let Some(squared) = self.coefficient()? {
            let needs_covariance = || Problem::NeedsCovariance { measure: self.figure_name() };
            let spread = Spread::new(set, positions).ok_or_else(needs_covariance)?;
            let (numerator, denominator) = spread.figure(squared);
            return Ok(ClauseFigure {
                clause: self.clone(),
                factor: None,
                figure: Amount::from_loss(numerator, denominator, unit),
                limit: Some(Amount::from_loss(limit, factor, unit)),
                floor: None,
                largest: None,
                below_limit: spread.is_within(squared, self.limit_units(unit), nav),
                above_floor: true,
            });
        }
        let (numerator, denominator) = self.figure(set, positions, losses, exposures, cost);
        let floor = self.floor_units(unit).map(|floor| floor.scaled(nav));
        let figure = numerator * factor;
        Ok(ClauseFigure {
            clause: self.clone(),
            factor: None,
            figure: Amount::from_loss(numerator, denominator, unit),
            limit: Some(Amount::from_loss(limit, factor, unit)),
            floor: floor.map(|floor| Amount::from_loss(floor, factor, unit)),
            largest: None,
            below_limit: figure <= limit * denominator,
            above_floor: floor.is_none_or(|floor| figure >= floor * denominator),
        })
    }

    /// Returns the figure of a clause on groups: of several groups, the largest. `groups` are those of
    /// the clause.
    pub(super) fn evaluate_groups<'g>(
        &self,
        groups: impl Iterator<Item = &'g GroupColumns<'g>>,
        positions: &Positions,
    ) -> ClauseFigure {
        let (unit, nav) = (positions.unit(), positions.nav());
        let of_each = groups.map(|of| (of.figure(positions), &of.group));
        let (figure, largest) =
            of_each.max_by_key(|(figure, _)| *figure).map_or((0, None), |(figure, of)| (figure, Some(of)));
        let is_on_each = self.group.as_ref().is_some_and(|of| of.group.is_none());
        let (limit, floor) = (self.group_limit_units(unit).scaled(nav), self.group_floor_units(unit).scaled(nav));
        let billionths = I256::from(BookUnits::BILLION);
        let scaled = I256::from(figure) * billionths;
        let shown = |bound: I256| Amount::from_loss(bound << FRACTION_BITS, billionths, unit);
        ClauseFigure {
            clause: self.clone(),
            factor: None,
            figure: Amount::from_units(figure, unit),
            limit: (self.limit != Limit::None).then(|| shown(limit)),
            floor: self.floor.map(|_| shown(floor)),
            largest: largest.filter(|_| is_on_each).cloned(),
            below_limit: scaled <= limit,
            above_floor: scaled >= floor,
        }
    }

    /// Returns the exact figure in loss units, as a fraction with a positive denominator.
    fn figure(
        &self,
        set: &ScenarioSet,
        positions: &Positions,
        losses: &[i128],
        exposures: &[i128],
        cost: i128,
    ) -> (I256, I256) {
        let cost = I256::from(if self.liquidity { cost } else { 0 });
        let book = |units: i128| (I256::from(units) << FRACTION_BITS, I256::ONE);
        let tail = self.tail(set.total_weight());
        let magnitudes = exposures.iter().map(|exposure| exposure.abs());
        match self.measure {
            Measure::Var | Measure::Stress => {
                (I256::from(value_at_risk(losses, set.weights(), tail)) + cost, I256::ONE)
            }
            Measure::Cvar => {
                let (numerator, denominator) = expected_shortfall(losses, set.weights(), tail);
                (numerator + cost * denominator, denominator)
            }
            Measure::Margin => {
                Spread::new(set, positions).map_or((I256::ZERO, I256::ONE), |spread| spread.figure(MARGIN_COEFFICIENT))
            }
            Measure::Gross => book(magnitudes.sum()),
            Measure::Net => book(exposures.iter().sum()),
            // A clause on caps has its figure from the mandate.
            Measure::Concentration | Measure::Caps => book(magnitudes.max().unwrap_or(0)),
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
    use crate::mandate::measure::Method;
    use crate::scenarios::generator::Generator;

    /// Two factors of the weights 3/8 and 1/2 with the correlation 0: 3-4-5.
    #[test]
    fn a_margin_is_the_root_of_its_quadratic_form_exactly() {
        let correlations = crate::scenarios::generator::Correlations::Medium;
        let generator = Generator::MarginTable { correlations, scale: 0, table_sha256: String::new() };
        let labels = ["mean", "row 1", "row 2"].map(str::to_owned).to_vec();
        let entries = vec![0, 0, 3 << 17, 0, 0, 1 << 19];
        let set = ScenarioSet::new(generator, vec!["A".into(), "B".into()], labels, None, vec![1; 3], entries).unwrap();
        for exposures in [[800, 800], [-800, 800], [800, -800]] {
            let positions = Positions::new(Unit::CENT, exposures.to_vec(), 1_000).unwrap();
            let within = |limit: &str| {
                let clause = Clause::new(Measure::Margin, None, Limit::Absolute(limit.parse().unwrap()));
                clause.evaluate(&set, &positions, 0).unwrap()
            };
            // 300 and 400 cents.
            let found = within("5");
            assert!(found.holds() && found.figure.to_string() == "5.00", "{found:?}");
            assert!(!within("4.999999").holds());
        }
    }

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
