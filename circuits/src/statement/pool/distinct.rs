//! No digest of an id occurs twice: the values of the rows are a permutation of a list that rises
//! strictly.
//!
//! The value of a loan is its digest. That of an unused row is 2^64 and the number of the row, so
//! that no two of these are equal either. With a challenge g, the equation
//! `sum_i 1 / (g - v_i) = sum_k 1 / (g - e_k)` holds exactly if both lists have the same values as
//! often, since both sides are determined by their residues. The exceptions are few values of g,
//! which is a hash of the commitment and of the list's steps: whatever the sums range over is fixed
//! before it.

use ethnum::I256;
use tailproof_verifier::pool::commitment::IDS_PER_ELEMENT;

use super::fractions::fraction;
use super::labels;
use super::tape::LoanRow;
use crate::builder::{Builder, Num, NumOf};
use crate::error::Built;
use crate::instructions::Instructions;

/// Bits of a step: the values of unused rows are above those of loans.
const STEP_BITS: u32 = u64::BITS + 1;

/// The values of rows, and the same values in rising order.
pub(super) struct RisingList<B: Instructions> {
    values: Vec<Num<B::Integer>>,
    entries: Vec<Num<B::Integer>>,
    /// The list's steps, for the challenge.
    pub hashed: Vec<B::Element>,
}

/// Returns a list that rises strictly, which an honest prover sorts from the rows' values.
pub(super) fn rising<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[LoanRow<B::Integer>],
    digests: &[NumOf<B>],
) -> Built<B, RisingList<B>> {
    let one = builder.constant(I256::ONE)?;
    let mut values = Vec::with_capacity(loans.len());
    for ((loan, digest), row) in loans.iter().zip(digests).zip(0u64..) {
        let unused = builder.sub(&one, &loan.is_loan)?;
        let above = (I256::ONE << u64::BITS) + I256::from(row);
        values.push(builder.combine(&[(digest, I256::ONE), (&unused, above)])?);
    }
    let mut honest: Vec<I256> = values.iter().map(|value| builder.value(value)).collect();
    honest.sort_unstable();
    let mut before = builder.constant(I256::MINUS_ONE)?;
    let (mut steps, mut entries) = (Vec::with_capacity(values.len()), Vec::with_capacity(values.len()));
    for (index, value) in honest.iter().enumerate() {
        let last = index.checked_sub(1).map_or(I256::MINUS_ONE, |index| honest[index]);
        let step = builder.range(labels::DISTINCT_STEP, *value - last - 1, STEP_BITS)?;
        let entry = builder.combine(&[(&before, I256::ONE), (&step, I256::ONE), (&one, I256::ONE)])?;
        before = builder.named(labels::DISTINCT_ENTRY, &entry)?;
        steps.push(step);
        entries.push(before.clone());
    }
    let mut hashed = Vec::with_capacity(steps.len().div_ceil(IDS_PER_ELEMENT));
    for element in steps.chunks(IDS_PER_ELEMENT) {
        let places = element.iter().zip(0..).map(|(step, place)| (step, STEP_BITS, STEP_BITS * place));
        let element = builder.pack_unsigned(&places.collect::<Vec<_>>())?;
        let element = builder.named(labels::DISTINCT_ELEMENT, &element)?;
        hashed.push(builder.element(&element));
    }
    Ok(RisingList { values, entries, hashed })
}

/// Proves that the list has the values of the rows, at a challenge that follows from it.
pub(super) fn check<B: Instructions>(
    builder: &mut Builder<'_, B>,
    challenge: &B::Element,
    list: &RisingList<B>,
) -> Built<B, ()> {
    let one = builder.constant(I256::ONE)?;
    let mut sums = [builder.zero_element(), builder.zero_element()];
    let sides = [(labels::DISTINCT_ROW_FRACTION, &list.values), (labels::DISTINCT_ENTRY_FRACTION, &list.entries)];
    for (sum, (label, values)) in sums.iter_mut().zip(sides) {
        for value in values {
            let fraction = fraction(builder, label, challenge, &one, value)?;
            builder.accumulate(sum, &fraction, I256::ONE);
        }
    }
    builder.assert_equal(labels::DISTINCT, &sums[0], &sums[1])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    /// A field in which every challenge can be tried.
    const MODULUS: u64 = 1_009;
    /// Two loans have one digest.
    const VALUES: [u64; 4] = [3, 9, 9, 14];
    /// Steps of the small world.
    const STEPS: u64 = 8;

    fn inverse(value: u64) -> u64 {
        (0..MODULUS - 2).fold(1, |power, _| power * value % MODULUS)
    }

    /// The sum of fractions at a challenge that is none of the values.
    fn sum(inverses: &[u64], challenge: u64, values: &[u64]) -> u64 {
        let fraction = |value: &u64| inverses[((challenge + MODULUS - value) % MODULUS) as usize];
        values.iter().map(fraction).sum::<u64>() % MODULUS
    }

    /// Every list of four entries that rises strictly, in steps of the small world.
    fn lists() -> Vec<[u64; 4]> {
        let steps = (0..STEPS.pow(4)).map(|code| [0, 1, 2, 3].map(|place| code / STEPS.pow(place) % STEPS));
        let entries = |steps: [u64; 4]| {
            let mut next = 0;
            steps.map(|step| {
                next += step + 1;
                next - 1
            })
        };
        steps.map(entries).collect()
    }

    /// The rule on challenges, in a world of three bits a step: a prover who knew the challenge before the
    /// list would find one for most challenges, although two values are equal. Each list passes at
    /// fewer challenges than the shape has entries on both sides.
    #[test]
    fn a_list_chosen_after_the_challenge_passes_and_one_before_hardly_ever_does() {
        let inverses: Vec<u64> = (0..MODULUS).map(inverse).collect();
        let last = 4 * STEPS;
        let challenges: Vec<u64> = (last..MODULUS).collect();
        let sought: Vec<u64> = challenges.iter().map(|challenge| sum(&inverses, *challenge, &VALUES)).collect();
        let mut fooled = BTreeSet::new();
        let mut most = 0;
        for list in lists() {
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]) && list[3] < last);
            let passes = challenges.iter().zip(&sought).filter(|(at, sum_of)| sum(&inverses, **at, &list) == **sum_of);
            let passes: Vec<u64> = passes.map(|(challenge, _)| *challenge).collect();
            most = most.max(passes.len());
            fooled.extend(passes);
        }
        assert!(most < 2 * VALUES.len(), "a list passes at {most} challenges");
        assert!(fooled.len() > challenges.len() * 9 / 10, "{} of {} challenges", fooled.len(), challenges.len());
    }
}
