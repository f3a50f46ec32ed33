//! The row that holds for a job.

use super::row::Row;

/// Returns the row that holds for the job of a book: the first of the rows that are about this job and,
/// if they say that there is a proof, about the proof that is there. If there is none, the job is
/// pending.
///
/// `rows` are what earlier runs wrote of books of any name and terms, the newest first. `proof` is the
/// SHA-256 of the file in the place of the proof, if there is one.
///
/// The proof is not verified: its file is the one that was verified when the row was written. A run
/// verifies it again before it keeps it.
pub fn standing(name: &str, job: [u8; 32], rows: impl IntoIterator<Item = Row>, proof: Option<[u8; 32]>) -> Row {
    let holds =
        |row: &Row| row.job == Some(job) && (!row.status.has_proof() || (row.digest == proof && proof.is_some()));
    match rows.into_iter().find(holds) {
        // A table may show its name with an apostrophe before it.
        Some(row) => Row { name: name.to_owned(), ..row },
        None => Row { job: Some(job), ..Row::pending(name.to_owned()) },
    }
}
