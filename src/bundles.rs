//! Bundles of the files of a proof.

use std::path::Path;

use tailproof::attestations::Attestation;
use tailproof::bundle::{Bundle, Terms};
use tailproof::commitments::CommitmentFile;
use tailproof::store::{Access, Kind};
use tailproof::verifier::proof::backend_of;

use crate::cli::PublicOptions;
use crate::failure::Failure;
use crate::files;
use crate::keys::KeyFolder;
use crate::writing;

/// Reads the commitments and attestations of a bundle, strictly, and returns the attestations.
pub fn attestations(path: &Path, bundle: &Bundle) -> Result<Vec<Attestation>, Failure> {
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
    let named = public.mandate.as_deref().map(files::named_texts).transpose()?.unwrap_or_default();
    let [groups, caps, impact] = [named.groups, named.caps, named.impact].map(|text| text.map(String::into_bytes));
    let assumptions = public.assumptions.as_deref().map(text).transpose()?;
    let scenarios = public.scenarios.as_deref().map(files::read).transpose()?;
    let key = files::read(&keys.join(B::FILE))?;
    debug_assert!(backend_of(&String::from_utf8_lossy(&proof)).is_ok());
    let (commitments, attestations) = (Vec::new(), Vec::new());
    Ok(Bundle { proof, terms, scenarios, key, commitments, attestations, groups, assumptions, caps, impact })
}

/// Writes a bundle; it replaces a bundle alone.
pub fn write(path: &Path, bundle: &Bundle) -> Result<(), Failure> {
    let bytes = bundle.encode().map_err(|problem| Failure::Bundle { file: path.to_owned(), problem })?;
    writing::write(path, Kind::Bundle, &bytes, Access::Public)
}
