//! The folder of the story's files, and keys, which both acts of `tailproof demo` share.

use std::fs::File;
use std::path::{Path, PathBuf};

use rand::rngs::OsRng;
use tailproof::keys::insecure_development_keys;
use tailproof::store::{Access, Output, Replace};
use tailproof::{Groth16, Prover, Refused};

use crate::failure::Failure;
use crate::interruption;
use crate::keys;
use crate::progress::spin;
use crate::writing;

/// Beginning of the names of temporary folders.
const PREFIX: &str = "tailproof-demo-";
/// The file in a temporary folder that is locked as long as its demo runs.
const LOCK: &str = ".lock";

/// A folder for the files of a demo that keeps none.
pub struct TemporaryFolder {
    folder: tempfile::TempDir,
    _lock: File,
}

impl TemporaryFolder {
    /// Makes a folder, and removes those that killed demos left.
    pub fn new() -> Result<Self, Failure> {
        let all = std::env::temp_dir();
        remove_abandoned(&all);
        let failed = || Failure::io("make a folder in", &all);
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&all).map_err(failed())?;
        let lock = File::create_new(folder.path().join(LOCK)).map_err(failed())?;
        lock.lock().map_err(failed())?;
        interruption::begin(folder.path());
        Ok(Self { folder, _lock: lock })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes the temporary folders whose demo has ended, as far as they can be removed.
fn remove_abandoned(all: &Path) {
    let entries = std::fs::read_dir(all).into_iter().flatten().flatten();
    for path in
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)).map(|entry| entry.path())
    {
        let lock = path.join(LOCK);
        // A pipe of that name would block.
        let ended = lock.is_file() && File::open(lock).is_ok_and(|lock| lock.try_lock().is_ok());
        if ended {
            let _ = std::fs::remove_dir_all(&path);
        }
    }
}

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
