//! `tailproof pool ledger` and `tailproof pool month`: a chain of months of a pool.

mod evidence;
mod month;
mod page;
mod step;
mod verdict;

use std::path::Path;

use serde_json::json;
use tailproof::commitments::CommitmentFile;
use tailproof::ledger::NoVerdict;
use tailproof::pool_ledger::{Beginning, PoolLedger, PoolStepError, beginning_of};
use tailproof::store::{Access, Kind as FileKind};
use tailproof::verifier::encoding::{input_to_hex, to_hex};
use tailproof::verifier::pool::PoolError;
use tailproof::{Backend, Groth16, Halo2, InstanceError, Refused};

pub use self::month::month;
use crate::cli::{Backend as Named, LedgerHead, PoolLedger as Command, PoolLedgerNew};
use crate::failure::Failure;
use crate::files;
use crate::output::{out, print_json};
use crate::pools::in_deal;
use crate::writing;

/// Runs one of the commands of `tailproof pool ledger`.
pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::New(options) => new(options),
        Command::Context(options) => step::context(options),
        Command::Add(options) => step::add(options),
        Command::Show(options) => verdict::show(options),
        Command::Head(options) => head(options),
        Command::Verify(options) => verdict::verify(options),
        Command::Report(options) => page::report(options),
    }
}

/// Reads a ledger file.
fn read(path: &Path) -> Result<PoolLedger, Failure> {
    PoolLedger::from_json(&files::read_text_at_most(path, files::MOST_LEDGER)?).map_err(Failure::malformed(path))
}

fn new(options: &PoolLedgerNew) -> Result<(), Failure> {
    files::refuse_overlap(&[&options.output], &[&options.deal, &options.commitment])?;
    let output = writing::output(&options.output, FileKind::PoolLedger, Access::Public, false);
    let mut writing = writing::begin(&[output], "a ledger is added to, not written anew; name another file")?;
    let deal = files::deal(&options.deal)?;
    let (cut_off, schema) = beginning_of(&deal).map_err(in_deal)?;
    let path = &options.commitment;
    let CommitmentFile::Pool(pool) =
        CommitmentFile::from_json(&files::read_text(path)?).map_err(Failure::malformed(path))?
    else {
        return Err(Failure::Usage(format!("{} is a commitment to a book; name one to a pool", path.display())));
    };
    if hex::encode(pool.schema) != schema {
        return Err(InstanceError::from(PoolError::OtherSchema).into());
    }
    let (backend, commitment) = match options.backend {
        Named::Groth16 => (Groth16::NAME, to_hex(&pool.commitment)),
        Named::Halo2 => (Halo2::NAME, input_to_hex(&pool.halo2_commitment)),
    };
    let beginning = Beginning { name: options.name.clone(), backend: backend.into(), cut_off, schema, commitment };
    let ledger = PoolLedger::new(beginning).map_err(|problem| Failure::Option { option: "name", problem })?;
    writing.stage(0, ledger.to_json().as_bytes())?;
    writing.put()?;
    let (cut_off, commitment) = ledger.last();
    let output = options.output.display();
    out!("wrote {output}: ledger of \"{}\" from {cut_off} on, commitment {commitment}", options.name);
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
    let last = steps.checked_sub(1).and_then(|last| ledger.steps().get(last));
    let cut_off = last.map_or(&ledger.beginning().cut_off, |step| &step.cut_off);
    if options.json {
        print_json(&json!({ "head": head, "steps": steps, "cut_off": cut_off }));
    } else {
        out!("{head}");
    }
    Ok(())
}

/// Returns the failure of a proof that makes no step of a ledger. `proof` and `keys` are where these
/// are from.
fn not_added(ledger: &Path, proof: &Path, keys: &Path, problem: PoolStepError) -> Failure {
    match problem {
        PoolStepError::Proof(NoVerdict::Malformed(problem)) => Failure::malformed(proof)(problem),
        PoolStepError::Proof(NoVerdict::NoKeys(digest)) => Failure::Usage(format!(
            "{} was made with the keys {}, which are not those in {}",
            proof.display(),
            hex::encode(digest),
            keys.display()
        )),
        PoolStepError::Proof(NoVerdict::Refused(Refused::Instance(error))) => error.into(),
        PoolStepError::Proof(problem) => Failure::NoVerdict(problem),
        problem => Failure::PoolStep { file: ledger.to_owned(), problem },
    }
}
