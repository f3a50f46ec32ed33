//! Checks of many proofs under one key, as a contract takes them: their pairings are computed together.

use std::sync::Arc;

use serde_json::{Value, json};
use tailproof_verifier::encoding::digest_from_hex;
use tailproof_verifier::verify::many::Asked;
use tailproof_verifier::{Expected, Groth16, Prepared, ProofFile};

use crate::check::CallQuestion;
use crate::outcome::result;
use crate::refusal::{Refusal, USE};
use crate::request::{Fields, missing};
use crate::store::{self, Store};

/// A call with its claim and its proof.
type Decoded = (CallQuestion, Arc<Prepared<Groth16>>, ProofFile<Groth16>);

/// Returns for each of `calls` the result that it has alone. `entropy` is 32 random bytes in hex, anew
/// for every message.
#[inline(never)]
pub fn calls(mut fields: Fields) -> Result<Value, Refusal> {
    let keys = fields.number("keys")?.ok_or_else(|| missing("keys"))?;
    let entropy = fields.needed("entropy")?;
    let entropy = digest_from_hex("entropy", &entropy).map_err(|error| Refusal::use_of(error.to_string()))?;
    let calls = fields.list("calls", |_, value| Fields::of(value))?;
    fields.end()?;
    store::with(|store| {
        let verifier = store.keys(keys)?;
        let mut decoded: Vec<Result<Decoded, Refusal>> = Vec::with_capacity(calls.len());
        for call in calls {
            let one = CallQuestion::take(call).and_then(|call| {
                let prepared = store.prepared(keys, call.terms)?;
                let proof = call.proof(&verifier, &prepared)?;
                Ok((call, prepared, proof))
            });
            decoded.push(one);
        }
        let expected: Vec<_> = decoded.iter().map(|one| one.as_ref().ok().map(|one| expected_of(one, store))).collect();
        let asked: Vec<Asked<'_>> = decoded
            .iter()
            .zip(&expected)
            .filter_map(|(one, expected)| {
                let (Ok((_, prepared, proof)), Some(Ok(expected))) = (one, expected) else { return None };
                Some(Asked { prepared, proof, expected })
            })
            .collect();
        let mut checked = verifier.check_many(&asked, &entropy).into_iter();
        let mut results = Vec::with_capacity(decoded.len());
        for (one, expected) in decoded.iter().zip(&expected) {
            let outcome = match (one, expected) {
                (Err(refusal), _) | (_, Some(Err(refusal))) => Err(refusal.clone()),
                (Ok((_, prepared, _)), _) => {
                    let checked = checked.next().expect("a verdict for each that was asked");
                    checked.map(|checked| result(&checked, prepared.claim())).map_err(Refusal::from)
                }
            };
            results.push(match outcome {
                Err(refusal) if refusal.code == USE => return Err(refusal),
                Err(refusal) => refusal.result(),
                Ok(result) => result,
            });
        }
        Ok(json!({ "results": results }))
    })
}

fn expected_of<'d>((call, prepared, _): &'d Decoded, store: &Store) -> Result<Expected<'d, Groth16>, Refusal> {
    call.question.expected(prepared.claim(), store)
}
