//! The folder of the story's files, and keys, which both acts of `tailproof demo` share.

use std::path::{Path, PathBuf};

use rand::rngs::OsRng;
use tailproof::keys::insecure_development_keys;
use tailproof::store::{Access, Output, Replace};
use tailproof::{Groth16, Prover, Refused};

use crate::failure::Failure;
use crate::keys;
use crate::progress::spin;
use crate::writing;

/// The folder of the story's files.
pub struct Folder(PathBuf);

impl Folder {
    /// Returns the files of a folder.
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Returns the path of a file.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a public file.
    pub fn publish(&self, name: &str, bytes: impl AsRef<[u8]>) -> Result<(), Failure> {
        self.write(name, bytes.as_ref(), Access::Public)
    }

    /// Writes a secret file.
    pub fn hide(&self, name: &str, bytes: impl AsRef<[u8]>) -> Result<(), Failure> {
        self.write(name, bytes.as_ref(), Access::Secret)
    }

    fn write(&self, name: &str, bytes: &[u8], access: Access) -> Result<(), Failure> {
        let output = Output { path: &self.path(name), access, replace: Replace::Never };
        writing::write_output(&output, bytes, "the demo writes every file once")
    }
}

/// Makes keys alone, writes them, and returns their prover.
pub fn development_prover(shape: &str, folder: &Path) -> Result<Prover<Groth16>, Failure> {
    let shape = shape.parse()?;
    let (proving, verifying) = spin("making development keys", || insecure_development_keys(shape, &mut OsRng))?;
    keys::warn_of_development(Some(verifying.header().provenance));
    let pair = keys::begin_pair(folder, false)?;
    keys::write_pair(pair, &proving, &verifying)?;
    Prover::new(proving, verifying).map_err(|error| keys::of_keys(folder, error))
}

/// Returns the failure of a verdict that the story does not expect.
pub fn unexpected(refused: Refused) -> Failure {
    match refused {
        Refused::NotValid(error) => error.into(),
        _ => Failure::Defect("a proof was refused without a verdict"),
    }
}
