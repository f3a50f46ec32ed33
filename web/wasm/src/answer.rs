//! Answers to requests.

use std::sync::Arc;

use serde_json::{Value, json};
use tailproof_core::pool::Deal;
use tailproof_core::scenarios::file as scenario_file;
use tailproof_core::{Mandate, ScenarioSet};
use tailproof_verifier::encoding::{digest_from_hex, input_to_hex, to_hex};
use tailproof_verifier::keys::decode_verifying_key;
use tailproof_verifier::verified::KeysUsed;
use tailproof_verifier::{CommitmentFile, Groth16, Verifier};

use crate::check::{self, text};
use crate::message::Parts;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::store::{self, Thing};

/// Returns the answer to a message.
pub fn respond(message: &[u8]) -> Value {
    match answer(message) {
        Ok(mut json) => {
            json["ok"] = true.into();
            json
        }
        Err(refusal) => refusal.answer(),
    }
}

fn answer(message: &[u8]) -> Result<Value, Refusal> {
    let parts = Parts::of(message)?;
    let request: Request = serde_json::from_slice(parts.json).map_err(|error| Refusal::use_of(error.to_string()))?;
    match request {
        Request::About {} => Ok(about()),
        Request::Keys { files, digest } => keys(parts.files::<1>(&files)?[0], &digest),
        Request::Scenarios { files, digest } => scenarios(parts.files::<1>(&files)?[0], digest.as_deref()),
        Request::Mandate { files, digest } => mandate(parts.files::<1>(&files)?[0], digest.as_deref()),
        Request::Deal { files, digest } => deal(parts.files::<1>(&files)?[0], digest.as_deref()),
        Request::Commitment { files } => commitment(parts.files::<1>(&files)?[0]),
        Request::Verify { files, keys, terms, expected } => {
            verification(check::file(parts.files::<1>(&files)?[0], keys, terms, &expected))
        }
        Request::VerifyCall { keys, terms, call, sub_books, expected } => {
            parts.files::<0>(&[])?;
            verification(check::call(&call, keys, terms, &sub_books, &expected))
        }
        Request::VerifyBundle { files, pins, expected } => {
            verification(check::bundle(parts.files::<1>(&files)?[0], &pins, &expected))
        }
        Request::Release { handle } => store::with(|store| store.release(handle)).map(|()| json!({})),
    }
}

/// A proof that is not accepted has a result too; a wrong use of the module has none.
fn verification(outcome: Result<Value, Refusal>) -> Result<Value, Refusal> {
    let result = match outcome {
        Err(refusal) if refusal.code == crate::refusal::USE => return Err(refusal),
        Err(refusal) => refusal.result(),
        Ok(result) => result,
    };
    Ok(json!({ "result": result }))
}

fn about() -> Value {
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "backends": [<Groth16 as tailproof_verifier::Backend>::NAME],
        "formats": {
            "scenario_set": scenario_file::VERSION,
            "commitment": tailproof_verifier::json_file::VERSION,
            "proof": tailproof_verifier::proof::file::VERSION,
            "keys": tailproof_verifier::keys::header::VERSION,
            "bundle": tailproof_verifier::bundle::VERSION,
        },
    })
}

/// Refuses a thing whose digest is not the pinned one.
fn pinned(what: &str, found: &[u8; 32], digest: Option<&str>) -> Result<(), Refusal> {
    let Some(digest) = digest else { return Ok(()) };
    let digest = digest_from_hex("digest", digest).map_err(|error| Refusal::use_of(error.to_string()))?;
    if digest == *found { Ok(()) } else { Err(Refusal::other_digest(what, found, &digest)) }
}

fn keep(thing: Thing, mut about: Value) -> Value {
    about["handle"] = store::with(|store| store.keep(thing)).into();
    about
}

fn keys(file: &[u8], digest: &str) -> Result<Value, Refusal> {
    let key = decode_verifying_key(file).map_err(|error| Refusal::malformed("keys", error))?;
    let verifier = Verifier::<Groth16>::new(key);
    let used = KeysUsed { digest: verifier.key_digest(), provenance: verifier.provenance() };
    pinned("keys", &used.digest, Some(digest))?;
    let about = json!({
        "digest": hex::encode(used.digest),
        "shape": verifier.shape().to_string(),
        "keys": used.kind(),
        "development": used.is_development(),
        "provenance": used.provenance.map(|provenance| provenance.to_string()),
    });
    Ok(keep(Thing::Keys(Arc::new(verifier)), about))
}

fn scenarios(file: &[u8], digest: Option<&str>) -> Result<Value, Refusal> {
    let (set, found) = scenario_file::decode("scenarios", file)?;
    pinned("scenario set", &found, digest)?;
    let about = json!({
        "digest": hex::encode(found),
        "header_says": ScenarioSet::sentence(&set),
        "scenarios": set.scenarios(),
        "factors": set.factors(),
    });
    Ok(keep(Thing::Scenarios(Arc::new(set)), about))
}

fn mandate(file: &[u8], digest: Option<&str>) -> Result<Value, Refusal> {
    let mandate = Mandate::from_toml("mandate", text("mandate", file)?)?;
    pinned("mandate", &mandate.digest(), digest)?;
    let about = json!({
        "digest": hex::encode(mandate.digest()),
        "name": mandate.name(),
        "currency": Some(mandate.currency()).filter(|currency| !currency.is_empty()),
        "claims": mandate.clauses().iter().map(ToString::to_string).collect::<Vec<_>>(),
    });
    Ok(keep(Thing::Mandate(Arc::new(mandate)), about))
}

fn deal(file: &[u8], digest: Option<&str>) -> Result<Value, Refusal> {
    let deal = Deal::from_toml("deal", text("deal", file)?)?;
    pinned("deal", &deal.digest(), digest)?;
    let about = json!({ "digest": hex::encode(deal.digest()), "name": deal.name(), "claims": deal.sentences() });
    Ok(keep(Thing::Deal(Arc::new(deal)), about))
}

fn commitment(file: &[u8]) -> Result<Value, Refusal> {
    let commitment = CommitmentFile::from_json(text("commitment", file)?);
    let commitment = commitment.map_err(|error| Refusal::malformed("commitment", error))?;
    let about = match &commitment {
        CommitmentFile::Book(book) => json!({
            "of": "book",
            "commitment": to_hex(&book.commitment),
            "halo2_commitment": book.halo2_commitment.as_ref().map(input_to_hex),
            "unit": book.unit.to_string(),
            "factors": book.factors,
        }),
        CommitmentFile::Pool(pool) => json!({
            "of": "pool",
            "commitment": to_hex(&pool.commitment),
            "halo2_commitment": input_to_hex(&pool.halo2_commitment),
            "schema": hex::encode(pool.schema),
        }),
    };
    Ok(keep(Thing::Commitment(Box::new(commitment)), about))
}
