//! Files and keys that ledgers of every kind are verified with.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tailproof::ledger::{Artefacts, KeyRing};
use tailproof::verifier::proof::backend_of;
use tailproof::{Backend, Deal, Groth16, Halo2, Mandate, ScenarioSet};

use crate::failure::Failure;
use crate::files;
use crate::flows;
use crate::keys::{self, KeyFolder};

/// Reads the keys of `folders` of the proof systems that are asked for. A folder has keys of
/// either, or of both.
pub fn key_ring(folders: &[PathBuf], wanted: impl Fn(&str) -> bool) -> Result<KeyRing, Failure> {
    let mut ring = KeyRing::default();
    for folder in folders {
        let (groth16, halo2) = (keys::has::<Groth16>(folder), keys::has::<Halo2>(folder));
        if wanted(Groth16::NAME) && (groth16 || !halo2) {
            ring.groth16.push(Groth16::verifier(folder)?);
        }
        if wanted(Halo2::NAME) && (halo2 || !groth16) {
            ring.halo2.push(Halo2::verifier(folder)?);
        }
    }
    Ok(ring)
}

/// The proofs, scenario sets, mandates, deals and assumptions of a folder, by their digests.
pub struct Folder(HashMap<String, PathBuf>);

impl Folder {
    /// Reads a folder.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let mut found = HashMap::new();
        for entry in std::fs::read_dir(folder).map_err(Failure::io("read the folder", folder))? {
            let path = entry.map_err(Failure::io("read the folder", folder))?.path();
            // A pipe would block.
            if !path.is_file() {
                continue;
            }
            let digest = match path.extension().and_then(|extension| extension.to_str()) {
                Some("json") => {
                    files::read_at_most(&path, files::MOST_JSON).ok().map(|bytes| hex::encode(Sha256::digest(bytes)))
                }
                Some("scn") => files::scenarios(&path).ok().map(|(_, digest)| hex::encode(digest)),
                Some("toml") => {
                    let mandate = files::mandate(&path).ok().map(|mandate| mandate.digest());
                    let terms = mandate.or_else(|| Some(files::deal(&path).ok()?.digest()));
                    terms.or_else(|| Some(flows::assumptions(&path).ok()?.digest())).map(hex::encode)
                }
                _ => None,
            };
            found.extend(digest.map(|digest| (digest, path)));
        }
        Ok(Self(found))
    }

    /// Reads the keys of `folders` of the proof systems of proofs, as far as they are in this folder.
    /// `proofs` are digests.
    pub fn key_ring<'d>(
        &self,
        folders: &[PathBuf],
        proofs: impl IntoIterator<Item = &'d str>,
    ) -> Result<KeyRing, Failure> {
        let paths = proofs.into_iter().filter_map(|proof| self.0.get(proof));
        let systems: BTreeSet<String> =
            paths.filter_map(|path| backend_of(&files::read_text(path).ok()?).ok()).collect();
        key_ring(folders, |name| systems.contains(name))
    }

    /// Whether a file has this digest.
    pub fn has(&self, digest: &[u8; 32]) -> bool {
        self.path(digest).is_some()
    }

    /// Makes a deal's claim on value of the assumptions that it names, where they are in the folder.
    pub fn under(&self, deal: Deal) -> Deal {
        let named = deal.cashflow().and_then(|terms| terms.assumptions);
        let assumptions = named.and_then(|digest| flows::assumptions(self.path(&digest)?).ok());
        assumptions.and_then(|assumptions| deal.under(&assumptions).ok()).unwrap_or(deal)
    }

    fn path(&self, digest: &[u8; 32]) -> Option<&Path> {
        self.0.get(&hex::encode(digest)).map(PathBuf::as_path)
    }
}

impl Artefacts for Folder {
    fn proof(&self, digest: &[u8; 32]) -> Option<Vec<u8>> {
        files::read_at_most(self.path(digest)?, files::MOST_JSON).ok()
    }

    fn scenarios(&self, digest: &[u8; 32]) -> Option<Arc<ScenarioSet>> {
        files::scenarios(self.path(digest)?).ok().map(|(set, _)| Arc::new(set))
    }

    fn mandate(&self, digest: &[u8; 32]) -> Option<Arc<Mandate>> {
        files::mandate(self.path(digest)?).ok().map(Arc::new)
    }

    fn deal(&self, digest: &[u8; 32]) -> Option<Arc<Deal>> {
        files::deal(self.path(digest)?).ok().map(|deal| Arc::new(self.under(deal)))
    }
}
