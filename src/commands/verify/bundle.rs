//! `tailproof verify FILE.tailproof`: a bundle, and what the caller knows of it.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use tailproof::bundle::{self, Bundle, Content, OtherDigest, Pins, Terms};
use tailproof::core::scenarios::file as scenario_file;
use tailproof::verifier::encoding::digest_from_hex;
use tailproof::verifier::proof::backend_of;
use tailproof::verifier::verdict::refused_json;
use tailproof::{Backend, Claim, Deal, Groth16, Halo2, Mandate, ProofFile, ScenarioSet, Verifier};

use super::answer::{Answer, checked_by, question};
use super::words::{as_json, print, strictly};
use crate::bundles::attestations;
use crate::cli::Verify;
use crate::failure::Failure;
use crate::files;
use crate::flows::under;
use crate::keys::KeyFolder;
use crate::output::{out, print_json};

/// Verifies a bundle.
pub fn run(options: &Verify, path: &Path) -> Result<(), Failure> {
    let bytes = files::read_at_most(path, bundle::MOST)?;
    let bundle = Bundle::decode(&bytes).map_err(|problem| Failure::Bundle { file: path.to_owned(), problem })?;
    let attestations = attestations(path, &bundle)?;
    let claim = match claim(options, path, &bundle) {
        Err(Failure::Instance(error)) if error.is_verdict() => {
            return refused(options, error.code(), Failure::NotAllowed(error));
        }
        other => other?,
    };
    let text = std::str::from_utf8(&bundle.proof).unwrap_or_default();
    let question = question(options, &claim, attestations)?;
    let answer = if backend_of(text).map_err(Failure::malformed(path))? == Halo2::NAME {
        let proof = ProofFile::<Halo2>::from_json(text).map_err(Failure::malformed(path))?;
        checked_by(&proof, verifier(options, path, &bundle)?, &claim, place(options, path), &question)?
    } else {
        let proof = ProofFile::<Groth16>::from_json(text).map_err(Failure::malformed(path))?;
        checked_by(&proof, verifier(options, path, &bundle)?, &claim, place(options, path), &question)?
    };
    let (pins, keys) = (named(options)?, answer.checked.keys.digest);
    if let Err(other) = pins.check(&claim, keys) {
        return refused(options, OtherDigest::CODE, Failure::FromBundle(other.to_string()));
    }
    say(options, &unknown(options, &pins, &claim, keys), &claim, &answer)
}

/// Says a refusal in JSON too.
fn refused(options: &Verify, code: &str, failure: Failure) -> Result<(), Failure> {
    if options.json {
        print_json(&refused_json(code, &failure.to_string()));
    }
    Err(failure)
}

/// Returns the claim: of the caller's files where they are given, of the bundle's otherwise.
fn claim(options: &Verify, path: &Path, bundle: &Bundle) -> Result<Claim, Failure> {
    let name = path.display().to_string();
    let set = match (&options.public.scenarios, &bundle.scenarios) {
        (Some(file), _) => Some(files::scenarios(file)?.0),
        (None, Some(bytes)) => Some(scenario_file::decode(&name, bytes)?.0),
        (None, None) => None,
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let given = &options.public;
    let assumptions = given.assumptions.as_deref();
    let pool = |deal, set: Option<ScenarioSet>| {
        // The caller's assumptions come before those of the bundle.
        let deal = match assumptions {
            Some(_) => under(deal, assumptions)?,
            None => bundle.completed_deal(&name, deal)?,
        };
        Ok(Claim::pool(deal, set.map(Arc::new))?)
    };
    match (&given.mandate, &given.deal, &bundle.terms) {
        (Some(file), _, _) => market(bundle.completed(&name, files::mandate(file)?)?, set),
        (None, Some(file), _) => pool(files::deal(file)?, set),
        (None, None, Terms::Mandate(bytes)) => {
            market(bundle.completed(&name, Mandate::from_toml(&name, &text(bytes))?)?, set)
        }
        (None, None, Terms::Deal(bytes)) => pool(Deal::from_toml(&name, &text(bytes))?, set),
    }
}

fn market(mandate: Mandate, set: Option<ScenarioSet>) -> Result<Claim, Failure> {
    let set = set.ok_or_else(|| Failure::Usage("a mandate is over a scenario set, and the bundle has none".into()))?;
    Claim::market(mandate, set).map_err(Failure::Instance)
}

fn place<'p>(options: &'p Verify, path: &'p Path) -> &'p Path {
    options.keys.as_deref().unwrap_or(path)
}

fn verifier<B: KeyFolder>(options: &Verify, path: &Path, bundle: &Bundle) -> Result<Verifier<B>, Failure> {
    match &options.keys {
        Some(folder) => B::verifier(folder),
        None => B::decoded(&bundle.key).map_err(Failure::malformed(path)),
    }
}

/// Returns the digests that options name.
fn named(options: &Verify) -> Result<Pins, Failure> {
    let digest = |option, text: &Option<String>| {
        let digest = text.as_deref().map(|text| digest_from_hex(option, text)).transpose();
        digest.map_err(Failure::malformed(Path::new("command line")))
    };
    Ok(Pins {
        keys: digest("--keys-digest", &options.keys_digest)?,
        terms: digest("--mandate-digest", &options.mandate_digest)?,
        scenarios: digest("--scenarios-digest", &options.scenarios_digest)?,
    })
}

/// Returns what only the bundle itself vouches for: files that the caller gives count as known.
fn unknown(options: &Verify, pins: &Pins, claim: &Claim, keys: [u8; 32]) -> Vec<Content> {
    let public = &options.public;
    let given = |is_given: bool, digest| Some(digest).filter(|_| is_given);
    let set = public.scenarios.is_some() || options.sources.any();
    let known = Pins {
        keys: pins.keys.or(given(options.keys.is_some(), keys)),
        terms: pins.terms.or(given(public.mandate.is_some() || public.deal.is_some(), claim.terms_digest())),
        scenarios: pins.scenarios.or(claim.scenarios_digest().filter(|_| set)),
    };
    known.unknown(claim, keys)
}

/// Returns the options that make a thing known.
fn cure(what: &str) -> &'static str {
    match what {
        "keys" => "--keys FOLDER or --keys-digest",
        "mandate" => "--mandate FILE or --mandate-digest",
        "deal" => "--deal FILE or --mandate-digest",
        _ => "--scenarios FILE, --scenarios-digest or --prices",
    }
}

fn say(options: &Verify, unknown: &[Content], claim: &Claim, answer: &Answer) -> Result<(), Failure> {
    let checked = &answer.checked;
    let failure = (!unknown.is_empty() && checked.verdict.is_ok()).then(|| {
        let each = |Content { what, digest }: &Content| {
            let digest = digest.map(hex::encode).unwrap_or_default();
            format!("the {what} ({digest}; give {})", cure(what))
        };
        let list = unknown.iter().map(each).collect::<Vec<_>>().join("; ");
        Failure::FromBundle(format!("from the bundle alone, and compared with nothing: {list}"))
    });
    if options.json {
        let mut json = as_json(answer, claim);
        json["from_bundle"] = unknown.iter().map(|content| Value::from(content.what)).collect();
        if let Some(failure) = &failure {
            json["valid"] = false.into();
            json["code"] = "from-bundle".into();
            json["reason"] = failure.to_string().into();
        }
        print_json(&json);
    } else if failure.is_some() {
        out!("from the bundle, under commitment {}:", checked.commitment);
        for sentence in claim.sentences() {
            out!("  {sentence}");
        }
    } else if let Ok(verified) = answer.verdict() {
        print(verified, claim);
    }
    match failure {
        Some(failure) => Err(failure),
        None => strictly(options, answer),
    }
}
