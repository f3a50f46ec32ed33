//! Scenario sets other than the one that was proved over.

use super::{bad_input, not_valid, not_valid_off_chain};
use crate::case::Question;
use crate::claims::Claim;
use crate::made::{Made, Way, Work};

pub fn ways() -> Vec<(&'static str, Way)> {
    vec![
        ("the scenarios of another day", |_, claim| {
            let question = Question { scenarios: Some(claim.other_set.clone()?), ..claim.question.clone() };
            // A mandate that names its set does not allow another one.
            if claim.terms.contains("[scenarios]") { not_valid_off_chain(question) } else { not_valid(question) }
        }),
        ("a byte of the scenarios", |work, claim| {
            changed(work, claim, |bytes| {
                let place = bytes.len() - 40 - work.draw.below(64);
                bytes[place] ^= 1;
            })
        }),
        ("scenarios that were cut", |work, claim| changed(work, claim, |bytes| bytes.truncate(bytes.len() - 8))),
        ("scenarios with a byte more", |work, claim| changed(work, claim, |bytes| bytes.push(0))),
        ("no scenarios at all", |work, claim| changed(work, claim, Vec::clear)),
    ]
}

fn changed(work: &Work<'_>, claim: &Claim, change: impl FnOnce(&mut Vec<u8>)) -> Option<Made> {
    let mut bytes = work.bytes(claim.question.scenarios.as_ref()?);
    change(&mut bytes);
    bad_input(Question { scenarios: Some(work.file(claim, "set.scn", bytes)), ..claim.question.clone() })
}
