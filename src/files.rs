//! Reading and writing files. A file is written completely or not at all.

use std::fs::{self, File, Permissions};
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use blake2::{Blake2b512, Digest};
use sha2::Sha256;
use tailproof::DigestList;
use tailproof::core::pool::{Deal, Tape, TapeSchema};
use tailproof::core::scenarios::file as scenario_file;
use tailproof::core::{Mandate, PriceHistory, ScenarioSet};
use tailproof::prover::snarkjs_files::known_powers::PowersDigest;
use tailproof::risk::csv::{BookFile, Mapping, TapeReading};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::interruption;

/// The permissions of a file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Readable by everyone whom the umask allows.
    Public,
    /// Readable by the owner only.
    Secret,
}

/// A fully written temporary file, not yet renamed to its destination.
pub struct Staged {
    file: tempfile::NamedTempFile,
    path: PathBuf,
}

impl Staged {
    /// Renames the file to its destination. Errors if a file appeared there in the meantime.
    pub fn put_new(self) -> Result<(), Failure> {
        let persisted = self.file.persist_noclobber(&self.path).map(drop);
        persisted.map_err(|error| Failure::io("write", &self.path)(plain(error.error)))
    }

    /// Renames the file to its destination, replacing any existing file.
    pub fn put(self) -> Result<(), Failure> {
        self.file.persist(&self.path).map(drop).map_err(|error| Failure::io("write", &self.path)(plain(error.error)))
    }
}

/// Writes a temporary file next to its destination.
pub fn stage(path: &Path, bytes: &[u8], access: Access) -> Result<Staged, Failure> {
    stage_with(path, access, |file| file.write_all(bytes).map_err(|error| Failure::io("write", path)(plain(error))))
}

/// Writes a temporary file next to its destination, piece by piece.
pub fn stage_with(
    path: &Path,
    access: Access,
    write: impl FnOnce(&mut BufWriter<&File>) -> Result<(), Failure>,
) -> Result<Staged, Failure> {
    // Follow a link to the file it names, so that the link itself is kept.
    let resolved = path.canonicalize();
    let path = resolved.as_deref().unwrap_or(path);
    if fs::metadata(path).is_ok_and(|existing| !existing.is_file()) {
        let advice = "it is no regular file; name another output";
        return Err(Failure::Exists { file: path.to_owned(), advice });
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mode = match access {
        Access::Public => 0o666,
        Access::Secret => 0o600,
    };
    let failed = |error| Failure::io("write", path)(plain(error));
    let file = tempfile::Builder::new()
        .prefix(".tailproof-")
        .suffix(".tmp")
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(folder)
        .map_err(failed)?;
    interruption::begin(file.path());
    let mut buffered = BufWriter::with_capacity(1 << 20, file.as_file());
    write(&mut buffered)?;
    buffered.flush().and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    drop(buffered);
    Ok(Staged { file, path: path.to_owned() })
}

/// Writes a temporary file next to its destination and renames it once it is complete and on disk:
/// an interruption leaves the old file or none. A path that is not a regular file (a pipe, a
/// device) is written to, not replaced.
pub fn write(path: &Path, bytes: &[u8], access: Access) -> Result<(), Failure> {
    let special = fs::metadata(path).is_ok_and(|existing| !existing.is_file() && !existing.is_dir());
    if special {
        return fs::OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut file| file.write_all(bytes))
            .map_err(Failure::io("write", path));
    }
    refuse_precious(path, None)?;
    stage(path, bytes, access)?.put()
}

/// A kind of irreplaceable file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precious {
    Commitment,
    Opening,
    Key,
    AttestorKey,
    Ledger,
}

impl Precious {
    /// Returns the kind of an irreplaceable file, judged by its first bytes; `None` for other
    /// files. Only regular files are read: a pipe would block.
    fn of(path: &Path) -> Option<Self> {
        if !fs::metadata(path).is_ok_and(|existing| existing.is_file()) {
            return None;
        }
        let mut start = Vec::new();
        File::open(path).and_then(|file| file.take(256).read_to_end(&mut start)).ok()?;
        if start.starts_with(b"TAILKEYS") {
            return Some(Precious::Key);
        }
        let text = String::from_utf8_lossy(&start);
        let names = |format: &str| {
            text.contains(&format!("\"tailproof-{format}\"")) || text.contains(&format!("\"tailproof-pool-{format}\""))
        };
        if names("attestor-key") {
            return Some(Precious::AttestorKey);
        }
        let openings = names("opening").then_some(Precious::Opening);
        let commitments = || names("commitment").then_some(Precious::Commitment);
        openings.or_else(commitments).or_else(|| names("ledger").then_some(Precious::Ledger))
    }
}

/// Errors if `path` holds an irreplaceable file, unless it is of the kind `but`, whose commands
/// have their own check.
pub fn refuse_precious(path: &Path, but: Option<Precious>) -> Result<(), Failure> {
    let advice = match Precious::of(path).filter(|found| Some(*found) != but) {
        None => return Ok(()),
        Some(Precious::Commitment) => "it is a commitment, which nobody can make again; name another file",
        Some(Precious::Opening) => "it is an opening, which nobody can make again; name another file",
        Some(Precious::Ledger) => "it is a ledger, whose proofs nobody can make again; name another file",
        Some(Precious::AttestorKey) => {
            "it is a key that signs attestations, which nobody can make again; name another file"
        }
        Some(Precious::Key) => "it is a key, which nobody can make again; name another file",
    };
    Err(Failure::Exists { file: path.to_owned(), advice })
}

/// Returns the error without the name of the temporary file.
fn plain(error: std::io::Error) -> std::io::Error {
    error.raw_os_error().map_or_else(|| error.kind().into(), std::io::Error::from_raw_os_error)
}

/// Errors if an output path is also an input or another output, which writing would destroy.
pub fn refuse_overlap(outputs: &[&Path], inputs: &[&Path]) -> Result<(), Failure> {
    // For a file that does not exist yet, resolve its folder and append its name.
    let place = |path: &Path| {
        path.canonicalize().or_else(|_| {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            folder.canonicalize().map(|folder| path.file_name().map_or(folder.clone(), |name| folder.join(name)))
        })
    };
    let same = |one: &Path, other: &Path| {
        one == other || matches!((place(one), place(other)), (Ok(one), Ok(other)) if one == other)
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

/// Errors if `path` exists. Used for files that are irreplaceable.
pub fn refuse_existing(path: &Path, advice: &'static str) -> Result<(), Failure> {
    if path.exists() { Err(Failure::Exists { file: path.to_owned(), advice }) } else { Ok(()) }
}

/// Opens a file for reading in pieces.
pub fn open_large(path: &Path) -> Result<BufReader<File>, Failure> {
    Ok(BufReader::with_capacity(1 << 20, open(path)?))
}

/// Opens a file and returns it with the digests by which makers of powers of tau name their files.
pub fn open_with_digest(path: &Path) -> Result<(BufReader<File>, PowersDigest), Failure> {
    let mut reader = open_large(path)?;
    let failed = || Failure::io("read", path);
    let (mut blake2b, mut sha256) = (Blake2b512::new(), Sha256::new());
    let mut buffer = vec![0; 1 << 20];
    loop {
        match reader.read(&mut buffer).map_err(failed())? {
            0 => break,
            count => {
                blake2b.update(&buffer[..count]);
                sha256.update(&buffer[..count]);
            }
        }
    }
    reader.rewind().map_err(failed())?;
    Ok((reader, PowersDigest { blake2b: blake2b.finalize().into(), sha256: sha256.finalize().into() }))
}

/// Makes a folder and all its parents.
pub fn make_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(Failure::io("make the folder", path))
}

/// Reads a whole file.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(Failure::io("read", path))
}

/// Reads a text that may be secret. It is zeroized when dropped.
pub fn read_text(path: &Path) -> Result<Zeroizing<String>, Failure> {
    fs::read_to_string(path).map(Zeroizing::new).map_err(Failure::io("read", path))
}

fn open(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(Failure::io("read", path))
}

/// Reads prices.
pub fn prices(path: &Path) -> Result<PriceHistory, Failure> {
    Ok(tailproof::risk::csv::read_prices(&path.display().to_string(), open(path)?)?)
}

/// Reads a book.
pub fn book(path: &Path) -> Result<BookFile, Failure> {
    Ok(tailproof::risk::csv::read_book(&path.display().to_string(), open(path)?)?)
}

/// Reads a list of withdrawn keys.
pub fn withdrawn_keys(path: &Path) -> Result<DigestList, Failure> {
    DigestList::of_keys(&read_text(path)?).map_err(Failure::malformed(path))
}

/// Reads a mandate.
pub fn mandate(path: &Path) -> Result<Mandate, Failure> {
    Ok(Mandate::from_toml(&path.display().to_string(), &read_text(path)?)?)
}

/// Reads a deal.
pub fn deal(path: &Path) -> Result<Deal, Failure> {
    Ok(Deal::from_toml(&path.display().to_string(), &read_text(path)?)?)
}

/// Reads a mapping of columns: a built-in one by its name, or a file.
pub fn mapping(name: Option<&str>) -> Result<Mapping, Failure> {
    let Some(name) = name else { return Ok(Mapping::default()) };
    match Mapping::named(name) {
        Some(mapping) => Ok(mapping?),
        None => {
            let text = read_text(name.as_ref()).map_err(|failure| no_mapping(name, failure))?;
            Ok(Mapping::from_toml(name, &text)?)
        }
    }
}

/// Reads a loan tape as the schema of a deal says, if there is one. `mapping` is the name of a
/// built-in mapping of columns, or the path of one. Says what was left out or rounded.
pub fn tape(path: &Path, mapping: Option<&str>, schema: Option<&TapeSchema>) -> Result<Tape, Failure> {
    let mapping = self::mapping(mapping)?;
    let (name, input) = (path.display().to_string(), open_large(path)?);
    let Some(schema) = schema else { return Ok(tailproof::risk::csv::read_tape(&name, input, &mapping)?) };
    let TapeReading { tape, left_out, rounded } =
        tailproof::risk::csv::read_tape_under(&name, input, &mapping, schema)?;
    if left_out > 0 {
        eprintln!("note: {name}: rows in other currencies that were left out, as the deal's [tape] says: {left_out}");
    }
    if rounded > 0 {
        eprintln!("note: {name}: numbers that were rounded, as the deal's [tape] says: {rounded}");
    }
    Ok(tape)
}

/// Returns the failure to find a mapping. A name without a dot or a folder is unlikely to be a
/// file's, so the error then says that no such mapping is known.
fn no_mapping(name: &str, failure: Failure) -> Failure {
    if name.contains(['.', '/']) {
        return failure;
    }
    let names = Mapping::names().collect::<Vec<_>>().join(", ");
    Failure::Usage(format!("there is neither a file '{name}' nor a mapping of that name; mappings are {names}"))
}

/// Reads a scenario file and its digest.
pub fn scenarios(path: &Path) -> Result<(ScenarioSet, [u8; 32]), Failure> {
    Ok(scenario_file::decode(&path.display().to_string(), &read(path)?)?)
}
