//! Scenario sets: made from prices and tables, read and written.

mod drawn;
mod history;
mod tables;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use tailproof::ScenarioSet;
use tailproof::core::scenarios::scan::{ScanRanges, scan};
use tailproof::risk::generate::events::known_events;
use tailproof::risk::market;
use tailproof::scenarios::montecarlo::Parameters;
use tailproof::scenarios::{Comparison, Makers, Regenerate, Sources, covariance_set, file};
use tailproof::store::{Kind, Replace};

use crate::pool::Deal;
use crate::process::detached;
use crate::shown::json;
use crate::sources::{Given, Named};
use crate::{errors, files, values};

/// A public set of scenarios: rows of moves of factors, with a weight each.
///
/// Make one from prices with `historical`, `monte_carlo`, `covariance` or `events`; from a table
/// with `stress`, `imported` or `margin`; from ranges with `scan`; from gains with `pnl`; from a
/// deal with `Deal.scenarios`, `Deal.bad_debt` or `Deal.cashflow`. Prices are a path, a frame of
/// pandas or polars with a row for each day, a table of pyarrow, a structured array of numpy, or a
/// mapping of columns.
///
/// >>> import tailproof as tp
/// >>> prices = {"date": ["2024-01-02", "2024-01-03", "2024-01-04"], "A": [100.0, 99.0, 101.0]}
/// >>> market = tp.Scenarios.historical(prices)
/// >>> len(market), market.factors
/// (2, ['A'])
#[pyclass(frozen, module = "tailproof", name = "Scenarios")]
pub struct Scenarios {
    /// The set.
    pub set: Arc<ScenarioSet>,
    digest: [u8; 32],
}

impl Scenarios {
    /// Returns the object of a set.
    pub fn of(set: ScenarioSet) -> Self {
        let digest = file::digest(&set);
        Self { set: Arc::new(set), digest }
    }
}

/// Returns the spelling of a number that headers have.
fn spelled(py: Python<'_>, argument: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(values::amount(py, argument, value)?.normalize().to_string())
}

#[pymethods]
impl Scenarios {
    /// Returns the moves of history: the newest `window` returns over `horizon` days.
    ///
    /// prices: currency per piece, a row for each day, oldest first
    /// window: number of moves; all without it
    /// horizon: days of a move
    /// missing: "refuse", "drop-day", "carry" or "drop-factor", for cells without a price
    /// factors: the columns, in this order
    /// proxies: mapping of a new factor to the column whose prices it has
    /// returns: whether `prices` holds returns, as fractions
    /// moves: mapping of a factor to "log", "absolute", or the step of absolute moves
    /// currencies, rates, base: the currency of each factor; a column for each currency, its price in
    ///     `base`; the currency that all are converted to
    /// age_weighted, volatility_scaled: decays between 0 and 1
    /// linear_weights: weights 1, 2, 3, ... instead of equal ones
    /// stressed: the reference portfolio whose worst window is taken: "equal", or a Book
    /// gamma, cross_gamma, implied_volatilities, theta: columns for Greeks
    /// liquidity_horizons: days for each factor
    ///
    /// Raises InputError with the row and the column of what cannot be used.
    #[staticmethod]
    #[expect(clippy::too_many_arguments, reason = "keywords of Python")]
    #[pyo3(signature = (
        prices, *, window=None, horizon=1, missing="refuse", factors=None, proxies=None, returns=false, moves=None,
        currencies=None, rates=None, base=None, age_weighted=None, volatility_scaled=None, linear_weights=false,
        stressed=None, gamma=false, cross_gamma=false, implied_volatilities=None, liquidity_horizons=None, theta=false
    ))]
    fn historical<'py>(
        py: Python<'py>,
        prices: &Bound<'py, PyAny>,
        window: Option<usize>,
        horizon: usize,
        missing: &str,
        factors: Option<Vec<String>>,
        proxies: Option<BTreeMap<String, String>>,
        returns: bool,
        moves: Option<&Bound<'py, PyDict>>,
        currencies: Option<BTreeMap<String, String>>,
        rates: Option<&Bound<'py, PyAny>>,
        base: Option<String>,
        age_weighted: Option<&Bound<'py, PyAny>>,
        volatility_scaled: Option<&Bound<'py, PyAny>>,
        linear_weights: bool,
        stressed: Option<&Bound<'py, PyAny>>,
        gamma: bool,
        cross_gamma: bool,
        implied_volatilities: Option<&Bound<'py, PyAny>>,
        liquidity_horizons: Option<BTreeMap<String, u32>>,
        theta: bool,
    ) -> PyResult<Self> {
        let given = history::Given {
            window,
            horizon,
            missing,
            factors,
            proxies,
            returns,
            moves,
            currencies,
            rates,
            base,
            age_weighted,
            volatility_scaled,
            linear_weights,
            stressed,
            gamma,
            cross_gamma,
            implied_volatilities,
            theta,
            liquidity_horizons,
        };
        history::made(py, prices, given).map(Self::of)
    }

    /// Returns paths that are drawn from a distribution that is fitted to prices, from a public seed.
    ///
    /// model: "normal", "student-t" (which takes `degrees`: a number or "fitted") or "jump" (which
    ///     takes `jump_intensity`, `jump_mean` and `jump_volatility`; fitted without)
    /// paths: number of paths
    /// seed: 32 bytes, or 64 digits in hex
    /// covariance: "sample", "ewma" or "ledoit-wolf"
    /// repair: "clip", for a covariance that is not positive semidefinite
    #[staticmethod]
    #[expect(clippy::too_many_arguments, reason = "keywords of Python")]
    #[pyo3(signature = (
        prices, *, paths, seed, model="normal", degrees=None, horizon=1, covariance="sample", repair=None,
        zero_drift=false, antithetic=false, jump_intensity=None, jump_mean=None, jump_volatility=None
    ))]
    fn monte_carlo<'py>(
        py: Python<'py>,
        prices: &Bound<'py, PyAny>,
        paths: usize,
        seed: &Bound<'py, PyAny>,
        model: &str,
        degrees: Option<&Bound<'py, PyAny>>,
        horizon: usize,
        covariance: &str,
        repair: Option<&str>,
        zero_drift: bool,
        antithetic: bool,
        jump_intensity: Option<&Bound<'py, PyAny>>,
        jump_mean: Option<&Bound<'py, PyAny>>,
        jump_volatility: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Self> {
        let jumps = [jump_intensity, jump_mean, jump_volatility];
        let parameters = Parameters {
            model: drawn::model(py, model, degrees, jumps)?,
            estimator: drawn::estimator(py, covariance)?,
            repair: drawn::repair(py, repair)?,
            horizon,
            zero_drift,
            paths,
            antithetic,
            seed: values::digest(py, "seed", seed)?,
        };
        drawn::paths(py, prices, &parameters).map(Self::of)
    }

    /// Returns a mean and a covariance, for parametric clauses: estimated from prices, or given as a
    /// table with a row for each factor.
    #[staticmethod]
    #[expect(clippy::too_many_arguments, reason = "keywords of Python")]
    #[pyo3(signature = (
        prices=None, *, table=None, estimator="sample", repair=None, zero_mean=false, horizon=1, window=None
    ))]
    fn covariance<'py>(
        py: Python<'py>,
        prices: Option<&Bound<'py, PyAny>>,
        table: Option<&Bound<'py, PyAny>>,
        estimator: &str,
        repair: Option<&str>,
        zero_mean: bool,
        horizon: usize,
        window: Option<usize>,
    ) -> PyResult<Self> {
        let repair = drawn::repair(py, repair)?;
        match (prices, table) {
            (Some(prices), None) => {
                let estimator = drawn::estimator(py, estimator)?;
                let parameters =
                    covariance_set::Parameters { estimator, repair, with_mean: !zero_mean, horizon, window };
                drawn::covariance(py, prices, &parameters).map(Self::of)
            }
            (None, Some(given)) => tables::covariance(py, given, repair).map(Self::of),
            _ => Err(errors::usage(py, "covariance", "give one of prices and table")),
        }
    }

    /// Returns the matrix of a margin by rule, for a `margin` clause.
    ///
    /// table: weights and correlations: a TOML file by buckets, or a table with a row `weight` and then
    ///     a row of correlations for each factor
    /// correlations: "low", "medium" or "high" ones of those of the table
    ///
    /// Raises InputError for a weight that is not above 0 and below 8, for a correlation beyond 1,
    /// and for a matrix that is not positive semidefinite.
    #[staticmethod]
    #[pyo3(signature = (table, *, correlations="medium"))]
    fn margin<'py>(py: Python<'py>, table: &Bound<'py, PyAny>, correlations: &str) -> PyResult<Self> {
        tables::margin(py, table, correlations).map(Self::of)
    }

    /// Returns a scan of one underlying: sixteen moves of its price and of its implied volatility.
    ///
    /// price_range: largest common move of the price, as a fraction of it
    /// extreme, cover: the extreme move as a multiple of that range, and the part of its loss that counts
    /// volatility_range: move of the implied volatility; adds the column for vegas
    /// gamma: adds the column for gammas
    ///
    /// Raises InputError for a range that is not positive, or too large.
    ///
    /// >>> import tailproof as tp
    /// >>> len(tp.Scenarios.scan("BTC", price_range=0.15, extreme=2, cover=0.35))
    /// 16
    #[staticmethod]
    #[pyo3(signature = (underlying, *, price_range, extreme, cover, volatility_range=None, gamma=false))]
    fn scan<'py>(
        py: Python<'py>,
        underlying: &str,
        price_range: &Bound<'py, PyAny>,
        extreme: &Bound<'py, PyAny>,
        cover: &Bound<'py, PyAny>,
        volatility_range: Option<&Bound<'py, PyAny>>,
        gamma: bool,
    ) -> PyResult<Self> {
        let ranges = ScanRanges {
            price: values::amount(py, "price_range", price_range)?,
            volatility: values::optional(py, "volatility_range", volatility_range)?,
            gamma,
            extreme: values::amount(py, "extreme", extreme)?,
            cover: values::amount(py, "cover", cover)?,
        };
        let set = scan(underlying, &ranges).map_err(|problem| errors::usage(py, "scan", &problem.to_string()))?;
        Ok(Self::of(set))
    }

    /// Returns scenarios of stress: a table with a row for each scenario, its moves as fractions.
    /// Those of a file are in percent with `percent`.
    ///
    /// Raises InputError with the row and the column of a move that is missing, infinite, no
    /// number, or outside -100 % to 800 %.
    ///
    /// >>> import tailproof as tp
    /// >>> tp.Scenarios.stress({"name": ["Crash", "Rally"], "AAPL": [-0.2, 0.1]}).labels
    /// ['Crash', 'Rally']
    #[staticmethod]
    #[pyo3(signature = (table, *, percent=false))]
    fn stress<'py>(py: Python<'py>, table: &Bound<'py, PyAny>, percent: bool) -> PyResult<Self> {
        tables::stressed(py, table, percent).map(Self::of)
    }

    /// Returns the scenarios of another model, with their weights. Every sentence calls them imported.
    ///
    /// weights: name of the column of weights; equal ones without it
    /// description: what their maker says of them, in at most 200 characters
    ///
    /// Raises InputError as `stress` does, and for a weight that is negative.
    ///
    /// >>> import tailproof as tp
    /// >>> model = {"name": ["1", "2"], "AAPL": [-0.2, 0.1], "weight": [0.25, 0.75]}
    /// >>> sum(tp.Scenarios.imported(model, weights="weight").weights)
    /// 4
    #[staticmethod]
    #[pyo3(signature = (table, *, weights=None, description=None, percent=false))]
    fn imported<'py>(
        py: Python<'py>,
        table: &Bound<'py, PyAny>,
        weights: Option<&str>,
        description: Option<&str>,
        percent: bool,
    ) -> PyResult<Self> {
        tables::of_another_model(py, table, weights, description, percent).map(Self::of)
    }

    /// Returns the days of P&L vectors, each of weight 1. The set is public, and holds no gain:
    /// these are in a `Book.pnl` over the same days.
    ///
    /// gains: a path or a frame with a row for each day, oldest first, and a column for each desk:
    ///     currency, losses negative. A file has one vector: `date,pnl`, or the report of historical
    ///     simulation P&L of the Open Source Risk Engine
    /// source: your words on what the vectors are of, which every verdict over the set shows as
    ///     yours: at most 200 characters
    ///
    /// Raises InputError with the day and the column of a gain that is missing, infinite or no
    /// number, and of a day that occurs twice or is not after the one before.
    ///
    /// >>> import tailproof as tp
    /// >>> gains = {"date": ["2024-01-02", "2024-01-03"], "Rates": [-1250.5, 310.25], "Credit": [80, -45]}
    /// >>> tp.Scenarios.pnl(gains, source="Full revaluation").sentence
    /// 'the committed P&L vector of "Full revaluation", 2 days from 2024-01-02 to 2024-01-03'
    #[staticmethod]
    #[pyo3(signature = (gains, *, source))]
    fn pnl<'py>(py: Python<'py>, gains: &Bound<'py, PyAny>, source: &str) -> PyResult<Self> {
        tables::days_of_gains(py, gains, source).map(Self::of)
    }

    /// Returns the moves of prices between named dates: a list of (name, from, to).
    ///
    /// without_row: "refuse", or "before" to take the last row before a date without one, at most 7
    ///     days before
    ///
    /// Raises InputError for a date without a row, and for an event that does not end after it
    /// begins.
    ///
    /// >>> import tailproof as tp
    /// >>> week = [("First week", "2021-01-04", "2021-01-08")]
    /// >>> tp.Scenarios.events(tp.sample.prices(), week).labels
    /// ['First week, 2021-01-04 to 2021-01-08']
    #[staticmethod]
    #[pyo3(signature = (prices, events, *, without_row="refuse"))]
    fn events<'py>(
        py: Python<'py>,
        prices: &Bound<'py, PyAny>,
        events: Vec<(String, String, String)>,
        without_row: &str,
    ) -> PyResult<Self> {
        history::between_dates(py, prices, &events, without_row).map(Self::of)
    }

    /// Returns the ten crises that are known by name: (name, from, to).
    #[staticmethod]
    fn known_events() -> Vec<(String, String, String)> {
        known_events().into_iter().map(|event| (event.name.clone(), event.from.clone(), event.to.clone())).collect()
    }

    /// Reads a set from its file. With `digest`, another set is refused.
    #[staticmethod]
    #[pyo3(signature = (path, *, digest=None))]
    fn read(py: Python<'_>, path: PathBuf, digest: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let bytes = files::read(&path)?;
        Self::decoded(py, &path.display().to_string(), &bytes, digest)
    }

    /// Returns the set of the bytes of its file. With `digest`, another set is refused.
    #[staticmethod]
    #[pyo3(signature = (content, *, digest=None))]
    fn from_bytes(py: Python<'_>, content: &[u8], digest: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        Self::decoded(py, "scenarios", content, digest)
    }

    /// Returns the set with columns that move in no scenario, behind the others: for cash, or what is owed.
    ///
    /// >>> import tailproof as tp
    /// >>> market = tp.Scenarios.historical(tp.sample.prices(), window=5, factors=["AAPL"])
    /// >>> market.with_cash(["cash"]).factors
    /// ['AAPL', 'cash']
    fn with_cash(&self, py: Python<'_>, names: Vec<String>) -> PyResult<Self> {
        let set = ScenarioSet::clone(&self.set).with_cash(&names);
        set.map(Self::of).map_err(|problem| errors::problem(py, "names", &problem))
    }

    /// Returns the bytes of its file.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &file::encode(&self.set))
    }

    /// Writes the file of the set. It replaces another set.
    fn write(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        files::write(py, &path, Replace::Like(Kind::Scenarios), &file::encode(&self.set))
    }

    /// SHA-256 of the file, in hex.
    #[getter]
    fn digest(&self) -> String {
        hex::encode(self.digest)
    }

    /// Names of the factors, in the order of the columns.
    #[getter]
    fn factors(&self) -> Vec<String> {
        self.set.factors().to_vec()
    }

    /// A label for each scenario: the last day of its move, or its name.
    #[getter]
    fn labels(&self) -> Vec<String> {
        self.set.labels().to_vec()
    }

    /// A weight for each scenario.
    #[getter]
    fn weights(&self) -> Vec<u32> {
        self.set.weights().to_vec()
    }

    /// What the header says of its making.
    #[getter]
    fn generator<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json(py, &serde_json::to_string(self.set.generator()).unwrap_or_default())
    }

    /// The set in words, as verdicts have it.
    #[getter]
    fn sentence(&self) -> String {
        self.set.sentence()
    }

    /// What is probably wrong about the moves: likely splits, changes of unit, gaps, large moves.
    #[getter]
    fn suspicions(&self) -> Vec<String> {
        market::of_set(&self.set).iter().map(ToString::to_string).collect()
    }

    /// Returns the moves as a frame of pandas, or of polars with `library="polars"`: a row for each
    /// scenario, fractions.
    #[pyo3(signature = (library="pandas"))]
    fn to_frame<'py>(&self, py: Python<'py>, library: &str) -> PyResult<Bound<'py, PyAny>> {
        let columns = PyDict::new(py);
        let width = self.set.factors().len();
        for (column, name) in self.set.factors().iter().enumerate() {
            let moves: Vec<f64> = self
                .set
                .entries()
                .iter()
                .skip(column)
                .step_by(width)
                .map(|entry| f64::from(*entry) / 1_048_576.0)
                .collect();
            columns.set_item(name, moves)?;
        }
        py.import("tailproof._frames")?.call_method1("frame", ("scenario", self.labels(), columns, library))
    }

    /// Makes the set again from its source, and returns what came out: a dictionary with
    /// `made_again`, `identical`, `same_sources` and `differences` in words.
    ///
    /// Give what the header names: `prices` (with `rates` and `implied_volatilities`, if it names
    /// them) or a `table`; for the losses of a pool its `deal`, beside prices or a table where
    /// collateral secures the loans; for its payments by month the `deal` and `assumptions`, the
    /// path of a TOML file. `tolerance` is the largest difference of a move, in units of 2^-20.
    ///
    /// Raises InputError if the set cannot be made from these.
    #[expect(clippy::too_many_arguments, reason = "keywords of Python")]
    #[pyo3(signature = (
        *, prices=None, rates=None, implied_volatilities=None, table=None, percent=false, deal=None, assumptions=None,
        tolerance=0
    ))]
    fn regenerate<'py>(
        &self,
        py: Python<'py>,
        prices: Option<&Bound<'py, PyAny>>,
        rates: Option<&Bound<'py, PyAny>>,
        implied_volatilities: Option<&Bound<'py, PyAny>>,
        table: Option<&Bound<'py, PyAny>>,
        percent: bool,
        deal: Option<PyRef<'py, Deal>>,
        assumptions: Option<PathBuf>,
        tolerance: u32,
    ) -> PyResult<Bound<'py, PyDict>> {
        let named = Named { prices, rates, volatilities: implied_volatilities, table, percent };
        let given = Given::of(py, Some(&self.set), named)?;
        let terms = deal.map(|deal| deal.terms.clone());
        let assumptions = assumptions.map(|path| files::assumptions(py, &path)).transpose()?;
        let sources = Sources {
            deal: terms.as_deref(),
            assumptions: assumptions.as_ref().map(|(_, assumptions)| assumptions),
            ..given.sources(tolerance)
        };
        let remade = detached(py, || Makers.regenerate(&self.set, &sources))?;
        let argument = if terms.is_some() { "deal" } else { "prices" };
        let remade = remade.map_err(|error| errors::usage(py, argument, &error.to_string()))?;
        let result = PyDict::new(py);
        result.set_item("made_again", remade.made_again())?;
        result.set_item("identical", remade.comparison == Comparison::Identical)?;
        result.set_item("same_sources", remade.same_sources())?;
        result.set_item("differences", remade.differences.to_string())?;
        Ok(result)
    }

    fn __len__(&self) -> usize {
        self.set.scenarios()
    }

    fn __repr__(&self) -> String {
        let (rows, width, digest) = (self.set.scenarios(), self.set.factors().len(), self.digest());
        format!(
            "Scenarios({rows} scenarios x {width} factors, {}, digest {}...)",
            self.set.generator().kind(),
            &digest[..16]
        )
    }

    fn __eq__(&self, other: PyRef<'_, Self>) -> bool {
        self.digest == other.digest
    }

    fn __hash__(&self) -> u64 {
        u64::from_le_bytes(self.digest[..8].try_into().unwrap_or_default())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        Ok((slf.get_type().getattr("from_bytes")?, (slf.get().to_bytes(slf.py()),)))
    }
}

impl Scenarios {
    /// Decodes a file, and refuses another set than the one that is pinned.
    fn decoded(py: Python<'_>, name: &str, bytes: &[u8], pinned: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let (set, digest) = file::decode(name, bytes).map_err(|error| errors::input(py, &error))?;
        if let Some(pinned) = pinned.filter(|pinned| !pinned.is_none()) {
            let expected = values::digest(py, "digest", pinned)?;
            if expected != digest {
                let (found, expected) = (hex::encode(digest), hex::encode(expected));
                return Err(errors::usage(py, name, &format!("its digest is {found}, and {expected} is expected")));
            }
        }
        Ok(Self { set: Arc::new(set), digest })
    }
}
