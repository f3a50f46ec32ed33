//! The steps of writing, each behind a gate that tests can close.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use rustix::io::Errno;

use super::destination::Destination;
use super::error::StoreError;
use super::names;

/// A step of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// Make a folder.
    MakeFolder,
    /// Open or take a lock.
    Lock,
    /// Create a temporary file.
    Create,
    /// Set the mode of a temporary file.
    SetMode,
    /// Write to a temporary file, a pipe or a device.
    Write,
    /// Sync a file.
    SyncFile,
    /// Sync a folder.
    SyncFolder,
    /// Give a file another name.
    Link,
    /// Rename a file.
    Rename,
    /// Remove a name.
    Remove,
}

impl Step {
    /// Every step.
    pub const ALL: [Step; 10] = [
        Step::MakeFolder,
        Step::Lock,
        Step::Create,
        Step::SetMode,
        Step::Write,
        Step::SyncFile,
        Step::SyncFolder,
        Step::Link,
        Step::Rename,
        Step::Remove,
    ];
}

/// A decision before each step whether it fails.
pub trait Gate: Send + Sync {
    /// Decides about a step that would change `path`.
    ///
    /// # Errors
    /// The error with which the step is to fail.
    fn pass(&self, step: Step, path: &Path) -> io::Result<()>;
}

impl<F: Fn(Step, &Path) -> io::Result<()> + Send + Sync> Gate for F {
    fn pass(&self, step: Step, path: &Path) -> io::Result<()> {
        self(step, path)
    }
}

/// The file system, behind a gate.
#[derive(Default)]
pub(super) struct Disk {
    gate: Option<Box<dyn Gate>>,
}

impl Disk {
    pub fn new(gate: Box<dyn Gate>) -> Self {
        Self { gate: Some(gate) }
    }

    pub fn pass(&self, step: Step, path: &Path) -> io::Result<()> {
        self.gate.as_ref().map_or(Ok(()), |gate| gate.pass(step, path))
    }

    /// Makes a folder and its parents, and returns those that were made, the innermost last.
    pub fn make_folders(&self, path: &Path) -> Result<Vec<PathBuf>, StoreError> {
        let mut made: Vec<PathBuf> = Vec::new();
        let missing: Vec<&Path> = path
            .ancestors()
            .take_while(|folder| !folder.as_os_str().is_empty() && fs::metadata(folder).is_err())
            .collect();
        for folder in missing.into_iter().rev() {
            let make = || self.pass(Step::MakeFolder, folder).and_then(|()| DirBuilder::new().create(folder));
            let done = match make() {
                Ok(()) => {
                    made.push(folder.to_owned());
                    self.sync_folder(names::folder(folder))
                }
                // Another process was first.
                Err(_) if folder.is_dir() => Ok(()),
                Err(error) => Err(error),
            };
            if let Err(error) = done {
                made.iter().rev().for_each(|folder| drop(fs::remove_dir(folder)));
                return Err(StoreError::io("make the folder", path, error));
            }
        }
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => Ok(made),
            Ok(_) => Err(StoreError::io("make the folder", path, Errno::NOTDIR.into())),
            Err(error) => Err(StoreError::io("make the folder", path, error)),
        }
    }

    /// Writes to a stream as it is: nothing in it is replaced.
    pub fn write_stream(&self, stream: &Destination, bytes: &[u8]) -> io::Result<()> {
        let append = |path: &Path| -> io::Result<()> {
            self.pass(Step::Write, path)?;
            OpenOptions::new().append(true).open(path)?.write_all(bytes)
        };
        match stream {
            Destination::Descriptor(1) => {
                self.pass(Step::Write, Path::new("/dev/stdout"))?;
                let mut stdout = io::stdout().lock();
                stdout.write_all(bytes).and_then(|()| stdout.flush())
            }
            Destination::Descriptor(2) => {
                self.pass(Step::Write, Path::new("/dev/stderr"))?;
                io::stderr().write_all(bytes)
            }
            Destination::Descriptor(number) => append(Path::new(&format!("/dev/fd/{number}"))),
            Destination::Stream(path) | Destination::File(path) => append(path),
        }
    }

    /// Creates a file that was not there.
    pub fn create(&self, path: &Path, mode: u32) -> io::Result<File> {
        self.pass(Step::Create, path)?;
        OpenOptions::new().write(true).create_new(true).mode(mode).open(path)
    }

    pub fn set_mode(&self, file: &File, path: &Path, mode: u32) -> io::Result<()> {
        self.pass(Step::SetMode, path)?;
        file.set_permissions(Permissions::from_mode(mode))
    }

    pub fn sync_file(&self, file: &File, path: &Path) -> io::Result<()> {
        self.pass(Step::SyncFile, path)?;
        file.sync_all()
    }

    pub fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.pass(Step::SyncFolder, folder)?;
        match File::open(folder)?.sync_all() {
            // Some file systems do not sync folders, and have nothing to sync.
            Err(error) if [Some(Errno::INVAL), Some(Errno::NOTSUP)].contains(&Errno::from_io_error(&error)) => Ok(()),
            result => result,
        }
    }

    pub fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.pass(Step::Link, to)?;
        fs::hard_link(from, to)
    }

    pub fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.pass(Step::Rename, to)?;
        fs::rename(from, to)
    }

    /// Removes a name; it is no error if it is not there.
    pub fn remove(&self, path: &Path) -> io::Result<()> {
        self.pass(Step::Remove, path)?;
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// Whether an error says that the file system has no hard links, or not to this file.
pub(super) fn no_links(error: &io::Error) -> bool {
    let no = [Errno::PERM, Errno::NOTSUP, Errno::OPNOTSUPP, Errno::NOSYS, Errno::MLINK];
    Errno::from_io_error(error).is_some_and(|error| no.contains(&error))
}

/// Opens an existing file of the store itself, such as a lock, without following a link.
pub(super) fn open_own(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(path)
}

/// A file whose writes pass the gate.
pub(super) struct Gated<'d> {
    pub disk: &'d Disk,
    pub file: File,
    pub path: PathBuf,
}

impl Write for Gated<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.pass(Step::Write, &self.path)?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
