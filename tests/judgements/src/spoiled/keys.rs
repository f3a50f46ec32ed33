//! Keys other than those of the proof.

use super::bad_input;
use crate::case::Question;
use crate::claims::{Claim, sha256};
use crate::made::{Made, Way, Work};

pub fn ways() -> Vec<(&'static str, Way)> {
    vec![
        ("other keys of the same shape", |work, claim| {
            let keys = claim.other_keys.clone()?;
            let digest = sha256(&work.bytes(&format!("{keys}/verifying.key")));
            let question = Question { keys: Some(keys), keys_digest: digest, ..claim.question.clone() };
            // The contract of those keys is asked about the proof.
            Some(Made { on_chain: true, ..bad_input(question)? })
        }),
        ("other keys of the same shape than those that are pinned", |_, claim| {
            bad_input(Question { keys: Some(claim.other_keys.clone()?), ..claim.question.clone() })
        }),
        ("keys of another shape", |work, claim| {
            let of = |other: &&Claim| other.proof["shape"] != claim.proof["shape"] && other.is_groth16();
            let other = work.claims.iter().find(of)?;
            claim.is_groth16().then_some(())?;
            let Question { keys, keys_digest, .. } = other.question.clone();
            bad_input(Question { keys, keys_digest, ..claim.question.clone() })
        }),
        ("a byte of the keys", |work, claim| {
            changed(work, claim, |bytes| {
                let place = bytes.len() - 1 - work.draw.below(200);
                bytes[place] ^= 1;
            })
        }),
        ("keys that were cut", |work, claim| changed(work, claim, |bytes| bytes.truncate(bytes.len() - 1))),
        ("keys with a byte more", |work, claim| changed(work, claim, |bytes| bytes.push(0))),
    ]
}

fn changed(work: &Work<'_>, claim: &Claim, change: impl FnOnce(&mut Vec<u8>)) -> Option<Made> {
    let Question { keys, key_file, .. } = claim.question.clone();
    let mut bytes = work.bytes(&format!("{}/{}", keys?, key_file?));
    change(&mut bytes);
    let digest = sha256(&bytes);
    let keys = work.key(claim, bytes);
    bad_input(Question { keys: Some(keys), keys_digest: digest, ..claim.question.clone() })
}
