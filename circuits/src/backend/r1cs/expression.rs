//! Linear combinations of variables, and the recorder of constraints and assignments.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, One, Zero};
use ethnum::I256;
use tailproof_core::pool::ids::IdKind;
use tailproof_verifier::Shape;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::controls::CONTROLS;
use tailproof_verifier::inputs::layout;

use super::system::{System, Terms, Variable};
use crate::field::to_field;
use crate::instructions::Label;

/// Whether a run of a statement records its constraints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Record constraints and the assignment: for keys and tests.
    Constraints,
    /// Record the assignment only: for proofs, whose matrices are in the proving key.
    Assignment,
}

/// A linear combination of variables with its value. It has no terms in [`Mode::Assignment`].
#[derive(Clone)]
pub struct Combination<V> {
    pub(super) value: V,
    pub(super) terms: Terms,
}

impl<V> std::fmt::Debug for Combination<V> {
    /// Shows no value, because it may be private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Combination").field("terms", &self.terms.len()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for R1cs<'_> {
    /// Shows no value, because values may be private.
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
}

impl<'s> R1cs<'s> {
    /// Returns a backend for public inputs.
    pub fn new(mode: Mode, controls: &[Fr; CONTROLS], scenarios: &'s ScenarioInputs) -> Self {
        let instances = layout::public_inputs(scenarios.shape());
        // Room for all variables, so that no outgrown buffer with private values is left behind.
        let witnesses = most_witnesses(scenarios.shape());
        let mut assignment = Vec::with_capacity(instances + witnesses);
        assignment.push(Fr::one());
        assignment.extend_from_slice(controls);
        assignment.push(scenarios.factors());
        assignment.extend(scenarios.packed());
        debug_assert_eq!(assignment.len(), instances, "the layout and its size agree");
        let mut system = System::new(instances);
        if mode == Mode::Constraints {
            system.reserve(witnesses);
        }
        Self { mode, system, assignment, scenarios }
    }

    /// Returns the constraints (none in [`Mode::Assignment`]) and the values of all variables.
    pub fn into_parts(self) -> (System, Vec<Fr>) {
        (self.system, self.assignment)
    }

    /// A new witness variable.
    pub(super) fn allocate(&mut self, label: Label, value: Fr) -> Variable {
        debug_assert!(self.assignment.len() < self.assignment.capacity(), "an outgrown buffer keeps private values");
        self.assignment.push(value);
        match self.mode {
            Mode::Constraints => self.system.witness(label),
            Mode::Assignment => 0,
        }
    }

    /// A new witness variable as an expression.
    pub(super) fn allocated(&mut self, label: Label, value: Fr) -> Combination<Fr> {
        let variable = self.allocate(label, value);
        Combination { value, terms: self.single(variable) }
    }

    /// A constant element.
    pub(super) fn element_constant(&self, value: Fr) -> Combination<Fr> {
        Combination { value, terms: self.constant_terms(value) }
    }

    /// The terms of a variable.
    pub(super) fn single(&self, variable: Variable) -> Terms {
        match self.mode {
            Mode::Constraints => vec![(variable, Fr::one())],
            Mode::Assignment => Vec::new(),
        }
    }

    /// The combination of the constant 1.
    pub(super) fn constant_terms(&self, value: Fr) -> Terms {
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

    /// `into += factor * other`.
    pub(super) fn add(&self, into: &mut Combination<Fr>, other: &Combination<Fr>, factor: Fr) {
        into.value += other.value * factor;
        if self.mode == Mode::Constraints {
            into.terms.extend(scaled(&other.terms, factor));
        }
    }

    /// A new witness that is the product of two elements.
    pub(super) fn multiply(
        &mut self,
        label: Label,
        left: &Combination<Fr>,
        right: &Combination<Fr>,
    ) -> Combination<Fr> {
        let product = self.allocated(label, left.value * right.value);
        self.constrain_product(label, left, right, &product);
        product
    }

    /// Constrains `left * right = product`.
    pub(super) fn constrain_product<V>(
        &mut self,
        label: Label,
        left: &Combination<V>,
        right: &Combination<V>,
        product: &Combination<V>,
    ) {
        self.constrain(label, || [left.terms.clone(), right.terms.clone(), product.terms.clone()]);
    }

    /// Constrains two combinations to be equal.
    pub(super) fn constrain_equal(&mut self, label: Label, left: &Terms, right: &Terms) {
        self.constrain(label, || {
            let mut difference = left.clone();
            difference.extend(scaled(right, -Fr::one()));
            [Terms::new(), Terms::new(), difference]
        });
    }

    /// Makes boolean witnesses for the bits of a value, and returns the terms that sum them. If a
    /// value is out of range, the highest "bit" takes the rest, so that only the booleans refuse
    /// it.
    pub(super) fn bits(&mut self, label: Label, value: I256, bits: u32) -> Terms {
        if self.mode == Mode::Assignment
            && let Ok(value) = u64::try_from(value)
            && bits < u64::BITS
            && value >> bits == 0
        {
            // The loop below in short: most of an assignment is bits.
            debug_assert!(self.assignment.len() + bits as usize <= self.assignment.capacity());
            let digit = |bit| if value >> bit & 1 == 1 { Fr::one() } else { Fr::zero() };
            self.assignment.extend((0..bits).map(digit));
            return Terms::new();
        }
        let mut terms = Terms::new();
        let mut power = Fr::one();
        for bit in 0..bits {
            let rest = value >> bit;
            let digit = if bit + 1 == bits { rest } else { rest & I256::ONE };
            let variable = self.allocate(label, to_field(digit));
            if self.mode == Mode::Constraints {
                self.system.constrain_boolean(label, variable);
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
        let per_loan = 224 + buckets + if sizes.bands { 72 } else { 0 } + if sizes.numbers { 96 } else { 0 };
        let kinds = IdKind::ALL.into_iter().filter(|kind| sizes.distinct(*kind)).count();
        let per_loan = per_loan + 172 * kinds + if sizes.roll { 480 } else { 0 } + if sizes.top { 34 } else { 0 };
        let fixed = 72_000 + if sizes.value { 24_000 } else { 0 };
        return sizes.loans * per_loan + shape.scenarios() * per_scenario + 2048 * sizes.tranches + fixed;
    }
    let desks = if shape.is_pnl() { 58 * shape.books() } else { 0 };
    let per_scenario = shape.factors().div_ceil(2) + 70 * shape.thresholds() + desks + 2;
    let sizes = shape.rules().unwrap_or_default();
    let of_sizes = if sizes.caps { 40 } else { 0 } + if sizes.impact { 84 } else { 0 };
    let per_factor = 48 * (shape.books() + 1) + if shape.has_limits() { 144 } else { 0 } + of_sizes;
    // A clause on a group has two products a factor, and a word with two comparisons.
    let of_groups = sizes.groups * (2 * shape.factors() + 400);
    shape.scenarios() * per_scenario + per_factor * shape.factors() + of_groups + 2048 * (shape.books() + 2)
}

/// `terms * factor`.
pub(super) fn scaled(terms: &Terms, factor: Fr) -> impl Iterator<Item = (Variable, Fr)> + '_ {
    let one = factor.is_one();
    terms.iter().map(move |(variable, coefficient)| (*variable, if one { *coefficient } else { *coefficient * factor }))
}
