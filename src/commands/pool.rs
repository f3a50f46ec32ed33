//! `tailproof pool`: its commands, and the commitment to a tape.

use serde_json::json;
use tailproof_core::pool::{Copula, FactorModel};
use tailproof_core::text::parse_decimal;
use tailproof_prover::pool_opening::{PoolCommitment, commit_to_pool};
use tailproof_verifier::encoding::{input_to_hex, to_hex};

use super::commit::{refuse_to_lose, say_written, write_both};
use super::{pool_deal, pool_describe, pool_losses, print_json};
use crate::claimant::collateral;
use crate::cli::{CopulaModel, CopulaOptions, Pool as Command, PoolCommit};
use crate::failure::Failure;
use crate::files;
use crate::output::out;
use crate::public_files::of_deal;

pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Deal(options) => pool_deal::run(options),
        Command::Describe(options) => pool_describe::run(options),
        Command::Losses(options) => pool_losses::run(options),
        Command::Commit(options) => run_commit(options),
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

/// Commits and writes both files.
pub fn commit(options: &PoolCommit) -> Result<PoolCommitment, Failure> {
    refuse_to_lose(&options.files, &[&options.tape, &options.deal])?;
    let deal = files::deal(&options.deal)?;
    let schema = deal.require_schema().map_err(of_deal)?.digest();
    let collateral = collateral(&options.tape, options.mapping.as_deref(), &deal)?;
    let (commitment, opening) = commit_to_pool(schema, &collateral, &mut rand::rngs::OsRng);
    write_both(&options.files, &opening.to_json(), &commitment.to_json())?;
    Ok(commitment)
}

/// A number of the command line.
pub fn number(option: &'static str, text: &str) -> Result<f64, Failure> {
    use std::str::FromStr;
    let decimal = parse_decimal(text).map_err(|problem| Failure::Option { option, problem })?;
    f64::from_str(&decimal.to_string()).map_err(|_| Failure::Defect("a decimal is no number"))
}

/// The model of a copula's options.
pub fn factor_model(options: &CopulaOptions) -> Result<FactorModel, Failure> {
    let of_option = |option| move |problem| Failure::Option { option, problem };
    let copula = match (options.model, &options.degrees) {
        (CopulaModel::Gaussian, None) => Copula::Gaussian,
        (CopulaModel::StudentT, Some(degrees)) => Copula::StudentT(number("degrees", degrees)?),
        _ => return Err(Failure::Usage("--degrees is for the model student-t, which needs it".into())),
    };
    // What is wrong without a correlation is wrong with the degrees of freedom.
    FactorModel::new(copula, 0.0).map_err(of_option("degrees"))?;
    FactorModel::new(copula, number("rho", &options.rho)?).map_err(of_option("rho"))
}
