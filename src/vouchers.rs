//! The attestors whom a verifier asks for, from the options and files that name them.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use tailproof::attestations::{Attestation, AttestorKey};
use tailproof::{Attestors, DigestList};

use crate::cli::VoucherOptions;
use crate::failure::Failure;
use crate::files;
use crate::options::{seconds, word};

/// Attestors, and the attestations at hand.
pub struct Vouchers {
    keys: Vec<AttestorKey>,
    given: Vec<Attestation>,
    subject: Option<[u8; 32]>,
    at: u64,
    revoked: Option<DigestList>,
}

impl Vouchers {
    /// Reads the attestors whom options ask for, with the attestations of a bundle; `None` if they
    /// ask for none.
    pub fn read(options: &VoucherOptions, of_bundle: Vec<Attestation>) -> Result<Option<Self>, Failure> {
        if options.attested_by.is_empty() {
            return Ok(None);
        }
        if options.attestation.is_empty() && of_bundle.is_empty() {
            return Err(Failure::Usage("--attested-by asks for attestations: give them with --attestation".into()));
        }
        let key = |text: &String| {
            text.parse::<AttestorKey>().map_err(|error| Failure::Usage(format!("--attested-by: {error}")))
        };
        let attestation =
            |path: &PathBuf| Attestation::from_json(&files::read_text(path)?).map_err(Failure::malformed(path));
        let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let revoked =
            |path: &Path| DigestList::of_attestations(&files::read_text(path)?).map_err(Failure::malformed(path));
        Ok(Some(Self {
            keys: options.attested_by.iter().map(key).collect::<Result<_, _>>()?,
            given: options
                .attestation
                .iter()
                .map(attestation)
                .chain(of_bundle.into_iter().map(Ok))
                .collect::<Result<_, _>>()?,
            subject: options.subject.as_deref().map(|text| word("subject", text)).transpose()?,
            at: options.at.as_deref().map(|text| seconds("at", text)).transpose()?.unwrap_or_else(now),
            revoked: options.revoked.as_deref().map(revoked).transpose()?,
        }))
    }

    /// Returns the attestors as the library takes them.
    pub fn attestors(&self) -> Attestors<'_> {
        let Self { keys, given, subject, at, revoked } = self;
        Attestors { keys, given, subject: *subject, at: *at, revoked: revoked.as_ref() }
    }
}
