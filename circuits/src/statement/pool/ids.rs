//! The digests of ids behind a root in the commitment's header: see
//! `tailproof_verifier::pool::commitment::id_root` for what is hashed.

use ethnum::I256;
use tailproof_core::pool::ids::IdKind;
use tailproof_verifier::pool::commitment::{IDS_PER_BLOCK, IDS_PER_ELEMENT};

use super::labels;
use super::tape::{LoanRow, active_flags};
use crate::builder::{Builder, NumOf};
use crate::error::Built;
use crate::instructions::Instructions;
use crate::statement::hash_chain::{after_block, hash_block};

/// Returns the digest of the id of each row, range-checked, and proves that the root opens to them.
/// An unused row has 0.
pub(super) fn open_root<B: Instructions>(
    builder: &mut Builder<'_, B>,
    kind: IdKind,
    loans: &[LoanRow<B::Integer>],
    root: &B::Element,
    honest: &[u64],
) -> Built<B, Vec<NumOf<B>>> {
    let (zero, one) = (builder.constant(I256::ZERO)?, builder.constant(I256::ONE)?);
    let mut digests = Vec::with_capacity(loans.len());
    for (row, loan) in loans.iter().enumerate() {
        let value = I256::from(honest.get(row).copied().unwrap_or(0));
        let digest = builder.range(labels::ID_BITS[kind as usize], value, u64::BITS)?;
        let unused = builder.sub(&one, &loan.is_loan)?;
        builder.assert_product(labels::ID_EMPTY, &unused, &digest, &zero)?;
        digests.push(digest);
    }
    let rows: Vec<usize> = (0..loans.len()).collect();
    let blocks: Vec<Vec<usize>> = rows.chunks(IDS_PER_BLOCK).map(<[usize]>::to_vec).collect();
    let active = active_flags(builder, labels::ID_BLOCKS, loans, &blocks, honest.len().div_ceil(IDS_PER_BLOCK).max(1))?;
    let mut chain = builder.zero_element();
    for (block, digests) in digests.chunks(IDS_PER_BLOCK).enumerate() {
        let mut packed = Vec::with_capacity(digests.len().div_ceil(IDS_PER_ELEMENT));
        for element in digests.chunks(IDS_PER_ELEMENT) {
            let places = element.iter().zip(0..).map(|(digest, place)| (digest, u64::BITS, u64::BITS * place));
            let element = builder.pack_unsigned(&places.collect::<Vec<_>>())?;
            let element = builder.named(labels::ID_ELEMENT, &element)?;
            packed.push(builder.element(&element));
        }
        let hashed = hash_block(builder, labels::ID_HASH, &chain, &packed)?;
        chain = if block == 0 {
            hashed
        } else {
            after_block(builder, labels::ID_BLOCKS.chain, &active[block], &chain, &hashed)?
        };
    }
    builder.assert_equal(labels::ID_OPENS, &chain, root)?;
    Ok(digests)
}
