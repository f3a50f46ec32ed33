//! Answers to requests.

use std::sync::Arc;

use serde_json::{Value, json};
use tailproof_core::mandate::{Caps, Groups, Impact};
use tailproof_core::pool::Deal;
use tailproof_core::pool::cashflow::Assumptions;
use tailproof_core::scenarios::file as scenario_file;
use tailproof_core::{InputError, Mandate};
#[cfg(feature = "halo2")]
use tailproof_verifier::Halo2;
use tailproof_verifier::encoding::{digest_from_hex, input_to_hex, to_hex};
use tailproof_verifier::verified::KeysUsed;
use tailproof_verifier::{Backend, CommitmentFile, Groth16, Verifier};

use crate::bundle::bundle;
use crate::check;
use crate::files::{self, text};
use crate::fit;
#[cfg(feature = "halo2")]
use crate::halo2;
use crate::many;
use crate::message::split;
use crate::outcome::{none, verification};
use crate::refusal::Refusal;
use crate::request::{Fields, missing};
use crate::store::{self, Thing};
use crate::system::System;

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
        "verify-call" => verification(none(file).and_then(|()| check::call(fields))),
        "allows" => none(file).and_then(|()| fit::allows(fields)),
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
        "verify-bundle" => verification(bundle(file, fields)),
        "verify-calls" => none(file).and_then(|()| many::calls(fields)),
        _ => Err(Refusal::use_of(format!("there is no operation '{op}'"))),
    }
}

fn about() -> Value {
    #[cfg_attr(not(feature = "halo2"), expect(unused_mut, reason = "only halo2 adds to it"))]
    let mut about = json!({
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
    });
    #[cfg(feature = "halo2")]
    {
        about["backends"] = json!([Groth16::NAME, Halo2::NAME]);
        about["formats"]["halo2_keys"] = tailproof_circuits::halo2_keys::file::VERSION.into();
    }
    about
}

/// Decodes a file whose digest is the pinned one, if there is one, and keeps it.
fn decoded(op: &str, file: &[u8], mut fields: Fields) -> Result<Value, Refusal> {
    let pinned = match op {
        // Keys of anybody's choosing prove anything.
        "keys" => Some(fields.needed("digest")?),
        "commitment" => None,
        _ => fields.text("digest")?,
    };
    let assumptions = if op == "deal" { fields.text("assumptions")? } else { None };
    let mut named = |key| if op == "mandate" { fields.text(key) } else { Ok(None) };
    let files = Named { groups: named("groups")?, caps: named("caps")?, impact: named("impact")? };
    fields.end()?;
    let pinned = pinned.map(|text| digest_from_hex("digest", &text)).transpose();
    let pinned = pinned.map_err(|error| Refusal::use_of(error.to_string()))?;
    let (thing, digest, mut about) = match op {
        #[cfg(feature = "halo2")]
        "keys" if halo2::is_key(file) => about_keys(halo2::keys(file, pinned)?, halo2::thing),
        "keys" => keys(file)?,
        "scenarios" => scenarios(file)?,
        "mandate" => mandate(file, files)?,
        "deal" => deal(file, assumptions)?,
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
    let key = Groth16::key(file).map_err(|error| Refusal::malformed("keys", &error))?;
    Ok(about_keys(Verifier::<Groth16>::new(key), |verifier| Thing::Keys(Arc::new(verifier))))
}

fn about_keys<B: Backend>(verifier: Verifier<B>, thing: fn(Verifier<B>) -> Thing) -> Decoded {
    let used = KeysUsed { digest: verifier.key_digest(), provenance: verifier.provenance() };
    let about = json!({
        "shape": verifier.shape().to_string(),
        "kind": used.kind(),
        "development": used.is_development(),
        "header_says": used.provenance.map(|provenance| provenance.to_string()),
    });
    (thing(verifier), Some(used.digest), about)
}

fn scenarios(file: &[u8]) -> Result<Decoded, Refusal> {
    let (set, digest) = scenario_file::decode("scenarios", file)?;
    let about = json!({
        "header_says": set.sentence(),
        "scenarios": set.scenarios(),
        "factors": set.committed_names(),
        "factors_digest": hex::encode(set.factors_digest()),
    });
    Ok((Thing::Scenarios(Arc::new(set)), Some(digest), about))
}

/// Texts of the files that a mandate names.
struct Named {
    groups: Option<String>,
    caps: Option<String>,
    impact: Option<String>,
}

/// Decodes a mandate, and puts it over the texts of the files that it names, as far as they are given.
fn mandate(file: &[u8], Named { groups, caps, impact }: Named) -> Result<Decoded, Refusal> {
    let mut mandate = Mandate::from_toml("mandate", text("mandate", file)?)?;
    if let Some(groups) = groups {
        let groups = Groups::from_toml("groups", &groups)?;
        mandate = mandate.under(groups).map_err(|problem| InputError::in_file("groups", problem))?;
    }
    if let Some(caps) = caps {
        mandate = under_caps(mandate, &caps)?;
    }
    if let Some(impact) = impact {
        mandate = under_impact(mandate, &impact)?;
    }
    let clauses = mandate.clauses().iter().map(ToString::to_string);
    let claims: Vec<String> = clauses.chain(mandate.rule_sentences()).collect();
    let currency = Some(mandate.currency()).filter(|currency| !currency.is_empty());
    let about = json!({
        "name": mandate.name(),
        "currency": currency,
        "claims": claims,
        "coarsest_unit": mandate.coarsest_unit().to_string(),
        "has_scenario_rule": mandate.required_scenarios().is_some(),
    });
    let digest = mandate.digest();
    Ok((Thing::Mandate(Arc::new(mandate)), Some(digest), about))
}

/// Puts a mandate over the text of its caps.
#[inline(never)]
fn under_caps(mandate: Mandate, caps: &str) -> Result<Mandate, Refusal> {
    let caps = Caps::from_csv("caps", caps)?;
    Ok(mandate.under_caps(caps).map_err(|problem| InputError::in_file("caps", problem))?)
}

/// Puts a mandate over the text of its liquidity costs.
#[inline(never)]
fn under_impact(mandate: Mandate, impact: &str) -> Result<Mandate, Refusal> {
    let impact = Impact::from_csv("impact", impact)?;
    Ok(mandate.under_impact(impact).map_err(|problem| InputError::in_file("impact", problem))?)
}

/// Decodes a deal, and makes its claim on value of the text of its assumptions, if there is one.
fn deal(file: &[u8], assumptions: Option<String>) -> Result<Decoded, Refusal> {
    let mut deal = Deal::from_toml("deal", text("deal", file)?)?;
    if let Some(assumptions) = assumptions {
        deal = under_assumptions(&deal, &assumptions)?;
    }
    let about = json!({ "name": deal.name(), "claims": deal.sentences() });
    let digest = deal.digest();
    Ok((Thing::Deal(Arc::new(deal)), Some(digest), about))
}

/// Makes a deal's claim on value of the text of its assumptions.
#[inline(never)]
fn under_assumptions(deal: &Deal, assumptions: &str) -> Result<Deal, Refusal> {
    let assumptions = Assumptions::from_toml("assumptions", assumptions)?;
    Ok(deal.under(&assumptions).map_err(|problem| InputError::in_file("assumptions", problem))?)
}

fn commitment(file: &[u8]) -> Result<Decoded, Refusal> {
    let commitment = files::commitment(file)?;
    let about = match &commitment {
        CommitmentFile::Book(book) => json!({
            "of": "book",
            "commitment": to_hex(&book.commitment),
            "halo2_commitment": book.halo2_commitment.as_ref().map(input_to_hex),
            "unit": book.unit.to_string(),
            "factors": book.factors,
            "is_pnl": book.is_pnl,
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
