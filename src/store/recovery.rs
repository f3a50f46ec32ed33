//! Plans make several files one: a plan stands beside each of them, by which an interrupted
//! transaction is undone. The transaction is complete as soon as the plan beside the first file is
//! gone.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::Store;
use super::disk::{Disk, Gated, open_own};
use super::error::StoreError;
use super::hold::is_still;
use super::names::{self, Part, folder};

const MAGIC: &str = "tailproof-unfinished 1";
/// Most bytes of a plan.
const MOST: u64 = 1 << 20;

/// A file of a transaction, and its temporary files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub path: PathBuf,
    pub new: PathBuf,
    pub old: PathBuf,
    undo: PathBuf,
}

/// The files of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    pub entries: Vec<Entry>,
}

impl Plan {
    pub fn new(transaction: &str, paths: Vec<PathBuf>) -> Self {
        let entry = |path: PathBuf| {
            let part = |part| names::part(&path, transaction, part);
            Entry { new: part(Part::New), old: part(Part::Old), undo: part(Part::Undo), path }
        };
        Self { entries: paths.into_iter().map(entry).collect() }
    }

    /// Returns the plan beside the first file, whose removal completes the transaction.
    pub fn primary(&self) -> &Path {
        &self.entries[0].undo
    }

    /// Writes the plan beside each file, beside the first one last.
    pub fn write(&self, disk: &Disk) -> io::Result<()> {
        let text = self.text();
        for entry in self.entries.iter().rev() {
            let file = disk.create(&entry.undo, 0o600)?;
            let mut file = Gated { disk, file, path: entry.undo.clone() };
            file.write_all(text.as_bytes())?;
            disk.sync_file(&file.file, &entry.undo)?;
        }
        self.sync_folders(disk)
    }

    pub fn sync_folders(&self, disk: &Disk) -> io::Result<()> {
        let mut folders: Vec<&Path> = self.entries.iter().map(|entry| folder(&entry.path)).collect();
        folders.dedup();
        folders.into_iter().try_for_each(|folder| disk.sync_folder(folder))
    }

    /// Makes the transaction complete.
    pub fn complete(&self, disk: &Disk) -> io::Result<()> {
        disk.remove(self.primary())
    }

    /// Removes what is left of a transaction that is complete or undone.
    pub fn forget(&self, disk: &Disk) {
        for path in [self.primary()].into_iter().chain(self.entries.iter().map(|entry| &*entry.undo)) {
            let _ = disk.remove(path);
        }
        for entry in &self.entries {
            let _ = disk.remove(&entry.new).and_then(|()| disk.remove(&entry.old));
        }
    }

    /// Restores the old files. Can be repeated.
    pub fn undo(&self, disk: &Disk) -> io::Result<()> {
        for entry in &self.entries {
            if entry.old.symlink_metadata().is_ok() {
                if are_one(&entry.old, &entry.path) {
                    disk.remove(&entry.old)?;
                } else {
                    disk.rename(&entry.old, &entry.path)?;
                }
            } else if are_one(&entry.new, &entry.path) {
                disk.remove(&entry.path)?;
            }
        }
        self.sync_folders(disk)?;
        disk.remove(self.primary())?;
        disk.sync_folder(folder(self.primary()))?;
        self.forget(disk);
        Ok(())
    }

    fn text(&self) -> String {
        let hex = |path: &Path| hex::encode(path.as_os_str().as_bytes());
        let lines = self.entries.iter().map(|entry| {
            let Entry { path, new, old, undo } = entry;
            format!("{} {} {} {}\n", hex(path), hex(new), hex(old), hex(undo))
        });
        format!("{MAGIC}\n{}end\n", lines.collect::<String>())
    }

    /// Reads a plan; `None` for one that was not written to its end.
    fn parse(text: &str) -> Option<Self> {
        let lines = text.strip_prefix(MAGIC)?.strip_prefix('\n')?.strip_suffix("end\n")?;
        let path = |text: &str| Some(PathBuf::from(OsString::from_vec(hex::decode(text).ok()?)));
        let entry = |line: &str| {
            let mut paths = line.split(' ').map(path);
            let entry = Entry { path: paths.next()??, new: paths.next()??, old: paths.next()??, undo: paths.next()?? };
            let beside = |other: &Path| names::is_temporary(other) && folder(other) == folder(&entry.path);
            (beside(&entry.new) && beside(&entry.old) && beside(&entry.undo)).then_some(entry)
        };
        let entries = lines.lines().map(entry).collect::<Option<Vec<_>>>()?;
        (!entries.is_empty()).then_some(Self { entries })
    }
}

/// Whether two names are of one file.
fn are_one(one: &Path, other: &Path) -> bool {
    let identity = |path: &Path| fs::symlink_metadata(path).ok().map(|found| (found.dev(), found.ino()));
    identity(one).is_some_and(|found| identity(other) == Some(found))
}

/// Undoes the transactions that were interrupted at a file, and removes the temporary files beside
/// it. The caller holds the file, so that nobody is writing it.
pub(super) fn recover(store: &Store, path: &Path) -> Result<(), StoreError> {
    let failed = |error| StoreError::io("look for temporary files of", path, error);
    let left = names::left_behind(path).map_err(failed)?;
    for plan in left.iter().filter(|left| names::is(left, Part::Undo)) {
        recover_from(store, path, plan)?;
    }
    for temporary in &left {
        // Somebody else's stay, in a folder that forbids it.
        let _ = store.disk.remove(temporary);
    }
    Ok(())
}

/// Undoes the transaction of a plan beside `path`.
fn recover_from(store: &Store, path: &Path, beside: &Path) -> Result<(), StoreError> {
    let failed = |problem: String| StoreError::NotRecovered { path: path.to_owned(), problem };
    // Its lock is released at once: it may be the primary one, which is read again.
    let Some(plan) = read(beside).map_err(failed)?.map(|(_, plan)| plan) else { return Ok(()) };
    if !plan.entries.iter().any(|entry| entry.path == path && entry.undo == beside) {
        let problem = format!("{} is of files in another folder; move them back", beside.display());
        return Err(failed(problem));
    }
    if !folder(plan.primary()).is_dir() {
        let problem =
            format!("{} is not there; it has to be, to tell what is complete", folder(plan.primary()).display());
        return Err(failed(problem));
    }
    // Held by whoever restores it first.
    let Some((_primary, plan)) = read(plan.primary()).map_err(failed)? else { return Ok(()) };
    plan.undo(&store.disk).map_err(|error| failed(format!("{error}; when the disk works again, run the command again")))
}

/// Reads and locks a plan; `None` if there is none, or none that was written to its end.
fn read(path: &Path) -> Result<Option<(File, Plan)>, String> {
    let in_plan = |error: io::Error| format!("{}: {error}", path.display());
    let file = match open_own(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(in_plan)?,
    };
    let found = file.metadata().map_err(in_plan)?;
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(format!("{} is another user's, who has to run the command again", path.display()));
    }
    file.lock().map_err(in_plan)?;
    if !is_still(&file, path) {
        return Ok(None);
    }
    let mut text = String::new();
    (&file).take(MOST).read_to_string(&mut text).map_err(in_plan)?;
    Ok(Plan::parse(&text).map(|plan| (file, plan)))
}
