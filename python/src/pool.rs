//! Pools of loans: deals, tapes, openings.

use std::fmt::Write as _;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use rust_decimal::Decimal;
use tailproof::commitments::{CommitmentFile, PoolOpening, commit};
use tailproof::core::InputError;
use tailproof::core::error::CashflowProblem;
use tailproof::core::pool::assumptions::AgreedSource;
use tailproof::core::pool::{Tape, TapeSchema};
use tailproof::core::scenarios::cashflow::cashflow_scenarios;
use tailproof::core::text::whole;
use tailproof::risk::presets::deals;
use tailproof::scenarios::collateral::collateral_scenarios;
use tailproof::scenarios::credit::{MOST_FAILURE, credit_scenarios};
use tailproof::scenarios::{CreditParameters, FactorSource};
use tailproof::store::{Access, Kind};
use tailproof::table::{DecimalMark, Separator, TableOptions};
use tailproof::tape::{self, Mapping, TapeOptions, TapeReading};
use tailproof::verifier::encoding::to_hex;
use tailproof::{Claim, Deal as Terms, DealClaim, InstanceError, LoanPool, Opened};
use zeroize::Zeroizing;

use crate::commitment::Commitment;
use crate::errors;
use crate::files::{self, Part, replaced};
use crate::process::detached;
use crate::scenarios::Scenarios;
use crate::values;

/// The public terms of a pool of loans: how its tape is read, and what is claimed of it.
///
/// >>> import tailproof as tp
/// >>> deal = tp.Deal.named("consumer-2018")
/// >>> len(deal.sentences) > 0
/// True
#[pyclass(frozen, module = "tailproof", name = "Deal")]
pub struct Deal {
    /// The terms.
    pub terms: Arc<Terms>,
    toml: String,
}

impl Deal {
    fn parsed(py: Python<'_>, file: &str, toml: String) -> PyResult<Self> {
        let terms = Terms::from_toml(file, &toml).map_err(|error| errors::input(py, &error))?;
        Ok(Self { terms: Arc::new(terms), toml })
    }

    /// Returns the claim that a pool satisfies the deal.
    pub fn claim(&self, scenarios: Option<&Scenarios>) -> Result<DealClaim, InstanceError> {
        DealClaim::new(self.terms.clone(), scenarios.map(|scenarios| scenarios.set.clone()))
    }

    /// Returns how the deal reads a tape.
    pub fn schema(&self, py: Python<'_>) -> PyResult<&TapeSchema> {
        let schema = self.terms.require_schema().and_then(|schema| schema.require_terms().map(|_| schema));
        schema.map_err(|problem| errors::problem(py, "deal", &problem))
    }
}

#[pymethods]
impl Deal {
    /// Reads a deal from a TOML file.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let text = files::read_text(&path)?;
        Self::parsed(py, &path.display().to_string(), text.to_string())
    }

    /// Returns the deal of a TOML text.
    #[staticmethod]
    fn from_toml(py: Python<'_>, text: String) -> PyResult<Self> {
        Self::parsed(py, "deal", text)
    }

    /// Returns a deal about a public pool, by its name: "consumer-2018" or "cdx-na-ig-s7"; or
    /// "crypto-2021", about loans that are made up.
    #[staticmethod]
    fn named(py: Python<'_>, name: &str) -> PyResult<Self> {
        let known: Vec<&str> = deals::DEALS.iter().map(|(name, _)| *name).collect();
        let text = deals::deal(name).ok_or_else(|| {
            errors::usage(py, "name", &format!("'{name}' is no deal; there are {}", known.join(", ")))
        })?;
        Self::parsed(py, name, text.to_owned())
    }

    /// Returns the deal with its claim on net present value made of assumptions, a TOML file whose digest
    /// the deal names. Without them, such a claim is neither proved nor verified.
    fn under(&self, py: Python<'_>, assumptions: PathBuf) -> PyResult<Self> {
        let (file, assumptions) = files::assumptions(py, &assumptions)?;
        let under = self.terms.under(&assumptions).map_err(|problem| InputError::in_file(&file, problem));
        let terms = under.map_err(|error| errors::input(py, &error))?;
        Ok(Self { terms: Arc::new(terms), toml: self.toml.clone() })
    }

    /// Returns the credit scenarios of the deal's grades.
    ///
    /// rho: correlation of asset returns; without it, everything is as the deal's `[scenarios]` say
    /// degrees: degrees of freedom of Student's t; Gaussian without it
    /// nodes: rows of a bound; finite: the probability with which the losses of finitely many
    ///     obligors may be larger
    /// paths, seed: drawn scenarios instead
    #[expect(clippy::too_many_arguments, reason = "keywords of Python")]
    #[pyo3(signature = (*, rho=None, degrees=None, nodes=None, finite=None, paths=None, seed=None, slots=None))]
    fn scenarios(
        &self,
        py: Python<'_>,
        rho: Option<&Bound<'_, PyAny>>,
        degrees: Option<&Bound<'_, PyAny>>,
        nodes: Option<usize>,
        finite: Option<&Bound<'_, PyAny>>,
        paths: Option<usize>,
        seed: Option<&Bound<'_, PyAny>>,
        slots: Option<usize>,
    ) -> PyResult<Scenarios> {
        let agreed = self.terms.scenarios();
        let cap = self.terms.obligor_cap().unwrap_or_default();
        let source = match (nodes, paths, seed) {
            (nodes, None, None) => {
                let (of_deal, failure) = match agreed.map(|agreed| agreed.source) {
                    Some(AgreedSource::Nodes(rows)) => (Some(rows), None),
                    Some(AgreedSource::Finite(rows, failure)) => (Some(rows), Some(failure)),
                    _ => (None, None),
                };
                let rows = nodes.or(of_deal).unwrap_or(if degrees.is_some() { 256 } else { 64 });
                let asked = values::optional(py, "finite", finite)?.map(|share| {
                    let weight = whole("the probability", share, 7, u64::from(MOST_FAILURE));
                    let weight = weight.map_err(|problem| errors::problem(py, "finite", &problem))?;
                    Ok::<_, PyErr>(u32::try_from(weight).unwrap_or(MOST_FAILURE))
                });
                let failure = asked.transpose()?.or(failure);
                failure.map_or(FactorSource::Nodes(rows), |failure| FactorSource::Finite { rows, failure, cap })
            }
            (None, Some(paths), Some(seed)) => FactorSource::Paths { paths, seed: values::digest(py, "seed", seed)? },
            _ => return Err(errors::usage(py, "nodes", "give nodes, or paths and seed")),
        };
        let spelled = |argument: &str, value: &Bound<'_, PyAny>| -> PyResult<String> {
            Ok(values::amount(py, argument, value)?.normalize().to_string())
        };
        let (rho, degrees) = match (rho, agreed) {
            (Some(rho), _) => (spelled("rho", rho)?, degrees.map(|degrees| spelled("degrees", degrees)).transpose()?),
            (None, Some(agreed)) if degrees.is_none() => {
                let text = |number: Decimal| number.normalize().to_string();
                (text(agreed.rho), agreed.degrees.map(text))
            }
            (None, _) => return Err(errors::usage(py, "rho", "the deal states no correlation: give one")),
        };
        let parameters = CreditParameters { rho, degrees, source, slots };
        let terms = self.terms.clone();
        let made = detached(py, || credit_scenarios(&terms, &parameters))?;
        Ok(Scenarios::of(made.map_err(|problem| errors::problem(py, "deal", &problem))?))
    }

    /// Returns the bad debt of the deal's grades after a sale of their collateral.
    ///
    /// market: historical, Monte Carlo or stress scenarios of the assets, in the order of their names
    ///     and over the deal's horizon
    fn bad_debt(&self, py: Python<'_>, market: &Scenarios) -> PyResult<Scenarios> {
        let (terms, moves) = (self.terms.clone(), market.set.clone());
        let made = detached(py, || collateral_scenarios(&terms, &moves));
        Ok(Scenarios::of(made?.map_err(|problem| errors::problem(py, "market", &problem))?))
    }

    /// Returns the payments of the deal's replines by month: a row for each block and month of the
    /// assumptions, `BLOCK MONTH`, and columns `interest:CODE`, `principal:CODE`, `defaults:CODE`,
    /// `recoveries:CODE` and `fees:CODE` for each grade or sector. Moves are shares of the code's
    /// balance at the cut-off; those of interest are shares of a month's interest on it.
    ///
    /// assumptions: path of a TOML file with a repline for each code, and blocks of prepayments,
    ///     defaults and recoveries
    ///
    /// Raises InputError for a deal without a table `[cashflow]`, and with the file of assumptions
    /// that are others than the deal names or that do not fit its codes; OSError.
    fn cashflow(&self, py: Python<'_>, assumptions: PathBuf) -> PyResult<Scenarios> {
        if self.terms.cashflow().is_none() {
            return Err(errors::problem(py, "deal", &CashflowProblem::NoTable.into()));
        }
        let (file, assumptions) = files::assumptions(py, &assumptions)?;
        let terms = self.terms.clone();
        let made = detached(py, || cashflow_scenarios(&terms, &assumptions))?;
        let made = made.map_err(|problem| InputError::in_file(&file, problem));
        Ok(Scenarios::of(made.map_err(|error| errors::input(py, &error))?))
    }

    /// Writes the TOML file of the deal. With `force`, it replaces another deal.
    #[pyo3(signature = (path, *, force=false))]
    fn write(&self, py: Python<'_>, path: PathBuf, force: bool) -> PyResult<()> {
        files::write(py, &path, replaced(Kind::Deal, force), self.toml.as_bytes())
    }

    /// The name.
    #[getter]
    fn name(&self) -> &str {
        self.terms.name()
    }

    /// The text of the file.
    #[getter]
    fn toml(&self) -> &str {
        &self.toml
    }

    /// SHA-256 of what the deal says, in hex.
    #[getter]
    fn digest(&self) -> String {
        hex::encode(self.terms.digest())
    }

    /// The claims in words.
    #[getter]
    fn sentences(&self) -> Vec<String> {
        self.terms.sentences()
    }

    /// Returns the name of the smallest shape of keys for a tape of so many loans.
    #[pyo3(signature = (loans, scenarios=None))]
    fn smallest_shape(
        &self,
        py: Python<'_>,
        loans: usize,
        scenarios: Option<PyRef<'_, Scenarios>>,
    ) -> PyResult<String> {
        let claim = Claim::from(self.claim(scenarios.as_deref()).map_err(|error| errors::instance(py, &error))?);
        let shape = claim.smallest_shape(1, loans).map_err(|error| errors::instance(py, &error))?;
        Ok(shape.to_string())
    }

    fn __repr__(&self) -> String {
        format!("Deal({:?}, {} claims)", self.name(), self.sentences().len())
    }

    fn __eq__(&self, other: PyRef<'_, Self>) -> bool {
        self.terms.digest() == other.terms.digest()
    }

    fn __hash__(&self) -> u64 {
        u64::from_le_bytes(self.terms.digest()[..8].try_into().unwrap_or_default())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((slf.get_type().getattr("from_toml")?, (slf.get().toml.clone(),)))
    }
}

/// Returns the mapping of a name, or of a file.
fn mapping_of(py: Python<'_>, name: Option<&str>) -> PyResult<Mapping> {
    let Some(name) = name else { return Ok(Mapping::default()) };
    let made = match Mapping::named(name) {
        Some(mapping) => mapping,
        None => Mapping::from_toml(name, &files::read_text(name.as_ref())?),
    };
    made.map_err(|error| errors::table(py, &error))
}

/// A private pool: the loans of a tape, read as a deal says.
///
/// It shows nothing in its repr, and cannot be pickled or copied.
#[pyclass(frozen, module = "tailproof", name = "Pool")]
pub struct Pool {
    /// The loans.
    pub loans: LoanPool,
    /// Every row that was read, those too that are not of the pool.
    pub tape: Tape,
    schema: TapeSchema,
    notes: Vec<String>,
}

/// Returns what was done to read a tape, a sentence each.
fn notes_of(reading: &TapeReading) -> Vec<String> {
    let left_out = reading.left_out.iter();
    let mut notes: Vec<String> =
        left_out.map(|left_out| format!("rows that were left out ({}): {}", left_out.reason, left_out.rows)).collect();
    if reading.rounded > 0 {
        notes.push(format!("numbers that were rounded, as the deal's [tape] says: {}", reading.rounded));
    }
    if !reading.past_maturity.is_empty() {
        let count = reading.past_maturity.len();
        notes.push(format!("live loans past their maturity, whose remaining term is taken as 0: {count}"));
    }
    notes
}

#[pymethods]
impl Pool {
    /// Reads a tape as a deal says: a CSV, a workbook or a Parquet file, or a frame with the columns
    /// of a tape.
    ///
    /// mapping: name of a mapping of columns, or path of one
    /// period: the period to read of a file with a row for each loan and month
    ///
    /// Raises InputError with the row and the column of what cannot be used.
    #[staticmethod]
    #[pyo3(signature = (tape, deal, *, mapping=None, period=None))]
    fn read(
        py: Python<'_>,
        tape: &Bound<'_, PyAny>,
        deal: PyRef<'_, Deal>,
        mapping: Option<&str>,
        period: Option<String>,
    ) -> PyResult<Self> {
        let schema = deal.schema(py)?;
        let mapping = mapping_of(py, mapping)?;
        let options = TapeOptions { period, ..TapeOptions::default() };
        let read = match tape.extract::<PathBuf>() {
            Ok(path) => {
                let file = File::open(&path).map_err(|error| files::failed(&path, &error))?;
                tape::read(&path.display().to_string(), BufReader::new(file), &mapping, Some(schema), &options)
            }
            Err(_) => {
                let text = csv_of(py, tape)?;
                // Numbers of a frame are numbers: nothing about their writing is guessed.
                let table = TableOptions {
                    decimal: Some(DecimalMark::Point),
                    separator: Some(Separator::Comma),
                    ..options.table
                };
                let options = TapeOptions { table, ..options };
                tape::read("tape", text.as_bytes(), &mapping, Some(schema), &options)
            }
        };
        let reading = read.map_err(|error| errors::table(py, &error))?;
        if !reading.reading.is_plain() {
            files::warn(py, &reading.reading.to_string())?;
        }
        let notes = notes_of(&reading);
        let loans = LoanPool::new(&reading.tape, schema).map_err(|problem| errors::problem(py, "tape", &problem))?;
        Ok(Self { loans, tape: reading.tape, schema: schema.clone(), notes })
    }

    /// What was done to read the tape: rows left out, numbers rounded.
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }

    /// Commits to the loans, and returns the public commitment and its secret opening.
    fn commit(&self, py: Python<'_>) -> PyResult<(Commitment, SecretOpening)> {
        let (commitment, opening) = detached(py, || commit(&self.loans, &self.schema, &mut tailproof::OsRng))?;
        Ok((Commitment { file: CommitmentFile::Pool(commitment) }, SecretOpening::of(&opening)))
    }

    /// Returns the private figures of a deal's claims: a dictionary for each, and whether it holds.
    #[pyo3(signature = (deal, scenarios=None))]
    fn figures<'py>(
        &self,
        py: Python<'py>,
        deal: PyRef<'py, Deal>,
        scenarios: Option<PyRef<'py, Scenarios>>,
    ) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let set = scenarios.as_ref().map(|scenarios| scenarios.set.clone());
        let terms = deal.terms.clone();
        let found = detached(py, || tailproof::verifier::pool::figures::figures(&terms, set.as_deref(), &self.loans))?;
        let found = found.map_err(|error| errors::instance(py, &error.into()))?;
        found.iter().map(|figure| errors::claim(py, figure)).collect()
    }

    /// Number of loans.
    fn __len__(&self) -> usize {
        self.loans.loans().len()
    }

    fn __repr__(&self) -> &'static str {
        "Pool(private)"
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("a pool is private: it cannot be pickled or copied"))
    }
}

/// Returns a frame as a CSV, whose cells are quoted: a tape has texts and numbers.
fn csv_of(py: Python<'_>, tape: &Bound<'_, PyAny>) -> PyResult<Zeroizing<String>> {
    let (names, rows): (Vec<String>, Vec<Vec<String>>) =
        py.import("tailproof._frames")?.call_method1("texts_of", (tape, "tape"))?.extract()?;
    let mut text = String::new();
    for row in std::iter::once(&names).chain(&rows) {
        let cells: Vec<String> = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        let _ = writeln!(text, "{}", cells.join(","));
    }
    Ok(Zeroizing::new(text))
}

/// The secret opening of a commitment to the loans of a pool.
///
/// It shows nothing in its repr, and cannot be pickled or copied: write it to a file, which only its
/// owner may read.
#[pyclass(frozen, module = "tailproof", name = "PoolOpening")]
pub struct SecretOpening {
    text: Zeroizing<String>,
    commitment: String,
}

impl SecretOpening {
    fn of(opening: &PoolOpening) -> Self {
        Self { text: opening.to_json(), commitment: to_hex(&opening.commitment()) }
    }

    /// Returns the loans of a pool, opened under a schema.
    pub fn opened(
        &self,
        py: Python<'_>,
        argument: &str,
        pool: &Pool,
        schema: &TapeSchema,
    ) -> PyResult<Opened<LoanPool>> {
        let opening = PoolOpening::from_json(&self.text).map_err(|error| errors::malformed(py, argument, &error))?;
        let opened = opening.open(pool.loans.clone(), schema);
        opened.map_err(|error| errors::usage(py, argument, &error.to_string()))
    }
}

#[pymethods]
impl SecretOpening {
    /// Reads an opening from its file.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let text = files::read_text(&path)?;
        let name = path.display().to_string();
        let opening = PoolOpening::from_json(&text).map_err(|error| errors::malformed(py, &name, &error))?;
        Ok(Self::of(&opening))
    }

    /// Writes its file, for its owner alone (mode 0600). It replaces no file, unless `force` is set.
    #[pyo3(signature = (path, *, force=false))]
    fn write(&self, py: Python<'_>, path: PathBuf, force: bool) -> PyResult<()> {
        let replace = replaced(Kind::PoolOpening, force);
        files::write_all(py, None, &[Part { path, access: Access::Secret, replace, bytes: self.text.as_bytes() }])
    }

    /// The public commitment that it opens, in hex.
    #[getter]
    fn commitment(&self) -> &str {
        &self.commitment
    }

    fn __repr__(&self) -> &'static str {
        "PoolOpening(secret)"
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("an opening is secret: it cannot be pickled or copied; write it to a file"))
    }
}
