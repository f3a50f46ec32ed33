//! Public files that a mandate names by their digest.

use crate::error::Problem;

/// A file that a mandate names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NamedFile<T> {
    /// known by its digest alone
    Digest([u8; 32]),
    /// at hand
    Known(T),
}

impl<T> NamedFile<T> {
    /// Returns the file of a digest in hex.
    ///
    /// # Errors
    /// `problem`, if it is none.
    pub(super) fn parse(text: &str, problem: impl Into<Problem>) -> Result<Self, Problem> {
        let mut digest = [0; 32];
        hex::decode_to_slice(text, &mut digest).map(|()| Self::Digest(digest)).map_err(|_| problem.into())
    }

    /// Returns the digest; `of` is that of a file at hand.
    pub(super) fn digest(&self, of: impl Fn(&T) -> [u8; 32]) -> [u8; 32] {
        match self {
            Self::Digest(digest) => *digest,
            Self::Known(file) => of(file),
        }
    }

    /// Returns the file, if it is at hand.
    pub(super) fn known(&self) -> Option<&T> {
        match self {
            Self::Digest(_) => None,
            Self::Known(file) => Some(file),
        }
    }
}
