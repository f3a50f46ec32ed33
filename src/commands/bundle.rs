//! `tailproof bundle`: a proof with everything public about it, in one file.

use std::path::PathBuf;

use serde_json::json;
use tailproof::bundle::Bundle;
use tailproof::{Backend, Groth16, Halo2};

use super::verify::{Question, check};
use crate::bundles::{attestations, of_files, write};
use crate::claims::public_claim;
use crate::cli::Bundle as Options;
use crate::failure::Failure;
use crate::files;
use crate::options::context;
use crate::output::{out, print_json, shown};

/// Runs `tailproof bundle`. A proof that is not valid is not bundled.
pub fn run(options: &Options) -> Result<(), Failure> {
    let claim = public_claim(&options.public)?;
    let commitments = &options.commitment;
    let question = Question { context: context(options.context.as_deref())?, commitments, ..Question::default() };
    let answer = check(&options.proof, &claim, &options.keys, &question)?;
    answer.verdict()?;
    let checked = &answer.checked;
    let proof = files::read_at_most(&options.proof, files::MOST_JSON)?;
    let bundle = match checked.backend {
        Halo2::NAME => of_files::<Halo2>(proof, &options.public, &options.keys),
        _ => of_files::<Groth16>(proof, &options.public, &options.keys),
    }?;
    let text = |path: &PathBuf| files::read_at_most(path, files::MOST_JSON);
    let bundle = Bundle {
        commitments: options.commitment.iter().map(text).collect::<Result<_, _>>()?,
        attestations: options.attestation.iter().map(text).collect::<Result<_, _>>()?,
        ..bundle
    };
    attestations(&options.output, &bundle)?;
    write(&options.output, &bundle)?;
    let keys = hex::encode(checked.keys.digest);
    let (terms, set) = (hex::encode(claim.terms_digest()), claim.scenarios_digest().map(hex::encode));
    if options.json {
        print_json(&json!({
            "bundle": shown(&options.output), "keys_digest": keys, "mandate_digest": terms, "scenarios_digest": set,
        }));
    } else {
        out!("wrote {}; whoever knows the digests verifies it with", options.output.display());
        let set = set.map(|set| format!(" --scenarios-digest {set}")).unwrap_or_default();
        let bundle = options.output.display();
        out!("tailproof verify {bundle} --keys-digest {keys} --mandate-digest {terms}{set}");
    }
    Ok(())
}
