//! The deployment file: where the contracts are, and what they were made with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use alloy::primitives::{Address, B256, Bytes};
use serde::{Deserialize, Serialize};

use crate::error::Failure;
use crate::files;
use crate::ladder::Ladder;

/// Version of the file.
pub const VERSION: u32 = 1;

/// Contracts of one chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// `tailproof-deployment`
    pub format: String,
    /// [`VERSION`]
    pub version: u32,
    /// EIP-155
    pub chain_id: u64,
    /// Contracts by name.
    pub contracts: BTreeMap<String, Contract>,
    /// Mandates by name.
    #[serde(default)]
    pub mandates: BTreeMap<String, Mandate>,
}

/// A contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// Name of its source.
    pub kind: String,
    /// Where it is.
    pub address: Address,
    /// Of its deployment.
    pub transaction: B256,
    /// First block in which it is.
    pub block: u64,
    /// SHA-256 of the code that was sent, with the constructor's arguments.
    pub code_sha256: String,
    /// Arguments of the constructor, ABI-encoded.
    pub arguments: Bytes,
}

/// A mandate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    /// Identifier on chain.
    pub id: B256,
    /// Ledger, by the name of its contract.
    pub ledger: String,
    /// Window, by the name of its contract.
    pub window: String,
    /// Ledger of realised losses, by the name of its contract.
    pub backtest: String,
    /// SHA-256 of the document.
    pub document: B256,
    /// The ladder of its limits, for keys with limits on the book.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ladder: Option<Ladder>,
    /// Shape of the key.
    pub shape: String,
}

impl Deployment {
    /// Returns an empty deployment.
    pub fn new(chain_id: u64) -> Self {
        let format = "tailproof-deployment".to_owned();
        Self { format, version: VERSION, chain_id, contracts: BTreeMap::new(), mandates: BTreeMap::new() }
    }

    /// Reads the file.
    ///
    /// # Errors
    /// It is not there, or is no deployment of this version.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let deployment: Self = files::read_json(path)?;
        if deployment.format != "tailproof-deployment" || deployment.version != VERSION {
            let Self { format, version, .. } = deployment;
            let problem =
                format!("format {format}, version {version}; this program reads tailproof-deployment {VERSION}");
            return Err(Failure::malformed(path)(problem));
        }
        Ok(deployment)
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        files::write_json(path, self)
    }

    /// Returns the contract of a name.
    ///
    /// # Errors
    /// There is none; the message lists those that there are.
    pub fn contract(&self, name: &str) -> Result<&Contract, Failure> {
        self.contracts.get(name).ok_or_else(|| {
            let names: Vec<&str> = self.contracts.keys().map(String::as_str).collect();
            Failure::Usage(format!("the deployment has no contract \"{name}\"; it has {}", names.join(", ")))
        })
    }

    /// Returns the mandate of a name.
    ///
    /// # Errors
    /// There is none; the message lists those that there are.
    pub fn mandate(&self, name: &str) -> Result<&Mandate, Failure> {
        self.mandates.get(name).ok_or_else(|| {
            let names: Vec<&str> = self.mandates.keys().map(String::as_str).collect();
            Failure::Usage(format!("the deployment has no mandate \"{name}\"; it has {}", names.join(", ")))
        })
    }
}

/// Returns the path of a sender's journal beside a deployment file. Nonces are the sender's, so each has its own.
pub fn journal_path(deployment: &Path, sender: Address) -> PathBuf {
    let mut name = deployment.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{sender:x}.journal"));
    deployment.with_file_name(name)
}
