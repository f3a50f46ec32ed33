//! The verdict about a proof: in words, as JSON, and as a failure.

use serde_json::Value;
use tailproof::{Claim, Verified};

use super::answer::Answer;
use crate::claims::subject;
use crate::cli::Verify;
use crate::failure::Failure;
use crate::output::out;

/// Prints the verdict about a valid proof.
pub fn print(verified: &Verified, claim: &Claim) {
    out!("VALID: the {} under commitment {}", subject(claim), verified.commitment);
    let over = verified.over.as_ref().map(|over| format!(", over {over}")).unwrap_or_default();
    match claim {
        Claim::Market(_) => out!("meets the mandate \"{}\"{over}:", claim.name()),
        Claim::Pool(_) => out!("is as the deal \"{}\" says{over}:", claim.name()),
    }
    for sentence in &verified.claims {
        out!("  {sentence}");
    }
    for (name, commitment) in verified.parts() {
        out!("{name} {commitment}");
    }
    out!("rests on");
    for line in rests_on_lines(verified) {
        out!("  {line}");
    }
}

/// Returns the block *rests on*, a line for each thing.
pub fn rests_on_lines(verified: &Verified) -> impl Iterator<Item = String> {
    verified.rests_on.iter().map(|thing| {
        let digest = thing.digest.map(hex::encode).into_iter();
        let note = Some(thing.note.clone()).filter(|note| !note.is_empty()).into_iter();
        let more = note.chain(digest).collect::<Vec<_>>().join("; ");
        format!("{:<18}  {:<20}  {more}", thing.what.name(), thing.how.name())
    })
}

/// Returns the library's JSON of a verdict, with the reason in the words of the failure.
pub fn as_json(answer: &Answer, claim: &Claim) -> Value {
    let mut json = answer.checked.to_json(claim);
    if let Err(failure) = answer.verdict() {
        json["reason"] = failure.to_string().into();
    }
    json
}

/// Returns the failure of a verdict, also of one that is not strict where a strict one is asked for.
pub fn strictly(options: &Verify, answer: &Answer) -> Result<(), Failure> {
    let verified = answer.verdict()?;
    if options.strict && !verified.is_strict() {
        return Err(Failure::NotStrict(not_strict(verified)));
    }
    Ok(())
}

/// Returns what a strict verifier does not take on trust.
fn not_strict(verified: &Verified) -> String {
    let over = if verified.keys.powers().is_some() { "over " } else { "" };
    let keys = verified.keys.is_development().then(|| format!("the keys are {over}{}", verified.keys.kind()));
    let commitment = (!verified.commitment_compared()).then(|| "the commitment is the proof's own".to_owned());
    keys.into_iter().chain(commitment).collect::<Vec<_>>().join(", and ")
}
