//! `tailproof ledger`: a chain of daily proofs, which backtests the value at risk that was proved.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use ark_bn254::Fr;
use serde_json::json;
use sha2::{Digest, Sha256};
use tailproof_core::scenarios::file as scenario_file;
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::scenarios::historical::moves_of;
use tailproof_core::{Confidence, Measure, PriceHistory};
use tailproof_verifier::encoding::to_hex;
use tailproof_verifier::ledger::{Kind, Ledger, Step, check_date, limit_text};

use super::verify::{Checked, check};
use super::{print_json, verify};
use crate::cli::{
    Ledger as Command, LedgerContext, LedgerNew, LedgerShow, LedgerStep, LedgerVerify, PublicOptions, Verify,
};
use crate::failure::{Failure, Mismatch};
use crate::files::{self, Access};
use crate::output::out;

pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::New(options) => new(options),
        Command::Context(options) => context(options),
        Command::Forecast(options) => add(options, Kind::Forecast),
        Command::Realise(options) => add(options, Kind::Realised),
        Command::Show(options) => show(options),
        Command::Verify(options) => verify_all(options),
    }
}

/// Reads a ledger file.
pub fn read(path: &Path) -> Result<Ledger, Failure> {
    Ledger::from_json(&files::read_text(path)?).map_err(Failure::malformed(path))
}

fn new(options: &LedgerNew) -> Result<(), Failure> {
    files::refuse_existing(&options.output, "a ledger is added to, not written anew; name another file")?;
    let confidence: Confidence =
        options.confidence.parse().map_err(|problem| Failure::Option { option: "confidence", problem })?;
    let ledger =
        Ledger::new(options.name.clone(), confidence).map_err(|problem| Failure::Option { option: "name", problem })?;
    files::write(&options.output, ledger.to_json().as_bytes(), Access::Public)?;
    out!("wrote {}: ledger of \"{}\" at {confidence}", options.output.display(), ledger.name());
    Ok(())
}

/// What the next proof is to be bound to.
fn context(options: &LedgerContext) -> Result<(), Failure> {
    let ledger = read(&options.file)?;
    let (kind, date) = match (&options.date, ledger.open()) {
        (Some(date), _) => {
            check_date(date).map_err(of_ledger(&options.file))?;
            (Kind::Forecast, date.clone())
        }
        (None, Some(open)) => (Kind::Realised, open.date.clone()),
        (None, None) => return Err(Failure::Usage("no forecast is open: give the --date of the next one".into())),
    };
    let hex = to_hex(&ledger.context_after::<Fr>(ledger.steps().len(), kind, &date));
    if options.json {
        print_json(&json!({ "context": hex, "kind": kind, "date": date }));
    } else {
        out!("{hex}");
    }
    Ok(())
}

fn verify_options(proof: &Path, scenarios: &Path, mandate: &Path, keys: &Path, context: String) -> Verify {
    Verify {
        proof: proof.to_owned(),
        public: PublicOptions { scenarios: Some(scenarios.to_owned()), mandate: Some(mandate.to_owned()), deal: None },
        keys: keys.to_owned(),
        context: Some(context),
        commitment: Vec::new(),
        scenario_point: None,
        json: false,
    }
}

/// The step that a verified proof makes.
fn step_of(kind: Kind, date: &str, ledger: &Ledger, checked: &Checked, proof: &Path) -> Result<Step, Failure> {
    let wrong = |text: String| Failure::Usage(text);
    let (mandate, set) = checked.public.market()?;
    let clause = match kind {
        Kind::Forecast => {
            let clause = mandate.clause(Measure::Var).filter(|clause| clause.confidence == Some(ledger.confidence()));
            clause.ok_or_else(|| {
                wrong(format!("the mandate has no clause on VaR at {}, the ledger's", ledger.confidence()))
            })?
        }
        Kind::Realised => mandate
            .clause(Measure::Stress)
            .ok_or_else(|| wrong("a realised loss is a clause \"stress\" over the one scenario of the day".into()))?,
    };
    let labels = set.labels();
    match kind {
        Kind::Forecast => {
            if let Some(late) = labels.iter().find(|label| check_date(label).is_ok() && label[..] >= *date) {
                return Err(wrong(format!("the scenarios reach to {late}: a forecast of {date} is made before")));
            }
        }
        Kind::Realised if labels != [date] => {
            let found = labels.first().map_or("", String::as_str);
            let count = labels.len();
            return Err(wrong(format!(
                "the loss of {date} is over one scenario, named {date}; this set has {count}, the first is '{found}' \
                 (tailproof scenarios historical --window 1, of prices up to that day)"
            )));
        }
        Kind::Realised => {
            let plain = matches!(set.generator(), Generator::Historical { horizon: 1, variant: None, .. });
            if !plain {
                return Err(wrong(format!(
                    "the loss of {date} is over that day's moves as `tailproof scenarios historical --window 1` makes them, this is another \
                     kind of set ({})",
                    set.sentence()
                )));
            }
        }
    }
    Ok(Step {
        kind,
        date: date.to_owned(),
        commitment: checked.commitment.clone(),
        limit: limit_text(clause.limit),
        proof: hex::encode(Sha256::digest(files::read(proof)?)),
        scenarios: hex::encode(scenario_file::digest(set)),
        mandate: hex::encode(mandate.digest()),
        keys: checked.keys.clone(),
    })
}

fn of_ledger(file: &Path) -> impl FnOnce(tailproof_verifier::ledger::LedgerError) -> Failure + '_ {
    move |problem| Failure::Ledger { file: file.to_owned(), problem }
}

/// Verifies a proof in its place and adds it.
fn add(options: &LedgerStep, kind: Kind) -> Result<(), Failure> {
    let mut ledger = read(&options.file)?;
    let open = || ledger.open().map(|step| step.date.clone());
    let date = match (kind, &options.date) {
        (Kind::Forecast, Some(date)) => date.clone(),
        (Kind::Forecast, None) => return Err(Failure::Usage("a forecast has a --date: the day of the loss".into())),
        (Kind::Realised, date) => date.clone().or_else(open).unwrap_or_default(),
    };
    if let Some(same) = {
        let digest = hex::encode(Sha256::digest(files::read(&options.proof)?));
        ledger.steps().iter().find(|step| step.proof == digest).map(|step| step.date.clone())
    } {
        return Err(of_ledger(&options.file)(tailproof_verifier::ledger::LedgerError::ProvedTwice(same)));
    }
    let context = to_hex(&ledger.context_after::<Fr>(ledger.steps().len(), kind, &date));
    let checked = check(&verify_options(&options.proof, &options.scenarios, &options.mandate, &options.keys, context))?;
    let step = step_of(kind, &date, &ledger, &checked, &options.proof)?;
    ledger.check_next(&step).map_err(of_ledger(&options.file))?;
    let verify::Checked { outcome, public, .. } = checked;
    outcome?;
    let (_, set) = public.market()?;
    let checked_labels = set.labels();
    let missed = kind == Kind::Forecast && ledger.open().is_some();
    let before = open();
    let dated = checked_labels.iter().any(|label| check_date(label).is_ok());
    if kind == Kind::Forecast && !dated {
        eprintln!("note: the scenarios have no dates: whether they were made before {date} is not looked at");
    }
    ledger.add(step).map_err(of_ledger(&options.file))?;
    files::write(&options.file, ledger.to_json().as_bytes(), Access::Public)?;
    if let (true, Some(before)) = (missed, before) {
        eprintln!("note: the loss of {before} was never proved: it counts as an exceedance");
    }
    match kind {
        Kind::Forecast => out!("added the forecast of {date}"),
        Kind::Realised => out!("added the realised loss of {date}: within its limit"),
    }
    Ok(())
}

fn show(options: &LedgerShow) -> Result<(), Failure> {
    let ledger = read(&options.file)?;
    let days = ledger.days();
    if options.json {
        let days: Vec<_> = days.iter().map(|(date, exceeded)| json!({ "date": date, "exceeded": exceeded })).collect();
        print_json(&json!({
            "name": ledger.name(),
            "confidence": f64::from(ledger.confidence().millionths()) / 1e6,
            "days": days,
            "open": ledger.open().map(|step| &step.date),
        }));
        return Ok(());
    }
    out!("ledger of \"{}\" at {}", ledger.name(), ledger.confidence());
    for (date, exceeded) in days {
        let step = ledger.steps().iter().find(|step| step.date == date).map_or("", |step| &step.limit);
        out!("{date}  {step:<24} {}", if exceeded { "NOT PROVED: counts as an exceedance" } else { "within, proved" });
    }
    if let Some(open) = ledger.open() {
        out!("{}  {:<24} waits for its realised loss", open.date, open.limit);
    }
    Ok(())
}

/// Verifies every proof again, and says what came of it.
fn verify_all(options: &LedgerVerify) -> Result<(), Failure> {
    let ledger = read(&options.file)?;
    let prices = options.prices.as_deref().map(files::prices).transpose()?;
    let outcome = verify_steps(options, &ledger, prices.as_ref())
        .and_then(|()| prices.as_ref().map_or(Ok(()), |prices| no_day_is_left_out(&ledger, prices)));
    let (steps, days) = (ledger.steps().len(), ledger.days().len());
    if options.json {
        print_json(&json!({
            "valid": outcome.is_ok(),
            "reason": outcome.as_ref().err().map(ToString::to_string),
            "steps": steps,
            "days": days,
            "prices_compared": prices.is_some(),
        }));
    } else if outcome.is_ok() {
        out!("VALID: {steps} proofs, {days} days, each in its place");
        if prices.is_none() {
            out!(
                "note: whether the days and their moves are the market's is not looked at; give --prices to compare them"
            );
        }
    }
    outcome
}

/// Whether every day of the prices from the first step to the last is a day of the ledger.
fn no_day_is_left_out(ledger: &Ledger, prices: &PriceHistory) -> Result<(), Failure> {
    let (Some(first), Some(last)) = (ledger.steps().first(), ledger.steps().last()) else { return Ok(()) };
    for date in prices.dates().iter().map(ToString::to_string) {
        let within = first.date <= date && date <= last.date;
        if within && !ledger.steps().iter().any(|step| step.date == date) {
            return Err(Failure::LedgerNotValid(format!("{date} is a day of the prices given and not of the ledger")));
        }
    }
    Ok(())
}

/// Whether the one scenario of a realised loss is what prices say of the day.
fn compare_moves(step: &Step, checked: &Checked, prices: &PriceHistory) -> Result<(), Failure> {
    let wrong = |text: String| Err(Failure::LedgerNotValid(format!("{}: {text}", step.date)));
    let moves = match moves_of(prices, &step.date) {
        Ok(Some(moves)) => moves,
        Ok(None) => return wrong("the prices given have no such day, or none before it".into()),
        Err(problem) => return wrong(problem.to_string()),
    };
    let (_, set) = checked.public.market()?;
    if prices.factors() != set.factors() {
        return wrong("the prices given are of other factors".into());
    }
    if moves != set.row(0) {
        return wrong("the moves of the realised loss are not those of the prices given".into());
    }
    Ok(())
}

/// Verifies every proof from files that are found by their digests.
fn verify_steps(options: &LedgerVerify, ledger: &Ledger, prices: Option<&PriceHistory>) -> Result<(), Failure> {
    let found = found_files(&options.files)?;
    let mut so_far = Ledger::new(ledger.name().to_owned(), ledger.confidence())
        .map_err(|_| Failure::Defect("a ledger that was read has no name"))?;
    for (index, step) in ledger.steps().iter().enumerate() {
        let file = |what: &str, digest: &str| {
            found.get(digest).ok_or_else(|| {
                let folder = options.files.display();
                Failure::Usage(format!(
                    "{}: no {what} with digest {digest} is in {folder}; proofs are looked for in .json, scenario sets in .scn and mandates in \
                     .toml files",
                    step.date
                ))
            })
        };
        let (proof, scenarios) = (file("proof", &step.proof)?, file("scenario set", &step.scenarios)?);
        let mandate = file("mandate", &step.mandate)?;
        let context = to_hex(&ledger.context_after::<Fr>(index, step.kind, &step.date));
        let keys_named = options.keys.iter().find_map(|keys| {
            let options = verify_options(proof, scenarios, mandate, keys, context.clone());
            match check(&options) {
                Err(Failure::Mismatch(Mismatch::Keys { .. })) => None,
                // Keys of the other proof system: this one's file is not there.
                Err(Failure::Io { .. }) if keys.is_dir() => None,
                other => Some(other),
            }
        });
        let checked = keys_named
            .ok_or_else(|| Failure::Usage(format!("{}: none of the --keys is {}", step.date, step.keys)))??;
        let again = step_of(step.kind, &step.date, ledger, &checked, proof)
            .map_err(|failure| Failure::LedgerNotValid(format!("{}: {failure}", step.date)))?;
        if let (Kind::Realised, Some(prices)) = (step.kind, prices) {
            compare_moves(step, &checked, prices)?;
        }
        checked.outcome?;
        if again != *step {
            return Err(Failure::LedgerNotValid(format!("{}: the step does not say what its proof says", step.date)));
        }
        so_far.add(again).map_err(of_ledger(&options.file))?;
    }
    Ok(())
}

/// The proofs, scenario sets and mandates of a folder by their digests.
fn found_files(folder: &Path) -> Result<HashMap<String, PathBuf>, Failure> {
    let mut found = HashMap::new();
    for entry in std::fs::read_dir(folder).map_err(Failure::io("read the folder", folder))? {
        let path = entry.map_err(Failure::io("read the folder", folder))?.path();
        let digest = match path.extension().and_then(|extension| extension.to_str()) {
            Some("json") => files::read(&path).ok().map(|bytes| hex::encode(Sha256::digest(bytes))),
            Some("scn") => files::scenarios(&path).ok().map(|(_, digest)| hex::encode(digest)),
            Some("toml") => files::mandate(&path).ok().map(|mandate| hex::encode(mandate.digest())),
            _ => None,
        };
        found.extend(digest.map(|digest| (digest, path)));
    }
    Ok(found)
}
