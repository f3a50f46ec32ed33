//! What became of a book.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What became of a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// A proof was made, verified and written.
    Proved,
    /// The proof of an earlier run was verified, and is kept.
    Kept,
    /// The claim is false for the book.
    False,
    /// The book, its opening or the place of its proof cannot be used.
    BadInput,
    /// Workers were lost while they proved it, as often as a book may cost.
    SetAside,
    /// The batch did not come to the book.
    Pending,
}

impl Status {
    /// Every status.
    pub const ALL: [Status; 6] =
        [Status::Proved, Status::Kept, Status::False, Status::BadInput, Status::SetAside, Status::Pending];

    /// Returns the word in the table.
    pub fn name(self) -> &'static str {
        match self {
            Status::Proved => "proved",
            Status::Kept => "kept",
            Status::False => "false",
            Status::BadInput => "bad-input",
            Status::SetAside => "set-aside",
            Status::Pending => "pending",
        }
    }

    /// Returns the status of a word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether there is a proof of the claim.
    pub fn has_proof(self) -> bool {
        matches!(self, Status::Proved | Status::Kept)
    }
}

/// A row of the table: one book.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The name of the book.
    pub name: String,
    /// What became of it.
    pub status: Status,
    /// SHA-256 of the proof's file, if there is a proof of the claim.
    pub digest: Option<[u8; 32]>,
    /// Seconds of work; none for a book that the batch did not come to.
    pub seconds: Option<f64>,
    /// The reason why there is no proof.
    pub reason: String,
    /// The [job](super::Terms::job); none if the opening was not read.
    pub job: Option<[u8; 32]>,
}

/// A row as JSON has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    name: String,
    status: String,
    digest: Option<String>,
    seconds: Option<f64>,
    reason: String,
    job: Option<String>,
}

impl Row {
    /// Returns the row of a book that the batch did not come to yet.
    pub fn pending(name: String) -> Self {
        Self { name, status: Status::Pending, digest: None, seconds: None, reason: String::new(), job: None }
    }

    /// Returns the row as JSON.
    pub fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "status": self.status.name(),
            "digest": self.digest.map(hex::encode),
            "seconds": self.seconds,
            "reason": self.reason,
            "job": self.job.map(hex::encode),
        })
    }

    /// Returns the row of a JSON text; `None` for a text that is no row, such as one that was cut short.
    pub fn from_json(text: &str) -> Option<Self> {
        let fields: Fields = serde_json::from_str(text).ok()?;
        Some(Self {
            status: Status::named(&fields.status)?,
            digest: optional_digest(fields.digest.as_deref().unwrap_or_default())?,
            job: optional_digest(fields.job.as_deref().unwrap_or_default())?,
            name: fields.name,
            seconds: fields.seconds,
            reason: fields.reason,
        })
    }
}

/// Returns the digest of a cell, which may be empty; `None` for a cell that is neither.
pub(super) fn optional_digest(cell: &str) -> Option<Option<[u8; 32]>> {
    if cell.is_empty() {
        return Some(None);
    }
    Some(Some(hex::decode(cell).ok()?.try_into().ok()?))
}
