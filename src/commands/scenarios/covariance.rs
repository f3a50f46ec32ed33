//! `tailproof scenarios covariance`: the covariance of prices, or of a table.

use std::path::{Path, PathBuf};

use tailproof::core::InputError;
use tailproof::risk::generate::covariance::{Estimator, Repair};
use tailproof::risk::generate::covariance_set;

use super::write::{print_written, write_set};
use crate::cli::{CovarianceEstimator, CovarianceRepair, CovarianceSet, PriceArgs};
use crate::failure::Failure;
use crate::files;
use crate::prepared;

/// Makes a covariance set and writes its file.
pub fn run(options: &CovarianceSet) -> Result<(), Failure> {
    let mut inputs: Vec<&Path> = options.prices.iter().chain(&options.table).map(PathBuf::as_path).collect();
    inputs.extend(prepared::inputs(&options.treatment));
    files::refuse_overlap(&[&options.output], &inputs)?;
    let repair = options.repair.map(repair);
    let set = match (&options.prices, &options.table) {
        (Some(path), _) => {
            let CovarianceSet { zero_mean, horizon, window, .. } = *options;
            let estimator = estimator(options.covariance);
            let parameters = covariance_set::Parameters { estimator, repair, with_mean: !zero_mean, horizon, window };
            check_plain_moves(&options.treatment, "covariance")?;
            let tables = options.tables.options();
            let prices = prepared::prices(path, &options.treatment, &tables, window, 1)?;
            prepared::say_history(&prices);
            covariance_set::from_prices(&prices, &parameters)
                .map_err(|problem| InputError::in_file(&path.display().to_string(), problem))?
        }
        (None, Some(_)) if options.treatment.any() => {
            return Err(Failure::Usage(
                "a table of a covariance has no prices: leave the options of prices out".into(),
            ));
        }
        (None, Some(path)) => {
            let table = files::covariance_table(path, &options.tables.options())?;
            covariance_set::from_table(table.table(), repair).map_err(|error| table.place(error))?
        }
        (None, None) => return Err(Failure::Defect("neither prices nor a table")),
    };
    write_set(&set, &options.output)?;
    print_written(&set, &options.output, options.json);
    Ok(())
}

/// Refuses kinds of moves for sets that take simple returns of prices.
pub fn check_plain_moves(options: &PriceArgs, command: &str) -> Result<(), Failure> {
    let option = match options {
        PriceArgs { moves: Some(_), .. } => "--moves",
        PriceArgs { returns: true, .. } => "--returns",
        _ => return Ok(()),
    };
    Err(Failure::Usage(format!(
        "{option} is for `scenarios historical`: `scenarios {command}` takes prices and their returns"
    )))
}

/// Returns the estimator that an option names.
pub fn estimator(covariance: CovarianceEstimator) -> Estimator {
    match covariance {
        CovarianceEstimator::Sample => Estimator::Sample,
        CovarianceEstimator::Ewma => Estimator::Ewma,
        CovarianceEstimator::LedoitWolf => Estimator::LedoitWolf,
    }
}

/// Returns the repair that an option names.
pub fn repair(repair: CovarianceRepair) -> Repair {
    match repair {
        CovarianceRepair::Clip => Repair::Clip,
    }
}
