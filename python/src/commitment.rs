//! Public commitments and their secret openings.

use std::path::PathBuf;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use tailproof::commitments::{BookCommitment, BookOpening, CommitmentFile};
use tailproof::store::{Access, Kind};
use tailproof::verifier::encoding::{input_to_hex, to_hex};
use zeroize::Zeroizing;

use crate::errors;
use crate::files::{self, Part, replaced};

/// A public commitment to a book or to the loans of a pool.
#[pyclass(frozen, module = "tailproof", name = "Commitment")]
pub struct Commitment {
    /// The file.
    pub file: CommitmentFile,
}

impl Commitment {
    /// Returns the commitment to a book.
    pub fn of_book(commitment: BookCommitment) -> Self {
        Self { file: CommitmentFile::Book(commitment) }
    }

    fn kind(&self) -> Kind {
        match self.file {
            CommitmentFile::Book(_) => Kind::Commitment,
            CommitmentFile::Pool(_) => Kind::PoolCommitment,
        }
    }

    /// Returns the commitment of a JSON text.
    pub fn parsed(py: Python<'_>, name: &str, text: &str) -> PyResult<Self> {
        let file = CommitmentFile::from_json(text).map_err(|error| errors::malformed(py, name, &error))?;
        Ok(Self { file })
    }
}

#[pymethods]
impl Commitment {
    /// Reads a commitment from its JSON file.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        Self::parsed(py, &path.display().to_string(), &files::read_text(&path)?)
    }

    /// Returns the commitment of a JSON text.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        Self::parsed(py, "commitment", text)
    }

    /// Returns the JSON text of its file.
    fn to_json(&self) -> String {
        self.file.to_json()
    }

    /// Writes its file. With `force`, it replaces another commitment: proofs are about one of them.
    #[pyo3(signature = (path, *, force=false))]
    fn write(&self, py: Python<'_>, path: PathBuf, force: bool) -> PyResult<()> {
        files::write(py, &path, replaced(self.kind(), force), self.to_json().as_bytes())
    }

    /// The commitment that proofs of Groth16 are about, in hex.
    #[getter]
    fn value(&self) -> String {
        match &self.file {
            CommitmentFile::Book(book) => to_hex(&book.commitment),
            CommitmentFile::Pool(pool) => to_hex(&pool.commitment),
        }
    }

    /// The commitment that proofs of halo2 are about, in hex; None in files of older versions.
    #[getter]
    fn halo2_value(&self) -> Option<String> {
        match &self.file {
            CommitmentFile::Book(book) => book.halo2_commitment.as_ref().map(input_to_hex),
            CommitmentFile::Pool(pool) => Some(input_to_hex(&pool.halo2_commitment)),
        }
    }

    /// Whether its file says that it is to a P&L vector: gains over the days of a `Scenarios.pnl`,
    /// and no exposures. No proof binds the factors of the file.
    #[getter]
    fn is_pnl(&self) -> bool {
        matches!(&self.file, CommitmentFile::Book(book) if book.is_pnl)
    }

    fn __repr__(&self) -> String {
        format!("Commitment({})", self.value())
    }

    fn __eq__(&self, other: PyRef<'_, Self>) -> bool {
        self.file == other.file
    }

    fn __hash__(&self) -> u64 {
        u64::from_str_radix(self.value().get(2..18).unwrap_or_default(), 16).unwrap_or_default()
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((slf.get_type().getattr("from_json")?, (slf.get().to_json(),)))
    }
}

/// The secret opening of a commitment to a book. Keep it with the book, and publish neither.
///
/// It shows nothing in its repr, and cannot be pickled or copied: write it to a file, which only its
/// owner may read.
#[pyclass(frozen, module = "tailproof", name = "Opening")]
pub struct Opening {
    text: Zeroizing<String>,
    commitment: String,
}

impl Opening {
    /// Returns the object of an opening.
    pub fn of(opening: &BookOpening) -> Self {
        Self { text: opening.to_json(), commitment: to_hex(&opening.commitment()) }
    }

    /// Returns the opening, for one use.
    pub fn opening(&self, py: Python<'_>) -> PyResult<BookOpening> {
        BookOpening::from_json(&self.text).map_err(|error| errors::malformed(py, "opening", &error))
    }
}

#[pymethods]
impl Opening {
    /// Reads an opening from its file.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let text = files::read_text(&path)?;
        let opening = BookOpening::from_json(&text)
            .map_err(|error| errors::malformed(py, &path.display().to_string(), &error))?;
        Ok(Self::of(&opening))
    }

    /// Writes its file, for its owner alone (mode 0600). It replaces no file, unless `force` is set:
    /// nobody can make an opening again.
    #[pyo3(signature = (path, *, force=false))]
    fn write(&self, py: Python<'_>, path: PathBuf, force: bool) -> PyResult<()> {
        let part =
            Part { path, access: Access::Secret, replace: replaced(Kind::Opening, force), bytes: self.text.as_bytes() };
        files::write_all(py, None, &[part])
    }

    /// The public commitment that it opens, in hex.
    #[getter]
    fn commitment(&self) -> &str {
        &self.commitment
    }

    fn __repr__(&self) -> &'static str {
        "Opening(secret)"
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("an opening is secret: it cannot be pickled or copied; write it to a file"))
    }
}
