//! Reading and writing of files: whole, and never half written.

use std::io::Write;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Failure;

/// Most bytes of a file that is read.
const MOST: u64 = 1 << 28;

/// Reads a file.
///
/// # Errors
/// It cannot be read, or is larger than 256 MiB.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let length = std::fs::metadata(path).map_err(Failure::reading(path))?.len();
    if length > MOST {
        return Err(Failure::malformed(path)(format!("{length} bytes; at most {MOST} are read")));
    }
    std::fs::read(path).map_err(Failure::reading(path))
}

/// Reads a JSON file.
///
/// # Errors
/// It cannot be read, or is not of the form that is expected; the message has line and column.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    serde_json::from_slice(&read(path)?).map_err(Failure::malformed(path))
}

/// Writes a JSON file in place of the one there, whole or not at all.
///
/// # Errors
/// The disk or the folder refuses.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Failure> {
    let mut text = serde_json::to_string_pretty(value).map_err(Failure::malformed(path))?;
    text.push('\n');
    write(path, text.as_bytes())
}

/// Writes a file in place of the one there, whole or not at all.
///
/// # Errors
/// The disk or the folder refuses.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let put = || {
        let mut builder = tempfile::Builder::new();
        // As the umask allows: nothing here is secret.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    put().map_err(Failure::writing(path))
}
