//! An amount in the bucket that a code names.

use ethnum::I256;

use super::{Builder, Num, NumOf, laid_out};
use crate::error::Built;
use crate::instructions::{Instructions, Label};

impl<B: Instructions> Builder<'_, B> {
    /// Returns new witnesses, one for each bucket: `amount` in the bucket of `code`, zero in the
    /// others. The labels are those of the products and of the sum.
    ///
    /// With `x_b (code - b) = 0` for each bucket and `sum_b x_b = amount`, all of the amount is in
    /// the bucket of the code.
    ///
    /// # Errors
    /// If a distance from a bucket could leave the field.
    pub fn in_bucket(
        &mut self,
        (bucket_label, sum_label): (Label, Label),
        amount: &NumOf<B>,
        code: &NumOf<B>,
        buckets: usize,
    ) -> Built<B, Vec<NumOf<B>>> {
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
