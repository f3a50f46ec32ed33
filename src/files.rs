//! Reading files. `writing` writes them.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;
use std::string::FromUtf8Error;
use std::sync::atomic::{AtomicBool, Ordering};

use blake2::{Blake2b512, Digest};
use sha2::Sha256;
use tailproof::DigestList;
use tailproof::core::pool::Deal;
use tailproof::core::pool::month::Reasons;
use tailproof::core::scenarios::events::Event;
use tailproof::core::scenarios::file as scenario_file;
use tailproof::core::{PriceHistory, ScenarioSet};
use tailproof::prover::snarkjs_files::known_powers::PowersDigest;
use tailproof::risk::csv::{BookFile, read_reasons};
use tailproof::risk::generate::events::read_events;
use tailproof::table::{self, GainColumns, Gains, MoveUnit, PriceColumns, RawPrices, TableFile, TableOptions};
use zeroize::Zeroizing;

use crate::failure::Failure;
pub use crate::mandate_files::{caps, groups, impact, mandate, named_texts};
use crate::output::said;

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
    // Standard input is not standard output.
    let is_pipe = |path: &Path| path == Path::new("-");
    for (index, output) in outputs.iter().enumerate().filter(|(_, output)| !is_pipe(output)) {
        if inputs.iter().chain(&outputs[..index]).any(|other| same(output, other)) {
            return Err(Failure::Exists {
                file: output.to_path_buf(),
                advice: "it is also another file of this command; name another output",
            });
        }
    }
    Ok(())
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

/// Whether a file of this command was `-`, which cannot be read twice.
static STDIN_READ: AtomicBool = AtomicBool::new(false);

/// Most bytes of a mandate, a deal, a mapping, or a list of digests: TOML takes 50 times as much
/// memory as its file.
pub const MOST_TOML: u64 = 1 << 20;
/// Most bytes of a JSON file.
pub const MOST_JSON: u64 = 16 << 20;
/// Most bytes of a ledger.
pub const MOST_LEDGER: u64 = 64 << 20;
/// Most bytes of a table, a scenario set or a verifying key.
const MOST_TABLE: u64 = 2 << 30;
/// Most bytes of a proving key.
pub const MOST_KEY: u64 = 64 << 30;

/// Reads a whole file of a scenario set or a key.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    read_at_most(path, MOST_TABLE)
}

/// Reads a whole file, unless it is larger than `most` bytes.
pub fn read_at_most(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let (file, length) = open_at_most(path, most)?;
    // A pipe ends or is cut off.
    let mut bytes = Vec::with_capacity(usize::try_from(length.unwrap_or(0)).unwrap_or(0));
    file.take(most + 1).read_to_end(&mut bytes).map_err(Failure::io("read", path))?;
    if bytes.len() as u64 > most { Err(too_large(path, most)) } else { Ok(bytes) }
}

/// Opens a file, unless it is larger than `most` bytes, and returns its length; a pipe has none.
pub fn open_at_most(path: &Path, most: u64) -> Result<(File, Option<u64>), Failure> {
    let file = open(path)?;
    let metadata = file.metadata().map_err(Failure::io("read", path))?;
    let length = metadata.is_file().then_some(metadata.len());
    if length.is_some_and(|length| length > most) { Err(too_large(path, most)) } else { Ok((file, length)) }
}

fn too_large(path: &Path, most: u64) -> Failure {
    let limit = if most < 1 << 30 { format!("{} MiB", most >> 20) } else { format!("{} GiB", most >> 30) };
    Failure::Usage(format!("{}: it is larger than {limit}, which no such file is", path.display()))
}

/// Reads a text that may be secret. It is zeroized when dropped.
pub fn read_text(path: &Path) -> Result<Zeroizing<String>, Failure> {
    read_text_at_most(path, MOST_JSON)
}

/// Reads a text of at most `most` bytes, which may be secret. It is zeroized when dropped.
pub fn read_text_at_most(path: &Path, most: u64) -> Result<Zeroizing<String>, Failure> {
    let no_text = |error: FromUtf8Error| {
        drop(Zeroizing::new(error.into_bytes()));
        Failure::io("read", path)(io::Error::new(io::ErrorKind::InvalidData, "it is no text in UTF-8"))
    };
    String::from_utf8(read_at_most(path, most)?).map(Zeroizing::new).map_err(no_text)
}

fn open(path: &Path) -> Result<File, Failure> {
    if path != Path::new("-") {
        return File::open(path).map_err(Failure::io("read", path));
    }
    if STDIN_READ.swap(true, Ordering::Relaxed) {
        return Err(Failure::Usage("- is standard input, which one file of a command can be; name the others".into()));
    }
    File::open("/dev/stdin").map_err(Failure::io("read", path))
}

/// Opens a table, which is refused beyond the size of a table, also if it is a pipe.
pub fn open_table(path: &Path) -> Result<impl Read, Failure> {
    let file = open(path)?;
    let left = MOST_TABLE;
    Ok(Limited { reader: BufReader::with_capacity(1 << 20, file), left })
}

/// A reader that fails after a number of bytes.
struct Limited<R> {
    reader: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        let left = self.left.checked_sub(count as u64);
        self.left = left.ok_or_else(|| io::Error::other("it is larger than 2 GiB, which no table is"))?;
        Ok(count)
    }
}

/// Reads prices, and says what was guessed.
pub fn prices(path: &Path, options: &TableOptions) -> Result<PriceHistory, Failure> {
    let (prices, reading) = table::read_prices(&path.display().to_string(), open_table(path)?, options)?;
    Ok(said(prices, reading))
}

/// Reads prices as the file has them, and says what was guessed.
pub fn raw_prices(path: &Path, options: &TableOptions) -> Result<RawPrices, Failure> {
    Ok(price_columns(path, options)?.take(None)?)
}

/// Reads columns of prices beside others, and says what was guessed.
pub fn price_columns(path: &Path, options: &TableOptions) -> Result<PriceColumns, Failure> {
    let (columns, reading) = table::read_price_columns(&path.display().to_string(), open_table(path)?, options)?;
    Ok(said(columns, reading))
}

/// Reads a book, and says what was guessed.
pub fn book(path: &Path, options: &TableOptions) -> Result<BookFile, Failure> {
    let (book, reading) = table::read_book(&path.display().to_string(), open_table(path)?, options)?;
    Ok(said(book, reading))
}

/// Reads a book over a scenario set, and says what was guessed: over the days of a P&L vector, the vector.
pub fn book_over(set: &ScenarioSet, path: &Path, options: &TableOptions) -> Result<BookFile, Failure> {
    if !set.is_pnl() {
        return book(path, options);
    }
    pnl(path, options)
}

/// Reads a P&L vector, and says what was guessed.
pub fn pnl(path: &Path, options: &TableOptions) -> Result<BookFile, Failure> {
    let (vector, reading) = table::read_pnl(&path.display().to_string(), open_table(path)?, options)?;
    Ok(said(vector, reading))
}

/// Reads a stress table, and says what was guessed.
pub fn stress_table(path: &Path, unit: MoveUnit, options: &TableOptions) -> Result<TableFile, Failure> {
    let (table, reading) = table::read_stress_table(&path.display().to_string(), open_table(path)?, unit, options)?;
    Ok(said(table, reading))
}

/// Reads the scenarios of another model, and says what was guessed. `weights` is the column of
/// weights.
pub fn imported_table(
    path: &Path,
    weights: Option<&str>,
    unit: MoveUnit,
    options: &TableOptions,
) -> Result<TableFile, Failure> {
    let (name, input) = (path.display().to_string(), open_table(path)?);
    let (table, reading) = table::read_imported_table(&name, input, weights, unit, options)?;
    Ok(said(table, reading))
}

/// Reads a covariance, and says what was guessed.
pub fn covariance_table(path: &Path, options: &TableOptions) -> Result<TableFile, Failure> {
    let (table, reading) = table::read_covariance_table(&path.display().to_string(), open_table(path)?, options)?;
    Ok(said(table, reading))
}

/// Reads weights and correlations of a margin, by buckets from TOML or as a table, and says what was
/// guessed.
pub fn margin_table(path: &Path, options: &TableOptions) -> Result<TableFile, Failure> {
    let (table, reading) = table::read_margin_table(&path.display().to_string(), open_table(path)?, options)?;
    Ok(said(table, reading))
}

/// Reads the liquidity horizons of factors, and says what was guessed.
pub fn liquidity_horizons(path: &Path, factors: &[String], options: &TableOptions) -> Result<Vec<u32>, Failure> {
    let (name, input) = (path.display().to_string(), open_table(path)?);
    let (days, reading) = table::read_liquidity_horizons(&name, input, factors, options)?;
    Ok(said(days, reading))
}

/// Reads gains and the values at risk stated for them, and says what was guessed.
pub fn gains(path: &Path, columns: &GainColumns<'_>, options: &TableOptions) -> Result<Gains, Failure> {
    let (gains, reading) = table::read_gains(&path.display().to_string(), open_table(path)?, columns, options)?;
    Ok(said(gains, reading))
}

/// Reads a list of events.
pub fn events(path: &Path) -> Result<Vec<Event>, Failure> {
    Ok(read_events(&path.display().to_string(), &read_text_at_most(path, MOST_TOML)?)?)
}

/// Adds the reasons of a file: why loans of an earlier tape are gone or owe another amount.
pub fn add_reasons(path: &Path, reasons: &mut Reasons<'_>) -> Result<(), Failure> {
    Ok(read_reasons(&path.display().to_string(), open_table(path)?, reasons)?)
}

/// Reads a list of withdrawn keys.
pub fn withdrawn_keys(path: &Path) -> Result<DigestList, Failure> {
    DigestList::of_keys(&read_text_at_most(path, MOST_TOML)?).map_err(Failure::malformed(path))
}

/// Reads a deal.
pub fn deal(path: &Path) -> Result<Deal, Failure> {
    Ok(Deal::from_toml(&path.display().to_string(), &read_text_at_most(path, MOST_TOML)?)?)
}

/// Reads a scenario file and its digest.
pub fn scenarios(path: &Path) -> Result<(ScenarioSet, [u8; 32]), Failure> {
    Ok(scenario_file::decode(&path.display().to_string(), &read(path)?)?)
}
