//! `tailproof pool`: dispatches its commands, and commits to a tape.

use serde_json::json;
use tailproof::commitments::{self, PoolCommitment};
use tailproof::verifier::encoding::{input_to_hex, to_hex};

use super::commit::{Subject, begin, say_written, write_both};
use super::{check, pool_deal, pool_describe, pool_ledger, pool_losses, pool_sensitivity, pool_value, pool_waterfall};
use crate::cli::{Pool as Command, PoolCommit};
use crate::failure::Failure;
use crate::files;
use crate::output::{out, print_json};
use crate::pools::{committed_schema, loans_said};

/// Runs one of the commands of `tailproof pool`.
pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Deal(options) => pool_deal::run(options),
        Command::Describe(options) => pool_describe::run(options),
        Command::Losses(options) => pool_losses::run(options),
        Command::Value(options) => pool_value::run(options),
        Command::Waterfall(options) => pool_waterfall::run(options),
        Command::Sensitivity(options) => pool_sensitivity::run(options),
        Command::Commit(options) => run_commit(options),
        Command::Check(options) => check::check_pool(options),
        Command::Month(options) => pool_ledger::month(options),
        Command::Ledger(command) => pool_ledger::run(command),
    }
}

fn run_commit(options: &PoolCommit) -> Result<(), Failure> {
    let commitment = commit(options)?;
    let (hex, halo2) = (to_hex(&commitment.commitment), input_to_hex(&commitment.halo2_commitment));
    if options.files.json {
        let schema = hex::encode(commitment.schema);
        print_json(&json!({ "commitment": hex, "halo2_commitment": halo2, "schema": schema }));
        return Ok(());
    }
    out!("commitment {hex}");
    out!("           {halo2} (of the same pool, for proofs of the backend halo2)");
    say_written(&options.files, "tape");
    Ok(())
}

/// Commits to a tape, writes both files, and returns the commitment.
pub fn commit(options: &PoolCommit) -> Result<PoolCommitment, Failure> {
    let pair = begin(&options.files, &[&options.tape, &options.deal], Subject::Pool)?;
    let deal = files::deal(&options.deal)?;
    let schema = committed_schema(&deal)?;
    let loans = loans_said(&options.tape, &options.reading, &deal)?;
    let (commitment, opening) = commitments::commit(&loans, schema, &mut rand::rngs::OsRng);
    write_both(pair, &opening.to_json(), &commitment.to_json())?;
    Ok(commitment)
}
