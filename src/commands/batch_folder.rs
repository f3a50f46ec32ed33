//! The folders of a batch, and what is refused before any work.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;

use tailproof::batch::{self, BEGUN, BOOK, Listed, OPENING, RECORDS, Row, Status};

use crate::failure::Failure;

/// Lists the books of a folder.
pub fn list(books: &Path) -> Result<Vec<Listed>, Failure> {
    let failed = || Failure::io("read", books);
    let mut entries: Vec<(OsString, bool)> = Vec::new();
    for entry in std::fs::read_dir(books).map_err(failed())? {
        let entry = entry.map_err(failed())?;
        entries.push((entry.file_name(), entry.path().is_file()));
    }
    let listed = batch::listed(entries);
    if listed.is_empty() {
        let text =
            format!("{}: there is no book in it: put each as NAME.{BOOK} beside its NAME.{OPENING}", books.display());
        return Err(Failure::Usage(text));
    }
    Ok(listed)
}

/// Refuses to write proofs into the folder of the books: its table of results would be a book.
pub fn refuse_same_folder(books: &Path, proofs: &Path) -> Result<(), Failure> {
    let places = [books, proofs].map(|folder| folder.canonicalize().ok());
    if books == proofs || (places[0].is_some() && places[0] == places[1]) {
        let text = format!("{} is the folder of the books; name another folder for the proofs", proofs.display());
        return Err(Failure::Usage(text));
    }
    Ok(())
}

/// Removes rows and notes of jobs that a farm left beside the proofs. Files of other names stay.
pub fn clear_records(proofs: &Path) -> Result<(), Failure> {
    for folder in [RECORDS, BEGUN].map(|folder| proofs.join(folder)) {
        let failed = || Failure::io("read", &folder);
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.map_err(failed())?,
        };
        for entry in entries {
            let entry = entry.map_err(failed())?;
            if is_of_job(&entry.file_name()) {
                let path = entry.path();
                std::fs::remove_file(&path).map_err(Failure::io("remove", &path))?;
            }
        }
    }
    Ok(())
}

/// Whether a name is that of a row or a note: `DIGEST` or `DIGEST.json`, or `.DIGEST.json.PROCESS` while it is written.
fn is_of_job(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let digest = name.trim_start_matches('.').split('.').next().unwrap_or_default();
    digest.len() == 64 && hex::decode(digest).is_ok()
}

/// Returns the rows before any work.
pub fn rows(listed: &[Listed]) -> Vec<Row> {
    let row = |listed: &Listed| match &listed.problem {
        None => Row::pending(listed.name.clone()),
        Some(problem) => Row { status: Status::BadInput, reason: problem.clone(), ..Row::pending(listed.name.clone()) },
    };
    listed.iter().map(row).collect()
}
