//! `tailproof ledger`: a chain of daily proofs, which backtests the value at risk that was proved.

mod evidence;
mod figures;
mod step;
mod verdict;

use std::path::Path;

use serde_json::json;
use tailproof::Confidence;
use tailproof::ledger::{Kind, Ledger, Step};
use tailproof::store::{Access, Kind as FileKind};

pub use self::figures::Figures;
use crate::cli::{Ledger as Command, LedgerHead, LedgerNew};
use crate::failure::Failure;
use crate::files;
use crate::output::{out, print_json};
use crate::writing;

/// Runs one of the commands of `tailproof ledger`.
pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::New(options) => new(options),
        Command::Context(options) => step::context(options),
        Command::Forecast(options) => step::add(options, Kind::Forecast),
        Command::Realise(options) => step::add(options, Kind::Realised),
        Command::Show(options) => figures::show(options),
        Command::Head(options) => head(options),
        Command::Verify(options) => verdict::verify(options),
    }
}

/// Reads a ledger file.
pub fn read(path: &Path) -> Result<Ledger, Failure> {
    Ledger::from_json(&files::read_text_at_most(path, files::MOST_LEDGER)?).map_err(Failure::malformed(path))
}

fn new(options: &LedgerNew) -> Result<(), Failure> {
    let output = writing::output(&options.output, FileKind::Ledger, Access::Public, false);
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
