//! `tailproof commit`: a public commitment and its secret opening.

use std::path::Path;

use serde_json::json;
use tailproof::commitments::{self, BookCommitment};
use tailproof::verifier::encoding::{input_to_hex, to_hex};

use crate::cli::{Commit, CommitFiles};
use crate::failure::Failure;
use crate::files::{self, Access, Precious};
use crate::interruption::uninterrupted;
use crate::options::{positions, say_unit};
use crate::output::{out, print_json};

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
    let inputs = [options.book.book.as_path(), &options.book.scenarios];
    refuse_to_lose(&options.files, &inputs)?;
    let (set, _, positions) = positions(&options.book)?;
    say_unit(&positions);
    if options.book.nav.is_some() {
        eprintln!("note: the net asset value is this book's alone: a consolidated proof adds up those of its books");
    }
    let (commitment, opening) = commitments::commit(&positions, set.factors(), &mut rand::rngs::OsRng);
    write_both(&options.files, &opening.to_json(), &commitment.to_json())?;
    Ok(commitment)
}

/// Errors if an output path is one of the inputs, or holds an irreplaceable file of another kind.
/// An existing opening or commitment is overwritten only with `--force`.
pub fn refuse_to_lose(outputs: &CommitFiles, inputs: &[&Path]) -> Result<(), Failure> {
    files::refuse_overlap(&[&outputs.output, &outputs.opening], inputs)?;
    files::refuse_precious(&outputs.output, Some(Precious::Commitment))?;
    files::refuse_precious(&outputs.opening, Some(Precious::Opening))?;
    if outputs.force {
        return Ok(());
    }
    let advice = "without it nothing can be proved about its commitment; name another file, or use --force";
    files::refuse_existing(&outputs.opening, advice)?;
    let advice = "proofs are about the commitment in it, and the same book or pool makes another; name another file, or use --force";
    // Paths that are not regular files are checked when they are written.
    if outputs.output.is_file() { files::refuse_existing(&outputs.output, advice) } else { Ok(()) }
}

/// Writes the opening and the commitment, or neither.
pub fn write_both(outputs: &CommitFiles, opening: &str, commitment: &str) -> Result<(), Failure> {
    let secret = files::stage(&outputs.opening, opening.as_bytes(), Access::Secret)?;
    let public = files::stage(&outputs.output, commitment.as_bytes(), Access::Public)?;
    // Write the secret first: a commitment without its opening is useless.
    uninterrupted(|| secret.put().and_then(|()| public.put()))
}

/// Prints the names of the files that were written.
pub fn say_written(outputs: &CommitFiles, kept_with: &str) {
    out!("wrote {} (public)", outputs.output.display());
    out!("wrote {} (SECRET, mode 0600: keep it with the {kept_with})", outputs.opening.display());
}
