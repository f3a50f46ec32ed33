//! `tailproof pool ledger context` and `add`: the next step of a ledger of a pool.

use ark_bn254::Fr;
use serde_json::json;
use tailproof::pool_ledger::{Place, StepKind};
use tailproof::store::{Access, Kind as FileKind};
use tailproof::verifier::encoding::to_hex;
use tailproof::verifier::proof::backend_of;

use super::{not_added, read};
use crate::claims::public_claim;
use crate::cli::{PoolLedgerAdd, PoolLedgerContext};
use crate::evidence::key_ring;
use crate::failure::Failure;
use crate::files;
use crate::keys;
use crate::output::{out, print_json};
use crate::writing;

/// Prints the context that the next proof must be bound to.
pub fn context(options: &PoolLedgerContext) -> Result<(), Failure> {
    let ledger = read(&options.file)?;
    let claim = public_claim(&options.claim.public())?;
    let refused = |problem| Failure::PoolStep { file: options.file.clone(), problem };
    let place = ledger.place(&claim).map_err(refused)?;
    let hex = to_hex(&ledger.context::<Fr>(&place));
    if options.json {
        let Place { kind, from, cut_off } = place;
        print_json(&json!({ "context": hex, "kind": kind, "from": from, "cut_off": cut_off }));
    } else {
        out!("{hex}");
    }
    Ok(())
}

/// Verifies a proof in its place and adds it.
pub fn add(options: &PoolLedgerAdd) -> Result<(), Failure> {
    // From here on nobody else adds to it.
    let hold = writing::hold(&options.file)?;
    let output = writing::adding(&options.file, FileKind::PoolLedger, Access::Public);
    // Before it is read: what an interrupted process left half done is undone.
    let mut writing = writing::begin_held(hold, &[output])?;
    let mut ledger = read(&options.file)?;
    let claim = public_claim(&options.claim.public())?;
    let proof = files::read_at_most(&options.proof, files::MOST_JSON)?;
    let text = std::str::from_utf8(&proof).unwrap_or_default();
    let backend = backend_of(text).map_err(Failure::malformed(&options.proof))?;
    let ring = key_ring(std::slice::from_ref(&options.keys), |name| name == backend)?;
    let added = ledger.append(&claim, &proof, &ring);
    let added = added.map_err(|problem| not_added(&options.file, &options.proof, &options.keys, problem))?;
    keys::warn_of_development(added.verified.keys.provenance);
    writing.stage(0, ledger.to_json().as_bytes())?;
    writing.put()?;
    out!("added {}", in_words(&added.place));
    Ok(())
}

/// Returns a place in words.
pub fn in_words(place: &Place) -> String {
    let cut_off = &place.cut_off;
    let from = place.from.as_deref().unwrap_or_default();
    match place.kind {
        StepKind::Pool => format!("claims about the pool of {cut_off}"),
        StepKind::Month => format!("the month from {from} to {cut_off}"),
        StepKind::Span => format!("the span from {from} to {cut_off}"),
    }
}
