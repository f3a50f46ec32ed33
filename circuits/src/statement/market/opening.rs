//! The commitment opens to the book: see `tailproof_verifier::commitment` for what is hashed.

use ark_bn254::Fr;
use ark_ff::PrimeField;
use ethnum::I256;
use tailproof_verifier::commitment::{
    BLOCKS_SHIFT, DIGIT_BITS, ELEMENTS_PER_BLOCK, EXPOSURES_PER_ELEMENT, UNIT_SHIFT, VERSION, VERSION_SHIFT, blocks,
};

use super::labels;
use crate::bound::BoundError;
use crate::instructions::Instructions;
use crate::integer::{Builder, Num};
use crate::statement::hash_chain::after_block;

/// The commitment to the exposures, net asset value and unit, about the scenario set's factors.
///
/// A shape may have more blocks than the commitment: those after the last active block are empty and leave the chain as it
/// is. The number of active blocks is part of what is hashed.
pub(super) fn open_commitment<B: Instructions>(
    builder: &mut Builder<'_, B>,
    active_blocks: usize,
    blinding: Fr,
    exposures: &[Num<B::Integer>],
    nav: &Num<B::Integer>,
    unit: &Num<B::Integer>,
) -> Result<B::Element, BoundError> {
    let mut elements = Vec::new();
    for digits in exposures.chunks(EXPOSURES_PER_ELEMENT) {
        elements.push(builder.pack_digits(digits, DIGIT_BITS)?);
    }
    let most = blocks(exposures.len());
    let zero = builder.constant(I256::ZERO)?;
    let empty = builder.backend.to_element(zero.expression());
    elements.resize(most * ELEMENTS_PER_BLOCK, empty);

    // The first block is always active; flags of the others.
    let mut active = vec![builder.constant(I256::ONE)?];
    for block in 1..most {
        let flag = builder.range(labels::BLOCK_ACTIVE, I256::from(u8::from(block < active_blocks)), 1)?;
        if block > 1 {
            // flag * (1 - previous) = 0
            let inactive = builder.sub(&active[0], &active[block - 1])?;
            let (flag, inactive) = (flag.expression(), inactive.expression());
            builder.backend.assert_product(labels::BLOCK_ORDER, flag, inactive, zero.expression());
        }
        active.push(flag);
    }
    let count = builder.sum(&active)?;

    let version = builder.constant(I256::from(VERSION))?;
    let header = builder.combine(&[
        (nav, I256::ONE),
        (unit, I256::ONE << UNIT_SHIFT),
        (&count, I256::ONE << BLOCKS_SHIFT),
        (&version, I256::ONE << VERSION_SHIFT),
    ])?;
    let header = builder.backend.to_element(header.expression());
    let factors = builder.backend.factors();
    let blinding = builder.backend.element_witness(labels::BLINDING, blinding.into_bigint().0);
    let mut chain = builder.backend.hash(labels::COMMITMENT_HASH, &[header, factors, blinding]);

    for (index, block) in elements.chunks(ELEMENTS_PER_BLOCK).enumerate() {
        let mut inputs = vec![chain.clone()];
        inputs.extend_from_slice(block);
        let hashed = builder.backend.hash(labels::COMMITMENT_HASH, &inputs);
        chain = if index == 0 { hashed } else { select_block(builder, &active[index], block, &chain, &hashed)? };
    }
    Ok(chain)
}

/// `flag = 1`: the hash. `flag = 0`: the block is empty and the chain stays.
fn select_block<B: Instructions>(
    builder: &mut Builder<'_, B>,
    flag: &Num<B::Integer>,
    block: &[B::Element],
    chain: &B::Element,
    hashed: &B::Element,
) -> Result<B::Element, BoundError> {
    let one = builder.constant(I256::ONE)?;
    let zero = builder.constant(I256::ZERO)?;
    let inactive = builder.sub(&one, flag)?;
    let backend = &mut *builder.backend;
    let (inactive, zero) = (backend.to_element(inactive.expression()), backend.to_element(zero.expression()));
    for element in block {
        backend.element_assert_product(labels::BLOCK_EMPTY, &inactive, element, &zero);
    }
    Ok(after_block(builder, labels::BLOCK_CHAIN, flag, chain, hashed))
}
