//! The terms behind a control: packed into words, which hash to it.

use tailproof_verifier::field::Limbs;
use tailproof_verifier::inputs::controls;
use tailproof_verifier::inputs::controls::PackedField;
use tailproof_verifier::pool::terms::word_fields;

use super::labels::TermLabels;
use crate::builder::{Builder, Num, NumOf};
use crate::error::{Built, SynthesisError};
use crate::instructions::Instructions;
use crate::statement::hash_chain::hash_chain;

/// Returns the terms of a list of fields, in order. The control is zero if there are no fields.
pub(super) fn open_terms<B: Instructions>(
    builder: &mut Builder<'_, B>,
    labels: TermLabels,
    control: usize,
    fields: &[PackedField],
    words: &[Limbs],
) -> Built<B, Vec<NumOf<B>>> {
    let mut terms = Vec::with_capacity(fields.len());
    let mut packed = Vec::with_capacity(words.len());
    if !fields.is_empty() {
        for (fields, limbs) in word_fields(fields).into_iter().zip(words) {
            let values = controls::unpack(fields, *limbs);
            let (numbers, word) = builder.unpack(labels.bit, fields, values)?;
            terms.extend(numbers);
            packed.push(builder.element(&word));
        }
    }
    let digest = hash_chain(builder, labels.hash, None, &packed)?;
    let control = builder.control(control);
    builder.assert_equal(labels.open, &digest, &control)?;
    Ok(terms)
}

/// Terms that are taken one after the other, in the order of their fields.
pub(super) struct Fields<E> {
    list: &'static str,
    taken: usize,
    rest: std::vec::IntoIter<Num<E>>,
}

impl<E> Fields<E> {
    /// Returns fields of a list, whose name errors say.
    pub(super) fn new(list: &'static str, terms: Vec<Num<E>>) -> Self {
        Self { list, taken: 0, rest: terms.into_iter() }
    }

    /// Returns the next field.
    pub(super) fn next<B: Instructions<Integer = E>>(&mut self) -> Built<B, Num<E>> {
        let (list, found) = (self.list, self.taken);
        self.taken += 1;
        self.rest.next().ok_or(SynthesisError::Length { list, expected: found + 1, found })
    }

    /// Returns the next two fields: a lower and an upper bound.
    pub(super) fn pair<B: Instructions<Integer = E>>(&mut self) -> Built<B, [Num<E>; 2]> {
        Ok([self.next::<B>()?, self.next::<B>()?])
    }

    /// Returns the next `count` fields.
    pub(super) fn many<B: Instructions<Integer = E>>(&mut self, count: usize) -> Built<B, Vec<Num<E>>> {
        (0..count).map(|_| self.next::<B>()).collect()
    }
}
