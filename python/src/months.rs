//! Both pools of a month, opened, with the reasons of loans that are gone.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use pyo3::prelude::*;
use tailproof::Months;
use tailproof::core::pool::month::Reasons;
use tailproof::risk::csv::read_reasons;

use crate::errors;
use crate::files;
use crate::pool::{Deal, Pool, SecretOpening};

/// Opens the earlier and the later pool under the deal of the later one, and matches their loans.
/// `reasons` are a mapping of ids, or the path of a CSV.
pub fn months(
    py: Python<'_>,
    deal: &Deal,
    [before, after]: [(&Pool, &SecretOpening); 2],
    reasons: Option<&Bound<'_, PyAny>>,
) -> PyResult<Months> {
    let schema = deal.schema(py)?;
    let no_month = || errors::usage(py, "deal", "it has no [month]: leave out before and before_opening");
    let terms = deal.terms.month().ok_or_else(no_month)?;
    let earlier = schema.at(terms.from()).map_err(|problem| errors::problem(py, "deal", &problem))?;
    let opened_before = before.1.opened(py, "before_opening", before.0, &earlier)?;
    let opened_after = after.1.opened(py, "opening", after.0, schema)?;
    let mut named = Reasons::new(before.0.tape.loans(), after.0.tape.loans(), schema);
    if let Some(reasons) = reasons {
        name(py, &mut named, reasons)?;
    }
    Months::new(opened_before, opened_after, &named.by_digest(), terms)
        .map_err(|problem| errors::usage(py, "pool", &named.in_words(&problem)))
}

/// Names the reasons that an argument gives.
fn name(py: Python<'_>, named: &mut Reasons<'_>, reasons: &Bound<'_, PyAny>) -> PyResult<()> {
    if let Ok(path) = reasons.extract::<PathBuf>() {
        let file = File::open(&path).map_err(|error| files::failed(&path, &error))?;
        return read_reasons(&path.display().to_string(), BufReader::new(file), named)
            .map_err(|error| errors::input(py, &error));
    }
    for (row, item) in reasons.call_method0("items")?.try_iter()?.enumerate() {
        let (id, word): (String, String) = item?.extract()?;
        named
            .name(row, &id, &word)
            .map_err(|error| errors::cell(py, "reasons", Some(&id), &error.column, &error.problem))?;
    }
    Ok(())
}
