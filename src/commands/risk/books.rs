//! The books of `tailproof risk`, before and after trades.

use std::path::{Path, PathBuf};

use tailproof::risk::book::Trade;
use tailproof::{Positions, ScenarioSet};

use crate::cli::Risk;
use crate::failure::Failure;
use crate::files;
use crate::options::{Held, amount, say_unit, unit};
use crate::output::{note, shown};

/// Endings of the files in a folder that are books.
const ENDINGS: [&str; 4] = [".csv", ".csv.gz", ".xlsx", ".parquet"];

/// A book with what it is after trades, if there are some.
pub struct Case {
    /// Its file.
    pub name: String,
    /// The book as it is.
    pub held: Held,
    /// The book after the trades.
    pub after: Option<Positions>,
}

impl Case {
    /// Returns the states of the book: as it is, and after trades.
    pub fn states(&self) -> impl Iterator<Item = (&'static str, &Positions)> {
        let first = if self.after.is_some() { "before" } else { "" };
        std::iter::once((first, &self.held.positions)).chain(self.after.iter().map(|after| ("after", after)))
    }

    /// Returns the book that is asked about: after the trades, if there are some.
    pub fn last(&self) -> &Positions {
        self.after.as_ref().unwrap_or(&self.held.positions)
    }
}

/// Reads the books that options name, and says what is likely wrong with them.
pub fn read(options: &Risk, set: &ScenarioSet, trades: &[Trade]) -> Result<Vec<Case>, Failure> {
    let paths = paths(&options.book)?;
    if paths.len() > 1 && options.nav.is_some() {
        return Err(Failure::Usage("--nav is the net asset value of one book, and several are named".into()));
    }
    let books: Vec<Case> = paths.iter().map(|path| book(options, path, set, trades)).collect::<Result<_, _>>()?;
    books.iter().for_each(|book| book.held.say_notes());
    Ok(books)
}

fn book(options: &Risk, path: &Path, set: &ScenarioSet, trades: &[Trade]) -> Result<Case, Failure> {
    let (nav, unit) = (amount("nav", options.nav.as_deref())?, unit(options.unit.as_deref())?);
    let file = files::book_over(set, path, &options.tables.options())?;
    let made = |file: &tailproof::csv::BookFile, unit| match unit {
        Some(unit) => file.positions(set, Some(unit), nav),
        None => file.positions_that_fit(set, nav),
    };
    let mut positions = made(&file, unit)?;
    let mut after = None;
    if !trades.is_empty() {
        // One unit for both: the coarser of the two.
        let traded = file.after(trades);
        let coarser = made(&traded, unit)?.unit().max(positions.unit());
        positions = made(&file, Some(coarser))?;
        after = Some(made(&traded, Some(coarser))?);
    }
    match unit {
        Some(_) => say_unit(&positions),
        None if positions.unit() > tailproof::Unit::CENT => note!(
            "note: {}: a cent does not hold the book: its figures are in units of {}, and a commitment takes that one or a \
             coarser one (--unit)",
            path.display(),
            positions.unit()
        ),
        None => {}
    }
    Ok(Case { name: shown(path), held: Held::new(file, positions, set, nav.is_some()), after })
}

/// Returns the files of books: those named, and those in the folders named, by their names.
fn paths(named: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut paths = Vec::with_capacity(named.len());
    for path in named {
        if !path.is_dir() {
            paths.push(path.clone());
            continue;
        }
        let failed = || Failure::io("read", path);
        let mut found = Vec::new();
        for entry in std::fs::read_dir(path).map_err(failed())? {
            let file = entry.map_err(failed())?.path();
            let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
            if !name.starts_with('.') && ENDINGS.iter().any(|ending| name.ends_with(ending)) && file.is_file() {
                found.push(file);
            }
        }
        if found.is_empty() {
            let text =
                format!("{}: there is no book in it: no file that ends in {}", path.display(), ENDINGS.join(", "));
            return Err(Failure::Usage(text));
        }
        found.sort();
        paths.append(&mut found);
    }
    Ok(paths)
}
