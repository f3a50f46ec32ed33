//! Files that are written together.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::disk::{Gated, no_links};
use super::error::StoreError;
use super::hold::Hold;
use super::kind::Kind;
use super::names::{self, Part, folder};
use super::recovery::{Entry, Plan, recover};
use super::{Access, Destination, Output, Replace, Store};

/// Bytes that are written at once.
const BUFFER: usize = 1 << 20;

/// The file that a staged file is written into.
pub type Staging<'a> = BufWriter<&'a mut dyn Write>;

/// Files that are written together: each is [staged](Self::stage), and then all are
/// [put](Self::put) in place. Dropped before that, it leaves nothing behind.
pub struct Transaction<'s> {
    hold: Hold<'s>,
    name: String,
    files: Vec<Slot>,
    /// Folders that were made for the files, the innermost last.
    made: Vec<PathBuf>,
}

struct Slot {
    /// The destination, behind all links.
    path: PathBuf,
    /// The path as the caller gave it, for errors.
    given: PathBuf,
    mode: u32,
    /// Mode of the file that is replaced, which the new one gets.
    kept: Option<u32>,
    replace: Replace,
    staged: Option<PathBuf>,
}

impl<'s> Transaction<'s> {
    /// Begins to write files that are held.
    ///
    /// # Errors
    /// As [`Store::begin`].
    pub fn begin(hold: Hold<'s>, outputs: &[Output<'_>]) -> Result<Self, StoreError> {
        let store = hold.store();
        let mut places = Vec::with_capacity(outputs.len());
        for output in outputs {
            let path = Destination::file(output.path)?;
            if !hold.holds(&path) {
                return Err(StoreError::io("write", output.path, io::Error::other("its lock is not held")));
            }
            recover(store, &path)?;
            places.push(path);
        }
        let files = places.into_iter().zip(outputs).map(|(path, output)| Slot::of(path, output));
        let files = files.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { hold, name: names::transaction(), files, made: Vec::new() })
    }

    /// Takes over folders that were made for the files, which go if the files do not come.
    pub(super) fn with_folders(mut self, made: Vec<PathBuf>) -> Self {
        self.made = made;
        self
    }

    fn store(&self) -> &'s Store {
        self.hold.store()
    }

    /// Writes the temporary file of an output, and syncs it.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn stage(&mut self, output: usize, bytes: &[u8]) -> Result<(), StoreError> {
        let given = self.files[output].given.clone();
        self.stage_with(output, |file| file.write_all(bytes).map_err(StoreError::writing(&given)))
    }

    /// Writes the temporary file of an output piece by piece, and syncs it.
    ///
    /// # Errors
    /// An error of the disk, or of `write`.
    pub fn stage_with<E: From<StoreError>>(
        &mut self,
        output: usize,
        write: impl FnOnce(&mut Staging<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let slot = &self.files[output];
        let given = slot.given.clone();
        let failed = StoreError::writing(&given);
        let temporary = names::part(&slot.path, &self.name, Part::New);
        let file = self.create(&temporary, slot.mode).map_err(&failed)?;
        if let Some(mode) = slot.kept {
            self.store().disk.set_mode(&file, &temporary, mode).map_err(&failed)?;
        }
        let mut file = Gated { disk: &self.store().disk, file, path: temporary.clone() };
        let mut buffered = BufWriter::with_capacity(BUFFER, &mut file as &mut dyn Write);
        write(&mut buffered)?;
        buffered.flush().map_err(&failed)?;
        drop(buffered);
        self.store().disk.sync_file(&file.file, &temporary).map_err(&failed)?;
        self.files[output].staged = Some(temporary);
        Ok(())
    }

    /// Creates a temporary file, which [`Store::abandon`] knows from then on.
    fn create(&self, path: &Path, mode: u32) -> io::Result<File> {
        let mut begun = self.store().begun();
        let file = self.store().disk.create(path, mode)?;
        begun.push(path.to_owned());
        Ok(file)
    }

    /// Puts all files in place, or none.
    ///
    /// # Errors
    /// An error of the disk: then the old files are there, unless the error says otherwise. A file
    /// that another program put in place in the meantime, where none is replaced.
    ///
    /// # Panics
    /// If an output was not staged.
    pub fn put(mut self) -> Result<(), StoreError> {
        // An interruption waits.
        let mut begun = self.store().begun();
        let result = match &self.files[..] {
            [single] => self.put_single(single),
            several => self.put_several(several),
        };
        if matches!(result, Err(StoreError::NotUndone { .. })) {
            // The next command needs the temporary files, to restore the old ones.
            begun.retain(|path| !names::is_part(path));
            self.files.clear();
        }
        if !matches!(result, Err(StoreError::Io { .. } | StoreError::Exists { .. })) {
            let made = std::mem::take(&mut self.made);
            begun.retain(|path| !made.contains(path));
        }
        drop(begun);
        if matches!(result, Ok(()) | Err(StoreError::NotSynced { .. })) {
            self.store().record(self.files.iter().map(|slot| &slot.given));
        }
        result
    }

    fn put_single(&self, slot: &Slot) -> Result<(), StoreError> {
        let disk = &self.store().disk;
        let failed = StoreError::writing(&slot.given);
        let is_new = self.place(slot).map_err(|error| slot.in_place(error))?;
        match disk.sync_folder(folder(&slot.path)) {
            Ok(()) => Ok(()),
            Err(error) if is_new && disk.remove(&slot.path).is_ok() => Err(failed(error)),
            Err(error) => Err(StoreError::NotSynced { paths: vec![slot.given.clone()], error }),
        }
    }

    fn put_several(&self, slots: &[Slot]) -> Result<(), StoreError> {
        let disk = &self.store().disk;
        let plan = Plan::new(&self.name, slots.iter().map(|slot| slot.path.clone()).collect());
        let first = StoreError::writing(&slots[0].given);
        let given = || slots.iter().map(|slot| slot.given.clone()).collect();
        if let Err(error) = plan.write(disk) {
            plan.forget(disk);
            return Err(first(error));
        }
        let undo = |failure: StoreError| match plan.undo(disk) {
            Ok(()) => failure,
            Err(undoing) => failure.not_undone(given(), undoing),
        };
        for (slot, entry) in slots.iter().zip(&plan.entries) {
            let placed = self.set_aside(slot, entry).and_then(|()| self.place(slot));
            placed.map_err(|error| undo(slot.in_place(error)))?;
        }
        plan.sync_folders(disk).and_then(|()| plan.complete(disk)).map_err(|error| undo(first(error)))?;
        let synced = disk.sync_folder(folder(plan.primary()));
        plan.forget(disk);
        synced.map_err(|error| StoreError::NotSynced { paths: given(), error })
    }

    /// Keeps the file that is replaced under another name.
    fn set_aside(&self, slot: &Slot, entry: &Entry) -> io::Result<()> {
        if slot.replace == Replace::Never || !slot.path.exists() {
            return Ok(());
        }
        match self.store().disk.link(&slot.path, &entry.old) {
            Err(error) if no_links(&error) => self.store().disk.rename(&slot.path, &entry.old),
            result => result,
        }
    }

    /// Gives a staged file its name. Returns whether no file was there.
    fn place(&self, slot: &Slot) -> io::Result<bool> {
        let disk = &self.store().disk;
        let staged = slot.staged.as_deref().expect("every output is staged before it is put in place");
        if slot.replace != Replace::Never && fs::symlink_metadata(&slot.path).is_ok() {
            return disk.rename(staged, &slot.path).map(|()| false);
        }
        match disk.link(staged, &slot.path) {
            Err(error) if no_links(&error) && fs::symlink_metadata(&slot.path).is_err() => {
                disk.rename(staged, &slot.path)?;
            }
            result => result?,
        }
        Ok(true)
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        for slot in &self.files {
            // Also one that was not staged to its end.
            self.store().discard(&names::part(&slot.path, &self.name, Part::New));
        }
        self.hold.release();
        self.made.iter().rev().for_each(|folder| self.store().discard(folder));
    }
}

impl Slot {
    fn of(path: PathBuf, output: &Output<'_>) -> Result<Self, StoreError> {
        let failed = StoreError::writing(output.path);
        let existing = match fs::metadata(&path) {
            Ok(existing) => Some(existing.permissions().mode() & 0o777),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        if existing.is_some() {
            check_existing(&path, output)?;
        }
        let (mode, kept) = match (output.access, existing) {
            (Access::Public, kept) => (0o666, kept),
            (Access::Secret, None) => (0o600, None),
            (Access::Secret, Some(existing)) => (0o600, Some(existing & 0o600).filter(|mode| *mode != 0)),
        };
        // An output whose mode is kept is no more open while it is written.
        let mode = kept.map_or(mode, |kept| mode & (kept | 0o600));
        Ok(Self { path, given: output.path.to_owned(), mode, kept, replace: output.replace, staged: None })
    }

    /// Returns the failure of putting the file in place.
    fn in_place(&self, error: io::Error) -> StoreError {
        if error.kind() == io::ErrorKind::AlreadyExists {
            return StoreError::Exists { path: self.given.clone() };
        }
        StoreError::io("write", &self.given, error)
    }
}

impl Output<'_> {
    /// Errors if a file exists that would not be replaced. For a command that takes long: what it
    /// writes is checked again.
    ///
    /// # Errors
    /// As [`Store::begin`], except for locks.
    pub fn check(&self) -> Result<(), StoreError> {
        match Destination::of(self.path)? {
            Destination::File(path) => Slot::of(path, self).map(drop),
            _ => Ok(()),
        }
    }
}

fn check_existing(path: &Path, output: &Output<'_>) -> Result<(), StoreError> {
    let Replace::Like(wanted) = output.replace else {
        return Err(StoreError::Exists { path: output.path.to_owned() });
    };
    match Kind::of_file(path).map_err(StoreError::writing(output.path))? {
        (_, true) => Ok(()),
        (Some(kind), _) if kind == wanted => Ok(()),
        (found, _) => Err(StoreError::OtherKind { path: output.path.to_owned(), found, written: wanted }),
    }
}

impl StoreError {
    /// Returns the error after which the old state could not be restored either.
    fn not_undone(self, paths: Vec<PathBuf>, undoing: io::Error) -> Self {
        match self {
            Self::Io { path, error, .. } => Self::NotUndone { path, paths, error, undoing },
            Self::Exists { path } => {
                Self::NotUndone { path, paths, error: io::ErrorKind::AlreadyExists.into(), undoing }
            }
            other => other,
        }
    }
}
