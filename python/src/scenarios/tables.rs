//! Tables that scenarios and covariances are read from.

use pyo3::prelude::*;
use tailproof::ScenarioSet;
use tailproof::core::scenarios::pnl::pnl;
use tailproof::risk::generate::imported::imported;
use tailproof::risk::generate::margin::from_table;
use tailproof::scenarios::covariance::Repair;
use tailproof::scenarios::generator::Correlations;
use tailproof::scenarios::{covariance_set, stress};
use tailproof::table::{self, TableOptions};

use crate::gains::Gains;
use crate::prices::{NamedRows, rows_of};
use crate::sources::unit_of;
use crate::{errors, files};

/// Returns scenarios of stress.
pub fn stressed(py: Python<'_>, table: &Bound<'_, PyAny>, percent: bool) -> PyResult<ScenarioSet> {
    let (options, unit) = (TableOptions::default(), unit_of(percent));
    let found =
        rows_of("table", table, "scenario", |name, input| table::read_stress_table(name, input, unit, &options))?;
    refuse_percent(py, &found, percent)?;
    let set = stress::stress(found.table()).map_err(|error| found.error(py, error))?;
    if let Some(warning) = stress::unit_warning(&set, unit) {
        files::warn(py, &warning)?;
    }
    Ok(set)
}

/// Returns the scenarios of another model.
pub fn of_another_model(
    py: Python<'_>,
    table: &Bound<'_, PyAny>,
    weights: Option<&str>,
    description: Option<&str>,
    percent: bool,
) -> PyResult<ScenarioSet> {
    let (options, unit) = (TableOptions::default(), unit_of(percent));
    let found = rows_of("table", table, "scenario", |name, input| {
        table::read_imported_table(name, input, weights, unit, &options)
    })?;
    refuse_percent(py, &found, percent)?;
    let made = imported(found.table(), weights, description);
    made.map_err(|error| found.error(py, error))
}

/// Returns the mean and the covariance of a table with a row for each factor.
pub fn covariance(py: Python<'_>, given: &Bound<'_, PyAny>, repair: Option<Repair>) -> PyResult<ScenarioSet> {
    let options = TableOptions::default();
    let found = rows_of("table", given, "factor", |name, input| table::read_covariance_table(name, input, &options))?;
    covariance_set::from_table(found.table(), repair).map_err(|error| found.error(py, error))
}

/// Returns the matrix of a margin of weights and correlations.
pub fn margin(py: Python<'_>, given: &Bound<'_, PyAny>, correlations: &str) -> PyResult<ScenarioSet> {
    let options = TableOptions::default();
    let set = Correlations::ALL.into_iter().find(|set| set.name() == correlations);
    let set = set.ok_or_else(|| {
        let text = format!("'{correlations}' is no set of correlations; there are low, medium and high");
        errors::usage(py, "correlations", &text)
    })?;
    let found = rows_of("table", given, "factor", |name, input| table::read_margin_table(name, input, &options))?;
    from_table(found.table(), set).map_err(|error| found.error(py, error))
}

/// Returns the days of P&L vectors.
pub fn days_of_gains(py: Python<'_>, gains: &Bound<'_, PyAny>, source: &str) -> PyResult<ScenarioSet> {
    let days = Gains::of("gains", gains)?.days(py)?;
    pnl(source, &days).map_err(|problem| errors::problem(py, "source", &problem))
}

/// Refuses percent in a frame, whose numbers are fractions.
fn refuse_percent(py: Python<'_>, table: &NamedRows<'_>, percent: bool) -> PyResult<()> {
    match table {
        NamedRows::Frame(..) if percent => {
            Err(errors::usage(py, "percent", "it is for files; divide the numbers of a frame by 100"))
        }
        _ => Ok(()),
    }
}
