//! The step of a ledger that is made from a verified proof.

use ark_bn254::Fr;
use sha2::{Digest, Sha256};
use tailproof_core::scenarios::generator::Generator;
use tailproof_core::{Confidence, Measure, ScenarioSet};

use super::chain::{Kind, Ledger, LedgerError, Step, check_date, limit_text};
use super::key_ring::{KeyRing, NoVerdict, stated};
use crate::claim::{Claim, MandateClaim};
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
        let verified = keys.verify(claim, proof, Some(context))?;
        self.add(step(&verified.commitment, verified.keys.digest))?;
        let missed = open.filter(|_| kind == Kind::Forecast);
        Ok(Added { date, verified, missed, dated: terms.dated })
    }
}

/// The terms of a step that the rules of the chain extract from a claim.
pub(super) struct Terms {
    /// The limit, as a step states it.
    limit: String,
    /// Whether a scenario is named by a date.
    pub(super) dated: bool,
}

/// Checks the rules about the clauses and scenarios of a step, and returns its terms.
pub(super) fn rules(kind: Kind, date: &str, confidence: Confidence, claim: &Claim) -> Result<Terms, StepError> {
    let Claim::Market(claim) = claim else { return Err(StepError::NotABook) };
    check_date(date)?;
    let (limit, labels) = (limit(kind, confidence, claim)?, claim.scenarios().labels());
    match kind {
        Kind::Forecast => {
            if let Some(late) = labels.iter().find(|label| check_date(label).is_ok() && label[..] >= *date) {
                return Err(StepError::NotBefore { label: late.clone(), date: date.to_owned() });
            }
        }
        Kind::Realised => is_that_day(date, claim.scenarios())?,
    }
    Ok(Terms { limit, dated: labels.iter().any(|label| check_date(label).is_ok()) })
}

/// Returns the limit of the clause that the step is about.
fn limit(kind: Kind, confidence: Confidence, claim: &MandateClaim) -> Result<String, StepError> {
    let clause = match kind {
        Kind::Forecast => {
            let clause = claim.mandate().clause(Measure::Var).filter(|clause| clause.confidence == Some(confidence));
            clause.ok_or(StepError::NoForecastClause(confidence))?
        }
        Kind::Realised => claim.mandate().clause(Measure::Stress).ok_or(StepError::NoStressClause)?,
    };
    Ok(limit_text(clause.limit))
}

/// Checks that `set` is the one scenario of `date`, made by plain one-day historical simulation.
fn is_that_day(date: &str, set: &ScenarioSet) -> Result<(), StepError> {
    if set.labels() != [date] {
        let first = set.labels().first().cloned().unwrap_or_default();
        return Err(StepError::NotTheDay { date: date.to_owned(), count: set.scenarios(), first });
    }
    if !matches!(set.generator(), Generator::Historical { horizon: 1, variant: None, .. }) {
        return Err(StepError::NotPlain { date: date.to_owned() });
    }
    Ok(())
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
    }
}

impl Terms {
    /// Returns the limit, as a step states it.
    pub(super) fn into_limit(self) -> String {
        self.limit
    }
}

/// Returns the digest with which a step names its proof: SHA-256 of the file, in hex.
pub fn proof_digest(proof: &[u8]) -> String {
    hex::encode(Sha256::digest(proof))
}
