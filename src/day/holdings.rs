//! The committed books of a day: secret, with the opening of each.
//!
//! A committed book is kept as exposures in currency, whole multiples of its unit. So it stands for
//! the same integers over every scenario set with its factors, also where the desk's own file holds
//! pieces, whose value moves with the last price.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rust_decimal::Decimal;
use tailproof_core::{Positions, ScenarioSet};
use tailproof_prover::opening::{BookOpening, OpenError, Opened};
use tailproof_risk::csv::read_book;
use tailproof_verifier::commitment::file::BookCommitment;
use tailproof_verifier::encoding::input_to_hex;
use zeroize::Zeroizing;

use super::error::DayError;
use super::places::{Places, order};
use super::{Config, Hands};
use crate::store::{Access, Output, Replace, Store};

/// Returns a committed book as a table.
pub fn book_csv(factors: &[String], positions: &Positions) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::from("factor,exposure\n"));
    let unit = positions.unit().to_decimal();
    for (factor, exposure) in factors.iter().zip(positions.exposures()).filter(|(_, exposure)| **exposure != 0) {
        let amount = (Decimal::from(*exposure) * unit).normalize();
        let _ = writeln!(text, "{},{amount}", quoted(factor));
    }
    // A book has a row, also where it holds nothing.
    if positions.exposures().iter().all(|exposure| *exposure == 0) {
        text.extend(factors.first().map(|factor| format!("{},0\n", quoted(factor))));
    }
    text
}

/// Returns a name as a cell of CSV.
fn quoted(name: &str) -> String {
    if name.contains([',', '"', '\n', '\r']) || name.trim() != name {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name.to_owned()
    }
}

/// The book that a forecast is about.
pub struct Held {
    /// The opened book.
    pub book: Opened<Positions>,
    /// Whether it was committed to before.
    pub is_known: bool,
}

/// Returns the opened book of a commitment, over a set with its factors.
///
/// # Errors
/// No opening of it is there, or one that does not open its book.
pub fn open(
    config: &Config,
    store: &Store,
    set: &ScenarioSet,
    commitment: &str,
    date: &str,
) -> Result<Opened<Positions>, DayError> {
    for places in kept(config, store)? {
        let malformed = |problem| DayError::Malformed { path: places.commitment.clone(), problem };
        let file = BookCommitment::from_json(&read(&places.commitment)?).map_err(malformed)?;
        let halo2 = file.halo2_commitment.as_ref().map(input_to_hex);
        if input_to_hex(&file.commitment) == commitment || halo2.as_deref() == Some(commitment) {
            return opened(&places, set);
        }
    }
    let folder = config.path(&config.private);
    Err(DayError::NoOpening { folder, commitment: commitment.to_owned(), date: date.to_owned() })
}

/// Returns the book opened under a commitment that was made before, or commits to it: opening, book
/// and commitment are written together, or none of them.
pub fn committed<H: Hands>(
    config: &Config,
    store: &Store,
    hands: &mut H,
    (set, positions, date): (&ScenarioSet, Positions, &str),
) -> Result<Held, H::Error> {
    let wanted = book_csv(set.factors(), &positions);
    // The newest alone: a book that comes back after months is another commitment.
    if let Some(places) = kept(config, store)?.first()
        && *read(&places.book)? == *wanted
        && let Ok(book) = opened(places, set)
        && *book.secret() == positions
    {
        return Ok(Held { book, is_known: true });
    }
    let (commitment, opening) = hands.commit(date, &positions, set.factors())?;
    // A run that was killed before its forecast may have committed to another book.
    let names = std::iter::once(date.to_owned()).chain((2..).map(|number| format!("{date}-{number}")));
    let mut all = names.map(|name| Places::of(config, &name));
    let free = all.find(|places| !places.kept().into_iter().any(Path::exists));
    let places = free.unwrap_or_else(|| Places::of(config, date));
    let output = |path, access| Output { path, access, replace: Replace::Never };
    let outputs = [
        output(&places.opening, Access::Secret),
        output(&places.book, Access::Secret),
        output(&places.commitment, Access::Public),
    ];
    let mut writing = store.begin(&outputs).map_err(DayError::from)?;
    let (opening_text, commitment_text) = (opening.to_json(), commitment.to_json());
    let files = [opening_text.as_bytes(), wanted.as_bytes(), commitment_text.as_bytes()];
    for (index, bytes) in files.into_iter().enumerate() {
        writing.stage(index, bytes).map_err(DayError::from)?;
    }
    writing.put().map_err(DayError::from)?;
    let book = opening.open(positions, set.factors()).map_err(|error| not_opened(&places, &error))?;
    Ok(Held { book, is_known: false })
}

/// Returns the places of the commitments that are there whole, the newest first. What a killed run
/// left half done is undone before.
fn kept(config: &Config, store: &Store) -> Result<Vec<Places>, DayError> {
    let folder = config.path(&config.private);
    store.make_folder(&folder)?;
    let failed = |error| DayError::Read { path: folder.clone(), error };
    let mut dates = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let is_opening = path.extension().is_some_and(|extension| extension == "opening") && path.is_file();
        dates.extend(path.file_stem().filter(|_| is_opening).and_then(|stem| stem.to_str()).map(str::to_owned));
    }
    dates.sort_unstable_by(|one, other| order(other).cmp(&order(one)));
    let mut all: Vec<Places> = dates.iter().map(|date| Places::of(config, date)).collect();
    let names: Vec<&Path> = all.iter().flat_map(Places::kept).collect();
    store.tidy(&names);
    all.retain(|places| places.kept().into_iter().all(Path::is_file));
    Ok(all)
}

/// Opens the book of a day.
fn opened(places: &Places, set: &ScenarioSet) -> Result<Opened<Positions>, DayError> {
    let malformed = |problem| DayError::Malformed { path: places.opening.clone(), problem };
    let opening = BookOpening::from_json(&read(&places.opening)?).map_err(malformed)?;
    let file = read_book(&places.book.display().to_string(), read(&places.book)?.as_bytes())?;
    let positions = file.positions_as_committed(set, opening.unit(), opening.nav())?;
    opening.open(positions, set.factors()).map_err(|error| not_opened(places, &error))
}

fn not_opened(places: &Places, error: &OpenError) -> DayError {
    DayError::NotOpened { path: places.opening.clone(), reason: error.to_string() }
}

/// Reads a text that is secret. It is zeroized when dropped.
pub(super) fn read(path: &Path) -> Result<Zeroizing<String>, DayError> {
    fs::read_to_string(path).map(Zeroizing::new).map_err(|error| DayError::Read { path: path.to_owned(), error })
}
