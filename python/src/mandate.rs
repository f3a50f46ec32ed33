//! Mandates.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tailproof::core::InputError;
use tailproof::core::mandate::{Caps, Groups, Impact, Mandate as Terms};
use tailproof::risk::presets::group_mandates::GroupRule;
use tailproof::risk::presets::mandates;
use tailproof::store::Kind;
use tailproof::{InstanceError, Limit, MandateClaim};

use crate::book::Book;
use crate::errors;
use crate::files;
use crate::scenarios::Scenarios;
use crate::values;

/// A public mandate: a name, and limits on figures of a book.
///
/// Mandate(name, *, clauses, unit=None, currency=None, half_spreads=None, scenarios=None, nav=None,
/// cash=None, groups=None, caps=None, cap_days=None, cap_participation=None, impact=None)
///
/// The arguments are the keys of its file: `unit` is the currency, or the coarsest book unit that the
/// mandate accepts, a number. `clauses` are made by `var`, `cvar`, `stress`, `margin`, `gross`, `net`,
/// `concentration`, `large_exposures` and `caps`. `half_spreads` is a mapping of factors to half-spreads, or one
/// for all of them. `scenarios` says which sets count, with the keys of the table `[scenarios]` of a file.
/// `nav` is "stated" or "sum", `cash` lists names of factors that are cash or what is owed, and `groups`
/// is the digest of the file of groups that clauses are on: `under` takes the file itself. `caps` and
/// `impact` are the digests of files of caps and of liquidity costs that grow: `under_caps` and
/// `under_impact` take them. A volume of a file of caps counts as `cap_days` at `cap_participation` of it.
///
/// The file of a mandate is TOML; `toml` is its text.
///
/// Raises InputError for a mandate of no sense, and for one that bears the name of a rule which
/// allows it over no set, such as "UCITS absolute VaR" with a unit above 1.
///
/// >>> import tailproof as tp
/// >>> mandate = tp.Mandate("Desk", unit="USD", clauses=[tp.var(0.99, limit_nav=0.04)])
/// >>> mandate.sentences
/// ['99 % VaR <= 4 % of NAV']
#[pyclass(frozen, module = "tailproof", name = "Mandate")]
pub struct Mandate {
    /// The terms.
    pub terms: Arc<Terms>,
    toml: String,
}

impl Mandate {
    /// Returns the mandate of a text that is made here, and so has to be one that somebody can
    /// meet.
    fn made(py: Python<'_>, file: &str, toml: String) -> PyResult<Self> {
        let made = Self::parsed(py, file, toml)?;
        made.terms.check_name().map_err(|problem| errors::problem(py, file, &problem.into()))?;
        Ok(made)
    }

    /// Returns the mandate of a text. `file` names it in errors.
    fn parsed(py: Python<'_>, file: &str, toml: String) -> PyResult<Self> {
        let terms = Terms::from_toml(file, &toml).map_err(|error| errors::input(py, &error))?;
        Ok(Self { terms: Arc::new(terms), toml })
    }

    /// Returns the claim that a book meets the mandate over a set.
    pub fn claim(&self, scenarios: &Scenarios) -> Result<MandateClaim, InstanceError> {
        MandateClaim::new(self.terms.clone(), scenarios.set.clone())
    }
}

#[pymethods]
impl Mandate {
    #[new]
    #[pyo3(signature = (name, *, clauses, unit=None, currency=None, half_spreads=None, scenarios=None, nav=None, cash=None, groups=None, caps=None, cap_days=None, cap_participation=None, impact=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of Python")]
    fn new(
        py: Python<'_>,
        name: &str,
        clauses: &Bound<'_, PyAny>,
        unit: Option<&Bound<'_, PyAny>>,
        currency: Option<&str>,
        half_spreads: Option<&Bound<'_, PyAny>>,
        scenarios: Option<&Bound<'_, PyAny>>,
        nav: Option<&str>,
        cash: Option<&Bound<'_, PyAny>>,
        groups: Option<&str>,
        caps: Option<&str>,
        cap_days: Option<&Bound<'_, PyAny>>,
        cap_participation: Option<&Bound<'_, PyAny>>,
        impact: Option<&str>,
    ) -> PyResult<Self> {
        // A tuple of Python's has at most twelve values here.
        let keys = PyDict::new(py);
        keys.set_item("caps", caps)?;
        keys.set_item("cap_days", cap_days)?;
        keys.set_item("cap_participation", cap_participation)?;
        keys.set_item("impact", impact)?;
        let text = py.import("tailproof._clauses")?.call_method(
            "mandate_toml",
            (name, clauses, unit, currency, half_spreads, scenarios, nav, cash, groups),
            Some(&keys),
        )?;
        Self::made(py, "mandate", text.extract()?)
    }

    /// Reads a mandate from a TOML file.
    ///
    /// Raises InputError for a file that is no mandate, OSError for one that cannot be read.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let text = files::read_text(&path)?;
        Self::parsed(py, &path.display().to_string(), text.to_string())
    }

    /// Returns the mandate of a TOML text.
    #[staticmethod]
    fn from_toml(py: Python<'_>, text: String) -> PyResult<Self> {
        Self::parsed(py, "mandate", text)
    }

    /// Returns the mandate over a file of groups, whose digest it names. Without it, its clauses on groups
    /// are neither proved nor verified.
    fn under(&self, py: Python<'_>, groups: PathBuf) -> PyResult<Self> {
        let (file, text) = (groups.display().to_string(), files::read_text(&groups)?);
        let under = Groups::from_toml(&file, &text).and_then(|groups| {
            Terms::clone(&self.terms).under(groups).map_err(|problem| InputError::in_file(&file, problem))
        });
        let terms = under.map_err(|error| errors::input(py, &error))?;
        Ok(Self { terms: Arc::new(terms), toml: self.toml.clone() })
    }

    /// Returns the mandate over a file of caps, whose digest it names. Without it, its clause on caps is
    /// neither proved nor verified.
    fn under_caps(&self, py: Python<'_>, caps: PathBuf) -> PyResult<Self> {
        let (file, text) = (caps.display().to_string(), files::read_text(&caps)?);
        let under = Caps::from_csv(&file, &text).and_then(|caps| {
            Terms::clone(&self.terms).under_caps(caps).map_err(|problem| InputError::in_file(&file, problem))
        });
        let terms = under.map_err(|error| errors::input(py, &error))?;
        Ok(Self { terms: Arc::new(terms), toml: self.toml.clone() })
    }

    /// Returns the mandate over a file of liquidity costs that grow, whose digest it names. Without it, its
    /// clauses with a liquidity cost are neither proved nor verified.
    fn under_impact(&self, py: Python<'_>, impact: PathBuf) -> PyResult<Self> {
        let (file, text) = (impact.display().to_string(), files::read_text(&impact)?);
        let under = Impact::from_csv(&file, &text).and_then(|impact| {
            Terms::clone(&self.terms).under_impact(impact).map_err(|problem| InputError::in_file(&file, problem))
        });
        let terms = under.map_err(|error| errors::input(py, &error))?;
        Ok(Self { terms: Arc::new(terms), toml: self.toml.clone() })
    }

    /// Returns the mandate that a rule prescribes, with the article of each clause in its text.
    ///
    /// `rule` is "ucits-absolute", "ucits-relative", "sec-18f4-relative", "frtb-es", "solvency2",
    /// "crr-large-exposures", "aifmd-gross", "aifmd-commitment", "sec-2a7", "eu-mmf-vnav",
    /// "eu-mmf-lvnav", "mica-reserve", "runway", "frtb-sba", "simm-delta" or "span-scan". "frtb-es"
    /// takes your own `limit` (currency) or `limit_nav` (fraction of the net asset value), and so
    /// do the last three, with the `scenarios` that it is over; "aifmd-gross" and
    /// "aifmd-commitment" take `limit_nav`; "ucits-relative" and "sec-18f4-relative" take a
    /// `reference` book and the `scenarios` of the limit; the five from "sec-2a7" to "runway" take
    /// a file of `groups`, and the last two of them the `amount` of the claims or of the budget
    /// (currency). `diversification` adds the clauses of the 5/10/40 rule to a mandate of UCITS.
    /// `unit` is the coarsest book unit that the mandate accepts, a cent without it, and at most 1.
    #[staticmethod]
    #[pyo3(signature = (
        rule, *, limit=None, limit_nav=None, reference=None, scenarios=None, groups=None, amount=None, unit=None,
        diversification=false
    ))]
    #[allow(clippy::too_many_arguments)]
    fn preset(
        py: Python<'_>,
        rule: &str,
        limit: Option<&Bound<'_, PyAny>>,
        limit_nav: Option<&Bound<'_, PyAny>>,
        reference: Option<PyRef<'_, Book>>,
        scenarios: Option<PyRef<'_, Scenarios>>,
        groups: Option<PathBuf>,
        amount: Option<&Bound<'_, PyAny>>,
        unit: Option<&Bound<'_, PyAny>>,
        diversification: bool,
    ) -> PyResult<Self> {
        let absolute = values::optional(py, "limit", limit)?;
        let of_nav = values::optional(py, "limit_nav", limit_nav)?;
        let (amount, unit) = (values::optional(py, "amount", amount)?, values::optional(py, "unit", unit)?);
        let in_unit = |text: String| unit.map_or_else(|| text.clone(), |unit| mandates::with_unit(&text, unit));
        if let Some(of) = GroupRule::named(rule) {
            let others = (absolute, of_nav, &reference, &scenarios, diversification);
            let ((None, None, None, None, false), Some(path)) = (others, groups) else {
                let text = format!("{rule} takes groups, and an amount where it has one, and nothing else");
                return Err(errors::usage(py, "preset", &text));
            };
            let (file, text) = (path.display().to_string(), files::read_text(&path)?);
            let read = Groups::from_toml(&file, &text).map_err(|error| errors::input(py, &error))?;
            let text = of.mandate(&read, amount);
            let text = text.map_err(|error| errors::usage(py, "groups", &error.to_string()))?;
            return Self::made(py, "preset", in_unit(text))?.under(py, path);
        }
        if groups.is_some() || amount.is_some() {
            return Err(errors::usage(py, "preset", &format!("{rule} takes no groups and no amount")));
        }
        let part = match rule {
            "frtb-sba" => Some(mandates::Part::FrtbSba),
            "simm-delta" => Some(mandates::Part::SimmDelta),
            "span-scan" => Some(mandates::Part::SpanScan),
            _ => None,
        };
        if let Some(part) = part {
            let limit = match (absolute, of_nav) {
                (Some(amount), None) => Some(Limit::Absolute(amount)),
                (None, Some(fraction)) => Some(Limit::NavFraction(fraction)),
                _ => None,
            };
            let (Some(limit), None, Some(scenarios), false) = (limit, &reference, &scenarios, diversification) else {
                let text = format!("{rule} takes one of limit and limit_nav, and scenarios");
                return Err(errors::usage(py, "preset", &text));
            };
            let text = mandates::part_of_rule(part, limit, &scenarios.set);
            return Self::made(
                py,
                "preset",
                in_unit(text.map_err(|error| errors::usage(py, "scenarios", &error.to_string()))?),
            );
        }
        let text = match (rule, absolute, of_nav, &reference, &scenarios) {
            ("ucits-absolute", None, None, None, None) => mandates::ucits_absolute().to_owned(),
            ("solvency2", None, None, None, None) => mandates::solvency2().to_owned(),
            ("crr-large-exposures", None, None, None, None) => mandates::crr_large_exposures().to_owned(),
            ("aifmd-gross", None, Some(maximum), None, None) => mandates::aifmd_gross(maximum),
            ("aifmd-commitment", None, Some(maximum), None, None) => mandates::aifmd_commitment(maximum),
            ("aifmd-gross" | "aifmd-commitment", ..) => {
                return Err(errors::usage(py, "preset", &format!("{rule} takes limit_nav alone")));
            }
            ("frtb-es", Some(amount), None, None, None) => mandates::frtb_es(Limit::Absolute(amount)),
            ("frtb-es", None, Some(fraction), None, None) => mandates::frtb_es(Limit::NavFraction(fraction)),
            ("frtb-es", ..) => return Err(errors::usage(py, "preset", "frtb-es takes one of limit and limit_nav")),
            ("ucits-relative" | "sec-18f4-relative", None, None, Some(reference), Some(scenarios)) => {
                let positions = reference.positions(py, &scenarios.set)?;
                let text = match rule {
                    "ucits-relative" => mandates::ucits_relative(&positions, &scenarios.set),
                    _ => mandates::sec_18f4_relative(&positions, &scenarios.set),
                };
                text.map_err(|error| errors::usage(py, "reference", &error.to_string()))?
            }
            ("ucits-relative" | "sec-18f4-relative", ..) => {
                return Err(errors::usage(py, "preset", &format!("{rule} takes reference and scenarios")));
            }
            ("ucits-absolute" | "solvency2" | "crr-large-exposures", ..) => {
                return Err(errors::usage(py, "preset", &format!("{rule} takes no limit, reference or scenarios")));
            }
            _ => {
                let known = "ucits-absolute, ucits-relative, sec-18f4-relative, frtb-es, solvency2, crr-large-exposures, \
                             aifmd-gross, aifmd-commitment, sec-2a7, eu-mmf-vnav, eu-mmf-lvnav, mica-reserve, runway, \
                             frtb-sba, simm-delta and span-scan";
                return Err(errors::usage(py, "preset", &format!("'{rule}' is no preset; there are {known}")));
            }
        };
        match (diversification, rule.starts_with("ucits")) {
            (true, true) => Self::made(py, "preset", in_unit(mandates::with_diversification(&text))),
            (true, false) => Err(errors::usage(py, "diversification", "it is for mandates of UCITS")),
            (false, _) => Self::made(py, "preset", in_unit(text)),
        }
    }

    /// Writes the TOML file of the mandate. With `force`, it replaces another mandate.
    #[pyo3(signature = (path, *, force=false))]
    fn write(&self, py: Python<'_>, path: PathBuf, force: bool) -> PyResult<()> {
        files::write(py, &path, files::replaced(Kind::Mandate, force), self.toml.as_bytes())
    }

    /// The name.
    #[getter]
    fn name(&self) -> &str {
        self.terms.name()
    }

    /// The currency code, or an empty text.
    #[getter]
    fn currency(&self) -> &str {
        self.terms.currency()
    }

    /// The text of the file.
    #[getter]
    fn toml(&self) -> &str {
        &self.toml
    }

    /// SHA-256 of what the mandate says, in hex.
    #[getter]
    fn digest(&self) -> String {
        hex::encode(self.terms.digest())
    }

    /// The clauses in words.
    #[getter]
    fn sentences(&self) -> Vec<String> {
        let clauses = self.terms.clauses().iter().map(ToString::to_string);
        clauses.chain(self.terms.rule_sentences()).collect()
    }

    /// Returns the name of the smallest shape of keys for the mandate over a set, such as "500x20".
    #[pyo3(signature = (scenarios, *, books=1))]
    fn smallest_shape(&self, py: Python<'_>, scenarios: PyRef<'_, Scenarios>, books: usize) -> PyResult<String> {
        let claim = tailproof::Claim::from(self.claim(&scenarios).map_err(|error| errors::instance(py, &error))?);
        let shape = claim.smallest_shape(books, 0).map_err(|error| errors::instance(py, &error))?;
        Ok(shape.to_string())
    }

    fn __repr__(&self) -> String {
        format!("Mandate({:?}, {} clauses)", self.name(), self.terms.clauses().len())
    }

    fn __eq__(&self, other: PyRef<'_, Self>) -> bool {
        self.terms == other.terms
    }

    fn __hash__(&self) -> u64 {
        u64::from_le_bytes(self.terms.digest()[..8].try_into().unwrap_or_default())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        Ok((slf.get_type().getattr("from_toml")?, (slf.get().toml.clone(),)))
    }
}
