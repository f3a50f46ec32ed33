//! The evidence about a ledger that a command is given: keys, files and prices; and its audit with
//! them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tailproof::core::text::{parse_decimal, whole};
use tailproof::ledger::{Against, Artefacts, Audit, AuditError, KeyRing, Ledger};
use tailproof::scenarios::{Makers, Regenerate, Sources};
use tailproof::table::RawPrices;
use tailproof::verifier::encoding::digest_from_hex;
use tailproof::verifier::proof::backend_of;
use tailproof::{Backend, Groth16, Halo2, Mandate, ScenarioSet};

use crate::cli::{LedgerAgainst, TableArgs};
use crate::failure::Failure;
use crate::files;
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

/// Prices of the verifier's own as their file has them, and rates of currencies.
pub struct Market {
    prices: RawPrices,
    rates: Option<RawPrices>,
}

impl Market {
    /// Reads them; `None` without prices.
    pub fn read(prices: Option<&Path>, rates: Option<&Path>, tables: &TableArgs) -> Result<Option<Self>, Failure> {
        let Some(prices) = prices else { return Ok(None) };
        let tables = tables.options();
        let rates = rates.map(|path| files::raw_prices(path, &tables)).transpose()?;
        Ok(Some(Self { prices: files::raw_prices(prices, &tables)?, rates }))
    }

    pub fn sources(&self) -> Sources<'_> {
        Sources { rates: self.rates.as_ref().map(|rates| &rates.table), ..Sources::raw(&self.prices.table) }
    }
}

/// Verifies a ledger with the files and keys of folders, and with prices.
pub fn audit(
    ledger: &Ledger,
    files: &Path,
    keys: &[PathBuf],
    market: Option<&Market>,
    against: &LedgerAgainst,
) -> Result<Audit, Failure> {
    let head = |text: &String| digest_from_hex("--head", text).map_err(Failure::malformed(Path::new("command line")));
    let heads = against.head.iter().map(head).collect::<Result<Vec<_>, _>>()?;
    let tightness = against.tightness.as_deref().map(fraction).transpose()?;
    let folder = Folder::read(files)?;
    let systems = folder.proof_systems(ledger);
    let ring = key_ring(keys, |name| systems.contains(&name.to_owned()))?;
    let sources = market.map(Market::sources).unwrap_or_default();
    let Sources { raw, rates, .. } = sources;
    let maker: Option<&(dyn Regenerate + Sync)> = Some(&Makers);
    let against =
        Against { raw, rates, maker, tolerance: against.tolerance, heads: &heads, tightness, ..Against::default() };
    ledger.verify(&folder, &ring, &against).map_err(|error| in_audit(files, error))
}

/// Returns the millionths of `--tightness`.
fn fraction(text: &str) -> Result<u32, Failure> {
    let millionths = parse_decimal(text).and_then(|value| whole("the tightness", value, 6, 1_000_000));
    let millionths = millionths.map_err(|problem| Failure::Option { option: "tightness", problem })?;
    u32::try_from(millionths).map_err(|_| Failure::Defect("a fraction of one is beyond one"))
}

/// Returns the failure of an audit.
fn in_audit(folder: &Path, error: AuditError) -> Failure {
    match error {
        AuditError::Missing { date, kind, digest } => Failure::Usage(format!(
            "{date}: no {kind} with digest {digest} is in {}; proofs are looked for in .json, scenario sets in .scn and \
             mandates in .toml files",
            folder.display()
        )),
        AuditError::NoKeys { date, keys } => Failure::Usage(format!("{date}: none of the --keys is {keys}")),
        other => Failure::Audit(other),
    }
}

/// Warns of development keys, once of each.
pub fn warn_of_development(audit: &Audit) {
    let mut warned = Vec::new();
    for step in &audit.steps {
        if !warned.contains(&step.keys.digest) {
            warned.push(step.keys.digest);
            keys::warn_of_development(step.keys.provenance);
        }
    }
}

/// The proofs, scenario sets and mandates of a folder, by their digests.
struct Folder(HashMap<String, PathBuf>);

impl Folder {
    fn read(folder: &Path) -> Result<Self, Failure> {
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
                Some("toml") => files::mandate(&path).ok().map(|mandate| hex::encode(mandate.digest())),
                _ => None,
            };
            found.extend(digest.map(|digest| (digest, path)));
        }
        Ok(Self(found))
    }

    /// Returns the proof systems of a ledger's proofs, as far as they are in the folder.
    fn proof_systems(&self, ledger: &Ledger) -> Vec<String> {
        let paths = ledger.steps().iter().filter_map(|step| self.0.get(&step.proof));
        paths.filter_map(|path| backend_of(&files::read_text(path).ok()?).ok()).collect()
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
}
