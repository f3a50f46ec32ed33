//! Answers to requests.

use std::sync::Arc;

use serde_json::{Value, json};
use tailproof_core::Mandate;
use tailproof_core::pool::Deal;
use tailproof_core::scenarios::factors::factors_digest;
use tailproof_core::scenarios::file as scenario_file;
use tailproof_verifier::encoding::{digest_from_hex, input_to_hex, to_hex};
use tailproof_verifier::keys::decode_verifying_key;
use tailproof_verifier::verified::KeysUsed;
use tailproof_verifier::{Backend, CommitmentFile, Groth16, Verifier};

use crate::check::{self, text};
use crate::fit;
use crate::many;
use crate::message::split;
use crate::refusal::{Refusal, USE};
use crate::request::{Fields, missing};
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
    let (json, file) = split(message)?;
    let mut fields = Fields::parse(json)?;
    let op = fields.needed("op")?;
    match &op[..] {
        "verify" => verification(check::file(file, fields)),
        "verify-bundle" => verification(check::bundle(file, fields)),
        "verify-call" => verification(none(file).and_then(|()| check::call(fields))),
        "allows" => none(file).and_then(|()| fit::allows(fields)),
        "verify-calls" => none(file).and_then(|()| many::calls(fields)),
        "keys" | "scenarios" | "mandate" | "deal" | "commitment" => decoded(&op, file, fields),
        "release" => {
            let handle = fields.number("handle")?.ok_or_else(|| missing("handle"))?;
            fields.end()?;
            none(file)?;
            store::with(|store| store.release(handle))?;
            Ok(json!({}))
        }
        "about" => {
            fields.end()?;
            none(file)?;
            Ok(about())
        }
        _ => Err(Refusal::use_of(format!("there is no operation '{op}'"))),
    }
}

/// Checks that a message has no file.
fn none(file: &[u8]) -> Result<(), Refusal> {
    if file.is_empty() { Ok(()) } else { Err(Refusal::use_of("this operation takes no file")) }
}

/// A proof that is not accepted has a result too; a wrong use of the module has none.
fn verification(outcome: Result<Value, Refusal>) -> Result<Value, Refusal> {
    let result = match outcome {
        Err(refusal) if refusal.code == USE => return Err(refusal),
        Err(refusal) => refusal.result(),
        Ok(result) => result,
    };
    Ok(json!({ "result": result }))
}

fn about() -> Value {
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "backends": [Groth16::NAME],
        "attestations": tailproof_verifier::attestation::key::CHECKED_HERE,
        "formats": {
            "scenario_set": scenario_file::VERSION,
            "commitment": tailproof_verifier::json_file::VERSION,
            "proof": tailproof_verifier::proof::file::VERSION,
            "keys": tailproof_verifier::keys::header::VERSION,
            "bundle": tailproof_verifier::bundle::VERSION,
        },
    })
}

/// Decodes a file whose digest is the pinned one, if there is one, and keeps it.
fn decoded(op: &str, file: &[u8], mut fields: Fields) -> Result<Value, Refusal> {
    let pinned = match op {
        // Keys of anybody's choosing prove anything.
        "keys" => Some(fields.needed("digest")?),
        "commitment" => None,
        _ => fields.text("digest")?,
    };
    fields.end()?;
    let pinned = pinned.map(|text| digest_from_hex("digest", &text)).transpose();
    let pinned = pinned.map_err(|error| Refusal::use_of(error.to_string()))?;
    let (thing, digest, mut about) = match op {
        "keys" => keys(file)?,
        "scenarios" => scenarios(file)?,
        "mandate" => mandate(file)?,
        "deal" => deal(file)?,
        _ => commitment(file)?,
    };
    if let Some(pinned) = pinned.filter(|pinned| digest != Some(*pinned)) {
        return Err(Refusal::other_digest(op, digest, &pinned));
    }
    if let Some(digest) = digest {
        about["digest"] = hex::encode(digest).into();
    }
    about["handle"] = store::with(|store| store.keep(thing)).into();
    Ok(about)
}

/// A thing, its digest, and its description.
type Decoded = (Thing, Option<[u8; 32]>, Value);

fn keys(file: &[u8]) -> Result<Decoded, Refusal> {
    let key = decode_verifying_key(file).map_err(|error| Refusal::malformed("keys", &error))?;
    let verifier = Verifier::<Groth16>::new(key);
    let used = KeysUsed { digest: verifier.key_digest(), provenance: verifier.provenance() };
    let about = json!({
        "shape": verifier.shape().to_string(),
        "kind": used.kind(),
        "development": used.is_development(),
        "header_says": used.provenance.map(|provenance| provenance.to_string()),
    });
    Ok((Thing::Keys(Arc::new(verifier)), Some(used.digest), about))
}

fn scenarios(file: &[u8]) -> Result<Decoded, Refusal> {
    let (set, digest) = scenario_file::decode("scenarios", file)?;
    let about = json!({
        "header_says": set.sentence(),
        "scenarios": set.scenarios(),
        "factors": set.factors(),
        "factors_digest": hex::encode(factors_digest(set.factors())),
    });
    Ok((Thing::Scenarios(Arc::new(set)), Some(digest), about))
}

fn mandate(file: &[u8]) -> Result<Decoded, Refusal> {
    let mandate = Mandate::from_toml("mandate", text("mandate", file)?)?;
    let claims: Vec<String> = mandate.clauses().iter().map(ToString::to_string).collect();
    let currency = Some(mandate.currency()).filter(|currency| !currency.is_empty());
    let about = json!({
        "name": mandate.name(),
        "currency": currency,
        "claims": claims,
        "has_scenario_rule": mandate.scenario_rule().is_some(),
    });
    let digest = mandate.digest();
    Ok((Thing::Mandate(Arc::new(mandate)), Some(digest), about))
}

fn deal(file: &[u8]) -> Result<Decoded, Refusal> {
    let deal = Deal::from_toml("deal", text("deal", file)?)?;
    let about = json!({ "name": deal.name(), "claims": deal.sentences() });
    let digest = deal.digest();
    Ok((Thing::Deal(Arc::new(deal)), Some(digest), about))
}

fn commitment(file: &[u8]) -> Result<Decoded, Refusal> {
    let commitment = check::commitment(file)?;
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
    Ok((Thing::Commitment(Box::new(commitment)), None, about))
}
