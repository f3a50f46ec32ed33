//! The command line.

use std::fmt::Write;

use serde_json::Value;
use tailproof_test_support::{run, tailproof};

use super::{Answer, Answers};
use crate::case::{Outcome, Question};
use crate::made::Cases;

/// Asks `tailproof verify --json` about every case.
///
/// # Panics
///
/// If the command cannot be started, or ends in another way than with status 0, 1 or 2.
pub fn judge(cases: &Cases) -> Answers {
    let judged = cases.cases.iter().map(|case| {
        let line = shell_words::split(&line(&case.question)).unwrap();
        let run = run(tailproof(), &line, &cases.folder);
        assert!(!run.stderr.contains("panicked"), "{}: {run:?}", case.id);
        let outcome = match run.status {
            0 => Outcome::Valid,
            1 => Outcome::NotValid,
            2 => Outcome::BadInput,
            _ => panic!("{}: {run:?}", case.id),
        };
        let json: Value = serde_json::from_str(&run.stdout).unwrap_or_default();
        if outcome != Outcome::BadInput {
            assert_eq!(json["valid"], outcome == Outcome::Valid, "{}: {run:?}", case.id);
        }
        (case.id.clone(), Answer { outcome, code: json["code"].as_str().map(str::to_owned) })
    });
    judged.collect()
}

/// Returns the arguments.
fn line(question: &Question) -> String {
    let mut line = "verify --json".to_owned();
    let mut add = |option: &str, value: Option<&String>| {
        if let Some(value) = value {
            write!(line, " {option} {value}").unwrap();
        }
    };
    add("", question.bundle.as_ref());
    add("--proof", question.proof.as_ref());
    add("--mandate", question.mandate.as_ref());
    add("--deal", question.deal.as_ref());
    add("--assumptions", question.assumptions.as_ref());
    add("--scenarios", question.scenarios.as_ref());
    add("--keys", question.keys.as_ref());
    if question.bundle.is_some() {
        add("--keys-digest", Some(&question.keys_digest));
    }
    add("--mandate-digest", question.terms_digest.as_ref());
    add("--scenarios-digest", question.scenarios_digest.as_ref());
    question.commitments.iter().for_each(|file| add("--commitment", Some(file)));
    add("--context", question.context.as_ref());
    add("--seed", question.seed.as_ref());
    add("--withdrawn", question.withdrawn.as_ref());
    question.attested_by.iter().for_each(|key| add("--attested-by", Some(key)));
    question.attestations.iter().for_each(|file| add("--attestation", Some(file)));
    add("--subject", question.subject.as_ref());
    add("--at", question.at.map(|at| at.to_string()).as_ref());
    add("--revoked", question.revoked.as_ref());
    line
}
