//! The names in a folder of books, and the names that a book may have.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::{BOOK, OPENING};

/// Most bytes of a name: endings and the names of temporary files need their part of the 255 that file
/// systems allow.
const LONGEST: usize = 180;

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

/// Why two names are refused.
pub const BY_CASE: &str =
    "another name differs from it only by case, and some file systems take both for one: rename it";

/// Returns the names that differ from another one only by case.
pub fn doubled_by_case<'n>(names: impl Iterator<Item = &'n str> + Clone) -> BTreeSet<String> {
    let mut of_case: BTreeMap<String, usize> = BTreeMap::new();
    for name in names.clone() {
        *of_case.entry(name.to_lowercase()).or_default() += 1;
    }
    names.filter(|name| of_case[&name.to_lowercase()] > 1).map(str::to_owned).collect()
}

/// Returns why a name cannot be that of a book, if it cannot: the name of its proof's file begins with
/// it.
pub fn name_problem(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("it is empty")
    } else if name.trim() != name {
        Some("it begins or ends with a space")
    } else if name.starts_with('.') {
        Some("it begins with a dot, so that the file of its proof would be hidden")
    } else if name.contains(['/', '\\']) {
        Some("it has a slash, and a file is named after it")
    } else if name.chars().any(char::is_control) {
        Some("it has a character that cannot be printed")
    } else if name.len() > LONGEST {
        Some("it has more than 180 bytes, and a file is named after it")
    } else {
        None
    }
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
    let doubled = doubled_by_case(names.keys().map(|name| &**name));
    let listed = names.into_iter().map(|(name, found)| {
        let missing = |ending: &str| Some(format!("there is no {name}.{ending} beside it"));
        let problem = found
            .problem
            .or_else(|| doubled.contains(&name).then(|| BY_CASE.to_owned()))
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
