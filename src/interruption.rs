//! Ctrl-C and termination: what was begun beside its place is removed, and what stands in its place stays as it was.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Exit status of a command that was interrupted: 128 and the number of SIGINT, as shells say it.
const INTERRUPTED: i32 = 130;

static BEGUN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn begun() -> MutexGuard<'static, Vec<PathBuf>> {
    BEGUN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sets the handler.
pub fn watch() {
    let handler = || {
        for path in begun().drain(..) {
            let _ = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        }
        eprintln!("interrupted");
        std::process::exit(INTERRUPTED);
    };
    // Without a handler an interruption leaves a file beside its place, and nothing worse.
    let _ = ctrlc::set_handler(handler);
}

/// A file or folder to remove on an interruption.
pub fn begin(path: &Path) {
    begun().push(path.to_owned());
}

/// Runs what must be done wholly or not at all: an interruption waits for it.
pub fn uninterrupted<T>(work: impl FnOnce() -> T) -> T {
    let _guard = begun();
    work()
}
