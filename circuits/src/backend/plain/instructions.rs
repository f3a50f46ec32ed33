//! The instruction set over integers.

use std::convert::Infallible;

use ark_bn254::Fr;
use ark_ff::PrimeField;
use ethnum::I256;
use tailproof_verifier::Shape;
use tailproof_verifier::field::poseidon;

use super::Plain;
use crate::field::{from_limbs, quotient, to_field};
use crate::instructions::{
    Backend, ElementInstructions, FactorRow, IntegerInstructions, Label, Limbs, MatrixInstructions, MatrixLabels,
    PublicInputs, RangeLabels,
};

impl Backend for Plain<'_> {
    type Error = Infallible;
}

impl IntegerInstructions for Plain<'_> {
    type Integer = I256;

    fn constant(&self, value: I256) -> I256 {
        value
    }

    fn add_scaled(&self, into: &mut I256, other: &I256, factor: I256) {
        *into += *other * factor;
    }

    fn value(&self, integer: &I256) -> I256 {
        *integer
    }

    fn unchecked_witness(&mut self, _: Label, value: I256) -> Result<I256, Infallible> {
        Ok(value)
    }

    fn range(&mut self, label: Label, value: I256, bits: u32) -> Result<I256, Infallible> {
        self.check(label, value >= I256::ZERO && value >> bits == I256::ZERO);
        Ok(value)
    }

    fn assert_range(
        &mut self,
        labels: RangeLabels,
        integer: &I256,
        bits: u32,
        in_range: I256,
    ) -> Result<(), Infallible> {
        self.check(labels.bit, in_range >= I256::ZERO && in_range >> bits == I256::ZERO);
        self.check(labels.sum, in_range == *integer);
        Ok(())
    }

    fn product(&mut self, label: Label, left: &I256, right: &I256, value: I256) -> Result<I256, Infallible> {
        self.check(label, value == *left * *right);
        Ok(value)
    }

    fn assert_product(&mut self, label: Label, left: &I256, right: &I256, product: &I256) -> Result<(), Infallible> {
        self.check(label, *left * *right == *product);
        Ok(())
    }
}

impl ElementInstructions for Plain<'_> {
    type Element = Fr;

    fn to_element(&self, integer: &I256) -> Fr {
        to_field(*integer)
    }

    fn element_add_scaled(&self, into: &mut Fr, other: &Fr, factor: I256) {
        *into += *other * to_field(factor);
    }

    fn element_value(&self, element: &Fr) -> Limbs {
        element.into_bigint().0
    }

    fn element_quotient_value(&self, numerator: &Fr, denominator: &Fr) -> Limbs {
        quotient(*numerator, *denominator).into_bigint().0
    }

    fn element_witness(&mut self, _: Label, value: Limbs) -> Result<Fr, Infallible> {
        Ok(from_limbs(value))
    }

    fn element_product(&mut self, _: Label, left: &Fr, right: &Fr) -> Result<Fr, Infallible> {
        Ok(*left * right)
    }

    fn element_assert_product(&mut self, label: Label, left: &Fr, right: &Fr, product: &Fr) -> Result<(), Infallible> {
        self.check(label, *left * right == *product);
        Ok(())
    }

    fn assert_equal(&mut self, label: Label, left: &Fr, right: &Fr) -> Result<(), Infallible> {
        self.check(label, left == right);
        Ok(())
    }

    fn hash<const N: usize>(&mut self, _: Label, inputs: &[Fr; N]) -> Result<Fr, Infallible> {
        Ok(poseidon(inputs))
    }
}

impl PublicInputs for Plain<'_> {
    fn shape(&self) -> Shape {
        self.scenarios.shape()
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

    fn entries(&self, scenario: usize) -> &[i64] {
        self.scenarios.entries(scenario)
    }
}

impl MatrixInstructions for Plain<'_> {
    fn scenario_products(
        &mut self,
        labels: MatrixLabels,
        x: &[I256],
        results: &[I256],
    ) -> Result<Vec<I256>, Infallible> {
        for (scenario, result) in results.iter().enumerate() {
            let entries = self.entries(scenario).iter().zip(x);
            let sum = entries.fold(I256::ZERO, |sum, (entry, x)| sum + I256::from(*entry) * *x);
            self.check(labels.row, *result == sum);
        }
        Ok(results.to_vec())
    }
}
