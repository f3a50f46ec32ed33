//! Pairs of keys.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use tailproof::keys::{
    HALO2_FILE, PROVING_FILE, VERIFYING_FILE, decode_key, derive_proving_key, derive_verifying_key, encode_key,
    insecure_development_keys,
};
use tailproof::prover::proving_key::read::ReadKeyError;
use tailproof::store::{Access, Kind};
use tailproof::{Books, Groth16, Halo2, Prover, RollClaim, Shape, Verifier};

use crate::asked::context_of;
use crate::book::Book;
use crate::commitment::Opening;
use crate::errors;
use crate::files::{self, Part, replaced};
use crate::mandate::Mandate;
use crate::months::months;
use crate::pool::{Deal, Pool, SecretOpening};
use crate::prepared::Prepared;
use crate::process::detached;
use crate::proof::Proof;
use crate::prover::AnyProver;
use crate::scenarios::Scenarios;
use crate::verifying_key::{AnyVerifier, VerifyingKey, file_in};

/// A pair of keys, which proves and verifies claims of one shape.
#[pyclass(frozen, module = "tailproof", name = "Keys")]
pub struct Keys {
    prover: AnyProver,
    verifying: Py<VerifyingKey>,
}

impl Keys {
    fn of_groth16(py: Python<'_>, prover: Prover<Groth16>) -> PyResult<Self> {
        let verifier = AnyVerifier::Groth16(Arc::new(Verifier::new(prover.verifier().key().clone())));
        let verifying = Py::new(py, VerifyingKey { verifier })?;
        Ok(Self { prover: AnyProver::Groth16(Arc::new(prover)), verifying })
    }

    fn of_halo2(py: Python<'_>, prover: Prover<Halo2>, key: tailproof::keys::Halo2VerifyingKey) -> PyResult<Self> {
        let verifying = Py::new(py, VerifyingKey { verifier: AnyVerifier::Halo2(Arc::new(Verifier::new(key))) })?;
        Ok(Self { prover: AnyProver::Halo2(Arc::new(prover)), verifying })
    }
}

fn shape_of(py: Python<'_>, text: &str) -> PyResult<Shape> {
    text.parse().map_err(|error: tailproof::verifier::shape::ShapeError| errors::usage(py, "shape", &error.to_string()))
}

#[pymethods]
impl Keys {
    /// Makes development keys of a shape, such as "500x20". Whoever makes keys alone can forge
    /// proofs: for real ones, several parties hold a ceremony.
    #[staticmethod]
    fn insecure_development(py: Python<'_>, shape: &str) -> PyResult<Self> {
        let shape = shape_of(py, shape)?;
        let made = detached(py, || {
            let (proving, verifying) =
                insecure_development_keys(shape, &mut tailproof::OsRng).map_err(|error| error.to_string())?;
            Prover::<Groth16>::new(proving, verifying).map_err(|error| error.to_string())
        })?;
        Self::of_groth16(py, made.map_err(|text| errors::usage(py, "shape", &text))?)
    }

    /// Derives the keys of halo2 of a shape: no setup, no secret.
    #[staticmethod]
    fn halo2(py: Python<'_>, shape: &str) -> PyResult<Self> {
        let shape = shape_of(py, shape)?;
        let made = detached(py, || {
            let verifying = derive_verifying_key(shape).map_err(|error| error.to_string())?;
            let proving = derive_proving_key(&verifying).map_err(|error| error.to_string())?;
            let copy = decode_key(&encode_key(&verifying)).map_err(|error| error.to_string())?;
            Ok((
                Prover::<Halo2>::new(proving, verifying).map_err(|error: tailproof::KeysError| error.to_string())?,
                copy,
            ))
        })?;
        let (prover, key) = made.map_err(|text: String| errors::usage(py, "shape", &text))?;
        Self::of_halo2(py, prover, key)
    }

    /// Reads the keys of a folder, as the command line and ceremonies write them. With `digest`, other
    /// keys raise WrongKeys.
    #[staticmethod]
    #[pyo3(signature = (folder, *, digest=None))]
    fn read(py: Python<'_>, folder: PathBuf, digest: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let name = file_in(&folder);
        let bytes = files::read(&name)?;
        let verifier = AnyVerifier::decoded(py, &name.display().to_string(), &bytes)?;
        verifier.check(py, digest)?;
        match verifier {
            AnyVerifier::Halo2(verifier) => {
                let key = decode_key(&bytes).map_err(|error| errors::malformed(py, HALO2_FILE, &error))?;
                let made = detached(py, || {
                    let proving = derive_proving_key(&key).map_err(|error| error.to_string())?;
                    let verifying = Arc::into_inner(verifier).map(Verifier::into_key).ok_or("the key is shared")?;
                    Prover::<Halo2>::new(proving, verifying).map_err(|error| error.to_string())
                })?;
                Self::of_halo2(py, made.map_err(|text: String| errors::wrong_keys(py, &text))?, key)
            }
            AnyVerifier::Groth16(verifier) => {
                let path = folder.join(PROVING_FILE);
                let file = File::open(&path).map_err(|error| files::failed(&path, &error))?;
                let length = file.metadata().ok().map(|metadata| metadata.len());
                let key = verifier.key().clone();
                let read = detached(py, || Prover::read(file, length, key))?;
                let (prover, _) = read.map_err(|error| match error {
                    ReadKeyError::Io(error) => files::failed(&path, &error),
                    ReadKeyError::Malformed(error) => errors::malformed(py, &path.display().to_string(), &error),
                    ReadKeyError::Keys(error) => errors::wrong_keys(py, &error.to_string()),
                })?;
                Self::of_groth16(py, prover)
            }
        }
    }

    /// Writes the files of the keys into a folder, which is made if it is not there. They replace no
    /// keys, unless `force` is set: proofs are bound to their keys.
    #[pyo3(signature = (folder, *, force=false))]
    fn write(&self, py: Python<'_>, folder: PathBuf, force: bool) -> PyResult<()> {
        let verifying = self.verifying.get().verifier.encoded();
        let part = |name: &str, kind, bytes| Part {
            path: folder.join(name),
            access: Access::Public,
            replace: replaced(kind, force),
            bytes,
        };
        match &self.prover {
            AnyProver::Groth16(prover) => {
                let proving = prover.proving_key().encode();
                let parts = [
                    part(PROVING_FILE, Kind::ProvingKey, &proving[..]),
                    part(VERIFYING_FILE, Kind::VerifyingKey, &verifying[..]),
                ];
                files::write_all(py, Some(&folder), &parts)
            }
            AnyProver::Halo2(_) => {
                files::write_all(py, Some(&folder), &[part(HALO2_FILE, Kind::Halo2Key, &verifying[..])])
            }
        }
    }

    /// The verifying key of the pair.
    #[getter]
    fn verifying(&self, py: Python<'_>) -> Py<VerifyingKey> {
        self.verifying.clone_ref(py)
    }

    /// Proves that a book meets a mandate over scenarios, and verifies the proof. Several books, with
    /// their openings, are proved as their sum, under keys for so many.
    ///
    /// context: what the proof is bound to, `0x` and 64 digits in hex; the digest of the mandate and
    ///     the set without it
    ///
    /// Raises ClaimRefused with the private figures if the claim is false; InputError for a book that
    /// is not the one that was committed to; WrongKeys for keys of another version or shape.
    #[pyo3(signature = (book, opening, scenarios, mandate, *, context=None))]
    fn prove<'py>(
        &self,
        py: Python<'py>,
        book: &Bound<'py, PyAny>,
        opening: &Bound<'py, PyAny>,
        scenarios: PyRef<'py, Scenarios>,
        mandate: PyRef<'py, Mandate>,
        context: Option<&str>,
    ) -> PyResult<Proof> {
        let claim = mandate.claim(&scenarios).map_err(|error| errors::instance(py, &error))?;
        let (books, openings) = (one_or_more::<Book>(book)?, one_or_more::<Opening>(opening)?);
        if books.len() != openings.len() {
            let text = format!("{} of them and {} openings: give the opening of each", books.len(), openings.len());
            return Err(errors::usage(py, "book", &text));
        }
        let pairs = books.iter().zip(&openings);
        let opened = pairs.map(|(book, opening)| book.get().opened(py, &claim, opening.get()));
        let opened = opened.collect::<PyResult<Vec<_>>>()?;
        let held = Books::new(opened).map_err(|problem| errors::problem(py, "book", &problem))?;
        let context = context_of(py, context)?;
        self.prover.prove(py, &claim, &held, context)
    }

    /// Prepares a set and a mandate for the proofs of many books: their part of a proof is computed
    /// once.
    fn prepare(
        &self,
        py: Python<'_>,
        scenarios: PyRef<'_, Scenarios>,
        mandate: PyRef<'_, Mandate>,
    ) -> PyResult<Prepared> {
        Prepared::of(py, &self.prover, mandate.claim(&scenarios).map_err(|error| errors::instance(py, &error))?)
    }

    /// Proves that a pool satisfies a deal, over credit scenarios where it is about losses.
    ///
    /// A deal with a `[month]` takes the pool of the earlier date, too:
    ///
    /// before, before_opening: that pool and its opening, read under the deal of its date
    /// reasons: why loans are gone or owe another amount, `{id: reason}` or the path of a CSV with
    ///     the header `id,reason`; the reasons are "paid", "charged-off", "repurchased",
    ///     "written-off", "capitalised" and "advanced"
    ///
    /// Raises as `prove` does; InputError names the first loan that the month does not let happen.
    #[expect(clippy::too_many_arguments, reason = "keywords of Python")]
    #[pyo3(signature = (
        pool, opening, deal, scenarios=None, *, context=None, before=None, before_opening=None, reasons=None
    ))]
    fn prove_pool<'py>(
        &self,
        py: Python<'py>,
        pool: PyRef<'py, Pool>,
        opening: PyRef<'py, SecretOpening>,
        deal: PyRef<'py, Deal>,
        scenarios: Option<PyRef<'py, Scenarios>>,
        context: Option<&str>,
        before: Option<PyRef<'py, Pool>>,
        before_opening: Option<PyRef<'py, SecretOpening>>,
        reasons: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Proof> {
        let context = context_of(py, context)?;
        let claim = deal.claim(scenarios.as_deref()).map_err(|error| errors::instance(py, &error))?;
        match (before, before_opening) {
            (Some(before), Some(before_opening)) => {
                let claim = RollClaim::new(claim).map_err(|error| errors::instance(py, &error))?;
                let held = months(py, &deal, [(&before, &before_opening), (&pool, &opening)], reasons)?;
                self.prover.prove(py, &claim, &held, context)
            }
            (None, None) if reasons.is_none() => {
                let held = opening.opened(py, "opening", &pool, deal.schema(py)?)?;
                self.prover.prove(py, &claim, &held, context)
            }
            _ => Err(errors::usage(py, "before", "a month takes before and before_opening; reasons go with both")),
        }
    }

    fn __repr__(&self) -> String {
        format!("Keys({})", self.verifying.get().__repr__())
    }
}

/// Returns the one object, or those of a list.
fn one_or_more<'py, T: pyo3::PyClass>(value: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, T>>> {
    match value.cast::<T>() {
        Ok(one) => Ok(vec![one.clone()]),
        Err(_) => value.try_iter()?.map(|item| Ok(item?.cast::<T>()?.clone())).collect(),
    }
}
