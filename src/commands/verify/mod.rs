//! `tailproof verify`: is this a proof that what these public files claim holds of the commitment?

mod answer;
mod bundle;
mod words;

pub use self::answer::{Question, check, other_keys, read_proof};
pub use self::words::rests_on_lines;
use tailproof::verifier::verdict::refused_json;

use self::answer::question;
use self::words::{as_json, print, strictly};
use crate::claims::public_claim;
use crate::cli::Verify;
use crate::failure::Failure;
use crate::output::print_json;

/// Verifies a proof, or a bundle.
pub fn run(options: &Verify) -> Result<(), Failure> {
    if let Some(path) = &options.bundle {
        return bundle::run(options, path);
    }
    let (Some(proof), Some(keys)) = (&options.proof, &options.keys) else {
        return Err(Failure::Usage("give --proof and --keys, or a bundle".into()));
    };
    let claim = match public_claim(&options.public) {
        Ok(claim) => claim,
        Err(Failure::Instance(error)) if error.is_verdict() => {
            let (code, failure) = (error.code(), Failure::NotAllowed(error));
            if options.json {
                print_json(&refused_json(code, &failure.to_string()));
            }
            return Err(failure);
        }
        Err(failure) => return Err(failure),
    };
    let question = question(options, &claim, Vec::new())?;
    let answer = check(proof, &claim, keys, &question)?;
    if options.json {
        print_json(&as_json(&answer, &claim));
    } else if let Ok(verified) = answer.verdict() {
        print(verified, &claim);
    }
    strictly(options, &answer)
}
