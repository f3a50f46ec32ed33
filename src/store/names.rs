//! Names of temporary files: `.tailproof-TAG-TRANSACTION.KIND` and `.tailproof-TAG.lock`, where the
//! tag is a digest of the name of the file that is written.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rand::RngCore;

const PREFIX: &str = ".tailproof-";

/// The parts of a transaction that lie beside a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    New,
    Old,
    Undo,
}

impl Part {
    fn suffix(self) -> &'static str {
        match self {
            Part::New => "new",
            Part::Old => "old",
            Part::Undo => "undo",
        }
    }
}

/// Returns 16 hex digits for the name of a file (FNV-1a), short enough for any file system.
fn tag(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    let hash = name
        .as_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

/// Returns the folder of a file.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Returns a name that no other transaction has.
pub(super) fn transaction() -> String {
    format!("{:016x}", rand::rngs::OsRng.next_u64())
}

pub(super) fn lock(path: &Path) -> PathBuf {
    folder(path).join(format!("{PREFIX}{}.lock", tag(path)))
}

pub(super) fn part(path: &Path, transaction: &str, part: Part) -> PathBuf {
    folder(path).join(format!("{PREFIX}{}-{transaction}.{}", tag(path), part.suffix()))
}

/// Whether a path may be that of a temporary file.
pub(super) fn is_temporary(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_bytes().starts_with(PREFIX.as_bytes()))
}

/// Whether a path is a part of a transaction, and no lock.
pub(super) fn is_part(path: &Path) -> bool {
    is_temporary(path) && path.extension().is_none_or(|extension| extension != "lock")
}

/// Returns the temporary files beside a file, except its lock.
pub(super) fn left_behind(path: &Path) -> io::Result<Vec<PathBuf>> {
    let start = format!("{PREFIX}{}-", tag(path));
    let mut found = Vec::new();
    for entry in fs::read_dir(folder(path))? {
        let entry = entry?;
        if entry.file_name().as_bytes().starts_with(start.as_bytes()) {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// Returns the temporary files in a folder, locks included; none if it cannot be read.
pub(super) fn temporaries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| is_temporary(path)).collect()
}

/// Whether a temporary file lies beside this file.
pub(super) fn is_of(temporary: &Path, path: &Path) -> bool {
    let start = format!("{PREFIX}{}", tag(path));
    temporary.file_name().is_some_and(|name| name.as_bytes().starts_with(start.as_bytes()))
}

/// Whether the temporary file is this part of a transaction.
pub(super) fn is(path: &Path, part: Part) -> bool {
    path.extension().is_some_and(|extension| extension == part.suffix())
}
