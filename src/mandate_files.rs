//! Reading a mandate with the files that it names by their digests, which lie beside it.

use std::path::{Path, PathBuf};

use tailproof::core::Mandate;
use tailproof::core::mandate::named_texts::{CAPS_FILE, GROUPS_FILE, IMPACT_FILE};
use tailproof::core::mandate::{Caps, Groups, Impact, NamedTexts};

use crate::failure::Failure;
use crate::files::{MOST_TOML, read_text_at_most};
use crate::output::note;

/// Reads a mandate. The files of groups, of caps and of liquidity costs that it names by their
/// digests lie beside it, under names that end in `groups.toml`, `caps.csv` and `impact.csv`.
/// Without one of them the mandate is returned without it, and no claim can be made of it.
pub fn mandate(path: &Path) -> Result<Mandate, Failure> {
    let mandate = alone(path)?;
    Ok(beside_of(path, &mandate)?.complete(&name_of(path), mandate)?)
}

/// Reads the texts of the files that the mandate of a file names, as far as they lie beside it.
pub fn named_texts(path: &Path) -> Result<NamedTexts, Failure> {
    beside_of(path, &alone(path)?)
}

fn alone(path: &Path) -> Result<Mandate, Failure> {
    Ok(Mandate::from_toml(&name_of(path), &read_text_at_most(path, MOST_TOML)?)?)
}

fn beside_of(path: &Path, mandate: &Mandate) -> Result<NamedTexts, Failure> {
    Ok(NamedTexts {
        groups: named(path, GROUPS_FILE, mandate.groups_digest(), |file| Ok(groups(file)?.digest()))?,
        caps: named(path, CAPS_FILE, mandate.caps_digest(), |file| Ok(caps(file)?.digest()))?,
        impact: named(path, IMPACT_FILE, mandate.impact_digest(), |file| Ok(impact(file)?.digest()))?,
    })
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

/// Returns the text of the file beside a mandate, under a name that ends in `end`, that has a digest.
fn named(
    mandate: &Path,
    end: &str,
    wanted: Option<[u8; 32]>,
    digest: impl Fn(&Path) -> Result<[u8; 32], Failure>,
) -> Result<Option<String>, Failure> {
    let Some(wanted) = wanted else { return Ok(None) };
    for path in beside(mandate, end)? {
        // One that cannot be read is not the one: that is another's file, or the wrong version of
        // it.
        match digest(&path) {
            Ok(found) if found == wanted => return Ok(Some(read_text_at_most(&path, MOST_TOML)?.as_str().to_owned())),
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
