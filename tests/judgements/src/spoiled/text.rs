//! The text of a proof file: cut, lengthened, or spelled in another way.

use super::{bad_input, with_field, with_proof};
use crate::case::Question;
use crate::made::Way;

pub fn ways() -> Vec<(&'static str, Way)> {
    vec![
        ("a proof file that was cut", |work, claim| {
            let text = claim.proof.to_string();
            bad_input(with_proof(work, claim, &text[..text.len() / 2 + work.draw.below(text.len() / 3)]))
        }),
        ("a proof file with a byte behind its end", |work, claim| {
            bad_input(with_proof(work, claim, format!("{}x", claim.proof)))
        }),
        ("an empty proof file", |work, claim| bad_input(with_proof(work, claim, ""))),
        ("a byte that is no text", |work, claim| {
            let mut bytes = claim.proof.to_string().into_bytes();
            let place = bytes.len() / 2;
            bytes[place] = 0xff;
            bad_input(with_proof(work, claim, bytes))
        }),
        ("a mark of the byte order", |work, claim| {
            bad_input(with_proof(work, claim, format!("\u{feff}{}", claim.proof)))
        }),
        ("a field that is not known", |work, claim| {
            let mut proof = claim.proof.clone();
            proof["note"] = "hello".into();
            bad_input(with_proof(work, claim, proof.to_string()))
        }),
        ("a field that is not there", |work, claim| {
            let mut proof = claim.proof.clone();
            proof.as_object_mut()?.remove("context");
            bad_input(with_proof(work, claim, proof.to_string()))
        }),
        ("a field twice", |work, claim| {
            let text = claim.proof.to_string();
            bad_input(with_proof(work, claim, text.replacen('{', "{\"version\":1,", 1)))
        }),
        ("a list for an object", |work, claim| {
            let listed = |value: &serde_json::Value| value.as_object().unwrap().values().cloned().collect();
            bad_input(with_field(work, claim, "/claim", listed)?)
        }),
        ("a number in capital letters", |work, claim| {
            let capital =
                |value: &serde_json::Value| format!("0x{}", value.as_str().unwrap()[2..].to_uppercase()).into();
            bad_input(with_field(work, claim, "/commitment", capital)?)
        }),
        ("a number without 0x", |work, claim| {
            bad_input(with_field(work, claim, "/context", |value| value.as_str().unwrap()[2..].into())?)
        }),
        ("the commitment in place of the proof", |_, claim| {
            bad_input(Question { proof: Some(claim.commitments[0].clone()), ..claim.question.clone() })
        }),
    ]
}
