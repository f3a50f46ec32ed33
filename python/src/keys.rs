//! Pairs of keys, and verifying keys.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ark_bn254::Fr;
use pyo3::prelude::*;
use tailproof::keys::{
    decode_key, decode_verifying_key, derive_proving_key, derive_verifying_key, encode_key, encode_verifying_key,
    insecure_development_keys,
};
use tailproof::prover::proving_key::read::ReadKeyError;
use tailproof::store::{Access, Kind};
use tailproof::{
    Books, Groth16, Halo2, MandateClaim, Opened, Positions, ProofFile, Provable, Prover, ProvingBackend, Shape,
    Verifier,
};

use crate::book::Book;
use crate::commitment::Opening;
use crate::errors;
use crate::files::{self, Part, replaced};
use crate::mandate::Mandate;
use crate::pool::{Deal, Pool, SecretOpening};
use crate::prepared::Prepared;
use crate::process::detached;
use crate::proof::{AnyProof, Proof, context_of};
use crate::scenarios::Scenarios;
use crate::values;

/// Name of the file of a proving key.
const PROVING: &str = "proving.key";
/// Name of the file of a verifying key.
const VERIFYING: &str = "verifying.key";
/// Name of the file of a key of halo2.
const HALO2: &str = "halo2.key";

/// A verifier of either proof system.
pub enum AnyVerifier {
    /// Groth16
    Groth16(Arc<Verifier<Groth16>>),
    /// halo2
    Halo2(Arc<Verifier<Halo2>>),
}

impl AnyVerifier {
    fn shape(&self) -> Shape {
        match self {
            AnyVerifier::Groth16(verifier) => verifier.shape(),
            AnyVerifier::Halo2(verifier) => verifier.shape(),
        }
    }

    fn digest(&self) -> [u8; 32] {
        match self {
            AnyVerifier::Groth16(verifier) => verifier.key_digest(),
            AnyVerifier::Halo2(verifier) => verifier.key_digest(),
        }
    }

    fn backend(&self) -> &'static str {
        match self {
            AnyVerifier::Groth16(_) => "groth16",
            AnyVerifier::Halo2(_) => "halo2",
        }
    }

    fn kind(&self) -> &'static str {
        let provenance = match self {
            AnyVerifier::Groth16(verifier) => verifier.provenance(),
            AnyVerifier::Halo2(verifier) => verifier.provenance(),
        };
        tailproof::KeysUsed { digest: self.digest(), provenance }.kind()
    }

    fn encoded(&self) -> Vec<u8> {
        match self {
            AnyVerifier::Groth16(verifier) => encode_verifying_key(verifier.key()),
            AnyVerifier::Halo2(verifier) => encode_key(verifier.key()),
        }
    }

    /// Decodes a key of either proof system.
    fn decoded(py: Python<'_>, name: &str, bytes: &[u8]) -> PyResult<Self> {
        let malformed = |error| errors::malformed(py, name, &error);
        if Kind::of(bytes) == Some(Kind::Halo2Key) {
            let key = detached(py, || decode_key(bytes))?.map_err(malformed)?;
            return Ok(AnyVerifier::Halo2(Arc::new(Verifier::new(key))));
        }
        let key = detached(py, || decode_verifying_key(bytes))?.map_err(malformed)?;
        Ok(AnyVerifier::Groth16(Arc::new(Verifier::new(key))))
    }

    /// Refuses keys that are not those that are pinned.
    fn check(&self, py: Python<'_>, pinned: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let Some(pinned) = pinned.filter(|pinned| !pinned.is_none()) else { return Ok(()) };
        let expected = values::digest(py, "digest", pinned)?;
        let found = self.digest();
        if expected == found {
            return Ok(());
        }
        let text = format!("the keys have the digest {}, and {} is pinned", hex::encode(found), hex::encode(expected));
        Err(errors::wrong_keys(py, &text))
    }
}

/// A key that verifies proofs.
#[pyclass(frozen, module = "tailproof", name = "VerifyingKey")]
pub struct VerifyingKey {
    /// The verifier.
    pub verifier: AnyVerifier,
}

#[pymethods]
impl VerifyingKey {
    /// Reads a verifying key from its file. With `digest`, other keys raise WrongKeys.
    #[staticmethod]
    #[pyo3(signature = (path, *, digest=None))]
    fn read(py: Python<'_>, path: PathBuf, digest: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let path = if path.is_dir() { file_in(&path) } else { path };
        let bytes = files::read(&path)?;
        let verifier = AnyVerifier::decoded(py, &path.display().to_string(), &bytes)?;
        verifier.check(py, digest)?;
        Ok(Self { verifier })
    }

    /// Returns the key of the bytes of its file. With `digest`, other keys raise WrongKeys.
    #[staticmethod]
    #[pyo3(signature = (content, *, digest=None))]
    fn from_bytes(py: Python<'_>, content: &[u8], digest: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let verifier = AnyVerifier::decoded(py, "verifying key", content)?;
        verifier.check(py, digest)?;
        Ok(Self { verifier })
    }

    /// Returns the bytes of its file.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, pyo3::types::PyBytes> {
        pyo3::types::PyBytes::new(py, &self.verifier.encoded())
    }

    /// The digest that names the keys in proofs, in hex.
    #[getter]
    fn digest(&self) -> String {
        hex::encode(self.verifier.digest())
    }

    /// The shape, such as "500x20".
    #[getter]
    fn shape(&self) -> String {
        self.verifier.shape().to_string()
    }

    /// "groth16" or "halo2".
    #[getter]
    fn backend(&self) -> &'static str {
        self.verifier.backend()
    }

    /// The kind of keys: "development", "unknown powers", "ceremony" or "derived".
    #[getter]
    fn kind(&self) -> &'static str {
        self.verifier.kind()
    }

    fn __repr__(&self) -> String {
        format!(
            "VerifyingKey({}, {}, {}, digest {}...)",
            self.backend(),
            self.shape(),
            self.kind(),
            &self.digest()[..16]
        )
    }
}

/// Returns the file of the verifying key in a folder.
fn file_in(folder: &Path) -> PathBuf {
    let halo2 = folder.join(HALO2);
    if halo2.is_file() && !folder.join(VERIFYING).is_file() { halo2 } else { folder.join(VERIFYING) }
}

/// A prover of either proof system.
pub enum AnyProver {
    /// Groth16
    Groth16(Arc<Prover<Groth16>>),
    /// halo2
    Halo2(Arc<Prover<Halo2>>),
}

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

/// Opens the commitment to a book, over the set of a claim.
pub fn opened(py: Python<'_>, claim: &MandateClaim, book: &Book, opening: &Opening) -> PyResult<Opened<Positions>> {
    let set = claim.scenarios();
    book.check_currency(py, claim.mandate())?;
    let opening = opening.opening(py)?;
    let positions = book.as_committed(py, set, opening.unit(), opening.nav())?;
    let found = opening.open(positions, set.factors());
    found.map_err(|error| errors::usage(py, "opening", &error.to_string()))
}

/// Proves a claim with a prover of one proof system.
fn proved<B: ProvingBackend, C: Provable + Sync>(
    py: Python<'_>,
    prover: &Prover<B>,
    claim: &C,
    held: &C::Holdings,
    context: Option<Fr>,
) -> PyResult<ProofFile<B>>
where
    C::Holdings: Sync,
    Prover<B>: Sync,
    ProofFile<B>: Send,
{
    let proved = detached(py, || prover.prove(claim, held, context, &mut tailproof::OsRng))?;
    proved.map_err(|error| errors::unproved(py, &error))
}

impl Keys {
    /// Proves a claim.
    fn proved<C: Provable + Sync>(
        &self,
        py: Python<'_>,
        claim: &C,
        held: &C::Holdings,
        context: Option<Fr>,
    ) -> PyResult<Proof>
    where
        C::Holdings: Sync,
    {
        let proof = match &self.prover {
            AnyProver::Groth16(prover) => AnyProof::Groth16(Box::new(proved(py, prover, claim, held, context)?)),
            AnyProver::Halo2(prover) => AnyProof::Halo2(Box::new(proved(py, prover, claim, held, context)?)),
        };
        Ok(Proof { proof })
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
                let key = decode_key(&bytes).map_err(|error| errors::malformed(py, HALO2, &error))?;
                let made = detached(py, || {
                    let proving = derive_proving_key(&key).map_err(|error| error.to_string())?;
                    let verifying = Arc::into_inner(verifier).map(Verifier::into_key).ok_or("the key is shared")?;
                    Prover::<Halo2>::new(proving, verifying).map_err(|error| error.to_string())
                })?;
                Self::of_halo2(py, made.map_err(|text: String| errors::wrong_keys(py, &text))?, key)
            }
            AnyVerifier::Groth16(verifier) => {
                let path = folder.join(PROVING);
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
                    part(PROVING, Kind::ProvingKey, &proving[..]),
                    part(VERIFYING, Kind::VerifyingKey, &verifying[..]),
                ];
                files::write_all(py, Some(&folder), &parts)
            }
            AnyProver::Halo2(_) => files::write_all(py, Some(&folder), &[part(HALO2, Kind::Halo2Key, &verifying[..])]),
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
        let claim = mandate.claim(py, &scenarios)?;
        let (books, openings) = (one_or_more::<Book>(book)?, one_or_more::<Opening>(opening)?);
        if books.len() != openings.len() {
            let text = format!("{} of them and {} openings: give the opening of each", books.len(), openings.len());
            return Err(errors::usage(py, "book", &text));
        }
        let pairs = books.iter().zip(&openings);
        let opened = pairs.map(|(book, opening)| opened(py, &claim, book.get(), opening.get()));
        let opened = opened.collect::<PyResult<Vec<_>>>()?;
        let held = Books::new(opened).map_err(|problem| errors::problem(py, "book", &problem))?;
        let context = context_of(py, context)?;
        self.proved(py, &claim, &held, context)
    }

    /// Prepares a set and a mandate for the proofs of many books: their part of a proof is computed
    /// once.
    fn prepare(
        &self,
        py: Python<'_>,
        scenarios: PyRef<'_, Scenarios>,
        mandate: PyRef<'_, Mandate>,
    ) -> PyResult<Prepared> {
        Prepared::of(py, &self.prover, mandate.claim(py, &scenarios)?)
    }

    /// Proves that a pool satisfies a deal, over credit scenarios where it is about losses.
    ///
    /// Raises as `prove` does.
    #[pyo3(signature = (pool, opening, deal, scenarios=None, *, context=None))]
    fn prove_pool<'py>(
        &self,
        py: Python<'py>,
        pool: PyRef<'py, Pool>,
        opening: PyRef<'py, SecretOpening>,
        deal: PyRef<'py, Deal>,
        scenarios: Option<PyRef<'py, Scenarios>>,
        context: Option<&str>,
    ) -> PyResult<Proof> {
        let claim = deal.claim(py, scenarios.as_deref())?;
        let opened = opening.opening(py)?.open(pool.loans.clone(), deal.schema(py)?);
        let held = opened.map_err(|error| errors::usage(py, "opening", &error.to_string()))?;
        let context = context_of(py, context)?;
        self.proved(py, &claim, &held, context)
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
