//! The evidence about a ledger that a command is given, prices besides keys and files; and its audit
//! with them.

use std::path::{Path, PathBuf};

use tailproof::core::text::{parse_decimal, whole};
use tailproof::ledger::{Against, Audit, AuditError, Ledger};
use tailproof::scenarios::{Makers, Regenerate, Sources};
use tailproof::table::RawPrices;
use tailproof::verifier::encoding::digest_from_hex;

use crate::cli::{LedgerAgainst, TableArgs};
use crate::evidence::Folder;
use crate::failure::Failure;
use crate::files;
use crate::keys;

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
    let ring = folder.key_ring(keys, ledger.steps().iter().map(|step| &step.proof[..]))?;
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
