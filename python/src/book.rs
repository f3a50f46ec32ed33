//! Private books and their figures.

use std::path::PathBuf;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use rust_decimal::Decimal;
use tailproof::core::error::PnlProblem;
use tailproof::core::mandate::ClauseFigure;
use tailproof::csv::BookFile;
use tailproof::risk::book::{BookRow, Holding, Trade};
use tailproof::risk::measure::contributions::{Step, contributions};
use tailproof::risk::measure::figures::book_figures;
use tailproof::table::{TableOptions, read_book};
use tailproof::{
    Amount, Confidence, InstanceError, Mandate as Terms, MandateClaim, Opened, Positions, ScenarioSet, Unit,
};

use crate::commitment::{Commitment, Opening};
use crate::gains::{Gains, Vector};
use crate::mandate::Mandate;
use crate::process::detached;
use crate::scenarios::Scenarios;
use crate::values;
use crate::{errors, files};

/// Where a book comes from: errors name rows of a file, or factors.
enum Source {
    File(BookFile),
    Rows(tailproof::Book),
}

/// A private book: a signed exposure to each factor, in currency.
///
/// Book(holdings, *, nav=None, unit=None, currency=None)
///
/// holdings: a mapping or a pandas Series of factors to exposures, or a frame with the columns
///     `factor` and one of `exposure`, `quantity` and `weight`, and perhaps `gamma`, `vega` and
///     `theta`
/// nav: net asset value in currency; without it, the sum of exposures and cash
/// unit: currency of a book unit, to which exposures are rounded; a cent without it. It is public
/// currency: code of the currency, which a mandate is compared with
///
/// It shows nothing in its repr, and cannot be pickled or copied.
#[pyclass(frozen, module = "tailproof", name = "Book")]
pub struct Book {
    source: Source,
    nav: Option<Decimal>,
    unit: Option<Unit>,
}

/// The column of a number in a frame of holdings.
fn holding(kind: &str, number: Decimal) -> Holding {
    match kind {
        "quantity" => Holding::Quantity(number),
        "weight" => Holding::Weight(number),
        _ => Holding::Exposure(number),
    }
}

impl Book {
    fn book(&self) -> &tailproof::Book {
        match &self.source {
            Source::File(file) => file.book(),
            Source::Rows(book) => book,
        }
    }

    /// Returns the exception of a problem with a row.
    fn error(&self, py: Python<'_>, error: &tailproof::core::error::RowError) -> PyErr {
        let row = error.row.and_then(|row| self.book().rows().get(row)).map(|row| &*row.factor);
        errors::cell(py, "book", row, &error.column, &error.problem)
    }

    /// Returns the book as integers over the factors of a set.
    pub fn positions(&self, py: Python<'_>, set: &ScenarioSet) -> PyResult<Positions> {
        match &self.source {
            Source::File(file) => file.positions(set, self.unit, self.nav).map_err(|error| errors::input(py, &error)),
            Source::Rows(book) => book.positions(set, self.unit, self.nav).map_err(|error| self.error(py, &error)),
        }
    }

    /// Returns the book as an opening states it.
    pub fn as_committed(&self, py: Python<'_>, set: &ScenarioSet, unit: Unit, nav: u64) -> PyResult<Positions> {
        match &self.source {
            Source::File(file) => {
                file.positions_as_committed(set, unit, nav).map_err(|error| errors::input(py, &error))
            }
            Source::Rows(book) => book.positions_as_committed(set, unit, nav).map_err(|error| self.error(py, &error)),
        }
    }

    /// Opens the commitment to the book, over the set of a claim.
    pub fn opened(&self, py: Python<'_>, claim: &MandateClaim, opening: &Opening) -> PyResult<Opened<Positions>> {
        let set = claim.scenarios();
        self.check_currency(py, claim.mandate())?;
        let opening = opening.opening(py)?;
        let positions = self.as_committed(py, set, opening.unit(), opening.nav())?;
        let found = opening.open(positions, &set.committed_names());
        found.map_err(|error| errors::usage(py, "opening", &error.to_string()))
    }

    /// Refuses a mandate in another currency.
    pub fn check_currency(&self, py: Python<'_>, mandate: &Terms) -> PyResult<()> {
        self.book().check_currency(mandate).map_err(|problem| errors::problem(py, "book", &problem))
    }
}

#[pymethods]
impl Book {
    #[new]
    #[pyo3(signature = (holdings, *, nav=None, unit=None, currency=None))]
    fn new(
        py: Python<'_>,
        holdings: &Bound<'_, PyAny>,
        nav: Option<&Bound<'_, PyAny>>,
        unit: Option<&Bound<'_, PyAny>>,
        currency: Option<String>,
    ) -> PyResult<Self> {
        type Rows<'py> = Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>, [Bound<'py, PyAny>; 3])>;
        let (kind, rows): (String, Rows<'_>) =
            py.import("tailproof._frames")?.call_method1("holdings_of", (holdings,))?.extract()?;
        let mut book = Vec::with_capacity(rows.len());
        for (factor, number, [gamma, vega, theta]) in rows {
            let name: String = factor
                .extract()
                .map_err(|_| errors::cell(py, "book", None, "factor", &format!("'{factor}' is no name")))?;
            let cell = |column: &str, value: &Bound<'_, PyAny>| {
                values::decimal(value).map_err(|problem| errors::cell(py, "book", Some(&name), column, &problem))
            };
            let found = cell(&kind, &number)?
                .ok_or_else(|| errors::cell(py, "book", Some(&name), &kind, &tailproof::Problem::MissingValue))?;
            let gamma = cell("gamma", &gamma)?.unwrap_or_default();
            let vega = cell("vega", &vega)?.unwrap_or_default();
            let theta = cell("theta", &theta)?.unwrap_or_default();
            let holding = holding(&kind, found);
            book.push(BookRow { factor: name, holding, value: None, gamma, vega, theta, is_cash: false });
        }
        let names: Vec<String> = book.iter().map(|row| row.factor.clone()).collect();
        let book = tailproof::Book::new(book).map_err(|error| {
            let row = error.row.and_then(|row| names.get(row));
            errors::cell(py, "book", row.map(String::as_str), &error.column, &error.problem)
        })?;
        Ok(Self {
            source: Source::Rows(book.in_currency(currency)),
            nav: values::optional(py, "nav", nav)?,
            unit: values::unit(py, unit)?,
        })
    }

    /// Reads a book from a CSV, a workbook or a Parquet file, in any of the layouts that the command
    /// line reads. Warns of what was guessed.
    #[staticmethod]
    #[pyo3(signature = (path, *, nav=None, unit=None))]
    fn read(
        py: Python<'_>,
        path: PathBuf,
        nav: Option<&Bound<'_, PyAny>>,
        unit: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let bytes = files::read(&path)?;
        let read = read_book(&path.display().to_string(), &bytes[..], &TableOptions::default());
        let (file, reading) = read.map_err(|error| errors::table(py, &error))?;
        if !reading.is_plain() {
            files::warn(py, &reading.to_string())?;
        }
        Ok(Self { source: Source::File(file), nav: values::optional(py, "nav", nav)?, unit: values::unit(py, unit)? })
    }

    /// Returns a P&L vector: the gains of a desk, over the days that `Scenarios.pnl` makes of the
    /// same gains.
    ///
    /// gains: as `Scenarios.pnl` takes them
    /// nav: net asset value in currency, which a vector does not say itself; 0 for a desk whose
    ///     value another one states
    /// desk: the column of a frame; without it, the only one
    /// unit: currency of a book unit, to which gains are rounded; a cent without it. It is public
    /// currency: code of the currency, which a mandate is compared with
    ///
    /// Raises InputError as `Scenarios.pnl` does.
    ///
    /// >>> import tailproof as tp
    /// >>> gains = {"date": ["2024-01-02", "2024-01-03"], "pnl": [-1250.5, 310.25]}
    /// >>> days = tp.Scenarios.pnl(gains, source="Full revaluation")
    /// >>> tp.Book.pnl(gains, nav=1_000_000).risk(days).totals["worst"]
    /// Decimal('1250.500000')
    #[staticmethod]
    #[pyo3(signature = (gains, *, nav, desk=None, unit=None, currency=None))]
    fn pnl(
        py: Python<'_>,
        gains: &Bound<'_, PyAny>,
        nav: &Bound<'_, PyAny>,
        desk: Option<&str>,
        unit: Option<&Bound<'_, PyAny>>,
        currency: Option<String>,
    ) -> PyResult<Self> {
        let source = match Gains::of("gains", gains)?.of_desk(py, desk)? {
            Vector::File(file) => Source::File(file.in_currency(currency)),
            Vector::Frame(book) => Source::Rows(book.in_currency(currency)),
        };
        Ok(Self { source, nav: Some(values::amount(py, "nav", nav)?), unit: values::unit(py, unit)? })
    }

    /// Returns the private figures of the book over a set; nothing is proved.
    ///
    /// With a mandate: each clause with its figure and its limit. Without: value at risk and expected
    /// shortfall at each confidence, in currency, losses positive, rounded up to a millionth.
    #[pyo3(signature = (scenarios, mandate=None, *, confidences=None))]
    fn risk<'py>(
        &self,
        py: Python<'py>,
        scenarios: PyRef<'py, Scenarios>,
        mandate: Option<PyRef<'py, Mandate>>,
        confidences: Option<Vec<Bound<'py, PyAny>>>,
    ) -> PyResult<Risk> {
        let positions = self.positions(py, &scenarios.set)?;
        let set = scenarios.set.clone();
        let rows = PyList::empty(py);
        let Some(mandate) = mandate else {
            let levels = levels(py, confidences)?;
            let figures = detached(py, || book_figures(&set, &positions, &levels))?;
            for level in &figures.levels {
                let row = PyDict::new(py);
                row.set_item("confidence", level.confidence.to_decimal())?;
                row.set_item("var", level.var.to_decimal())?;
                row.set_item("cvar", level.cvar.to_decimal())?;
                row.set_item("scenario", &set.labels()[level.scenario])?;
                rows.append(row)?;
            }
            let totals = PyDict::new(py);
            totals.set_item("nav", figures.nav.to_decimal())?;
            // A P&L vector has no exposures.
            if !positions.is_pnl() {
                totals.set_item("gross", figures.gross.to_decimal())?;
            }
            totals.set_item("worst", figures.worst.to_decimal())?;
            return Ok(Risk { rows: rows.unbind(), totals: totals.unbind(), holds: None });
        };
        if confidences.is_some() {
            return Err(errors::usage(py, "confidences", "a mandate has its own"));
        }
        self.check_currency(py, &mandate.terms)?;
        let terms = mandate.terms.clone();
        let figures = detached(py, || terms.evaluate(&set, &positions))?;
        let figures = figures.map_err(|problem| errors::problem(py, "mandate", &problem))?;
        for figure in &figures {
            rows.append(errors::clause(py, figure)?)?;
        }
        let totals = PyDict::new(py);
        let nav = Amount::from_units(i128::from(positions.nav()), positions.unit());
        totals.set_item("nav", nav.to_decimal())?;
        // As a proof would need it: also the set, the currency of its prices and the unit that the
        // mandate takes.
        let holds = figures.iter().all(ClauseFigure::holds)
            && mandate.terms.check_scenarios(&set).is_ok()
            && InstanceError::check_base(&mandate.terms, &set).is_ok()
            && InstanceError::check_unit(&mandate.terms, positions.unit()).is_ok();
        Ok(Risk { rows: rows.unbind(), totals: totals.unbind(), holds: Some(holds) })
    }

    /// Returns what each factor contributes to value at risk and expected shortfall: components that
    /// sum exactly, marginal and incremental amounts, in currency. Private.
    #[pyo3(signature = (scenarios, confidence))]
    fn contributions<'py>(
        &self,
        py: Python<'py>,
        scenarios: PyRef<'py, Scenarios>,
        confidence: &Bound<'py, PyAny>,
    ) -> PyResult<Risk> {
        let positions = self.positions(py, &scenarios.set)?;
        if positions.is_pnl() {
            let problem = PnlProblem::TakesPositions("a contribution of factors").into();
            return Err(errors::problem(py, "scenarios", &problem));
        }
        let level = level(py, confidence)?;
        let set = scenarios.set.clone();
        let found = detached(py, || contributions(&set, &positions, level, Step::Millionth))?;
        let rows = PyList::empty(py);
        for part in &found.factors {
            let row = PyDict::new(py);
            row.set_item("factor", &set.factors()[part.place])?;
            row.set_item("exposure", part.exposure.to_decimal())?;
            for (name, parts) in [("var", part.var), ("cvar", part.cvar)] {
                row.set_item(format!("{name}_component"), parts.component.to_decimal())?;
                row.set_item(format!("{name}_marginal"), parts.marginal.to_decimal())?;
                row.set_item(format!("{name}_incremental"), parts.incremental.to_decimal())?;
            }
            rows.append(row)?;
        }
        let totals = PyDict::new(py);
        totals.set_item("var", found.var.to_decimal())?;
        totals.set_item("cvar", found.cvar.to_decimal())?;
        Ok(Risk { rows: rows.unbind(), totals: totals.unbind(), holds: None })
    }

    /// Returns the book after trades: a mapping of factors to exposures that are added, and paid in
    /// cash, so that the net asset value stays.
    fn after(&self, py: Python<'_>, trades: &Bound<'_, PyDict>) -> PyResult<Self> {
        let mut added = Vec::with_capacity(trades.len());
        for (factor, amount) in trades {
            added.push(Trade::new(factor.extract()?, values::amount(py, "trades", &amount)?));
        }
        let source = match &self.source {
            Source::File(file) => Source::File(file.after(&added)),
            Source::Rows(book) => Source::Rows(book.after(&added)),
        };
        Ok(Self { source, nav: self.nav, unit: self.unit })
    }

    /// Commits to the book over the factors of a set, and returns the public commitment and its
    /// secret opening, which proofs about the book need.
    ///
    /// With a mandate, a book in another currency, or in a unit that is too coarse, is refused;
    /// with one that has caps or costs that grow, a book in any unit but the mandate's.
    #[pyo3(signature = (scenarios, mandate=None))]
    fn commit(
        &self,
        py: Python<'_>,
        scenarios: PyRef<'_, Scenarios>,
        mandate: Option<PyRef<'_, Mandate>>,
    ) -> PyResult<(Commitment, Opening)> {
        let positions = self.positions(py, &scenarios.set)?;
        if let Some(mandate) = mandate {
            self.check_currency(py, &mandate.terms)?;
            let refused = |error| errors::instance(py, &error);
            InstanceError::check_unit(&mandate.terms, positions.unit()).map_err(refused)?;
            mandate.terms.check_fixed_unit(positions.unit()).map_err(|problem| refused(problem.into()))?;
        }
        let names = scenarios.set.committed_names();
        let (commitment, opening) = tailproof::commitments::commit(&positions, &*names, &mut tailproof::OsRng);
        Ok((Commitment::of_book(commitment), Opening::of(&opening)))
    }

    /// Number of rows.
    fn __len__(&self) -> usize {
        self.book().rows().len()
    }

    fn __repr__(&self) -> &'static str {
        "Book(private)"
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("a book is private: it cannot be pickled or copied"))
    }
}

/// Returns the confidence that a number is.
fn level(py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<Confidence> {
    let amount = values::amount(py, "confidence", value)?;
    Confidence::from_decimal(amount).map_err(|problem| errors::problem(py, "confidence", &problem))
}

/// Returns confidences, 99 % and 97.5 % without any.
fn levels(py: Python<'_>, given: Option<Vec<Bound<'_, PyAny>>>) -> PyResult<Vec<Confidence>> {
    match given {
        Some(given) => given.iter().map(|value| level(py, value)).collect(),
        None => [990_000, 975_000]
            .map(Confidence::from_millionths)
            .into_iter()
            .map(|found| found.map_err(|problem| errors::problem(py, "confidence", &problem)))
            .collect(),
    }
}

/// Private figures of a book: a list of dictionaries, and a frame.
#[pyclass(frozen, module = "tailproof", name = "Risk")]
pub struct Risk {
    rows: Py<PyList>,
    totals: Py<PyDict>,
    holds: Option<bool>,
}

#[pymethods]
impl Risk {
    /// The figures, a dictionary for each: amounts are `decimal.Decimal`.
    #[getter]
    fn rows(&self, py: Python<'_>) -> Py<PyList> {
        self.rows.clone_ref(py)
    }

    /// Figures of the whole book.
    #[getter]
    fn totals(&self, py: Python<'_>) -> Py<PyDict> {
        self.totals.clone_ref(py)
    }

    /// Whether the book meets the mandate: every clause holds, and the mandate takes the set and the book's
    /// unit. None without a mandate.
    #[getter]
    fn holds(&self) -> Option<bool> {
        self.holds
    }

    /// Returns the figures as a frame of pandas, or of polars with `library="polars"`.
    #[pyo3(signature = (library="pandas"))]
    fn to_frame<'py>(&self, py: Python<'py>, library: &str) -> PyResult<Bound<'py, PyAny>> {
        py.import("tailproof._frames")?.call_method1("frame_of_rows", (self.rows.bind(py), library))
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        self.rows.bind(py).len()
    }

    fn __repr__(&self) -> &'static str {
        "Risk(private)"
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("figures of a book are private: take .rows to store them"))
    }
}
