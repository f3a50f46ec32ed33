//! `tailproof pool`: private figures of a pool of loans and its tranches, and the commitment to its tape.

use serde_json::json;
use tailproof_prover::pool_opening::{PoolCommitment, commit_to_pool};
use tailproof_risk::credit::pool::Method;
use tailproof_risk::credit::spreads::fair_spread;
use tailproof_risk::credit::{Copula, Deal, FactorModel, Pool};
use tailproof_risk::input::parse_decimal;
use tailproof_risk::{InputError, Problem};
use tailproof_verifier::encoding::{input_to_hex, to_hex};

use super::commit::{refuse_to_lose, say_written, write_both};
use super::{pool_deal, pool_describe, print_json, seed};
use crate::claimant::collateral;
use crate::cli::{CopulaModel, CopulaOptions, LossMethod, Pool as Command, PoolCommit, PoolLosses};
use crate::failure::Failure;
use crate::files;
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
fn number(option: &'static str, text: &str) -> Result<f64, Failure> {
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

fn losses(options: &PoolLosses) -> Result<(), Failure> {
    let of_option = |option| move |problem| Failure::Option { option, problem };
    let model = factor_model(&options.copula)?;
    let method = match (options.method, &options.paths, &options.seed) {
        (LossMethod::Recursion, None, None) => Method::Recursion,
        (LossMethod::Lhp, None, None) => Method::LargePool,
        (LossMethod::Montecarlo, Some(paths), Some(text)) => {
            let sector = options.sector_rho.as_deref().map(|text| number("sector-rho", text)).transpose()?;
            Method::MonteCarlo { paths: *paths, seed: seed(text)?, sector: sector.unwrap_or(0.0) }
        }
        _ => return Err(Failure::Usage("--paths and --seed are for the method montecarlo, which needs both".into())),
    };
    let name = options.tape.display().to_string();
    let of_tape = |problem| Failure::from(InputError::of_file(&name, problem));
    let tape = files::tape(&options.tape, options.mapping.as_deref())?;
    let deal = files::deal(&options.deal)?;
    let pool = Pool::new(&tape, &deal).map_err(of_tape)?;
    let losses = spin("computing losses", || pool.losses(&deal, &model, method)).map_err(of_tape)?;
    let tails = options.confidence.as_deref().map(|text| number("confidence", text)).transpose()?;
    let tails = tails.map(|confidence| {
        spin("computing tails", || pool.tails(&deal, &model, method, confidence)).map_err(of_option("confidence"))
    });
    let tails = tails.transpose()?;
    let spreads = match (options.maturity, &options.rate) {
        (Some(years), Some(rate)) => {
            Some(spreads(&pool, &deal, &model, method, years, number("rate", rate)?).map_err(of_tape)?)
        }
        _ => None,
    };
    if options.json {
        let mut tranches = Vec::with_capacity(losses.tranches.len());
        for (index, (tranche, figures)) in deal.tranches().iter().zip(&losses.tranches).enumerate() {
            let mut row = json!({
                "name": tranche.name,
                "expected_loss": figures.expected_loss,
                "hit": figures.hit,
                "wipe_out": figures.wipe_out,
            });
            if let Some((_, tails)) = &tails {
                row["var"] = json!(tails[index].var);
                row["cvar"] = json!(tails[index].cvar);
            }
            if let Some(spreads) = &spreads {
                row["spread"] = json!(spreads[index]);
            }
            tranches.push(row);
        }
        let mut all = json!({ "expected_loss": losses.expected_loss, "tranches": tranches });
        if let Some((pool, _)) = &tails {
            all["var"] = json!(pool.var);
            all["cvar"] = json!(pool.cvar);
        }
        print_json(&all);
        return Ok(());
    }
    out!("PRIVATE: figures of the pool itself; nothing is proved.\n");
    let (cents, obligors) = (pool.notional_cents(), pool.obligors());
    out!("deal            {}", deal.name());
    out!("pool            {}.{:02} owed by {obligors} obligors", cents / 100, cents % 100);
    out!("expected loss   {:.4} %", losses.expected_loss * 100.0);
    if let (Some((tail, _)), Some(confidence)) = (&tails, &options.confidence) {
        out!("at {confidence:<13}VaR {:.4} %, CVaR {:.4} %", tail.var * 100.0, tail.cvar * 100.0);
        out!(
            "enhancement     a tranche that attaches at {:.4} % is hit with a probability of at most one less that confidence",
            tail.var * 100.0
        );
    }
    let percent = |fraction: f64| format!("{:.4} %", fraction * 100.0);
    let mut header = format!(
        "{:<16} {:>9} {:>9} {:>14} {:>10} {:>10}",
        "tranche", "from", "to", "expected loss", "hit", "wiped out"
    );
    header += if tails.is_some() { "        VaR       CVaR" } else { "" };
    header += if spreads.is_some() { "     spread" } else { "" };
    out!("\n{header}");
    for (index, (tranche, figures)) in deal.tranches().iter().zip(&losses.tranches).enumerate() {
        let mut row = format!(
            "{:<16} {:>9} {:>9} {:>14} {:>10} {:>10}",
            tranche.name,
            format!("{:.2} %", tranche.attachment * 100.0),
            format!("{:.2} %", tranche.detachment * 100.0),
            percent(figures.expected_loss),
            percent(figures.hit),
            percent(figures.wipe_out)
        );
        if let Some((_, tails)) = &tails {
            row += &format!(" {:>10} {:>10}", percent(tails[index].var), percent(tails[index].cvar));
        }
        if let Some(spreads) = &spreads {
            row += &format!(" {:>7.1} bp", spreads[index] * 10_000.0);
        }
        out!("{row}");
    }
    Ok(())
}

/// Fair spreads of the tranches on a flat curve, from expected losses at the end of each quarter under constant hazard rates.
fn spreads(
    pool: &Pool,
    deal: &Deal,
    model: &FactorModel,
    method: Method,
    years: u32,
    rate: f64,
) -> Result<Vec<f64>, Problem> {
    let quarters = 4 * years;
    let mut lost = vec![Vec::with_capacity(quarters as usize); deal.tranches().len()];
    for quarter in 1..=quarters {
        let within = pool.within(f64::from(quarter) / f64::from(quarters));
        let losses = spin("computing spreads", || within.losses(deal, model, method))?;
        lost.iter_mut().zip(losses.tranches).for_each(|(lost, figures)| lost.push(figures.expected_loss));
    }
    Ok(lost.iter().map(|lost| fair_spread(lost, rate)).collect())
}
