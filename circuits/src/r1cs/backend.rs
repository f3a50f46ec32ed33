//! The instruction set in rank-1 constraints.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, One, PrimeField, Zero};
use ethnum::I256;
use tailproof_verifier::Shape;
use tailproof_verifier::market::layout::{self, ScenarioInputs};

use super::system::{System, Terms, Variable};
use super::{poseidon, winograd};
use crate::field::{from_limbs, quotient, to_field};
use crate::hints::{Hints, Lies};
use crate::instructions::{FactorRow, Instructions, Label, Limbs, MatrixLabels, RangeLabels};

/// What a run of a statement leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// constraints and the assignment: for keys and tests
    Constraints,
    /// the assignment only: for proofs, whose matrices are in the proving key
    Assignment,
}

/// A value with the linear combination it is the value of; no terms in [`Mode::Assignment`].
#[derive(Clone)]
pub struct Linear<V> {
    pub(super) value: V,
    pub(super) terms: Terms,
}

impl<V> std::fmt::Debug for Linear<V> {
    /// Shows no value: it may be private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Linear").field("terms", &self.terms.len()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for R1cs<'_> {
    /// Shows no value: they may be private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("R1cs").field("mode", &self.mode).field("system", &self.system).finish_non_exhaustive()
    }
}

/// Runs statements into rank-1 constraints.
pub struct R1cs<'s> {
    pub(super) mode: Mode,
    pub(super) system: System,
    pub(super) assignment: Vec<Fr>,
    pub(super) scenarios: &'s ScenarioInputs,
    hints: Hints,
}

impl<'s> R1cs<'s> {
    /// A backend for public inputs.
    pub fn new(mode: Mode, controls: &[Fr], scenarios: &'s ScenarioInputs) -> Self {
        let instances = layout::public_inputs(scenarios.shape());
        // Room for all variables, so that private values are not left behind in buffers that were outgrown.
        let mut assignment = Vec::with_capacity(instances + most_witnesses(scenarios.shape()));
        assignment.push(Fr::one());
        assignment.extend_from_slice(controls);
        assignment.push(scenarios.factors());
        assignment.extend(scenarios.rows().iter().map(|value| Fr::from(*value)));
        assert_eq!(assignment.len(), instances, "four controls and one value per scenario input");
        Self { mode, system: System::new(instances), assignment, scenarios, hints: Hints::default() }
    }

    /// With some hints replaced.
    pub fn with_lies(mut self, lies: Lies) -> Self {
        self.hints = Hints::new(lies);
        self
    }

    /// The constraints (empty in [`Mode::Assignment`]) and the values of all variables.
    pub fn into_parts(self) -> (System, Vec<Fr>) {
        (self.system, self.assignment)
    }

    /// A new witness variable.
    pub(super) fn allocate(&mut self, label: Label, value: Fr) -> Variable {
        self.assignment.push(value);
        match self.mode {
            Mode::Constraints => self.system.witness(label),
            Mode::Assignment => 0,
        }
    }

    /// A new witness variable as an expression.
    fn allocated(&mut self, label: Label, value: Fr) -> Linear<Fr> {
        let variable = self.allocate(label, value);
        Linear { value, terms: self.single(variable) }
    }

    /// A constant element.
    pub(super) fn element_constant(&self, value: Fr) -> Linear<Fr> {
        Linear { value, terms: self.constant_terms(value) }
    }

    pub(super) fn single(&self, variable: Variable) -> Terms {
        match self.mode {
            Mode::Constraints => vec![(variable, Fr::one())],
            Mode::Assignment => Vec::new(),
        }
    }

    /// The combination of the constant 1.
    fn constant_terms(&self, value: Fr) -> Terms {
        match self.mode {
            Mode::Constraints if !value.is_zero() => vec![(0, value)],
            _ => Vec::new(),
        }
    }

    /// Adds a row; the terms are made only where constraints are recorded.
    pub(super) fn constrain(&mut self, label: Label, row: impl FnOnce() -> [Terms; 3]) {
        if self.mode == Mode::Constraints {
            let [a, b, c] = row();
            self.system.constrain(label, a, b, c);
        }
    }

    /// New boolean witnesses for the bits of a value, and the combination that sums them. A value out of range makes the
    /// highest "bit" take the rest, so that exactly the booleans refuse it.
    fn bits(&mut self, label: Label, value: I256, bits: u32) -> Terms {
        let mut terms = Terms::new();
        let mut power = Fr::one();
        for bit in 0..bits {
            let rest = value >> bit;
            let digit = if bit + 1 == bits { rest } else { rest & I256::ONE };
            let variable = self.allocate(label, to_field(digit));
            self.constrain(label, || {
                [vec![(variable, Fr::one())], vec![(0, Fr::one()), (variable, -Fr::one())], Terms::new()]
            });
            if self.mode == Mode::Constraints {
                terms.push((variable, power));
                power.double_in_place();
            }
        }
        terms
    }
}

/// A bound on the number of witness variables of a statement of this shape.
fn most_witnesses(shape: Shape) -> usize {
    if let Some(sizes) = shape.pool() {
        let buckets = if sizes.granular { shape.factors() / sizes.loans } else { 0 };
        let per_scenario = shape.factors().div_ceil(2) + 180 * sizes.tranches + 2;
        return sizes.loans * (220 + buckets) + shape.scenarios() * per_scenario + 2048 * sizes.tranches + 40_000;
    }
    let per_scenario = shape.factors().div_ceil(2) + 70 * shape.thresholds() + 2;
    let per_factor = 48 * (shape.books() + 1) + if shape.has_limits() { 144 } else { 0 };
    shape.scenarios() * per_scenario + per_factor * shape.factors() + 2048 * (shape.books() + 2)
}

/// `terms * factor`.
pub(super) fn scaled(terms: &Terms, factor: Fr) -> impl Iterator<Item = (Variable, Fr)> + '_ {
    let one = factor.is_one();
    terms.iter().map(move |(variable, coefficient)| (*variable, if one { *coefficient } else { *coefficient * factor }))
}

impl Instructions for R1cs<'_> {
    type Integer = Linear<I256>;
    type Element = Linear<Fr>;

    fn constant(&self, value: I256) -> Linear<I256> {
        Linear { value, terms: self.constant_terms(to_field(value)) }
    }

    fn add_scaled(&self, into: &mut Linear<I256>, other: &Linear<I256>, factor: I256) {
        into.value += other.value * factor;
        if self.mode == Mode::Constraints {
            into.terms.extend(scaled(&other.terms, to_field(factor)));
        }
    }

    fn value(&self, integer: &Linear<I256>) -> I256 {
        integer.value
    }

    fn element_add_scaled(&self, into: &mut Linear<Fr>, other: &Linear<Fr>, factor: I256) {
        let factor = to_field(factor);
        into.value += other.value * factor;
        if self.mode == Mode::Constraints {
            into.terms.extend(scaled(&other.terms, factor));
        }
    }

    fn element_value(&self, element: &Linear<Fr>) -> Limbs {
        element.value.into_bigint().0
    }

    fn to_element(&self, integer: &Linear<I256>) -> Linear<Fr> {
        Linear { value: to_field(integer.value), terms: integer.terms.clone() }
    }

    fn control(&self, index: usize) -> Linear<Fr> {
        Linear { value: self.assignment[index], terms: self.single(u32::try_from(index).expect("few controls")) }
    }

    fn factors(&self) -> Linear<Fr> {
        self.control(layout::FACTORS)
    }

    fn weight(&self, scenario: usize) -> Linear<I256> {
        let shape = self.scenarios.shape();
        let index = layout::row(shape, scenario) + shape.factors() + 1;
        Linear {
            value: I256::from(self.scenarios.weight(scenario)),
            terms: self.single(u32::try_from(index).expect("fewer than 2^32 variables")),
        }
    }

    fn factor_input(&self, row: FactorRow, factor: usize) -> Linear<I256> {
        let index = layout::factor_input(self.scenarios.shape(), row, factor);
        Linear {
            value: I256::from(self.scenarios.of_factor(row, factor)),
            terms: self.single(u32::try_from(index).expect("fewer than 2^32 variables")),
        }
    }

    fn scenario_products(&mut self, labels: MatrixLabels, x: &[Linear<I256>]) -> Vec<Linear<I256>> {
        winograd::scenario_products(self, labels, x)
    }

    fn hint(&mut self, label: Label, honest: I256) -> I256 {
        self.hints.value(label, honest)
    }

    fn unchecked_witness(&mut self, label: Label, value: I256) -> Linear<I256> {
        let variable = self.allocate(label, to_field(value));
        Linear { value, terms: self.single(variable) }
    }

    fn range(&mut self, label: Label, value: I256, bits: u32) -> Linear<I256> {
        let terms = self.bits(label, value, bits);
        Linear { value, terms }
    }

    fn assert_range(&mut self, labels: RangeLabels, integer: &Linear<I256>, bits: u32) {
        let value = self.hint(labels.bit, integer.value & ((I256::ONE << bits) - I256::ONE));
        let sum = self.bits(labels.bit, value, bits);
        self.constrain(labels.sum, || {
            let mut difference = integer.terms.clone();
            difference.extend(scaled(&sum, -Fr::one()));
            [Terms::new(), Terms::new(), difference]
        });
    }

    fn product(&mut self, label: Label, left: &Linear<I256>, right: &Linear<I256>) -> Linear<I256> {
        let value = self.hint(label, left.value * right.value);
        let variable = self.allocate(label, to_field(value));
        let terms = self.single(variable);
        self.constrain(label, || [left.terms.clone(), right.terms.clone(), terms.clone()]);
        Linear { value, terms }
    }

    fn assert_product(&mut self, label: Label, left: &Linear<I256>, right: &Linear<I256>, product: &Linear<I256>) {
        self.constrain(label, || [left.terms.clone(), right.terms.clone(), product.terms.clone()]);
    }

    fn element_witness(&mut self, label: Label, value: Limbs) -> Linear<Fr> {
        self.allocated(label, from_limbs(value))
    }

    fn element_quotient_value(&self, numerator: &Linear<Fr>, denominator: &Linear<Fr>) -> Limbs {
        quotient(numerator.value, denominator.value).into_bigint().0
    }

    fn element_product(&mut self, label: Label, left: &Linear<Fr>, right: &Linear<Fr>) -> Linear<Fr> {
        let value = left.value * right.value;
        let product = self.allocated(label, value);
        self.constrain(label, || [left.terms.clone(), right.terms.clone(), product.terms.clone()]);
        product
    }

    fn element_assert_product(&mut self, label: Label, left: &Linear<Fr>, right: &Linear<Fr>, product: &Linear<Fr>) {
        self.constrain(label, || [left.terms.clone(), right.terms.clone(), product.terms.clone()]);
    }

    fn assert_equal(&mut self, label: Label, left: &Linear<Fr>, right: &Linear<Fr>) {
        self.constrain(label, || {
            let mut difference = left.terms.clone();
            difference.extend(scaled(&right.terms, -Fr::one()));
            [Terms::new(), Terms::new(), difference]
        });
    }

    fn hash(&mut self, label: Label, inputs: &[Linear<Fr>]) -> Linear<Fr> {
        poseidon::hash(self, label, inputs)
    }
}
