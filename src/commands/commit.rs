//! `tailproof commit`: a public commitment and its secret opening.

use std::path::Path;

use serde_json::json;
use tailproof::commitments::{self, BookCommitment};
use tailproof::store::{Access, Kind};
use tailproof::verifier::InstanceError;
use tailproof::verifier::encoding::{input_to_hex, to_hex};

use crate::cli::{Commit, CommitFiles};
use crate::failure::Failure;
use crate::files;
use crate::options::{Held, positions, say_unit};
use crate::output::{note, out, print_json};
use crate::writing::{self, Writing};

/// Runs `tailproof commit`.
pub fn run(options: &Commit) -> Result<(), Failure> {
    let commitment = commit(options)?;
    let hex = to_hex(&commitment.commitment);
    let halo2 = commitment.halo2_commitment.as_ref().map(input_to_hex);
    if options.files.json {
        print_json(&json!({
            "commitment": hex,
            "halo2_commitment": halo2,
            "unit": commitment.unit.to_string(),
            "factors": commitment.factors,
        }));
    } else {
        out!("commitment {hex}");
        if let Some(halo2) = halo2 {
            out!("           {halo2} (of the same book, for proofs of the backend halo2)");
        }
        say_written(&options.files, "book");
    }
    Ok(())
}

/// Commits to a book, writes both files, and returns the commitment.
pub fn commit(options: &Commit) -> Result<BookCommitment, Failure> {
    let inputs = [Some(&options.book.book), Some(&options.book.scenarios), options.mandate.as_ref()];
    let inputs: Vec<&Path> = inputs.into_iter().flatten().map(|path| &**path).collect();
    let pair = begin(&options.files, &inputs, Subject::Book)?;
    let (set, _, Held { file, positions, .. }) = positions(&options.book)?;
    if let Some(path) = &options.mandate {
        let mandate = files::mandate(path)?;
        file.check_currency(&mandate)?;
        InstanceError::check_unit(&mandate, positions.unit())?;
        mandate.check_fixed_unit(positions.unit()).map_err(InstanceError::from)?;
    }
    say_unit(&positions);
    if options.book.nav.is_some() {
        note!("note: the net asset value is this book's alone: a consolidated proof adds up those of its books");
    }
    let (commitment, opening) = commitments::commit(&positions, &*set.committed_names(), &mut rand::rngs::OsRng);
    write_both(pair, &opening.to_json(), &commitment.to_json())?;
    Ok(commitment)
}

/// The subject of a commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Book,
    Pool,
}

/// Begins to write an opening and its commitment. Errors if an output is one of the inputs, or
/// holds a file that is not replaced: an opening or commitment without `--force`, any other file
/// always.
pub fn begin(outputs: &CommitFiles, inputs: &[&Path], subject: Subject) -> Result<Writing, Failure> {
    files::refuse_overlap(&[&outputs.output, &outputs.opening], inputs)?;
    let (opening, commitment) = match subject {
        Subject::Book => (Kind::Opening, Kind::Commitment),
        Subject::Pool => (Kind::PoolOpening, Kind::PoolCommitment),
    };
    // The secret first: a commitment without its opening is useless.
    let files = [
        writing::output(&outputs.opening, opening, Access::Secret, outputs.force),
        writing::output(&outputs.output, commitment, Access::Public, outputs.force),
    ];
    let advice = "nobody can make again an opening, or the commitment that proofs are about; name another file, or use \
                  --force where the command has it";
    writing::begin(&files, advice)
}

/// Writes the opening and the commitment, or neither.
pub fn write_both(mut pair: Writing, opening: &str, commitment: &str) -> Result<(), Failure> {
    pair.stage(0, opening.as_bytes())?;
    pair.stage(1, commitment.as_bytes())?;
    pair.put()
}

/// Prints the names of the files that were written.
pub fn say_written(outputs: &CommitFiles, kept_with: &str) {
    out!("wrote {} (public)", outputs.output.display());
    out!("wrote {} (SECRET, mode 0600: keep it with the {kept_with})", outputs.opening.display());
}
