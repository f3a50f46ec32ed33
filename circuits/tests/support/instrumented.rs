//! A backend with instruments: it lies about hints, records them, and leaves out constraints.

use std::collections::HashMap;

use ethnum::I256;
use tailproof_circuits::instructions::{
    Backend, ElementInstructions, FactorRow, IntegerInstructions, Label, Limbs, MatrixInstructions, MatrixLabels,
    PublicInputs, RangeLabels,
};
use tailproof_verifier::Shape;

/// Values in place of the n-th hint under a label.
pub type Lies = HashMap<(Label, usize), I256>;

/// Lies from a list of label, number and value.
pub fn lies(list: &[(Label, usize, I256)]) -> Lies {
    list.iter().map(|(label, index, value)| ((*label, *index), *value)).collect()
}

/// A backend with instruments.
#[derive(Debug)]
pub struct Instrumented<B> {
    backend: B,
    lies: Lies,
    counts: HashMap<Label, usize>,
    hints: Vec<(Label, usize, I256)>,
    without: Option<Label>,
}

impl<B> Instrumented<B> {
    /// The backend with some hints replaced.
    pub fn lying(backend: B, lies: &Lies) -> Self {
        Self { backend, lies: lies.clone(), counts: HashMap::new(), hints: Vec::new(), without: None }
    }

    /// The same, without the constraints of a label.
    pub fn without(mut self, label: Option<Label>) -> Self {
        self.without = label;
        self
    }

    /// Every hint in order: its label, its number under the label, and the value that was used.
    pub fn hints(&self) -> &[(Label, usize, I256)] {
        &self.hints
    }

    /// The backend.
    pub fn into_inner(self) -> B {
        self.backend
    }

    fn leaves_out(&self, label: Label) -> bool {
        self.without == Some(label)
    }
}

impl<B: Backend> Backend for Instrumented<B> {
    type Error = B::Error;
}

impl<B: ElementInstructions> IntegerInstructions for Instrumented<B> {
    type Integer = B::Integer;

    fn constant(&self, value: I256) -> B::Integer {
        self.backend.constant(value)
    }

    fn add_scaled(&self, into: &mut B::Integer, other: &B::Integer, factor: I256) {
        self.backend.add_scaled(into, other, factor);
    }

    fn value(&self, integer: &B::Integer) -> I256 {
        self.backend.value(integer)
    }

    fn hint(&mut self, label: Label, honest: I256) -> I256 {
        let count = self.counts.entry(label).or_default();
        let index = *count;
        *count += 1;
        let value = self.lies.get(&(label, index)).copied().unwrap_or(honest);
        self.hints.push((label, index, value));
        value
    }

    fn unchecked_witness(&mut self, label: Label, value: I256) -> Result<B::Integer, B::Error> {
        self.backend.unchecked_witness(label, value)
    }

    fn range(&mut self, label: Label, value: I256, bits: u32) -> Result<B::Integer, B::Error> {
        if self.leaves_out(label) {
            return self.backend.unchecked_witness(label, value);
        }
        self.backend.range(label, value, bits)
    }

    fn assert_range(
        &mut self,
        labels: RangeLabels,
        integer: &B::Integer,
        bits: u32,
        in_range: I256,
    ) -> Result<(), B::Error> {
        if !self.leaves_out(labels.bit) && !self.leaves_out(labels.sum) {
            return self.backend.assert_range(labels, integer, bits, in_range);
        }
        let checked = self.range(labels.bit, in_range, bits)?;
        let [checked, integer] = [&checked, integer].map(|integer| self.backend.to_element(integer));
        self.assert_equal(labels.sum, &checked, &integer)
    }

    fn product(
        &mut self,
        label: Label,
        left: &B::Integer,
        right: &B::Integer,
        value: I256,
    ) -> Result<B::Integer, B::Error> {
        if self.leaves_out(label) {
            return self.backend.unchecked_witness(label, value);
        }
        self.backend.product(label, left, right, value)
    }

    fn assert_product(
        &mut self,
        label: Label,
        left: &B::Integer,
        right: &B::Integer,
        product: &B::Integer,
    ) -> Result<(), B::Error> {
        if self.leaves_out(label) {
            return Ok(());
        }
        self.backend.assert_product(label, left, right, product)
    }
}

impl<B: ElementInstructions> ElementInstructions for Instrumented<B> {
    type Element = B::Element;

    fn to_element(&self, integer: &B::Integer) -> B::Element {
        self.backend.to_element(integer)
    }

    fn element_add_scaled(&self, into: &mut B::Element, other: &B::Element, factor: I256) {
        self.backend.element_add_scaled(into, other, factor);
    }

    fn element_value(&self, element: &B::Element) -> Limbs {
        self.backend.element_value(element)
    }

    fn element_quotient_value(&self, numerator: &B::Element, denominator: &B::Element) -> Limbs {
        self.backend.element_quotient_value(numerator, denominator)
    }

    fn element_witness(&mut self, label: Label, value: Limbs) -> Result<B::Element, B::Error> {
        self.backend.element_witness(label, value)
    }

    fn element_product(&mut self, label: Label, left: &B::Element, right: &B::Element) -> Result<B::Element, B::Error> {
        self.backend.element_product(label, left, right)
    }

    fn element_assert_product(
        &mut self,
        label: Label,
        left: &B::Element,
        right: &B::Element,
        product: &B::Element,
    ) -> Result<(), B::Error> {
        if self.leaves_out(label) {
            return Ok(());
        }
        self.backend.element_assert_product(label, left, right, product)
    }

    fn assert_equal(&mut self, label: Label, left: &B::Element, right: &B::Element) -> Result<(), B::Error> {
        if self.leaves_out(label) {
            return Ok(());
        }
        self.backend.assert_equal(label, left, right)
    }

    fn hash<const N: usize>(&mut self, label: Label, inputs: &[B::Element; N]) -> Result<B::Element, B::Error> {
        self.backend.hash(label, inputs)
    }
}

impl<B: PublicInputs> PublicInputs for Instrumented<B> {
    fn shape(&self) -> Shape {
        self.backend.shape()
    }

    fn control(&self, index: usize) -> B::Element {
        self.backend.control(index)
    }

    fn factors(&self) -> B::Element {
        self.backend.factors()
    }

    fn weight(&self, scenario: usize) -> B::Integer {
        self.backend.weight(scenario)
    }

    fn factor_input(&self, row: FactorRow, factor: usize) -> B::Integer {
        self.backend.factor_input(row, factor)
    }

    fn entries(&self, scenario: usize) -> &[i64] {
        self.backend.entries(scenario)
    }
}

impl<B: MatrixInstructions> MatrixInstructions for Instrumented<B> {
    fn scenario_products(
        &mut self,
        labels: MatrixLabels,
        x: &[B::Integer],
        results: &[I256],
    ) -> Result<Vec<B::Integer>, B::Error> {
        self.backend.scenario_products(labels, x, results)
    }
}
