//! The audit of a ledger, which verifies every proof again.

use std::sync::Arc;

use ark_bn254::Fr;
use tailproof_core::scenarios::file as scenario_file;
use tailproof_core::scenarios::historical::moves_of;
use tailproof_core::{Mandate, PriceHistory, Problem, ScenarioSet};

use super::chain::{Kind, Ledger, Step};
use super::key_ring::{KeyRing, NoVerdict};
use super::step::{StepError, proof_digest, rules, step_of};
use crate::claim::Claim;
use crate::error::{InstanceError, MalformedError};
use crate::verified::Verified;

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
}

/// The outcome of an audit that found nothing wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// The verdict about each step's proof, in the order of the steps.
    pub steps: Vec<Verified>,
    /// Number of days whose loss is due.
    pub days: usize,
    /// Number of days that count as exceedances.
    pub exceedances: usize,
    /// Day of a forecast that is last, so that its loss was not looked at.
    pub open: Option<String>,
    /// Whether the given prices have the open day, so that a proof of its loss is due.
    pub overdue: bool,
    /// Days whose forecast is over scenarios without dates, which may have been made after the day.
    pub undated: Vec<String>,
    /// Whether days and moves were compared with prices.
    pub prices_compared: bool,
}

/// The reason a ledger is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
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
    /// The moves of a realised loss differ from those of the prices.
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
}

impl std::fmt::Display for Artefact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Artefact::Proof => "proof",
            Artefact::Scenarios => "scenario set",
            Artefact::Mandate => "mandate",
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

/// The difference between the moves of a realised loss and prices.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OtherMoves {
    /// The prices lack the day or the day before it.
    #[error("the given prices lack this day, or a day before it")]
    NoDay,
    /// The prices are those of other factors.
    #[error("the given prices are those of other factors")]
    OtherFactors,
    /// The moves differ.
    #[error("the moves of the realised loss are not those of the prices given")]
    Differ,
    /// The prices yield no moves.
    #[error(transparent)]
    Prices(#[from] Problem),
}

impl AuditError {
    /// Returns whether this is a verdict that the ledger is not valid. Otherwise something needed
    /// to check it is missing, and the ledger may be valid.
    pub fn is_verdict(&self) -> bool {
        match self {
            AuditError::Missing { .. } | AuditError::NoKeys { .. } | AuditError::Unreadable { .. } => false,
            AuditError::Step { problem: StepError::Proof(no_verdict), .. } => no_verdict.is_verdict(),
            _ => true,
        }
    }
}

impl Ledger {
    /// Verifies every proof again in its place in the chain, with artefacts looked up by digest,
    /// checks every rule of the chain, and returns the outcome. With `prices`, every realised loss
    /// must be over the moves of the prices on its day, and the ledger must contain every day of
    /// the prices between its first and last step.
    ///
    /// # Errors
    /// Errors on the first step that breaks a rule or cannot be checked; [`AuditError::is_verdict`]
    /// tells the two apart.
    pub fn verify(
        &self,
        artefacts: &impl Artefacts,
        keys: &KeyRing,
        prices: Option<&PriceHistory>,
    ) -> Result<Audit, AuditError> {
        let mut verdicts = Vec::with_capacity(self.steps().len());
        let mut undated = Vec::new();
        for (index, step) in self.steps().iter().enumerate() {
            let context = self.context_after::<Fr>(index, step.kind, &step.date);
            let (claim, proof) = found(step, artefacts)?;
            if let (Kind::Realised, Some(prices)) = (step.kind, prices) {
                compare_moves(step, &claim, prices)?;
            }
            let (verified, dated) = self.verify_step(step, &claim, &proof, keys, context)?;
            if step.kind == Kind::Forecast && !dated {
                undated.push(step.date.clone());
            }
            verdicts.push(verified);
        }
        prices.map_or(Ok(()), |prices| self.no_day_is_left_out(prices))?;
        let days = self.days();
        let exceedances = days.iter().filter(|(_, exceeded)| *exceeded).count();
        let open = self.open().map(|step| step.date.clone());
        let has_open = |prices: &PriceHistory| prices.dates().iter().any(|date| Some(date.to_string()) == open);
        Ok(Audit {
            steps: verdicts,
            days: days.len(),
            exceedances,
            overdue: prices.is_some_and(has_open),
            open,
            undated,
            prices_compared: prices.is_some(),
        })
    }

    /// Returns the verdict about a step, and whether its scenarios have dates.
    fn verify_step(
        &self,
        step: &Step,
        claim: &Claim,
        proof: &[u8],
        keys: &KeyRing,
        context: Fr,
    ) -> Result<(Verified, bool), AuditError> {
        let date = || step.date.clone();
        let terms = rules(step.kind, &step.date, self.confidence(), claim)
            .map_err(|problem| AuditError::Step { date: date(), problem })?;
        let verified = keys.verify(claim, proof, Some(context)).map_err(|no_verdict| match no_verdict {
            NoVerdict::Malformed(problem) => AuditError::Unreadable { date: date(), problem: problem.into() },
            NoVerdict::NoKeys(keys) => AuditError::NoKeys { date: date(), keys: hex::encode(keys) },
            other => AuditError::Step { date: date(), problem: other.into() },
        })?;
        let (digests, dated) = ((proof_digest(proof), verified.keys.digest), terms.dated);
        let again = step_of(step.kind, &step.date, claim, terms.into_limit(), &verified.commitment, digests);
        if again == *step { Ok((verified, dated)) } else { Err(AuditError::OtherStep { date: date() }) }
    }

    /// Checks that every day of the prices from the first step to the last is a day of the ledger.
    fn no_day_is_left_out(&self, prices: &PriceHistory) -> Result<(), AuditError> {
        let (Some(first), Some(last)) = (self.steps().first(), self.steps().last()) else { return Ok(()) };
        for date in prices.dates().iter().map(ToString::to_string) {
            let within = first.date <= date && date <= last.date;
            if within && !self.steps().iter().any(|step| step.date == date) {
                return Err(AuditError::LeftOut { date });
            }
        }
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

/// Checks that the one scenario of a realised loss is the move that prices have on its day.
fn compare_moves(step: &Step, claim: &Claim, prices: &PriceHistory) -> Result<(), AuditError> {
    let wrong = |problem: OtherMoves| AuditError::Moves { date: step.date.clone(), problem };
    let Some(set) = claim.scenarios() else { return Err(wrong(OtherMoves::NoDay)) };
    let moves = moves_of(prices, &step.date).map_err(|problem| wrong(problem.into()))?;
    let moves = moves.ok_or_else(|| wrong(OtherMoves::NoDay))?;
    if prices.factors() != set.factors() {
        return Err(wrong(OtherMoves::OtherFactors));
    }
    if moves == set.row(0) { Ok(()) } else { Err(wrong(OtherMoves::Differ)) }
}
