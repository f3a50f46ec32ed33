//! Ledgers of months of a pool.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ark_bn254::Fr;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tailproof::commitments::{CommitmentFile, PoolCommitment};
use tailproof::ledger::{Archive, NoVerdict};
use tailproof::pool_ledger::{
    Beginning, PoolAgainst, PoolAuditError, PoolLedger as Chain, PoolStepError, beginning_of,
};
use tailproof::store::{Kind, Replace};
use tailproof::verifier::encoding::{input_to_hex, to_hex};
use tailproof::verifier::pool::PoolError;
use tailproof::{Backend, Claim, Groth16, Halo2};

use crate::commitment::Commitment;
use crate::errors;
use crate::files;
use crate::ledger::ring;
use crate::pool::Deal;
use crate::process::detached;
use crate::proof::{Proof, Verified};
use crate::scenarios::Scenarios;
use crate::shown::json;
use crate::values;
use crate::verifying_key::VerifyingKey;

/// A chain of months of a pool: a commitment to the loans of a first date, and for each later date
/// a proof that the loans under a new commitment came from those under the last one.
///
/// PoolLedger(name, deal, commitment, *, backend="groth16")
///
/// name: name of the pool
/// deal: a deal of the first date, whose `[tape]` says how every tape of the ledger is read
/// commitment: the commitment to the loans of that date
/// backend: the proof system of every proof, "groth16" or "halo2"
///
/// It changes, as a `Ledger` does: `add` verifies a proof in its place and adds its step.
///
/// Raises InputError for a commitment to a book, or to loans that are read otherwise than the deal
/// says.
///
/// >>> import tailproof as tp
/// >>> deal = tp.Deal.from_toml('''
/// ... name = "Notes"
/// ... claims.loans_min = 1
/// ... tape.version = 2
/// ... tape.cut_off = "2024-03-31"
/// ... tape.currency = "EUR"
/// ... tape.columns = ["grade"]
/// ... tape.grades = ["A", "B"]
/// ... ''')
/// >>> pool = tp.Pool.read({"id": ["L1", "L2"], "balance": ["6000", "4000"], "grade": ["A", "B"]}, deal)
/// >>> commitment, opening = pool.commit()
/// >>> ledger = tp.PoolLedger("Notes 2024", deal, commitment)
/// >>> ledger.cut_off, len(ledger)
/// ('2024-03-31', 0)
#[pyclass(frozen, module = "tailproof", name = "PoolLedger")]
pub struct PoolLedger {
    chain: Mutex<Chain>,
}

/// Returns the commitment of a file, which must be to the loans of a pool.
fn of_pool<'c>(py: Python<'_>, argument: &str, commitment: &'c Commitment) -> PyResult<&'c PoolCommitment> {
    match &commitment.file {
        CommitmentFile::Pool(pool) => Ok(pool),
        CommitmentFile::Book(_) => {
            Err(errors::usage(py, argument, "it is a commitment to a book; give one to the loans of a pool"))
        }
    }
}

/// Returns the commitment that proofs of a proof system are about, in hex.
fn value(backend: &str, pool: &PoolCommitment) -> String {
    if backend == Halo2::NAME { input_to_hex(&pool.halo2_commitment) } else { to_hex(&pool.commitment) }
}

/// Returns the exception of a step that was not added.
fn not_added(py: Python<'_>, error: &PoolStepError) -> PyErr {
    match error {
        PoolStepError::Proof(NoVerdict::Malformed(error)) => errors::malformed(py, "proof", error),
        PoolStepError::Proof(NoVerdict::Refused(refused)) => errors::refused(py, refused),
        PoolStepError::Proof(NoVerdict::NoKeys(_)) => errors::wrong_keys(py, &error.to_string()),
        other => errors::usage(py, "ledger", &other.to_string()),
    }
}

impl PoolLedger {
    fn of(chain: Chain) -> Self {
        Self { chain: Mutex::new(chain) }
    }

    fn chain(&self) -> MutexGuard<'_, Chain> {
        self.chain.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the public claim of a deal.
fn claim_of(py: Python<'_>, deal: &Deal, scenarios: Option<&Scenarios>) -> PyResult<Claim> {
    Ok(deal.claim(scenarios).map_err(|error| errors::not_stated(py, &error))?.into())
}

#[pymethods]
impl PoolLedger {
    #[new]
    #[pyo3(signature = (name, deal, commitment, *, backend="groth16"))]
    fn new(
        py: Python<'_>,
        name: String,
        deal: PyRef<'_, Deal>,
        commitment: PyRef<'_, Commitment>,
        backend: &str,
    ) -> PyResult<Self> {
        let backend = match backend {
            "groth16" => Groth16::NAME,
            "halo2" => Halo2::NAME,
            other => return Err(errors::usage(py, "backend", &format!("'{other}' is neither groth16 nor halo2"))),
        };
        let (cut_off, schema) = beginning_of(&deal.terms).map_err(|problem| errors::problem(py, "deal", &problem))?;
        let pool = of_pool(py, "commitment", &commitment)?;
        if hex::encode(pool.schema) != schema {
            return Err(errors::usage(py, "commitment", &PoolError::OtherSchema.to_string()));
        }
        let commitment = value(backend, pool);
        let beginning = Beginning { name, backend: backend.to_owned(), cut_off, schema, commitment };
        Chain::new(beginning).map(Self::of).map_err(|problem| errors::problem(py, "name", &problem))
    }

    /// Reads a ledger from its file. Nothing is verified.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let text = files::read_text(&path)?;
        let chain = Chain::from_json(&text).map_err(|error| errors::malformed(py, &path.display().to_string(), &error));
        Ok(Self::of(chain?))
    }

    /// Returns the ledger of a JSON text. Nothing is verified.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        Chain::from_json(text).map(Self::of).map_err(|error| errors::malformed(py, "ledger", &error))
    }

    /// Returns the JSON text of its file.
    fn to_json(&self) -> String {
        self.chain().to_json()
    }

    /// Writes its file. It replaces another ledger of a pool.
    fn write(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        files::write(py, &path, Replace::Like(Kind::PoolLedger), self.to_json().as_bytes())
    }

    /// Returns the context that the next proof must be bound to, `0x` and 64 digits in hex.
    ///
    /// deal: the deal of the proof. One with a `[month]` from the last date is the next month; one
    ///     with a `[month]` to the last date is a span; one without is about the loans of the last
    ///     date
    /// scenarios: the scenarios of the deal, where it is about losses
    ///
    /// Raises InputError for a deal that cannot come next, of another date or another schema;
    /// NotValid for scenarios that the deal does not allow.
    #[pyo3(signature = (deal, scenarios=None))]
    fn context(
        &self,
        py: Python<'_>,
        deal: PyRef<'_, Deal>,
        scenarios: Option<PyRef<'_, Scenarios>>,
    ) -> PyResult<String> {
        let claim = claim_of(py, &deal, scenarios.as_deref())?;
        let chain = self.chain();
        let place = chain.place(&claim).map_err(|error| not_added(py, &error))?;
        Ok(to_hex(&chain.context::<Fr>(&place)))
    }

    /// Verifies a proof in its place, adds its step, and returns its verdict.
    ///
    /// Raises NotValid if the proof is not one of this deal in this place; InputError for a deal
    /// that cannot come next, or a proof about another pool; WrongKeys if it was made with other
    /// keys. The ledger is then unchanged.
    #[pyo3(signature = (proof, deal, keys, *, scenarios=None))]
    fn add<'py>(
        &self,
        py: Python<'py>,
        proof: PyRef<'py, Proof>,
        deal: PyRef<'py, Deal>,
        keys: PyRef<'py, VerifyingKey>,
        scenarios: Option<PyRef<'py, Scenarios>>,
    ) -> PyResult<Verified> {
        let claim = claim_of(py, &deal, scenarios.as_deref())?;
        let keys = ring(py, std::slice::from_ref(&keys))?;
        let text = proof.to_json();
        let added = detached(py, || self.chain().append(&claim, text.as_bytes(), &keys))?;
        let added = added.map_err(|error| not_added(py, &error))?;
        Ok(Verified { verified: added.verified })
    }

    /// Verifies every proof of the ledger again, with artefacts that are looked up by their
    /// digests, and returns the outcome:
    ///
    /// `months`: number of months
    /// `figures`: the figures over all months, as `tailproof pool ledger verify --json` has them:
    ///     amounts in currency and shares of the first balance, decimals in texts
    /// `unbounded`: the amounts that no limit of the months bounds, in words
    /// `heads_compared`: behind how many steps each of `heads` was found
    /// `commitments_compared`: the date at which each of `commitments` was found
    /// `steps`: the verdict of each step
    ///
    /// heads: digests of the ledger that you know. Without one, nothing shows that no steps were
    ///     cut off at the end
    /// commitments: commitments that must be the ledger's at one of its dates
    ///
    /// Raises NotValid for a ledger that breaks a rule, that has no months, or that lacks one of
    /// `heads` or `commitments`; InputError if an artefact or a key is missing, so that there is no
    /// verdict.
    #[expect(clippy::too_many_arguments, reason = "keywords of Python")]
    #[pyo3(signature = (keys, proofs, deals, scenarios=Vec::new(), *, heads=Vec::new(), commitments=Vec::new()))]
    fn verify<'py>(
        &self,
        py: Python<'py>,
        keys: Vec<PyRef<'py, VerifyingKey>>,
        proofs: Vec<PyRef<'py, Proof>>,
        deals: Vec<PyRef<'py, Deal>>,
        scenarios: Vec<PyRef<'py, Scenarios>>,
        heads: Vec<Bound<'py, PyAny>>,
        commitments: Vec<PyRef<'py, Commitment>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let mut archive = Archive::default();
        proofs.iter().for_each(|proof| archive.add_proof(proof.to_json().as_bytes()));
        deals.iter().for_each(|deal| archive.add_deal(deal.terms.clone()));
        scenarios.iter().for_each(|set| archive.add_scenarios(set.set.clone()));
        let ring = ring(py, &keys)?;
        let heads = heads.iter().map(|head| values::digest(py, "heads", head)).collect::<PyResult<Vec<_>>>()?;
        // One state of the ledger is verified, whatever other threads add meanwhile.
        let chain = self.chain().clone();
        let backend = &chain.beginning().backend;
        let known = commitments.iter().map(|known| Ok(value(backend, of_pool(py, "commitments", known)?)));
        let known = known.collect::<PyResult<Vec<_>>>()?;
        let audit =
            detached(py, || chain.verify(&archive, &ring, &PoolAgainst { heads: &heads, commitments: &known }))?;
        let audit = audit.map_err(|error: PoolAuditError| match error.is_verdict() {
            true => errors::not_valid(py, &error.to_string(), ""),
            false => errors::usage(py, "ledger", &error.to_string()),
        })?;
        let found = PyDict::new(py);
        found.set_item("months", audit.bounds.months())?;
        found.set_item("figures", json(py, &audit.figures_json(&chain).to_string())?)?;
        found.set_item("unbounded", audit.bounds.unbounded())?;
        found.set_item("heads_compared", &audit.heads)?;
        found.set_item("commitments_compared", &audit.commitments)?;
        let steps = audit.steps.into_iter().map(|verified| Py::new(py, Verified { verified }));
        found.set_item("steps", steps.collect::<PyResult<Vec<_>>>()?)?;
        Ok(found)
    }

    /// The name of the pool.
    #[getter]
    fn name(&self) -> String {
        self.chain().beginning().name.clone()
    }

    /// "groth16" or "halo2".
    #[getter]
    fn backend(&self) -> &'static str {
        if self.chain().beginning().backend == Halo2::NAME { "halo2" } else { "groth16" }
    }

    /// The last date of the ledger, YYYY-MM-DD.
    #[getter]
    fn cut_off(&self) -> String {
        self.chain().last().0.to_owned()
    }

    /// Every date with its commitment in hex, oldest first, as the ledger states them: `verify`
    /// checks all but the first, from which the others follow.
    #[getter]
    fn commitments(&self) -> Vec<(String, String)> {
        let chain = self.chain();
        chain.commitments().map(|(date, commitment)| (date.to_owned(), commitment.to_owned())).collect()
    }

    /// The steps as the file states them, a dictionary for each: nothing of it is verified.
    #[getter]
    fn steps<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let text = serde_json::to_string(self.chain().steps()).unwrap_or_default();
        json(py, &text)
    }

    /// The digest of the ledger after its last step, in hex: publish it, and nobody can change a
    /// step.
    #[getter]
    fn head(&self) -> String {
        hex::encode(self.chain().head())
    }

    /// Number of steps.
    fn __len__(&self) -> usize {
        self.chain().steps().len()
    }

    fn __repr__(&self) -> String {
        let chain = self.chain();
        format!("PoolLedger({:?}, {} steps, not verified)", chain.beginning().name, chain.steps().len())
    }
}
