//! The module that all writing of files goes through.
//!
//! A [`Store`] writes files whole or not at all, several files together or none of them, and holds a
//! lock on each name while it does. `docs/src/formats/writing.md` says what is promised.
//!
//! ```
//! use tailproof::store::{Access, Output, Replace, Store};
//!
//! let folder = std::env::temp_dir().join(format!("tailproof-example-{}", std::process::id()));
//! std::fs::create_dir_all(&folder)?;
//! let (public, secret) = (folder.join("c.json"), folder.join("o.json"));
//! let store = Store::default();
//! let mut pair = store.begin(&[
//!     Output { path: &secret, access: Access::Secret, replace: Replace::Never },
//!     Output { path: &public, access: Access::Public, replace: Replace::Never },
//! ])?;
//! pair.stage(0, br#"{"format": "tailproof-opening"}"#)?;
//! pair.stage(1, br#"{"format": "tailproof-commitment"}"#)?;
//! // Both files are there from here on, or neither.
//! pair.put()?;
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod destination;
mod disk;
mod error;
mod hold;
mod kind;
mod names;
mod recovery;
mod transaction;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use destination::Destination;
pub use disk::{Gate, Step};
pub use error::StoreError;
pub use hold::Hold;
pub use kind::Kind;
pub use transaction::{Staging, Transaction};

use disk::Disk;

/// The permissions of a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// As the umask allows, or as the file that is replaced.
    Public,
    /// At most readable and writable by the owner.
    Secret,
}

/// Whether a file is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replace {
    /// No file is replaced.
    Never,
    /// A file of this kind is replaced, and an empty one.
    Like(Kind),
}

impl Replace {
    /// The rule of every output that a command makes anew: a kind that is [made
    /// again](Kind::is_made_again) replaces its like, and every other kind only by `force`.
    pub fn rule(kind: Kind, force: bool) -> Self {
        if kind.is_made_again() || force { Self::Like(kind) } else { Self::Never }
    }
}

/// A file to write.
#[derive(Debug, Clone, Copy)]
pub struct Output<'a> {
    /// Path of the file. Links are followed.
    pub path: &'a Path,
    /// Permissions of the file.
    pub access: Access,
    /// Whether an existing file is replaced.
    pub replace: Replace,
}

/// Everything that writes files.
pub struct Store {
    disk: Disk,
    holder: String,
    patience: Duration,
    /// Temporary files and locks of this process. Held while files are put in place.
    begun: Mutex<Vec<PathBuf>>,
    /// Files that were put in place, as the caller named them, in their order.
    written: Mutex<Vec<PathBuf>>,
}

impl Default for Store {
    fn default() -> Self {
        Self::new(format!("process {}", std::process::id()))
    }
}

impl Store {
    /// Returns a store whose locks say that `holder` holds them, such as `process 123 (nightly
    /// batch)`.
    pub fn new(holder: impl Into<String>) -> Self {
        let patience = Duration::from_secs(10);
        Self {
            disk: Disk::default(),
            holder: holder.into(),
            patience,
            begun: Mutex::default(),
            written: Mutex::default(),
        }
    }

    /// Returns the store with another time to wait for a lock; 10 seconds otherwise.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Returns the store with a gate, which is asked before each step. For tests.
    #[must_use]
    pub fn with_gate(self, gate: impl Gate + 'static) -> Self {
        Self { disk: Disk::new(Box::new(gate)), ..self }
    }

    /// Takes the locks on files. They are held until the result is dropped.
    ///
    /// # Errors
    /// Another process holds one of them for longer than the store waits; a path that is no file's;
    /// an error of the disk.
    pub fn hold(&self, paths: &[&Path]) -> Result<Hold<'_>, StoreError> {
        Hold::take(self, paths)
    }

    /// Begins to write files, all or none. Takes the locks on them, undoes what an interrupted
    /// process left half done, and removes its temporary files.
    ///
    /// # Errors
    /// As [`Store::hold`]; a file exists and is not replaced, see [`Replace`].
    pub fn begin<'s>(&'s self, outputs: &[Output<'_>]) -> Result<Transaction<'s>, StoreError> {
        let paths: Vec<&Path> = outputs.iter().map(|output| output.path).collect();
        Transaction::begin(self.hold(&paths)?, outputs)
    }

    /// Begins to write files into a folder, which is made if it is not there, with its parents. They
    /// are removed again if the files are not put in place.
    ///
    /// # Errors
    /// As [`Store::begin`]; the folder cannot be made.
    pub fn begin_in<'s>(&'s self, folder: &Path, outputs: &[Output<'_>]) -> Result<Transaction<'s>, StoreError> {
        let mut begun = self.begun();
        let made = self.disk.make_folders(folder)?;
        begun.extend(made.iter().cloned());
        drop(begun);
        match self.begin(outputs) {
            Ok(transaction) => Ok(transaction.with_folders(made)),
            Err(error) => {
                made.iter().rev().for_each(|folder| self.discard(folder));
                Err(error)
            }
        }
    }

    /// Writes one file, or what a file's path leads to: a pipe, a device, a descriptor of this
    /// process. Returns the place.
    ///
    /// # Errors
    /// As [`Store::begin`]; an error of the disk, or of the stream.
    pub fn write(&self, output: &Output<'_>, bytes: &[u8]) -> Result<Destination, StoreError> {
        let destination = Destination::of(output.path)?;
        let streamed = match &destination {
            Destination::File(_) => {
                let mut transaction = self.begin(std::slice::from_ref(output))?;
                transaction.stage(0, bytes)?;
                return transaction.put().map(|()| destination);
            }
            stream => self.disk.write_stream(stream, bytes),
        };
        streamed.map_err(StoreError::writing(output.path)).map(|()| destination)
    }

    /// Removes what interrupted processes left beside files that are in place. Nothing happens to a
    /// file that another process holds, and to one whose temporary files cannot be removed.
    pub fn tidy(&self, paths: &[&Path]) {
        let mut left: HashMap<PathBuf, Vec<PathBuf>> = HashMap::new();
        for path in paths {
            let Ok(place) = Destination::file(path) else { continue };
            let folder = names::folder(&place).to_owned();
            let temporary = left.entry(folder).or_insert_with_key(|folder| names::temporaries(folder));
            if temporary.iter().any(|temporary| names::is_of(temporary, &place))
                && let Ok(_held) = Hold::take_within(self, &[path], Duration::ZERO)
            {
                let _ = recovery::recover(self, &place);
            }
        }
    }

    /// Makes a folder and its parents.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn make_folder(&self, path: &Path) -> Result<(), StoreError> {
        self.disk.make_folders(path).map(drop)
    }

    /// Removes all temporary files and locks of this process, and stops all writing for ever. Waits
    /// until files that are being put in place are there. For a process that was told to end.
    pub fn abandon(&self) {
        let mut begun = self.begun();
        // Files before their folders.
        for path in begun.drain(..).rev() {
            remove(&path);
        }
        std::mem::forget(begun);
    }

    /// Returns the files that this store has put in place, in their order, each once.
    pub fn written(&self) -> Vec<PathBuf> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn record<'p>(&self, paths: impl IntoIterator<Item = &'p PathBuf>) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        for path in paths {
            if !written.contains(path) {
                written.push(path.clone());
            }
        }
    }

    fn begun(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes a temporary file, if it can be.
    fn discard(&self, path: &Path) {
        let mut begun = self.begun();
        remove(path);
        begun.retain(|other| other != path);
    }
}

/// Removes a file or an empty folder, if it can be.
fn remove(path: &Path) {
    let _ = std::fs::remove_file(path).or_else(|_| std::fs::remove_dir(path));
}
