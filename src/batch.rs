//! A batch of proofs: which books a folder holds, and the table of results.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt::Write;
use std::path::Path;

use tailproof_risk::csv::{Cell, written};

/// The ending of a book's file.
pub const BOOK: &str = "csv";
/// The ending of an opening's file.
pub const OPENING: &str = "opening";
/// The ending of a proof's file.
pub const PROOF: &str = "proof.json";
/// The name of the table of results.
pub const RESULTS: &str = "results.csv";
/// The first line of a table of results.
pub const HEADER: &str = "name,status,digest,seconds,reason";

/// A name in a folder of books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The name: that of its files without their endings.
    pub name: String,
    /// The reason why there is nothing to prove, if there is one.
    pub problem: Option<String>,
}

/// What there is of a name.
#[derive(Default)]
struct Found {
    book: bool,
    opening: bool,
    problem: Option<String>,
}

/// Returns the names in a folder of books, in order, from the names of its entries and whether each
/// is a regular file. Entries with other endings are left out, and so are those whose name begins
/// with a dot.
pub fn listed(entries: impl IntoIterator<Item = (OsString, bool)>) -> Vec<Listed> {
    let mut names: BTreeMap<String, Found> = BTreeMap::new();
    for (entry, is_file) in entries {
        let Some((stem, ending)) = parts(&entry) else { continue };
        let found = names.entry(stem.to_string_lossy().into_owned()).or_default();
        if ending.eq_ignore_ascii_case(BOOK) {
            found.book = true;
        } else {
            found.opening = true;
        }
        let shown = entry.to_string_lossy();
        if stem.to_str().is_none() {
            found.problem = Some(format!("{shown}: its name is no text in UTF-8; rename it"));
        } else if ending != BOOK && ending != OPENING {
            found.problem = Some(format!("{shown}: write the ending in lower case"));
        } else if !is_file {
            found.problem = Some(format!("{shown} is no regular file"));
        }
    }
    let mut of_case: BTreeMap<String, usize> = BTreeMap::new();
    for name in names.keys() {
        *of_case.entry(name.to_lowercase()).or_default() += 1;
    }
    let listed = names.into_iter().map(|(name, found)| {
        let missing = |ending: &str| Some(format!("there is no {name}.{ending} beside it"));
        let case = "another name differs from it only by case, and some file systems take both for one: rename it";
        let problem = found
            .problem
            .or_else(|| (of_case[&name.to_lowercase()] > 1).then(|| case.to_owned()))
            .or_else(|| if found.book { None } else { missing(BOOK) })
            .or_else(|| if found.opening { None } else { missing(OPENING) });
        Listed { name, problem }
    });
    listed.collect()
}

/// Returns the name and the ending of a file that is a book's or an opening's.
fn parts(entry: &OsStr) -> Option<(&OsStr, &str)> {
    let path = Path::new(entry);
    let (stem, ending) = (path.file_stem()?, path.extension()?.to_str()?);
    let wanted = [BOOK, OPENING].iter().any(|wanted| ending.eq_ignore_ascii_case(wanted));
    (wanted && !stem.as_encoded_bytes().starts_with(b".")).then_some((stem, ending))
}

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
    /// The batch did not come to the book.
    Pending,
}

impl Status {
    /// Every status.
    pub const ALL: [Status; 5] = [Status::Proved, Status::Kept, Status::False, Status::BadInput, Status::Pending];

    /// Returns the word in the table.
    pub fn name(self) -> &'static str {
        match self {
            Status::Proved => "proved",
            Status::Kept => "kept",
            Status::False => "false",
            Status::BadInput => "bad-input",
            Status::Pending => "pending",
        }
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
}

impl Row {
    /// Returns the row of a book that the batch did not come to yet.
    pub fn pending(name: String) -> Self {
        Self { name, status: Status::Pending, digest: None, seconds: None, reason: String::new() }
    }
}

/// Returns the table of results as CSV, with the rows in their order.
pub fn to_csv(rows: &[Row]) -> String {
    let mut text = format!("{HEADER}\n");
    for row in rows {
        let digest = row.digest.map(hex::encode).unwrap_or_default();
        let seconds = row.seconds.map(|seconds| format!("{seconds:.3}")).unwrap_or_default();
        let (name, reason) = (written(Cell::Text(&row.name)), written(Cell::Text(&row.reason)));
        let _ = writeln!(text, "{name},{},{digest},{seconds},{reason}", row.status.name());
    }
    text
}

/// Returns how many rows have a status.
pub fn count(rows: &[Row], status: Status) -> usize {
    rows.iter().filter(|row| row.status == status).count()
}
