//! Statements of a proof file, each changed alone.

use serde_json::Value;

use super::{bad_input, not_valid, not_valid_off_chain, other_digit, with_field, with_proof};
use crate::made::Way;

pub fn ways() -> Vec<(&'static str, Way)> {
    vec![
        ("the commitment and its control", |work, claim| {
            let mut proof = claim.proof.clone();
            if proof.get("commitments").is_some() {
                return None;
            }
            let other = other_digit(&proof["commitment"], 0);
            (proof["commitment"], proof["controls"][0]) = (other.clone(), other);
            not_valid(with_proof(work, claim, proof.to_string()))
        }),
        ("the commitment, which is not that of its sub-books", |work, claim| {
            claim.proof.get("commitments")?;
            bad_input(with_field(work, claim, "/commitment", |value| other_digit(value, 0))?)
        }),
        ("the context", |work, claim| {
            not_valid_off_chain(with_field(work, claim, "/context", |value| other_digit(value, 0))?)
        }),
        ("the control of its limits", |work, claim| {
            not_valid_off_chain(with_field(work, claim, "/controls/3", |value| other_digit(value, 0))?)
        }),
        ("the unit", |work, claim| {
            let made = not_valid(with_field(work, claim, "/claim/unit", |_| "0.001".into())?);
            // A deal fixes its unit, and a contract is told none.
            made.map(|made| crate::made::Made { on_chain: claim.is_market(), ..made })
        }),
        ("the digest of the keys", |work, claim| {
            bad_input(with_field(work, claim, "/keys", |value| other_digit(value, 0))?)
        }),
        ("the shape", |work, claim| {
            (claim.proof["shape"] == "8x20").then_some(())?;
            bad_input(with_field(work, claim, "/shape", |_| "9x20".into())?)
        }),
        ("the version", |work, claim| bad_input(with_field(work, claim, "/version", |_| 2.into())?)),
        ("the format", |work, claim| bad_input(with_field(work, claim, "/format", |_| "tailproof-proofs".into())?)),
        ("the proof system", |work, claim| {
            let other = if claim.is_groth16() { "halo2-ipa-pasta" } else { "groth16-bn254" };
            bad_input(with_field(work, claim, "/backend", |_| other.into())?)
        }),
        ("a proof system that nobody knows", |work, claim| {
            bad_input(with_field(work, claim, "/backend", |_| "groth17".into())?)
        }),
        ("the statement", |work, claim| bad_input(with_field(work, claim, "/statement", |_| "ledger".into())?)),
        ("the version of the coefficients", |work, claim| {
            bad_input(with_field(work, claim, "/coefficients", |_| 1.into())?)
        }),
        ("the name of the terms", |work, claim| {
            not_valid_off_chain(with_field(work, claim, "/claim/mandate", |_| "Another mandate".into())?)
        }),
        ("the digest of the terms", |work, claim| {
            not_valid_off_chain(with_field(work, claim, "/claim/mandate_digest", |value| other_digit(value, 5))?)
        }),
        ("a sentence of the claim", |work, claim| {
            not_valid_off_chain(with_field(work, claim, "/claim/clauses/0", |_| "99 % VaR <= 1 % of NAV".into())?)
        }),
        ("the number of scenarios", |work, claim| {
            let more = |value: &Value| (value.as_u64().unwrap() + 1).into();
            not_valid_off_chain(with_field(work, claim, "/claim/scenarios", more)?)
        }),
        ("the name of a factor", |work, claim| {
            claim.is_market().then_some(())?;
            not_valid_off_chain(with_field(work, claim, "/claim/factors/0", |_| "TSLA".into())?)
        }),
        ("a sub-book that is left out", |work, claim| {
            bad_input(with_field(work, claim, "/commitments", |value| Value::from(vec![value[0].clone()]))?)
        }),
    ]
}
