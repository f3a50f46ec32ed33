//! Files that Python names: read as the command line reads them, written through the store.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use pyo3::exceptions::{PyBlockingIOError, PyFileExistsError, PyOSError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use tailproof::core::pool::cashflow::Assumptions;
use tailproof::store::{Access, Kind, Output, Replace, Store, StoreError};
use zeroize::Zeroizing;

use crate::errors;

/// Most bytes of a file that is read whole.
const MOST: u64 = 2 << 30;

/// Returns the store of this process.
pub fn store() -> &'static Store {
    static STORE: OnceLock<Store> = OnceLock::new();
    STORE.get_or_init(|| Store::new(format!("process {} (Python)", std::process::id())))
}

/// Returns a store of this process that waits for no lock.
pub fn impatient() -> &'static Store {
    static STORE: OnceLock<Store> = OnceLock::new();
    STORE.get_or_init(|| {
        let holder = format!("process {} (tailproof.farm)", std::process::id());
        Store::new(holder).with_patience(Duration::ZERO)
    })
}

/// Returns the assumptions of a file, with its name.
///
/// # Errors
/// `OSError`; InputError for a file that is not well formed.
pub fn assumptions(py: Python<'_>, path: &Path) -> PyResult<(String, Assumptions)> {
    let (file, text) = (path.display().to_string(), read_text(path)?);
    let assumptions = Assumptions::from_toml(&file, &text).map_err(|error| errors::input(py, &error))?;
    Ok((file, assumptions))
}

/// Reads a file whole; it is overwritten when it is dropped.
///
/// # Errors
/// `OSError`; a file of more than 2 GiB.
pub fn read(path: &Path) -> PyResult<Zeroizing<Vec<u8>>> {
    let failed = |error| failed(path, &error);
    let file = File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    if length > MOST {
        return Err(PyOSError::new_err(format!("{}: it is larger than 2 GiB", path.display())));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or_default()));
    file.take(MOST).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Reads a text whole; it is overwritten when it is dropped.
///
/// # Errors
/// `OSError`; `InputError` for a file that is no text in UTF-8.
pub fn read_text(path: &Path) -> PyResult<Zeroizing<String>> {
    let bytes = read(path)?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => {
            let name = path.display().to_string();
            Err(Python::attach(|py| errors::usage(py, &name, "it is no text in UTF-8")))
        }
    }
}

/// Returns the `OSError` of a file that could not be read: of the subclass, and with the number and
/// the name, that Python gives to such errors.
pub fn failed(path: &Path, error: &std::io::Error) -> PyErr {
    match error.raw_os_error() {
        Some(number) => {
            // Python shows the number itself.
            let text = std::io::Error::from_raw_os_error(number).to_string();
            let text = text.split(" (os error").next().unwrap_or_default().to_owned();
            PyOSError::new_err((number, text, path.display().to_string()))
        }
        None => PyOSError::new_err(format!("{}: {error}", path.display())),
    }
}

/// Returns the exception of a file that was not written.
fn not_written(error: &StoreError) -> PyErr {
    match error {
        StoreError::Exists { path } => {
            let text = format!("{}: a file is there that is not replaced; name another", path.display());
            PyFileExistsError::new_err(text)
        }
        StoreError::OtherKind { .. } | StoreError::NotAFile { .. } | StoreError::IsALink { .. } => {
            PyFileExistsError::new_err(error.to_string())
        }
        other => not_held(other),
    }
}

/// Returns the exception of a lock that was not taken.
pub fn not_held(error: &StoreError) -> PyErr {
    match error {
        StoreError::Held { .. } => PyBlockingIOError::new_err(error.to_string()),
        other => PyOSError::new_err(other.to_string()),
    }
}

/// Writes a public file whole or not at all.
///
/// # Errors
/// `FileExistsError` for a file that is not replaced; `OSError`.
pub fn write(py: Python<'_>, path: &Path, replace: Replace, bytes: &[u8]) -> PyResult<()> {
    let output = Output { path, access: Access::Public, replace };
    // Syncing takes its time: other threads run meanwhile.
    py.detach(|| store().write(&output, bytes).map(drop)).map_err(|error| not_written(&error))
}

/// Returns which file an output replaces: none, unless the caller asks for it.
pub fn replaced(kind: Kind, force: bool) -> Replace {
    if force { Replace::Like(kind) } else { Replace::Never }
}

/// A file of several that are written together.
pub struct Part<'p> {
    /// Path of the file.
    pub path: PathBuf,
    /// Permissions of the file.
    pub access: Access,
    /// The file that it replaces, if it may.
    pub replace: Replace,
    /// Content.
    pub bytes: &'p [u8],
}

/// Writes several files, all or none.
///
/// # Errors
/// `FileExistsError` for a file that is not replaced; `OSError`.
pub fn write_all(py: Python<'_>, folder: Option<&Path>, parts: &[Part<'_>]) -> PyResult<()> {
    let outputs: Vec<Output<'_>> =
        parts.iter().map(|part| Output { path: &part.path, access: part.access, replace: part.replace }).collect();
    let written = || -> Result<(), StoreError> {
        let mut transaction = match folder {
            Some(folder) => store().begin_in(folder, &outputs)?,
            None => store().begin(&outputs)?,
        };
        for (index, part) in parts.iter().enumerate() {
            transaction.stage(index, part.bytes)?;
        }
        transaction.put()
    };
    py.detach(written).map_err(|error| not_written(&error))
}

/// Warns of what was guessed about a file, as the command line says it.
pub fn warn(py: Python<'_>, text: &str) -> PyResult<()> {
    let category = py.import("tailproof._errors")?.getattr("ReadingWarning")?;
    let arguments = PyTuple::new(py, [text.into_pyobject(py)?.into_any(), category])?;
    py.import("warnings")?.call_method1("warn", arguments)?;
    Ok(())
}
