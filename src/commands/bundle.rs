//! `tailproof bundle`: a proof with everything public about it, in one file.

use std::path::{Path, PathBuf};

use serde_json::json;
use tailproof::attestations::Attestation;
use tailproof::bundle::{Bundle, Terms};
use tailproof::commitments::CommitmentFile;
use tailproof::store::{Access, Kind};
use tailproof::verifier::proof::backend_of;
use tailproof::{Backend, Groth16, Halo2};

use super::verify::{Question, check};
use crate::claims::public_claim;
use crate::cli::{Bundle as Options, PublicOptions};
use crate::failure::Failure;
use crate::files;
use crate::keys::KeyFolder;
use crate::options::context;
use crate::output::{out, print_json, shown};
use crate::writing;

/// Runs `tailproof bundle`. A proof that is not valid is not bundled.
pub fn run(options: &Options) -> Result<(), Failure> {
    let claim = public_claim(&options.public)?;
    let commitments = &options.commitment;
    let question = Question { context: context(options.context.as_deref())?, commitments, ..Question::default() };
    let answer = check(&options.proof, &claim, &options.keys, &question)?;
    answer.verdict()?;
    let checked = &answer.checked;
    let proof = files::read_at_most(&options.proof, files::MOST_JSON)?;
    let bundle = match checked.backend {
        Halo2::NAME => of_files::<Halo2>(proof, &options.public, &options.keys),
        _ => of_files::<Groth16>(proof, &options.public, &options.keys),
    }?;
    let text = |path: &PathBuf| files::read_at_most(path, files::MOST_JSON);
    let bundle = Bundle {
        commitments: options.commitment.iter().map(text).collect::<Result<_, _>>()?,
        attestations: options.attestation.iter().map(text).collect::<Result<_, _>>()?,
        ..bundle
    };
    read_json(&options.output, &bundle)?;
    write(&options.output, &bundle)?;
    let keys = hex::encode(checked.keys.digest);
    let (terms, set) = (hex::encode(claim.terms_digest()), claim.scenarios_digest().map(hex::encode));
    if options.json {
        print_json(&json!({
            "bundle": shown(&options.output), "keys_digest": keys, "mandate_digest": terms, "scenarios_digest": set,
        }));
    } else {
        out!("wrote {}; whoever knows the digests verifies it with", options.output.display());
        let set = set.map(|set| format!(" --scenarios-digest {set}")).unwrap_or_default();
        out!("tailproof verify {} --keys-digest {keys} --mandate-digest {terms}{set}", options.output.display());
    }
    Ok(())
}

/// Reads the commitments and attestations of a bundle, strictly.
pub fn read_json(path: &Path, bundle: &Bundle) -> Result<Vec<Attestation>, Failure> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    for file in &bundle.commitments {
        CommitmentFile::from_json(&text(file)).map_err(Failure::malformed(path))?;
    }
    let attestation = |file: &Vec<u8>| Attestation::from_json(&text(file)).map_err(Failure::malformed(path));
    bundle.attestations.iter().map(attestation).collect()
}

/// Returns the bundle of a proof with public files and the verifying key of a folder.
pub fn of_files<B: KeyFolder>(proof: Vec<u8>, public: &PublicOptions, keys: &Path) -> Result<Bundle, Failure> {
    let text = |path: &Path| files::read_at_most(path, files::MOST_JSON);
    let terms = match (&public.mandate, &public.deal) {
        (Some(mandate), _) => Terms::Mandate(text(mandate)?),
        (None, Some(deal)) => Terms::Deal(text(deal)?),
        (None, None) => return Err(Failure::Usage("a bundle has a --mandate or a --deal".into())),
    };
    let scenarios = public.scenarios.as_deref().map(files::read).transpose()?;
    let key = files::read(&keys.join(B::FILE))?;
    debug_assert!(backend_of(&String::from_utf8_lossy(&proof)).is_ok());
    Ok(Bundle { proof, terms, scenarios, key, commitments: Vec::new(), attestations: Vec::new() })
}

/// Writes a bundle; it replaces a bundle alone.
pub fn write(path: &Path, bundle: &Bundle) -> Result<(), Failure> {
    let bytes = bundle.encode().map_err(|problem| Failure::Bundle { file: path.to_owned(), problem })?;
    writing::write(path, Kind::Bundle, &bytes, Access::Public)
}
