//! Handling of signals: temporary files are removed, and existing files stay as they were. The exit
//! status is 128 and the signal's number, as in shells.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};

use signal_hook::consts::{SIGABRT, SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::output::note;
use crate::writing;

/// Work to do before the process ends.
type LastWork = Box<dyn Fn() + Send>;

static LAST: Mutex<Option<LastWork>> = Mutex::new(None);
static FOLDERS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Installs the handlers of signals.
pub fn watch() {
    // Memory that is not there ends in an abort. Everything else that can abort is a defect.
    let always = Arc::new(true.into());
    let _ = signal_hook::flag::register_conditional_shutdown(SIGABRT, 2, always);
    let (ready, watching) = mpsc::channel();
    // Without a thread, a signal ends the program at once, and the next command removes what it
    // leaves behind.
    let thread = std::thread::Builder::new().name("signals".into()).spawn(move || {
        let signals = Signals::new([SIGINT, SIGTERM, SIGHUP]);
        let _ = ready.send(());
        if let Some(signal) = signals.ok().and_then(|mut signals| signals.forever().next()) {
            end(signal);
        }
    });
    if thread.is_ok() {
        let _ = watching.recv();
    }
}

fn end(signal: i32) -> ! {
    if let Some(work) = LAST.lock().unwrap_or_else(PoisonError::into_inner).take() {
        work();
    }
    writing::store().abandon();
    let folders = FOLDERS.lock().unwrap_or_else(PoisonError::into_inner);
    for folder in folders.iter() {
        let _ = std::fs::remove_dir_all(folder);
    }
    note!("interrupted");
    std::process::exit(128 + signal)
}

/// Registers a folder to remove on an interruption.
pub fn begin(folder: &Path) {
    FOLDERS.lock().unwrap_or_else(PoisonError::into_inner).push(folder.to_owned());
}

/// Registers work to do on an interruption, such as writing what was done so far.
pub fn at_end(work: impl Fn() + Send + 'static) {
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(work));
}
