//! The steps of a day.

use std::fs;
use std::path::{Path, PathBuf};

use ark_bn254::Fr;
use jiff::civil::Date;
use tailproof_core::mandate::{ClauseFigure, NamedTexts};
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::scenarios::regenerate::{Regenerate as _, Sources};
use tailproof_core::scenarios::{file as scenario_file, historical::historical};
use tailproof_core::text::day;
use tailproof_core::{InputError, Limit, Mandate, Measure, ScenarioSet};
use tailproof_prover::holdings::Books;
use tailproof_risk::csv::BookFile;
use tailproof_risk::generate::regenerate::Makers;
use tailproof_risk::market::PriceSource;
use tailproof_verifier::claim::MandateClaim;
use tailproof_verifier::expected::Remake;
use tailproof_verifier::ledger::step::check_claim;
use tailproof_verifier::ledger::{KeyRing, Kind as StepKind, Ledger, Step, StepError};

use super::error::DayError;
use super::hands::{Hands, Proved};
use super::places::Places;
use super::plan::{Plan, plan};
use super::report::{Origin, Outcome, Report};
use super::{Config, holdings};
use crate::store::{Access, Kind, Output, Replace, Store};

/// The files of a desk, read.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'i> {
    /// Paths and settings.
    pub config: &'i Config,
    /// The prices, and what is done to them. They may go beyond the day: later rows are not looked at.
    pub prices: &'i PriceSource,
    /// The book as it is now.
    pub book: &'i BookFile,
    /// The text of the mandate, with its file's name.
    pub mandate: (&'i str, &'i str),
    /// The texts of the files that the mandate names.
    pub named: &'i NamedTexts,
}

/// The day that is to be done.
#[derive(Debug, Clone, Copy)]
pub struct When<'d> {
    /// The day of the forecast.
    pub date: &'d str,
    /// Whether the caller named it; otherwise it is the clock's.
    pub is_named: bool,
    /// Whether it is a day without trading, so that no forecast is made of it.
    pub is_closed: bool,
    /// As in [`plan`].
    pub missed: Option<&'d str>,
}

/// Does the steps of a day, and returns the report.
///
/// # Errors
/// The day cannot come next; an input is faulty; a file cannot be written. Steps that were done stay
/// done: the next run goes on from there.
pub fn run<H: Hands>(inputs: Inputs<'_>, store: &Store, hands: &mut H, when: When<'_>) -> Result<Report, H::Error> {
    let config = inputs.config;
    let ledger = read_ledger(&config.path(&config.ledger))?;
    let days = inputs.prices.days();
    let is_priced = day(when.date).is_some_and(|date| days.contains(&date));
    let Plan { realise, missed, forecast } = plan(&ledger, &days, when.date, when.missed).map_err(DayError::from)?;
    if forecast.is_some() && is_priced && when.is_closed {
        return Err(DayError::from(super::PlanError::Traded(when.date.to_owned())).into());
    }
    // A clock east or west of the market's names a day that is over.
    if forecast.is_some() && is_priced && !when.is_named {
        return Err(DayError::from(super::PlanError::Over(when.date.to_owned())).into());
    }
    let mut report = Report { exceedance: missed, ..Report::default() };
    let work = Work { inputs, store };
    if let Some(date) = &realise {
        let (outcome, is_revised) = work.realise(hands, ledger, date)?;
        report.revised = Some(date.clone()).filter(|_| is_revised);
        if matches!(outcome, Outcome::False { .. }) {
            report.exceedance = Some(date.clone());
        }
        report.realised = Some(outcome);
    }
    report.late = is_priced;
    if let Some(date) = forecast.filter(|_| !when.is_closed) {
        let (outcome, committed) = work.forecast(hands, &date)?;
        (report.forecast, report.committed) = (Some(outcome), committed);
    }
    let ledger = read_ledger(&config.path(&config.ledger))?;
    report.head = ledger.head_after(ledger.steps().len());
    work.tidy(&ledger, when.date);
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
    /// Proves the loss of a day, and adds it. Returns also whether the prices before the day are no longer
    /// those of its forecast.
    fn realise<H: Hands>(&self, hands: &mut H, ledger: Ledger, date: &str) -> Result<(Outcome, bool), H::Error> {
        let config = self.inputs.config;
        let Some(open) = ledger.open().cloned() else { return Err(DayError::NoForecast(date.to_owned()).into()) };
        let places = Places::of(config, date);
        // The moves are taken as those of the forecast were, whatever the settings are now.
        let of_forecast = self.forecast_set(&places, &open)?;
        let set = self.set_of_loss(&of_forecast, date, &places)?;
        // The limit is that of the forecast, whose mandate the day kept.
        let (name, text) = (places.mandate.display().to_string(), read(&places.mandate)?);
        let forecast = Mandate::from_toml(&name, &text).map_err(DayError::from)?;
        if hex::encode(forecast.digest()) != open.mandate {
            return Err(DayError::OtherMandate { path: places.mandate, date: date.to_owned() }.into());
        }
        let clause = forecast.clause(Measure::Var).filter(|clause| clause.confidence == Some(ledger.confidence()));
        let clause = clause.ok_or(DayError::NoForecastClause(ledger.confidence()))?;
        let text = realised_mandate(&forecast, clause.limit);
        self.put(&places.realised, Kind::Mandate, text.as_bytes())?;
        let realised = Mandate::from_toml(&places.realised.display().to_string(), &text).map_err(DayError::from)?;
        let claim = MandateClaim::new(realised, set).map_err(DayError::from)?;
        let book = holdings::open(config, self.store, claim.scenarios(), &open.commitment, date)?;
        let held = Books::new(vec![book]).map_err(DayError::from)?;
        let outcome = self.add(hands, (StepKind::Realised, date, &places.loss), ledger, (&claim, &held))?;
        Ok((outcome, self.is_revised(&of_forecast)))
    }

    /// Whether the prices no longer make a historical set. Others may depend on prices that came later.
    fn is_revised(&self, set: &ScenarioSet) -> bool {
        let is_historical = matches!(set.generator(), Generator::Historical { .. });
        let again = || Makers.regenerate(set, &self.inputs.prices.sources());
        is_historical && !again().is_ok_and(|remade| remade.made_again())
    }

    /// Returns the scenario set of an open forecast, which the day kept.
    fn forecast_set(&self, places: &Places, open: &Step) -> Result<ScenarioSet, DayError> {
        let bytes = fs::read(&places.set).map_err(|error| DayError::Read { path: places.set.clone(), error })?;
        let (set, digest) = scenario_file::decode(&places.set.display().to_string(), &bytes)?;
        if hex::encode(digest) != open.scenarios {
            return Err(DayError::OtherScenarios { path: places.set.clone(), date: open.date.clone() });
        }
        Ok(set)
    }

    /// Makes the scenario of a day's loss, as the scenarios of its forecast were made, and puts it in
    /// place.
    fn set_of_loss(&self, forecast: &ScenarioSet, date: &str, places: &Places) -> Result<ScenarioSet, DayError> {
        let prices = self.inputs.prices.last_move_like(forecast, at(date)?);
        let no_loss = |problem: String| DayError::NoLoss { date: date.to_owned(), problem };
        let prices = prices.map_err(|error| no_loss(error.to_string()))?;
        let set = historical(&prices, 1, Some(1)).and_then(|set| set.with_cash(forecast.cash()));
        let set = set.map_err(|problem| no_loss(problem.to_string()))?;
        self.put(&places.day, Kind::Scenarios, &scenario_file::encode(&set))?;
        Ok(set)
    }

    /// Commits to the book as it is now if it changed, proves its value at risk, and adds it. Returns
    /// also whether there is a new commitment.
    fn forecast<H: Hands>(&self, hands: &mut H, date: &str) -> Result<(Outcome, bool), H::Error> {
        let Inputs { config, book, .. } = self.inputs;
        let ledger = read_ledger(&config.path(&config.ledger))?;
        let places = Places::of(config, date);
        let mandate = self.mandate().map_err(DayError::from)?;
        let set = self.set_of_forecast(date, mandate.cash(), &places.set)?;
        let claim = MandateClaim::new(mandate, set).map_err(DayError::from)?;
        self.put_mandate(&claim, &places)?;
        // What the ledger would refuse is refused before it is proved, and before the book is committed to.
        check_claim(StepKind::Forecast, date, ledger.confidence(), &claim.clone().into())
            .map_err(|problem| DayError::Step { kind: StepKind::Forecast, date: date.to_owned(), problem })?;
        let unit = config.book_unit().map_err(DayError::from)?;
        let nav = config.book_nav().map_err(DayError::from)?;
        book.check_currency(claim.mandate()).map_err(DayError::from)?;
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
        Ok((self.add(hands, step, ledger, (&claim, &held))?, is_new))
    }

    /// Makes the scenario set of a forecast from the prices before its day, with the mandate's columns of
    /// cash, and puts it in place.
    fn set_of_forecast(&self, date: &str, cash: &[String], path: &Path) -> Result<ScenarioSet, DayError> {
        let Inputs { config, prices, .. } = self.inputs;
        let before = at(date)?.yesterday().ok();
        let before = before.ok_or_else(|| super::PlanError::NoPrices(date.to_owned()))?;
        let history = prices.history(Some(config.window), 1, Some(before))?;
        let name = config.prices.display().to_string();
        let set = historical(&history, 1, Some(config.window)).and_then(|set| set.with_cash(cash));
        let set = set.map_err(|problem| InputError::in_file(&name, problem))?;
        self.put(path, Kind::Scenarios, &scenario_file::encode(&set))?;
        Ok(set)
    }

    /// Returns the desk's mandate, over the files that it names.
    fn mandate(&self) -> Result<Mandate, InputError> {
        let (name, text) = self.inputs.mandate;
        self.inputs.named.complete(name, Mandate::from_toml(name, text)?)
    }

    /// Puts the mandate of a forecast in place, and the files that it names beside it: once, under names
    /// that begin with their digests, for all the days of those files.
    fn put_mandate(&self, claim: &MandateClaim, places: &Places) -> Result<(), DayError> {
        for (text, digest, end) in self.inputs.named.of(claim.mandate()) {
            let path = &places.named(&digest, end);
            // Another file there would be no evidence: it is refused.
            if !fs::read_to_string(path).is_ok_and(|found| NamedTexts::is_file(end, &found, &digest)) {
                self.store.tidy(&[path]);
                self.store.make_folder(path.parent().unwrap_or(Path::new(".")))?;
                self.store.write(&Output { path, access: Access::Public, replace: Replace::Never }, text.as_bytes())?;
            }
        }
        self.put(&places.mandate, Kind::Mandate, self.inputs.mandate.1.as_bytes())?;
        Ok(())
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

    /// Removes what killed runs left beside the files of this day, and of the last days of the ledger.
    fn tidy(&self, ledger: &Ledger, date: &str) {
        let config = self.inputs.config;
        let last = ledger.steps().iter().rev().take(2).map(|step| &*step.date);
        let days: Vec<Places> = last.chain([date]).map(|date| Places::of(config, date)).collect();
        let ledger = config.path(&config.ledger);
        let files: Vec<&Path> = days.iter().flat_map(Places::all).chain([&*ledger]).collect();
        self.store.tidy(&files);
    }

    /// Adds a step to the ledger: with the proof that is there, if it verifies in its place, or with
    /// a new one.
    fn add<H: Hands>(
        &self,
        hands: &mut H,
        (kind, date, path): (StepKind, &str, &Path),
        ledger: Ledger,
        (claim, held): (&MandateClaim, &Books),
    ) -> Result<Outcome, H::Error> {
        let step = |problem| DayError::Step { kind, date: date.to_owned(), problem };
        check_claim(kind, date, ledger.confidence(), &claim.clone().into()).map_err(step)?;
        let keys = hands.keys(kind)?;
        self.store.tidy(&[path]);
        let append = |proof: &[u8]| append(&ledger, (kind, date), (claim, proof), &keys, self.inputs.prices.sources());
        let found = path.is_file().then(|| fs::read(path).ok()).flatten();
        let (next, origin) = match found.map(|proof| append(&proof)) {
            Some(Ok(next)) => (next, Origin::Found),
            _ => {
                let context = ledger.context_after::<Fr>(ledger.steps().len(), kind, date);
                match hands.prove(kind, claim, held, (date, context))? {
                    Proved::False(figures) => return Ok(Outcome::False { date: date.to_owned(), figures }),
                    Proved::Proof(proof) => {
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
    sources: Sources<'_>,
) -> Result<Ledger, StepError> {
    let mut next = ledger.clone();
    let remake = Remake { maker: &Makers, sources };
    next.append_over(kind, Some(date), &claim.clone().into(), proof, keys, Some(remake))?;
    Ok(next)
}

/// Returns the date of a day.
fn at(date: &str) -> Result<Date, DayError> {
    day(date).ok_or_else(|| super::PlanError::NotADate(date.to_owned()).into())
}

fn read(path: &Path) -> Result<String, DayError> {
    fs::read_to_string(path).map_err(|error| DayError::Read { path: path.to_owned(), error })
}
