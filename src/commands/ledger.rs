//! `tailproof ledger`: a chain of daily proofs, which backtests the value at risk that was proved.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ark_bn254::Fr;
use serde_json::json;
use sha2::{Digest, Sha256};
use tailproof::core::text::{parse_decimal, whole};
use tailproof::ledger::{
    Added, Against, Artefacts, Audit, AuditError, KeyRing, Kind, Ledger, NoVerdict, Step, StepError,
};
use tailproof::scenarios::{Makers, Sources};
use tailproof::store::{Access, Kind as FileKind};
use tailproof::verifier::encoding::{digest_from_hex, to_hex};
use tailproof::verifier::ledger::check_date;
use tailproof::verifier::proof::backend_of;
use tailproof::verifier::verdict::rests_on_json;
use tailproof::{
    Backend, Basis, Claim, Confidence, Groth16, Halo2, Mandate, PriceHistory, Refused, Remake, ScenarioSet, Verified,
};

use crate::cli::{
    Ledger as Command, LedgerAgainst, LedgerContext, LedgerEvidence, LedgerHead, LedgerNew, LedgerShow, LedgerStep,
    LedgerVerify,
};
use crate::failure::Failure;
use crate::files;
use crate::keys::{self, KeyFolder};
use crate::output::{note, out, print_json};
use crate::writing;

pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::New(options) => new(options),
        Command::Context(options) => context(options),
        Command::Forecast(options) => add(options, Kind::Forecast),
        Command::Realise(options) => add(options, Kind::Realised),
        Command::Show(options) => show(options),
        Command::Head(options) => head(options),
        Command::Verify(options) => verify_all(options),
    }
}

/// Reads a ledger file.
pub fn read(path: &Path) -> Result<Ledger, Failure> {
    Ledger::from_json(&files::read_text_at_most(path, files::MOST_LEDGER)?).map_err(Failure::malformed(path))
}

fn new(options: &LedgerNew) -> Result<(), Failure> {
    let output = writing::new(&options.output, FileKind::Ledger, Access::Public, false);
    let mut writing = writing::begin(&[output], "a ledger is added to, not written anew; name another file")?;
    let confidence: Confidence =
        options.confidence.parse().map_err(|problem| Failure::Option { option: "confidence", problem })?;
    let ledger =
        Ledger::new(options.name.clone(), confidence).map_err(|problem| Failure::Option { option: "name", problem })?;
    writing.stage(0, ledger.to_json().as_bytes())?;
    writing.put()?;
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
    // From here on nobody else adds to it.
    let hold = writing::hold(&options.file)?;
    let mut ledger = read(&options.file)?;
    if kind == Kind::Forecast && options.date.is_none() {
        return Err(Failure::Usage("a forecast has a --date: the day of the loss".into()));
    }
    let claim = Claim::market(files::mandate(&options.mandate)?, files::scenarios(&options.scenarios)?.0)?;
    let proof = files::read_at_most(&options.proof, files::MOST_JSON)?;
    let text = std::str::from_utf8(&proof).unwrap_or_default();
    let backend = backend_of(text).map_err(Failure::malformed(&options.proof))?;
    let keys = key_ring(std::slice::from_ref(&options.keys), |name| name == backend)?;
    let tables = options.tables.options();
    let prices = options.prices.as_deref().map(|path| files::prices(path, &tables)).transpose()?;
    let remake = prices.as_ref().map(|prices| Remake { maker: &Makers, sources: Sources::prices(prices) });
    let added = ledger.append_over(kind, options.date.as_deref(), &claim, &proof, &keys, remake);
    let Added { date, verified, missed, dated, tightness } = added.map_err(|problem| not_added(options, problem))?;
    keys::warn_of_development(verified.keys.provenance);
    if kind == Kind::Forecast && !dated {
        note!("note: the scenarios have no dates: whether they were made before {date} is not looked at");
    }
    if kind == Kind::Forecast && tightness.is_none() {
        note!("note: the forecast has no floor: its value at risk may be far below its limit");
    }
    let output = writing::replacing(&options.file, FileKind::Ledger, Access::Public);
    let mut writing = writing::begin_held(hold, output)?;
    writing.stage(0, ledger.to_json().as_bytes())?;
    writing.put()?;
    if let Some(missed) = missed {
        note!("note: the loss of {missed} was never proved: it counts as an exceedance");
    }
    match kind {
        Kind::Forecast => out!("added the forecast of {date}"),
        Kind::Realised => out!("added the realised loss of {date}: within its limit"),
    }
    Ok(())
}

/// Reads the keys of `folders` of the proof systems that are asked for. A folder has keys of
/// either, or of both.
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

/// Prints the digest after a step.
fn head(options: &LedgerHead) -> Result<(), Failure> {
    let ledger = read(&options.file)?;
    let all = ledger.steps().len();
    let steps = options.after.unwrap_or(all);
    if steps > all {
        return Err(Failure::Usage(format!("the ledger has {all} steps, not {steps}")));
    }
    let head = hex::encode(ledger.head_after(steps));
    if options.json {
        print_json(&json!({ "head": head, "steps": steps, "last": last_step(&ledger, steps).map(|step| &step.date) }));
    } else {
        out!("{head}");
    }
    Ok(())
}

/// Returns the last of the first `steps` steps.
fn last_step(ledger: &Ledger, steps: usize) -> Option<&Step> {
    steps.checked_sub(1).and_then(|last| ledger.steps().get(last))
}

/// The words of a ledger whose proofs nobody has checked.
const NOT_VERIFIED: &str = "NOT VERIFIED";

/// A ledger whose figures are shown, and the audit of it, if it was verified.
pub struct Figures {
    pub ledger: Ledger,
    pub audit: Option<Audit>,
}

impl Figures {
    /// Reads a ledger, and verifies it if there are keys.
    pub fn read(file: &Path, evidence: &LedgerEvidence) -> Result<Self, Failure> {
        let ledger = read(file)?;
        let Some(files) = &evidence.files else {
            if evidence.keys.is_empty() {
                return Ok(Self { ledger, audit: None });
            }
            return Err(Failure::Usage(
                "a ledger is verified with --files, the folder with its proofs, beside --keys".into(),
            ));
        };
        let tables = evidence.tables.options();
        let prices = evidence.prices.as_deref().map(|path| files::prices(path, &tables)).transpose()?;
        let audit = audit(&ledger, files, &evidence.keys, prices.as_ref(), &evidence.against)?;
        warn_of_development(&audit);
        Ok(Self { ledger, audit: Some(audit) })
    }

    /// Returns the heading over figures that were not verified.
    pub fn heading(&self) -> Option<String> {
        let claimed = "the figures are the ledger's own claims, and no proof of it was checked";
        self.audit.is_none().then(|| format!("{NOT_VERIFIED}: {claimed}"))
    }

    /// Returns what is to be said under figures, a line each.
    pub fn notes(&self) -> Vec<String> {
        self.audit.as_ref().map(notes).unwrap_or_default()
    }

    /// Returns a failure unless the ledger was verified.
    pub fn require(&self, file: &Path) -> Result<(), Failure> {
        match self.audit {
            Some(_) => Ok(()),
            None => Err(Failure::NotVerified(format!(
                "no proof of {} was checked; verify it with --keys and --files, and with --prices of your own",
                file.display()
            ))),
        }
    }
}

fn show(options: &LedgerShow) -> Result<(), Failure> {
    let figures = Figures::read(&options.file, &options.evidence)?;
    let Figures { ledger, audit } = &figures;
    let days = ledger.days();
    if options.json {
        let days: Vec<_> = days.iter().map(|(date, exceeded)| json!({ "date": date, "exceeded": exceeded })).collect();
        print_json(&json!({
            "verified": audit.is_some(),
            "name": ledger.name(),
            "confidence": f64::from(ledger.confidence().millionths()) / 1e6,
            "days": days,
            "open": ledger.open().map(|step| &step.date),
            "head": hex::encode(ledger.head_after(ledger.steps().len())),
        }));
        return figures.require(&options.file);
    }
    if let Some(heading) = figures.heading() {
        out!("{heading}");
    }
    out!("ledger of \"{}\" at {}", ledger.name(), ledger.confidence());
    let within = if audit.is_some() { "within, proved" } else { "within, by the ledger's own word" };
    for (date, exceeded) in days {
        let step = ledger.steps().iter().find(|step| step.date == date).map_or("", |step| &step.limit);
        out!("{date}  {step:<24} {}", if exceeded { "NOT PROVED: counts as an exceedance" } else { within });
    }
    if let Some(open) = ledger.open() {
        out!("{}  {:<24} waits for its realised loss", open.date, open.limit);
    }
    for note in figures.notes() {
        out!("note: {note}");
    }
    figures.require(&options.file)
}

/// Verifies every proof again, and says what came of it.
fn verify_all(options: &LedgerVerify) -> Result<(), Failure> {
    let ledger = read(&options.file)?;
    let tables = options.tables.options();
    let prices = options.prices.as_deref().map(|path| files::prices(path, &tables)).transpose()?;
    let audit = match audit(&ledger, &options.files, &options.keys, prices.as_ref(), &options.against) {
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

/// Verifies a ledger with the files and keys of folders, and with prices.
fn audit(
    ledger: &Ledger,
    files: &Path,
    keys: &[PathBuf],
    prices: Option<&PriceHistory>,
    against: &LedgerAgainst,
) -> Result<Audit, Failure> {
    let head = |text: &String| digest_from_hex("--head", text).map_err(Failure::malformed(Path::new("command line")));
    let heads = against.head.iter().map(head).collect::<Result<Vec<_>, _>>()?;
    let tightness = against.tightness.as_deref().map(fraction).transpose()?;
    let folder = Folder::read(files)?;
    let systems = folder.proof_systems(ledger);
    let ring = key_ring(keys, |name| systems.contains(&name.to_owned()))?;
    let against = Against { prices, maker: Some(&Makers), tolerance: against.tolerance, heads: &heads, tightness };
    ledger.verify(&folder, &ring, &against).map_err(|error| in_audit(files, error))
}

/// Returns the millionths of `--tightness`.
fn fraction(text: &str) -> Result<u32, Failure> {
    let millionths = parse_decimal(text).and_then(|value| whole("the tightness", value, 6, 1_000_000));
    let millionths = millionths.map_err(|problem| Failure::Option { option: "tightness", problem })?;
    u32::try_from(millionths).map_err(|_| Failure::Defect("a fraction of one is beyond one"))
}

fn warn_of_development(audit: &Audit) {
    let mut warned = Vec::new();
    for step in &audit.steps {
        if !warned.contains(&step.keys.digest) {
            warned.push(step.keys.digest);
            keys::warn_of_development(step.keys.provenance);
        }
    }
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
fn notes(audit: &Audit) -> Vec<String> {
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
    if !audit.without_floor.is_empty() {
        let (loose, all) = (audit.without_floor.len(), audit.days + usize::from(audit.open.is_some()));
        notes.push(format!(
            "{loose} of {all} forecasts have no floor: value at risk may be far below their limits, and then few exceedances \
             say little about it"
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

/// Returns the failure of an audit.
fn in_audit(folder: &Path, error: AuditError) -> Failure {
    match error {
        AuditError::Missing { date, kind, digest } => Failure::Usage(format!(
            "{date}: no {kind} with digest {digest} is in {}; proofs are looked for in .json, scenario sets in .scn and \
             mandates in .toml files",
            folder.display()
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
            // A pipe would block.
            if !path.is_file() {
                continue;
            }
            let digest = match path.extension().and_then(|extension| extension.to_str()) {
                Some("json") => {
                    files::read_at_most(&path, files::MOST_JSON).ok().map(|bytes| hex::encode(Sha256::digest(bytes)))
                }
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
        files::read_at_most(self.path(digest)?, files::MOST_JSON).ok()
    }

    fn scenarios(&self, digest: &[u8; 32]) -> Option<Arc<ScenarioSet>> {
        files::scenarios(self.path(digest)?).ok().map(|(set, _)| Arc::new(set))
    }

    fn mandate(&self, digest: &[u8; 32]) -> Option<Arc<Mandate>> {
        files::mandate(self.path(digest)?).ok().map(Arc::new)
    }
}
