//! `tailproof ledger`: a chain of daily proofs, which backtests the value at risk that was proved.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ark_bn254::Fr;
use serde_json::json;
use sha2::{Digest, Sha256};
use tailproof::ledger::{Added, Artefacts, Audit, AuditError, KeyRing, Kind, Ledger, NoVerdict, StepError};
use tailproof::verifier::encoding::to_hex;
use tailproof::verifier::ledger::check_date;
use tailproof::verifier::proof::backend_of;
use tailproof::{Backend, Claim, Confidence, Groth16, Halo2, Mandate, Refused, ScenarioSet};

use crate::cli::{Ledger as Command, LedgerContext, LedgerNew, LedgerShow, LedgerStep, LedgerVerify};
use crate::failure::Failure;
use crate::files::{self, Access};
use crate::keys::{self, KeyFolder};
use crate::output::{out, print_json};

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

/// Prints the context that the next proof must be bound to.
fn context(options: &LedgerContext) -> Result<(), Failure> {
    let ledger = read(&options.file)?;
    let (kind, date) = match (&options.date, ledger.open()) {
        (Some(date), _) => {
            check_date(date).map_err(|problem| Failure::Ledger { file: options.file.clone(), problem })?;
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

/// Returns the failure of a step that is not added to a ledger.
fn not_added(options: &LedgerStep, problem: StepError) -> Failure {
    match problem {
        StepError::Chain(problem) => Failure::Ledger { file: options.file.clone(), problem },
        StepError::Proof(NoVerdict::Malformed(problem)) => Failure::malformed(&options.proof)(problem),
        StepError::Proof(NoVerdict::NoKeys(keys)) => Failure::Usage(format!(
            "{} was made with the keys {}, which are not those in {}",
            options.proof.display(),
            hex::encode(keys),
            options.keys.display()
        )),
        StepError::Proof(NoVerdict::Refused(Refused::Instance(error))) => error.into(),
        StepError::Proof(problem) => Failure::NoVerdict(problem),
        other => Failure::Step(other),
    }
}

/// Verifies a proof in its place and adds it.
fn add(options: &LedgerStep, kind: Kind) -> Result<(), Failure> {
    let mut ledger = read(&options.file)?;
    if kind == Kind::Forecast && options.date.is_none() {
        return Err(Failure::Usage("a forecast has a --date: the day of the loss".into()));
    }
    let claim = Claim::market(files::mandate(&options.mandate)?, files::scenarios(&options.scenarios)?.0)?;
    let proof = files::read(&options.proof)?;
    let text = std::str::from_utf8(&proof).unwrap_or_default();
    let backend = backend_of(text).map_err(Failure::malformed(&options.proof))?;
    let keys = key_ring(std::slice::from_ref(&options.keys), |name| name == backend)?;
    let added = ledger.append(kind, options.date.as_deref(), &claim, &proof, &keys);
    let Added { date, verified, missed, dated } = added.map_err(|problem| not_added(options, problem))?;
    keys::warn_of_development(verified.keys.provenance);
    if kind == Kind::Forecast && !dated {
        eprintln!("note: the scenarios have no dates: whether they were made before {date} is not looked at");
    }
    files::stage(&options.file, ledger.to_json().as_bytes(), Access::Public)?.put()?;
    if let Some(missed) = missed {
        eprintln!("note: the loss of {missed} was never proved: it counts as an exceedance");
    }
    match kind {
        Kind::Forecast => out!("added the forecast of {date}"),
        Kind::Realised => out!("added the realised loss of {date}: within its limit"),
    }
    Ok(())
}

/// Reads the keys of `folders` of the proof systems that are asked for. A folder has keys of either, or of both.
fn key_ring(folders: &[PathBuf], wanted: impl Fn(&str) -> bool) -> Result<KeyRing, Failure> {
    let mut ring = KeyRing::default();
    for folder in folders {
        let (groth16, halo2) = (keys::has::<Groth16>(folder), keys::has::<Halo2>(folder));
        if wanted(Groth16::NAME) && (groth16 || !halo2) {
            ring.groth16.push(Groth16::verifier(folder)?);
        }
        if wanted(Halo2::NAME) && (halo2 || !groth16) {
            ring.halo2.push(Halo2::verifier(folder)?);
        }
    }
    Ok(ring)
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
    let folder = Folder::read(&options.files)?;
    let systems = folder.proof_systems(&ledger);
    let ring = key_ring(&options.keys, |name| systems.contains(&name.to_owned()))?;
    let audit = ledger.verify(&folder, &ring, prices.as_ref());
    if let Ok(Audit { steps, .. }) = &audit {
        steps.iter().for_each(|step| keys::warn_of_development(step.keys.provenance));
    }
    if options.json {
        let found = audit.as_ref().ok();
        let reason = audit.as_ref().err().map(|error| in_audit(options, error.clone()).to_string());
        print_json(&json!({
            "valid": found.is_some(),
            "reason": reason,
            "steps": ledger.steps().len(),
            "days": ledger.days().len(),
            "exceedances": found.map(|audit| audit.exceedances),
            "open": found.and_then(|audit| audit.open.as_ref()),
            "overdue": found.map(|audit| audit.overdue),
            "undated": found.map(|audit| &audit.undated),
            "prices_compared": prices.is_some(),
        }));
    } else if let Ok(audit) = &audit {
        print_audit(audit);
    }
    audit.map(drop).map_err(|error| in_audit(options, error))
}

fn print_audit(audit: &Audit) {
    let (steps, days, exceedances) = (audit.steps.len(), audit.days, audit.exceedances);
    out!("VALID: {steps} proofs, {days} days, each in its place; {exceedances} of the days count as exceedances");
    match &audit.open {
        Some(day) if audit.overdue => {
            out!("note: the loss of {day} has no proof, although the prices have that day; no day is counted for it");
        }
        Some(day) => out!("note: the loss of {day} has no proof yet; no day is counted for it"),
        None => {}
    }
    if !audit.undated.is_empty() {
        let days = audit.undated.join(", ");
        out!("note: whether the forecasts of these days were made before them is not looked at: {days}");
    }
    if !audit.prices_compared {
        out!("note: whether the days and their moves are the market's is not looked at; give --prices to compare them");
    }
}

/// Returns the failure of an audit.
fn in_audit(options: &LedgerVerify, error: AuditError) -> Failure {
    match error {
        AuditError::Missing { date, kind, digest } => Failure::Usage(format!(
            "{date}: no {kind} with digest {digest} is in {}; proofs are looked for in .json, scenario sets in .scn and \
             mandates in .toml files",
            options.files.display()
        )),
        AuditError::NoKeys { date, keys } => Failure::Usage(format!("{date}: none of the --keys is {keys}")),
        other => Failure::Audit(other),
    }
}

/// The proofs, scenario sets and mandates of a folder, by their digests.
struct Folder(HashMap<String, PathBuf>);

impl Folder {
    fn read(folder: &Path) -> Result<Self, Failure> {
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
        Ok(Self(found))
    }

    /// Returns the proof systems of a ledger's proofs, as far as they are in the folder.
    fn proof_systems(&self, ledger: &Ledger) -> Vec<String> {
        let paths = ledger.steps().iter().filter_map(|step| self.0.get(&step.proof));
        paths.filter_map(|path| backend_of(&files::read_text(path).ok()?).ok()).collect()
    }

    fn path(&self, digest: &[u8; 32]) -> Option<&Path> {
        self.0.get(&hex::encode(digest)).map(PathBuf::as_path)
    }
}

impl Artefacts for Folder {
    fn proof(&self, digest: &[u8; 32]) -> Option<Vec<u8>> {
        files::read(self.path(digest)?).ok()
    }

    fn scenarios(&self, digest: &[u8; 32]) -> Option<Arc<ScenarioSet>> {
        files::scenarios(self.path(digest)?).ok().map(|(set, _)| Arc::new(set))
    }

    fn mandate(&self, digest: &[u8; 32]) -> Option<Arc<Mandate>> {
        files::mandate(self.path(digest)?).ok().map(Arc::new)
    }
}
