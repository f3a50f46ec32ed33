//! The instruction set over columns.

use ethnum::I256;
use halo2_proofs::circuit::Layouter;
use halo2_proofs::pasta::Fp;
use halo2_proofs::pasta::group::ff::Field;
use halo2_proofs::plonk::Error;
use tailproof_verifier::Shape;
use tailproof_verifier::field::InputField;
use tailproof_verifier::halo2::{CONTROLS_ROW, FACTORS_ROW, WEIGHTS_ROW, factor_row};

use super::assigner::NONE;
use super::layout::{Halo2, field};
use super::linear::LinearForm;
use crate::instructions::{
    Backend, ElementInstructions, FactorRow, IntegerInstructions, Label, Limbs, MatrixInstructions, MatrixLabels,
    PublicInputs, RangeLabels,
};

impl<L: Layouter<Fp>> Backend for Halo2<'_, L> {
    type Error = Error;
}

impl<L: Layouter<Fp>> IntegerInstructions for Halo2<'_, L> {
    type Integer = LinearForm<I256>;

    fn constant(&self, value: I256) -> LinearForm<I256> {
        LinearForm { value, terms: Vec::new(), constant: field(value) }
    }

    fn add_scaled(&self, into: &mut LinearForm<I256>, other: &LinearForm<I256>, factor: I256) {
        into.value += other.value * factor;
        into.add_terms(other, field(factor));
    }

    fn value(&self, integer: &LinearForm<I256>) -> I256 {
        integer.value
    }

    fn unchecked_witness(&mut self, label: Label, value: I256) -> Result<LinearForm<I256>, Error> {
        let column = self.columns.main[3];
        let cell = self.region(label, |assigner| assigner.assign(column, 0, field(value)))?;
        Ok(LinearForm::cell(value, cell, field(value)))
    }

    fn range(&mut self, label: Label, value: I256, bits: u32) -> Result<LinearForm<I256>, Error> {
        let cell = if bits == 1 {
            let columns = self.columns;
            self.region(label, |assigner| {
                columns.is_boolean.enable(assigner.region, 0)?;
                assigner.assign(columns.main[3], 0, field(value))
            })?
        } else {
            self.limbs(label, value, bits)?
        };
        Ok(LinearForm::cell(value, cell, field(value)))
    }

    fn assert_range(
        &mut self,
        labels: RangeLabels,
        integer: &LinearForm<I256>,
        bits: u32,
        in_range: I256,
    ) -> Result<(), Error> {
        let mut difference = self.range(labels.bit, in_range, bits)?;
        self.add_scaled(&mut difference, integer, I256::MINUS_ONE);
        self.assert_zero(labels.sum, difference.sum())
    }

    fn product(
        &mut self,
        label: Label,
        left: &LinearForm<I256>,
        right: &LinearForm<I256>,
        value: I256,
    ) -> Result<LinearForm<I256>, Error> {
        let cell = self.multiply(label, left.sum(), right.sum(), field(value))?;
        Ok(LinearForm::cell(value, cell, field(value)))
    }

    fn assert_product(
        &mut self,
        label: Label,
        left: &LinearForm<I256>,
        right: &LinearForm<I256>,
        product: &LinearForm<I256>,
    ) -> Result<(), Error> {
        self.assert_multiplied(label, left.sum(), right.sum(), product.sum())
    }
}

impl<L: Layouter<Fp>> ElementInstructions for Halo2<'_, L> {
    type Element = LinearForm<Fp>;

    fn to_element(&self, integer: &LinearForm<I256>) -> LinearForm<Fp> {
        LinearForm { value: field(integer.value), terms: integer.terms.clone(), constant: integer.constant }
    }

    fn element_add_scaled(&self, into: &mut LinearForm<Fp>, other: &LinearForm<Fp>, factor: I256) {
        into.value += other.value * field(factor);
        into.add_terms(other, field(factor));
    }

    fn element_value(&self, element: &LinearForm<Fp>) -> Limbs {
        element.value.limbs()
    }

    fn element_quotient_value(&self, numerator: &LinearForm<Fp>, denominator: &LinearForm<Fp>) -> Limbs {
        Option::<Fp>::from(denominator.value.invert()).map_or(NONE, |inverse| numerator.value * inverse).limbs()
    }

    fn element_witness(&mut self, label: Label, value: Limbs) -> Result<LinearForm<Fp>, Error> {
        let value = Fp::from_limbs(value).ok_or(Error::Synthesis)?;
        let column = self.columns.main[3];
        let cell = self.region(label, |assigner| assigner.assign(column, 0, value))?;
        Ok(LinearForm::cell(value, cell, value))
    }

    fn element_product(
        &mut self,
        label: Label,
        left: &LinearForm<Fp>,
        right: &LinearForm<Fp>,
    ) -> Result<LinearForm<Fp>, Error> {
        let value = left.value * right.value;
        let cell = self.multiply(label, left.sum(), right.sum(), value)?;
        Ok(LinearForm::cell(value, cell, value))
    }

    fn element_assert_product(
        &mut self,
        label: Label,
        left: &LinearForm<Fp>,
        right: &LinearForm<Fp>,
        product: &LinearForm<Fp>,
    ) -> Result<(), Error> {
        self.assert_multiplied(label, left.sum(), right.sum(), product.sum())
    }

    fn assert_equal(&mut self, label: Label, left: &LinearForm<Fp>, right: &LinearForm<Fp>) -> Result<(), Error> {
        let mut difference = left.clone();
        self.element_add_scaled(&mut difference, right, I256::MINUS_ONE);
        self.assert_zero(label, difference.sum())
    }

    fn hash<const N: usize>(&mut self, label: Label, inputs: &[LinearForm<Fp>; N]) -> Result<LinearForm<Fp>, Error> {
        self.poseidon(label, inputs)
    }
}

impl<L: Layouter<Fp>> PublicInputs for Halo2<'_, L> {
    fn shape(&self) -> Shape {
        self.inputs.scenarios.shape()
    }

    fn control(&self, index: usize) -> LinearForm<Fp> {
        let value = self.inputs.controls[index - 1];
        LinearForm::input(value, CONTROLS_ROW + index - 1, value)
    }

    fn factors(&self) -> LinearForm<Fp> {
        let value = self.inputs.scenarios.factors();
        LinearForm::input(value, FACTORS_ROW, value)
    }

    fn weight(&self, scenario: usize) -> LinearForm<I256> {
        let value = I256::from(self.inputs.scenarios.weight(scenario));
        LinearForm::input(value, WEIGHTS_ROW + scenario, field(value))
    }

    fn factor_input(&self, row: FactorRow, factor: usize) -> LinearForm<I256> {
        let scenarios = &self.inputs.scenarios;
        let value = I256::from(scenarios.of_factor(row, factor));
        LinearForm::input(value, factor_row(scenarios.shape(), row, factor), field(value))
    }

    fn entries(&self, scenario: usize) -> &[i64] {
        self.inputs.scenarios.entries(scenario)
    }
}

impl<L: Layouter<Fp>> MatrixInstructions for Halo2<'_, L> {
    fn scenario_products(
        &mut self,
        labels: MatrixLabels,
        x: &[LinearForm<I256>],
        results: &[I256],
    ) -> Result<Vec<LinearForm<I256>>, Error> {
        self.lane_products(labels.row, x, results)
    }
}
