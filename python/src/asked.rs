//! The expectations of a verifier in Python, besides the claim.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use ark_bn254::Fr;
use pyo3::prelude::*;
use tailproof::attestations::{Attestation, AttestorKey};
use tailproof::scenarios::{Makers, Regenerate};
use tailproof::verifier::encoding::from_hex;
use tailproof::{Backend, Claim, DigestList, Expected, ProofFile, Remake, Verified, Verifier};

use crate::commitment::Commitment;
use crate::errors;
use crate::files;
use crate::process::detached;
use crate::sources::Given;
use crate::values;

/// Returns the context that a text names.
pub fn context_of(py: Python<'_>, text: Option<&str>) -> PyResult<Option<Fr>> {
    text.map(|text| from_hex("context", text).map_err(|error| errors::malformed(py, "context", &error))).transpose()
}

/// Returns the seed that an argument gives.
pub fn seed_of(py: Python<'_>, seed: Option<&Bound<'_, PyAny>>) -> PyResult<Option<[u8; 32]>> {
    seed.filter(|seed| !seed.is_none()).map(|seed| values::digest(py, "seed", seed)).transpose()
}

/// Returns the commitments of an argument: one, or a list.
pub fn commitments_of<'py>(given: Option<&Bound<'py, PyAny>>) -> PyResult<Option<Vec<Bound<'py, Commitment>>>> {
    let Some(given) = given.filter(|given| !given.is_none()) else { return Ok(None) };
    if let Ok(one) = given.cast::<Commitment>() {
        return Ok(Some(vec![one.clone()]));
    }
    let several = given.try_iter()?.map(|item| Ok(item?.cast::<Commitment>()?.clone()));
    several.collect::<PyResult<Vec<_>>>().map(Some)
}

/// Returns the list of withdrawn keys in a file.
pub fn withdrawn_of(py: Python<'_>, path: Option<PathBuf>) -> PyResult<Option<DigestList>> {
    list(py, path, DigestList::of_keys)
}

/// Reads a list of digests.
fn list(
    py: Python<'_>,
    path: Option<PathBuf>,
    read: fn(&str) -> Result<DigestList, tailproof::MalformedError>,
) -> PyResult<Option<DigestList>> {
    let Some(path) = path else { return Ok(None) };
    let text = files::read_text(&path)?;
    read(&text).map(Some).map_err(|error| errors::malformed(py, &path.display().to_string(), &error))
}

/// The attestors who must have vouched for every commitment of a proof, with their attestations.
///
/// keys: their public keys, as `tailproof attest keygen` prints them
/// attestations: paths of attestations
/// subject: the entity whose holdings they must be about; by default the one that they name
/// at: the time at which they must hold, in Unix seconds; now by default
/// revoked: path of a list of revoked statements
#[pyclass(frozen, module = "tailproof", name = "Attestors")]
pub struct Attestors {
    keys: Vec<AttestorKey>,
    given: Vec<Attestation>,
    subject: Option<[u8; 32]>,
    at: Option<u64>,
    revoked: Option<DigestList>,
}

#[pymethods]
impl Attestors {
    #[new]
    #[pyo3(signature = (keys, attestations=Vec::new(), *, subject=None, at=None, revoked=None))]
    fn new(
        py: Python<'_>,
        keys: Vec<String>,
        attestations: Vec<PathBuf>,
        subject: Option<&Bound<'_, PyAny>>,
        at: Option<u64>,
        revoked: Option<PathBuf>,
    ) -> PyResult<Self> {
        if keys.is_empty() {
            return Err(errors::usage(py, "keys", "nobody is named, so that nobody would have to vouch"));
        }
        let key = |text: &String| text.parse().map_err(|error| errors::usage(py, "keys", &format!("{error}")));
        let attestation = |path: &PathBuf| {
            let text = files::read_text(path)?;
            Attestation::from_json(&text).map_err(|error| errors::malformed(py, &path.display().to_string(), &error))
        };
        let subject = subject.filter(|subject| !subject.is_none());
        Ok(Self {
            keys: keys.iter().map(key).collect::<PyResult<_>>()?,
            given: attestations.iter().map(attestation).collect::<PyResult<_>>()?,
            subject: subject.map(|subject| values::digest(py, "subject", subject)).transpose()?,
            at,
            revoked: list(py, revoked, DigestList::of_attestations)?,
        })
    }

    fn __repr__(&self) -> String {
        format!("Attestors({} keys, {} attestations)", self.keys.len(), self.given.len())
    }
}

/// What a caller expects of a proof.
pub struct Asked<'a, 'py> {
    /// The commitments that the proof must be about.
    pub commitments: Option<Vec<Bound<'py, Commitment>>>,
    /// The seed of drawn scenarios.
    pub seed: Option<[u8; 32]>,
    /// The context.
    pub context: Option<Fr>,
    /// The keys that are refused.
    pub withdrawn: Option<DigestList>,
    /// The attestors.
    pub attestors: Option<&'a Attestors>,
    /// Attestations beside theirs: those of a bundle.
    pub attestations: Vec<Attestation>,
    /// The sources of the scenario set.
    pub given: Option<&'a Given<'py>>,
}

impl Asked<'_, '_> {
    /// Returns the verdict on a proof.
    pub fn verdict<B: Backend>(
        &self,
        py: Python<'_>,
        verifier: &Verifier<B>,
        claim: &Claim,
        proof: &ProofFile<B>,
    ) -> PyResult<Verified>
    where
        Verifier<B>: Sync,
        ProofFile<B>: Sync,
        B::Field: Send + Sync,
        B::ScenarioPoint: Send + Sync,
    {
        let value = |file: &Bound<'_, Commitment>| {
            let found = file.get().file.value_for::<B>(claim);
            found.map_err(|error| errors::usage(py, "commitment", &error.to_string()))
        };
        let known = self.commitments.as_ref().map(|known| {
            let mut known: Vec<_> = known.iter().collect();
            known.sort_by_key(|named| named.get().file.place_in(claim));
            known.into_iter().map(value).collect::<PyResult<Vec<_>>>()
        });
        let given = self.given.filter(|given| given.any());
        let remake =
            given.map(|given| Remake { maker: &Makers as &(dyn Regenerate + Sync), sources: given.sources(0) });
        let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let attestations: Vec<Attestation> =
            self.attestors.iter().flat_map(|attestors| &attestors.given).chain(&self.attestations).cloned().collect();
        let attestors = self.attestors.map(|attestors| tailproof::Attestors {
            keys: &attestors.keys,
            given: &attestations,
            subject: attestors.subject,
            at: attestors.at.unwrap_or_else(now),
            revoked: attestors.revoked.as_ref(),
        });
        let expected = Expected {
            commitments: known.transpose()?,
            context: self.context,
            scenario_point: None,
            seed: self.seed,
            withdrawn: self.withdrawn.as_ref(),
            attestors,
            remake,
        };
        let verdict = detached(py, || verifier.verify(claim, proof, &expected))?;
        verdict.map_err(|error| errors::refused(py, &error))
    }
}
