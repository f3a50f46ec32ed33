//! The scenario part of the public inputs: a scenario set, and the public numbers of its factors,
//! padded to a shape.

use ark_bn254::Fr;
use ark_ff::Zero;
use tailproof_core::fixed_point::{FRACTION_BITS, MAX_GROSS};
use tailproof_core::mandate::CostCurve;
use tailproof_core::mandate::impact::BREAKPOINTS;
use tailproof_core::scenarios::Place;
use tailproof_core::scenarios::factors::is_exposure;
use tailproof_core::{Mandate, Measure, ScenarioSet};

use super::controls::CONTROLS;
use super::factor_rows::FactorRow;
use super::layout::{ROWS, factor_rows, public_inputs};
use super::packing::Packing;
use crate::encoding::digest_to_field;
use crate::error::InstanceError;
use crate::field::InputField;
use crate::market::rules::group_columns;
use crate::pool::PoolError;
use crate::shape::{RuleSizes, Shape};

/// The scenario part of the public inputs as integers, padded to a shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioInputs {
    shape: Shape,
    factors: Fr,
    /// row after row
    entries: Vec<i64>,
    weights: Vec<i64>,
    /// the public numbers of factors, one row of them after the other
    of_factors: Vec<i64>,
}

impl ScenarioInputs {
    /// Returns the inputs of scenario set `set` under `shape`, with the half-spreads of `mandate`
    /// if the shape has limits on the book, and with its cash, groups, caps and costs if the shape
    /// has rules. Caps and breakpoints are in the unit of [`Mandate::fixed_unit`].
    ///
    /// # Errors
    /// Errors if `set` has more scenarios or factors than `shape`, its place is none of `shape`,
    /// the half-spreads or groups do not fit the factors, or the mandate has cash, groups or a net
    /// asset value that is a sum and the shape has no rules, or room for fewer groups, or the
    /// mandate has caps or costs that grow and the shape has not.
    pub fn from_mandate(shape: Shape, set: &ScenarioSet, mandate: &Mandate) -> Result<Self, InstanceError> {
        let mut inputs = Self::without_groups(shape, set)?;
        let costs = mandate.cost_curves(set)?;
        inputs.set_costs(&costs);
        let Some(groups) = group_columns(shape, mandate, set)? else { return Ok(inputs) };
        inputs.set_caps(&mandate.cap_entries(set)?);
        inputs.set_row(FactorRow::IsExposure, (0..set.factors().len()).map(|column| mandate.counts(set, column)));
        for (group, of) in groups.iter().enumerate() {
            let row = match of.clause.measure {
                Measure::Net => FactorRow::InNet(group),
                _ => FactorRow::InGross(group),
            };
            inputs.set_row(row, of.members.iter().copied());
        }
        Ok(inputs)
    }

    /// Returns the inputs of a pool statement: the digest of the tape's schema replaces that of the
    /// factor names. Columns beyond those of `set` lose everything in every scenario, so that no
    /// loan can be assigned to a bucket without losses.
    ///
    /// # Errors
    /// Errors if `shape` is not for pools of loans, or `set` has more scenarios or factors than
    /// `shape`.
    pub fn of_pool(shape: Shape, schema: &[u8; 32], set: Option<&ScenarioSet>) -> Result<Self, InstanceError> {
        if shape.pool().is_none() {
            return Err(PoolError::NotAPool(shape).into());
        }
        let mut inputs = set.map_or_else(|| Ok(Self::zero(shape)), |set| Self::padded(shape, set))?;
        if let Some(set) = set {
            for slot in slots(shape, set)? {
                inputs.row_mut(slot)[set.factors().len()..].fill(-(1 << FRACTION_BITS));
            }
        }
        Ok(Self { factors: digest_to_field(schema), ..inputs })
    }

    /// Returns the inputs of scenario set `set` under `shape`, with half-spreads of zero and
    /// without cash.
    ///
    /// # Errors
    /// Errors if `shape` is for pools of loans or has clauses on groups, caps or costs that grow,
    /// which are a mandate's, `set` has more scenarios or factors than `shape`, or its place is
    /// none of `shape`.
    pub fn new(shape: Shape, set: &ScenarioSet) -> Result<Self, InstanceError> {
        if shape.rules().is_some_and(|sizes| sizes != RuleSizes::default()) {
            return Err(InstanceError::NeedsMandate(shape));
        }
        Self::without_groups(shape, set)
    }

    /// Returns the inputs of a set with no factor in any group and no factor capped: under them
    /// every limit on a group and every cap holds. A column beyond those of the set has the cap
    /// zero.
    ///
    /// # Errors
    /// As [`ScenarioInputs::new`], but for shapes with clauses on groups or with caps.
    pub fn without_groups(shape: Shape, set: &ScenarioSet) -> Result<Self, InstanceError> {
        if shape.pool().is_some() {
            return Err(InstanceError::NotABook(shape));
        }
        Self::padded(shape, set)
    }

    /// Returns the inputs of a set under a shape of either kind.
    fn padded(shape: Shape, set: &ScenarioSet) -> Result<Self, InstanceError> {
        check_days(shape, set)?;
        let slots = slots(shape, set)?;
        if set.factors().len() > shape.factors() {
            return Err(InstanceError::TooManyFactors { have: set.factors().len(), shape });
        }
        let mut inputs = Self { factors: digest_to_field(&set.factors_digest()), ..Self::zero(shape) };
        let columns = 0..set.factors().len();
        for row in FactorRow::of(shape) {
            match row {
                FactorRow::IsExposure => inputs.set_row(row, set.factors().iter().map(|name| is_exposure(name))),
                FactorRow::IsValue => inputs.set_row(row, columns.clone().map(|column| set.is_value(column))),
                _ => {}
            }
        }
        inputs.set_costs(&vec![CostCurve::NONE; shape.factors()]);
        inputs.set_caps(&vec![None; set.factors().len()]);
        for (scenario, slot) in slots.enumerate() {
            for (to, from) in inputs.row_mut(slot).iter_mut().zip(set.row(scenario)) {
                *to = i64::from(*from);
            }
            inputs.weights[slot] = i64::from(set.weights()[scenario]);
        }
        Ok(inputs)
    }

    /// Returns the entries of the scenario in a slot.
    fn row_mut(&mut self, slot: usize) -> &mut [i64] {
        let factors = self.shape.factors();
        &mut self.entries[slot * factors..][..factors]
    }

    /// Returns the inputs of an all-zero scenario set, for building a circuit when only its
    /// constraints matter.
    pub fn zero(shape: Shape) -> Self {
        Self {
            shape,
            factors: Fr::from(0u64),
            entries: vec![0; shape.scenarios() * shape.factors()],
            weights: vec![0; shape.scenarios()],
            of_factors: vec![0; factor_rows(shape) * shape.factors()],
        }
    }

    /// Returns the shape.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Returns the factor names digest as a field element.
    pub fn factors<F: InputField>(&self) -> F {
        F::from_limbs(self.factors.limbs()).expect("below 2^248")
    }

    /// Returns the entries of the scenario in a slot.
    pub fn entries(&self, scenario: usize) -> &[i64] {
        &self.entries[scenario * self.shape.factors()..][..self.shape.factors()]
    }

    /// Returns the weight of the scenario in a slot.
    pub fn weight(&self, scenario: usize) -> i64 {
        self.weights[scenario]
    }

    /// Returns the public number `row` of a factor. The shape must have limits on the book.
    pub fn of_factor(&self, row: FactorRow, factor: usize) -> i64 {
        self.of_factors[row.place(self.shape) * self.shape.factors() + factor]
    }

    /// Returns the public numbers of all factors in the order of the inputs; empty for a shape
    /// without limits on the book.
    pub fn factor_rows(&self) -> &[i64] {
        &self.of_factors
    }

    /// Returns the packed entries of a group, one for each factor.
    pub fn packed_entries(&self, group: usize) -> impl Iterator<Item = Fr> + '_ {
        let shape = self.shape();
        let packing = Packing::of(shape);
        let scenarios = packing.scenarios(shape, group);
        // Two slots at a time: entries are below 2^23 in magnitude, so that two digits fit 128
        // bits.
        let of_two = |even: usize| {
            let odd = (even + 1 < scenarios.end).then(|| self.entries(even + 1));
            (self.entries(even), odd, packing.factor(even - scenarios.start))
        };
        let pairs: Vec<_> = scenarios.clone().step_by(2).map(of_two).collect();
        (0..shape.factors()).map(move |factor| {
            let digits = pairs.iter().map(|(even, odd, by)| {
                let low = i128::from(even[factor]);
                let both = odd.map_or(low, |odd| low + (i128::from(odd[factor]) << packing.bits));
                Fr::from(both) * by
            });
            digits.sum()
        })
    }

    /// Returns a group's xi, the sum of the products of neighbours among its packed entries:
    /// `sum_(j,k) 2^(bits (j + k)) sum_p S[j, 2p] S[k, 2p+1]`.
    pub fn xi(&self, group: usize) -> Fr {
        let shape = self.shape();
        let packing = Packing::of(shape);
        let rows: Vec<&[i64]> = packing.scenarios(shape, group).map(|scenario| self.entries(scenario)).collect();
        let mut packed = Fr::zero();
        for (j, left) in rows.iter().enumerate() {
            for (k, right) in rows.iter().enumerate() {
                // Below 2^58 in magnitude: entries are below 2^23, and there are at most 2^12
                // factors.
                let products = left.chunks_exact(2).zip(right.chunks_exact(2)).map(|(left, right)| left[0] * right[1]);
                packed += Fr::from(products.sum::<i64>()) * packing.factor(j) * packing.factor(k);
            }
        }
        packed
    }

    /// Returns the public inputs from [`ROWS`] on, as field elements: packed entries, xi and
    /// weights of each group in turn, then the public numbers of factors.
    pub fn packed(&self) -> Vec<Fr> {
        let packing = Packing::of(self.shape);
        let mut inputs = Vec::with_capacity(public_inputs(self.shape) - ROWS);
        for group in 0..packing.groups(self.shape) {
            inputs.extend(self.packed_entries(group));
            inputs.extend((self.shape.factors() > 0).then(|| self.xi(group)));
            inputs.extend(packing.scenarios(self.shape, group).map(|scenario| Fr::from(self.weights[scenario])));
        }
        inputs.extend(self.of_factors.iter().map(|value| Fr::from(*value)));
        inputs
    }

    /// Sets a row of flags of the first factors; those of the others stay. The shape must have the
    /// row.
    pub fn set_row(&mut self, row: FactorRow, flags: impl IntoIterator<Item = bool>) {
        self.set_numbers(row, flags.into_iter().map(i64::from));
    }

    /// Sets a row of numbers of the first factors; those of the others stay. The shape must have
    /// the row.
    fn set_numbers(&mut self, row: FactorRow, numbers: impl IntoIterator<Item = i64>) {
        let factors = self.shape.factors();
        let first = row.place(self.shape) * factors;
        self.of_factors[first..first + factors].iter_mut().zip(numbers).for_each(|(to, number)| *to = number);
    }

    /// Sets half-spreads of the first factors, if the shape has limits on the book.
    pub fn set_half_spreads(&mut self, spreads: &[i64]) {
        if self.shape.has_limits() {
            self.set_numbers(FactorRow::HalfSpread, spreads.iter().copied());
        }
    }

    /// Sets the liquidity costs of the first factors, if the shape has limits on the book; where it
    /// has costs that grow, with their breakpoints.
    pub fn set_costs(&mut self, costs: &[CostCurve]) {
        if !self.shape.has_limits() {
            return;
        }
        self.set_numbers(FactorRow::HalfSpread, costs.iter().map(|cost| cost.rate));
        if self.shape.rules().is_some_and(|sizes| sizes.impact) {
            for point in 0..BREAKPOINTS {
                let of = |cost: &CostCurve| cost.breakpoints[point];
                self.set_numbers(FactorRow::Breakpoint(point), costs.iter().map(|cost| of(cost).above));
                self.set_numbers(FactorRow::RateIncrement(point), costs.iter().map(|cost| of(cost).increment));
            }
        }
    }

    /// Sets the caps of the first factors, if the shape has caps. A factor without one gets the
    /// gross exposure that no book exceeds.
    pub fn set_caps(&mut self, caps: &[Option<i64>]) {
        if self.shape.rules().is_some_and(|sizes| sizes.caps) {
            self.set_numbers(FactorRow::Cap, caps.iter().map(|cap| cap.unwrap_or(MAX_GROSS)));
        }
    }
}

/// Checks that a set of the days of a P&L vector is under a shape for one, and other sets under
/// other shapes.
pub(crate) fn check_days(shape: Shape, set: &ScenarioSet) -> Result<(), InstanceError> {
    match (shape.is_pnl(), set.is_pnl()) {
        (true, false) => Err(InstanceError::PnlShape { is: "scenarios", shape }),
        (false, true) => Err(InstanceError::PnlShape { is: "the days of a P&L vector", shape }),
        _ => Ok(()),
    }
}

/// Returns the slot under `shape` of each row of `set`, in the set's order: the index of its
/// scenario among the public inputs.
///
/// # Errors
/// Errors if `set` has more rows than `shape`, is a ring of another number of rows, or stands in a
/// slot that `shape` does not have.
fn slots(shape: Shape, set: &ScenarioSet) -> Result<impl Iterator<Item = usize>, InstanceError> {
    let (have, most, place) = (set.scenarios(), shape.scenarios(), set.generator().place());
    match place {
        Some(Place::Ring(_)) if have != most => return Err(InstanceError::OtherRing { have, shape }),
        Some(Place::Slot(slot)) if slot >= most => return Err(InstanceError::NoSlot { slot, shape }),
        _ if have > most => return Err(InstanceError::TooManyScenarios { have, shape }),
        _ => {}
    }
    Ok((0..have).map(move |row| place.map_or(row, |place| place.slot_of(row, have))))
}

/// Returns all public inputs after the constant 1 as field elements, for verifiers that take them
/// separately.
pub fn all_inputs(controls: &[Fr; CONTROLS], scenarios: &ScenarioInputs) -> Vec<Fr> {
    let mut inputs = controls.to_vec();
    inputs.push(scenarios.factors);
    inputs.extend(scenarios.packed());
    inputs
}
