//! Ways to spoil a question, so that the proof is not valid or no verdict can be given.

mod bundles;
mod expected;
mod keys;
mod points;
mod scenarios;
mod stated;
mod terms;
mod text;

use serde_json::Value;

use crate::case::{Outcome, Question};
use crate::claims::Claim;
use crate::made::{Made, Way, Work};

/// Returns the ways.
pub fn ways() -> Vec<(&'static str, Way)> {
    [
        points::ways(),
        stated::ways(),
        text::ways(),
        terms::ways(),
        scenarios::ways(),
        keys::ways(),
        expected::ways(),
        bundles::ways(),
    ]
    .concat()
}

/// A verdict that a contract gives too.
fn not_valid(question: Question) -> Option<Made> {
    Some(Made { question, expected: Outcome::NotValid, on_chain: true })
}

/// A verdict about something that no contract is told.
fn not_valid_off_chain(question: Question) -> Option<Made> {
    Some(Made { question, expected: Outcome::NotValid, on_chain: false })
}

/// Files that cannot be read, or do not fit each other.
fn bad_input(question: Question) -> Option<Made> {
    Some(Made { question, expected: Outcome::BadInput, on_chain: false })
}

/// Returns the question about another proof file.
fn with_proof(work: &Work<'_>, claim: &Claim, bytes: impl AsRef<[u8]>) -> Question {
    Question { proof: Some(work.file(claim, "proof.json", bytes)), ..claim.question.clone() }
}

/// Returns the question about the proof with a field at a pointer changed.
fn with_field(work: &Work<'_>, claim: &Claim, pointer: &str, change: impl FnOnce(&Value) -> Value) -> Option<Question> {
    let mut proof = claim.proof.clone();
    let field = proof.pointer_mut(pointer)?;
    *field = change(field);
    assert_ne!(proof, claim.proof, "{pointer}");
    Some(with_proof(work, claim, proof.to_string()))
}

/// Returns hex digits with the one at a place, counted from the end, changed.
fn other_digit(value: &Value, from_end: usize) -> Value {
    let text = value.as_str().unwrap();
    let place = text.len() - 1 - from_end;
    let digit = if text.as_bytes()[place] == b'1' { "2" } else { "1" };
    format!("{}{digit}{}", &text[..place], &text[place + 1..]).into()
}
