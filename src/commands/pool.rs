//! `tailproof pool`: private figures of a pool of loans and its tranches, and the commitment to its tape.

use serde_json::json;
use tailproof_prover::pool_opening::{PoolCommitment, commit_to_pool};
use tailproof_risk::InputError;
use tailproof_risk::credit::pool::Method;
use tailproof_risk::credit::{Copula, FactorModel, Pool};
use tailproof_risk::input::parse_decimal;
use tailproof_verifier::encoding::{input_to_hex, to_hex};

use super::{pool_deal, pool_describe, print_json, seed};
use crate::claimant::collateral;
use crate::cli::{CopulaModel, LossMethod, Pool as Command, PoolCommit, PoolLosses};
use crate::failure::Failure;
use crate::files::{self, Access};
use crate::interruption::uninterrupted;
use crate::output::out;
use crate::progress::spin;
use crate::public_files::of_deal;

pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Deal(options) => pool_deal::run(options),
        Command::Describe(options) => pool_describe::run(options),
        Command::Losses(options) => losses(options),
        Command::Commit(options) => run_commit(options),
    }
}

fn run_commit(options: &PoolCommit) -> Result<(), Failure> {
    let commitment = commit(options)?;
    let (hex, halo2) = (to_hex(&commitment.commitment), input_to_hex(&commitment.halo2_commitment));
    if options.json {
        let schema = hex::encode(commitment.schema);
        print_json(&json!({ "commitment": hex, "halo2_commitment": halo2, "schema": schema }));
        return Ok(());
    }
    out!("commitment {hex}");
    out!("           {halo2} (of the same pool, for proofs of the backend halo2)");
    out!("wrote {} (public)", options.output.display());
    out!("wrote {} (SECRET, mode 0600: keep it with the tape)", options.opening.display());
    Ok(())
}

/// Commits and writes both files.
pub fn commit(options: &PoolCommit) -> Result<PoolCommitment, Failure> {
    files::refuse_overlap(&[&options.output, &options.opening], &[&options.tape, &options.deal])?;
    let deal = files::deal(&options.deal)?;
    let schema = deal.require_schema().map_err(of_deal)?.digest();
    let collateral = collateral(&options.tape, options.mapping.as_deref(), &deal)?;
    if options.opening.exists() && !options.force {
        return Err(Failure::Exists {
            file: options.opening.clone(),
            advice: "without it nothing can be proved about its commitment; name another file, or use --force",
        });
    }
    let (commitment, opening) = commit_to_pool(schema, &collateral, &mut rand::rngs::OsRng);
    let secret = files::stage(&options.opening, opening.to_json().as_bytes(), Access::Secret)?;
    let public = files::stage(&options.output, commitment.to_json().as_bytes(), Access::Public)?;
    // The secret first: a commitment without its opening is worth nothing.
    uninterrupted(|| secret.put().and_then(|()| public.put()))?;
    Ok(commitment)
}

/// A number of the command line.
fn number(option: &'static str, text: &str) -> Result<f64, Failure> {
    use std::str::FromStr;
    let decimal = parse_decimal(text).map_err(|problem| Failure::Option { option, problem })?;
    f64::from_str(&decimal.to_string()).map_err(|_| Failure::Defect("a decimal is no number"))
}

fn losses(options: &PoolLosses) -> Result<(), Failure> {
    let of_option = |option| move |problem| Failure::Option { option, problem };
    let copula = match (options.model, &options.degrees) {
        (CopulaModel::Gaussian, None) => Copula::Gaussian,
        (CopulaModel::StudentT, Some(degrees)) => Copula::StudentT(number("degrees", degrees)?),
        _ => return Err(Failure::Books("--degrees is for the model student-t, which needs it".into())),
    };
    let model = FactorModel::new(copula, number("rho", &options.rho)?).map_err(of_option("rho"))?;
    let method = match (options.method, &options.paths, &options.seed) {
        (LossMethod::Recursion, None, None) => Method::Recursion,
        (LossMethod::Lhp, None, None) => Method::LargePool,
        (LossMethod::Montecarlo, Some(paths), Some(text)) => Method::MonteCarlo { paths: *paths, seed: seed(text)? },
        _ => return Err(Failure::Books("--paths and --seed are for the method montecarlo, which needs both".into())),
    };
    let name = options.tape.display().to_string();
    let of_tape = |problem| Failure::from(InputError::of_file(&name, problem));
    let tape = files::tape(&options.tape, options.mapping.as_deref())?;
    let deal = files::deal(&options.deal)?;
    let pool = Pool::new(&tape, &deal).map_err(of_tape)?;
    let losses = spin("computing losses", || pool.losses(&deal, &model, method)).map_err(of_tape)?;
    if options.json {
        let tranches = deal.tranches().iter().zip(&losses.tranches);
        let tranches: Vec<_> = tranches
            .map(|(tranche, figures)| {
                json!({
                    "name": tranche.name,
                    "expected_loss": figures.expected_loss,
                    "hit": figures.hit,
                    "wipe_out": figures.wipe_out,
                })
            })
            .collect();
        print_json(&json!({ "expected_loss": losses.expected_loss, "tranches": tranches }));
        return Ok(());
    }
    out!("PRIVATE: figures of the pool itself; nothing is proved.\n");
    let (cents, obligors) = (pool.notional_cents(), pool.obligors());
    out!("deal            {}", deal.name());
    out!("pool            {}.{:02} owed by {obligors} obligors", cents / 100, cents % 100);
    out!("expected loss   {:.4} %\n", losses.expected_loss * 100.0);
    out!("{:<16} {:>9} {:>9} {:>14} {:>9} {:>9}", "tranche", "from", "to", "expected loss", "hit", "wiped out");
    for (tranche, figures) in deal.tranches().iter().zip(&losses.tranches) {
        let percent = |fraction: f64| format!("{:.4} %", fraction * 100.0);
        out!(
            "{:<16} {:>9} {:>9} {:>14} {:>9} {:>9}",
            tranche.name,
            format!("{:.2} %", tranche.attachment * 100.0),
            format!("{:.2} %", tranche.detachment * 100.0),
            percent(figures.expected_loss),
            percent(figures.hit),
            percent(figures.wipe_out)
        );
    }
    Ok(())
}
