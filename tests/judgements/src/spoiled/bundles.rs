//! Bundles of which too little is known, or that were changed.

use super::{bad_input, not_valid_off_chain};
use crate::case::Question;
use crate::claims::Claim;
use crate::good::bundle;
use crate::made::{Made, Way, Work};

pub fn ways() -> Vec<(&'static str, Way)> {
    vec![
        ("a bundle whose terms nobody knows", |_, claim| {
            not_valid_off_chain(Question { terms_digest: None, ..bundle(claim) })
        }),
        ("a bundle whose scenarios nobody knows", |_, claim| {
            let named = claim.terms.contains("digest = ");
            (claim.digests.1.is_some() && !named).then_some(())?;
            not_valid_off_chain(Question { scenarios_digest: None, ..bundle(claim) })
        }),
        ("a bundle with other keys", |_, claim| {
            not_valid_off_chain(Question { keys_digest: "ab".repeat(32), ..bundle(claim) })
        }),
        ("a bundle with other terms", |_, claim| {
            not_valid_off_chain(Question { terms_digest: Some("ab".repeat(32)), ..bundle(claim) })
        }),
        ("a bundle with other scenarios", |_, claim| {
            not_valid_off_chain(Question { scenarios_digest: Some("ab".repeat(32)), ..bundle(claim) })
        }),
        ("a bundle with the context of another use", |_, claim| {
            not_valid_off_chain(Question { context: Some(format!("0x{:064x}", 77)), ..bundle(claim) })
        }),
        ("a bundle with the commitment of somebody else", |_, claim| {
            (claim.commitments.len() == 1).then_some(())?;
            not_valid_off_chain(Question { commitments: vec![claim.other_commitment.clone()], ..bundle(claim) })
        }),
        ("a byte of a bundle", |work, claim| {
            changed(work, claim, |bytes| {
                let place = 20 + work.draw.below(bytes.len() - 20);
                bytes[place] ^= 1;
            })
        }),
        ("a bundle that was cut", |work, claim| changed(work, claim, |bytes| bytes.truncate(bytes.len() / 2))),
        ("a bundle with a byte more", |work, claim| changed(work, claim, |bytes| bytes.push(0))),
    ]
}

fn changed(work: &Work<'_>, claim: &Claim, change: impl FnOnce(&mut Vec<u8>)) -> Option<Made> {
    let mut bytes = work.bytes(&claim.bundle);
    change(&mut bytes);
    bad_input(Question { bundle: Some(work.file(claim, "b.tailproof", bytes)), ..bundle(claim) })
}
