//! The loans of a pool, and the commitment that opens to them: see
//! `tailproof_verifier::pool::commitment` for what is hashed.

use ethnum::I256;
use tailproof_core::pool::loan_pool::BALANCE_BITS;
use tailproof_core::pool::{Category, Field, LoanPool, PoolLoan};
use tailproof_verifier::commitment::ELEMENTS_PER_BLOCK;
use tailproof_verifier::field::Limbs;
use tailproof_verifier::pool::commitment::{
    DigitPlace, KIND_BITS, VERSION_SHIFT, blocks as blocks_of, code_shift, digit_bits, digits, elements, field_shift,
    number_bits, version,
};
use tailproof_verifier::shape::PoolSizes;

use super::labels;
use super::labels::BlockLabels;
use crate::builder::{Bands, Bounds, Builder, Either, Num, NumOf};
use crate::error::Built;
use crate::instructions::{Instructions, Label};
use crate::statement::hash_chain::{after_block, hash_block};
use crate::statement::market::labels::BLINDING;

/// A row of the tape. An unused one is zero throughout.
pub(super) struct LoanRow<E> {
    /// 1 for a loan, 0 for an unused row.
    pub is_loan: Num<E>,
    pub balance: Num<E>,
    pub new_obligor: Num<E>,
    pub delinquent: Num<E>,
    /// The codes of grade, sector and region.
    pub codes: Vec<Num<E>>,
    /// Rate, LTV, score, term and spare numbers of a loan, and anything in range for an unused row.
    pub numbers: Vec<Num<E>>,
    /// 1 for a loan that was not in the earlier pool, where there is one.
    pub addition: Option<Num<E>>,
    /// The digits as they are in the commitment.
    digits: [Num<E>; 3],
}

/// Public limits of every loan.
pub(super) struct EachLoan<E> {
    /// Bounds of its numbers.
    pub bounds: Bounds<E>,
    /// Bands of its grade, in shapes that have them.
    pub bands: Option<Bands<E>>,
    /// Bounds of the numbers of additions, in shapes with an earlier pool.
    pub additions: Option<Bounds<E>>,
}

/// Returns the rows, range-checked. Numbers are between bounds, and in the band of the loan's grade,
/// where there are bounds and bands. `is_addition` tells which rows are additions.
pub(super) fn loans<B: Instructions>(
    builder: &mut Builder<'_, B>,
    sizes: PoolSizes,
    pool: &LoanPool,
    limits: Option<&EachLoan<B::Integer>>,
    is_addition: impl Fn(usize) -> bool,
) -> Built<B, Vec<LoanRow<B::Integer>>> {
    let rows = (0..sizes.loans).map(|row| {
        let honest = pool.loans().get(row).map(|loan| (loan, is_addition(row)));
        loan(builder, sizes, honest, limits)
    });
    let loans: Vec<_> = rows.collect::<Result<_, _>>()?;
    // In a pool without loans every share and average would be within any limit.
    let one = builder.constant(I256::ONE)?;
    builder.assert_same(labels::FIRST_LOAN, &loans[0].is_loan, &one)?;
    Ok(loans)
}

fn loan<B: Instructions>(
    builder: &mut Builder<'_, B>,
    sizes: PoolSizes,
    honest: Option<(&PoolLoan, bool)>,
    limits: Option<&EachLoan<B::Integer>>,
) -> Built<B, LoanRow<B::Integer>> {
    let is_addition = honest.is_some_and(|(_, is_addition)| is_addition);
    let honest = honest.map(|(loan, _)| loan);
    let flag = |set: Option<bool>| I256::from(u8::from(set.unwrap_or(false)));
    let of_loan = |value: Option<u128>| I256::from(value.unwrap_or(0));
    let (one, spare) = (I256::ONE, sizes.numbers);
    let is_loan = builder.range(labels::LOAN, flag(honest.map(|_| true)), 1)?;
    let less_one = of_loan(honest.map(|loan| digits(loan, spare)[0]));
    let less_one = builder.range(labels::BALANCE_BIT, less_one, BALANCE_BITS)?;
    let balance = builder.add(&is_loan, &less_one)?;
    let new_obligor = builder.range(labels::NEW_OBLIGOR, flag(honest.map(|loan| loan.new_obligor)), 1)?;
    let delinquent = builder.range(labels::DELINQUENT, flag(honest.map(|loan| loan.delinquent)), 1)?;
    let mut kind = builder.combine(&[(&new_obligor, one << 1)])?;
    let mut codes = Vec::with_capacity(Category::ALL.len());
    let mut grade_bits = Vec::new();
    for (category, label) in Category::ALL.into_iter().zip(labels::CODE_BITS) {
        let code = of_loan(honest.map(|loan| loan.codes[category as usize].into()));
        let code = if category == Category::Grade && sizes.bands {
            grade_bits = bits(builder, label, code, category.bits())?;
            let terms: Vec<_> = grade_bits.iter().zip(0..).map(|(bit, place)| (bit, one << place)).collect();
            builder.combine(&terms)?
        } else {
            builder.range(label, code, category.bits())?
        };
        kind = builder.combine(&[(&kind, one), (&code, one << code_shift(category))])?;
        codes.push(code);
    }
    let (behind_kind, behind_numbers) = (one << (BALANCE_BITS + KIND_BITS), one << number_bits(spare));
    let also_zero = builder.combine(&[(&less_one, one), (&kind, one << BALANCE_BITS), (&delinquent, behind_kind)])?;
    let number = |field: &Field| of_loan(honest.map(|loan| loan.fields[*field as usize].into()));
    let honest_numbers: Vec<I256> = Field::all(spare).iter().map(number).collect();
    let mut addition = None;
    let (numbers, packed) = match limits {
        Some(EachLoan { bounds, bands, additions }) => {
            let bounded = match additions {
                None => builder.bounded_where(labels::ELIGIBLE, &is_loan, bounds, &honest_numbers, &also_zero)?,
                Some(others) => {
                    let flag = addition_flag(builder, &is_loan, is_addition)?;
                    let either = Either { flag: &flag, bounds: others, labels: labels::month::ADDITIONS };
                    let bounded = builder.bounded_where_either(
                        labels::ELIGIBLE,
                        &is_loan,
                        bounds,
                        either,
                        &honest_numbers,
                        &also_zero,
                    )?;
                    addition = Some(flag);
                    bounded
                }
            };
            if let Some(bands) = bands {
                builder.in_band_where(labels::BANDS, &is_loan, &grade_bits, &bounded.numbers, bands)?;
            }
            (bounded.numbers, bounded.packed)
        }
        None => free_numbers(builder, &is_loan, spare, honest_numbers, &also_zero)?,
    };
    let kind = builder.add(&is_loan, &kind)?;
    let packed = builder.combine(&[(&packed, one), (&delinquent, behind_numbers)])?;
    let digits = [less_one, kind, packed];
    Ok(LoanRow { is_loan, balance, new_obligor, delinquent, codes, numbers, addition, digits })
}

/// Returns the flag of an addition, which only a loan has.
fn addition_flag<B: Instructions>(
    builder: &mut Builder<'_, B>,
    is_loan: &NumOf<B>,
    is_addition: bool,
) -> Built<B, NumOf<B>> {
    let flag = builder.range(labels::month::ADDITION, I256::from(u8::from(is_addition)), 1)?;
    let (zero, one) = (builder.constant(I256::ZERO)?, builder.constant(I256::ONE)?);
    let unused = builder.sub(&one, is_loan)?;
    builder.assert_product(labels::month::ADDITION_LOAN, &unused, &flag, &zero)?;
    Ok(flag)
}

/// Returns the bits of a number, the lowest first, each a witness of its own.
fn bits<B: Instructions>(
    builder: &mut Builder<'_, B>,
    label: Label,
    honest: I256,
    count: u32,
) -> Built<B, Vec<NumOf<B>>> {
    (0..count).map(|place| builder.range(label, (honest >> place) & 1, 1)).collect()
}

/// Returns numbers in range, where a statement has no bounds for them. An unused row is empty.
fn free_numbers<B: Instructions>(
    builder: &mut Builder<'_, B>,
    is_loan: &NumOf<B>,
    spare: bool,
    honest: Vec<I256>,
    also_zero: &NumOf<B>,
) -> Built<B, (Vec<NumOf<B>>, NumOf<B>)> {
    let mut numbers = Vec::with_capacity(honest.len());
    let mut packed = builder.constant(I256::ZERO)?;
    for (field, value) in Field::all(spare).iter().copied().zip(honest) {
        let number = builder.range(labels::NUMBER_BIT, value, field.bits())?;
        packed = builder.combine(&[(&packed, I256::ONE), (&number, I256::ONE << field_shift(field))])?;
        numbers.push(number);
    }
    let one = builder.constant(I256::ONE)?;
    let zero = builder.constant(I256::ZERO)?;
    let unused = builder.sub(&one, is_loan)?;
    // Everything else takes the bits of balance and kind, and the delinquent one.
    let row = builder.combine(&[(also_zero, I256::ONE), (&packed, I256::ONE << (BALANCE_BITS + KIND_BITS + 1))])?;
    builder.assert_product(labels::EMPTY, &unused, &row, &zero)?;
    Ok((numbers, packed))
}

/// The private part of a commitment's header, and the public schema.
pub(super) struct Opening<B: Instructions> {
    pub schema: B::Element,
    pub blinding: Limbs,
    pub tape_digest: Limbs,
    /// Those of loans, then of collateral.
    pub id_roots: [Limbs; 2],
    /// Number of loans.
    pub loans: usize,
}

/// Returns the commitment that rows open, and the roots of ids in its header: of loans, of collateral.
/// Blocks after the last active one have no loans and leave the chain as it is.
pub(super) fn open<B: Instructions>(
    builder: &mut Builder<'_, B>,
    sizes: PoolSizes,
    loans: &[LoanRow<B::Integer>],
    opening: &Opening<B>,
) -> Built<B, (B::Element, [B::Element; 2])> {
    let (places, bits) = (elements(loans.len(), sizes.numbers), digit_bits(sizes.numbers));
    let blocks: Vec<_> = places.chunks(ELEMENTS_PER_BLOCK).collect();
    let rows: Vec<Vec<usize>> = blocks.iter().map(|places| rows_of(places)).collect();
    let active = active_flags(builder, labels::BLOCKS, loans, &rows, blocks_of(opening.loans, sizes.numbers))?;
    let count = builder.sum(&active)?;
    let version = builder.constant(I256::from(version(sizes.numbers)))?;
    let header = builder.combine(&[(&count, I256::ONE), (&version, I256::ONE << VERSION_SHIFT)])?;
    let mut first = vec![
        builder.element(&header),
        opening.schema.clone(),
        builder.element_witness(BLINDING, opening.blinding)?,
        builder.element_witness(BLINDING, opening.tape_digest)?,
    ];
    let [of_loans, of_collateral] = opening.id_roots;
    let roots = [builder.element_witness(BLINDING, of_loans)?, builder.element_witness(BLINDING, of_collateral)?];
    first.extend_from_slice(&roots);
    let mut chain = builder.wide_hash(labels::TAPE_HASH, first)?;
    for (block, places) in blocks.into_iter().enumerate() {
        let mut packed = Vec::with_capacity(places.len());
        for element in places {
            let digits: Vec<_> = element
                .iter()
                .map(|place| (&loans[place.loan].digits[place.digit], bits[place.digit], place.shift))
                .collect();
            let element = builder.pack_unsigned(&digits)?;
            let element = builder.named(labels::ELEMENT, &element)?;
            packed.push(builder.element(&element));
        }
        let hashed = hash_block(builder, labels::TAPE_HASH, &chain, &packed)?;
        chain = if block == 0 {
            hashed
        } else {
            after_block(builder, labels::BLOCKS.chain, &active[block], &chain, &hashed)?
        };
    }
    Ok((chain, roots))
}

/// Returns the rows that have a digit in a block. A row with a digit in an inactive block is not a
/// loan, so all its digits are zero.
fn rows_of(places: &[Vec<DigitPlace>]) -> Vec<usize> {
    let mut rows: Vec<usize> = places.iter().flatten().map(|place| place.loan).collect();
    rows.dedup();
    rows
}

/// The flags of blocks, which are given by their rows: the first is always active, an active block
/// follows an active one, and a block that is not active has no loans.
pub(super) fn active_flags<B: Instructions>(
    builder: &mut Builder<'_, B>,
    labels: BlockLabels,
    loans: &[LoanRow<B::Integer>],
    blocks: &[Vec<usize>],
    active_blocks: usize,
) -> Built<B, Vec<NumOf<B>>> {
    let zero = builder.constant(I256::ZERO)?;
    let one = builder.constant(I256::ONE)?;
    let mut active = vec![one.clone()];
    for (block, rows) in blocks.iter().enumerate().skip(1) {
        let flag = builder.range(labels.active, I256::from(u8::from(block < active_blocks)), 1)?;
        let inactive = builder.sub(&one, &flag)?;
        if block > 1 {
            let before = builder.sub(&one, &active[block - 1])?;
            builder.assert_product(labels.order, &flag, &before, &zero)?;
        }
        let count = builder.sum(rows.iter().map(|row| &loans[*row].is_loan))?;
        builder.assert_product(labels.empty, &inactive, &count, &zero)?;
        active.push(flag);
    }
    Ok(active)
}
