//! Whether a mandate allows a scenario set, before any proof.

use serde_json::{Value, json};
use tailproof_verifier::Claim;

use crate::refusal::{Refusal, USE};
use crate::request::Fields;
use crate::store;
use crate::terms::Terms;

/// Returns whether the terms form a claim. Requirements on the set that only its header shows to be met
/// are not settled here, as they are not in a verification.
pub fn allows(mut fields: Fields) -> Result<Value, Refusal> {
    let terms = Terms::take(&mut fields)?;
    fields.end()?;
    match store::with(|store| store.claim(terms)).and_then(settled) {
        Ok(()) => Ok(json!({ "allowed": true, "verdict": true, "code": null, "reason": null })),
        Err(refusal) if refusal.code == USE => Err(refusal),
        Err(Refusal { code, reason, is_verdict }) => {
            Ok(json!({ "allowed": false, "verdict": is_verdict, "code": code, "reason": reason }))
        }
    }
}

fn settled(claim: Claim) -> Result<(), Refusal> {
    let makes_itself = claim.scenarios().is_some_and(|set| set.generator().makes_itself());
    match claim.not_settled().filter(|_| !makes_itself) {
        None => Ok(()),
        Some(error) => Err(Refusal { code: error.code(), reason: error.to_string(), is_verdict: true }),
    }
}
