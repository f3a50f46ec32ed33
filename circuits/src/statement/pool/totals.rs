//! Totals over the loans of a pool.
//!
//! Balances by grade, sector and region are proved without a selector for each name: see
//! [`super::fractions`].

use ethnum::I256;
use tailproof_core::pool::loan_pool::BALANCE_BITS;
use tailproof_core::pool::{Category, Field};
use tailproof_verifier::shape::PoolSizes;

use super::fractions::{Further, Sum, add_part, as_many, check};
use super::tape::LoanRow;
use super::{PoolWitness, labels};
use crate::bound::{Interval, bits_of};
use crate::builder::{Builder, Num, NumOf};
use crate::error::{Built, SynthesisError};
use crate::instructions::{Instructions, Label};

/// The sums over loans that the claims compare.
pub(super) struct Totals<E> {
    pub loans: Num<E>,
    pub balance: Num<E>,
    /// Sums of balance times rate, LTV, score, term and spare numbers.
    pub weighted: Vec<Num<E>>,
    pub delinquent: Num<E>,
    /// A number that is at least what every obligor owes.
    pub largest_obligor: Num<E>,
    /// What is between the debt of each row's obligor up to that row and this number.
    pub rooms: Vec<Num<E>>,
    /// The sum of the squares of what obligors owe.
    pub squared: Num<E>,
    /// Balances of grades, sectors and regions, by code.
    pub by_code: Vec<Vec<Num<E>>>,
    /// Sums of balance times rate, by grade.
    pub interest: Vec<Num<E>>,
    /// Sums of balance times rate, by sector, in shapes with claims on value.
    pub interest_by_sector: Vec<Num<E>>,
}

/// The totals, and the challenge that they are proved at.
pub(super) struct Challenged<B: Instructions> {
    pub totals: Totals<B::Integer>,
    pub challenge: B::Element,
}

/// Returns the total balance.
pub(super) fn balance<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[LoanRow<B::Integer>],
) -> Built<B, NumOf<B>> {
    let total = builder.sum(loans.iter().map(|loan| &loan.balance))?;
    builder.named(labels::BALANCE, &total)
}

/// Returns balances by grade alone, for the first `grades` grades.
pub(super) fn by_grade<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[LoanRow<B::Integer>],
    total: &NumOf<B>,
    grades: usize,
) -> Built<B, Vec<NumOf<B>>> {
    let totals = totals_of(builder, loans, total, Category::Grade, grades)?;
    let sum = by_name(loans, Category::Grade, balances(loans), totals);
    check(builder, &[&sum.totals], &[], [&sum])?;
    Ok(sum.totals)
}

/// Returns the balances of loans.
fn balances<E: Clone>(loans: &[LoanRow<E>]) -> Vec<Num<E>> {
    loans.iter().map(|loan| loan.balance.clone()).collect()
}

/// Returns the sum of amounts of loans by the names of a category.
fn by_name<E: Clone>(loans: &[LoanRow<E>], category: Category, amounts: Vec<Num<E>>, totals: Vec<Num<E>>) -> Sum<E> {
    let place = category as usize;
    let codes = loans.iter().map(|loan| loan.codes[place].clone()).collect();
    Sum { labels: labels::sums(place), amounts, codes, totals }
}

/// Returns all sums that the claims compare, and the challenge. The sums of `further` are proved at
/// it too.
pub(super) fn totals<B: Instructions>(
    builder: &mut Builder<'_, B>,
    sizes: PoolSizes,
    loans: &[LoanRow<B::Integer>],
    witness: &PoolWitness,
    (balance, further): (&NumOf<B>, &Further<B>),
) -> Built<B, Challenged<B>> {
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
    let Obligors { largest, rooms, squared } = obligors(builder, loans, witness)?;

    let mut by_code = Vec::with_capacity(Category::ALL.len());
    for category in Category::ALL {
        by_code.push(totals_of(builder, loans, balance, category, category.most())?);
    }
    // The balance of a grade and its interest are two parts of one number.
    let shift = I256::ONE << bits_of(balance.interval().high());
    let rate = builder.sum(&interest_of_loans)?;
    let bits = bits_of(rate.interval().high());
    let interest = interest_of(builder, loans, Category::Grade, (labels::INTEREST_BIT, bits), &interest_of_loans)?;
    let mut interest_by_sector = Vec::new();
    if sizes.value {
        let label = labels::value::SECTOR_INTEREST_BIT;
        interest_by_sector = interest_of(builder, loans, Category::Sector, (label, bits), &interest_of_loans)?;
    }
    let mut amounts = Vec::with_capacity(loans.len());
    for (loan, earned) in loans.iter().zip(&interest_of_loans) {
        amounts.push(builder.combine(&[(&loan.balance, I256::ONE), (earned, shift)])?);
    }
    let mut sums = Vec::with_capacity(Category::ALL.len());
    for (category, earned) in Category::ALL.into_iter().zip([&interest[..], &interest_by_sector, &[]]) {
        let owed = &by_code[category as usize];
        if earned.is_empty() {
            sums.push(by_name(loans, category, balances(loans), owed.clone()));
            continue;
        }
        let mut both = Vec::with_capacity(earned.len());
        for (owed, earned) in owed.iter().zip(earned) {
            both.push(builder.combine(&[(owed, I256::ONE), (earned, shift)])?);
        }
        sums.push(by_name(loans, category, amounts.clone(), both));
    }
    for (sum, parts) in sums.iter_mut().zip(&further.parts) {
        parts.iter().try_for_each(|part| add_part(builder, sum, part))?;
    }
    let [grades, sectors, regions] = &by_code[..] else {
        return Err(SynthesisError::Length { list: "categories", expected: 3, found: by_code.len() });
    };
    let mut hashed: Vec<&[NumOf<B>]> = vec![grades, &interest, sectors, &interest_by_sector, regions, &further.totals];
    hashed.extend(further.parts.iter().flatten().map(|part| &part.totals[..]));
    sums.iter().chain(&further.sums).try_for_each(|sum| as_many::<B>(sum))?;
    let all: Vec<&Sum<B::Integer>> = sums.iter().chain(&further.sums).collect();
    let challenge = check(builder, &hashed, &further.hashed, all)?;

    let [ltv, score, term, delinquent] = others;
    let totals = Totals {
        loans: count,
        balance: balance.clone(),
        weighted: [rate, ltv, score, term].into_iter().chain(spare).collect(),
        delinquent,
        largest_obligor: largest,
        rooms,
        squared,
        by_code,
        interest,
        interest_by_sector,
    };
    Ok(Challenged { totals, challenge })
}

/// Returns new witnesses for the interest of a category's names, as wide as all of it.
fn interest_of<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[LoanRow<B::Integer>],
    category: Category,
    (label, bits): (Label, u32),
    of_loans: &[NumOf<B>],
) -> Built<B, Vec<NumOf<B>>> {
    let honest = sums_by_code(loans, category, builder, |builder, row| builder.value(&of_loans[row]));
    honest.into_iter().map(|value| builder.range(label, value, bits)).collect()
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

/// The sums over obligors.
struct Obligors<E> {
    /// At least what the largest one owes.
    largest: Num<E>,
    /// The room that the debt of each row's obligor up to that row leaves below it.
    rooms: Vec<Num<E>>,
    /// The sum of squares of what they owe.
    squared: Num<E>,
}

/// Returns the sums over obligors. One pass over the tape is enough, because the loans of an obligor are
/// beside each other: what is owed so far starts anew with an obligor, and
/// `s_i^2 - (s_i - b_i)^2 = b_i (2 s_i - b_i)`.
fn obligors<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[LoanRow<B::Integer>],
    witness: &PoolWitness,
) -> Built<B, Obligors<B::Integer>> {
    let largest = builder.range(labels::LARGEST, I256::from(witness.largest_obligor()), BALANCE_BITS)?;
    let one = builder.constant(I256::ONE)?;
    let mut before = builder.constant(I256::ZERO)?;
    let (mut rooms, mut squares) = (Vec::with_capacity(loans.len()), Vec::with_capacity(loans.len()));
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
        rooms.push(room);
    }
    let squared = builder.sum(&squares)?;
    Ok(Obligors { largest, rooms, squared })
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

/// Returns the sums of amounts of loans by code that an honest prover computes.
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
