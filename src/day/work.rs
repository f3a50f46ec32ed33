//! The steps of a day.

use std::fs;
use std::path::{Path, PathBuf};

use ark_bn254::Fr;
use tailproof_core::mandate::ClauseFigure;
use tailproof_core::scenarios::{file as scenario_file, historical::historical, regenerate::Sources};
use tailproof_core::text::day;
use tailproof_core::{Limit, Mandate, Measure, Positions, PriceHistory, ScenarioSet};
use tailproof_prover::holdings::Books;
use tailproof_prover::opening::BookOpening;
use tailproof_risk::csv::BookFile;
use tailproof_risk::generate::regenerate::Makers;
use tailproof_verifier::claim::MandateClaim;
use tailproof_verifier::commitment::file::BookCommitment;
use tailproof_verifier::expected::Remake;
use tailproof_verifier::ledger::{KeyRing, Kind as StepKind, Ledger, Step, StepError};

use super::error::DayError;
use super::places::Places;
use super::plan::{Plan, plan};
use super::{Config, holdings};
use crate::store::{Access, Kind, Output, Replace, Store};

/// The caller's part of a day: keys and random numbers.
pub trait Hands {
    /// The caller's error.
    type Error: From<DayError>;

    /// Commits to a book. `date` is the day of the forecast.
    ///
    /// # Errors
    /// The caller's.
    fn commit(
        &mut self,
        date: &str,
        positions: &Positions,
        factors: &[String],
    ) -> Result<(BookCommitment, BookOpening), Self::Error>;

    /// Proves a claim about held books with the keys of that kind of step.
    ///
    /// # Errors
    /// The caller's; a false claim is none.
    fn prove(
        &mut self,
        kind: StepKind,
        claim: &MandateClaim,
        held: &Books,
        context: (&str, Fr),
    ) -> Result<Proved, Self::Error>;

    /// Returns the keys that check the proofs of that kind of step.
    ///
    /// # Errors
    /// The caller's.
    fn keys(&mut self, kind: StepKind) -> Result<KeyRing, Self::Error>;
}

/// The outcome of proving.
#[derive(Debug)]
pub enum Proved {
    /// A proof file.
    Proof(Vec<u8>),
    /// The claim is false; the figures are private.
    False(Vec<ClauseFigure>),
}

/// The files of a desk, read.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'i> {
    /// Paths and settings.
    pub config: &'i Config,
    /// The prices, which may go beyond the day: they are not looked at.
    pub prices: &'i PriceHistory,
    /// The book as it is now.
    pub book: &'i BookFile,
    /// The text of the mandate, with its file's name.
    pub mandate: (&'i str, &'i str),
}

/// Where the output of a step came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was made.
    Made,
    /// It was there, and is what this run would have made, or verifies in its place.
    Found,
}

/// What became of a day's loss, or of its forecast.
#[derive(Debug)]
pub enum Outcome {
    /// A proof that is in the ledger now.
    Added {
        /// The day.
        date: String,
        /// The limit, as the ledger states it.
        limit: String,
        /// Whether the proof was made or found.
        proof: Origin,
    },
    /// The claim is false; nothing was added. The figures are private.
    False {
        /// The day.
        date: String,
        /// The figures of the clauses.
        figures: Vec<ClauseFigure>,
    },
}

/// The report of a day.
#[derive(Debug, Default)]
pub struct Report {
    /// The loss of the day that was forecast before.
    pub realised: Option<Outcome>,
    /// Day whose forecast counts as an exceedance from now on.
    pub exceedance: Option<String>,
    /// The forecast.
    pub forecast: Option<Outcome>,
    /// Whether the forecast made a new commitment, because the book or its factors changed.
    pub committed: bool,
    /// The head of the ledger, to be published.
    pub head: [u8; 32],
}

impl Report {
    /// Whether the day was done before, so that nothing changed.
    pub fn is_nothing(&self) -> bool {
        self.realised.is_none() && self.forecast.is_none()
    }
}

/// Does the steps of `date`, and returns the report. `missed` is as in [`plan`]. With `only_realise`
/// no forecast is made.
///
/// # Errors
/// The day cannot come next; an input is faulty; a file cannot be written. Steps that were done stay
/// done: the next run goes on from there.
pub fn run<H: Hands>(
    inputs: Inputs<'_>,
    store: &Store,
    hands: &mut H,
    (date, missed): (&str, Option<&str>),
    only_realise: bool,
) -> Result<Report, H::Error> {
    let config = inputs.config;
    let ledger = read_ledger(&config.path(&config.ledger))?;
    let Plan { realise, missed, forecast } = plan(&ledger, inputs.prices, date, missed).map_err(DayError::from)?;
    let mut report = Report { exceedance: missed, ..Report::default() };
    let work = Work { inputs, store };
    if let Some(date) = &realise {
        let outcome = work.realise(hands, ledger, date)?;
        if matches!(outcome, Outcome::False { .. }) {
            report.exceedance = Some(date.clone());
        }
        report.realised = Some(outcome);
    }
    if let Some(date) = forecast.filter(|_| !only_realise) {
        let (outcome, committed) = work.forecast(hands, &date)?;
        (report.forecast, report.committed) = (Some(outcome), committed);
    }
    let ledger = read_ledger(&config.path(&config.ledger))?;
    report.head = ledger.head_after(ledger.steps().len());
    Ok(report)
}

/// Reads a ledger.
///
/// # Errors
/// It cannot be read, or is none.
pub fn read_ledger(path: &Path) -> Result<Ledger, DayError> {
    let text = fs::read_to_string(path).map_err(|error| DayError::Read { path: path.to_owned(), error })?;
    Ledger::from_json(&text).map_err(|problem| DayError::Malformed { path: path.to_owned(), problem })
}

/// Returns the text of the mandate of a realised loss: one clause on the worst loss, within the limit
/// of the forecast.
pub fn realised_mandate(forecast: &Mandate, limit: Limit) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let unit = format!("{} {}", forecast.currency(), forecast.coarsest_unit());
    let key = if matches!(limit, Limit::Absolute(_)) { "limit" } else { "limit_nav" };
    format!(
        "name = {}\nunit = {}\n\n[[clause]]\nmeasure = \"stress\"\n{key} = {}\n",
        quoted(&format!("{}: realised loss", forecast.name())),
        quoted(unit.trim()),
        quoted(&limit.value().normalize().to_string())
    )
}

/// The steps, with what they read.
struct Work<'w> {
    inputs: Inputs<'w>,
    store: &'w Store,
}

impl Work<'_> {
    /// Proves the loss of a day, and adds it.
    fn realise<H: Hands>(&self, hands: &mut H, ledger: Ledger, date: &str) -> Result<Outcome, H::Error> {
        let config = self.inputs.config;
        let (mandate, commitment) =
            ledger.open().map(|open| (open.mandate.clone(), open.commitment.clone())).unwrap_or_default();
        let places = Places::of(config, date);
        let prices = self.until(date)?;
        let set = self.set(&prices, 1, &places.day)?;
        // The limit is that of the forecast, whose mandate the day kept.
        let (name, text) = (places.mandate.display().to_string(), read(&places.mandate)?);
        let forecast = Mandate::from_toml(&name, &text).map_err(DayError::from)?;
        if hex::encode(forecast.digest()) != mandate {
            return Err(DayError::OtherMandate { path: places.mandate, date: date.to_owned() }.into());
        }
        let clause = forecast.clause(Measure::Var).filter(|clause| clause.confidence == Some(ledger.confidence()));
        let clause = clause.ok_or(DayError::NoForecastClause(ledger.confidence()))?;
        let text = realised_mandate(&forecast, clause.limit);
        let claim = self.claim(&text, &places.realised, set)?;
        let book = holdings::open(config, self.store, claim.scenarios(), &commitment, date)?;
        let held = Books::new(vec![book]).map_err(DayError::from)?;
        self.add(hands, (StepKind::Realised, date, &places.loss), ledger, (&claim, &held), &prices)
    }

    /// Commits to the book as it is now if it changed, proves its value at risk, and adds it. Returns
    /// also whether there is a new commitment.
    fn forecast<H: Hands>(&self, hands: &mut H, date: &str) -> Result<(Outcome, bool), H::Error> {
        let Inputs { config, book, mandate, .. } = self.inputs;
        let ledger = read_ledger(&config.path(&config.ledger))?;
        let places = Places::of(config, date);
        let prices = self.before(date)?;
        let set = self.set(&prices, config.window, &places.set)?;
        let claim = self.claim(mandate.1, &places.mandate, set)?;
        let unit = config.book_unit().map_err(DayError::from)?;
        let nav = config.book_nav().map_err(DayError::from)?;
        let positions = book.positions(claim.scenarios(), unit, nav).map_err(DayError::from)?;
        // A book that breaks its mandate is not committed to.
        let figures = claim.mandate().evaluate(claim.scenarios(), &positions).map_err(DayError::from)?;
        if !figures.iter().all(ClauseFigure::holds) {
            return Ok((Outcome::False { date: date.to_owned(), figures }, false));
        }
        let held = holdings::committed(config, self.store, hands, (claim.scenarios(), positions, date))?;
        let is_new = !held.is_known;
        let held = Books::new(vec![held.book]).map_err(DayError::from)?;
        let step = (StepKind::Forecast, date, &*places.forecast);
        Ok((self.add(hands, step, ledger, (&claim, &held), &prices)?, is_new))
    }

    /// Returns the prices before a day.
    fn before(&self, date: &str) -> Result<PriceHistory, DayError> {
        let at = day(date).ok_or_else(|| super::PlanError::NotADate(date.to_owned()))?;
        let count = self.inputs.prices.dates().partition_point(|found| *found < at);
        let last = count.checked_sub(1).map(|last| self.inputs.prices.dates()[last]);
        let prices = last.and_then(|last| self.inputs.prices.up_to(last));
        prices.ok_or_else(|| super::PlanError::NoPrices(date.to_owned()).into())
    }

    /// Returns the prices up to a day.
    fn until(&self, date: &str) -> Result<PriceHistory, DayError> {
        let at = day(date).ok_or_else(|| super::PlanError::NotADate(date.to_owned()))?;
        self.inputs.prices.up_to(at).ok_or_else(|| super::PlanError::NoPrices(date.to_owned()).into())
    }

    /// Makes a scenario set and puts it in place.
    fn set(&self, prices: &PriceHistory, window: usize, path: &Path) -> Result<ScenarioSet, DayError> {
        let name = self.inputs.config.prices.display().to_string();
        let set = historical(prices, 1, Some(window))
            .map_err(|problem| tailproof_core::error::InputError::in_file(&name, problem))?;
        self.put(path, Kind::Scenarios, &scenario_file::encode(&set))?;
        Ok(set)
    }

    /// Puts a mandate in place, and returns its claim over a set.
    fn claim(&self, text: &str, path: &Path, set: ScenarioSet) -> Result<MandateClaim, DayError> {
        let mandate = Mandate::from_toml(self.inputs.mandate.0, text)?;
        let claim = MandateClaim::new(mandate, set)?;
        self.put(path, Kind::Mandate, text.as_bytes())?;
        Ok(claim)
    }

    /// Writes a file of the day, unless the very same is there. The ledger does not have it yet, so
    /// one that differs is of a run that read other inputs.
    fn put(&self, path: &Path, kind: Kind, bytes: &[u8]) -> Result<Origin, DayError> {
        self.store.tidy(&[path]);
        if path.is_file() && fs::read(path).is_ok_and(|found| found == bytes) {
            return Ok(Origin::Found);
        }
        self.store.make_folder(path.parent().unwrap_or(Path::new(".")))?;
        self.store.write(&Output { path, access: Access::Public, replace: Replace::Like(kind) }, bytes)?;
        Ok(Origin::Made)
    }

    /// Adds a step to the ledger: with the proof that is there, if it verifies in its place, or with
    /// a new one.
    fn add<H: Hands>(
        &self,
        hands: &mut H,
        (kind, date, path): (StepKind, &str, &Path),
        ledger: Ledger,
        (claim, held): (&MandateClaim, &Books),
        prices: &PriceHistory,
    ) -> Result<Outcome, H::Error> {
        let keys = hands.keys(kind)?;
        self.store.tidy(&[path]);
        let append = |proof: &[u8]| append(&ledger, (kind, date), (claim, proof), &keys, prices);
        let found = path.is_file().then(|| fs::read(path).ok()).flatten();
        let (next, origin) = match found.map(|proof| append(&proof)) {
            Some(Ok(next)) => (next, Origin::Found),
            _ => {
                let context = ledger.context_after::<Fr>(ledger.steps().len(), kind, date);
                match hands.prove(kind, claim, held, (date, context))? {
                    Proved::False(figures) => return Ok(Outcome::False { date: date.to_owned(), figures }),
                    Proved::Proof(proof) => {
                        let step = |problem| DayError::Step { kind, date: date.to_owned(), problem };
                        let next = append(&proof).map_err(step)?;
                        self.put(path, Kind::Proof, &proof)?;
                        (next, Origin::Made)
                    }
                }
            }
        };
        self.write_ledger(&ledger, &next)?;
        let limit = next.steps().last().map(|step: &Step| step.limit.clone()).unwrap_or_default();
        Ok(Outcome::Added { date: date.to_owned(), limit, proof: origin })
    }

    /// Replaces the ledger, if it is still the one that was read.
    fn write_ledger(&self, before: &Ledger, next: &Ledger) -> Result<(), DayError> {
        let path: PathBuf = self.inputs.config.path(&self.inputs.config.ledger);
        let hold = self.store.hold(&[&path])?;
        if read_ledger(&path)?.to_json() != before.to_json() {
            let holder = "another command that added to it".to_owned();
            return Err(crate::store::StoreError::Held { path, holder }.into());
        }
        let output = Output { path: &path, access: Access::Public, replace: Replace::Like(Kind::Ledger) };
        let mut writing = crate::store::Transaction::begin(hold, &[output])?;
        writing.stage(0, next.to_json().as_bytes())?;
        Ok(writing.put()?)
    }
}

/// Verifies a proof in its place, and returns the ledger with its step.
fn append(
    ledger: &Ledger,
    (kind, date): (StepKind, &str),
    (claim, proof): (&MandateClaim, &[u8]),
    keys: &KeyRing,
    prices: &PriceHistory,
) -> Result<Ledger, StepError> {
    let mut next = ledger.clone();
    let remake = Remake { maker: &Makers, sources: Sources::prices(prices) };
    next.append_over(kind, Some(date), &claim.clone().into(), proof, keys, Some(remake))?;
    Ok(next)
}

fn read(path: &Path) -> Result<String, DayError> {
    fs::read_to_string(path).map_err(|error| DayError::Read { path: path.to_owned(), error })
}
