//! `tailproof verify FILE.tailproof`: a bundle, and what the caller knows of it.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use tailproof::bundle::{self, Bundle, Terms};
use tailproof::core::scenarios::file as scenario_file;
use tailproof::verifier::Checked;
use tailproof::verifier::encoding::digest_from_hex;
use tailproof::verifier::proof::backend_of;
use tailproof::verifier::verdict::refused_json;
use tailproof::{Backend, Claim, Deal, Groth16, Halo2, Mandate, ProofFile, ScenarioSet, Verifier};

use super::bundle::read_json;
use super::verify::{Answer, as_json, checked_by, print, question, strictly};
use crate::cli::Verify;
use crate::failure::Failure;
use crate::files;
use crate::keys::KeyFolder;
use crate::output::{out, print_json};

/// A thing of the bundle that the caller neither gave nor named by its digest.
struct Unknown {
    what: &'static str,
    digest: String,
    cure: &'static str,
}

/// Verifies a bundle.
pub fn run(options: &Verify, path: &Path) -> Result<(), Failure> {
    let bytes = files::read_at_most(path, bundle::MOST)?;
    let bundle = Bundle::decode(&bytes).map_err(|problem| Failure::Bundle { file: path.to_owned(), problem })?;
    let attestations = read_json(path, &bundle)?;
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
    if let Some(failure) = others(options, &claim, &answer.checked)? {
        return refused(options, "other-digest", failure);
    }
    say(options, &claim, &answer)
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
    match (&given.mandate, &given.deal, &bundle.terms) {
        (Some(file), _, _) => market(files::mandate(file)?, set),
        (None, Some(file), _) => Ok(Claim::pool(files::deal(file)?, set.map(Arc::new))?),
        (None, None, Terms::Mandate(bytes)) => market(Mandate::from_toml(&name, &text(bytes))?, set),
        (None, None, Terms::Deal(bytes)) => Ok(Claim::pool(Deal::from_toml(&name, &text(bytes))?, set.map(Arc::new))?),
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

/// Returns the failure of a digest that is not the caller's.
fn others(options: &Verify, claim: &Claim, checked: &Checked) -> Result<Option<Failure>, Failure> {
    let found = [
        ("keys", "--keys-digest", &options.keys_digest, Some(checked.keys.digest)),
        ("mandate or deal", "--mandate-digest", &options.mandate_digest, Some(claim.terms_digest())),
        ("scenario set", "--scenarios-digest", &options.scenarios_digest, claim.scenarios_digest()),
    ];
    for (what, option, wanted, found) in found {
        let Some(wanted) = wanted else { continue };
        let wanted = digest_from_hex(option, wanted).map_err(Failure::malformed(Path::new("command line")))?;
        if found != Some(wanted) {
            let found = found.map_or_else(|| "not there".to_owned(), hex::encode);
            return Ok(Some(Failure::FromBundle(format!(
                "the {what} of the bundle is {found}, not {}",
                hex::encode(wanted)
            ))));
        }
    }
    Ok(None)
}

/// Returns what only the bundle itself vouches for.
fn unknown(options: &Verify, claim: &Claim, checked: &Checked) -> Vec<Unknown> {
    let mut unknown = Vec::new();
    let mut add = |known: bool, what, digest: [u8; 32], cure| {
        if !known {
            unknown.push(Unknown { what, digest: hex::encode(digest), cure });
        }
    };
    let public = &options.public;
    let knows_keys = options.keys.is_some() || options.keys_digest.is_some();
    add(knows_keys, "keys", checked.keys.digest, "--keys FOLDER or --keys-digest");
    let knows_terms = public.mandate.is_some() || public.deal.is_some() || options.mandate_digest.is_some();
    let (what, cure) = match claim {
        Claim::Market(_) => ("mandate", "--mandate FILE or --mandate-digest"),
        Claim::Pool(_) => ("deal", "--deal FILE or --mandate-digest"),
    };
    add(knows_terms, what, claim.terms_digest(), cure);
    // A mandate that names its one set settles it; so does a deal, whose set is made again from it.
    let settled = match claim {
        Claim::Market(claim) => claim.mandate().scenario_rule().is_some_and(|rule| rule.digest.is_some()),
        Claim::Pool(_) => false,
    };
    let knows_set = public.scenarios.is_some()
        || options.scenarios_digest.is_some()
        || options.sources.any()
        || (settled && knows_terms);
    if let Some(digest) = claim.scenarios_digest() {
        add(knows_set, "scenario set", digest, "--scenarios FILE, --scenarios-digest or --prices");
    }
    unknown
}

fn say(options: &Verify, claim: &Claim, answer: &Answer) -> Result<(), Failure> {
    let checked = &answer.checked;
    let unknown = unknown(options, claim, checked);
    let list = |each: &dyn Fn(&Unknown) -> String| unknown.iter().map(each).collect::<Vec<_>>().join("; ");
    let failure = (!unknown.is_empty() && checked.verdict.is_ok()).then(|| {
        let each = |Unknown { what, digest, cure }: &Unknown| format!("the {what} ({digest}; give {cure})");
        Failure::FromBundle(format!("from the bundle alone, and compared with nothing: {}", list(&each)))
    });
    if options.json {
        let mut json = as_json(answer, claim);
        json["from_bundle"] = unknown.iter().map(|unknown| Value::from(unknown.what)).collect();
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
