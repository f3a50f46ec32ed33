//! Proofs, and verdicts on them.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tailproof::store::{Kind, Replace};
use tailproof::verifier::encoding::input_to_hex;
use tailproof::verifier::proof::backend_of;
use tailproof::{Backend, Claim, Groth16, Halo2, ProofFile};

use crate::asked::{Asked, Attestors, commitments_of, context_of, seed_of, withdrawn_of};
use crate::errors;
use crate::files;
use crate::mandate::Mandate;
use crate::pool::Deal;
use crate::scenarios::Scenarios;
use crate::shown::json;
use crate::sources::{Given, Named};
use crate::verifying_key::{AnyVerifier, VerifyingKey};

/// A proof of either proof system.
pub enum AnyProof {
    /// Groth16
    Groth16(Box<ProofFile<Groth16>>),
    /// halo2
    Halo2(Box<ProofFile<Halo2>>),
}

/// A proof that a committed book or pool meets public terms.
#[pyclass(frozen, module = "tailproof", name = "Proof")]
pub struct Proof {
    /// The proof.
    pub proof: AnyProof,
}

impl Proof {
    /// Returns the proof of a JSON text.
    pub fn parsed(py: Python<'_>, name: &str, text: &str) -> PyResult<Self> {
        let malformed = |error| errors::malformed(py, name, &error);
        let proof = match backend_of(text).map_err(malformed)? == Halo2::NAME {
            true => AnyProof::Halo2(Box::new(ProofFile::from_json(text).map_err(malformed)?)),
            false => AnyProof::Groth16(Box::new(ProofFile::from_json(text).map_err(malformed)?)),
        };
        Ok(Self { proof })
    }
}

#[pymethods]
impl Proof {
    /// Reads a proof from its JSON file.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        Self::parsed(py, &path.display().to_string(), &files::read_text(&path)?)
    }

    /// Returns the proof of a JSON text.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        Self::parsed(py, "proof", text)
    }

    /// Returns the JSON text of its file.
    pub fn to_json(&self) -> String {
        match &self.proof {
            AnyProof::Groth16(proof) => proof.to_json(),
            AnyProof::Halo2(proof) => proof.to_json(),
        }
    }

    /// Writes its file. It replaces another proof.
    fn write(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        files::write(py, &path, Replace::Like(Kind::Proof), self.to_json().as_bytes())
    }

    /// Verifies the proof: that the book under the commitment meets a mandate over the scenarios, or
    /// that the pool under it is as a deal says.
    ///
    /// keys: the key that the verifier trusts; pin its digest when you read it
    /// commitment: the commitment that the proof must be about, or a list of them for several books;
    ///     without it any will do, and the verdict says so
    /// prices, rates, implied_volatilities, table: sources, to make the set again; without them the
    ///     verdict says that it was not
    /// seed: the seed that drawn scenarios must have
    /// context: what the proof must be bound to
    /// withdrawn: path of a list of withdrawn keys
    /// attestors: those who must have vouched for the commitments
    ///
    /// Raises NotValid if the proof proves something else or nothing; WrongKeys if it was made with
    /// other keys, so that there is no verdict.
    #[expect(clippy::too_many_arguments, reason = "keywords of Python")]
    #[pyo3(signature = (
        keys, scenarios, terms, *, commitment=None, prices=None, rates=None, implied_volatilities=None, table=None,
        percent=false, seed=None, context=None, withdrawn=None, attestors=None
    ))]
    fn verify<'py>(
        &self,
        py: Python<'py>,
        keys: PyRef<'py, VerifyingKey>,
        scenarios: Option<PyRef<'py, Scenarios>>,
        terms: &Bound<'py, PyAny>,
        commitment: Option<&Bound<'py, PyAny>>,
        prices: Option<&Bound<'py, PyAny>>,
        rates: Option<&Bound<'py, PyAny>>,
        implied_volatilities: Option<&Bound<'py, PyAny>>,
        table: Option<&Bound<'py, PyAny>>,
        percent: bool,
        seed: Option<&Bound<'py, PyAny>>,
        context: Option<&str>,
        withdrawn: Option<PathBuf>,
        attestors: Option<PyRef<'py, Attestors>>,
    ) -> PyResult<Verified> {
        let claim = claim_of(py, scenarios.as_deref(), terms)?;
        let named = Named { prices, rates, volatilities: implied_volatilities, table, percent };
        let given = Given::of(py, claim.scenarios(), named)?;
        let asked = Asked {
            commitments: commitments_of(commitment)?,
            seed: seed_of(py, seed)?,
            context: context_of(py, context)?,
            withdrawn: withdrawn_of(py, withdrawn)?,
            attestors: attestors.as_deref(),
            attestations: Vec::new(),
            given: Some(&given),
        };
        let verified = match (&self.proof, &keys.verifier) {
            (AnyProof::Groth16(proof), AnyVerifier::Groth16(verifier)) => asked.verdict(py, verifier, &claim, proof),
            (AnyProof::Halo2(proof), AnyVerifier::Halo2(verifier)) => asked.verdict(py, verifier, &claim, proof),
            _ => Err(errors::wrong_keys(py, "the proof and the keys are of two proof systems")),
        }?;
        Ok(Verified { verified })
    }

    /// "groth16" or "halo2".
    #[getter]
    fn backend(&self) -> &'static str {
        match &self.proof {
            AnyProof::Groth16(_) => "groth16",
            AnyProof::Halo2(_) => "halo2",
        }
    }

    /// The commitment that the proof says it is about, in hex: the proof's own word.
    #[getter]
    fn commitment(&self) -> String {
        match &self.proof {
            AnyProof::Groth16(proof) => input_to_hex(&proof.commitment),
            AnyProof::Halo2(proof) => input_to_hex(&proof.commitment),
        }
    }

    /// The digest of the keys that the proof says it was made with, in hex.
    #[getter]
    fn keys_digest(&self) -> String {
        match &self.proof {
            AnyProof::Groth16(proof) => hex::encode(proof.keys),
            AnyProof::Halo2(proof) => hex::encode(proof.keys),
        }
    }

    fn __repr__(&self) -> String {
        format!("Proof({}, unverified, of commitment {})", self.backend(), self.commitment())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((slf.get_type().getattr("from_json")?, (slf.get().to_json(),)))
    }
}

/// Returns the claim of a mandate or a deal.
fn claim_of(py: Python<'_>, scenarios: Option<&Scenarios>, terms: &Bound<'_, PyAny>) -> PyResult<Claim> {
    if let Ok(deal) = terms.cast::<Deal>() {
        return Ok(deal.get().claim(scenarios).map_err(|error| errors::not_stated(py, &error))?.into());
    }
    let mandate = terms.cast::<Mandate>()?;
    let scenarios = scenarios.ok_or_else(|| errors::usage(py, "scenarios", "a mandate is over a scenario set"))?;
    Ok(mandate.get().claim(scenarios).map_err(|error| errors::not_stated(py, &error))?.into())
}

/// A verdict: the proof is valid. Everything it rests on besides is in `rests_on`.
#[pyclass(frozen, module = "tailproof", name = "Verified")]
pub struct Verified {
    /// The verdict.
    pub verified: tailproof::Verified,
}

#[pymethods]
impl Verified {
    /// The claims that were proved, a sentence each.
    #[getter]
    fn claims(&self) -> Vec<String> {
        self.verified.claims.clone()
    }

    /// Name of the mandate or deal.
    #[getter]
    fn name(&self) -> &str {
        &self.verified.name
    }

    /// The scenario set in words, with the extent to which it was checked; None for a claim over none.
    #[getter]
    fn over(&self) -> Option<&str> {
        self.verified.over.as_deref()
    }

    /// The commitment that the claims are about, in hex.
    #[getter]
    fn commitment(&self) -> &str {
        &self.verified.commitment
    }

    /// The kind of keys: "development", "unknown powers", "ceremony" or "derived".
    #[getter]
    fn keys(&self) -> &'static str {
        self.verified.keys.kind()
    }

    /// Whether the keys are not one party's, and the commitment is the one that the caller named.
    #[getter]
    fn is_strict(&self) -> bool {
        self.verified.is_strict()
    }

    /// Everything that the verdict rests on besides the proof, with the extent to which each was
    /// checked.
    #[getter]
    fn rests_on(&self) -> Vec<RestsOn> {
        self.verified.rests_on.iter().map(|thing| RestsOn { thing: thing.clone() }).collect()
    }

    /// Returns the verdict as `tailproof verify --json` prints it, as a dictionary.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json(py, &self.verified.to_json().to_string())
    }

    fn __str__(&self) -> String {
        let mut text = format!("VALID: commitment {}\n", self.verified.commitment);
        for sentence in &self.verified.claims {
            text.push_str(&format!("  {sentence}\n"));
        }
        text.push_str("rests on\n");
        for thing in &self.verified.rests_on {
            text.push_str(&format!("  {:<18}  {:<20}  {}\n", thing.what.name(), thing.how.name(), thing.note));
        }
        text
    }

    fn __repr__(&self) -> String {
        format!("Verified({:?}, {} claims, keys {})", self.verified.name, self.verified.claims.len(), self.keys())
    }
}

/// One thing that a verdict rests on.
#[pyclass(frozen, module = "tailproof", name = "RestsOn")]
pub struct RestsOn {
    thing: tailproof::RestsOn,
}

#[pymethods]
impl RestsOn {
    /// The thing: "mandate", "scenarios", "keys", "commitment", ...
    #[getter]
    fn what(&self) -> &'static str {
        self.thing.what.name()
    }

    /// The extent to which it was checked: "made again", "compared", "as given", "not checked", ...
    #[getter]
    fn how(&self) -> &'static str {
        self.thing.how.name()
    }

    /// Its digest in hex; None if it has none.
    #[getter]
    fn digest(&self) -> Option<String> {
        self.thing.digest.map(hex::encode)
    }

    /// A note in words; empty if there is nothing to say.
    #[getter]
    fn note(&self) -> &str {
        &self.thing.note
    }

    /// Returns it as a dictionary.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let found = PyDict::new(py);
        found.set_item("what", self.what())?;
        found.set_item("digest", self.digest())?;
        found.set_item("how", self.how())?;
        found.set_item("note", self.note())?;
        Ok(found)
    }

    fn __repr__(&self) -> String {
        format!("RestsOn({}: {})", self.what(), self.how())
    }
}
