//! The plan of a batch and the rows of its table, for the farm: `tailproof prove --batch` has the same.

use std::ffi::OsString;
use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tailproof::batch::{self, Counts, Outcome, Status, Terms};
use tailproof::store::{Access, Kind, Replace};
use tailproof::{Claim, OsRng};

use crate::asked::context_of;
use crate::commitment::Opening;
use crate::errors;
use crate::files::{self, Part};
use crate::mandate::Mandate;
use crate::scenarios::Scenarios;
use crate::verifying_key::VerifyingKey;

/// Returns the digest of a text in hex, which may be missing.
fn digest(text: Option<&str>) -> PyResult<Option<[u8; 32]>> {
    let decoded = |text: &str| hex::decode(text).ok()?.try_into().ok();
    let wrong = |text: &str| PyValueError::new_err(format!("'{text}' is not 64 digits in hex"));
    text.map(|text| decoded(text).ok_or_else(|| wrong(text))).transpose()
}

/// The public terms that all books of a batch share. Raises InputError for keys with which no book can be
/// proved against the mandate.
#[pyclass(frozen, module = "tailproof._native", name = "JobTerms")]
pub struct JobTerms {
    terms: Terms,
}

#[pymethods]
impl JobTerms {
    #[new]
    #[pyo3(signature = (mandate, scenarios, keys, *, context=None))]
    fn new(
        py: Python<'_>,
        mandate: PyRef<'_, Mandate>,
        scenarios: PyRef<'_, Scenarios>,
        keys: PyRef<'_, VerifyingKey>,
        context: Option<&str>,
    ) -> PyResult<Self> {
        let instance = |error| errors::instance(py, &error);
        let (claim, shape) = (mandate.claim(&scenarios).map_err(instance)?, keys.verifier.shape());
        if shape.books() != 1 {
            let text =
                format!("keys of shape {shape} are for {} books together; a batch proves each alone", shape.books());
            return Err(errors::usage(py, "keys", &text));
        }
        batch::refuse_other_keys(&claim, shape).map_err(instance)?;
        Claim::from(claim.clone()).scenario_inputs(shape).map_err(instance)?;
        Ok(Self { terms: Terms::new(&claim, keys.verifier.digest(), context_of(py, context)?) })
    }

    /// Returns the digest, in hex, that names the job of a book: its name, the commitment that its opening
    /// opens, and the terms.
    fn job(&self, py: Python<'_>, name: &str, opening: PyRef<'_, Opening>) -> PyResult<String> {
        Ok(hex::encode(self.terms.job(name, &opening.opening(py)?.commitment())))
    }
}

/// The jobs of a batch, by their indices, handed out in shards.
///
/// done: whether each is done, so that its proof is only verified. Those come last; else the order is
///     random
/// seconds: what a shard should take
/// workers: number of workers, among whom the last jobs are shared
#[pyclass(module = "tailproof._native", name = "Plan")]
pub struct Plan {
    plan: batch::Plan,
}

#[pymethods]
impl Plan {
    #[new]
    #[pyo3(signature = (done, *, seconds, workers))]
    fn new(done: Vec<bool>, seconds: f64, workers: usize) -> Self {
        Self { plan: batch::Plan::new(batch::order(&done, &mut OsRng), seconds, workers) }
    }

    /// Takes the next shard; an empty one if no job is left.
    fn take(&mut self) -> Vec<usize> {
        self.plan.take()
    }

    /// Puts the jobs of a shard back whose worker was lost.
    fn put_back(&mut self, jobs: Vec<usize>) {
        self.plan.put_back(&jobs);
    }

    /// Takes note of how many seconds some jobs took.
    fn measure(&mut self, jobs: usize, seconds: f64) {
        self.plan.measure(jobs, seconds);
    }

    fn __len__(&self) -> usize {
        self.plan.left()
    }
}

/// A row of the table of results: what became of a book.
#[pyclass(frozen, module = "tailproof._native", name = "Row")]
pub struct Row {
    row: batch::Row,
}

impl Row {
    fn of(row: batch::Row) -> Self {
        Self { row }
    }
}

#[pymethods]
impl Row {
    #[new]
    #[pyo3(signature = (name, status, *, digest=None, seconds=None, reason="", job=None))]
    fn new(
        name: String,
        status: &str,
        digest: Option<&str>,
        seconds: Option<f64>,
        reason: &str,
        job: Option<&str>,
    ) -> PyResult<Self> {
        let status = Status::named(status).ok_or_else(|| PyValueError::new_err(format!("'{status}' is no status")))?;
        let (digest, job) = (self::digest(digest)?, self::digest(job)?);
        Ok(Self::of(batch::Row { name, status, digest, seconds, reason: reason.to_owned(), job }))
    }

    /// Returns the row of a JSON text; None for one that is no row, such as one that was cut short.
    #[staticmethod]
    fn from_json(text: &str) -> Option<Self> {
        batch::Row::from_json(text).map(Self::of)
    }

    /// Returns the row as JSON.
    fn to_json(&self) -> String {
        self.row.to_json().to_string()
    }

    /// The name of the book.
    #[getter]
    fn name(&self) -> &str {
        &self.row.name
    }

    /// What became of it.
    #[getter]
    fn status(&self) -> &'static str {
        self.row.status.name()
    }

    /// SHA-256 of the proof's file, in hex, if there is a proof.
    #[getter]
    fn digest(&self) -> Option<String> {
        self.row.digest.map(hex::encode)
    }

    /// Seconds of work, if there was some.
    #[getter]
    fn seconds(&self) -> Option<f64> {
        self.row.seconds
    }

    /// The reason why there is no proof.
    #[getter]
    fn reason(&self) -> &str {
        &self.row.reason
    }

    /// The digest of the job, in hex; None if the opening was not read.
    #[getter]
    fn job(&self) -> Option<String> {
        self.row.job.map(hex::encode)
    }

    fn __repr__(&self) -> String {
        format!("Row({:?}, {:?})", self.row.name, self.row.status.name())
    }

    fn __eq__(&self, other: PyRef<'_, Self>) -> bool {
        self.row == other.row
    }
}

fn rows_of(rows: Vec<PyRef<'_, Row>>) -> Vec<batch::Row> {
    rows.iter().map(|row| row.row.clone()).collect()
}

/// Returns the row that holds for a job: the first of the rows that are about it and, if they say that
/// there is a proof, about the one that is there. If there is none, the job is pending.
///
/// rows: of any books and terms, the newest first
/// proof: SHA-256 of the file in the place of the proof, in hex
#[pyfunction]
pub fn standing(name: &str, job: &str, rows: Vec<PyRef<'_, Row>>, proof: Option<&str>) -> PyResult<Row> {
    let job = digest(Some(job))?.unwrap_or_default();
    Ok(Row::of(batch::standing(name, job, rows_of(rows), digest(proof)?)))
}

/// How a batch ended, and how many books have which status.
#[pyclass(frozen, module = "tailproof._native", name = "Summary")]
pub struct Summary {
    counts: Counts,
}

#[pymethods]
impl Summary {
    #[new]
    fn new(rows: Vec<PyRef<'_, Row>>) -> Self {
        Self { counts: Counts::of(&rows_of(rows)) }
    }

    /// The exit status of a command that ends so: 0 if every book has its proof, 1 if some do not meet the
    /// mandate, 2 for anything else.
    #[getter]
    fn exit_status(&self) -> u8 {
        match self.counts.outcome() {
            Outcome::AllProved => 0,
            Outcome::SomeFalse => 1,
            Outcome::NotAll => 2,
        }
    }

    /// Returns what to do about books without a proof; None if each has one. `results` names the table.
    fn advice(&self, results: &str) -> Option<String> {
        self.counts.advice(results)
    }

    /// Returns the number of books, and of those of each status.
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let counts = PyDict::new(py);
        for (name, count) in self.counts.to_json() {
            counts.set_item(name, count.as_u64())?;
        }
        Ok(counts)
    }

    fn __str__(&self) -> String {
        self.counts.sentence()
    }
}

/// Returns the rows of a table of results; none for a text that is no such table.
#[pyfunction]
pub fn read_results(text: &str) -> Vec<Row> {
    batch::from_csv(text).into_iter().map(Row::of).collect()
}

/// Writes a table of results for its owner alone. It replaces such a table, and nothing else.
#[pyfunction]
pub fn write_results(py: Python<'_>, path: PathBuf, rows: Vec<PyRef<'_, Row>>) -> PyResult<()> {
    let text = batch::to_csv(&rows_of(rows));
    let replace = Replace::Like(Kind::BatchResults);
    files::write_all(py, None, &[Part { path, access: Access::Secret, replace, bytes: text.as_bytes() }])
}

/// Returns the names in a folder of books, in order, each with the reason why there is nothing to prove, if
/// there is one.
///
/// entries: the name of each entry of the folder, and whether it is a regular file
#[pyfunction]
pub fn listed(entries: Vec<(OsString, bool)>) -> Vec<(String, Option<String>)> {
    batch::listed(entries).into_iter().map(|listed| (listed.name, listed.problem)).collect()
}

/// Removes what writers that were killed left beside files.
#[pyfunction]
pub fn tidy(paths: Vec<PathBuf>) {
    files::store().tidy(&paths.iter().map(|path| &**path).collect::<Vec<_>>());
}

/// Returns why a name cannot be that of a book, if it cannot.
#[pyfunction]
pub fn name_problem(name: &str) -> Option<&'static str> {
    batch::name_problem(name)
}

/// Returns the names that differ from another one only by case.
#[pyfunction]
pub fn doubled_by_case(names: Vec<String>) -> Vec<String> {
    batch::doubled_by_case(names.iter().map(|name| &**name)).into_iter().collect()
}

/// A lock on a folder of proofs, until `release`: one run at a time, of `tailproof prove --batch` or of a
/// farm, proves into it. Raises BlockingIOError if another one does, and names its process.
#[pyclass(module = "tailproof._native", name = "Hold")]
pub struct Hold {
    hold: Option<tailproof::store::Hold<'static>>,
}

#[pymethods]
impl Hold {
    #[new]
    fn new(folder: PathBuf) -> PyResult<Self> {
        let hold = files::impatient().hold(&[&folder.join(batch::HELD)]).map_err(|error| files::not_held(&error))?;
        Ok(Self { hold: Some(hold) })
    }

    /// Gives the lock back.
    fn release(&mut self) {
        self.hold = None;
    }
}
