//! JSON of the library as objects of Python.

use pyo3::prelude::*;

/// Returns a JSON text as an object of Python.
///
/// # Errors
/// A text that is no JSON.
pub fn json<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (text,))
}
