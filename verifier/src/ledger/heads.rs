//! Heads of ledgers of every kind, and the contexts that bind proofs to their places.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::encoding::digest_to_field;
use crate::field::InputField;

/// Returns the digests of a ledger without steps, after its first step, and so on to the last. The
/// first is over `domain` and a text with everything that the ledger begins with; each further one
/// is over the digest before it and the step's JSON.
pub(crate) fn heads<'s, S: Serialize>(
    domain: &str,
    beginning: &str,
    steps: &'s [S],
) -> impl Iterator<Item = [u8; 32]> + use<'s, S> {
    let hash = |before: &[u8], text: &str| -> [u8; 32] {
        Sha256::new().chain_update(before).chain_update(text.as_bytes()).finalize().into()
    };
    let first = hash(format!("{domain}\n").as_bytes(), beginning);
    let after = steps.iter().scan(first, move |head, step| {
        *head = hash(head, &serde_json::to_string(step).expect("strings are always JSON"));
        Some(*head)
    });
    std::iter::once(first).chain(after)
}

/// Returns the context of the proof of a step behind a head. `place` names the step's kind and date.
pub(crate) fn context_behind<F: InputField>(domain: &str, head: &[u8; 32], place: &str) -> F {
    let digest = Sha256::new().chain_update(domain).chain_update(head).chain_update(place).finalize();
    digest_to_field(&digest.into())
}

/// Returns the number of steps behind which each of some digests is the head. `known` are the heads
/// of a ledger.
///
/// # Errors
/// The first digest that is none of them.
pub(crate) fn places(known: &[[u8; 32]], heads: &[[u8; 32]]) -> Result<Vec<usize>, [u8; 32]> {
    heads.iter().map(|head| known.iter().position(|found| found == head).ok_or(*head)).collect()
}
