//! The audit of a ledger, which verifies every proof again.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use ark_bn254::Fr;
use tailproof_core::pool::Deal;
use tailproof_core::prices::PriceTable;
use tailproof_core::scenarios::file as scenario_file;
use tailproof_core::scenarios::regenerate::{Recomputed, Regenerate, Sources};
use tailproof_core::{Mandate, PriceHistory, ScenarioSet};

use super::chain::{Kind, Ledger, Step, context_behind};
use super::heads;
use super::key_ring::{KeyRing, NoVerdict};
use super::moves::{self, Compared, Market, OtherMoves, compare};
use super::step::{StepError, Terms, proof_digest, rules, step_of};
use crate::claim::Claim;
use crate::error::{InstanceError, MalformedError};
use crate::expected::Remake;
use crate::verified::{Basis, RestsOn, Verified};

/// A store of a ledger's artefacts by digest, such as a folder or a map.
///
/// Its answers are not trusted: the audit recomputes each digest.
pub trait Artefacts {
    /// Returns the proof file with this SHA-256.
    fn proof(&self, digest: &[u8; 32]) -> Option<Vec<u8>>;

    /// Returns the scenario set with this digest.
    fn scenarios(&self, digest: &[u8; 32]) -> Option<Arc<ScenarioSet>>;

    /// Returns the mandate with this digest.
    fn mandate(&self, digest: &[u8; 32]) -> Option<Arc<Mandate>>;

    /// Returns the deal with this digest, of a [ledger of a pool](crate::pool::ledger).
    fn deal(&self, _digest: &[u8; 32]) -> Option<Arc<Deal>> {
        None
    }
}

/// The things that a ledger is compared with, besides its own artefacts.
#[derive(Clone, Copy, Default)]
pub struct Against<'a> {
    /// The verifier's own prices. The moves of every realised loss must be theirs, and so must the
    /// scenarios of every historical forecast. No day of theirs between the first and the last step
    /// may be missing, and no forecast may be open whose day they reach.
    pub prices: Option<&'a PriceHistory>,
    /// Prices as their source has them, in place of a history: cells may be missing, and the treatment
    /// that the header of a set states is applied to them.
    pub raw: Option<&'a PriceTable>,
    /// Rates of currencies on the dates of the prices. A set in several currencies needs them.
    pub rates: Option<&'a PriceTable>,
    /// Maker of the scenarios of forecasts; `None` for [`Recomputed`], which makes plain historical
    /// sets alone.
    pub maker: Option<&'a (dyn Regenerate + Sync)>,
    /// Steps of 2^-20 by which a move may differ from the one that the prices make.
    pub tolerance: u32,
    /// Digests of the ledger that were published or seen before. Each must be the ledger's after
    /// one of its steps: otherwise steps were changed, or cut off.
    pub heads: &'a [[u8; 32]],
    /// The least [tightness](super::step::tightness) of a forecast, in millionths; `None` for any.
    pub tightness: Option<u32>,
}

impl<'a> Against<'a> {
    /// Returns a comparison with prices alone.
    pub fn prices(prices: &'a PriceHistory) -> Self {
        Self { prices: Some(prices), ..Self::default() }
    }

    fn maker(&self) -> &'a (dyn Regenerate + Sync) {
        self.maker.unwrap_or(&Recomputed)
    }

    /// Returns the prices; a history is a table without holes.
    fn table(&self) -> Option<Cow<'a, PriceTable>> {
        self.raw.map(Cow::Borrowed).or_else(|| self.prices.map(|prices| Cow::Owned(prices.into())))
    }

    /// Compares the scenarios of a step with the prices.
    fn compare(&self, prices: Option<&PriceTable>, step: &Step, claim: &Claim) -> Result<Compared, AuditError> {
        let Some(set) = claim.scenarios() else { return Ok(Compared::no_prices()) };
        let Some(prices) = prices else { return Ok(Compared::no_prices().with_origin(set)) };
        compare(step, set, Market { prices, rates: self.rates, tolerance: self.tolerance }, self.maker())
            .map_err(|problem| AuditError::Moves { date: step.date.clone(), problem })
            .map(|compared| compared.with_origin(set))
    }
}

impl std::fmt::Debug for Against<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Against")
            .field("prices", &self.prices.map(PriceHistory::len).or(self.raw.map(PriceTable::len)))
            .field("tolerance", &self.tolerance)
            .field("heads", &self.heads.len())
            .field("tightness", &self.tightness)
            .finish_non_exhaustive()
    }
}

/// The outcome of an audit that found nothing wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// The verdict about each step's proof, in the order of the steps. What it rests on says of the
    /// scenarios whether they were made again from the prices.
    pub steps: Vec<Verified>,
    /// Number of days whose loss is due.
    pub days: usize,
    /// Number of days that count as exceedances.
    pub exceedances: usize,
    /// Day of a forecast that is last, so that its loss was not looked at. Prices, if there are
    /// any, do not reach it.
    pub open: Option<String>,
    /// Days whose forecast is over scenarios that are not known to have been made before the day:
    /// they have no dates, and the prices before the day do not make them.
    pub undated: Vec<String>,
    /// Days whose forecast is over moves that were not compared with prices, or not all of them.
    pub not_compared: Vec<String>,
    /// Days whose forecast is over scenarios that leave out days of the prices between their last
    /// one and the forecast's, such as a quiet window of years ago.
    pub stale: Vec<String>,
    /// Days whose forecast has no floor in the kind of its limit, or one of a figure with liquidity
    /// costs, so that its value at risk may be far below the limit.
    pub without_floor: Vec<String>,
    /// Days whose loss is over moves that are not those of complete prices alone, each with the
    /// treatment in words: carried prices, proxies, steps, currencies.
    pub treated: Vec<(String, String)>,
    /// The prices that days and moves were compared with.
    pub prices: Option<PricesUsed>,
    /// The number of steps behind which each of the given heads was found, in their order.
    pub heads: Vec<usize>,
}

/// The prices that a ledger was compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricesUsed {
    /// Digest of all their rows, see [`PriceHistory::digest`].
    pub digest: [u8; 32],
    /// First day.
    pub first: String,
    /// Last day.
    pub last: String,
    /// Number of days after the last step of the ledger, which has nothing to say about them.
    pub after_ledger: usize,
}

/// The reason a ledger is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// A ledger without steps, which proves nothing.
    #[error("the ledger has no steps: it proves nothing")]
    Empty,
    /// The prices reach the day of the open forecast, whose loss has no proof.
    #[error(
        "the loss of {date} has no proof, and the given prices go to {last}: the day is past, and a loss without a proof \
         counts as an exceedance"
    )]
    Overdue {
        /// The day of the open forecast.
        date: String,
        /// The last day of the prices.
        last: String,
    },
    /// A digest that the ledger has after none of its steps.
    #[error("the ledger has the head {head} after none of its {steps} steps: steps were changed, or cut off")]
    OtherHead {
        /// The digest, in hex.
        head: String,
        /// Number of steps.
        steps: usize,
    },
    /// A forecast whose limit is not shown to be near its value at risk.
    #[error(
        "{date}: the forecast has {} beside its limit, and one of at least {} of it is asked for",
        tightness.map_or("no floor without liquidity costs".to_owned(), |share| format!("a floor of {}", percent(share))),
        percent(*least)
    )]
    Loose {
        /// The day of the forecast.
        date: String,
        /// The forecast's tightness, in millionths.
        tightness: Option<u32>,
        /// The least that is asked for, in millionths.
        least: u32,
    },
    /// An artefact was not found, so the step could not be checked.
    #[error("{date}: no {kind} with digest {digest} was found")]
    Missing {
        /// The day of the step.
        date: String,
        /// The kind of artefact.
        kind: Artefact,
        /// Its digest, as the step states it.
        digest: String,
    },
    /// The key that the step names is not among the keys, so the step could not be checked.
    #[error("{date}: none of the keys is {keys}")]
    NoKeys {
        /// The day of the step.
        date: String,
        /// Digest of the keys, in hex.
        keys: String,
    },
    /// The terms of a step do not form a claim, or its proof is not a proof file.
    #[error("{date}: {problem}")]
    Unreadable {
        /// The day of the step.
        date: String,
        /// The problem.
        problem: Unreadable,
    },
    /// A step breaks a rule, or its proof is not valid.
    #[error("{date}: {problem}")]
    Step {
        /// The day of the step.
        date: String,
        /// The problem.
        problem: StepError,
    },
    /// A step differs from the step that its proof makes.
    #[error("{date}: the step differs from what its proof says")]
    OtherStep {
        /// The day of the step.
        date: String,
    },
    /// A day of the prices is missing from the ledger.
    #[error("{date} is a day of the given prices, and not of the ledger")]
    LeftOut {
        /// The day.
        date: String,
    },
    /// The moves of a step are not those of the prices.
    #[error("{date}: {problem}")]
    Moves {
        /// The day.
        date: String,
        /// The problem.
        problem: OtherMoves,
    },
}

/// The kind of an artefact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Artefact {
    /// A proof file.
    Proof,
    /// A scenario set.
    Scenarios,
    /// A mandate.
    Mandate,
    /// A deal.
    Deal,
}

impl std::fmt::Display for Artefact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Artefact::Proof => "proof",
            Artefact::Scenarios => "scenario set",
            Artefact::Mandate => "mandate",
            Artefact::Deal => "deal",
        })
    }
}

/// The reason an artefact of a step cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The mandate cannot be claimed over the scenario set.
    #[error(transparent)]
    Claim(#[from] InstanceError),
    /// The bytes are not a proof file.
    #[error(transparent)]
    Proof(#[from] MalformedError),
}

/// Returns millionths in per cent.
fn percent(millionths: u32) -> String {
    format!("{} %", f64::from(millionths) / 1e4)
}

impl AuditError {
    /// Returns whether this is a verdict that the ledger is not valid. Otherwise something needed
    /// to check it is missing, and the ledger may be valid.
    pub fn is_verdict(&self) -> bool {
        match self {
            AuditError::Missing { .. } | AuditError::NoKeys { .. } | AuditError::Unreadable { .. } => false,
            AuditError::Step { problem: StepError::Proof(no_verdict), .. } => no_verdict.is_verdict(),
            AuditError::Moves { problem, .. } => problem.is_verdict(),
            _ => true,
        }
    }
}

impl Ledger {
    /// Verifies every proof again in its place in the chain, with artefacts looked up by digest,
    /// checks every rule of the chain, compares with what is given, and returns the outcome.
    ///
    /// # Errors
    /// Errors on a ledger without steps, on a head that it does not have, and on the first step
    /// that breaks a rule or cannot be checked; [`AuditError::is_verdict`] tells the two apart.
    pub fn verify(
        &self,
        artefacts: &impl Artefacts,
        keys: &KeyRing,
        against: &Against<'_>,
    ) -> Result<Audit, AuditError> {
        if self.steps().is_empty() {
            return Err(AuditError::Empty);
        }
        let known: Vec<[u8; 32]> = self.heads().collect();
        let other = |head| AuditError::OtherHead { head: hex::encode(head), steps: self.steps().len() };
        let heads = heads::places(&known, against.heads).map_err(other)?;
        let days = self.days();
        let mut audit = Audit {
            steps: Vec::with_capacity(self.steps().len()),
            days: days.len(),
            exceedances: days.iter().filter(|(_, exceeded)| *exceeded).count(),
            open: self.open().map(|step| step.date.clone()),
            undated: Vec::new(),
            not_compared: Vec::new(),
            stale: Vec::new(),
            without_floor: Vec::new(),
            treated: Vec::new(),
            prices: None,
            heads,
        };
        let prices = against.table();
        let mut columns = BTreeSet::new();
        for (step, before) in self.steps().iter().zip(&known) {
            let context = context_behind(before, step.kind, &step.date);
            let (claim, proof) = found(step, artefacts)?;
            let wrong = |problem| AuditError::Step { date: step.date.clone(), problem };
            let terms = rules(step.kind, &step.date, self.confidence(), &claim).map_err(wrong)?;
            let compared = against.compare(prices.as_deref(), step, &claim)?;
            columns.extend(claim.scenarios().into_iter().flat_map(moves::columns).map(str::to_owned));
            let remake = compared.remade.as_ref().map(|remade| Remake { maker: remade, sources: Sources::default() });
            let verified = verify_step(step, &terms, &claim, &proof, keys, (context, remake))?;
            audit.add(step, verified, &terms, &compared, against.tightness)?;
            let treatment = claim.scenarios().and_then(|set| set.generator().treatment());
            if let Some(treatment) = treatment.filter(|_| step.kind == Kind::Realised) {
                audit.treated.push((step.date.clone(), treatment.parts().join(", ")));
            }
        }
        audit.prices = prices.map(|prices| self.compare_days(&prices, &columns)).transpose()?;
        Ok(audit)
    }

    /// Checks that every day of the prices from the first step to the last is a day of the ledger,
    /// and that they do not reach an open forecast. A row without a price of any of `columns` is no day.
    fn compare_days(&self, prices: &PriceTable, columns: &BTreeSet<String>) -> Result<PricesUsed, AuditError> {
        let (Some(first), Some(last)) = (self.steps().first(), self.steps().last()) else {
            return Err(AuditError::Empty);
        };
        let days: Vec<String> =
            prices.days_of(columns.iter().map(String::as_str)).iter().map(ToString::to_string).collect();
        let within = |date: &&String| first.date <= **date && **date <= last.date;
        let in_ledger = |date: &String| self.steps().iter().any(|step| step.date == *date);
        if let Some(date) = days.iter().filter(within).find(|date| !in_ledger(date)) {
            return Err(AuditError::LeftOut { date: date.clone() });
        }
        let bounds = (days.first().cloned().unwrap_or_default(), days.last().cloned().unwrap_or_default());
        if let Some(open) = self.open().filter(|open| open.date <= bounds.1) {
            return Err(AuditError::Overdue { date: open.date.clone(), last: bounds.1 });
        }
        Ok(PricesUsed {
            digest: prices.digest(),
            first: bounds.0,
            last: bounds.1,
            after_ledger: days.iter().filter(|date| **date > last.date).count(),
        })
    }
}

/// Returns the verdict about a step, after checking that it says what its proof says.
fn verify_step(
    step: &Step,
    terms: &Terms,
    claim: &Claim,
    proof: &[u8],
    keys: &KeyRing,
    (context, remake): (Fr, Option<Remake<'_>>),
) -> Result<Verified, AuditError> {
    let date = || step.date.clone();
    let verified = keys.verify(claim, proof, Some(context), remake).map_err(|no_verdict| match no_verdict {
        NoVerdict::Malformed(problem) => AuditError::Unreadable { date: date(), problem: problem.into() },
        NoVerdict::NoKeys(keys) => AuditError::NoKeys { date: date(), keys: hex::encode(keys) },
        other => AuditError::Step { date: date(), problem: other.into() },
    })?;
    let digests = (proof_digest(proof), verified.keys.digest);
    let again = step_of(step.kind, &step.date, claim, terms.limit.clone(), &verified.commitment, digests);
    if again == *step { Ok(verified) } else { Err(AuditError::OtherStep { date: date() }) }
}

impl Audit {
    /// Adds the verdict about a step, after comparing its floor.
    fn add(
        &mut self,
        step: &Step,
        mut verified: Verified,
        terms: &Terms,
        compared: &Compared,
        least: Option<u32>,
    ) -> Result<(), AuditError> {
        let date = || step.date.clone();
        let is_forecast = step.kind == Kind::Forecast;
        if let Some(least) = least.filter(|least| is_forecast && terms.tightness < Some(*least)) {
            return Err(AuditError::Loose { date: date(), tightness: terms.tightness, least });
        }
        if is_forecast && terms.tightness.is_none() {
            self.without_floor.push(date());
        }
        if is_forecast && !terms.dated && !compared.is_made_again() {
            self.undated.push(date());
        }
        if is_forecast && compared.had_prices && !compared.is_made_again() {
            self.not_compared.push(date());
        }
        if compared.days_left_out > 0 {
            self.stale.push(date());
        }
        for thing in &mut verified.rests_on {
            if thing.what == Basis::Scenarios {
                *thing = RestsOn { how: compared.how, note: compared.note.clone(), ..thing.clone() };
            }
        }
        self.steps.push(verified);
        Ok(())
    }
}

/// Returns the claim and the proof of a step, after checking the digests that the step states.
fn found(step: &Step, artefacts: &impl Artefacts) -> Result<(Claim, Vec<u8>), AuditError> {
    let missing = |kind, digest: &str| AuditError::Missing { date: step.date.clone(), kind, digest: digest.to_owned() };
    let digest = |kind, text: &str| {
        hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| missing(kind, text))
    };
    let proof = artefacts.proof(&digest(Artefact::Proof, &step.proof)?);
    let proof = proof.filter(|proof| proof_digest(proof) == step.proof);
    let proof = proof.ok_or_else(|| missing(Artefact::Proof, &step.proof))?;
    let set = artefacts.scenarios(&digest(Artefact::Scenarios, &step.scenarios)?);
    let set = set.filter(|set| hex::encode(scenario_file::digest(set)) == step.scenarios);
    let set = set.ok_or_else(|| missing(Artefact::Scenarios, &step.scenarios))?;
    let mandate = artefacts.mandate(&digest(Artefact::Mandate, &step.mandate)?);
    let mandate = mandate.filter(|mandate| hex::encode(mandate.digest()) == step.mandate);
    let mandate = mandate.ok_or_else(|| missing(Artefact::Mandate, &step.mandate))?;
    let unreadable =
        |problem: InstanceError| AuditError::Unreadable { date: step.date.clone(), problem: problem.into() };
    Ok((Claim::market(mandate, set).map_err(unreadable)?, proof))
}
