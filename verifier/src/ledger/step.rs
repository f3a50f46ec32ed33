//! The step of a ledger that is made from a verified proof.

use ark_bn254::Fr;
use sha2::{Digest, Sha256};
use tailproof_core::echo::echo;
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::scenarios::treatment::{Missing, Treatment};
use tailproof_core::{Clause, Confidence, Measure, ScenarioSet};

use super::chain::{Kind, Ledger, LedgerError, Step, check_date, limit_text};
use super::key_ring::{KeyRing, NoVerdict, stated};
use crate::claim::{Claim, MandateClaim};
use crate::expected::Remake;
use crate::verified::Verified;

/// The reason a proof cannot become a step of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// The claim is about a pool of loans.
    #[error("a ledger is about a book under a mandate over scenarios, not about a pool")]
    NotABook,
    /// The mandate of a forecast has no clause on value at risk at the ledger's confidence.
    #[error("the mandate has no clause on VaR at {0}, the ledger's")]
    NoForecastClause(Confidence),
    /// The mandate of a realised loss has no clause on the worst loss.
    #[error("a realised loss takes a clause \"stress\" over the one scenario of the day")]
    NoStressClause,
    /// The moves of a forecast are over more than the one day of the ledger's losses.
    #[error(
        "the forecast of {date} is of one day's loss, and the moves of these scenarios are over {days} days: make them \
         over one day"
    )]
    OtherHorizon {
        /// The day of the forecast.
        date: String,
        /// Days of a move.
        days: usize,
    },
    /// The scenarios of a forecast do not say over how many days their moves are.
    #[error(
        "the forecast of {date} is of one day's loss, and a set of this kind ({kind}) does not say over how many days its \
         moves are: they are its maker's; make them from prices"
    )]
    NoHorizon {
        /// The day of the forecast.
        date: String,
        /// Name of the kind.
        kind: String,
    },
    /// The scenarios of a forecast are called historical, and have a label that is no day.
    #[error("the forecast of {date} is over scenarios that are called historical, and '{label}' is not a day")]
    NoDay {
        /// The day of the forecast.
        date: String,
        /// The label.
        label: String,
    },
    /// The scenarios of a forecast reach its day or a later one.
    #[error("the scenarios reach to {label}: a forecast of {date} is made before")]
    NotBefore {
        /// The label of a scenario.
        label: String,
        /// The day of the forecast.
        date: String,
    },
    /// The scenarios of a realised loss are not the one scenario of the day.
    #[error("the loss of {date} is over one scenario, named {date}; this set has {count}, the first is '{first}'")]
    NotTheDay {
        /// The day of the loss.
        date: String,
        /// Number of scenarios of the set.
        count: usize,
        /// Label of the first.
        first: String,
    },
    /// The one scenario of a realised loss was not made by plain one-day historical simulation.
    #[error(
        "the loss of {date} is over that day's moves as plain one-day historical simulation makes them, this is another kind \
         of set"
    )]
    NotPlain {
        /// The day of the loss.
        date: String,
    },
    /// A forecast over a column of cash that its mandate does not list.
    #[error(
        "the forecast of {date} is over scenarios with the column of cash '{}', which its mandate does not list in 'cash': add it there, \
         or make the set without", echo(.name)
    )]
    Cash {
        /// The day of the forecast.
        date: String,
        /// Name of the column.
        name: String,
    },
    /// Moves that are logarithms: a loss in currency is not a multiple of them.
    #[error(
        "the scenarios of {date} have log moves of '{factor}', and a loss is of the price itself: a log move understates \
         the loss of whoever is short. Make them with relative moves"
    )]
    LogMoves {
        /// The day of the step.
        date: String,
        /// The first factor with such moves.
        factor: String,
    },
    /// A realised loss over several days, since days with a missing price were left out.
    #[error(
        "the loss of {date} is of one day, and {days} day(s) before it were left out for a missing price: a gain of one \
         would hide the loss of the other. Carry the price before over, or let the day count as an exceedance"
    )]
    SeveralDays {
        /// The day of the loss.
        date: String,
        /// Days that were left out.
        days: usize,
    },
    /// A realised loss over carried prices, none of which is of the day.
    #[error(
        "nothing moved on {date}, and prices were carried over: no price of the day shows, so that it is no day of these \
         prices"
    )]
    NothingPriced {
        /// The day of the loss.
        date: String,
    },
    /// The step cannot come next in the ledger.
    #[error(transparent)]
    Chain(#[from] LedgerError),
    /// The verifier did not accept the proof.
    #[error(transparent)]
    Proof(#[from] NoVerdict),
}

/// The outcome of adding a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// The day of the step.
    pub date: String,
    /// The verdict about its proof.
    pub verified: Verified,
    /// Day whose loss was never proved and now counts as an exceedance.
    pub missed: Option<String>,
    /// Whether the scenarios have dates, so that the forecast is known to precede its day.
    pub dated: bool,
    /// How near the forecast's floor is to its limit, see [`tightness`]; `None` for a realised loss
    /// and without a floor.
    pub tightness: Option<u32>,
}

impl Ledger {
    /// Verifies a proof as the one after the last step, adds its step and returns the outcome.
    /// Without a `date`, a realised loss is that of the open forecast's day.
    ///
    /// # Errors
    /// Errors if the proof is already in the ledger, is not valid under the context of its place,
    /// or has a claim that breaks a rule of the chain. The ledger is then unchanged.
    pub fn append(
        &mut self,
        kind: Kind,
        date: Option<&str>,
        claim: &Claim,
        proof: &[u8],
        keys: &KeyRing,
    ) -> Result<Added, StepError> {
        self.append_over(kind, date, claim, proof, keys, None)
    }

    /// As [`Ledger::append`], with the scenarios made again by `remake`. A mandate that names its
    /// scenarios needs this, unless it names them by their digest.
    ///
    /// # Errors
    /// The errors of [`Ledger::append`], and scenarios that are others or cannot be made again.
    pub fn append_over(
        &mut self,
        kind: Kind,
        date: Option<&str>,
        claim: &Claim,
        proof: &[u8],
        keys: &KeyRing,
        remake: Option<Remake<'_>>,
    ) -> Result<Added, StepError> {
        let open = self.open().map(|step| step.date.clone());
        let date = match (kind, date) {
            (_, Some(date)) => date.to_owned(),
            (Kind::Realised, None) => open.clone().ok_or(LedgerError::NoForecast)?,
            (Kind::Forecast, None) => return Err(LedgerError::NotADate(String::new()).into()),
        };
        let digest = proof_digest(proof);
        if let Some(same) = self.steps().iter().find(|step| step.proof == digest) {
            return Err(LedgerError::ProvedTwice(same.date.clone()).into());
        }
        let context = self.context_after::<Fr>(self.steps().len(), kind, &date);
        // Check the rules first: they concern public terms, and their errors tell more than that a
        // proof is bound to another context.
        let terms = rules(kind, &date, self.confidence(), claim)?;
        // Check the place next, with the commitment that the proof states, before the proof itself.
        let stated = stated(proof).map_err(NoVerdict::from)?;
        let step = |commitment: &str, keys| {
            let digests = (digest.clone(), keys);
            step_of(kind, &date, claim, terms.limit.clone(), commitment, digests)
        };
        self.check_next(&step(&stated.commitment, stated.keys))?;
        let verified = keys.verify(claim, proof, Some(context), remake)?;
        self.add(step(&verified.commitment, verified.keys.digest))?;
        let missed = open.filter(|_| kind == Kind::Forecast);
        Ok(Added { date, verified, missed, dated: terms.dated, tightness: terms.tightness })
    }
}

/// Checks the rules about the clauses and scenarios of a step, before it is proved.
///
/// # Errors
/// Those of [`Ledger::append`] that concern the claim alone.
pub fn check_claim(kind: Kind, date: &str, confidence: Confidence, claim: &Claim) -> Result<(), StepError> {
    rules(kind, date, confidence, claim).map(drop)
}

/// The terms of a step that the rules of the chain extract from a claim.
pub(super) struct Terms {
    /// The limit, as a step states it.
    pub(super) limit: String,
    /// Whether a scenario is named by a date.
    pub(super) dated: bool,
    /// The [`tightness`] of a forecast.
    pub(super) tightness: Option<u32>,
}

/// Checks the rules about the clauses and scenarios of a step, and returns its terms.
pub(super) fn rules(kind: Kind, date: &str, confidence: Confidence, claim: &Claim) -> Result<Terms, StepError> {
    let Claim::Market(claim) = claim else { return Err(StepError::NotABook) };
    check_date(date)?;
    let clause = clause(kind, confidence, claim)?;
    let limit = limit_text(clause.limit);
    let set = claim.scenarios();
    if let Some(factor) = treatment(set).and_then(Treatment::log_factor) {
        return Err(StepError::LogMoves { date: date.to_owned(), factor: factor.to_owned() });
    }
    let unlisted = set.cash().iter().find(|name| !claim.mandate().cash().contains(name));
    if let Some(name) = unlisted.filter(|_| kind == Kind::Forecast) {
        return Err(StepError::Cash { date: date.to_owned(), name: name.clone() });
    }
    if kind == Kind::Realised {
        is_that_day(date, set)?;
        return Ok(Terms { limit, dated: true, tightness: None });
    }
    is_over_one_day(date, set)?;
    let days: Vec<&String> = set.labels().iter().filter(|label| check_date(label).is_ok()).collect();
    if let Some(late) = days.iter().find(|label| label[..] >= *date) {
        return Err(StepError::NotBefore { label: (*late).clone(), date: date.to_owned() });
    }
    Ok(Terms { limit, dated: !days.is_empty(), tightness: tightness(clause) })
}

/// Returns the clause that the step is about.
fn clause(kind: Kind, confidence: Confidence, claim: &MandateClaim) -> Result<&Clause, StepError> {
    match kind {
        Kind::Forecast => {
            let clause = claim.mandate().clause(Measure::Var).filter(|clause| clause.confidence == Some(confidence));
            clause.ok_or(StepError::NoForecastClause(confidence))
        }
        Kind::Realised => claim.mandate().clause(Measure::Stress).ok_or(StepError::NoStressClause),
    }
}

/// Returns the floor of a clause as a fraction of its limit, in millionths, rounded down; `None`
/// without a floor, where one is an amount and the other a fraction of the net asset value, and
/// where liquidity costs are in the figure: they may be most of it, and the loss of a day has none.
///
/// Value at risk within a limit may be far below it, and then no exceedances say little about it. A
/// floor shows that it is not: of 900,000 millionths, that value at risk is at least 90 % of the
/// limit.
pub fn tightness(clause: &Clause) -> Option<u32> {
    let floor = clause.floor.filter(|floor| std::mem::discriminant(floor) == std::mem::discriminant(&clause.limit))?;
    if clause.liquidity {
        return None;
    }
    let share = floor.value().checked_mul(1_000_000.into())?.checked_div(clause.limit.value())?;
    u32::try_from(share.trunc().mantissa()).ok()
}

/// Checks that the moves of a forecast's scenarios are over one day, as the loss of a day is, and
/// that they have days where they are called historical.
fn is_over_one_day(date: &str, set: &ScenarioSet) -> Result<(), StepError> {
    let date = date.to_owned();
    let Some(days) = set.generator().horizon() else {
        return Err(StepError::NoHorizon { date, kind: set.generator().kind().to_owned() });
    };
    if days != 1 {
        return Err(StepError::OtherHorizon { date, days });
    }
    let Generator::Historical { variant, .. } = set.generator() else { return Ok(()) };
    let stretched = variant.as_ref().and_then(|variant| variant.liquidity_horizons.as_ref());
    if let Some(days) = stretched.and_then(|days| days.iter().find(|days| **days != 1)) {
        return Err(StepError::OtherHorizon { date, days: *days as usize });
    }
    match set.labels().iter().find(|label| check_date(label).is_err()) {
        Some(label) => Err(StepError::NoDay { date, label: label.clone() }),
        None => Ok(()),
    }
}

/// Returns what was done to the prices of a set.
fn treatment(set: &ScenarioSet) -> Option<&Treatment> {
    set.generator().treatment()
}

/// Checks that the one move of a loss is of its day: not of several, in which a gain would hide a loss,
/// and not of a day on which nothing has a price.
fn is_of_one_day(date: &str, set: &ScenarioSet) -> Result<(), StepError> {
    match treatment(set).and_then(|treatment| treatment.missing.as_ref()) {
        Some(Missing::DropDay { days }) => Err(StepError::SeveralDays { date: date.to_owned(), days: *days }),
        Some(Missing::Carry { .. }) if set.entries().iter().all(|entry| *entry == 0) => {
            Err(StepError::NothingPriced { date: date.to_owned() })
        }
        _ => Ok(()),
    }
}

/// Checks that `set` is the one scenario of `date`, made by plain one-day historical simulation. Its
/// [place](tailproof_core::scenarios::Place) is free: the loss is the same in every slot.
fn is_that_day(date: &str, set: &ScenarioSet) -> Result<(), StepError> {
    if set.labels() != [date] {
        let first = set.labels().first().cloned().unwrap_or_default();
        return Err(StepError::NotTheDay { date: date.to_owned(), count: set.scenarios(), first });
    }
    if !matches!(set.generator(), Generator::Historical { horizon: 1, variant: None, .. }) {
        return Err(StepError::NotPlain { date: date.to_owned() });
    }
    is_of_one_day(date, set)
}

/// Returns the step of a proof about a commitment, with the digests of the proof and of the keys.
pub(super) fn step_of(
    kind: Kind,
    date: &str,
    claim: &Claim,
    limit: String,
    commitment: &str,
    (proof, keys): (String, [u8; 32]),
) -> Step {
    Step {
        kind,
        date: date.to_owned(),
        commitment: commitment.to_owned(),
        limit,
        proof,
        scenarios: claim.scenarios_digest().map(hex::encode).unwrap_or_default(),
        mandate: hex::encode(claim.terms_digest()),
        keys: hex::encode(keys),
        moves: claim.scenarios().and_then(treatment).and_then(Treatment::moves_digest).map(hex::encode),
    }
}

/// Returns the digest with which a step names its proof: SHA-256 of the file, in hex.
pub fn proof_digest(proof: &[u8]) -> String {
    hex::encode(Sha256::digest(proof))
}
