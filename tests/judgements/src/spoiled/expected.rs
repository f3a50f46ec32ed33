//! Expectations that the proof does not meet.

use super::{bad_input, not_valid, not_valid_off_chain, other_digit};
use crate::case::Question;
use crate::claims::{Claim, EXPIRED};
use crate::good::attested;
use crate::made::{Made, Way, Work};

pub fn ways() -> Vec<(&'static str, Way)> {
    vec![
        ("the commitment of somebody else", |_, claim| {
            let others = std::iter::once(claim.other_commitment.clone());
            let commitments = others.chain(claim.commitments.iter().skip(1).cloned()).collect();
            // A contract is told the hash of all sub-books.
            let made = not_valid(Question { commitments, ..claim.question.clone() });
            made.map(|made| Made { on_chain: claim.commitments.len() == 1, ..made })
        }),
        ("a commitment too many", |_, claim| {
            let mut commitments = claim.commitments.clone();
            commitments.push(claim.other_commitment.clone());
            bad_input(Question { commitments, ..claim.question.clone() })
        }),
        ("the commitment of a pool for a book", |work, claim| {
            claim.is_market().then_some(())?;
            let pool = work.claims.iter().find(|other| !other.is_market())?;
            bad_input(Question { commitments: vec![pool.commitments[0].clone()], ..claim.question.clone() })
        }),
        ("a commitment file that was cut", |work, claim| {
            let text = work.text(&claim.commitments[0]);
            let cut = work.file(claim, "c.json", &text[..text.len() - 9]);
            bad_input(Question { commitments: vec![cut], ..claim.question.clone() })
        }),
        ("one commitment of two sub-books", |_, claim| {
            (claim.commitments.len() > 1).then_some(())?;
            bad_input(Question { commitments: vec![claim.commitments[0].clone()], ..claim.question.clone() })
        }),
        ("another context", |_, claim| {
            let context = other_digit(&claim.proof["context"], 3).as_str().map(str::to_owned);
            not_valid(Question { context, ..claim.question.clone() })
        }),
        ("a context that is too short", |_, claim| {
            bad_input(Question { context: Some("0x12".into()), ..claim.question.clone() })
        }),
        ("another seed", |_, claim| {
            not_valid_off_chain(Question { seed: Some("ab".repeat(32)), ..claim.question.clone() })
        }),
        ("a seed that is too short", |_, claim| {
            bad_input(Question { seed: Some("ab".repeat(31)), ..claim.question.clone() })
        }),
        ("its keys are withdrawn", |work, claim| {
            let list = work.file(claim, "withdrawn.txt", format!("{}\n", claim.question.keys_digest));
            not_valid_off_chain(Question { withdrawn: Some(list), ..claim.question.clone() })
        }),
        ("a list of withdrawn keys with a line that is none", |work, claim| {
            let list = work.file(claim, "withdrawn.txt", format!("{}\n{}\n", "ab".repeat(32), "ab".repeat(31)));
            bad_input(Question { withdrawn: Some(list), ..claim.question.clone() })
        }),
        ("an attestation that has expired", |_, claim| {
            let question = attested(claim, &[claim.attested.first()?]);
            not_valid_off_chain(Question { at: Some(EXPIRED), ..question })
        }),
        ("attested by somebody else", |_, claim| {
            let other = claim.attested.get(1)?.key.clone();
            let question = attested(claim, &[claim.attested.first()?]);
            not_valid_off_chain(Question { attested_by: vec![other], ..question })
        }),
        ("attested about another subject", |_, claim| {
            let question = attested(claim, &[claim.attested.last()?]);
            not_valid_off_chain(Question { subject: Some(format!("0x{}", "22".repeat(32))), ..question })
        }),
        ("an attestation that is revoked", |work, claim| {
            let one = claim.attested.get(1)?;
            let list = work.file(claim, "revoked.txt", format!("{}\n", one.digest));
            not_valid_off_chain(Question { revoked: Some(list), ..attested(claim, &[one]) })
        }),
        ("an attestation of another time", |work, claim| {
            signed(work, claim, |text| text.replace("1790000000", "1790000001"))
        }),
        ("an attestation that was cut", |work, claim| {
            let question = attested(claim, &[claim.attested.first()?]);
            let text = work.text(&question.attestations[0]);
            let attestations = vec![work.file(claim, "attestation.json", &text[..text.len() - 20])];
            bad_input(Question { attestations, ..question })
        }),
        ("the proof of another claim", |work, claim| {
            let is_other =
                |other: &&Claim| other.name != claim.name && other.question.keys_digest == claim.question.keys_digest;
            let other = work.claims.iter().find(is_other)?;
            not_valid_off_chain(Question { proof: other.question.proof.clone(), ..claim.question.clone() })
        }),
        ("the proof of a claim under other keys", |work, claim| {
            let is_other = |other: &&Claim| other.question.keys_digest != claim.question.keys_digest;
            let other = work.claims.iter().find(is_other)?;
            bad_input(Question { proof: other.question.proof.clone(), ..claim.question.clone() })
        }),
    ]
}

/// An attestation whose text was changed after it was signed: it is none.
fn signed(work: &Work<'_>, claim: &Claim, change: impl FnOnce(String) -> String) -> Option<Made> {
    let question = attested(claim, &[claim.attested.last()?]);
    let text = work.text(&question.attestations[0]);
    let changed = change(text.clone());
    assert_ne!(text, changed);
    let attestations = vec![work.file(claim, "attestation.json", changed)];
    bad_input(Question { attestations, ..question })
}
