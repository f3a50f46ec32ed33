//! Writing of files by the commands, all through the library's store.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tailproof::store::{Access, Destination, Hold, Kind, Output, Replace, Staging, Store, StoreError, Transaction};

use crate::failure::Failure;
use crate::output;

/// Groups of commands, whose second word is the command.
const GROUPS: [&str; 5] = ["scenarios", "attest", "ceremony", "ledger", "pool"];

static STORE: OnceLock<Store> = OnceLock::new();

/// Returns the store of this process.
pub fn store() -> &'static Store {
    STORE.get_or_init(|| {
        let store = Store::new(format!("process {} ({})", std::process::id(), command()));
        #[cfg(debug_assertions)]
        let store = crate::faults::injected(store);
        store
    })
}

/// Returns the words of the command that runs.
fn command() -> String {
    let mut words = std::env::args_os().skip(1).filter(|word| !word.to_string_lossy().starts_with('-'));
    let name = words.next().unwrap_or_default();
    let second = words.next().filter(|_| GROUPS.iter().any(|group| name == *group));
    let words = [Some(OsString::from("tailproof")), Some(name), second];
    words.into_iter().flatten().map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// Returns the files that were written so far.
pub fn written() -> Vec<PathBuf> {
    store().written()
}

/// Returns an output, which replaces one of its kind as [`Replace::rule`] says.
pub fn output(path: &Path, kind: Kind, access: Access, force: bool) -> Output<'_> {
    Output { path: place(path), access, replace: Replace::rule(kind, force) }
}

/// Returns a file that is read, added to, and put in the place of the old one.
pub fn adding(path: &Path, kind: Kind, access: Access) -> Output<'_> {
    Output { path: place(path), access, replace: Replace::Like(kind) }
}

/// Returns the path of an output: `-` is standard output.
fn place(path: &Path) -> &Path {
    if path == Path::new("-") { Path::new("/dev/stdout") } else { path }
}

/// Files that are being written, all or none.
pub struct Writing {
    transaction: Transaction<'static>,
    advice: &'static str,
}

/// Begins to write files. `advice` is what to do if one of them exists.
pub fn begin(outputs: &[Output<'_>], advice: &'static str) -> Result<Writing, Failure> {
    Writing::of(store().begin(outputs), advice)
}

/// Begins to write files into a folder, which is made if it is not there.
pub fn begin_in(folder: &Path, outputs: &[Output<'_>], advice: &'static str) -> Result<Writing, Failure> {
    Writing::of(store().begin_in(folder, outputs), advice)
}

/// Begins to write files that are held.
pub fn begin_held(hold: Hold<'static>, outputs: &[Output<'_>]) -> Result<Writing, Failure> {
    Writing::of(Transaction::begin(hold, outputs), "name another file")
}

/// Takes the lock on a file, to read it and to write it.
pub fn hold(path: &Path) -> Result<Hold<'static>, Failure> {
    Ok(store().hold(&[path])?)
}

impl Writing {
    fn of(transaction: Result<Transaction<'static>, StoreError>, advice: &'static str) -> Result<Self, Failure> {
        let transaction = transaction.map_err(|error| advised(error, advice))?;
        Ok(Self { transaction, advice })
    }

    /// Writes the temporary file of an output.
    pub fn stage(&mut self, output: usize, bytes: &[u8]) -> Result<(), Failure> {
        Ok(self.transaction.stage(output, bytes)?)
    }

    /// Writes the temporary file of an output, piece by piece.
    pub fn stage_with(
        &mut self,
        output: usize,
        write: impl FnOnce(&mut Staging<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.transaction.stage_with(output, write)
    }

    /// Puts all files in place, or none.
    pub fn put(self) -> Result<(), Failure> {
        self.transaction.put().map_err(|error| advised(error, self.advice))
    }
}

/// Writes a file that is made again, or into a pipe or a device.
pub fn write(path: &Path, kind: Kind, bytes: &[u8], access: Access) -> Result<(), Failure> {
    write_output(&output(path, kind, access, false), bytes, "name another file")
}

/// Writes a file, or into a pipe or a device. The summary goes to standard error if the file is standard
/// output.
pub fn write_output(output: &Output<'_>, bytes: &[u8], advice: &'static str) -> Result<(), Failure> {
    if let Destination::Descriptor(1) = store().write(output, bytes).map_err(|error| advised(error, advice))? {
        output::results_to_stderr();
    }
    Ok(())
}

/// Errors if a file exists that would not be replaced, before work that takes long.
pub fn check(output: &Output<'_>, advice: &'static str) -> Result<(), Failure> {
    output.check().map_err(|error| advised(error, advice))
}

/// Returns the failure with advice.
fn advised(error: StoreError, advice: &'static str) -> Failure {
    match error {
        StoreError::Exists { path } => Failure::Exists { file: path, advice },
        other => other.into(),
    }
}
