//! The verification of a ledger of a pool with the files and keys of folders, and what it rests on.

use std::path::Path;

use tailproof::pool_ledger::{PoolAgainst, PoolAudit, PoolAuditError, PoolLedger, PoolStep, StepKind};
use tailproof::verifier::encoding::{digest_from_hex, input_to_hex, to_hex};
use tailproof::{Backend, Basis, Groth16, How};

use crate::cli::PoolLedgerEvidence;
use crate::evidence::Folder;
use crate::failure::Failure;
use crate::files;
use crate::keys;

/// Verifies a ledger with the evidence that a command is given.
pub fn audit(ledger: &PoolLedger, evidence: &PoolLedgerEvidence) -> Result<PoolAudit, Failure> {
    let Some(path) = &evidence.files else {
        return Err(Failure::Usage(
            "a ledger is verified with --keys, and with --files, the folder with its proofs and deals".into(),
        ));
    };
    let head = |text: &String| digest_from_hex("--head", text).map_err(Failure::malformed(Path::new("command line")));
    let heads = evidence.head.iter().map(head).collect::<Result<Vec<_>, _>>()?;
    let known = evidence.commitment.iter().map(|path| commitment(ledger, path)).collect::<Result<Vec<_>, _>>()?;
    let folder = Folder::read(path)?;
    let ring = folder.key_ring(&evidence.keys, ledger.steps().iter().map(|step| &step.proof[..]))?;
    let against = PoolAgainst { heads: &heads, commitments: &known };
    ledger.verify(&folder, &ring, &against).map_err(|error| in_audit(path, error))
}

/// Returns the commitment of a file, over the field of the ledger's proof system.
fn commitment(ledger: &PoolLedger, path: &Path) -> Result<String, Failure> {
    let file = tailproof::commitments::PoolCommitment::from_json(&files::read_text(path)?);
    let file = file.map_err(Failure::malformed(path))?;
    Ok(match ledger.beginning().backend == Groth16::NAME {
        true => to_hex(&file.commitment),
        false => input_to_hex(&file.halo2_commitment),
    })
}

/// Returns the failure of an audit.
fn in_audit(folder: &Path, error: PoolAuditError) -> Failure {
    match error {
        PoolAuditError::Missing { cut_off, kind, digest } => Failure::Usage(format!(
            "{cut_off}: no {kind} with digest {digest} is in {}; proofs are looked for in .json, deals in .toml and scenario \
             sets in .scn files",
            folder.display()
        )),
        PoolAuditError::NoKeys { cut_off, keys } => Failure::Usage(format!("{cut_off}: none of the --keys is {keys}")),
        other => Failure::PoolAudit(other),
    }
}

/// Warns of development keys, once of each.
pub fn warn_of_development(audit: &PoolAudit) {
    let mut warned = Vec::new();
    for step in &audit.steps {
        if !warned.contains(&step.keys.digest) {
            warned.push(step.keys.digest);
            keys::warn_of_development(step.keys.provenance);
        }
    }
}

/// Returns the name of a step in words.
pub fn step_in_words(step: &PoolStep) -> String {
    let (from, cut_off) = (step.from.as_deref().unwrap_or_default(), &step.cut_off);
    match step.kind {
        StepKind::Pool => format!("pool of {cut_off}"),
        StepKind::Month => format!("month from {from} to {cut_off}"),
        StepKind::Span => format!("span from {from} to {cut_off}"),
    }
}

/// A thing that steps rest on.
pub struct Ground {
    pub what: Basis,
    pub how: How,
    pub note: String,
    /// The cut-offs of the steps; empty where it is all of them.
    pub of: Vec<String>,
}

/// Returns what the steps rest on, each thing once. Deals, keys, commitments and contexts are left
/// out: the ledger has those of each step.
pub fn grounds(ledger: &PoolLedger, audit: &PoolAudit) -> Vec<Ground> {
    let own = [Basis::Deal, Basis::Keys, Basis::Commitment, Basis::Context];
    let mut grounds: Vec<Ground> = Vec::new();
    for (step, verified) in ledger.steps().iter().zip(&audit.steps) {
        for thing in verified.rests_on.iter().filter(|thing| !own.contains(&thing.what)) {
            let same =
                |other: &&mut Ground| other.what == thing.what && other.how == thing.how && other.note == thing.note;
            match grounds.iter_mut().find(same) {
                Some(known) => known.of.push(step.cut_off.clone()),
                None => grounds.push(Ground {
                    what: thing.what,
                    how: thing.how,
                    note: thing.note.clone(),
                    of: vec![step.cut_off.clone()],
                }),
            }
        }
    }
    for ground in &mut grounds {
        if ground.of.len() == audit.steps.len() {
            ground.of.clear();
        }
        ground.of.dedup();
    }
    grounds
}
