//! Sums of fractions at a challenge: totals by code without a selector for each code.
//!
//! With a challenge g, the equation `sum_i b_i / (g - code_i) = sum_r T_r / (g - r)` holds exactly if
//! `T_r` is the sum of the amounts of code r for every r, since both sides are determined by their
//! residues at the codes. The exceptions are few values of g: roots of the difference, and codes,
//! which are poles. The challenge is a hash of the commitment, of all totals, and of whatever else the
//! sums range over.

use ethnum::I256;
use tailproof_verifier::inputs::layout;
use tailproof_verifier::pool::commitment::ELEMENT_BITS;

use super::labels::{self, SumLabels};
use crate::bound::{Interval, bits_of};
use crate::builder::{Builder, Num, NumOf};
use crate::error::{Built, SynthesisError};
use crate::instructions::{Instructions, Label};
use crate::statement::hash_chain::hash_chain;

/// Amounts with their codes, and the totals by code that they are compared with.
pub(super) struct Sum<E> {
    pub labels: SumLabels,
    pub amounts: Vec<Num<E>>,
    pub codes: Vec<Num<E>>,
    /// One total for each code.
    pub totals: Vec<Num<E>>,
}

/// Amounts of loans that are summed by name beside their balances, in one fraction with them.
pub(super) struct Part<E> {
    pub amounts: Vec<Num<E>>,
    /// One total for each code.
    pub totals: Vec<Num<E>>,
}

/// Sums that other parts of the statement prove at the same challenge.
pub(super) struct Further<B: Instructions> {
    /// Elements that the challenge follows from.
    pub hashed: Vec<B::Element>,
    /// Totals that it follows from, of `sums`.
    pub totals: Vec<Num<B::Integer>>,
    /// Parts of the sums by name, by category; none of a category beyond the list.
    pub parts: Vec<Vec<Part<B::Integer>>>,
    /// Other sums.
    pub sums: Vec<Sum<B::Integer>>,
}

impl<B: Instructions> Further<B> {
    /// Returns what shapes without other sums prove.
    pub fn none() -> Self {
        Self { hashed: Vec::new(), totals: Vec::new(), parts: Vec::new(), sums: Vec::new() }
    }
}

/// Returns the sums of amounts by code that an honest prover computes.
pub(super) fn sums_by<B: Instructions>(
    builder: &Builder<'_, B>,
    amounts: &[NumOf<B>],
    codes: &[NumOf<B>],
    names: usize,
) -> Vec<I256> {
    let mut sums = vec![I256::ZERO; names];
    for (amount, code) in amounts.iter().zip(codes) {
        // A code that a lying prover gives may be any number.
        let code = usize::try_from(builder.value(code)).unwrap_or(usize::MAX);
        if let Some(sum) = sums.get_mut(code) {
            *sum += builder.value(amount);
        }
    }
    sums
}

/// Returns the bits of a sum of amounts, none of which is negative.
pub(super) fn range_of_sums<B: Instructions>(amounts: &[NumOf<B>]) -> Built<B, u32> {
    let mut all = Interval::constant(I256::ZERO)?;
    for amount in amounts {
        all = all.plus(&amount.interval())?;
    }
    Ok(all.unsigned_bits()?)
}

/// Adds amounts to those of a sum, above them, and their totals to its totals.
pub(super) fn add_part<B: Instructions>(
    builder: &Builder<'_, B>,
    sum: &mut Sum<B::Integer>,
    part: &Part<B::Integer>,
) -> Built<B, ()> {
    // Totals are at least as wide as the amounts that they are of.
    let mut bits = 0;
    for total in &sum.totals {
        bits = bits.max(bits_of(total.interval().high()));
    }
    let shift = I256::ONE << bits;
    for (amount, more) in sum.amounts.iter_mut().zip(&part.amounts).chain(sum.totals.iter_mut().zip(&part.totals)) {
        *amount = builder.combine(&[(&*amount, I256::ONE), (more, shift)])?;
    }
    Ok(())
}

/// A sum has a code for each amount: pairing it with a longer list would drop the rest without a word.
pub(super) fn as_many<B: Instructions>(sum: &Sum<B::Integer>) -> Built<B, ()> {
    let (expected, found) = (sum.codes.len(), sum.amounts.len());
    if found == expected { Ok(()) } else { Err(SynthesisError::Length { list: "amounts of a sum", expected, found }) }
}

/// Proves that the sums of fractions are equal, at a challenge that follows from the commitment, all
/// totals and other elements. Returns the challenge.
pub(super) fn check<'s, B: Instructions>(
    builder: &mut Builder<'_, B>,
    totals: &[&[NumOf<B>]],
    others: &[B::Element],
    sums: impl IntoIterator<Item = &'s Sum<B::Integer>>,
) -> Built<B, B::Element>
where
    B::Integer: 's,
{
    let mut elements: Vec<B::Element> = Vec::new();
    let mut digits = Vec::new();
    let mut used = 0;
    for total in totals.iter().flat_map(|totals| totals.iter()) {
        let bits = total.interval().unsigned_bits()?;
        if used + bits > ELEMENT_BITS {
            elements.push(packed(builder, &std::mem::take(&mut digits))?);
            used = 0;
        }
        digits.push((total, bits, used));
        used += bits;
    }
    elements.push(packed(builder, &digits)?);
    elements.extend_from_slice(others);
    let commitment = builder.control(layout::COMMITMENT);
    let challenge = hash_chain(builder, labels::CHALLENGE, Some(commitment), &elements)?;

    for Sum { labels, amounts, codes, totals } in sums {
        let mut left = builder.zero_element();
        let mut right = left.clone();
        for (amount, code) in amounts.iter().zip(codes) {
            let fraction = fraction(builder, labels.row, &challenge, amount, code)?;
            builder.accumulate(&mut left, &fraction, I256::ONE);
        }
        for (code, total) in totals.iter().enumerate() {
            let code = builder.constant(I256::from(code as u64))?;
            let fraction = fraction(builder, labels.total, &challenge, total, &code)?;
            builder.accumulate(&mut right, &fraction, I256::ONE);
        }
        builder.assert_equal(labels.equal, &left, &right)?;
    }
    Ok(challenge)
}

fn packed<B: Instructions>(builder: &mut Builder<'_, B>, digits: &[(&NumOf<B>, u32, u32)]) -> Built<B, B::Element> {
    let packed = builder.pack_unsigned(digits)?;
    Ok(builder.element(&packed))
}

/// Returns `amount / (challenge - code)`.
pub(super) fn fraction<B: Instructions>(
    builder: &mut Builder<'_, B>,
    label: Label,
    challenge: &B::Element,
    amount: &NumOf<B>,
    code: &NumOf<B>,
) -> Built<B, B::Element> {
    let (amount, code) = (builder.element(amount), builder.element(code));
    let mut distance = challenge.clone();
    builder.accumulate(&mut distance, &code, I256::MINUS_ONE);
    builder.element_quotient(label, &amount, &distance)
}
