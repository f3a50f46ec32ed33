//! `tailproof pool`: private figures of a pool of loans and its tranches.

use serde_json::json;
use tailproof_risk::InputError;
use tailproof_risk::credit::pool::Method;
use tailproof_risk::credit::{Copula, Deal, FactorModel, Mapping, Pool, Tape};
use tailproof_risk::input::parse_decimal;

use super::{print_json, seed};
use crate::cli::{CopulaModel, LossMethod, Pool as Command, PoolLosses};
use crate::failure::Failure;
use crate::files;
use crate::output::out;
use crate::progress::spin;

const MAPPINGS: [(&str, &str); 2] = [
    ("lending-club-2015", include_str!("../mappings/lending-club-2015.toml")),
    ("lending-club-2018", include_str!("../mappings/lending-club-2018.toml")),
];

pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Losses(options) => losses(options),
    }
}

/// A mapping of the program, by its name, or of a file.
fn mapping(name: Option<&str>) -> Result<Mapping, Failure> {
    let Some(name) = name else { return Ok(Mapping::default()) };
    let built_in = MAPPINGS.iter().find(|(known, _)| *known == name);
    let text = match built_in {
        Some((_, text)) => (*text).to_owned(),
        None => files::read_text(name.as_ref())?.to_string(),
    };
    Ok(Mapping::from_toml(name, &text)?)
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
    let tape = Tape::from_csv(&name, files::open_large(&options.tape)?, &mapping(options.mapping.as_deref())?)?;
    let deal = Deal::from_toml(&options.deal.display().to_string(), &files::read_text(&options.deal)?)?;
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
