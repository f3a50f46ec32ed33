//! Totals over the loans of a pool.
//!
//! Balances by grade, sector and region are proved without a selector for each name. With a
//! challenge g, the equation `sum_i b_i / (g - code_i) = sum_r T_r / (g - r)` holds exactly if
//! `T_r` is the sum of the balances of code r for every r, since both sides are determined by their
//! residues at the codes. The exceptions are few values of g: roots of the difference, and codes,
//! which are poles. The challenge is a hash of the commitment, which fixes the loans, and of all
//! totals.

use ethnum::I256;
use tailproof_core::pool::loan_pool::BALANCE_BITS;
use tailproof_core::pool::{Category, Field};
use tailproof_verifier::inputs::layout;
use tailproof_verifier::pool::commitment::ELEMENT_BITS;

use super::tape::LoanRow;
use super::{PoolWitness, labels};
use crate::bound::{Interval, bits_of};
use crate::builder::{Builder, Num, NumOf};
use crate::error::{Built, SynthesisError};
use crate::instructions::{Instructions, Label};
use crate::statement::hash_chain::hash_chain;

/// The sums over loans that the claims compare.
pub(super) struct Totals<E> {
    pub loans: Num<E>,
    pub balance: Num<E>,
    /// Sums of balance times rate, LTV, score, term and spare numbers.
    pub weighted: Vec<Num<E>>,
    pub delinquent: Num<E>,
    /// A number that is at least what every obligor owes.
    pub largest_obligor: Num<E>,
    /// The sum of the squares of what obligors owe.
    pub squared: Num<E>,
    /// Balances of grades, sectors and regions, by code.
    pub by_code: Vec<Vec<Num<E>>>,
    /// Sums of balance times rate, by grade.
    pub interest: Vec<Num<E>>,
}

/// Returns the total balance.
pub(super) fn balance<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[LoanRow<B::Integer>],
) -> Built<B, NumOf<B>> {
    let total = builder.sum(loans.iter().map(|loan| &loan.balance))?;
    builder.named(labels::BALANCE, &total)
}

/// The amounts of loans in a category, and the totals by code that they are compared with.
struct Sum<E> {
    category: Category,
    amounts: Vec<Num<E>>,
    /// One total for each code.
    totals: Vec<Num<E>>,
}

/// Returns balances by grade alone, for the first `grades` grades.
pub(super) fn by_grade<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[LoanRow<B::Integer>],
    total: &NumOf<B>,
    grades: usize,
) -> Built<B, Vec<NumOf<B>>> {
    let totals = totals_of(builder, loans, total, Category::Grade, grades)?;
    let amounts = loans.iter().map(|loan| loan.balance.clone()).collect();
    let sum = Sum { category: Category::Grade, amounts, totals };
    check(builder, loans, &[&sum.totals], std::slice::from_ref(&sum))?;
    Ok(sum.totals)
}

/// Returns all sums that the claims compare.
pub(super) fn totals<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[LoanRow<B::Integer>],
    witness: &PoolWitness,
    balance: &NumOf<B>,
) -> Built<B, Totals<B::Integer>> {
    let count = builder.sum(loans.iter().map(|loan| &loan.is_loan))?;
    let mut interest_of_loans = Vec::with_capacity(loans.len());
    for loan in loans {
        interest_of_loans.push(builder.product(
            labels::INTEREST,
            &loan.balance,
            &loan.numbers[Field::Rate as usize],
        )?);
    }
    let others = weighted(builder, loans, LATER, loan_parts)?;
    let spare = match loans[0].numbers.len() == Field::ALL.len() {
        true => Vec::from(weighted(builder, loans, SPARE, spare_parts)?),
        false => Vec::new(),
    };
    let (largest_obligor, squared) = obligors(builder, loans, witness)?;

    let mut by_code = Vec::with_capacity(Category::ALL.len());
    for category in Category::ALL {
        by_code.push(totals_of(builder, loans, balance, category, category.most())?);
    }
    // The balance of a grade and its interest are two parts of one number.
    let shift = I256::ONE << bits_of(balance.interval().high());
    let rate = builder.sum(&interest_of_loans)?;
    let bits = bits_of(rate.interval().high());
    let honest = sums_by_code(loans, Category::Grade, builder, |builder, row| builder.value(&interest_of_loans[row]));
    let mut interest = Vec::with_capacity(honest.len());
    for value in honest {
        interest.push(builder.range(labels::INTEREST_BIT, value, bits)?);
    }
    let mut amounts = Vec::with_capacity(loans.len());
    for (loan, earned) in loans.iter().zip(&interest_of_loans) {
        amounts.push(builder.combine(&[(&loan.balance, I256::ONE), (earned, shift)])?);
    }
    let mut both = Vec::with_capacity(interest.len());
    for (owed, earned) in by_code[Category::Grade as usize].iter().zip(&interest) {
        both.push(builder.combine(&[(owed, I256::ONE), (earned, shift)])?);
    }
    let mut sums = vec![Sum { category: Category::Grade, amounts, totals: both }];
    for category in [Category::Sector, Category::Region] {
        let amounts = loans.iter().map(|loan| loan.balance.clone()).collect();
        sums.push(Sum { category, amounts, totals: by_code[category as usize].clone() });
    }
    let [grades, sectors, regions] = &by_code[..] else {
        return Err(SynthesisError::Length { list: "categories", expected: 3, found: by_code.len() });
    };
    check(builder, loans, &[grades, &interest, sectors, regions], &sums)?;

    let [ltv, score, term, delinquent] = others;
    Ok(Totals {
        loans: count,
        balance: balance.clone(),
        weighted: [rate, ltv, score, term].into_iter().chain(spare).collect(),
        delinquent,
        largest_obligor,
        squared,
        by_code,
        interest,
    })
}

/// Labels of sums weighted by balance: of a loan's product, of each sum, and of the split.
struct WeightedLabels<const N: usize> {
    product: Label,
    sums: [Label; N],
    split: Label,
}

const LATER: WeightedLabels<4> =
    WeightedLabels { product: labels::WEIGHTED, sums: labels::WEIGHTED_BITS, split: labels::WEIGHTED_SPLIT };
const SPARE: WeightedLabels<2> = WeightedLabels {
    product: labels::SPARE_WEIGHTED,
    sums: labels::SPARE_WEIGHTED_BITS,
    split: labels::SPARE_WEIGHTED_SPLIT,
};

/// Returns LTV, score, term and delinquency.
fn loan_parts<E>(loan: &LoanRow<E>) -> [&Num<E>; 4] {
    let number = |field: Field| &loan.numbers[field as usize];
    [number(Field::Ltv), number(Field::Score), number(Field::Term), &loan.delinquent]
}

/// Returns the spare numbers.
fn spare_parts<E>(loan: &LoanRow<E>) -> [&Num<E>; 2] {
    Field::SPARE.map(|field| &loan.numbers[field as usize])
}

/// Returns the sums of balance times parts of a loan, with one product a loan in disjoint ranges of
/// bits.
fn weighted<B: Instructions, const N: usize>(
    builder: &mut Builder<'_, B>,
    loans: &[LoanRow<B::Integer>],
    labels: WeightedLabels<N>,
    parts: impl Fn(&LoanRow<B::Integer>) -> [&NumOf<B>; N],
) -> Built<B, [NumOf<B>; N]> {
    let count = Interval::constant(I256::from(loans.len() as u64))?;
    let mut bits = Vec::with_capacity(N);
    for part in parts(&loans[0]) {
        let most = part.interval().product(&loans[0].balance.interval())?.product(&count)?;
        bits.push(most.unsigned_bits()?);
    }
    let shifts: Vec<u32> = (0..N).map(|part| bits[..part].iter().sum()).collect();
    let mut products = Vec::with_capacity(loans.len());
    for loan in loans {
        let terms: Vec<_> =
            parts(loan).into_iter().zip(&shifts).map(|(part, shift)| (part, I256::ONE << shift)).collect();
        let together = builder.combine(&terms)?;
        products.push(builder.product(labels.product, &loan.balance, &together)?);
    }
    let total = builder.sum(&products)?;
    let mut parts = labels.sums.map(|label| (label, count));
    for ((_, interval), bits) in parts.iter_mut().zip(&bits) {
        *interval = Interval::unsigned(*bits)?;
    }
    builder.split(labels.split, &total, parts)
}

/// Returns a number that is at least what the largest obligor owes, and the sum of squares of what
/// obligors owe. One pass over the tape is enough, because the loans of an obligor are beside each
/// other: what is owed so far starts anew with an obligor, and
/// `s_i^2 - (s_i - b_i)^2 = b_i (2 s_i - b_i)`.
fn obligors<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[LoanRow<B::Integer>],
    witness: &PoolWitness,
) -> Built<B, (NumOf<B>, NumOf<B>)> {
    let largest = builder.range(labels::LARGEST, I256::from(witness.largest_obligor()), BALANCE_BITS)?;
    let one = builder.constant(I256::ONE)?;
    let mut before = builder.constant(I256::ZERO)?;
    let mut squares = Vec::with_capacity(loans.len());
    for loan in loans {
        let goes_on = builder.sub(&one, &loan.new_obligor)?;
        let carried = builder.value(&goes_on) * builder.value(&before);
        let honest = carried + builder.value(&loan.balance);
        // The amount owed so far is the largest less the room.
        let room = builder.range(labels::OBLIGOR_ROOM, builder.value(&largest) - honest, BALANCE_BITS)?;
        let owed = builder.sub(&largest, &room)?;
        let kept = builder.sub(&owed, &loan.balance)?;
        builder.assert_product(labels::OBLIGOR_SUM, &goes_on, &before, &kept)?;
        let twice = builder.add(&owed, &kept)?;
        squares.push(builder.product(labels::OBLIGOR_SQUARE, &loan.balance, &twice)?);
        before = owed;
    }
    let squared = builder.sum(&squares)?;
    Ok((largest, squared))
}

/// Returns new witnesses for the balances of a category's names, each as wide as the total.
fn totals_of<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[LoanRow<B::Integer>],
    total: &NumOf<B>,
    category: Category,
    names: usize,
) -> Built<B, Vec<NumOf<B>>> {
    let bits = bits_of(total.interval().high());
    let honest = sums_by_code(loans, category, builder, |builder, row| builder.value(&loans[row].balance));
    let label = labels::TOTAL_BITS[category as usize];
    honest.into_iter().take(names).map(|value| builder.range(label, value, bits)).collect()
}

/// Returns the sums of amounts by code that an honest prover computes.
fn sums_by_code<B: Instructions>(
    loans: &[LoanRow<B::Integer>],
    category: Category,
    builder: &Builder<'_, B>,
    amount: impl Fn(&Builder<'_, B>, usize) -> I256,
) -> Vec<I256> {
    let mut sums = vec![I256::ZERO; category.most()];
    for (row, loan) in loans.iter().enumerate() {
        // A code that a lying prover gives may be any number.
        let code = usize::try_from(builder.value(&loan.codes[category as usize])).unwrap_or(usize::MAX);
        if let Some(sum) = sums.get_mut(code) {
            *sum += amount(builder, row);
        }
    }
    sums
}

/// Proves that the sums of fractions are equal, at a challenge that follows from the commitment and
/// all totals.
fn check<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[LoanRow<B::Integer>],
    totals: &[&Vec<NumOf<B>>],
    sums: &[Sum<B::Integer>],
) -> Built<B, ()> {
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
    let commitment = builder.control(layout::COMMITMENT);
    let challenge = hash_chain(builder, labels::CHALLENGE, Some(commitment), &elements)?;

    for sum in sums {
        let place = sum.category as usize;
        let mut left = builder.zero_element();
        let mut right = left.clone();
        for (loan, amount) in loans.iter().zip(&sum.amounts) {
            let fraction = fraction(builder, labels::LOAN_FRACTION[place], &challenge, amount, &loan.codes[place])?;
            builder.accumulate(&mut left, &fraction, I256::ONE);
        }
        for (code, total) in sum.totals.iter().enumerate() {
            let code = builder.constant(I256::from(code as u64))?;
            let fraction = fraction(builder, labels::TOTAL_FRACTION[place], &challenge, total, &code)?;
            builder.accumulate(&mut right, &fraction, I256::ONE);
        }
        builder.assert_equal(labels::TOTALS[place], &left, &right)?;
    }
    Ok(())
}

fn packed<B: Instructions>(builder: &mut Builder<'_, B>, digits: &[(&NumOf<B>, u32, u32)]) -> Built<B, B::Element> {
    let packed = builder.pack_unsigned(digits)?;
    Ok(builder.element(&packed))
}

/// Returns `amount / (challenge - code)`.
fn fraction<B: Instructions>(
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
