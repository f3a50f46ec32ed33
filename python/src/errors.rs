//! Errors of the library as exceptions of the package, which `tailproof/_errors.py` defines.

use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tailproof::bundle::BundleClaimError;
use tailproof::core::mandate::ClauseFigure;
use tailproof::core::pool::claims::PoolClaimFigure;
use tailproof::prover::prover::Unproved;
use tailproof::table::TableError;
use tailproof::{Figures, InputError, InstanceError, MalformedError, Problem, Refused};

/// Returns an exception of the package, with attributes.
fn exception(py: Python<'_>, name: &str, text: &str, attributes: &[(&str, Bound<'_, PyAny>)]) -> PyErr {
    let made = || -> PyResult<PyErr> {
        let class = py.import("tailproof._errors")?.getattr(name)?;
        let values = PyDict::new(py);
        for (key, value) in attributes {
            values.set_item(key, value)?;
        }
        Ok(PyErr::from_value(class.call((text,), Some(&values))?))
    };
    made().unwrap_or_else(|error| PyImportError::new_err(format!("tailproof is not whole: {error}")))
}

fn any<'py>(py: Python<'py>, value: impl IntoPyObject<'py>) -> Bound<'py, PyAny> {
    use pyo3::IntoPyObjectExt;
    value.into_bound_py_any(py).unwrap_or_else(|_| py.None().into_bound(py))
}

/// Returns the exception of an input, at a row and a column if it has them.
fn at(py: Python<'_>, text: &str, file: &str, row: Option<String>, column: Option<&str>) -> PyErr {
    let attributes = [("file", any(py, file)), ("row", any(py, row)), ("column", any(py, column))];
    exception(py, "InputError", text, &attributes)
}

/// Returns the exception of an error in a file, or in what stands for it.
pub fn input(py: Python<'_>, error: &InputError) -> PyErr {
    let row = error.row.map(|row| row.to_string());
    at(py, &error.to_string(), &error.file, row, error.column.as_deref())
}

/// Returns the exception of an error in a table of a file.
pub fn table(py: Python<'_>, error: &TableError) -> PyErr {
    let row = error.row.map(|row| row.to_string());
    at(py, &error.to_string(), &error.file, row, error.column.as_deref())
}

/// Returns the exception of a problem with an argument as a whole.
pub fn problem(py: Python<'_>, argument: &str, problem: &Problem) -> PyErr {
    at(py, &format!("{argument}: {problem}"), argument, None, None)
}

/// Returns the exception of a problem with a cell of a frame.
pub fn cell(py: Python<'_>, frame: &str, row: Option<&str>, column: &str, problem: &dyn std::fmt::Display) -> PyErr {
    let place = match (row, column) {
        (Some(row), "") => format!("{frame}, row {row}"),
        (Some(row), column) => format!("{frame}, row {row}, column '{column}'"),
        (None, "") => frame.to_owned(),
        (None, column) => format!("{frame}, column '{column}'"),
    };
    let column = Some(column).filter(|column| !column.is_empty());
    at(py, &format!("{place}: {problem}"), frame, row.map(str::to_owned), column)
}

/// Returns the exception of a usage of arguments that do not go together.
pub fn usage(py: Python<'_>, argument: &str, text: &str) -> PyErr {
    at(py, &format!("{argument}: {text}"), argument, None, None)
}

/// Returns the exception of bytes or of a text that is no file of its kind.
pub fn malformed(py: Python<'_>, file: &str, error: &MalformedError) -> PyErr {
    at(py, &format!("{file}: {error}"), file, None, None)
}

/// Returns the exception of terms that do not go together.
pub fn instance(py: Python<'_>, error: &InstanceError) -> PyErr {
    at(py, &error.to_string(), "claim", None, None)
}

/// Returns the exception of terms that a verifier cannot take: a verdict if the mandate does not allow
/// the scenarios.
pub fn not_stated(py: Python<'_>, error: &InstanceError) -> PyErr {
    if error.is_verdict() { not_valid(py, &error.to_string(), error.code()) } else { instance(py, error) }
}

/// Returns the exception of keys that are not those that are meant.
pub fn wrong_keys(py: Python<'_>, text: &str) -> PyErr {
    exception(py, "WrongKeys", text, &[])
}

/// Returns the exception of a claim that was not proved.
pub fn unproved(py: Python<'_>, error: &Unproved) -> PyErr {
    match error {
        Unproved::FalseClaim(figures) => {
            let figures = figure_list(py, figures).unwrap_or_else(|_| any(py, Vec::<f64>::new()));
            let text = "the claim is false, so there is no proof; .figures has the private figures";
            exception(py, "ClaimRefused", text, &[("figures", figures)])
        }
        Unproved::Instance(error) => instance(py, error),
        other => wrong_keys(py, &other.to_string()),
    }
}

/// Returns the exception of a refusal of a proof.
pub fn refused(py: Python<'_>, error: &Refused) -> PyErr {
    match error {
        Refused::NotValid(error) => not_valid(py, &error.to_string(), error.code()),
        Refused::OtherKeys { .. } => wrong_keys(py, &error.to_string()),
        Refused::Instance(error) => not_stated(py, error),
        other => at(py, &other.to_string(), "proof", None, None),
    }
}

/// Returns the figures of clauses or claims as a list of dictionaries.
fn figure_list<'py>(py: Python<'py>, figures: &Figures) -> PyResult<Bound<'py, PyAny>> {
    let rows = match figures {
        Figures::Mandate(figures) => {
            figures.iter().map(|figure| clause(py, figure)).collect::<PyResult<Vec<Bound<'py, PyDict>>>>()?
        }
        Figures::Deal(figures) => figures.iter().map(|figure| claim(py, figure)).collect::<PyResult<Vec<_>>>()?,
    };
    rows.into_pyobject(py)
}

/// Returns a claim about a pool with its figure.
pub fn claim<'py>(py: Python<'py>, figure: &PoolClaimFigure) -> PyResult<Bound<'py, PyDict>> {
    let row = PyDict::new(py);
    row.set_item("claim", &figure.sentence)?;
    row.set_item("figure", &figure.figure)?;
    row.set_item("holds", figure.holds)?;
    Ok(row)
}

/// Returns the exception of something that is not valid; `code` stays when the words change.
pub fn not_valid(py: Python<'_>, text: &str, code: &str) -> PyErr {
    exception(py, "NotValid", text, &[("code", any(py, code))])
}

/// Returns the exception of a bundle that makes no claim.
pub fn bundle(py: Python<'_>, name: &str, error: &BundleClaimError) -> PyErr {
    match error {
        BundleClaimError::Input(error) => input(py, error),
        BundleClaimError::Instance(error) => not_stated(py, error),
        other => at(py, &format!("{name}: {other}"), name, None, None),
    }
}

/// Returns a clause with its figure.
pub fn clause<'py>(py: Python<'py>, figure: &ClauseFigure) -> PyResult<Bound<'py, PyDict>> {
    let row = PyDict::new(py);
    row.set_item("clause", figure.title())?;
    row.set_item("measure", figure.clause.measure.name())?;
    row.set_item("largest_group", figure.largest.as_deref())?;
    row.set_item("figure", figure.figure.to_decimal())?;
    row.set_item("limit", figure.limit.map(tailproof::Amount::to_decimal))?;
    row.set_item("floor", figure.floor.map(tailproof::Amount::to_decimal))?;
    row.set_item("holds", figure.holds())?;
    Ok(row)
}
