//! The loans of a pool, and the commitment that opens to them: see `tailproof_verifier::pool::commitment` for what is hashed.

use ethnum::I256;
use tailproof_core::pool::loan_pool::BALANCE_BITS;
use tailproof_core::pool::{Category, Field, PoolLoan};
use tailproof_verifier::commitment::{ELEMENTS_PER_BLOCK, HASH_INPUTS};
use tailproof_verifier::market::layout;
use tailproof_verifier::pool::commitment::{DIGITS, VERSION, VERSION_SHIFT, code_shift, digits, elements, field_shift};
use tailproof_verifier::shape::PoolSizes;

use super::{PoolWitness, labels};
use crate::bound::BoundError;
use crate::instructions::Instructions;
use crate::integer::{Bounds, Builder, Num, NumOf};
use crate::statement::hash_chain::after_block;
use crate::statement::market::labels::BLINDING;

/// A row of the tape. An unused one is zero throughout.
pub(super) struct Loan<E> {
    /// 1 for a loan, 0 for an unused row
    pub is_loan: Num<E>,
    pub balance: Num<E>,
    pub new_obligor: Num<E>,
    pub delinquent: Num<E>,
    /// of grade, sector, region
    pub codes: Vec<Num<E>>,
    /// rate, LTV, score, term; of an unused row anything in range
    pub numbers: Vec<Num<E>>,
    /// as in the commitment
    digits: [Num<E>; 3],
}

/// The rows, range-checked; numbers are between bounds if there are any.
pub(super) fn loans<B: Instructions>(
    builder: &mut Builder<'_, B>,
    sizes: PoolSizes,
    witness: &PoolWitness,
    bounds: Option<&Bounds<B::Integer>>,
) -> Result<Vec<Loan<B::Integer>>, BoundError> {
    assert!(witness.loans() <= sizes.loans, "at most as many loans as the shape holds");
    let loans: Vec<_> =
        (0..sizes.loans).map(|row| loan(builder, witness.loan(row), bounds)).collect::<Result<_, _>>()?;
    // Of a pool without loans every share and average would be within any limit.
    let one = builder.constant(I256::ONE)?;
    let [one, first] = [&one, &loans[0].is_loan].map(|integer| builder.backend.to_element(integer.expression()));
    builder.backend.assert_equal(labels::FIRST_LOAN, &first, &one);
    Ok(loans)
}

fn loan<B: Instructions>(
    builder: &mut Builder<'_, B>,
    honest: Option<&PoolLoan>,
    bounds: Option<&Bounds<B::Integer>>,
) -> Result<Loan<B::Integer>, BoundError> {
    let flag = |set: Option<bool>| I256::from(u8::from(set.unwrap_or(false)));
    let of_loan = |value: Option<u64>| I256::from(value.unwrap_or(0));
    let one = I256::ONE;
    let is_loan = builder.range(labels::LOAN, flag(honest.map(|_| true)), 1)?;
    let less_one = of_loan(honest.map(|loan| digits(loan)[0]));
    let less_one = balance_less_one(builder, less_one)?;
    let balance = builder.add(&is_loan, &less_one)?;
    let new_obligor = builder.range(labels::NEW_OBLIGOR, flag(honest.map(|loan| loan.new_obligor)), 1)?;
    let delinquent = builder.range(labels::DELINQUENT, flag(honest.map(|loan| loan.delinquent)), 1)?;
    let mut kind = builder.combine(&[(&new_obligor, one << 1), (&delinquent, one << 2)])?;
    let mut codes = Vec::with_capacity(Category::ALL.len());
    for (category, label) in Category::ALL.into_iter().zip(labels::CODE_BITS) {
        let code = of_loan(honest.map(|loan| loan.codes[category as usize].into()));
        let code = builder.range(label, code, category.bits())?;
        kind = builder.combine(&[(&kind, one), (&code, one << code_shift(category))])?;
        codes.push(code);
    }
    let also_zero = builder.combine(&[(&less_one, one), (&kind, one << BALANCE_BITS)])?;
    let honest_numbers = Field::ALL.map(|field| of_loan(honest.map(|loan| loan.fields[field as usize].into())));
    let (numbers, packed) = match bounds {
        Some(bounds) => {
            let bounded = builder.bounded_where(labels::ELIGIBLE, &is_loan, bounds, &honest_numbers, &also_zero)?;
            (bounded.numbers, bounded.packed)
        }
        None => free_numbers(builder, &is_loan, honest_numbers, &also_zero)?,
    };
    let kind = builder.add(&is_loan, &kind)?;
    Ok(Loan { is_loan, balance, new_obligor, delinquent, codes, numbers, digits: [less_one, kind, packed] })
}

/// Numbers in range, where a statement says nothing of them; an unused row is empty.
fn free_numbers<B: Instructions>(
    builder: &mut Builder<'_, B>,
    is_loan: &Num<B::Integer>,
    honest: [I256; 4],
    also_zero: &Num<B::Integer>,
) -> Result<(Vec<NumOf<B>>, NumOf<B>), BoundError> {
    let mut numbers = Vec::with_capacity(honest.len());
    let mut packed = builder.constant(I256::ZERO)?;
    for (field, value) in Field::ALL.into_iter().zip(honest) {
        let number = builder.range(labels::NUMBER_BIT, value, field.bits())?;
        packed = builder.combine(&[(&packed, I256::ONE), (&number, I256::ONE << field_shift(field))])?;
        numbers.push(number);
    }
    let one = builder.constant(I256::ONE)?;
    let zero = builder.constant(I256::ZERO)?;
    let unused = builder.sub(&one, is_loan)?;
    let row = builder.combine(&[(also_zero, I256::ONE), (&packed, I256::ONE << (DIGITS[0] + DIGITS[1]))])?;
    builder.backend.assert_product(labels::EMPTY, unused.expression(), row.expression(), zero.expression());
    Ok((numbers, packed))
}

/// A balance less one, in range.
#[cfg(not(feature = "planted-bug"))]
fn balance_less_one<B: Instructions>(builder: &mut Builder<'_, B>, honest: I256) -> Result<NumOf<B>, BoundError> {
    builder.range(labels::BALANCE_BIT, honest, BALANCE_BITS)
}

/// The bug that the adversary of the test suite is shown: a balance without its range check.
#[cfg(feature = "planted-bug")]
fn balance_less_one<B: Instructions>(builder: &mut Builder<'_, B>, honest: I256) -> Result<NumOf<B>, BoundError> {
    Ok(builder.unchecked_for_planted_bug(labels::BALANCE_BIT, honest, BALANCE_BITS))
}

/// The commitment opens to the rows. Blocks after the last active one have no loans and leave the chain as it is.
pub(super) fn open_commitment<B: Instructions>(
    builder: &mut Builder<'_, B>,
    loans: &[Loan<B::Integer>],
    witness: &PoolWitness,
) -> Result<(), BoundError> {
    let places = elements(loans.len());
    let blocks: Vec<_> = places.chunks(ELEMENTS_PER_BLOCK).collect();
    let zero = builder.constant(I256::ZERO)?;
    let one = builder.constant(I256::ONE)?;

    // The first block is always active; flags of the others.
    let mut active = vec![one.clone()];
    for (block, places) in blocks.iter().enumerate().skip(1) {
        let flag = builder.range(labels::BLOCK_ACTIVE, I256::from(u8::from(block < witness.blocks())), 1)?;
        let inactive = builder.sub(&one, &flag)?;
        if block > 1 {
            let before = builder.sub(&one, &active[block - 1])?;
            let (flag, before) = (flag.expression(), before.expression());
            builder.backend.assert_product(labels::BLOCK_ORDER, flag, before, zero.expression());
        }
        // No row with a digit in an inactive block is a loan, so that all its digits are zero.
        let mut rows: Vec<usize> = places.iter().flatten().map(|place| place.loan).collect();
        rows.dedup();
        let count = builder.sum(rows.iter().map(|row| &loans[*row].is_loan))?;
        let (inactive, count) = (inactive.expression(), count.expression());
        builder.backend.assert_product(labels::BLOCK_EMPTY, inactive, count, zero.expression());
        active.push(flag);
    }

    let count = builder.sum(&active)?;
    let version = builder.constant(I256::from(VERSION))?;
    let header = builder.combine(&[(&count, I256::ONE), (&version, I256::ONE << VERSION_SHIFT)])?;
    let empty = builder.backend.to_element(zero.expression());
    let mut first = vec![
        builder.backend.to_element(header.expression()),
        builder.backend.factors(),
        builder.backend.element_witness(BLINDING, witness.blinding()),
        builder.backend.element_witness(BLINDING, witness.tape_digest()),
    ];
    first.resize(HASH_INPUTS, empty.clone());
    let mut chain = builder.backend.hash(labels::TAPE_HASH, &first);
    for (block, places) in blocks.into_iter().enumerate() {
        let mut inputs = vec![chain.clone()];
        for element in places {
            let digits: Vec<_> = element
                .iter()
                .map(|place| (&loans[place.loan].digits[place.digit], DIGITS[place.digit], place.shift))
                .collect();
            let packed = builder.pack_unsigned(&digits)?;
            let packed = builder.named(labels::ELEMENT, &packed);
            inputs.push(builder.backend.to_element(packed.expression()));
        }
        inputs.resize(HASH_INPUTS, empty.clone());
        let hashed = builder.backend.hash(labels::TAPE_HASH, &inputs);
        chain = if block == 0 {
            hashed
        } else {
            after_block(builder, labels::BLOCK_CHAIN, &active[block], &chain, &hashed)
        };
    }
    let commitment = builder.backend.control(layout::COMMITMENT);
    builder.backend.assert_equal(labels::TAPE_OPENS, &chain, &commitment);
    Ok(())
}
