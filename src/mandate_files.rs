//! Reading a mandate with the files that it names by their digests, which lie beside it.

use std::path::{Path, PathBuf};

use tailproof::core::mandate::{Caps, Groups, Impact};
use tailproof::core::{InputError, Mandate, Problem};

use crate::failure::Failure;
use crate::files::{MOST_TOML, read_text_at_most};
use crate::output::note;

/// End of the names of files of groups.
const GROUPS_FILE: &str = "groups.toml";
/// End of the names of files of caps.
const CAPS_FILE: &str = "caps.csv";
/// End of the names of files of liquidity costs.
const IMPACT_FILE: &str = "impact.csv";

/// Reads a mandate. The files of groups, of caps and of liquidity costs that it names by their
/// digests lie beside it, under names that end in `groups.toml`, `caps.csv` and `impact.csv`.
/// Without one of them the mandate is returned without it, and no claim can be made of it.
pub fn mandate(path: &Path) -> Result<Mandate, Failure> {
    let mut mandate = Mandate::from_toml(&name_of(path), &read_text_at_most(path, MOST_TOML)?)?;
    let in_file = |problem: Problem| InputError::in_file(&name_of(path), problem);
    if let Some(wanted) = mandate.groups_digest()
        && let Some(file) = named(path, GROUPS_FILE, groups, |file| file.digest() == wanted)?
    {
        mandate = mandate.under(file).map_err(in_file)?;
    }
    if let Some(wanted) = mandate.caps_digest()
        && let Some(file) = named(path, CAPS_FILE, caps, |file| file.digest() == wanted)?
    {
        mandate = mandate.under_caps(file).map_err(in_file)?;
    }
    if let Some(wanted) = mandate.impact_digest()
        && let Some(file) = named(path, IMPACT_FILE, impact, |file| file.digest() == wanted)?
    {
        mandate = mandate.under_impact(file).map_err(in_file)?;
    }
    Ok(mandate)
}

/// Reads a file of groups.
pub fn groups(path: &Path) -> Result<Groups, Failure> {
    Ok(Groups::from_toml(&name_of(path), &read_text_at_most(path, MOST_TOML)?)?)
}

/// Reads a file of caps.
pub fn caps(path: &Path) -> Result<Caps, Failure> {
    Ok(Caps::from_csv(&name_of(path), &read_text_at_most(path, MOST_TOML)?)?)
}

/// Reads a file of liquidity costs.
pub fn impact(path: &Path) -> Result<Impact, Failure> {
    Ok(Impact::from_csv(&name_of(path), &read_text_at_most(path, MOST_TOML)?)?)
}

/// Returns the file beside a mandate, under a name that ends in `end`, that is the wanted one.
fn named<T>(
    mandate: &Path,
    end: &str,
    read: impl Fn(&Path) -> Result<T, Failure>,
    is_wanted: impl Fn(&T) -> bool,
) -> Result<Option<T>, Failure> {
    for path in beside(mandate, end)? {
        // One that cannot be read is not the one: that is another's file, or the wrong version of
        // it.
        match read(&path) {
            Ok(file) if is_wanted(&file) => return Ok(Some(file)),
            Ok(_) => {}
            Err(error) => note!("note: {error}"),
        }
    }
    Ok(None)
}

/// Returns the files beside a mandate whose names end in `end`, in the order of their names.
fn beside(mandate: &Path, end: &str) -> Result<Vec<PathBuf>, Failure> {
    let folder = mandate.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(Failure::io("read the folder", folder))? {
        let path = entry.map_err(Failure::io("read the folder", folder))?.path();
        let is_one = path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(end));
        // A pipe would block.
        if is_one && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn name_of(path: &Path) -> String {
    path.display().to_string()
}
