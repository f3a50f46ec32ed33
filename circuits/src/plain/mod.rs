//! The plain evaluator: the same statements over integers, saying which constraint fails.
//!
//! It shares no arithmetic with the constraint systems: products are integer products, ranges are comparisons. It is the
//! second oracle of every statement test.

use ark_bn254::Fr;
use ark_ff::PrimeField;
use ethnum::I256;
use tailproof_verifier::commitment::poseidon;
use tailproof_verifier::market::layout::ScenarioInputs;

use crate::field::{from_limbs, quotient, to_field};
use crate::hints::Hints;
use crate::instructions::{FactorRow, Instructions, Label, Limbs, MatrixLabels, RangeLabels};

pub use crate::hints::Lies;

/// Evaluates a statement and collects the labels of constraints that do not hold.
pub struct Plain<'s> {
    controls: Vec<Fr>,
    scenarios: &'s ScenarioInputs,
    hints: Hints,
    told: Vec<(Label, usize, I256)>,
    violations: Vec<Label>,
}

impl std::fmt::Debug for Plain<'_> {
    /// Shows no value: they may be private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plain").field("violations", &self.violations).finish_non_exhaustive()
    }
}

impl<'s> Plain<'s> {
    /// An evaluator for public inputs.
    pub fn new(controls: &[Fr], scenarios: &'s ScenarioInputs) -> Self {
        Self {
            controls: controls.to_vec(),
            scenarios,
            hints: Hints::default(),
            told: Vec::new(),
            violations: Vec::new(),
        }
    }

    /// With some hints replaced.
    pub fn with_lies(mut self, lies: Lies) -> Self {
        self.hints = Hints::new(lies);
        self
    }

    /// Labels of the constraints that did not hold, in order.
    pub fn violations(&self) -> &[Label] {
        &self.violations
    }

    /// Every hint that was asked for, in order, with its index under its label and the value that was given.
    pub fn hints(&self) -> &[(Label, usize, I256)] {
        &self.told
    }

    fn check(&mut self, label: Label, holds: bool) {
        if !holds {
            self.violations.push(label);
        }
    }
}

impl Instructions for Plain<'_> {
    type Integer = I256;
    type Element = Fr;

    fn constant(&self, value: I256) -> I256 {
        value
    }

    fn add_scaled(&self, into: &mut I256, other: &I256, factor: I256) {
        *into += *other * factor;
    }

    fn value(&self, integer: &I256) -> I256 {
        *integer
    }

    fn element_add_scaled(&self, into: &mut Fr, other: &Fr, factor: I256) {
        *into += *other * to_field(factor);
    }

    fn element_value(&self, element: &Fr) -> Limbs {
        element.into_bigint().0
    }

    fn to_element(&self, integer: &I256) -> Fr {
        to_field(*integer)
    }

    fn control(&self, index: usize) -> Fr {
        self.controls[index - 1]
    }

    fn factors(&self) -> Fr {
        self.scenarios.factors()
    }

    fn weight(&self, scenario: usize) -> I256 {
        I256::from(self.scenarios.weight(scenario))
    }

    fn factor_input(&self, row: FactorRow, factor: usize) -> I256 {
        I256::from(self.scenarios.of_factor(row, factor))
    }

    fn scenario_products(&mut self, labels: MatrixLabels, x: &[I256]) -> Vec<I256> {
        (0..self.scenarios.shape().scenarios())
            .map(|scenario| {
                let entries = self.scenarios.entries(scenario);
                let sum = entries.iter().zip(x).fold(I256::ZERO, |sum, (entry, x)| sum + I256::from(*entry) * *x);
                let value = self.hint(labels.row, sum);
                self.check(labels.row, value == sum);
                value
            })
            .collect()
    }

    fn hint(&mut self, label: Label, honest: I256) -> I256 {
        let (index, value) = self.hints.next(label, honest);
        self.told.push((label, index, value));
        value
    }

    fn unchecked_witness(&mut self, _: Label, value: I256) -> I256 {
        value
    }

    fn range(&mut self, label: Label, value: I256, bits: u32) -> I256 {
        self.check(label, value >= I256::ZERO && value >> bits == I256::ZERO);
        value
    }

    fn assert_range(&mut self, labels: RangeLabels, integer: &I256, bits: u32) {
        let value = self.hint(labels.bit, *integer & ((I256::ONE << bits) - I256::ONE));
        self.check(labels.bit, value >= I256::ZERO && value >> bits == I256::ZERO);
        self.check(labels.sum, value == *integer);
    }

    fn product(&mut self, label: Label, left: &I256, right: &I256) -> I256 {
        let product = *left * *right;
        let value = self.hint(label, product);
        self.check(label, value == product);
        value
    }

    fn assert_product(&mut self, label: Label, left: &I256, right: &I256, product: &I256) {
        self.check(label, *left * *right == *product);
    }

    fn element_witness(&mut self, _: Label, value: Limbs) -> Fr {
        from_limbs(value)
    }

    fn element_quotient_value(&self, numerator: &Fr, denominator: &Fr) -> Limbs {
        quotient(*numerator, *denominator).into_bigint().0
    }

    fn element_product(&mut self, _: Label, left: &Fr, right: &Fr) -> Fr {
        *left * right
    }

    fn element_assert_product(&mut self, label: Label, left: &Fr, right: &Fr, product: &Fr) {
        self.check(label, *left * right == *product);
    }

    fn assert_equal(&mut self, label: Label, left: &Fr, right: &Fr) {
        self.check(label, left == right);
    }

    fn hash(&mut self, _: Label, inputs: &[Fr]) -> Fr {
        poseidon(inputs)
    }
}
