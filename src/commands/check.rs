//! `tailproof book check` and `tailproof pool check`: whether a commitment file is that of the
//! holdings that an opening opens.

use std::path::Path;

use serde_json::{Value, json};
use tailproof::OpenError;
use tailproof::commitments::{BookOpening, CommitmentFile, Part, PoolOpening};

use crate::cli::{Book as Command, BookCheck, PoolCheck};
use crate::failure::Failure;
use crate::files;
use crate::output::{out, print_json};
use crate::pools::{committed_schema, loans_said};

/// Runs one of the commands of `tailproof book`.
pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Check(options) => check_book(options),
    }
}

fn check_book(options: &BookCheck) -> Result<(), Failure> {
    let text = files::read_text(&options.opening)?;
    let opening = BookOpening::from_json(&text).map_err(Failure::malformed(&options.opening))?;
    let CommitmentFile::Book(file) = commitment(&options.commitment)? else {
        return Err(Failure::Usage(format!("{} is the commitment of a pool", options.commitment.display())));
    };
    let (set, _) = files::scenarios(&options.scenarios)?;
    let book = files::book_over(&set, &options.book, &options.tables.options())?;
    let positions = book.positions_as_committed(&set, opening.unit(), opening.nav())?;
    let opened = opening.open(positions, &set.committed_names()).map_err(not_opened)?;
    answer(&options.commitment, &opened.compare(&file), options.json)
}

/// Runs `tailproof pool check`.
pub fn check_pool(options: &PoolCheck) -> Result<(), Failure> {
    let text = files::read_text(&options.opening)?;
    let opening = PoolOpening::from_json(&text).map_err(Failure::malformed(&options.opening))?;
    let CommitmentFile::Pool(file) = commitment(&options.commitment)? else {
        return Err(Failure::Usage(format!("{} is the commitment of a book", options.commitment.display())));
    };
    let deal = files::deal(&options.deal)?;
    let schema = committed_schema(&deal)?;
    let loans = loans_said(&options.tape, &options.reading, &deal)?;
    let opened = opening.open(loans, schema).map_err(not_opened)?;
    answer(&options.commitment, &opened.compare(&file), options.json)
}

fn commitment(path: &Path) -> Result<CommitmentFile, Failure> {
    CommitmentFile::from_json(&files::read_text(path)?).map_err(Failure::malformed(path))
}

fn not_opened(error: OpenError) -> Failure {
    Failure::NotIdentical(error.to_string())
}

/// Prints each part of a commitment file, and fails if one is not that of the holdings.
fn answer(path: &Path, parts: &[Part], is_json: bool) -> Result<(), Failure> {
    let is_same = parts.iter().all(Part::is_same);
    if is_json {
        let part = |part: &Part| json!({ "part": part.name, "same": part.is_same(), "file": part.found, "holdings": part.expected });
        print_json(&json!({ "identical": is_same, "parts": parts.iter().map(part).collect::<Vec<Value>>() }));
    } else {
        for part in parts {
            let mark = if part.is_same() { "same" } else { "OTHER" };
            out!("{:<14} {mark:<6} {}", part.name, part.found.as_deref().unwrap_or("not in the file"));
        }
    }
    if is_same {
        return Ok(());
    }
    let others: Vec<&str> = parts.iter().filter(|part| !part.is_same()).map(|part| part.name).collect();
    Err(Failure::NotIdentical(format!("{} has another {} than the holdings", path.display(), others.join(", "))))
}
