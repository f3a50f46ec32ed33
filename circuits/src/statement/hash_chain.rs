//! Chains of wide hashes: over a fixed number of elements, and over blocks of which the last may be
//! inactive.

use ethnum::I256;
use tailproof_verifier::commitment::ELEMENTS_PER_BLOCK;

use crate::builder::{Builder, NumOf};
use crate::error::Built;
use crate::instructions::{Instructions, Label};

/// Returns `H(.. H(H(first, e_0, .., e_10), e_11, ..) ..)` with zeros behind the last element. A
/// `first` that is not given is zero.
pub fn hash_chain<B: Instructions>(
    builder: &mut Builder<'_, B>,
    label: Label,
    first: Option<B::Element>,
    elements: &[B::Element],
) -> Built<B, B::Element> {
    let mut chain = first.unwrap_or_else(|| builder.zero_element());
    for block in elements.chunks(ELEMENTS_PER_BLOCK) {
        chain = hash_block(builder, label, &chain, block)?;
    }
    Ok(chain)
}

/// Returns the wide hash of the chain so far and a block of up to 11 elements.
pub fn hash_block<B: Instructions>(
    builder: &mut Builder<'_, B>,
    label: Label,
    chain: &B::Element,
    block: &[B::Element],
) -> Built<B, B::Element> {
    let mut inputs = vec![chain.clone()];
    inputs.extend_from_slice(block);
    builder.wide_hash(label, inputs)
}

/// Returns the chain after a block: `hashed` where the block's flag is 1, `chain` where it is 0.
pub fn after_block<B: Instructions>(
    builder: &mut Builder<'_, B>,
    label: Label,
    flag: &NumOf<B>,
    chain: &B::Element,
    hashed: &B::Element,
) -> Built<B, B::Element> {
    // chain + flag * (hashed - chain)
    let flag = builder.element(flag);
    let mut step = hashed.clone();
    builder.accumulate(&mut step, chain, I256::MINUS_ONE);
    let step = builder.element_product(label, &flag, &step)?;
    let mut next = chain.clone();
    builder.accumulate(&mut next, &step, I256::ONE);
    Ok(next)
}
