//! Distributions that are fitted to prices: paths drawn from them, and their covariances.

use pyo3::prelude::*;
use tailproof::ScenarioSet;
use tailproof::core::prices::Preparation;
use tailproof::scenarios::covariance::{Estimator, Repair};
use tailproof::scenarios::covariance_set;
use tailproof::scenarios::generator::Jumps;
use tailproof::scenarios::montecarlo::{FITTED, Model, Parameters, montecarlo};

use super::spelled;
use crate::errors;
use crate::prices::Prices;
use crate::process::detached;

/// Returns the estimator of a name.
pub fn estimator(py: Python<'_>, name: &str) -> PyResult<Estimator> {
    Estimator::parse(name).map_err(|problem| errors::problem(py, "covariance", &problem))
}

/// Returns the repair of a name.
pub fn repair(py: Python<'_>, name: Option<&str>) -> PyResult<Option<Repair>> {
    name.map(|name| Repair::parse(name).map_err(|problem| errors::problem(py, "repair", &problem))).transpose()
}

/// Returns the model of a name, with the degrees of freedom or the jumps that it takes.
pub fn model(
    py: Python<'_>,
    name: &str,
    degrees: Option<&Bound<'_, PyAny>>,
    jumps: [Option<&Bound<'_, PyAny>>; 3],
) -> PyResult<Model> {
    let fitted = |argument: &str, given: Option<&Bound<'_, PyAny>>| match given {
        None => Ok(FITTED.to_owned()),
        Some(text) if text.extract::<String>().is_ok_and(|text| text == FITTED) => Ok(FITTED.to_owned()),
        Some(number) => spelled(py, argument, number),
    };
    if name != "jump" && jumps.iter().any(Option::is_some) {
        return Err(errors::usage(py, "model", "jump_intensity, jump_mean and jump_volatility are for \"jump\""));
    }
    let [intensity, mean, volatility] = jumps;
    match (name, degrees) {
        ("normal", None) => Ok(Model::Normal),
        ("student-t", Some(degrees)) => Ok(Model::StudentT(fitted("degrees", Some(degrees))?)),
        ("jump", None) => Ok(Model::Jump(Jumps {
            intensity: fitted("jump_intensity", intensity)?,
            mean: fitted("jump_mean", mean)?,
            volatility: fitted("jump_volatility", volatility)?,
        })),
        ("normal" | "jump" | "student-t", _) => {
            Err(errors::usage(py, "degrees", "it is for the model \"student-t\", which needs it"))
        }
        (other, _) => Err(errors::usage(py, "model", &format!("'{other}' is none of normal, student-t and jump"))),
    }
}

/// Returns paths that are drawn from a model that is fitted to prices.
pub fn paths(py: Python<'_>, prices: &Bound<'_, PyAny>, parameters: &Parameters) -> PyResult<ScenarioSet> {
    let source = Prices::of("prices", prices)?;
    let history = source.history(py)?;
    let made = detached(py, || montecarlo(&history, parameters))?;
    made.map_err(|problem| source.problem(py, problem))
}

/// Returns a mean and a covariance that are estimated from prices.
pub fn covariance(
    py: Python<'_>,
    prices: &Bound<'_, PyAny>,
    parameters: &covariance_set::Parameters,
) -> PyResult<ScenarioSet> {
    let source = Prices::of("prices", prices)?;
    let choices = Preparation { window: parameters.window, ..Preparation::default() };
    let history = choices.prepare(source.table(), None).map_err(|error| source.error(py, error))?;
    let made = detached(py, || covariance_set::from_prices(&history, parameters))?;
    made.map_err(|problem| source.problem(py, problem))
}
