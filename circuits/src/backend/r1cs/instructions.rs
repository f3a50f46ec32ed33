//! The instruction set in rank-1 constraints.

use std::convert::Infallible;

use ark_bn254::Fr;
use ark_ff::PrimeField;
use ethnum::I256;
use tailproof_verifier::Shape;
use tailproof_verifier::inputs::layout;

use super::expression::{Combination, Mode, R1cs, scaled};
use super::system::{Terms, Variable};
use super::{poseidon, winograd};
use crate::field::{from_limbs, quotient, to_field};
use crate::instructions::{
    Backend, ElementInstructions, FactorRow, IntegerInstructions, Label, Limbs, MatrixInstructions, MatrixLabels,
    PublicInputs, RangeLabels,
};

impl Backend for R1cs<'_> {
    type Error = Infallible;
}

impl IntegerInstructions for R1cs<'_> {
    type Integer = Combination<I256>;

    fn constant(&self, value: I256) -> Combination<I256> {
        Combination { value, terms: self.constant_terms(to_field(value)) }
    }

    fn add_scaled(&self, into: &mut Combination<I256>, other: &Combination<I256>, factor: I256) {
        into.value += other.value * factor;
        if self.mode == Mode::Constraints {
            into.terms.extend(scaled(&other.terms, to_field(factor)));
        }
    }

    fn value(&self, integer: &Combination<I256>) -> I256 {
        integer.value
    }

    fn unchecked_witness(&mut self, label: Label, value: I256) -> Result<Combination<I256>, Infallible> {
        let variable = self.allocate(label, to_field(value));
        Ok(Combination { value, terms: self.single(variable) })
    }

    fn range(&mut self, label: Label, value: I256, bits: u32) -> Result<Combination<I256>, Infallible> {
        let terms = self.bits(label, value, bits);
        Ok(Combination { value, terms })
    }

    fn assert_range(
        &mut self,
        labels: RangeLabels,
        integer: &Combination<I256>,
        bits: u32,
        in_range: I256,
    ) -> Result<(), Infallible> {
        let sum = self.bits(labels.bit, in_range, bits);
        self.constrain_equal(labels.sum, &integer.terms, &sum);
        Ok(())
    }

    fn product(
        &mut self,
        label: Label,
        left: &Combination<I256>,
        right: &Combination<I256>,
        value: I256,
    ) -> Result<Combination<I256>, Infallible> {
        let product = self.unchecked_witness(label, value)?;
        self.constrain_product(label, left, right, &product);
        Ok(product)
    }

    fn assert_product(
        &mut self,
        label: Label,
        left: &Combination<I256>,
        right: &Combination<I256>,
        product: &Combination<I256>,
    ) -> Result<(), Infallible> {
        self.constrain_product(label, left, right, product);
        Ok(())
    }
}

impl ElementInstructions for R1cs<'_> {
    type Element = Combination<Fr>;

    fn to_element(&self, integer: &Combination<I256>) -> Combination<Fr> {
        Combination { value: to_field(integer.value), terms: integer.terms.clone() }
    }

    fn element_add_scaled(&self, into: &mut Combination<Fr>, other: &Combination<Fr>, factor: I256) {
        self.add(into, other, to_field(factor));
    }

    fn element_value(&self, element: &Combination<Fr>) -> Limbs {
        element.value.into_bigint().0
    }

    fn element_quotient_value(&self, numerator: &Combination<Fr>, denominator: &Combination<Fr>) -> Limbs {
        quotient(numerator.value, denominator.value).into_bigint().0
    }

    fn element_witness(&mut self, label: Label, value: Limbs) -> Result<Combination<Fr>, Infallible> {
        Ok(self.allocated(label, from_limbs(value)))
    }

    fn element_product(
        &mut self,
        label: Label,
        left: &Combination<Fr>,
        right: &Combination<Fr>,
    ) -> Result<Combination<Fr>, Infallible> {
        Ok(self.multiply(label, left, right))
    }

    fn element_assert_product(
        &mut self,
        label: Label,
        left: &Combination<Fr>,
        right: &Combination<Fr>,
        product: &Combination<Fr>,
    ) -> Result<(), Infallible> {
        self.constrain_product(label, left, right, product);
        Ok(())
    }

    fn assert_equal(
        &mut self,
        label: Label,
        left: &Combination<Fr>,
        right: &Combination<Fr>,
    ) -> Result<(), Infallible> {
        self.constrain_equal(label, &left.terms, &right.terms);
        Ok(())
    }

    fn hash<const N: usize>(
        &mut self,
        label: Label,
        inputs: &[Combination<Fr>; N],
    ) -> Result<Combination<Fr>, Infallible> {
        Ok(poseidon::hash(self, label, inputs))
    }
}

impl R1cs<'_> {
    /// The terms of a public input.
    fn public(&self, index: usize) -> Terms {
        self.single(Variable::try_from(index).expect("fewer than 2^32 variables"))
    }
}

impl PublicInputs for R1cs<'_> {
    fn shape(&self) -> Shape {
        self.scenarios.shape()
    }

    fn control(&self, index: usize) -> Combination<Fr> {
        Combination { value: self.assignment[index], terms: self.public(index) }
    }

    fn factors(&self) -> Combination<Fr> {
        self.control(layout::FACTORS)
    }

    fn weight(&self, scenario: usize) -> Combination<I256> {
        let index = layout::weight(self.scenarios.shape(), scenario);
        Combination { value: I256::from(self.scenarios.weight(scenario)), terms: self.public(index) }
    }

    fn factor_input(&self, row: FactorRow, factor: usize) -> Combination<I256> {
        let index = layout::factor_input(self.scenarios.shape(), row, factor);
        Combination { value: I256::from(self.scenarios.of_factor(row, factor)), terms: self.public(index) }
    }

    fn entries(&self, scenario: usize) -> &[i64] {
        self.scenarios.entries(scenario)
    }
}

impl MatrixInstructions for R1cs<'_> {
    fn scenario_products(
        &mut self,
        labels: MatrixLabels,
        x: &[Combination<I256>],
        results: &[I256],
    ) -> Result<Vec<Combination<I256>>, Infallible> {
        Ok(winograd::scenario_products(self, labels, x, results))
    }
}
