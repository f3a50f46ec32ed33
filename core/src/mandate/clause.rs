//! One limit of a mandate: its parts, and whether they go together.

use std::fmt;

use ethnum::I256;

use crate::confidence::Confidence;
use crate::error::{CapProblem, CashflowProblem, ClauseProblem, GroupProblem, PnlProblem, Problem};
use crate::fixed_point::{Unit, div_ceil};
use crate::mandate::groups::GroupRef;
use crate::mandate::limit::{BookUnits, FloorUnits, Limit, LimitUnits, SignedBookUnits};
use crate::mandate::measure::{Measure, Method};
use crate::mandate::parametric::{MARGIN_COEFFICIENT, check_degrees, squared_coefficient};
use crate::measures::TailMass;
use crate::scenarios::generator::Generator;
use crate::scenarios::set::ScenarioSet;

/// One limit on one figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// the figure
    pub measure: Measure,
    /// confidence of value at risk and expected shortfall; other measures have none
    pub confidence: Option<Confidence>,
    /// its limit
    pub limit: Limit,
    /// least figure, for value at risk and net exposure
    pub floor: Option<Limit>,
    /// size above which an exposure is a large one, for [`Measure::LargeExposures`]
    pub threshold: Option<Limit>,
    /// whether the cost of closing the book at the mandate's half-spreads is added to the loss
    pub liquidity: bool,
    /// distribution whose tail is taken
    pub method: Method,
    /// the group of factors whose exposures count, for gross and net exposure; `None` for all
    pub group: Option<GroupRef>,
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(floor) = self.floor {
            write!(f, "{floor} <= ")?;
        }
        f.write_str(&self.figure_name())?;
        if self.limit == Limit::None { Ok(()) } else { write!(f, " <= {}", self.limit) }
    }
}

impl Clause {
    /// Returns a limit on a figure, without floor, threshold and liquidity cost.
    pub fn new(measure: Measure, confidence: Option<Confidence>, limit: Limit) -> Self {
        let method = Method::Historical;
        Self { measure, confidence, limit, floor: None, threshold: None, liquidity: false, method, group: None }
    }

    /// Returns the figure in words: `99 % VaR`, `worst loss`.
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
        if let Some(group) = &self.group {
            name.push_str(&format!(" of {group}"));
        }
        if let Some(threshold) = self.threshold {
            name.push_str(&format!(" above {threshold}"));
        }
        if self.liquidity {
            name.push_str(" with liquidity cost");
        }
        name
    }

    /// Returns the clause in words, over a set: a worst loss says how many scenarios it does not see,
    /// those of weight 0; a margin says which correlations it is under, and which parts of a rule it
    /// leaves out.
    pub fn sentence_over(&self, set: &ScenarioSet) -> String {
        match (self.measure, set.unseen()) {
            (Measure::Stress, unseen @ 1..) => {
                format!("{self}, which does not see {unseen} of the {} scenarios, of weight 0", set.scenarios())
            }
            (Measure::Margin, _) => format!("{self}, {}", set.generator().margin_qualifier()),
            _ => self.to_string(),
        }
    }

    /// Returns whether the clause takes a shape with limits on the book.
    pub fn needs_limits(&self) -> bool {
        !self.measure.uses_scenarios() || self.floor.is_some() || self.liquidity
    }

    /// Returns the weight that may lie beyond a threshold.
    pub fn tail(&self, total_weight: u64) -> TailMass {
        self.confidence.map_or(TailMass::NOTHING, |confidence| TailMass::new(confidence, total_weight))
    }

    /// Returns the limit in loss units of `unit`, rounded down. An absolute limit beyond the top of
    /// the range is cut to the top, which no book reaches.
    pub fn limit_units(&self, unit: Unit) -> LimitUnits {
        LimitUnits::new(self.limit, unit, I256::div_euclid)
    }

    /// Returns the threshold in loss units of `unit`, rounded down: never fewer exposures are large
    /// than the mandate says.
    pub fn threshold_units(&self, unit: Unit) -> Option<LimitUnits> {
        self.threshold.map(|threshold| LimitUnits::new(threshold, unit, I256::div_euclid))
    }

    /// Returns the floor in loss units of `unit`, rounded up.
    pub fn floor_units(&self, unit: Unit) -> Option<FloorUnits> {
        let floor = self.floor?;
        let none = LimitUnits::ZERO;
        Some(if floor.value().is_sign_negative() {
            FloorUnits { above: none, below: LimitUnits::new(floor.negated(), unit, I256::div_euclid) }
        } else {
            FloorUnits { above: LimitUnits::new(floor, unit, div_ceil), below: none }
        })
    }

    /// Returns the limit on a group in book units of `unit`, rounded down.
    pub fn group_limit_units(&self, unit: Unit) -> BookUnits {
        BookUnits::new(self.limit, unit, I256::div_euclid)
    }

    /// Returns the floor under a group in book units of `unit`, rounded up.
    pub fn group_floor_units(&self, unit: Unit) -> SignedBookUnits {
        SignedBookUnits::new(self.floor.unwrap_or(Limit::None), unit)
    }

    /// Checks that the parts of the clause go together and that its limits are in range.
    ///
    /// # Errors
    /// A confidence that is missing or has no place; a method or floor that the measure does not
    /// have; a limit out of range.
    pub fn check(&self) -> Result<(), Problem> {
        let name = self.measure.name();
        let wrong = |problem| Err(Problem::Clause(problem));
        if self.confidence.is_some() && self.measure == Measure::Stress {
            return wrong(ClauseProblem::StressConfidence);
        }
        if self.confidence.is_some() != self.measure.has_confidence() {
            let needs = if self.confidence.is_some() { "has no" } else { "needs a" };
            return wrong(ClauseProblem::Confidence { measure: name, needs });
        }
        if self.method != Method::Historical {
            let Some(confidence) = self.confidence else {
                return wrong(ClauseProblem::NotFor {
                    part: "a method",
                    others: "\"var\" and \"cvar\"",
                    measure: name,
                });
            };
            if self.floor.is_some() || self.liquidity {
                return wrong(ClauseProblem::ParametricParts);
            }
            if let Method::StudentT(degrees) = self.method {
                check_degrees(degrees)?;
            }
            squared_coefficient(self.measure, self.method, confidence)?;
        }
        if self.liquidity && !self.measure.has_confidence() {
            return wrong(ClauseProblem::NotFor { part: "'liquidity'", others: "\"var\" and \"cvar\"", measure: name });
        }
        if let Some(group) = &self.group {
            group.check()?;
            if !matches!(self.measure, Measure::Gross | Measure::Net) {
                return Err(GroupProblem::Measure(name).into());
            }
            if group.group.is_none() && self.floor.is_some() {
                return Err(GroupProblem::FloorOfEach.into());
            }
        }
        if self.measure == Measure::Caps {
            let has_own = self.limit != Limit::None || self.floor.is_some() || self.threshold.is_some();
            return if has_own { Err(CapProblem::OwnLimit.into()) } else { Ok(()) };
        }
        if self.limit == Limit::None && (self.group.is_none() || self.floor.is_none()) {
            return wrong(ClauseProblem::OneOf("limit"));
        }
        let has_floor = matches!(self.measure, Measure::Var | Measure::Net) || self.group.is_some();
        if self.floor.is_some() && !has_floor {
            return wrong(ClauseProblem::NotFor { part: "a floor", others: "\"var\" and \"net\"", measure: name });
        }
        if self.threshold.is_some() != (self.measure == Measure::LargeExposures) {
            return wrong(match self.measure {
                Measure::LargeExposures => ClauseProblem::NoThreshold,
                _ => ClauseProblem::NotFor { part: "a threshold", others: "\"large-exposures\"", measure: name },
            });
        }
        self.limit.check(["limit", "limit_nav"], false)?;
        self.threshold.map_or(Ok(()), |threshold| threshold.check(["threshold", "threshold_nav"], false))?;
        let Some(floor) = self.floor else { return Ok(()) };
        floor.check(["floor", "floor_nav"], self.measure == Measure::Net)?;
        let comparable = std::mem::discriminant(&floor) == std::mem::discriminant(&self.limit);
        if comparable && floor.value() > self.limit.value() {
            return wrong(ClauseProblem::FloorAboveLimit { floor: floor.to_string(), limit: self.limit.to_string() });
        }
        Ok(())
    }

    /// Returns the squared coefficient of a parametric clause or of a margin, see
    /// [`crate::mandate::parametric`].
    /// `None` also for one that [`Clause::check`] refuses, which is in no mandate.
    pub fn squared_coefficient(&self) -> Option<u64> {
        self.coefficient().ok().flatten()
    }

    /// Returns the squared coefficient of a parametric clause or of a margin; `None` for a historical
    /// one.
    ///
    /// # Errors
    /// A parametric clause without a confidence, or at one that has no coefficient.
    pub(super) fn coefficient(&self) -> Result<Option<u64>, Problem> {
        match (self.method, self.confidence) {
            _ if self.measure == Measure::Margin => Ok(Some(MARGIN_COEFFICIENT)),
            (Method::Historical, _) => Ok(None),
            (_, None) => Err(ClauseProblem::Confidence { measure: self.measure.name(), needs: "needs a" }.into()),
            (method, Some(confidence)) => squared_coefficient(self.measure, method, confidence).map(Some),
        }
    }

    /// Checks that the clause can be about a set: parametric clauses are over covariances, margins over
    /// their matrices, clauses on losses over scenarios, and none over months of a pool.
    ///
    /// # Errors
    /// If it cannot.
    pub fn check_set(&self, set: &ScenarioSet) -> Result<(), Problem> {
        if matches!(set.generator(), Generator::Cashflow { .. }) {
            return Err(CashflowProblem::NotProved.into());
        }
        let is_margin = matches!(set.generator(), Generator::MarginTable { .. });
        let is_covariance = set.generator().covariance_scale().is_some() && !is_margin;
        let measure = self.figure_name();
        if set.is_pnl() && (self.needs_limits() || self.group.is_some()) {
            return Err(PnlProblem::Clause(self.to_string()).into());
        }
        match self.method {
            _ if !self.measure.uses_scenarios() => Ok(()),
            _ if (self.measure == Measure::Margin) != is_margin => Err(match is_margin {
                true => Problem::NeedsNoMargin { measure },
                false => Problem::NeedsMargin { measure },
            }),
            Method::Historical if is_covariance => Err(Problem::NeedsScenarios { measure }),
            Method::Normal | Method::StudentT(_) if !is_covariance => Err(Problem::NeedsCovariance { measure }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_has_one_name_however_it_is_written() {
        let clause = |degrees: &str| Clause {
            method: Method::StudentT(degrees.parse().unwrap()),
            ..Clause::new(Measure::Var, "0.99".parse().ok(), Limit::Absolute(5.into()))
        };
        assert_eq!(clause("4.0").to_string(), clause("4").to_string());
        assert!(clause("1000").check().is_ok() && clause("1000.5").check().is_err());
    }

    #[test]
    fn a_worst_loss_says_how_many_scenarios_it_does_not_see() {
        use crate::scenarios::generator::Generator;
        let set = |weights: [u32; 2]| {
            let labels = ["crash", "calm"].map(str::to_owned).to_vec();
            let generator = Generator::Custom { description: "rows".into() };
            ScenarioSet::new(generator, vec!["A".into()], labels, None, weights.to_vec(), vec![-9, 0]).unwrap()
        };
        let stress = Clause::new(Measure::Stress, None, Limit::Absolute(5.into()));
        let unseen = "worst loss <= 5, which does not see 1 of the 2 scenarios, of weight 0";
        assert_eq!(stress.sentence_over(&set([0, 1])), unseen);
        assert_eq!(stress.sentence_over(&set([1, 1])), "worst loss <= 5");
        let var = Clause::new(Measure::Var, "0.5".parse().ok(), Limit::Absolute(5.into()));
        assert_eq!(var.sentence_over(&set([0, 1])), var.to_string());
    }

    /// A floor below zero is rounded towards zero, one above away from it: never looser than it
    /// says.
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
