//! `tailproof pool ledger verify` and `show`: the verdict about a ledger of a pool, in words and as
//! JSON.

use serde_json::{Value, json};
use tailproof::Basis;
use tailproof::pool_ledger::{PoolAudit, PoolLedger};
use tailproof::verifier::verdict::rests_on_json;

use super::evidence::{audit, grounds, step_in_words, warn_of_development};
use super::read;
use crate::cli::PoolLedgerChecked;
use crate::failure::Failure;
use crate::output::{out, print_json};

/// Verifies every proof again, and says what came of it.
pub fn verify(options: &PoolLedgerChecked) -> Result<(), Failure> {
    let ledger = read(&options.file)?;
    let audit = match audit(&ledger, &options.evidence) {
        Err(failure @ (Failure::PoolAudit(_) | Failure::Usage(_))) => Err(failure),
        other => Ok(other?),
    };
    if let Ok(audit) = &audit {
        warn_of_development(audit);
    }
    if options.json {
        print_json(&as_json(&ledger, &audit));
    } else if let Ok(audit) = &audit {
        print(&ledger, audit);
    }
    audit.map(drop)
}

/// Shows the months of a ledger.
pub fn show(options: &PoolLedgerChecked) -> Result<(), Failure> {
    let ledger = read(&options.file)?;
    let verified = match options.evidence.keys.is_empty() && options.evidence.files.is_none() {
        true => None,
        false => Some(audit(&ledger, &options.evidence)?),
    };
    if let Some(audit) = &verified {
        warn_of_development(audit);
    }
    let not_verified = "the months are the ledger's own claims, and no proof of it was checked";
    if options.json {
        let steps = ledger.steps().iter();
        print_json(&json!({
            "verified": verified.is_some(),
            "name": ledger.beginning().name,
            "from": ledger.beginning().cut_off,
            "cut_off": ledger.last().0,
            "commitment": ledger.last().1,
            "steps": steps.map(|step| json!({ "kind": step.kind, "from": step.from, "cut_off": step.cut_off })).collect::<Vec<_>>(),
            "head": hex::encode(ledger.head()),
        }));
    } else {
        if verified.is_none() {
            out!("NOT VERIFIED: {not_verified}");
        }
        out!("ledger of \"{}\" from {} to {}", ledger.beginning().name, ledger.beginning().cut_off, ledger.last().0);
        let by = if verified.is_some() { "proved" } else { "by the ledger's own word" };
        for step in ledger.steps() {
            out!("{}  {by}", step_in_words(step));
        }
        for sentence in verified.iter().flat_map(|audit| audit.sentences(&ledger)) {
            out!("{sentence}");
        }
    }
    match verified {
        Some(_) => Ok(()),
        None => Err(Failure::NotVerified(format!(
            "no proof of {} was checked; verify it with --keys and --files",
            options.file.display()
        ))),
    }
}

fn as_json(ledger: &PoolLedger, audit: &Result<PoolAudit, Failure>) -> Value {
    let found = audit.as_ref().ok();
    let proofs = found.map(|audit| {
        let steps = ledger.steps().iter().zip(&audit.steps);
        let step = steps.map(|(step, verified)| {
            json!({
                "kind": step.kind,
                "from": step.from,
                "cut_off": step.cut_off,
                "commitment": step.commitment,
                "proof": step.proof,
                "deal": step.deal,
                "claims": verified.claims,
                "keys": verified.keys.kind(),
                "rests_on": rests_on_json(verified),
            })
        });
        step.collect::<Vec<_>>()
    });
    json!({
        "valid": found.is_some(),
        "reason": audit.as_ref().err().map(ToString::to_string),
        "name": ledger.beginning().name,
        "from": ledger.beginning().cut_off,
        "cut_off": ledger.last().0,
        "months": ledger.months().count(),
        "figures": found.map(|audit| audit.figures_json(ledger)),
        "head": hex::encode(ledger.head()),
        "heads_compared": found.map(|audit| &audit.heads),
        "commitments_compared": found.map(|audit| &audit.commitments),
        "steps": proofs,
    })
}

fn print(ledger: &PoolLedger, audit: &PoolAudit) {
    let (proofs, months, name) = (audit.steps.len(), audit.bounds.months(), &ledger.beginning().name);
    let (first, (last, _)) = (&ledger.beginning().cut_off, ledger.last());
    out!("VALID: {proofs} proofs of \"{name}\", {months} roll-forwards from {first} to {last}, each in its place");
    let unbounded = audit.bounds.unbounded();
    out!("from {first} to {last}:");
    for sentence in audit.sentences(ledger) {
        out!("  {sentence}");
    }
    if !unbounded.is_empty() {
        out!("  no bound: {}", unbounded.join(", "));
    }
    for (step, verified) in ledger.steps().iter().zip(&audit.steps) {
        out!("{}, deal \"{}\":", step_in_words(step), verified.name);
        for sentence in &verified.claims {
            out!("  {sentence}");
        }
    }
    out!("rests on:");
    for ground in grounds(ledger, audit) {
        let of = if ground.of.is_empty() { String::new() } else { format!(" ({})", ground.of.join(", ")) };
        out!("  {:<18}  {:<20}  {}{of}", ground.what.name(), ground.how.name(), ground.note);
    }
    for line in about_the_chain(ledger, audit) {
        out!("  {line}");
    }
    for (step, verified) in ledger.steps().iter().zip(&audit.steps) {
        let short = |digest: &str| digest.chars().take(16).collect::<String>();
        let (proof, keys, deal) = (short(&step.proof), short(&step.keys), short(&step.deal));
        let note = verified.rests_on.iter().find(|thing| thing.what == Basis::Keys).map_or("", |thing| &thing.note);
        out!("  {}: proof {proof}  deal {deal} as given  keys {keys} as given ({note})", step_in_words(step));
    }
}

/// Returns what was compared of the chain itself, a line each.
pub fn about_the_chain(ledger: &PoolLedger, audit: &PoolAudit) -> Vec<String> {
    let known: Vec<[u8; 32]> = ledger.heads().collect();
    let mut lines = Vec::new();
    for steps in &audit.heads {
        let all = ledger.steps().len();
        lines.push(format!("head {}: compared, behind step {steps} of {all}", hex::encode(known[*steps])));
    }
    if audit.heads.is_empty() {
        lines.push("head: not compared; whether steps at the end were cut off is not checked".to_owned());
    }
    for (cut_off, commitment) in ledger.commitments() {
        let how = match audit.commitments.iter().any(|compared| compared == cut_off) {
            true => "compared with the one that was given",
            false => "as stated by the proofs; compare it with the one you know",
        };
        lines.push(format!("commitment of {cut_off}, {commitment}: {how}"));
    }
    lines.push(
        "the first commitment: nothing is proved about how the pool came to be; every later one follows from it"
            .to_owned(),
    );
    lines
}
