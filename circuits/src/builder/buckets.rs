//! An amount in the bucket that a code names.

use ethnum::I256;

use super::{Builder, Num, NumOf, laid_out};
use crate::bound::BoundError;
use crate::error::Built;
use crate::instructions::{Instructions, Label};

impl<B: Instructions> Builder<'_, B> {
    /// Returns new witnesses, one for each bucket: `amount` in the bucket of `code`, zero in the
    /// others. The labels are those of the products and of the sum.
    ///
    /// With `x_b (code - b) = 0` for each bucket and `sum_b x_b = amount`, all of the amount is in
    /// the bucket of the code.
    ///
    /// Every bucket has the interval of the amount, so zero must be in it.
    ///
    /// # Errors
    /// If the amount is never zero, or a distance from a bucket could leave the field.
    pub fn in_bucket(
        &mut self,
        (bucket_label, sum_label): (Label, Label),
        amount: &NumOf<B>,
        code: &NumOf<B>,
        buckets: usize,
    ) -> Built<B, Vec<NumOf<B>>> {
        if !amount.interval.contains(I256::ZERO) {
            let (low, high) = (amount.interval.low(), amount.interval.high());
            return Err(BoundError::NeverZero { low, high }.into());
        }
        let zero = self.constant(I256::ZERO)?;
        let mut all = Vec::with_capacity(buckets);
        for bucket in 0..buckets {
            let distance = self.constant(I256::from(bucket as u64))?;
            let distance = self.sub(code, &distance)?;
            let honest = if self.value(&distance) == I256::ZERO { self.value(amount) } else { I256::ZERO };
            let value = self.backend.hint(bucket_label, honest);
            let expression = laid_out::<B, _>(self.backend.unchecked_witness(bucket_label, value))?;
            let (distance, zero) = (&distance.expression, &zero.expression);
            laid_out::<B, _>(self.backend.assert_product(bucket_label, &expression, distance, zero))?;
            all.push(Num { expression, interval: amount.interval });
        }
        // The intervals of the buckets would add up, although all buckets but one are zero.
        let mut sum = zero.expression;
        for exposure in &all {
            self.backend.add_scaled(&mut sum, &exposure.expression, I256::ONE);
        }
        self.assert_expressions_equal(sum_label, &sum, &amount.expression)?;
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use ark_bn254::Fr;
    use tailproof_verifier::inputs::ScenarioInputs;
    use tailproof_verifier::inputs::controls::CONTROLS;

    use super::*;
    use crate::plain::Plain;

    #[test]
    fn an_amount_that_is_never_zero_is_refused() {
        let scenarios = ScenarioInputs::zero("2x2/1".parse().unwrap());
        let mut backend = Plain::new(&[Fr::from(0u64); CONTROLS], &scenarios);
        let mut builder = Builder::new(&mut backend);
        let code = builder.constant(I256::ONE).unwrap();
        for value in [5, -5] {
            let amount = builder.constant(I256::from(value)).unwrap();
            let refused = BoundError::NeverZero { low: I256::from(value), high: I256::from(value) };
            let found = builder.in_bucket(("bucket", "sum"), &amount, &code, 3);
            assert_eq!(found.unwrap_err(), refused.into());
        }
        let amount = builder.range("amount", I256::from(5), 3).unwrap();
        assert_eq!(builder.in_bucket(("bucket", "sum"), &amount, &code, 3).unwrap().len(), 3);
        assert!(backend.violations().is_empty());
    }
}
