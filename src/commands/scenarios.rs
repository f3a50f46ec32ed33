//! `tailproof scenarios`: make and show public scenario sets.

use std::path::Path;

use serde_json::json;
use tailproof_risk::covariance::Estimator;
use tailproof_risk::historical::historical;
use tailproof_risk::montecarlo::{Model, Parameters, montecarlo, parameters_of};
use tailproof_risk::scenario_set::Generator;
use tailproof_risk::stress::stress;
use tailproof_risk::{InputError, Problem, ScenarioSet, scenario_file};
use tailproof_verifier::encoding::to_hex;
use tailproof_verifier::scenario_point::scenario_point;

use super::scenario_inputs;
use super::{print_json, seed};
use crate::cli::{
    CovarianceEstimator, Historical, MonteCarlo, PathModel, Regenerate, ScenarioPoint, Scenarios, ShowScenarios,
    StressTable,
};
use crate::failure::Failure;
use crate::files::{self, Access};
use crate::output::out;
use crate::progress::spin;

pub fn run(command: &Scenarios) -> Result<(), Failure> {
    match command {
        Scenarios::Historical(options) => make_historical(options),
        Scenarios::Montecarlo(options) => make_montecarlo(options),
        Scenarios::Regenerate(options) => regenerate(options),
        Scenarios::Stress(options) => make_stress(options),
        Scenarios::Show(options) => show(options),
        Scenarios::Point(options) => point(options),
    }
}

/// Makes a historical set and writes its file.
pub fn write_historical(options: &Historical) -> Result<ScenarioSet, Failure> {
    files::refuse_overlap(&[&options.output], &[&options.prices])?;
    let prices = files::prices(&options.prices)?;
    let set = historical(&options.prices.display().to_string(), &prices, options.horizon, options.window)?;
    let bytes = scenario_file::encode(&set);
    files::write(&options.output, &bytes, Access::Public)?;
    Ok(set)
}

fn make_historical(options: &Historical) -> Result<(), Failure> {
    written(&write_historical(options)?, &options.output, options.json);
    Ok(())
}

fn make_montecarlo(options: &MonteCarlo) -> Result<(), Failure> {
    files::refuse_overlap(&[&options.output], &[&options.prices])?;
    let model = match (options.model, &options.degrees) {
        (PathModel::StudentT, Some(degrees)) => Model::StudentT(degrees.clone()),
        (PathModel::Normal, None) => Model::Normal,
        _ => {
            let problem = Problem::Other("is for the model student-t, which needs it".into());
            return Err(Failure::Option { option: "degrees", problem });
        }
    };
    let estimator = match options.covariance {
        CovarianceEstimator::Sample => Estimator::Sample,
        CovarianceEstimator::Ewma => Estimator::Ewma,
        CovarianceEstimator::LedoitWolf => Estimator::LedoitWolf,
    };
    let MonteCarlo { horizon, paths, antithetic, .. } = *options;
    let parameters = Parameters { model, estimator, horizon, paths, antithetic, seed: seed(&options.seed)? };
    let prices = files::prices(&options.prices)?;
    let set = spin("drawing paths", || montecarlo(&options.prices.display().to_string(), &prices, &parameters))?;
    files::write(&options.output, &scenario_file::encode(&set), Access::Public)?;
    written(&set, &options.output, options.json);
    Ok(())
}

/// Makes a set again from the prices that its header names.
fn regenerate(options: &Regenerate) -> Result<(), Failure> {
    let (set, digest) = files::scenarios(&options.file)?;
    let prices = files::prices(&options.prices)?;
    let name = options.prices.display().to_string();
    let of_header = |problem| InputError::of_file(&options.file.display().to_string(), problem);
    let cannot = |why: &str| Failure::from(of_header(Problem::Other(why.into())));
    let (named, again) = match set.generator() {
        Generator::Historical { horizon, prices_sha256 } => {
            (prices_sha256, historical(&name, &prices, *horizon, Some(set.scenarios())))
        }
        Generator::MonteCarlo { prices_sha256, .. } => {
            let parameters = parameters_of(set.generator(), set.scenarios()).map_err(of_header)?;
            let parameters = parameters.ok_or(Failure::Defect("a Monte-Carlo set without parameters"))?;
            (prices_sha256, spin("drawing paths", || montecarlo(&name, &prices, &parameters)))
        }
        Generator::Stress { .. } => {
            return Err(cannot("it was made from a stress table; make it again and compare digests"));
        }
        Generator::Custom { .. } => return Err(cannot("its header does not say how it was made")),
    };
    let found = hex::encode(prices.sha256());
    let same_prices = found == *named;
    let identical = same_prices && again? == set;
    if options.json {
        print_json(&json!({ "identical": identical, "same_prices": same_prices, "digest": hex::encode(digest) }));
    }
    match (identical, same_prices) {
        (true, _) if options.json => Ok(()),
        (true, _) => {
            out!("identical: {} is what these prices and its header make", options.file.display());
            Ok(())
        }
        (false, true) => Err(Failure::NotIdentical("these prices and its header make another set".into())),
        (false, false) => {
            Err(Failure::NotIdentical(format!("it was made from prices with SHA-256 {named}, these have {found}")))
        }
    }
}

fn make_stress(options: &StressTable) -> Result<(), Failure> {
    files::refuse_overlap(&[&options.output], &[&options.table])?;
    let set = stress(&options.table.display().to_string(), files::open_large(&options.table)?)?;
    files::write(&options.output, &scenario_file::encode(&set), Access::Public)?;
    written(&set, &options.output, options.json);
    Ok(())
}

/// Says what was written.
fn written(set: &ScenarioSet, output: &Path, json: bool) {
    let digest = scenario_file::digest(set);
    if json {
        print_json(&summary(set, &digest));
    } else {
        out!("wrote {}: {}", output.display(), sentence(set));
        out!("digest {}", hex::encode(digest));
    }
}

fn show(options: &ShowScenarios) -> Result<(), Failure> {
    let (set, digest) = files::scenarios(&options.file)?;
    if options.json {
        print_json(&summary(&set, &digest));
        return Ok(());
    }
    out!("{}", sentence(&set));
    out!("digest        {}", hex::encode(digest));
    out!("total weight  {}", set.total_weight());
    match set.generator() {
        Generator::Historical { prices_sha256, .. } => out!("price file    {prices_sha256} (SHA-256)"),
        Generator::MonteCarlo { prices_sha256, seed, .. } => {
            out!("price file    {prices_sha256} (SHA-256)");
            out!("seed          {seed}");
        }
        Generator::Stress { table_sha256 } => out!("stress table  {table_sha256} (SHA-256)"),
        Generator::Custom { .. } => {}
    }
    out!("\n{:<14} {:>10} {:>10}  last price", "factor", "lowest", "highest");
    for (index, factor) in set.factors().iter().enumerate() {
        let column = || (0..set.scenarios()).map(|scenario| set.row(scenario)[index]);
        let percent = |entry: Option<i32>| f64::from(entry.unwrap_or(0)) * 100.0 / f64::from(1 << 20);
        let last = set.last_prices().map_or("-", |prices| prices[index].as_str());
        let (low, high) = (percent(column().min()), percent(column().max()));
        out!("{factor:<14} {low:>8.2} % {high:>8.2} %  {last}");
    }
    Ok(())
}

fn point(options: &ScenarioPoint) -> Result<(), Failure> {
    let (set, digest) = files::scenarios(&options.file)?;
    let key = files::verifying_key(&options.keys)?;
    let point = scenario_point(&key, &scenario_inputs(key.shape(), &set, options.mandate.as_deref())?);
    let [x, y] = [to_hex(&point.x), to_hex(&point.y)];
    if options.json {
        print_json(&json!({ "scenarios_digest": hex::encode(digest), "scenario_point": [x, y] }));
    } else {
        out!("0x{}{}", &x[2..], &y[2..]);
    }
    Ok(())
}

/// A scenario set in one line.
pub fn sentence(set: &ScenarioSet) -> String {
    let labels = set.labels();
    let kind = match set.generator() {
        Generator::Historical { horizon, .. } => format!("historical, {horizon}-day returns"),
        Generator::MonteCarlo { model, covariance, horizon, .. } => {
            format!("Monte Carlo, {model}, {covariance} covariance, {horizon}-day returns")
        }
        Generator::Stress { .. } => "stress table".to_owned(),
        Generator::Custom { description } => description.clone(),
    };
    let (scenarios, factors) = (set.scenarios(), set.factors().len());
    format!("{scenarios} scenarios x {factors} factors ({kind}), {} to {}", labels[0], labels[labels.len() - 1])
}

fn summary(set: &ScenarioSet, digest: &[u8; 32]) -> serde_json::Value {
    json!({
        "scenarios": set.scenarios(),
        "factors": set.factors(),
        "first": set.labels()[0],
        "last": set.labels()[set.scenarios() - 1],
        "total_weight": set.total_weight(),
        "generator": set.generator(),
        "digest": hex::encode(digest),
    })
}
