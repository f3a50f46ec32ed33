//! Where a path leads: to a regular file, perhaps one that is not there yet, or to a stream.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use super::error::StoreError;
use super::names::folder;

/// Number of links after which a path is taken for a circle, as in Linux.
const MOST_LINKS: usize = 40;

/// The place that a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A regular file, or none yet, by the path behind all links.
    File(PathBuf),
    /// A descriptor of this process: 1 for `/dev/stdout`.
    Descriptor(u32),
    /// A pipe or a device.
    Stream(PathBuf),
}

impl Destination {
    /// Returns the place of a path. A link is followed to a stream, and never to a file.
    ///
    /// # Errors
    /// A link to a file, or to none; a path that ends in a slash or names a folder; a folder that is not there; a name that the
    /// file system does not take.
    pub fn of(path: &Path) -> Result<Self, StoreError> {
        let failed = StoreError::writing(path);
        let mut place = path.to_owned();
        let mut linked = false;
        // Where somebody else can write a folder, a link there could lead a file anywhere.
        let file = |place, linked| match linked {
            true => Err(StoreError::IsALink { path: path.to_owned() }),
            false => Ok(Self::File(place)),
        };
        for _ in 0..MOST_LINKS {
            let name = place.file_name().map(OsStr::to_owned);
            let name = name.filter(|_| !ends_like_a_folder(&place));
            let name = name.ok_or_else(|| StoreError::NamesAFolder { path: path.to_owned() })?;
            let within = folder(&place).canonicalize().map_err(&failed)?;
            if let Some(number) = descriptor(&within, &name) {
                return Ok(Self::Descriptor(number));
            }
            place = within.join(name);
            let found = match fs::symlink_metadata(&place) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return file(place, linked),
                other => other.map_err(&failed)?.file_type(),
            };
            if found.is_dir() {
                return Err(StoreError::NotAFile { path: path.to_owned() });
            }
            if !found.is_symlink() {
                return if found.is_file() { file(place, linked) } else { Ok(Self::Stream(place)) };
            }
            linked = true;
            place = within.join(fs::read_link(&place).map_err(&failed)?);
        }
        Err(failed(Errno::LOOP.into()))
    }

    /// Returns the regular file of a path.
    pub(super) fn file(path: &Path) -> Result<PathBuf, StoreError> {
        match Self::of(path)? {
            Self::File(path) => Ok(path),
            _ => Err(StoreError::NotAFile { path: path.to_owned() }),
        }
    }
}

/// Whether a path ends in `/`, `/.` or `..`, which [`Path`] does not tell.
fn ends_like_a_folder(path: &Path) -> bool {
    let bytes = path.as_os_str().as_bytes();
    bytes.ends_with(b"/")
        || bytes.ends_with(b"/.")
        || bytes == b"."
        || bytes.ends_with(b"..") && path.file_name().is_none()
}

/// Returns the number of a descriptor of this process, if the file of that name is one.
fn descriptor(folder: &Path, name: &OsStr) -> Option<u32> {
    let own = format!("/proc/{}/fd", std::process::id());
    let task = folder.to_str().is_some_and(|folder| folder.starts_with(&format!("/proc/{}/task/", std::process::id())));
    let is_descriptors = folder == Path::new("/dev/fd") || folder == Path::new(&own) || task && folder.ends_with("fd");
    is_descriptors.then(|| name.to_str()?.parse().ok()).flatten()
}
