//! `tailproof ledger verify`: the verdict about a ledger, in words and as JSON.

use std::collections::BTreeMap;

use serde_json::json;
use tailproof::ledger::{Audit, AuditError, Ledger, Step};
use tailproof::verifier::verdict::rests_on_json;
use tailproof::{Basis, Verified};

use super::evidence::{Market, audit, warn_of_development};
use super::{last_step, read};
use crate::cli::LedgerVerify;
use crate::failure::Failure;
use crate::output::{out, print_json};

/// Verifies every proof again, and says what came of it.
pub fn verify(options: &LedgerVerify) -> Result<(), Failure> {
    let ledger = read(&options.file)?;
    let market = Market::read(options.prices.as_deref(), options.rates.as_deref(), &options.tables)?;
    let audit = match audit(&ledger, &options.files, &options.keys, market.as_ref(), &options.against) {
        Err(failure @ (Failure::Audit(_) | Failure::Usage(_))) => Err(failure),
        other => Ok(other?),
    };
    if let Ok(audit) = &audit {
        warn_of_development(audit);
    }
    if options.json {
        print_json(&as_json(&ledger, &audit, options));
    } else if let Ok(audit) = &audit {
        print_audit(&ledger, audit);
    }
    audit.map(drop)
}

fn as_json(ledger: &Ledger, audit: &Result<Audit, Failure>, options: &LedgerVerify) -> serde_json::Value {
    let found = audit.as_ref().ok();
    let overdue = matches!(audit, Err(Failure::Audit(AuditError::Overdue { .. })));
    let proofs = found.map(|audit| {
        let steps = ledger.steps().iter().zip(&audit.steps);
        steps.map(|(step, verified)| step_as_json(step, verified)).collect::<Vec<_>>()
    });
    let heads = found.map(|audit| {
        let heads = options.against.head.iter().zip(&audit.heads);
        heads.map(|(head, steps)| json!({ "head": head, "steps": steps })).collect::<Vec<_>>()
    });
    let prices = found.and_then(|audit| audit.prices.as_ref()).map(|prices| {
        json!({
            "digest": hex::encode(prices.digest),
            "first": prices.first,
            "last": prices.last,
            "days_after_ledger": prices.after_ledger,
            "tolerance": options.against.tolerance,
        })
    });
    json!({
        "valid": found.is_some(),
        "reason": audit.as_ref().err().map(ToString::to_string),
        "steps": ledger.steps().len(),
        "days": ledger.days().len(),
        "exceedances": found.map(|audit| audit.exceedances),
        "open": ledger.open().map(|step| &step.date),
        "overdue": overdue,
        "undated": found.map(|audit| &audit.undated),
        "not_compared": found.map(|audit| &audit.not_compared),
        "stale": found.map(|audit| &audit.stale),
        "without_floor": found.map(|audit| &audit.without_floor),
        "treated": found.map(|audit| {
            let treated = |(date, treatment): &(String, String)| json!({ "date": date, "treatment": treatment });
            audit.treated.iter().map(treated).collect::<Vec<_>>()
        }),
        "prices_compared": found.map(|audit| audit.prices.is_some()),
        "prices": prices,
        "head": hex::encode(ledger.head_after(ledger.steps().len())),
        "heads_compared": heads,
        "rests_on": proofs,
    })
}

/// Returns a step with everything that the verdict about it rests on.
fn step_as_json(step: &Step, verified: &Verified) -> serde_json::Value {
    json!({
        "kind": step.kind,
        "date": step.date,
        "proof": step.proof,
        "commitment": step.commitment,
        "claims": verified.claims,
        "rests_on": rests_on_json(verified),
    })
}

fn print_audit(ledger: &Ledger, audit: &Audit) {
    let (steps, days, exceedances) = (audit.steps.len(), audit.days, audit.exceedances);
    out!("VALID: {steps} proofs, {days} days, each in its place; {exceedances} of the days count as exceedances");
    for note in notes(audit) {
        out!("note: {note}");
    }
    out!("rests on:");
    match &audit.prices {
        Some(prices) => {
            out!("  prices: as given, {} to {}, digest {}", prices.first, prices.last, hex::encode(prices.digest));
        }
        None => out!("  prices: none given; days and moves were not compared"),
    }
    for steps in &audit.heads {
        let behind = match last_step(ledger, *steps) {
            Some(step) => format!("the {} of {} (step {steps} of {})", step.kind.name(), step.date, audit.steps.len()),
            None => "no step".to_owned(),
        };
        out!("  head {}: compared, behind {behind}", hex::encode(ledger.head_after(*steps)));
    }
    if audit.heads.is_empty() {
        out!("  head: not compared; whether steps at the end were cut off is not checked");
    }
    out!("  when steps were made: not checked");
    let mut before = "";
    for step in ledger.steps() {
        if step.commitment != before {
            out!(
                "  commitment {} from {} on: as stated by the proofs; compare it with the one you know",
                step.commitment,
                step.date
            );
            before = &step.commitment;
        }
    }
    let mut keys: Vec<[u8; 32]> = Vec::new();
    for verified in &audit.steps {
        if !keys.contains(&verified.keys.digest) {
            keys.push(verified.keys.digest);
            let about = verified.rests_on.iter().find(|thing| thing.what == Basis::Keys);
            let note = about.map_or("", |thing| &thing.note);
            out!("  keys {} (as given): {note}", hex::encode(verified.keys.digest));
        }
    }
    for (step, verified) in ledger.steps().iter().zip(&audit.steps) {
        let short = |digest: &str| digest.chars().take(16).collect::<String>();
        let scenarios = verified.rests_on.iter().find(|thing| thing.what == Basis::Scenarios);
        let how = scenarios.map_or("none", |thing| thing.how.name());
        let note = scenarios.filter(|thing| !thing.note.is_empty()).map(|thing| format!(" ({})", thing.note));
        out!(
            "  {} {:<8}  proof {}  keys {}  mandate {} as given  scenarios {how}{}",
            step.date,
            step.kind.name(),
            short(&step.proof),
            short(&step.keys),
            short(&step.mandate),
            note.unwrap_or_default()
        );
    }
}

/// Returns what a verdict about a ledger does not say, a line each.
pub fn notes(audit: &Audit) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(day) = &audit.open {
        notes.push(match &audit.prices {
            Some(prices) => {
                format!(
                    "the loss of {day} has no proof yet; the prices end before it, on {}, and no day is counted",
                    prices.last
                )
            }
            None => format!("the loss of {day} has no proof yet; no day is counted for it, past or not"),
        });
    }
    if let Some(prices) = audit.prices.as_ref().filter(|prices| prices.after_ledger > 0) {
        let count = prices.after_ledger;
        notes.push(format!(
            "the prices go on to {}, {count} day(s) beyond the last step: the ledger says nothing about them, and steps may \
             have been cut off",
            prices.last
        ));
    }
    let mut about_days = |days: &[String], text: &str| {
        if !days.is_empty() {
            notes.push(format!("{text}: {}", days.join(", ")));
        }
    };
    about_days(&audit.undated, "whether the forecasts of these days were made before them is not looked at");
    about_days(
        &audit.not_compared,
        "moves of the forecasts of these days were not compared with the prices, or not all",
    );
    about_days(
        &audit.stale,
        "the scenarios of the forecasts of these days leave out the last days of the prices before them",
    );
    let mut treated: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (day, treatment) in &audit.treated {
        treated.entry(treatment).or_default().push(day);
    }
    for (treatment, days) in treated {
        notes.push(format!("the losses of these days are over treated moves ({treatment}): {}", days.join(", ")));
    }
    if !audit.without_floor.is_empty() {
        let (loose, all) = (audit.without_floor.len(), audit.days + usize::from(audit.open.is_some()));
        notes.push(format!(
            "{loose} of {all} forecasts have no floor, or one of a figure with liquidity costs: value at risk may be far \
             below their limits, and then few exceedances say little about it"
        ));
    }
    if audit.prices.is_none() {
        notes.push(
            "whether the days and their moves are the market's is not looked at, for losses and for forecasts; give \
             --prices to compare them"
                .to_owned(),
        );
    }
    notes
}
