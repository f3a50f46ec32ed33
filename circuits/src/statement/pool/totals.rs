//! Totals over the loans of a pool.
//!
//! Balances by grade, sector and region are proved without a selector for each name: with a challenge g,
//! `sum_i b_i / (g - code_i) = sum_r T_r / (g - r)` holds, but for a few of all g (roots of the difference, and codes, which are poles),
//! exactly if `T_r` is the sum of the balances of code r for every r, since both sides are determined by their residues at the codes. The
//! challenge is a hash of the commitment, which fixes the loans, and of all totals.

use ethnum::I256;
use tailproof_core::pool::loan_pool::BALANCE_BITS;
use tailproof_core::pool::{Category, Field};
use tailproof_verifier::market::layout;
use tailproof_verifier::pool::commitment::ELEMENT_BITS;

use super::tape::Loan;
use super::{PoolWitness, labels};
use crate::bound::{BoundError, Interval, bits_of};
use crate::instructions::{Instructions, Label};
use crate::integer::{Builder, Num, NumOf};
use crate::statement::hash_chain::hash_chain;

/// Sums over loans that claims are about.
pub(super) struct Totals<E> {
    pub loans: Num<E>,
    pub balance: Num<E>,
    /// of balance times rate, LTV, score, term
    pub weighted: Vec<Num<E>>,
    pub delinquent: Num<E>,
    /// at least what every obligor owes
    pub largest_obligor: Num<E>,
    /// of squares of what obligors owe
    pub squared: Num<E>,
    /// of grades, sectors, regions by code
    pub by_code: Vec<Vec<Num<E>>>,
    /// balance times rate by grade
    pub interest: Vec<Num<E>>,
}

/// The total balance.
pub(super) fn balance<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[Loan<B::Integer>],
) -> Result<NumOf<B>, BoundError> {
    let total = builder.sum(loans.iter().map(|loan| &loan.balance))?;
    Ok(builder.named(labels::BALANCE, &total))
}

/// A loan's terms in the sum of a category, and the totals that it is compared with.
struct Sum<E> {
    category: Category,
    amounts: Vec<Num<E>>,
    /// one for each code
    totals: Vec<Num<E>>,
}

/// Balances by grade alone, for so many grades.
pub(super) fn by_grade<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[Loan<B::Integer>],
    total: &Num<B::Integer>,
    grades: usize,
) -> Result<Vec<NumOf<B>>, BoundError> {
    let totals = totals_of(builder, loans, total, Category::Grade, grades)?;
    let amounts = loans.iter().map(|loan| loan.balance.clone()).collect();
    let sum = Sum { category: Category::Grade, amounts, totals };
    check(builder, loans, &[&sum.totals], std::slice::from_ref(&sum))?;
    Ok(sum.totals)
}

/// Everything.
pub(super) fn totals<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[Loan<B::Integer>],
    witness: &PoolWitness,
    balance: &Num<B::Integer>,
) -> Result<Totals<B::Integer>, BoundError> {
    let count = builder.sum(loans.iter().map(|loan| &loan.is_loan))?;
    let mut interest_of_loans = Vec::with_capacity(loans.len());
    for loan in loans {
        interest_of_loans.push(builder.product(
            labels::INTEREST,
            &loan.balance,
            &loan.numbers[Field::Rate as usize],
        )?);
    }
    let others = weighted(builder, loans)?;
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
        return Err(BoundError { operation: "the list of categories" });
    };
    check(builder, loans, &[grades, &interest, sectors, regions], &sums)?;

    let [ltv, score, term, delinquent] = others;
    Ok(Totals {
        loans: count,
        balance: balance.clone(),
        weighted: vec![rate, ltv, score, term],
        delinquent,
        largest_obligor,
        squared,
        by_code,
        interest,
    })
}

/// Sums of balance times LTV, score, term and delinquency: one product a loan, in disjoint ranges of bits.
fn weighted<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[Loan<B::Integer>],
) -> Result<[NumOf<B>; 4], BoundError> {
    fn parts<E>(loan: &Loan<E>) -> [&Num<E>; 4] {
        let number = |field: Field| &loan.numbers[field as usize];
        [number(Field::Ltv), number(Field::Score), number(Field::Term), &loan.delinquent]
    }
    let count = Interval::constant(I256::from(loans.len() as u64))?;
    let mut bits = Vec::with_capacity(4);
    for part in parts(&loans[0]) {
        let most = part.interval().product(&loans[0].balance.interval())?.product(&count)?;
        bits.push(most.unsigned_bits()?);
    }
    let shifts: Vec<u32> = (0..4).map(|part| bits[..part].iter().sum()).collect();
    let mut products = Vec::with_capacity(loans.len());
    for loan in loans {
        let terms: Vec<_> =
            parts(loan).into_iter().zip(&shifts).map(|(part, shift)| (part, I256::ONE << shift)).collect();
        let together = builder.combine(&terms)?;
        products.push(builder.product(labels::WEIGHTED, &loan.balance, &together)?);
    }
    let total = builder.sum(&products)?;
    let parts: Vec<(Label, Interval)> = labels::WEIGHTED_BITS
        .into_iter()
        .zip(&bits)
        .map(|(label, bits)| Ok((label, Interval::unsigned(*bits)?)))
        .collect::<Result<_, BoundError>>()?;
    let parts = builder.split(labels::WEIGHTED_SPLIT, &total, &parts)?;
    parts.try_into().map_err(|_| BoundError { operation: "the list of parts" })
}

/// At least what the largest obligor owes, and the sum of squares of what obligors owe, in one pass over a tape whose loans of an obligor
/// are beside each other: what is owed so far starts anew with an obligor, and `s_i^2 - (s_i - b_i)^2 = b_i (2 s_i - b_i)`.
fn obligors<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[Loan<B::Integer>],
    witness: &PoolWitness,
) -> Result<(NumOf<B>, NumOf<B>), BoundError> {
    let largest = builder.range(labels::LARGEST, I256::from(witness.largest_obligor()), BALANCE_BITS)?;
    let one = builder.constant(I256::ONE)?;
    let mut before = builder.constant(I256::ZERO)?;
    let mut squares = Vec::with_capacity(loans.len());
    for loan in loans {
        let goes_on = builder.sub(&one, &loan.new_obligor)?;
        let carried = builder.value(&goes_on) * builder.value(&before);
        let honest = carried + builder.value(&loan.balance);
        // What is owed so far, as what is left of the largest.
        let room = builder.range(labels::OBLIGOR_ROOM, builder.value(&largest) - honest, BALANCE_BITS)?;
        let owed = builder.sub(&largest, &room)?;
        let kept = builder.sub(&owed, &loan.balance)?;
        let (left, right) = (goes_on.expression(), before.expression());
        builder.backend.assert_product(labels::OBLIGOR_SUM, left, right, kept.expression());
        let twice = builder.add(&owed, &kept)?;
        squares.push(builder.product(labels::OBLIGOR_SQUARE, &loan.balance, &twice)?);
        before = owed;
    }
    let squared = builder.sum(&squares)?;
    Ok((largest, squared))
}

/// New witnesses for the balances of a category's names, each at most the total.
fn totals_of<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[Loan<B::Integer>],
    total: &Num<B::Integer>,
    category: Category,
    names: usize,
) -> Result<Vec<NumOf<B>>, BoundError> {
    let bits = bits_of(total.interval().high());
    let honest = sums_by_code(loans, category, builder, |builder, row| builder.value(&loans[row].balance));
    let label = labels::TOTAL_BITS[category as usize];
    honest.into_iter().take(names).map(|value| builder.range(label, value, bits)).collect()
}

/// What an honest prover says: sums of amounts by code.
fn sums_by_code<B: Instructions>(
    loans: &[Loan<B::Integer>],
    category: Category,
    builder: &Builder<'_, B>,
    amount: impl Fn(&Builder<'_, B>, usize) -> I256,
) -> Vec<I256> {
    let mut sums = vec![I256::ZERO; category.most()];
    for (row, loan) in loans.iter().enumerate() {
        // A code that is told wrong may be any number.
        let code = usize::try_from(builder.value(&loan.codes[category as usize])).unwrap_or(usize::MAX);
        if let Some(sum) = sums.get_mut(code) {
            *sum += amount(builder, row);
        }
    }
    sums
}

/// The sums of fractions are equal, at a challenge that follows from the commitment and all totals.
fn check<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[Loan<B::Integer>],
    totals: &[&Vec<NumOf<B>>],
    sums: &[Sum<B::Integer>],
) -> Result<(), BoundError> {
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
    let commitment = builder.backend.control(layout::COMMITMENT);
    let challenge = hash_chain(builder, labels::CHALLENGE, Some(commitment), &elements)?;

    for sum in sums {
        let place = sum.category as usize;
        let zero = builder.constant(I256::ZERO)?;
        let mut left = builder.backend.to_element(zero.expression());
        let mut right = left.clone();
        for (loan, amount) in loans.iter().zip(&sum.amounts) {
            let fraction = fraction(builder, labels::LOAN_FRACTION[place], &challenge, amount, &loan.codes[place]);
            builder.backend.element_add_scaled(&mut left, &fraction, I256::ONE);
        }
        for (code, total) in sum.totals.iter().enumerate() {
            let code = builder.constant(I256::from(code as u64))?;
            let fraction = fraction(builder, labels::TOTAL_FRACTION[place], &challenge, total, &code);
            builder.backend.element_add_scaled(&mut right, &fraction, I256::ONE);
        }
        builder.backend.assert_equal(labels::TOTALS[place], &left, &right);
    }
    Ok(())
}

fn packed<B: Instructions>(
    builder: &mut Builder<'_, B>,
    digits: &[(&NumOf<B>, u32, u32)],
) -> Result<B::Element, BoundError> {
    let packed = builder.pack_unsigned(digits)?;
    Ok(builder.backend.to_element(packed.expression()))
}

/// `amount / (challenge - code)`.
fn fraction<B: Instructions>(
    builder: &mut Builder<'_, B>,
    label: Label,
    challenge: &B::Element,
    amount: &Num<B::Integer>,
    code: &Num<B::Integer>,
) -> B::Element {
    let backend = &mut *builder.backend;
    let (amount, code) = (backend.to_element(amount.expression()), backend.to_element(code.expression()));
    let mut distance = challenge.clone();
    backend.element_add_scaled(&mut distance, &code, I256::MINUS_ONE);
    backend.element_quotient(label, &amount, &distance)
}
