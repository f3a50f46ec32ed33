//! The errors of writing.

use std::io;
use std::path::{Path, PathBuf};

use super::kind::Kind;

/// An error of writing files. Unless it says otherwise, nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// An operation of the disk failed.
    #[error("cannot {verb} {}: {error}", path.display())]
    Io {
        /// Name of the operation.
        verb: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Error of the operating system.
        error: io::Error,
    },
    /// A file exists, and none is replaced.
    #[error("{} exists and is not replaced", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A file exists that is of another kind.
    #[error(
        "{} exists and is not replaced; {}, and {} would take its place; name another file",
        path.display(),
        found.map_or("it is a file that tailproof does not know", Kind::sentence),
        written.name()
    )]
    OtherKind {
        /// The file.
        path: PathBuf,
        /// Kind of the file that exists, if it is known.
        found: Option<Kind>,
        /// Kind of the file to write.
        written: Kind,
    },
    /// A path that is not a regular file's.
    #[error("{} exists and is not replaced; it is no regular file; name another output", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// A link, which no output follows.
    #[error("{} is a symbolic link, and no output is written through one; name the file itself", path.display())]
    IsALink {
        /// The path.
        path: PathBuf,
    },
    /// A path that ends in a slash or names no file.
    #[error("cannot write {}: it names a folder; name a file", path.display())]
    NamesAFolder {
        /// The path.
        path: PathBuf,
    },
    /// Two outputs with one destination.
    #[error("{} is two files of one command; name another output", path.display())]
    Twice {
        /// The path.
        path: PathBuf,
    },
    /// Another process holds a file.
    #[error("{} is in use by {holder}; wait until it ends, and run the command again", path.display())]
    Held {
        /// The file.
        path: PathBuf,
        /// The process, in its own words.
        holder: String,
    },
    /// Files are in place, and may not survive a power failure.
    #[error(
        "{} {} written, but could not be synced: {error}; without power now, the old state may come back",
        names(paths),
        are(paths)
    )]
    NotSynced {
        /// The files.
        paths: Vec<PathBuf>,
        /// Error of the operating system.
        error: io::Error,
    },
    /// Files were put in place in part, and the old state could not be restored.
    #[error(
        "cannot write {}: {error}; the old state could not be restored ({undoing}): {} written in part; when the disk works \
         again, run the command again: it restores the old state first",
        path.display(),
        names(paths)
    )]
    NotUndone {
        /// The file at which writing failed.
        path: PathBuf,
        /// The files of the command.
        paths: Vec<PathBuf>,
        /// Error of the operating system.
        error: io::Error,
        /// Error of restoring.
        undoing: io::Error,
    },
    /// Files that an interrupted process left cannot be restored.
    #[error("cannot restore {}, which an interrupted command left half written: {problem}", path.display())]
    NotRecovered {
        /// The file.
        path: PathBuf,
        /// The problem, and what helps.
        problem: String,
    },
}

impl StoreError {
    /// Whether the disk failed, so that every other file would fail as well.
    pub fn is_of_disk(&self) -> bool {
        use StoreError::{Io, NotRecovered, NotSynced, NotUndone};
        matches!(self, Io { .. } | NotSynced { .. } | NotUndone { .. } | NotRecovered { .. })
    }

    pub(super) fn io(verb: &'static str, path: &Path, error: io::Error) -> Self {
        Self::Io { verb, path: path.to_owned(), error }
    }

    /// Returns a function that makes an error of writing `path`.
    pub(super) fn writing(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        move |error| Self::io("write", path, error)
    }
}

fn names(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" and ")
}

fn are(paths: &[PathBuf]) -> &'static str {
    if paths.len() == 1 { "is" } else { "are" }
}
