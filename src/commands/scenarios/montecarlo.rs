//! `tailproof scenarios montecarlo`: paths drawn from a model that is fitted to prices.

use std::path::Path;

use tailproof::core::InputError;
use tailproof::core::scenarios::generator::Jumps;
use tailproof::risk::generate::montecarlo::{FITTED, Model, Parameters, montecarlo};

use super::covariance::{check_plain_moves, estimator, repair};
use super::write::{one_spelling, print_written, with_cash, write_set};
use crate::cli::{MonteCarlo, PathModel};
use crate::failure::Failure;
use crate::files;
use crate::options::seed;
use crate::prepared;
use crate::progress::spin;

/// Draws paths of a model, and writes their set.
pub fn run(options: &MonteCarlo) -> Result<(), Failure> {
    let inputs: Vec<&Path> = std::iter::once(&*options.prices).chain(prepared::inputs(&options.treatment)).collect();
    files::refuse_overlap(&[&options.output], &inputs)?;
    check_plain_moves(&options.treatment, "montecarlo")?;
    let jumps = [&options.jump_intensity, &options.jump_mean, &options.jump_volatility];
    if options.model != PathModel::Jump && jumps.iter().any(|given| given.is_some()) {
        let text = "--jump-intensity, --jump-mean and --jump-volatility are for the model jump";
        return Err(Failure::Usage(text.into()));
    }
    let spelled = |option, text: &String| if text == FITTED { Ok(text.clone()) } else { one_spelling(option, text) };
    let model = match (options.model, &options.degrees) {
        (PathModel::StudentT, Some(degrees)) => Model::StudentT(spelled("degrees", degrees)?),
        (PathModel::Normal, None) => Model::Normal,
        (PathModel::Jump, None) => {
            let text = |option, given: &Option<String>| {
                given.as_ref().map_or_else(|| Ok(FITTED.to_owned()), |text| spelled(option, text))
            };
            Model::Jump(Jumps {
                intensity: text("jump-intensity", &options.jump_intensity)?,
                mean: text("jump-mean", &options.jump_mean)?,
                volatility: text("jump-volatility", &options.jump_volatility)?,
            })
        }
        _ => {
            return Err(Failure::Usage("--degrees is for the model student-t, which needs it".into()));
        }
    };
    let (estimator, repair) = (estimator(options.covariance), options.repair.map(repair));
    let MonteCarlo { horizon, zero_drift, paths, antithetic, .. } = *options;
    let parameters =
        Parameters { model, estimator, repair, horizon, zero_drift, paths, antithetic, seed: seed(&options.seed)? };
    let prices = prepared::prices(&options.prices, &options.treatment, &options.tables.options(), None, 1)?;
    prepared::say_history(&prices);
    let set = spin("drawing paths", || montecarlo(&prices, &parameters))
        .map_err(|problem| InputError::in_file(&options.prices.display().to_string(), problem))?;
    let set = with_cash(set, &options.cash)?;
    write_set(&set, &options.output)?;
    print_written(&set, &options.output, options.json);
    Ok(())
}

/// Returns jumps that are fitted to the prices.
pub fn jumps_fitted() -> Jumps {
    let fitted = || FITTED.to_owned();
    Jumps { intensity: fitted(), mean: fitted(), volatility: fitted() }
}
