//! `tailproof recommit`: commits to the same holdings again, for an opening that others may have
//! read.

use serde_json::json;
use tailproof::commitments::{BookOpening, CommitmentFile, PoolOpening, commit};
use tailproof::verifier::encoding::to_hex;

use super::commit::{Subject, begin, say_written, write_both};
use crate::cli::{CommitFiles, Recommit};
use crate::failure::{Failure, Mismatch};
use crate::files;
use crate::output::{out, print_json};
use crate::pools::{committed_schema, loans};

/// Runs `tailproof recommit`.
pub fn run(options: &Recommit) -> Result<(), Failure> {
    let outputs = CommitFiles {
        output: options.output.clone(),
        opening: options.opening.clone(),
        force: false,
        json: options.json,
    };
    let mut inputs = vec![options.from.as_path()];
    inputs.extend(
        [&options.book, &options.scenarios, &options.pool, &options.deal].into_iter().flatten().map(|path| &**path),
    );
    let subject = if options.pool.is_some() { Subject::Pool } else { Subject::Book };
    let pair = begin(&outputs, &inputs, subject)?;
    let text = files::read_text(&options.from)?;
    let (old, new, opening, kept_with) = match (&options.book, &options.scenarios, &options.pool, &options.deal) {
        (Some(book), Some(scenarios), None, None) => {
            let old = BookOpening::from_json(&text).map_err(Failure::malformed(&options.from))?;
            let (set, _) = files::scenarios(scenarios)?;
            let file = files::book_over(&set, book, &options.tables.options())?;
            let read = || file.positions_as_committed(&set, old.unit(), old.nav()).map_err(Failure::from);
            let (commitment, opening) = commit(&read()?, &*set.committed_names(), &mut rand::rngs::OsRng);
            let (value, positions) = (old.commitment(), read()?);
            old.open(positions, &set.committed_names()).map_err(|_| {
                let (opening, book, scenarios) = (options.from.clone(), book.clone(), scenarios.clone());
                Failure::Mismatch(Mismatch::Opening { opening, book, scenarios })
            })?;
            (value, CommitmentFile::Book(commitment), opening.to_json(), "book")
        }
        (None, None, Some(tape), Some(deal_file)) => {
            let old = PoolOpening::from_json(&text).map_err(Failure::malformed(&options.from))?;
            let deal = files::deal(deal_file)?;
            let schema = committed_schema(&deal)?;
            if old.context() != schema.digest() {
                let (opening, deal) = (options.from.clone(), deal_file.clone());
                return Err(Failure::Mismatch(Mismatch::Schema { opening, deal }));
            }
            let loans = loans(tape, &options.tape_args(), &deal)?;
            let (commitment, opening) = commit(&loans, schema, &mut rand::rngs::OsRng);
            let value = old.commitment();
            old.open(loans, schema).map_err(|_| {
                let (opening, tape) = (options.from.clone(), tape.clone());
                Failure::Mismatch(Mismatch::PoolOpening { opening, tape })
            })?;
            (value, CommitmentFile::Pool(commitment), opening.to_json(), "tape")
        }
        _ => return Err(Failure::Usage("name --book and --scenarios, or --pool and --deal".into())),
    };
    write_both(pair, &opening, &new.to_json())?;
    let (old, new) = (to_hex(&old), to_hex(&new.value::<tailproof::Groth16>().map_err(|_| NO_VALUE)?));
    if options.json {
        print_json(&json!({ "old_commitment": old, "commitment": new }));
        return Ok(());
    }
    out!("commitment {new}");
    out!("     after {old}: nothing shows others that both are of the same {kept_with}");
    say_written(&outputs, kept_with);
    out!("{} was not changed: it still opens the old commitment", options.from.display());
    Ok(())
}

const NO_VALUE: Failure = Failure::Defect("a new commitment has no value for Groth16");
