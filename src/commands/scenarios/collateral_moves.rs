//! The moves of what secures a deal's loans, from the file that options name.

use std::path::Path;

use tailproof::core::pool::Deal;
use tailproof::core::scenarios::historical::historical;
use tailproof::core::{InputError, ScenarioSet};
use tailproof::risk::generate::montecarlo::{Model, Parameters, montecarlo};
use tailproof::risk::generate::stress::stress;
use tailproof::table::TableOptions;

use super::covariance::estimator;
use super::montecarlo::jumps_fitted;
use super::write::one_spelling;
use crate::cli::{CollateralMoves, PathModel};
use crate::failure::Failure;
use crate::files;
use crate::options::seed;
use crate::prepared;
use crate::progress::spin;
use crate::sources::move_unit;

/// Returns the moves of a deal's assets, and the file that they are from. `deal_file` is the deal's, for
/// errors.
pub fn market<'o>(
    options: &'o CollateralMoves,
    tables: &TableOptions,
    deal: &Deal,
    deal_file: &str,
) -> Result<(ScenarioSet, &'o Path), Failure> {
    if let Some(path) = &options.market {
        return Ok((files::scenarios(path)?.0, path));
    }
    if let Some(path) = &options.table {
        let table = files::stress_table(path, move_unit(options.percent), tables)?;
        let set = stress(table.table()).map_err(|error| table.place(error))?;
        return Ok((set, path));
    }
    let path = options.prices.as_deref().ok_or_else(|| Failure::Usage("give --prices, --table or --market".into()))?;
    let in_file = |problem| InputError::in_file(&path.display().to_string(), problem);
    let terms = deal.require_collateral().map_err(|problem| InputError::in_file(deal_file, problem))?;
    let horizon = terms.horizon();
    let set = match options.paths {
        None => {
            let prices = prepared::of_assets(path, &terms.assets(), tables, options.window, horizon)?;
            let set = historical(&prices, horizon, options.window).map_err(in_file)?;
            prepared::say_suspicions(&prices, &set);
            set
        }
        Some(paths) => {
            let parameters = parameters(options, paths, horizon)?;
            let prices = prepared::of_assets(path, &terms.assets(), tables, None, 1)?;
            prepared::say_history(&prices);
            spin("drawing paths", || montecarlo(&prices, &parameters)).map_err(in_file)?
        }
    };
    Ok((set, path))
}

/// Returns the model of the options.
fn parameters(options: &CollateralMoves, paths: usize, horizon: usize) -> Result<Parameters, Failure> {
    let text = options.seed.as_deref().ok_or_else(|| Failure::Usage("--paths needs --seed".into()))?;
    let model = match (options.model, &options.degrees) {
        (PathModel::StudentT, Some(degrees)) => Model::StudentT(one_spelling("degrees", degrees)?),
        (PathModel::Normal, None) => Model::Normal,
        (PathModel::Jump, None) => Model::Jump(jumps_fitted()),
        _ => return Err(Failure::Usage("--degrees is for the model student-t, which needs it".into())),
    };
    Ok(Parameters {
        model,
        estimator: estimator(options.covariance),
        repair: None,
        horizon,
        zero_drift: options.zero_drift,
        paths,
        antithetic: false,
        seed: seed(text)?,
    })
}
