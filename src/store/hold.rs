//! Locks on names of files.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::OFlags;

use super::disk::{Step, open_own};
use super::error::StoreError;
use super::{Destination, Store, names};

/// Time between two attempts to take a lock.
const PAUSE: Duration = Duration::from_millis(20);

/// Locks on files, until it is dropped.
///
/// The lock is on a file beside the one that is written, since a rename puts another file in its
/// place. It ends with the process that holds it.
pub struct Hold<'s> {
    store: &'s Store,
    locks: Vec<Lock>,
}

struct Lock {
    /// The file that is held.
    held: PathBuf,
    path: PathBuf,
    file: File,
}

impl<'s> Hold<'s> {
    pub(super) fn take(store: &'s Store, paths: &[&Path]) -> Result<Self, StoreError> {
        Self::take_within(store, paths, store.patience)
    }

    /// Takes locks, and waits at most so long for each.
    pub(super) fn take_within(store: &'s Store, paths: &[&Path], patience: Duration) -> Result<Self, StoreError> {
        let place = |path: &&Path| Ok((Destination::file(path)?, path.to_path_buf()));
        let mut files = paths.iter().map(place).collect::<Result<Vec<_>, StoreError>>()?;
        // One order for all processes, so that no two wait for each other.
        files.sort();
        if let Some(same) = files.windows(2).find(|two| two[0].0 == two[1].0) {
            return Err(StoreError::Twice { path: same[0].1.clone() });
        }
        let mut hold = Self { store, locks: Vec::new() };
        for (file, given) in files {
            let lock = take(store, (&file, &given), patience)?;
            hold.locks.push(lock);
        }
        Ok(hold)
    }

    pub(super) fn store(&self) -> &'s Store {
        self.store
    }

    /// Whether a file is held.
    pub(super) fn holds(&self, path: &Path) -> bool {
        self.locks.iter().any(|lock| lock.held == path)
    }
}

impl Hold<'_> {
    pub(super) fn release(&mut self) {
        for lock in self.locks.drain(..) {
            // Removed while it is locked: whoever waits for it sees that it is gone, and makes
            // another.
            if is_still(&lock.file, &lock.path) {
                self.store.discard(&lock.path);
            }
        }
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.release();
    }
}

/// Whether a path still names the file that was opened.
pub(super) fn is_still(file: &File, path: &Path) -> bool {
    let identity = |found: &fs::Metadata| (found.dev(), found.ino());
    matches!((file.metadata(), fs::symlink_metadata(path)), (Ok(one), Ok(other)) if identity(&one) == identity(&other))
}

/// Takes the lock on the file `held`, which the caller calls `given`.
fn take(store: &Store, (held, given): (&Path, &Path), patience: Duration) -> Result<Lock, StoreError> {
    let path = names::lock(held);
    let failed = StoreError::writing(given);
    let start = Instant::now();
    loop {
        store.disk.pass(Step::Lock, &path).map_err(&failed)?;
        // Created and listed at once, for `abandon`.
        let mut begun = store.begun();
        let mut file = open(&path).map_err(&failed)?;
        match file.try_lock() {
            Ok(()) if is_still(&file, &path) => {
                begun.push(path.clone());
                // For whoever waits; a lock without a name is one all the same.
                let _ = sign(&mut file, &store.holder);
                return Ok(Lock { held: held.to_owned(), path, file });
            }
            // Its holder removed it just now.
            Ok(()) => {}
            Err(TryLockError::Error(error)) => return Err(StoreError::io("lock", given, error)),
            Err(TryLockError::WouldBlock) if start.elapsed() >= patience => {
                return Err(StoreError::Held { path: given.to_owned(), holder: signature(&mut file) });
            }
            Err(TryLockError::WouldBlock) => {
                drop(begun);
                std::thread::sleep(PAUSE);
            }
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let no_link = OFlags::NOFOLLOW.bits().cast_signed();
    let opened =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).custom_flags(no_link).open(path);
    match opened {
        // Another user's lock is taken by reading it.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied && path.exists() => open_own(path),
        other => other,
    }
}

fn sign(file: &mut File, holder: &str) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    let machine = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match machine.trim() {
        "" => write!(file, "{holder}"),
        machine => write!(file, "{holder} on {machine}"),
    }
}

fn signature(file: &mut File) -> String {
    let mut text = Vec::new();
    let _ = file.rewind().and_then(|()| file.take(200).read_to_end(&mut text));
    let text = String::from_utf8_lossy(&text).trim().escape_debug().to_string();
    if text.is_empty() { "another process".into() } else { text }
}
