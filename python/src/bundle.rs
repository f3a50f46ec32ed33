//! Bundles: a proof with everything public about it in one file.

use std::path::PathBuf;

use pyo3::prelude::*;
use tailproof::attestations::Attestation;
use tailproof::bundle::{self, Bundle as File, OtherDigest, Pins};

use crate::asked::{Asked, Attestors, commitments_of, context_of, seed_of, withdrawn_of};
use crate::commitment::Commitment;
use crate::errors;
use crate::files;
use crate::proof::{AnyProof, Proof, Verified};
use crate::values;
use crate::verifying_key::AnyVerifier;

/// A bundle, of which nothing is known but what its sender put into it.
#[pyclass(frozen, module = "tailproof", name = "Bundle")]
pub struct Bundle {
    file: File,
    name: String,
}

impl Bundle {
    fn decoded(py: Python<'_>, name: String, bytes: &[u8]) -> PyResult<Self> {
        let file = File::decode(bytes).map_err(|error| errors::usage(py, &name, &error.to_string()))?;
        Ok(Self { file, name })
    }

    /// Returns a text of the bundle.
    fn text<'b>(&self, py: Python<'_>, bytes: &'b [u8]) -> PyResult<&'b str> {
        std::str::from_utf8(bytes).map_err(|error| errors::usage(py, &self.name, &error.to_string()))
    }

    fn attestation(&self, py: Python<'_>, bytes: &[u8]) -> PyResult<Attestation> {
        let attestation = Attestation::from_json(self.text(py, bytes)?);
        attestation.map_err(|error| errors::malformed(py, &self.name, &error))
    }
}

#[pymethods]
impl Bundle {
    /// Reads a bundle from its file.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        Self::decoded(py, path.display().to_string(), &files::read(&path)?)
    }

    /// Returns the bundle of the bytes of its file.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, content: &[u8]) -> PyResult<Self> {
        Self::decoded(py, "bundle".to_owned(), content)
    }

    /// Verifies the proof of the bundle, under the bundle's own keys, terms and scenarios.
    ///
    /// keys: the digest that the keys must have, from somebody other than the bundle's sender
    /// terms: the digest that the mandate or deal must have
    /// scenarios: the digest that the scenario set must have
    /// commitment, seed, context, withdrawn, attestors: as in Proof.verify
    ///
    /// Raises NotValid if the proof proves something else or nothing, if a digest is another one, and
    /// if nobody but the bundle's sender vouches for its terms or its scenarios, since no digest of
    /// them is given.
    #[expect(clippy::too_many_arguments, reason = "keywords of Python")]
    #[pyo3(signature = (
        *, keys, terms=None, scenarios=None, commitment=None, seed=None, context=None, withdrawn=None, attestors=None
    ))]
    fn verify<'py>(
        &self,
        py: Python<'py>,
        keys: &Bound<'py, PyAny>,
        terms: Option<&Bound<'py, PyAny>>,
        scenarios: Option<&Bound<'py, PyAny>>,
        commitment: Option<&Bound<'py, PyAny>>,
        seed: Option<&Bound<'py, PyAny>>,
        context: Option<&str>,
        withdrawn: Option<PathBuf>,
        attestors: Option<PyRef<'py, Attestors>>,
    ) -> PyResult<Verified> {
        let pin = |name: &str, digest: Option<&Bound<'py, PyAny>>| {
            digest.filter(|digest| !digest.is_none()).map(|digest| values::digest(py, name, digest)).transpose()
        };
        let pins = Pins {
            keys: pin("keys", Some(keys))?,
            terms: pin("terms", terms)?,
            scenarios: pin("scenarios", scenarios)?,
        };
        let claim = self.file.claim(&self.name).map_err(|error| errors::bundle(py, &self.name, &error))?;
        let proof = Proof::parsed(py, &self.name, self.text(py, &self.file.proof)?)?;
        let verifier = AnyVerifier::decoded(py, &self.name, &self.file.key)?;
        for file in &self.file.commitments {
            // They came with the proof, so they vouch for nothing; but they are whole.
            Commitment::parsed(py, &self.name, self.text(py, file)?)?;
        }
        if let Err(other) = pins.check(&claim, verifier.digest()) {
            return Err(errors::not_valid(py, &other.to_string(), OtherDigest::CODE));
        }
        let attestations = self.file.attestations.iter().map(|bytes| self.attestation(py, bytes));
        let asked = Asked {
            commitments: commitments_of(commitment)?,
            seed: seed_of(py, seed)?,
            context: context_of(py, context)?,
            withdrawn: withdrawn_of(py, withdrawn)?,
            attestors: attestors.as_deref(),
            attestations: attestations.collect::<PyResult<_>>()?,
            given: None,
        };
        let verified = match (&proof.proof, &verifier) {
            (AnyProof::Groth16(proof), AnyVerifier::Groth16(verifier)) => asked.verdict(py, verifier, &claim, proof),
            (AnyProof::Halo2(proof), AnyVerifier::Halo2(verifier)) => asked.verdict(py, verifier, &claim, proof),
            _ => Err(errors::wrong_keys(py, "the proof and the keys are of two proof systems")),
        }?;
        let unknown = pins.unknown(&claim, verifier.digest());
        if unknown.is_empty() {
            return Ok(Verified { verified });
        }
        let list: Vec<&str> = unknown.iter().map(|content| content.what).collect();
        let text = format!("from the bundle alone, and compared with nothing: {}", list.join(", "));
        Err(errors::not_valid(py, &text, "from-bundle"))
    }

    fn __repr__(&self) -> String {
        format!("Bundle(version {}, unverified)", bundle::VERSION)
    }
}
