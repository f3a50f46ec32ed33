//! Chains of wide hashes: over a fixed number of elements, and over blocks of which the last may be inactive.

use ethnum::I256;
use tailproof_verifier::commitment::{ELEMENTS_PER_BLOCK, HASH_INPUTS};

use crate::bound::BoundError;
use crate::instructions::{Instructions, Label};
use crate::integer::{Builder, Num};

/// `H(.. H(H(first, e_0, .., e_10), e_11, ..) ..)` with zeros behind the last element; `first` is zero if it is not given.
pub fn hash_chain<B: Instructions>(
    builder: &mut Builder<'_, B>,
    label: Label,
    first: Option<B::Element>,
    elements: &[B::Element],
) -> Result<B::Element, BoundError> {
    let zero = builder.constant(I256::ZERO)?;
    let zero = builder.backend.to_element(zero.expression());
    let mut chain = first.unwrap_or_else(|| zero.clone());
    for block in elements.chunks(ELEMENTS_PER_BLOCK) {
        let mut inputs = vec![chain];
        inputs.extend_from_slice(block);
        inputs.resize(HASH_INPUTS, zero.clone());
        chain = builder.backend.hash(label, &inputs);
    }
    Ok(chain)
}

/// What a chain is after a block: the hash where the block's flag is 1, what it was where the flag is 0.
pub fn after_block<B: Instructions>(
    builder: &mut Builder<'_, B>,
    label: Label,
    flag: &Num<B::Integer>,
    chain: &B::Element,
    hashed: &B::Element,
) -> B::Element {
    // chain + flag * (hashed - chain)
    let backend = &mut *builder.backend;
    let flag = backend.to_element(flag.expression());
    let mut step = hashed.clone();
    backend.element_add_scaled(&mut step, chain, I256::MINUS_ONE);
    let step = backend.element_product(label, &flag, &step);
    let mut next = chain.clone();
    backend.element_add_scaled(&mut next, &step, I256::ONE);
    next
}
