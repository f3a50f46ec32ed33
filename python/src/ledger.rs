//! Ledgers of daily proofs.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ark_bn254::Fr;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tailproof::ledger::{Added, Against, Archive, AuditError, KeyRing, Kind, Ledger as Chain, NoVerdict, StepError};
use tailproof::risk::measure::backtest::Backtest;
use tailproof::scenarios::{Makers, Sources};
use tailproof::store::{Kind as FileKind, Replace};
use tailproof::verifier::encoding::to_hex;
use tailproof::verifier::ledger::check_date;
use tailproof::{Claim, Confidence, Remake, Verifier};

use crate::errors;
use crate::files;
use crate::mandate::Mandate;
use crate::prices::Prices;
use crate::process::detached;
use crate::proof::{Proof, Verified};
use crate::scenarios::Scenarios;
use crate::values;
use crate::verifying_key::{AnyVerifier, VerifyingKey};

/// A chain of daily proofs: a forecast of a day's value at risk before the day, and its loss after it.
///
/// Ledger(name, *, confidence)
///
/// It changes, as a `PoolLedger` does, and no other object of the package: `forecast` and `realise`
/// verify a proof in its place and add its step.
#[pyclass(frozen, module = "tailproof", name = "Ledger")]
pub struct Ledger {
    chain: Mutex<Chain>,
}

/// Returns the ring of keys.
pub fn ring(py: Python<'_>, keys: &[PyRef<'_, VerifyingKey>]) -> PyResult<KeyRing> {
    let mut ring = KeyRing::default();
    for key in keys {
        match &key.verifier {
            AnyVerifier::Groth16(verifier) => ring.groth16.push(Verifier::new(verifier.key().clone())),
            AnyVerifier::Halo2(verifier) => {
                let bytes = tailproof::keys::encode_key(verifier.key());
                let key = detached(py, || tailproof::keys::decode_key(&bytes))?;
                ring.halo2.push(Verifier::new(key.map_err(|error| errors::malformed(py, "keys", &error))?));
            }
        }
    }
    Ok(ring)
}

/// Returns the exception of a step that was not added.
fn not_added(py: Python<'_>, error: &StepError) -> PyErr {
    match error {
        StepError::Proof(NoVerdict::Malformed(error)) => errors::malformed(py, "proof", error),
        StepError::Proof(NoVerdict::Refused(refused)) => errors::refused(py, refused),
        StepError::Proof(NoVerdict::NoKeys(_)) => errors::wrong_keys(py, &error.to_string()),
        other => errors::usage(py, "ledger", &other.to_string()),
    }
}

impl Ledger {
    fn of(chain: Chain) -> Self {
        Self { chain: Mutex::new(chain) }
    }

    fn chain(&self) -> MutexGuard<'_, Chain> {
        self.chain.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Verifies a proof in its place and adds its step.
    fn add<'py>(
        &self,
        py: Python<'py>,
        (kind, date): (Kind, Option<&str>),
        proof: &Proof,
        (scenarios, mandate): (&Scenarios, &Mandate),
        keys: &PyRef<'py, VerifyingKey>,
        prices: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Verified> {
        let claim = Claim::from(mandate.claim(scenarios).map_err(|error| errors::not_stated(py, &error))?);
        let keys = ring(py, std::slice::from_ref(keys))?;
        let prices = prices.map(|given| Prices::of("prices", given)).transpose()?;
        let sources = prices.as_ref().map(|prices| Sources::raw(prices.table()));
        let text = proof.to_json();
        let added = detached(py, || {
            let remake = sources.map(|sources| Remake { maker: &Makers, sources });
            self.chain().append_over(kind, date, &claim, text.as_bytes(), &keys, remake)
        })?;
        let Added { verified, .. } = added.map_err(|error| not_added(py, &error))?;
        Ok(Verified { verified })
    }
}

#[pymethods]
impl Ledger {
    #[new]
    #[pyo3(signature = (name, *, confidence))]
    fn new(py: Python<'_>, name: String, confidence: &Bound<'_, PyAny>) -> PyResult<Self> {
        let level = Confidence::from_decimal(values::amount(py, "confidence", confidence)?)
            .map_err(|problem| errors::problem(py, "confidence", &problem))?;
        Chain::new(name, level).map(Self::of).map_err(|problem| errors::problem(py, "name", &problem))
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

    /// Writes its file. It replaces another ledger.
    fn write(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        files::write(py, &path, Replace::Like(FileKind::Ledger), self.to_json().as_bytes())
    }

    /// Returns the context that the next proof must be bound to: of the forecast of `date`, or without
    /// it of the loss of the day whose forecast is open.
    #[pyo3(signature = (date=None))]
    fn context(&self, py: Python<'_>, date: Option<&str>) -> PyResult<String> {
        let chain = self.chain();
        let (kind, date) = match (date, chain.open()) {
            (Some(date), _) => {
                check_date(date).map_err(|error| errors::usage(py, "date", &error.to_string()))?;
                (Kind::Forecast, date.to_owned())
            }
            (None, Some(open)) => (Kind::Realised, open.date.clone()),
            (None, None) => return Err(errors::usage(py, "date", "no forecast is open: give that of the next one")),
        };
        Ok(to_hex(&chain.context_after::<Fr>(chain.steps().len(), kind, &date)))
    }

    /// Verifies a forecast of a day's value at risk, adds it, and returns its verdict.
    #[pyo3(signature = (date, proof, scenarios, mandate, keys, *, prices=None))]
    #[expect(clippy::too_many_arguments, reason = "what a proof is checked with")]
    fn forecast<'py>(
        &self,
        py: Python<'py>,
        date: &str,
        proof: PyRef<'py, Proof>,
        scenarios: PyRef<'py, Scenarios>,
        mandate: PyRef<'py, Mandate>,
        keys: PyRef<'py, VerifyingKey>,
        prices: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Verified> {
        self.add(py, (Kind::Forecast, Some(date)), &proof, (&scenarios, &mandate), &keys, prices)
    }

    /// Verifies that the loss of the day whose forecast is open was within its limit, adds it, and
    /// returns its verdict.
    #[pyo3(signature = (proof, scenarios, mandate, keys, *, prices=None))]
    fn realise<'py>(
        &self,
        py: Python<'py>,
        proof: PyRef<'py, Proof>,
        scenarios: PyRef<'py, Scenarios>,
        mandate: PyRef<'py, Mandate>,
        keys: PyRef<'py, VerifyingKey>,
        prices: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Verified> {
        self.add(py, (Kind::Realised, None), &proof, (&scenarios, &mandate), &keys, prices)
    }

    /// Verifies every proof of the ledger again, with artefacts that are looked up by their digests,
    /// and returns the outcome: `days`, `exceedances`, `open`, `stale`, `undated`, `not_compared`,
    /// `without_floor`, `treated` and the verdict of each step. Prices may have holes; sets in several
    /// currencies take `rates` beside them.
    ///
    /// Raises NotValid for a ledger that breaks a rule; InputError if an artefact is missing, so that
    /// there is no verdict.
    #[expect(clippy::too_many_arguments, reason = "keywords of Python")]
    #[pyo3(signature = (keys, proofs, scenarios, mandates, *, prices=None, rates=None))]
    fn verify<'py>(
        &self,
        py: Python<'py>,
        keys: Vec<PyRef<'py, VerifyingKey>>,
        proofs: Vec<PyRef<'py, Proof>>,
        scenarios: Vec<PyRef<'py, Scenarios>>,
        mandates: Vec<PyRef<'py, Mandate>>,
        prices: Option<&Bound<'py, PyAny>>,
        rates: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let mut archive = Archive::default();
        proofs.iter().for_each(|proof| archive.add_proof(proof.to_json().as_bytes()));
        scenarios.iter().for_each(|set| archive.add_scenarios(set.set.clone()));
        mandates.iter().for_each(|mandate| archive.add_mandate(mandate.terms.clone()));
        let ring = ring(py, &keys)?;
        let prices = prices.map(|given| Prices::of("prices", given)).transpose()?;
        let rates = rates.map(|given| Prices::of("rates", given)).transpose()?;
        let (raw, rates) = (prices.as_ref().map(Prices::table), rates.as_ref().map(Prices::table));
        let audit = detached(py, || {
            let against = Against { raw, rates, maker: Some(&Makers), ..Against::default() };
            self.chain().verify(&archive, &ring, &against)
        })?;
        let audit = audit.map_err(|error: AuditError| match error.is_verdict() {
            true => errors::not_valid(py, &error.to_string(), ""),
            false => errors::usage(py, "ledger", &error.to_string()),
        })?;
        let found = PyDict::new(py);
        found.set_item("days", audit.days)?;
        found.set_item("exceedances", audit.exceedances)?;
        found.set_item("open", &audit.open)?;
        found.set_item("undated", &audit.undated)?;
        found.set_item("not_compared", &audit.not_compared)?;
        found.set_item("stale", &audit.stale)?;
        found.set_item("without_floor", &audit.without_floor)?;
        found.set_item("treated", &audit.treated)?;
        let steps = audit.steps.into_iter().map(|verified| Py::new(py, Verified { verified }));
        found.set_item("steps", steps.collect::<PyResult<Vec<_>>>()?)?;
        Ok(found)
    }

    /// The days whose loss is due, each with whether it counts as an exceedance.
    #[getter]
    fn days(&self) -> Vec<(String, bool)> {
        self.chain().days().into_iter().map(|(date, exceeded)| (date.to_owned(), exceeded)).collect()
    }

    /// The day whose forecast is open; None without one.
    #[getter]
    fn open(&self) -> Option<String> {
        self.chain().open().map(|step| step.date.clone())
    }

    /// The digest of the ledger after its last step, in hex: publish it, and nobody can change a step.
    #[getter]
    fn head(&self) -> String {
        let chain = self.chain();
        hex::encode(chain.head_after(chain.steps().len()))
    }

    /// Returns the backtest of the days: `observations`, `exceedances`, `expected`, and the p-values of
    /// Kupiec's and Christoffersen's tests (None where a test cannot be applied). It counts the
    /// ledger's days as they are stated: `verify` checks them.
    fn backtest<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let chain = self.chain();
        let made = Backtest::from_days(&chain.days(), chain.confidence());
        let backtest = made.map_err(|problem| errors::problem(py, "ledger", &problem))?;
        let found = PyDict::new(py);
        found.set_item("observations", backtest.observations())?;
        found.set_item("exceedances", backtest.exceedances())?;
        found.set_item("expected", backtest.expected())?;
        found.set_item("kupiec", backtest.kupiec().ok().map(|test| test.p_value))?;
        found.set_item("independence", backtest.independence().ok().map(|test| test.p_value))?;
        found.set_item("zone", backtest.traffic_light().ok().map(|light| light.zone.to_string()))?;
        Ok(found)
    }

    /// Number of steps.
    fn __len__(&self) -> usize {
        self.chain().steps().len()
    }

    fn __repr__(&self) -> String {
        let chain = self.chain();
        format!("Ledger({:?}, {} steps, not verified)", chain.name(), chain.steps().len())
    }
}
