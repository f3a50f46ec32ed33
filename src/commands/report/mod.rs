//! `tailproof report`: an HTML page, either a private one about a book or a public one about a
//! proof.

mod over_days;
mod private;
mod public;
mod record;
mod share;

use std::path::PathBuf;

use tailproof::store::{Access, Kind};

use super::ledger::Figures;
use crate::cli::{LedgerAgainst, LedgerEvidence, Report, TableArgs};
use crate::failure::Failure;
use crate::files;
use crate::keys;
use crate::output::out;
use crate::writing;

/// Runs `tailproof report`.
pub fn run(options: &Report) -> Result<(), Failure> {
    let mut inputs = vec![options.scenarios.as_path(), &options.mandate];
    let keys = options.keys.iter().flat_map(|folder| keys::NAMES.map(|name| folder.join(name)));
    let keys: Vec<PathBuf> = keys.collect();
    inputs.extend(keys.iter().map(PathBuf::as_path));
    inputs.extend(
        [&options.book, &options.proof, &options.pnl, &options.ledger].into_iter().flatten().map(|path| &**path),
    );
    files::refuse_overlap(&[&options.output], &inputs)?;
    let of_source = options.sources.any();
    let of_proof = options.sources.implied_volatility.is_some() || options.sources.table.is_some();
    if of_proof && options.proof.is_none() && options.ledger.is_none() {
        return Err(Failure::Usage("--implied-volatility and --table go with --proof".into()));
    }
    if of_source && options.ledger.is_some() && (options.keys.is_empty() || of_proof) {
        let only = "with --ledger, --prices goes with --keys; --implied-volatility and --table do not";
        return Err(Failure::Usage(only.into()));
    }
    let rates = options.sources.rates.as_deref();
    let ledger = options.ledger.as_deref().map(|path| Figures::read(path, &evidence(options), rates)).transpose()?;
    let (page, access) = match (&options.book, &options.proof, &options.keys[..]) {
        (Some(book), _, _) => (private::page(options, book, ledger.as_ref())?, Access::Secret),
        (None, Some(_), _) if options.against != LedgerAgainst::default() => {
            let only = "--tolerance, --head and --tightness are compared with a --ledger, not with a --proof";
            return Err(Failure::Usage(only.into()));
        }
        (None, Some(proof), [keys]) => (public::page(options, proof, keys)?, Access::Public),
        (None, Some(_), _) => return Err(Failure::Usage("a proof has one folder of --keys".into())),
        _ => return Err(Failure::Defect("neither a book nor a proof")),
    };
    writing::write(&options.output, Kind::Page, page.as_bytes(), access)?;
    let kind = if access == Access::Secret {
        "PRIVATE: it shows the book, mode 0600"
    } else {
        "public: what was proved, and nothing else"
    };
    out!("wrote {} ({kind})", options.output.display());
    match (&ledger, &options.ledger) {
        (Some(figures), Some(path)) => figures.require(path),
        _ => Ok(()),
    }
}

/// Returns the files and keys that the ledger is verified with.
fn evidence(options: &Report) -> LedgerEvidence {
    let Report { keys, files, sources, against, .. } = options;
    LedgerEvidence {
        keys: keys.clone(),
        files: files.clone(),
        prices: sources.prices.clone(),
        against: against.clone(),
        tables: tables(options),
    }
}

/// Returns the options of reading prices and books.
fn tables(options: &Report) -> TableArgs {
    TableArgs { strict: options.strict, layout: options.sources.layout.clone() }
}

/// Returns the options of reading tables as words of a command.
fn table_words(options: &Report) -> String {
    let given = options.sources.layout.given();
    let words: String = given.iter().map(|(option, value)| format!(" --{option} {}", word(value))).collect();
    if options.strict { words + " --strict" } else { words }
}

/// Returns the words of a file's path, for commands that people repeat.
fn shown(path: &std::path::Path) -> String {
    word(&path.display().to_string())
}

/// Returns a text as one word of a command.
fn word(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./+=@%:,".contains(&byte) || byte >= 0x80;
    if !text.is_empty() && text.bytes().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
