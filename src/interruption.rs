//! Handling of Ctrl-C and termination: temporary files are removed, and existing files stay as they
//! were.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Exit status of a command that was interrupted: 128 plus the number of SIGINT, as in shells.
const INTERRUPTED: i32 = 130;

static BEGUN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn begun() -> MutexGuard<'static, Vec<PathBuf>> {
    BEGUN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Installs the signal handler.
pub fn watch() {
    let handler = || {
        for path in begun().drain(..) {
            let _ = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        }
        eprintln!("interrupted");
        std::process::exit(INTERRUPTED);
    };
    // Without a handler, an interruption leaves a temporary file behind, and nothing worse.
    let _ = ctrlc::set_handler(handler);
}

/// Registers a file or folder to remove on an interruption.
pub fn begin(path: &Path) {
    begun().push(path.to_owned());
}

/// Runs `work` to its end: an interruption waits for it.
pub fn uninterrupted<T>(work: impl FnOnce() -> T) -> T {
    let _guard = begun();
    work()
}
