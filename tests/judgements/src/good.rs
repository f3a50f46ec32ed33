//! Ways to ask about a proof such that it is valid.

use crate::case::{Outcome, Question};
use crate::claims::{Attested, Claim, HOLDS};
use crate::made::{Made, Way};

/// Returns the ways.
pub fn ways() -> Vec<(&'static str, Way)> {
    vec![
        ("as it was proved", |_, claim| valid(claim.question.clone())),
        ("its commitment is expected", |_, claim| {
            valid(Question { commitments: claim.commitments.clone(), ..claim.question.clone() })
        }),
        ("a bundle whose digests are known", |_, claim| valid(bundle(claim))),
        ("the context that it has by itself", |_, claim| {
            let context = claim.proof["context"].as_str().map(str::to_owned);
            valid(Question { context, ..claim.question.clone() })
        }),
        ("a list of withdrawn keys without its own", |work, claim| {
            let list = work.file(claim, "withdrawn.txt", format!("# lost\n{}\n", "ab".repeat(32)));
            valid(Question { withdrawn: Some(list), ..claim.question.clone() })
        }),
        ("another proof of the same claim", |work, claim| {
            let proof = work.file(claim, "proof.json", claim.again.to_string());
            valid(Question { proof: Some(proof), ..claim.question.clone() })
        }),
        ("its fields in another order, and without spaces", |work, claim| {
            let fields = claim.proof.as_object().unwrap().iter().rev();
            let fields: Vec<String> = fields.map(|(name, value)| format!("\"{name}\":{value}")).collect();
            let proof = work.file(claim, "proof.json", format!("{{{}}}", fields.join(",")));
            valid(Question { proof: Some(proof), ..claim.question.clone() })
        }),
        ("terms with comments and empty lines", |work, claim| {
            // A deal is known by the digest of its text.
            claim.is_market().then_some(())?;
            let text = format!("# as agreed\n\n{}\n# end\n\n", claim.terms.replace('\n', "\n\n"));
            valid(with_terms(claim, work.file(claim, "terms.toml", text)))
        }),
        ("terms whose lines end as on Windows", |work, claim| {
            claim.is_market().then_some(())?;
            valid(with_terms(claim, work.file(claim, "terms.toml", claim.terms.replace('\n', "\r\n"))))
        }),
        ("a bundle, and its commitment is expected", |_, claim| {
            valid(Question { commitments: claim.commitments.clone(), ..bundle(claim) })
        }),
        ("attested by one", |_, claim| valid(attested(claim, &[claim.attested.first()?]))),
        ("attested by three with keys of three kinds", |_, claim| {
            let all: Vec<&Attested> = claim.attested.iter().collect();
            (!all.is_empty()).then(|| attested(claim, &all)).and_then(valid)
        }),
        ("attested by one, and other statements are revoked", |work, claim| {
            let list = work.file(claim, "revoked.txt", format!("0x{}\n", "cd".repeat(32)));
            valid(Question { revoked: Some(list), ..attested(claim, &[claim.attested.get(1)?]) })
        }),
        ("a bundle that is attested", |_, claim| {
            let Question { attested_by, attestations, subject, at, .. } = attested(claim, &[claim.attested.last()?]);
            valid(Question { attested_by, attestations, subject, at, ..bundle(claim) })
        }),
        ("the seed of its scenarios", |_, claim| {
            valid(Question { seed: Some(claim.seed.clone()?), ..claim.question.clone() })
        }),
        ("commitments of sub-books in the other order", |_, claim| {
            let commitments: Vec<String> = claim.commitments.iter().rev().cloned().collect();
            (commitments.len() > 1).then(|| Question { commitments, ..claim.question.clone() }).and_then(valid)
        }),
    ]
}

fn valid(question: Question) -> Option<Made> {
    Some(Made { question, expected: Outcome::Valid, on_chain: true })
}

/// Returns the question about the bundle, with every digest that a verifier knows.
pub fn bundle(claim: &Claim) -> Question {
    let (terms, scenarios) = claim.digests.clone();
    Question {
        bundle: Some(claim.bundle.clone()),
        key_file: claim.question.key_file.clone(),
        keys_digest: claim.question.keys_digest.clone(),
        terms_digest: Some(terms),
        scenarios_digest: scenarios,
        context: claim.question.context.clone(),
        ..Question::default()
    }
}

/// Returns the question with another file of terms.
pub fn with_terms(claim: &Claim, file: String) -> Question {
    let question = claim.question.clone();
    let (mandate, deal) = if claim.is_market() { (Some(file), None) } else { (None, Some(file)) };
    Question { mandate, deal, ..question }
}

/// Returns the question in which attestors are asked for.
pub fn attested(claim: &Claim, by: &[&Attested]) -> Question {
    Question {
        attested_by: by.iter().map(|one| one.key.clone()).collect(),
        attestations: by.iter().map(|one| one.file.clone()).collect(),
        subject: Some(by[0].subject.clone()),
        at: Some(HOLDS),
        ..claim.question.clone()
    }
}
