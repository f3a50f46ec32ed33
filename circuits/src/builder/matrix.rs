//! Products of the scenario matrix and a vector.

use ethnum::I256;
use tailproof_verifier::inputs::packing::Packing;

use super::{BoundedVector, Builder, Magnitude, MagnitudeLabels, Num, NumOf, SignOfZero, laid_out};
use crate::bound::{BoundError, Interval, bits_of};
use crate::error::{Built, SynthesisError};
use crate::instructions::{Instructions, MatrixLabels};

/// The products of the scenario matrix and a vector, one for each scenario.
///
/// A backend may constrain the products of a group of scenarios together, packed into one number.
/// Then the interval of a product holds only with a range check of it, or of a multiple and a
/// number that does not depend on it: see the book's chapter "Packed scenarios". The builder counts
/// the products that lack theirs, and [`Builder::finish`] refuses a statement with such a product.
#[derive(Debug)]
pub struct ScenarioProducts<E> {
    products: Vec<Num<E>>,
    packing: Packing,
    /// The products with a range check; all of them, if each is constrained by itself.
    checked: Vec<bool>,
    /// The multiple of products that range checks are about.
    factor: Option<I256>,
}

impl<E> ScenarioProducts<E> {
    /// Returns the products, one for each scenario.
    pub fn all(&self) -> &[Num<E>] {
        &self.products
    }
}

impl<B: Instructions> Builder<'_, B> {
    /// Returns the products of the scenario matrix and a vector. Each lies within the vector's total
    /// magnitude times the largest entry that the verifier admits.
    ///
    /// # Errors
    /// If the vector has not one entry for each factor, or a product could leave the field.
    pub fn scenario_products(
        &mut self,
        labels: MatrixLabels,
        x: &BoundedVector<B::Integer>,
    ) -> Built<B, ScenarioProducts<B::Integer>> {
        let most = x.total().interval.times(I256::from(tailproof_core::fixed_point::MAX_ENTRY))?.high();
        self.products_in(labels, x.entries(), Interval::new(-most, most)?)
    }

    /// Returns the products of the scenario matrix and exposures that are not negative and sum to
    /// `total`. The verifier admits entries of the interval `entries`, which contains zero.
    ///
    /// # Errors
    /// If there is not one exposure for each factor, or a product could leave the field.
    pub fn scenario_products_of_parts(
        &mut self,
        labels: MatrixLabels,
        exposures: &[NumOf<B>],
        total: &NumOf<B>,
        entries: Interval,
    ) -> Built<B, ScenarioProducts<B::Integer>> {
        let interval = entries.product(&Interval::new(I256::ZERO, total.interval.high())?)?;
        self.products_in(labels, exposures, interval)
    }

    /// Returns sign and magnitude of `factor * product - point` for a scenario. The first call for a
    /// scenario is the range check that its product needs; `point` must not depend on the product.
    ///
    /// # Errors
    /// If the distance is wider than the place of a product among packed ones, or could leave the
    /// field; if `factor` is not that of all calls before.
    pub fn distance(
        &mut self,
        labels: MagnitudeLabels,
        products: &mut ScenarioProducts<B::Integer>,
        scenario: usize,
        (factor, point): (I256, &NumOf<B>),
        zero: SignOfZero,
    ) -> Built<B, Magnitude<B::Integer>> {
        let distance = self.combine(&[(&products.products[scenario], factor), (point, I256::MINUS_ONE)])?;
        if !products.checked[scenario] {
            let (high, bits) = (distance.interval.magnitude(), products.packing.bits - 1);
            let one_factor = *products.factor.get_or_insert(factor) == factor && factor != I256::ZERO;
            if bits_of(high) > bits || !one_factor {
                return Err(BoundError::TooWide { high, bits }.into());
            }
            products.checked[scenario] = true;
            self.unchecked_products -= 1;
        }
        self.magnitude(labels, &distance, zero)
    }

    /// Ends the statement.
    ///
    /// # Errors
    /// If a product among packed ones has no range check.
    pub fn finish(self) -> Built<B, ()> {
        if self.unchecked_products == 0 { Ok(()) } else { Err(SynthesisError::Unchecked(self.unchecked_products)) }
    }

    fn products_in(
        &mut self,
        labels: MatrixLabels,
        x: &[NumOf<B>],
        interval: Interval,
    ) -> Built<B, ScenarioProducts<B::Integer>> {
        let shape = self.shape();
        if x.len() != shape.factors() {
            return Err(SynthesisError::Length { list: "exposures", expected: shape.factors(), found: x.len() });
        }
        let values: Vec<I256> = x.iter().map(|num| self.value(num)).collect();
        let mut results = Vec::with_capacity(shape.scenarios());
        let narrow: Option<Vec<i64>> = values.iter().map(|value| i64::try_from(*value).ok()).collect();
        for scenario in 0..shape.scenarios() {
            let entries = self.backend.entries(scenario);
            let product = narrow.as_ref().and_then(|values| narrow_product(entries, values)).unwrap_or_else(|| {
                entries.iter().zip(&values).fold(I256::ZERO, |sum, (entry, value)| sum + I256::from(*entry) * *value)
            });
            results.push(self.backend.hint(labels.row, product));
        }
        let x: Vec<B::Integer> = x.iter().map(|num| num.expression.clone()).collect();
        let products = laid_out::<B, _>(self.backend.scenario_products(labels, &x, &results))?;
        let products: Vec<_> = products.into_iter().map(|expression| Num { expression, interval }).collect();
        let packing = Packing::of(shape);
        // Alone, a product is what its row gives.
        let alone = packing.slots == 1;
        let checked = vec![alone; products.len()];
        self.unchecked_products += if alone { 0 } else { products.len() };
        Ok(ScenarioProducts { products, packing, checked, factor: None })
    }
}

/// Returns an inner product, if it fits 128 bits: that of a book that the circuit takes does.
fn narrow_product(entries: &[i64], values: &[i64]) -> Option<I256> {
    let mut terms = entries.iter().zip(values).map(|(entry, value)| i128::from(*entry) * i128::from(*value));
    terms.try_fold(0i128, i128::checked_add).map(I256::from)
}

#[cfg(test)]
mod tests {
    use ark_bn254::Fr;
    use tailproof_verifier::Shape;
    use tailproof_verifier::inputs::ScenarioInputs;
    use tailproof_verifier::inputs::controls::CONTROLS;

    use super::*;
    use crate::builder::VectorLabels;
    use crate::instructions::RangeLabels;
    use crate::plain::Plain;

    const LABELS: MatrixLabels = MatrixLabels { pair: "pair", row: "row", neighbours: "neighbours" };
    const DISTANCE: MagnitudeLabels = MagnitudeLabels { sign: "sign", bit: "bit", product: "product" };
    const VECTOR: VectorLabels =
        VectorLabels { entry: DISTANCE, total: RangeLabels { bit: "total-bit", sum: "total" } };

    /// Builds the products of a shape, and checks the distances of some scenarios from a number of
    /// so many bits.
    fn built(
        shape: &str,
        checked: &[usize],
        bits: u32,
        factors: &[i64],
    ) -> Result<(), SynthesisError<std::convert::Infallible>> {
        let shape: Shape = shape.parse().unwrap();
        let scenarios = ScenarioInputs::zero(shape);
        let mut backend = Plain::new(&[Fr::from(0u64); CONTROLS], &scenarios);
        let mut builder = Builder::new(&mut backend);
        let values = vec![I256::ZERO; shape.factors()];
        let x = builder.bounded_vector(VECTOR, &values, tailproof_core::fixed_point::GROSS_BITS)?;
        let mut products = builder.scenario_products(LABELS, &x)?;
        let point = builder.signed_range("point", I256::ZERO, bits)?;
        for (scenario, factor) in checked.iter().zip(factors.iter().cycle()) {
            let of = (I256::from(*factor), &point);
            builder.distance(DISTANCE, &mut products, *scenario, of, SignOfZero::Negative)?;
        }
        builder.finish()
    }

    #[test]
    fn a_statement_with_an_unchecked_product_does_not_build() {
        assert_eq!(built("5x2/1", &[0, 1, 2, 3, 4], 62, &[-1]), Ok(()));
        assert_eq!(built("5x2/1", &[4, 2, 0, 1, 3, 0, 0], 62, &[-1]), Ok(()), "in any order, and again");
        assert_eq!(built("5x2/1", &[0, 1, 3, 4], 62, &[-1]), Err(SynthesisError::Unchecked(1)));
        assert_eq!(built("5x2/1", &[0, 0, 0, 0, 0], 62, &[-1]), Err(SynthesisError::Unchecked(4)));
        assert_eq!(built("5x2/1", &[], 62, &[-1]), Err(SynthesisError::Unchecked(5)));
        // Products of one scenario a row are what their row gives.
        assert_eq!(built("5x2+parametric", &[], 62, &[-1]), Ok(()));
    }

    /// A digit of 63 bits has distances below 2^62. A wider threshold, or a multiple, would leave
    /// room for another digit's step.
    #[test]
    fn a_distance_wider_than_its_place_does_not_build() {
        let all = [0, 1, 2, 3, 4];
        let wide = |result| matches!(result, Err(SynthesisError::Bound(BoundError::TooWide { bits: 62, .. })));
        assert!(wide(built("5x2/1", &all, 63, &[-1])));
        assert!(wide(built("5x2/1", &all, 62, &[-3])));
        assert!(wide(built("5x2/1", &all, 62, &[0])), "it is no check");
        assert!(wide(built("5x2/1", &all, 62, &[-1, 1])), "not one multiple for all digits of a group");
        // Distances after the first have any width.
        assert_eq!(built("1x2/1", &[0, 0], 62, &[-1, -8]), Ok(()));
    }
}
