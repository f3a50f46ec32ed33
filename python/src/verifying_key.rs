//! Verifying keys of either proof system.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tailproof::keys::{HALO2_FILE, VERIFYING_FILE, decode_key, decode_verifying_key, encode_key, encode_verifying_key};
use tailproof::store::Kind;
use tailproof::{Groth16, Halo2, Shape, Verifier};

use crate::errors;
use crate::files;
use crate::process::detached;
use crate::values;

/// A verifier of either proof system.
pub enum AnyVerifier {
    /// Groth16
    Groth16(Arc<Verifier<Groth16>>),
    /// halo2
    Halo2(Arc<Verifier<Halo2>>),
}

impl AnyVerifier {
    /// Returns the shape of the statement.
    pub fn shape(&self) -> Shape {
        match self {
            AnyVerifier::Groth16(verifier) => verifier.shape(),
            AnyVerifier::Halo2(verifier) => verifier.shape(),
        }
    }

    /// Returns the digest that names the key in proofs.
    pub fn digest(&self) -> [u8; 32] {
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

    /// Returns the bytes of the key's file.
    pub fn encoded(&self) -> Vec<u8> {
        match self {
            AnyVerifier::Groth16(verifier) => encode_verifying_key(verifier.key()),
            AnyVerifier::Halo2(verifier) => encode_key(verifier.key()),
        }
    }

    /// Decodes a key of either proof system.
    pub fn decoded(py: Python<'_>, name: &str, bytes: &[u8]) -> PyResult<Self> {
        let malformed = |error| errors::malformed(py, name, &error);
        if Kind::of(bytes) == Some(Kind::Halo2Key) {
            let key = detached(py, || decode_key(bytes))?.map_err(malformed)?;
            return Ok(AnyVerifier::Halo2(Arc::new(Verifier::new(key))));
        }
        let key = detached(py, || decode_verifying_key(bytes))?.map_err(malformed)?;
        Ok(AnyVerifier::Groth16(Arc::new(Verifier::new(key))))
    }

    /// Refuses keys that are not those that are pinned.
    pub fn check(&self, py: Python<'_>, pinned: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
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
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.verifier.encoded())
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

    pub fn __repr__(&self) -> String {
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
pub fn file_in(folder: &Path) -> PathBuf {
    let halo2 = folder.join(HALO2_FILE);
    if halo2.is_file() && !folder.join(VERIFYING_FILE).is_file() { halo2 } else { folder.join(VERIFYING_FILE) }
}
