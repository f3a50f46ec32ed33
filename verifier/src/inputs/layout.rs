//! The order of public inputs, defined here alone.
//!
//! | index | input |
//! | --- | --- |
//! | 0 | the constant 1 |
//! | 1 | commitment |
//! | 2 | context |
//! | 3 | tails |
//! | 4 | limits |
//! | 5 | factors: digest of the factor names |
//! | 6 + g (N + 1 + s) + i | packed entry of group g and factor i < N: sum over j of 2^(w j) S[s g + j, i] |
//! | 6 + g (N + 1 + s) + N | xi of group g: the sum of the products of neighbours among its packed entries |
//! | 6 + g (N + 1 + s) + N + 1 + j | weight of scenario s g + j, the j-th of its group |
//! | R + i | with limits on the book: 1 if factor i is an exposure, else 0 |
//! | R + N + i | with limits on the book: half-spread of factor i times 2^20 |
//! | R + 2 N + i | with rules: 1 if factor i counts in a net asset value that is a sum, else 0 |
//! | R + (3 + 2 g) N + i | with rules: 1 if factor i is in group g of a clause on net exposure, else 0 |
//! | R + (4 + 2 g) N + i | with rules: 1 if factor i is in group g of a clause on gross exposure, else 0 |
//! | R' + i | with caps: cap of factor i in book units |
//! | R'' + 2 j N + i | with costs that grow: breakpoint j of factor i in book units, j < 2 |
//! | R'' + (2 j + 1) N + i | with costs that grow: by how much its rate rises there, times 2^20 |
//!
//! There are G groups of s scenarios, T in all; the last group has the weights of the scenarios
//! that are left. [`super::packing`] has s and w of each statement. R = 6 + G (N + 1) + T is the
//! first index behind the groups. R' is the first index behind the clauses on groups, and R'' the
//! first one behind the caps, where the shape has them.
//!
//! Indices 1 to 4 are the *controls*; from 5 on they belong to the scenario set and enter a
//! verification as one point. A scenario set smaller than the shape is padded with zero columns
//! (for a pool, columns that lose everything) and with zero rows of weight 0. Its rows are the
//! first ones in date order, unless its header names their [`Place`]: in a ring, as a rolling
//! window keeps them, or one row in a slot. The indices of scenarios here are slots.
//!
//! A P&L vector has no factors. Then a group has no entries and no xi, and the weights are all there is
//! behind the digest.
//!
//! For a pool, inputs 3 to 5 are the hash of claims about the pool, the hash of claims about
//! losses, and the digest of the tape's schema.

use ark_bn254::Fr;
use ark_ff::Zero;
use tailproof_core::fixed_point::FRACTION_BITS;
use tailproof_core::mandate::CostCurve;
use tailproof_core::scenarios::Place;
use tailproof_core::scenarios::factors::is_exposure;
use tailproof_core::{Mandate, Measure, ScenarioSet};

use super::controls::CONTROLS;
pub use super::factor_rows::FactorRow;
use super::packing::Packing;
use crate::encoding::digest_to_field;
use crate::error::InstanceError;
use crate::field::InputField;
use crate::market::rules::group_columns;
use crate::pool::PoolError;
use crate::shape::{RuleSizes, Shape};

/// Index of the commitment.
pub const COMMITMENT: usize = 1;
/// Index of the context.
pub const CONTEXT: usize = 2;
/// Index of the packed tails and unit.
pub const TAILS: usize = 3;
/// Index of the packed limits.
pub const LIMITS: usize = 4;
/// Index of the factor names digest: the first input of the scenario part.
pub const FACTORS: usize = CONTROLS + 1;
/// Index of the first scenario row.
pub const ROWS: usize = FACTORS + 1;

/// Returns the index of the first packed entry of a group. Its xi stands behind its last entry.
pub fn group(shape: Shape, group: usize) -> usize {
    ROWS + group * (before_weights(shape) + Packing::of(shape).slots)
}

/// Returns the index of a group's xi. The shape must have factors.
pub fn xi(shape: Shape, index: usize) -> usize {
    group(shape, index) + shape.factors()
}

/// Returns the number of inputs of a group before its weights: its entries and its xi; none where the
/// shape has no factors.
pub(crate) fn before_weights(shape: Shape) -> usize {
    match shape.factors() {
        0 => 0,
        factors => factors + 1,
    }
}

/// Returns the index of the weight of a scenario.
pub fn weight(shape: Shape, scenario: usize) -> usize {
    let slots = Packing::of(shape).slots;
    group(shape, scenario / slots) + before_weights(shape) + scenario % slots
}

/// Returns the index of the public number `row` of a factor.
pub fn factor_input(shape: Shape, row: FactorRow, factor: usize) -> usize {
    behind_groups(shape) + row.place(shape) * shape.factors() + factor
}

/// Returns the first index behind the groups.
fn behind_groups(shape: Shape) -> usize {
    ROWS + Packing::of(shape).groups(shape) * before_weights(shape) + shape.scenarios()
}

/// Returns the number of public inputs, the constant 1 included.
pub fn public_inputs(shape: Shape) -> usize {
    behind_groups(shape) + factor_rows(shape) * shape.factors()
}

/// Returns how many public numbers each factor has.
fn factor_rows(shape: Shape) -> usize {
    FactorRow::of(shape).count()
}

/// The scenario part of the public inputs as integers, padded to a shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioInputs {
    pub(super) shape: Shape,
    factors: Fr,
    /// row after row
    entries: Vec<i64>,
    weights: Vec<i64>,
    /// the public numbers of factors, one row of them after the other
    pub(super) of_factors: Vec<i64>,
}

impl ScenarioInputs {
    /// Returns the inputs of scenario set `set` under `shape`, with the half-spreads of `mandate`
    /// if the shape has limits on the book, and with its cash, groups, caps and costs if the shape has rules.
    /// Caps and breakpoints are in the unit of [`Mandate::fixed_unit`].
    ///
    /// # Errors
    /// Errors if `set` has more scenarios or factors than `shape`, its place is none of `shape`,
    /// the half-spreads or groups do not fit the factors, or the mandate has cash, groups or a net
    /// asset value that is a sum and the shape has no rules, or room for fewer groups, or the mandate has caps
    /// or costs that grow and the shape has not.
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

    /// Returns the inputs of scenario set `set` under `shape`, with half-spreads of zero and without cash.
    ///
    /// # Errors
    /// Errors if `shape` is for pools of loans or has clauses on groups, caps or costs that grow, which are a
    /// mandate's, `set` has more scenarios or factors than `shape`, or its place is none of `shape`.
    pub fn new(shape: Shape, set: &ScenarioSet) -> Result<Self, InstanceError> {
        if shape.rules().is_some_and(|sizes| sizes != RuleSizes::default()) {
            return Err(InstanceError::NeedsMandate(shape));
        }
        Self::without_groups(shape, set)
    }

    /// Returns the inputs of a set with no factor in any group and no factor capped: under them every limit on
    /// a group and every cap holds. A column beyond those of the set has the cap zero.
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
        // Two slots at a time: entries are below 2^23 in magnitude, so that two digits fit 128 bits.
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
                // Below 2^58 in magnitude: entries are below 2^23, and there are at most 2^12 factors.
                let products = left.chunks_exact(2).zip(right.chunks_exact(2)).map(|(left, right)| left[0] * right[1]);
                packed += Fr::from(products.sum::<i64>()) * packing.factor(j) * packing.factor(k);
            }
        }
        packed
    }

    /// Returns the public inputs from [`ROWS`] on, as field elements: packed entries, xi and weights
    /// of each group in turn, then the public numbers of factors.
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
}

/// Checks that a set of the days of a P&L vector is under a shape for one, and other sets under other
/// shapes.
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
