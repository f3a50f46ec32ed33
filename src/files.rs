//! Files: read whole, written whole or not at all.

use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tailproof_risk::{Book, Mandate, PriceHistory, ScenarioSet, scenario_file};
use tailproof_verifier::VerifyingKey;
use tailproof_verifier::key_file::decode_verifying_key;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// Who may read a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// everyone the umask lets
    Public,
    /// the owner only
    Secret,
}

/// A file that is whole and on disk beside its place, and not yet in it.
pub struct Staged {
    file: tempfile::NamedTempFile,
    path: PathBuf,
}

impl Staged {
    /// Moves the file to its place, over what stands there.
    pub fn put(self) -> Result<(), Failure> {
        self.file.persist(&self.path).map(drop).map_err(|error| Failure::io("write", &self.path)(plain(error.error)))
    }
}

/// Writes a file beside its place.
pub fn stage(path: &Path, bytes: &[u8], access: Access) -> Result<Staged, Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mode = match access {
        Access::Public => 0o666,
        Access::Secret => 0o600,
    };
    let failed = |error| Failure::io("write", path)(plain(error));
    let mut file = tempfile::Builder::new()
        .prefix(".tailproof-")
        .suffix(".tmp")
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(folder)
        .map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    Ok(Staged { file, path: path.to_owned() })
}

/// Writes a file beside its place and moves it there when it is whole and on disk: an interruption leaves the old file or
/// none. What is not a regular file (a pipe, a device) is written to, not replaced.
pub fn write(path: &Path, bytes: &[u8], access: Access) -> Result<(), Failure> {
    let special = fs::metadata(path).is_ok_and(|existing| !existing.is_file() && !existing.is_dir());
    if special && access == Access::Public {
        return fs::OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut file| file.write_all(bytes))
            .map_err(Failure::io("write", path));
    }
    stage(path, bytes, access)?.put()
}

/// The system's error without the name of the file beside the place.
fn plain(error: std::io::Error) -> std::io::Error {
    error.raw_os_error().map_or(error, std::io::Error::from_raw_os_error)
}

/// Refuses an output that is also an input, or another output: it would destroy it.
pub fn refuse_overlap(outputs: &[&Path], inputs: &[&Path]) -> Result<(), Failure> {
    let same = |one: &Path, other: &Path| {
        one == other || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
    };
    for (index, output) in outputs.iter().enumerate() {
        if inputs.iter().chain(&outputs[..index]).any(|other| same(output, other)) {
            return Err(Failure::Exists {
                file: output.to_path_buf(),
                advice: "it is also another file of this command; name another output",
            });
        }
    }
    Ok(())
}

/// Makes a folder with all above it.
pub fn make_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(Failure::io("make the folder", path))
}

/// Reads a whole file.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(Failure::io("read", path))
}

/// Reads a text that may be secret: zeroized when dropped.
pub fn read_text(path: &Path) -> Result<Zeroizing<String>, Failure> {
    fs::read_to_string(path).map(Zeroizing::new).map_err(Failure::io("read", path))
}

fn open(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(Failure::io("read", path))
}

/// Reads prices.
pub fn prices(path: &Path) -> Result<PriceHistory, Failure> {
    Ok(PriceHistory::from_csv(&path.display().to_string(), open(path)?)?)
}

/// Reads a book.
pub fn book(path: &Path) -> Result<Book, Failure> {
    Ok(Book::from_csv(&path.display().to_string(), open(path)?)?)
}

/// Reads a mandate.
pub fn mandate(path: &Path) -> Result<Mandate, Failure> {
    Ok(Mandate::from_toml(&path.display().to_string(), &read_text(path)?)?)
}

/// Reads a scenario file and its digest.
pub fn scenarios(path: &Path) -> Result<(ScenarioSet, [u8; 32]), Failure> {
    Ok(scenario_file::decode(&path.display().to_string(), &read(path)?)?)
}

/// Reads the verifying key of a folder.
pub fn verifying_key(folder: &Path) -> Result<VerifyingKey, Failure> {
    let path = folder.join("verifying.key");
    decode_verifying_key(&read(&path)?).map_err(Failure::malformed(&path))
}
