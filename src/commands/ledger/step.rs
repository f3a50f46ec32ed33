//! `tailproof ledger context`, `forecast` and `realise`: the next step of a ledger.

use ark_bn254::Fr;
use serde_json::json;
use tailproof::ledger::{Added, Kind, NoVerdict, StepError};
use tailproof::scenarios::Makers;
use tailproof::store::{Access, Kind as FileKind};
use tailproof::verifier::encoding::to_hex;
use tailproof::verifier::ledger::check_date;
use tailproof::verifier::proof::backend_of;
use tailproof::{Claim, Refused, Remake};

use super::evidence::Market;
use super::read;
use crate::cli::{LedgerContext, LedgerStep};
use crate::evidence::key_ring;
use crate::failure::Failure;
use crate::files;
use crate::keys;
use crate::output::{note, out, print_json};
use crate::writing;

/// Prints the context that the next proof must be bound to.
pub fn context(options: &LedgerContext) -> Result<(), Failure> {
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

/// Verifies a proof in its place and adds it.
pub fn add(options: &LedgerStep, kind: Kind) -> Result<(), Failure> {
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
    let market = Market::read(options.prices.as_deref(), options.rates.as_deref(), &options.tables)?;
    let remake = market.as_ref().map(|market| Remake { maker: &Makers, sources: market.sources() });
    let added = ledger.append_over(kind, options.date.as_deref(), &claim, &proof, &keys, remake);
    let Added { date, verified, missed, dated, tightness } = added.map_err(|problem| not_added(options, problem))?;
    keys::warn_of_development(verified.keys.provenance);
    if kind == Kind::Forecast && !dated {
        note!("note: the scenarios have no dates: whether they were made before {date} is not looked at");
    }
    if kind == Kind::Forecast && tightness.is_none() {
        note!(
            "note: the forecast has no floor, or one of a figure with liquidity costs: its value at risk may be far below its \
             limit"
        );
    }
    let output = writing::adding(&options.file, FileKind::Ledger, Access::Public);
    let mut writing = writing::begin_held(hold, &[output])?;
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
