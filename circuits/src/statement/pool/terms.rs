//! The terms behind a control: packed into words, which hash to it.

use ethnum::I256;
use tailproof_verifier::market::PackedField;
use tailproof_verifier::market::controls::{self, Limbs};
use tailproof_verifier::pool::terms::word_fields;

use super::labels::TermLabels;
use crate::bound::BoundError;
use crate::instructions::Instructions;
use crate::integer::{Builder, NumOf};
use crate::statement::hash_chain::hash_chain;

/// The terms of a list of fields, in order; the control is zero if there are none.
pub(super) fn open_terms<B: Instructions>(
    builder: &mut Builder<'_, B>,
    labels: TermLabels,
    control: usize,
    fields: &[PackedField],
    words: &[Limbs],
) -> Result<std::vec::IntoIter<NumOf<B>>, BoundError> {
    let mut terms = Vec::with_capacity(fields.len());
    let mut packed = Vec::with_capacity(words.len());
    for (fields, limbs) in if fields.is_empty() { Vec::new() } else { word_fields(fields) }.into_iter().zip(words) {
        let values = controls::unpack(fields, *limbs);
        let first = terms.len();
        let mut digits = Vec::with_capacity(fields.len());
        let mut position = 0;
        for (field, value) in fields.iter().zip(values) {
            terms.push(builder.range(labels.bit, I256::from(value), field.bits)?);
            digits.push((field.bits, position));
            position += field.bits;
        }
        let digits: Vec<_> = terms[first..].iter().zip(digits).map(|(term, (bits, at))| (term, bits, at)).collect();
        let word = builder.pack_unsigned(&digits)?;
        packed.push(builder.backend.to_element(word.expression()));
    }
    let digest = hash_chain(builder, labels.hash, None, &packed)?;
    let control = builder.backend.control(control);
    builder.backend.assert_equal(labels.open, &digest, &control);
    Ok(terms.into_iter())
}
