//! `tailproof scenarios`: make and show public scenario sets.

use std::path::{Path, PathBuf};

use serde_json::json;
use tailproof_core::pool::assumptions::{CreditParameters, Source};
use tailproof_core::scenarios::credit::{credit_scenarios, parameters_of as credit_parameters_of, worst_mean};
use tailproof_core::scenarios::file as scenario_file;
use tailproof_core::scenarios::generator::Variant;
use tailproof_core::scenarios::generator::{Generator, Jumps};
use tailproof_core::scenarios::historical::historical;
use tailproof_core::text::parse_decimal;
use tailproof_core::{InputError, PriceHistory, Problem, ScenarioSet};
use tailproof_risk::generate::covariance::{Estimator, Repair};
use tailproof_risk::generate::covariance_set;
use tailproof_risk::generate::montecarlo::{FITTED, Model, Parameters, montecarlo, parameters_of};
use tailproof_risk::generate::stress::stress;
use tailproof_risk::generate::variants::{decay, liquidity_horizons, variant};
use tailproof_verifier::encoding::to_hex;
use tailproof_verifier::scenario_point::scenario_point;

use super::pool::factor_model;
use super::scenario_inputs;
use super::{print_json, seed};
use crate::cli::{
    CovarianceEstimator, CovarianceRepair, CovarianceSet, CreditSet, Historical, MonteCarlo, PathModel, Regenerate,
    ScenarioPoint, Scenarios, ShowScenarios, StressTable,
};
use crate::failure::Failure;
use crate::files::{self, Access};
use crate::output::out;
use crate::progress::spin;

pub fn run(command: &Scenarios) -> Result<(), Failure> {
    match command {
        Scenarios::Historical(options) => make_historical(options),
        Scenarios::Montecarlo(options) => make_montecarlo(options),
        Scenarios::Covariance(options) => make_covariance(options),
        Scenarios::Regenerate(options) => regenerate(options),
        Scenarios::Stress(options) => make_stress(options),
        Scenarios::Credit(options) => make_credit(options),
        Scenarios::Show(options) => show(options),
        Scenarios::Point(options) => point(options),
    }
}

/// Makes a historical set and writes its file.
pub fn write_historical(options: &Historical) -> Result<ScenarioSet, Failure> {
    let reference_file = options.stressed.as_deref().filter(|text| *text != "equal").map(Path::new);
    let mut inputs = vec![options.prices.as_path()];
    inputs.extend(reference_file);
    inputs.extend([&options.liquidity_horizons, &options.implied_volatility].into_iter().flatten().map(|path| &**path));
    files::refuse_overlap(&[&options.output], &inputs)?;
    for (option, text) in [("age-weighted", &options.age_weighted), ("volatility-scaled", &options.volatility_scaled)] {
        if let Some(text) = text {
            decay(option, text).map_err(|problem| Failure::Option { option, problem })?;
        }
    }
    let prices = files::prices(&options.prices)?;
    let name = options.prices.display().to_string();
    let volatilities = options.implied_volatility.as_deref().map(files::prices).transpose()?;
    let wanted = Variant {
        stressed: options.stressed.as_deref().map(|text| reference(text, &name, &prices)).transpose()?,
        age_weighted: options.age_weighted.clone(),
        volatility_scaled: options.volatility_scaled.clone(),
        liquidity_horizons: options.liquidity_horizons.as_deref().map(|path| horizons(path, &prices)).transpose()?,
        gamma: options.gamma,
        cross_gamma: options.cross_gamma,
        volatilities_sha256: volatilities
            .as_ref()
            .map(|volatilities| hex::encode(volatilities.digest(0..volatilities.len()))),
    };
    let set = if wanted == Variant::default() {
        historical(&name, &prices, options.horizon, options.window)?
    } else {
        variant(&name, &prices, volatilities.as_ref(), options.horizon, options.window, &wanted)?
    };
    let bytes = scenario_file::encode(&set);
    files::write(&options.output, &bytes, Access::Public)?;
    Ok(set)
}

/// Exposures of a reference portfolio: of a book's file, or the same in each factor. Only their proportions matter.
fn reference(text: &str, prices_name: &str, prices: &PriceHistory) -> Result<Vec<String>, Failure> {
    if text == "equal" {
        return Ok(vec!["1".into(); prices.factors().len()]);
    }
    let plain = historical(prices_name, prices, 1, Some(1))?;
    let positions = files::book(Path::new(text))?.positions(&plain, None, Some(0.into()))?;
    Ok(positions.exposures().iter().map(ToString::to_string).collect())
}

/// Days of each factor from a table `factor,days`.
fn horizons(path: &Path, prices: &PriceHistory) -> Result<Vec<u32>, Failure> {
    let name = path.display().to_string();
    Ok(liquidity_horizons(&name, files::open_large(path)?, prices.factors())?)
}

/// Makes a covariance set and writes its file.
fn make_covariance(options: &CovarianceSet) -> Result<(), Failure> {
    let inputs: Vec<&Path> = options.prices.iter().chain(&options.table).map(PathBuf::as_path).collect();
    files::refuse_overlap(&[&options.output], &inputs)?;
    let repair = options.repair.map(repair);
    let set = match (&options.prices, &options.table) {
        (Some(path), _) => {
            let CovarianceSet { zero_mean, horizon, window, .. } = *options;
            let estimator = estimator(options.covariance);
            let parameters = covariance_set::Parameters { estimator, repair, with_mean: !zero_mean, horizon, window };
            covariance_set::from_prices(&path.display().to_string(), &files::prices(path)?, &parameters)?
        }
        (None, Some(path)) => {
            covariance_set::from_table(&path.display().to_string(), files::open_large(path)?, repair)?
        }
        (None, None) => return Err(Failure::Defect("neither prices nor a table")),
    };
    files::write(&options.output, &scenario_file::encode(&set), Access::Public)?;
    written(&set, &options.output, options.json);
    Ok(())
}

fn estimator(covariance: CovarianceEstimator) -> Estimator {
    match covariance {
        CovarianceEstimator::Sample => Estimator::Sample,
        CovarianceEstimator::Ewma => Estimator::Ewma,
        CovarianceEstimator::LedoitWolf => Estimator::LedoitWolf,
    }
}

fn repair(repair: CovarianceRepair) -> Repair {
    match repair {
        CovarianceRepair::Clip => Repair::Clip,
    }
}

fn make_historical(options: &Historical) -> Result<(), Failure> {
    written(&write_historical(options)?, &options.output, options.json);
    Ok(())
}

fn make_montecarlo(options: &MonteCarlo) -> Result<(), Failure> {
    files::refuse_overlap(&[&options.output], &[&options.prices])?;
    let jumps = [&options.jump_intensity, &options.jump_mean, &options.jump_volatility];
    if options.model != PathModel::Jump && jumps.iter().any(|given| given.is_some()) {
        let problem = Problem::Other("is for the model jump".into());
        return Err(Failure::Option { option: "jump-intensity, --jump-mean or --jump-volatility", problem });
    }
    let model = match (options.model, &options.degrees) {
        (PathModel::StudentT, Some(degrees)) => Model::StudentT(degrees.clone()),
        (PathModel::Normal, None) => Model::Normal,
        (PathModel::Jump, None) => {
            let text = |given: &Option<String>| given.clone().unwrap_or_else(|| FITTED.to_owned());
            let [intensity, mean, volatility] =
                [&options.jump_intensity, &options.jump_mean, &options.jump_volatility].map(text);
            Model::Jump(Jumps { intensity, mean, volatility })
        }
        _ => {
            let problem = Problem::Other("is for the model student-t, which needs it".into());
            return Err(Failure::Option { option: "degrees", problem });
        }
    };
    let (estimator, repair) = (estimator(options.covariance), options.repair.map(repair));
    let MonteCarlo { horizon, zero_drift, paths, antithetic, .. } = *options;
    let parameters =
        Parameters { model, estimator, repair, horizon, zero_drift, paths, antithetic, seed: seed(&options.seed)? };
    let prices = files::prices(&options.prices)?;
    let set = spin("drawing paths", || montecarlo(&options.prices.display().to_string(), &prices, &parameters))?;
    files::write(&options.output, &scenario_file::encode(&set), Access::Public)?;
    written(&set, &options.output, options.json);
    Ok(())
}

/// Makes a set of credit scenarios again from a deal.
fn regenerate_credit(options: &Regenerate, path: &Path) -> Result<(), Failure> {
    let (set, digest) = files::scenarios(&options.file)?;
    let deal = files::deal(path)?;
    let of_header = |problem| InputError::of_file(&options.file.display().to_string(), problem);
    let of_deal = |problem| InputError::of_file(&path.display().to_string(), problem);
    let parameters = credit_parameters_of(set.generator()).map_err(of_header)?;
    let parameters =
        parameters.ok_or_else(|| of_header(Problem::Other("these are no credit scenarios; give --prices".into())))?;
    let again = spin("making scenarios", || credit_scenarios(&deal, &parameters)).map_err(of_deal)?;
    let identical = again == set;
    if options.json {
        print_json(&json!({ "identical": identical, "digest": hex::encode(digest) }));
    } else if identical {
        out!("identical: {} is what this deal and its header make", options.file.display());
    }
    if identical {
        return Ok(());
    }
    let same_assumptions = again.generator() == set.generator();
    Err(Failure::NotIdentical(if same_assumptions {
        "this deal and its header make another set".into()
    } else {
        "it was made from other grades, probabilities of default or losses given default".into()
    }))
}

/// Makes a set again from the prices, or the deal, that its header names.
fn regenerate(options: &Regenerate) -> Result<(), Failure> {
    let path = match (&options.deal, &options.prices) {
        (Some(deal), _) => return regenerate_credit(options, deal),
        (None, Some(prices)) => prices,
        (None, None) => return Err(Failure::Usage("give --prices, or for credit scenarios --deal".into())),
    };
    let (set, digest) = files::scenarios(&options.file)?;
    let prices = files::prices(path)?;
    let name = path.display().to_string();
    let of_header = |problem| InputError::of_file(&options.file.display().to_string(), problem);
    let cannot = |why: &str| Failure::from(of_header(Problem::Other(why.into())));
    let has_volatilities = |generator: &Generator| {
        matches!(generator, Generator::Historical { variant: Some(Variant { volatilities_sha256: Some(_), .. }), .. })
    };
    if options.implied_volatility.is_some() && !has_volatilities(set.generator()) {
        return Err(cannot("it has no columns of implied volatilities; leave out --implied-volatility"));
    }
    let (named, again) = match set.generator() {
        Generator::Historical { horizon, variant: None, prices_sha256 } => {
            (prices_sha256, historical(&name, &prices, *horizon, Some(set.scenarios())))
        }
        Generator::Historical { horizon, variant: Some(of), prices_sha256 } => {
            let volatilities = options.implied_volatility.as_deref().map(files::prices).transpose()?;
            let found =
                volatilities.as_ref().map(|volatilities| hex::encode(volatilities.digest(0..volatilities.len())));
            match (&of.volatilities_sha256, found) {
                (Some(_), None) => {
                    return Err(cannot("it has columns of implied volatilities; give --implied-volatility"));
                }
                (named, found) if *named != found => {
                    if options.json {
                        let digest = hex::encode(digest);
                        print_json(&json!({ "identical": false, "same_prices": false, "digest": digest }));
                    }
                    return Err(Failure::NotIdentical("it was made from other implied volatilities".into()));
                }
                _ => {}
            }
            let window = Some(set.scenarios());
            (prices_sha256, variant(&name, &prices, volatilities.as_ref(), *horizon, window, of))
        }
        Generator::Covariance { covariance, repair, with_mean, horizon, returns, prices_sha256, .. } => {
            let estimator = Estimator::from_name(covariance).ok_or_else(|| cannot("its estimator is not known"))?;
            let repair =
                repair.as_deref().map(|name| Repair::from_name(name).ok_or_else(|| cannot("its repair is not known")));
            let (with_mean, horizon, window) = (*with_mean, *horizon, Some(*returns));
            let repair = repair.transpose()?;
            let parameters = covariance_set::Parameters { estimator, repair, with_mean, horizon, window };
            (prices_sha256, covariance_set::from_prices(&name, &prices, &parameters))
        }
        Generator::MonteCarlo { prices_sha256, .. } => {
            let parameters = parameters_of(set.generator(), set.scenarios()).map_err(of_header)?;
            let parameters = parameters.ok_or(Failure::Defect("a Monte-Carlo set without parameters"))?;
            (prices_sha256, spin("drawing paths", || montecarlo(&name, &prices, &parameters)))
        }
        Generator::Stress { .. } | Generator::CovarianceTable { .. } => {
            return Err(cannot("it was made from a table; make it again and compare digests"));
        }
        Generator::Credit { .. } => {
            return Err(cannot("it was made from a deal; give --deal"));
        }
        Generator::Custom { .. } => return Err(cannot("its header does not say how it was made")),
    };
    let again = again?;
    let same_prices = again.generator() == set.generator();
    let identical = again == set;
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
            Err(Failure::NotIdentical(format!("it was made from other prices: those have the digest {named}")))
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

fn make_credit(options: &CreditSet) -> Result<(), Failure> {
    written(&write_credit(options)?, &options.output, options.json);
    Ok(())
}

/// Makes a credit set and writes its file.
pub fn write_credit(options: &CreditSet) -> Result<ScenarioSet, Failure> {
    files::refuse_overlap(&[&options.output], &[&options.deal])?;
    let deal = files::deal(&options.deal)?;
    // What is wrong is named by its option.
    factor_model(&options.copula)?;
    let source = match (options.nodes, options.paths, &options.seed) {
        (Some(nodes), None, None) => Source::Nodes(nodes),
        (None, Some(paths), Some(text)) => Source::Paths { paths, seed: seed(text)? },
        _ => return Err(Failure::Usage("give --nodes, or --paths and --seed".into())),
    };
    // One way of writing a number, so that the same scenarios are the same file.
    let written = |option, text: &String| {
        let number = parse_decimal(text).map_err(|problem| Failure::Option { option, problem })?;
        Ok::<_, Failure>(number.normalize().to_string())
    };
    let rho = written("rho", &options.copula.rho)?;
    let degrees = options.copula.degrees.as_ref().map(|text| written("degrees", text)).transpose()?;
    let parameters = CreditParameters { rho, degrees, source, slots: options.slots };
    let name = options.deal.display().to_string();
    let of_deal = |problem| InputError::of_file(&name, problem);
    let set = spin("making scenarios", || credit_scenarios(&deal, &parameters)).map_err(of_deal)?;
    files::write(&options.output, &scenario_file::encode(&set), Access::Public)?;
    if matches!(source, Source::Nodes(_))
        && let Some((grade, share)) = worst_mean(&deal, &set).map_err(of_deal)?
        && share.abs() > 0.01
    {
        let percent = share * 100.0;
        eprintln!(
            "warning: over these nodes the mean loss of grade '{grade}' is {percent:+.1} % off PD times LGD; take more --nodes, or --paths"
        );
    }
    Ok(set)
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
        Generator::Covariance { prices_sha256, .. } => out!("price file    {prices_sha256} (SHA-256)"),
        Generator::Credit { assumptions_sha256, seed, .. } => {
            out!("assumptions   {assumptions_sha256} (SHA-256 of the deal's grades, pd and lgd)");
            if let Some(seed) = seed {
                out!("seed          {seed}");
            }
        }
        Generator::Stress { table_sha256 } => out!("stress table  {table_sha256} (SHA-256)"),
        Generator::CovarianceTable { table_sha256, .. } => out!("table         {table_sha256} (SHA-256)"),
        Generator::Custom { .. } => {}
    }
    out!("\n{:<14} {:>10} {:>10}  last price", "factor", "lowest", "highest");
    for (index, factor) in set.factors().iter().enumerate() {
        let column = || (0..set.scenarios()).map(|scenario| set.row(scenario)[index]);
        let scale = set.generator().covariance_scale().unwrap_or(0);
        let percent = |entry: Option<i32>| {
            f64::from(entry.unwrap_or(0)) * 100.0 / f64::from(1u32 << 20) / f64::from(1u32 << scale)
        };
        let last = set.last_prices().map_or("-", |prices| prices[index].as_str());
        let (low, high) = (percent(column().min()), percent(column().max()));
        out!("{factor:<14} {low:>8.2} % {high:>8.2} %  {last}");
    }
    Ok(())
}

fn point(options: &ScenarioPoint) -> Result<(), Failure> {
    let digest = options.file.as_deref().map(files::scenarios).transpose()?.map(|(_, digest)| hex::encode(digest));
    let key = files::verifying_key(&options.keys)?;
    let named = [&options.file, &options.mandate, &options.deal].map(|path| path.as_deref());
    let point = scenario_point(&key, &scenario_inputs(key.shape(), named[0], named[1], named[2])?);
    let [x, y] = [to_hex(&point.x), to_hex(&point.y)];
    if options.json {
        print_json(&json!({ "scenarios_digest": digest, "scenario_point": [x, y] }));
    } else {
        out!("0x{}{}", &x[2..], &y[2..]);
    }
    Ok(())
}

/// A scenario set in one line.
pub fn sentence(set: &ScenarioSet) -> String {
    let labels = set.labels();
    let kind = match set.generator() {
        Generator::Historical { horizon, variant, .. } => {
            let variant = variant.clone().unwrap_or_default();
            let mut kind = format!("historical, {horizon}-day returns");
            for (is_so, text) in [
                (variant.stressed.is_some(), ", stressed window"),
                (variant.age_weighted.is_some(), ", age-weighted"),
                (variant.volatility_scaled.is_some(), ", scaled to today's volatility"),
                (variant.liquidity_horizons.is_some(), ", liquidity horizons"),
                (variant.gamma || variant.cross_gamma, ", with gammas"),
                (variant.volatilities_sha256.is_some(), ", with implied volatilities"),
            ] {
                kind.push_str(if is_so { text } else { "" });
            }
            kind
        }
        Generator::Covariance { covariance, horizon, returns, .. } => {
            format!("mean and {covariance} covariance of {returns} returns, over {horizon} day(s)")
        }
        Generator::CovarianceTable { .. } => "mean and covariance of a table".to_owned(),
        Generator::MonteCarlo { model, covariance, horizon, .. } => {
            format!("Monte Carlo, {model}, {covariance} covariance, {horizon}-day returns")
        }
        Generator::Credit { model, degrees_of_freedom, rho, slots, .. } => {
            let what = if slots.is_some() { "defaults of single loans" } else { "losses of buckets" };
            let degrees = degrees_of_freedom.as_ref().map(|degrees| format!(" of {degrees} degrees of freedom"));
            format!("credit, {model}{}, correlation {rho}, {what}", degrees.unwrap_or_default())
        }
        Generator::Stress { .. } => "stress table".to_owned(),
        Generator::Custom { description } => description.clone(),
    };
    let (scenarios, factors) = (set.scenarios(), set.factors().len());
    if set.generator().covariance_scale().is_some() {
        return format!("{kind}, {factors} factors");
    }
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
