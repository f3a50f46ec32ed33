//! Opening a book's commitment: see `tailproof_verifier::commitment` for what is hashed.

use ark_bn254::Fr;
use ark_ff::PrimeField;
use ethnum::I256;
use tailproof_verifier::commitment::{BLOCKS_SHIFT, ELEMENTS_PER_BLOCK, Slots, UNIT_SHIFT, VERSION_SHIFT};

use super::labels;
use crate::builder::{Builder, Num, NumOf};
use crate::error::Built;
use crate::instructions::Instructions;
use crate::statement::hash_chain::{after_block, hash_block};

/// The numbers of a book: its exposures, or the gains of its P&L vector.
pub struct Numbers<'n, E> {
    /// How they stand in the elements of the commitment.
    pub slots: Slots,
    /// As many as the shape holds, zeros behind those of the book.
    pub padded: &'n [Num<E>],
    /// How many the book has.
    pub count: usize,
}

/// Returns the commitment to the numbers of a book, net asset value and unit, about the factors of the
/// scenario set, or the days of a P&L vector.
///
/// A shape may have more blocks than the commitment. The blocks after the last active one are empty
/// and leave the chain as it is. The number of active blocks is part of what is hashed.
pub(in crate::statement) fn open_commitment<B: Instructions>(
    builder: &mut Builder<'_, B>,
    numbers: &Numbers<'_, B::Integer>,
    blinding: Fr,
    nav: &NumOf<B>,
    unit: &NumOf<B>,
) -> Built<B, B::Element> {
    let Numbers { slots, padded, count } = *numbers;
    let mut elements = Vec::new();
    for digits in padded.chunks(slots.per_element) {
        elements.push(builder.pack_digits(digits, slots.bits)?);
    }
    let most = slots.blocks(padded.len());
    elements.resize(most * ELEMENTS_PER_BLOCK, builder.zero_element());

    let active = active_flags(builder, most, slots.blocks(count))?;
    let count = builder.sum(&active)?;
    let version = builder.constant(I256::from(slots.version))?;
    let header = builder.combine(&[
        (nav, I256::ONE),
        (unit, I256::ONE << UNIT_SHIFT),
        (&count, I256::ONE << BLOCKS_SHIFT),
        (&version, I256::ONE << VERSION_SHIFT),
    ])?;
    let header = builder.element(&header);
    let factors = builder.factors();
    let blinding = builder.element_witness(labels::BLINDING, blinding.into_bigint().0)?;
    let mut chain = builder.hash_of_three(labels::COMMITMENT_HASH, &[header, factors, blinding])?;

    for (index, block) in elements.chunks(ELEMENTS_PER_BLOCK).enumerate() {
        let hashed = hash_block(builder, labels::COMMITMENT_HASH, &chain, block)?;
        chain = if index == 0 { hashed } else { select_block(builder, &active[index], block, &chain, &hashed)? };
    }
    Ok(chain)
}

/// The flags of blocks: the first is always active, and an active block follows an active one.
fn active_flags<B: Instructions>(
    builder: &mut Builder<'_, B>,
    blocks: usize,
    active_blocks: usize,
) -> Built<B, Vec<NumOf<B>>> {
    let zero = builder.constant(I256::ZERO)?;
    let mut active = vec![builder.constant(I256::ONE)?];
    for block in 1..blocks {
        let flag = builder.range(labels::BLOCK_ACTIVE, I256::from(u8::from(block < active_blocks)), 1)?;
        if block > 1 {
            // flag * (1 - previous) = 0
            let inactive = builder.sub(&active[0], &active[block - 1])?;
            builder.assert_product(labels::BLOCK_ORDER, &flag, &inactive, &zero)?;
        }
        active.push(flag);
    }
    Ok(active)
}

/// The chain after a block. For a flag of 1 it is the hash. For a flag of 0 the block is empty and
/// the chain stays.
fn select_block<B: Instructions>(
    builder: &mut Builder<'_, B>,
    flag: &NumOf<B>,
    block: &[B::Element],
    chain: &B::Element,
    hashed: &B::Element,
) -> Built<B, B::Element> {
    let one = builder.constant(I256::ONE)?;
    let inactive = builder.sub(&one, flag)?;
    let inactive = builder.element(&inactive);
    for element in block {
        builder.assert_zero_product(labels::BLOCK_EMPTY, &inactive, element)?;
    }
    after_block(builder, labels::BLOCK_CHAIN, flag, chain, hashed)
}
