//! `tailproof commit`: a public commitment and its secret opening.

use serde_json::json;
use tailproof_prover::opening::{Commitment, commit_to};
use tailproof_verifier::encoding::{input_to_hex, to_hex};

use super::{positions, print_json};
use crate::cli::Commit;
use crate::failure::Failure;
use crate::files::{self, Access};
use crate::interruption::uninterrupted;
use crate::output::out;

pub fn run(options: &Commit) -> Result<(), Failure> {
    let commitment = commit(options)?;
    let hex = to_hex(&commitment.commitment);
    let halo2 = commitment.halo2_commitment.as_ref().map(input_to_hex);
    if options.json {
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
        out!("wrote {} (public)", options.output.display());
        out!("wrote {} (SECRET, mode 0600: keep it with the book)", options.opening.display());
    }
    Ok(())
}

/// Commits and writes both files.
pub fn commit(options: &Commit) -> Result<Commitment, Failure> {
    let inputs = [options.book.book.as_path(), &options.book.scenarios];
    files::refuse_overlap(&[&options.output, &options.opening], &inputs)?;
    let (set, _, positions) = positions(&options.book)?;
    if options.opening.exists() && !options.force {
        return Err(Failure::Exists {
            file: options.opening.clone(),
            advice: "without it nothing can be proved about its commitment; name another file, or use --force",
        });
    }
    let (commitment, opening) = commit_to(&set, &positions, &mut rand::rngs::OsRng);
    let secret = files::stage(&options.opening, opening.to_json().as_bytes(), Access::Secret)?;
    let public = files::stage(&options.output, commitment.to_json().as_bytes(), Access::Public)?;
    // The secret first: a commitment without its opening is worth nothing.
    uninterrupted(|| secret.put().and_then(|()| public.put()))?;
    Ok(commitment)
}
