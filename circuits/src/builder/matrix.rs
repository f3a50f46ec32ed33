//! Products of the scenario matrix and a vector.

use ethnum::I256;

use super::{BoundedVector, Builder, Num, NumOf, laid_out};
use crate::bound::Interval;
use crate::error::{Built, SynthesisError};
use crate::instructions::{Instructions, MatrixLabels};

impl<B: Instructions> Builder<'_, B> {
    /// Returns the products of the scenario matrix and a vector, one for each scenario. Each lies
    /// within the vector's total magnitude times the largest entry that the verifier admits.
    ///
    /// # Errors
    /// If the vector has not one entry for each factor, or a product could leave the field.
    pub fn scenario_products(
        &mut self,
        labels: MatrixLabels,
        x: &BoundedVector<B::Integer>,
    ) -> Built<B, Vec<NumOf<B>>> {
        let most = x.total().interval.times(I256::from(tailproof_core::fixed_point::MAX_ENTRY))?.high();
        self.products_in(labels, x.entries(), Interval::new(-most, most)?)
    }

    /// Returns the products of the scenario matrix and exposures that are not negative and sum to
    /// `total`, one for each scenario. The verifier admits entries of the interval `entries`, which
    /// contains zero.
    ///
    /// # Errors
    /// If there is not one exposure for each factor, or a product could leave the field.
    pub fn scenario_products_of_parts(
        &mut self,
        labels: MatrixLabels,
        exposures: &[NumOf<B>],
        total: &NumOf<B>,
        entries: Interval,
    ) -> Built<B, Vec<NumOf<B>>> {
        let interval = entries.product(&Interval::new(I256::ZERO, total.interval.high())?)?;
        self.products_in(labels, exposures, interval)
    }

    fn products_in(&mut self, labels: MatrixLabels, x: &[NumOf<B>], interval: Interval) -> Built<B, Vec<NumOf<B>>> {
        let shape = self.shape();
        if x.len() != shape.factors() {
            return Err(SynthesisError::Length { list: "exposures", expected: shape.factors(), found: x.len() });
        }
        let values: Vec<I256> = x.iter().map(|num| self.value(num)).collect();
        let mut results = Vec::with_capacity(shape.scenarios());
        for scenario in 0..shape.scenarios() {
            let entries = self.backend.entries(scenario).iter().zip(&values);
            let product = entries.fold(I256::ZERO, |sum, (entry, value)| sum + I256::from(*entry) * *value);
            results.push(self.backend.hint(labels.row, product));
        }
        let x: Vec<B::Integer> = x.iter().map(|num| num.expression.clone()).collect();
        let products = laid_out::<B, _>(self.backend.scenario_products(labels, &x, &results))?;
        Ok(products.into_iter().map(|expression| Num { expression, interval }).collect())
    }
}
