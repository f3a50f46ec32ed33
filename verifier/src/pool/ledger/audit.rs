//! The verification of a ledger of a pool: every proof again, in its place.

use std::sync::Arc;

use serde_json::{Value, json};
use tailproof_core::pool::Deal;
use tailproof_core::pool::claims::decimal;
use tailproof_core::pool::month::Bounds;
use tailproof_core::pool::month::claims::Flow;

use super::chain::{PoolLedger, PoolStep};
use super::kind::StepKind;
use super::step::PoolStepError;
use crate::claim::Claim;
use crate::error::InstanceError;
use crate::ledger::audit::{Artefact, Artefacts, Unreadable};
use crate::ledger::heads;
use crate::ledger::key_ring::{KeyRing, NoVerdict};
use crate::ledger::step::proof_digest;
use crate::verified::Verified;

/// The things that a ledger of a pool is compared with, besides its own artefacts.
#[derive(Debug, Clone, Copy, Default)]
pub struct PoolAgainst<'a> {
    /// Digests of the ledger that were published or seen before.
    pub heads: &'a [[u8; 32]],
    /// Commitments that must be the ledger's at one of its cut-offs, in hex.
    pub commitments: &'a [String],
}

/// The outcome of an audit that found nothing wrong.
#[derive(Debug, Clone)]
pub struct PoolAudit {
    /// The verdict about each step's proof, in the order of the steps.
    pub steps: Vec<Verified>,
    /// The deal of each step.
    pub deals: Vec<Arc<Deal>>,
    /// Figures over all months.
    pub bounds: Bounds,
    /// The number of steps behind which each of the given heads was found, in their order.
    pub heads: Vec<usize>,
    /// The cut-off at which each of the given commitments was found, in their order.
    pub commitments: Vec<String>,
}

impl PoolAudit {
    /// Returns the figures over all months in words. `ledger` is the one that was verified.
    pub fn sentences(&self, ledger: &PoolLedger) -> Vec<String> {
        let Some(first) = self.steps.first() else { return Vec::new() };
        let currency = first.currency.as_deref().unwrap_or_default();
        self.bounds.sentences(&ledger.beginning().cut_off, first.unit, currency)
    }

    /// Returns the figures over all months as JSON: amounts of currency and shares of the first
    /// balance, as decimals in texts; null where nothing bounds a share. `ledger` is the one that
    /// was verified.
    pub fn figures_json(&self, ledger: &PoolLedger) -> Value {
        let share = |share: Option<u128>| share.map(|share| decimal(share, 9).to_string());
        let unit = self.steps.first().map_or(1, |verified| verified.unit.millionths());
        let bounds = &self.bounds;
        json!({
            "collected_min": decimal(bounds.collected().saturating_mul(unit.into()), 6).to_string(),
            "months_without_collected_min": bounds.without_collected(),
            "charged_off_max": share(bounds.sum(Flow::ChargedOff)),
            "repurchased_max": share(bounds.sum(Flow::Repurchased)),
            "capitalised_max": share(bounds.sum(Flow::Capitalised)),
            "advanced_max": share(bounds.sum(Flow::Advanced)),
            "last_balance_max": share(bounds.balance()),
            "sentences": self.sentences(ledger),
        })
    }
}

/// The reason a ledger of a pool is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PoolAuditError {
    /// A ledger without months, which says nothing about what happened.
    #[error("the ledger has no months: it proves nothing about what happened")]
    Empty,
    /// A digest that the ledger has after none of its steps.
    #[error("the ledger has the head {head} after none of its {steps} steps: steps were changed, or cut off")]
    OtherHead {
        /// The digest, in hex.
        head: String,
        /// Number of steps.
        steps: usize,
    },
    /// A commitment that is at none of the ledger's cut-offs.
    #[error("the commitment {0} is at none of the ledger's cut-offs: it is a ledger of another pool, or was cut off")]
    OtherCommitment(String),
    /// An artefact was not found, so the step could not be checked.
    #[error("{cut_off}: no {kind} with digest {digest} was found")]
    Missing {
        /// Cut-off of the step.
        cut_off: String,
        /// The kind of artefact.
        kind: Artefact,
        /// Its digest, as the step states it.
        digest: String,
    },
    /// The key that the step names is not among the keys, so the step could not be checked.
    #[error("{cut_off}: none of the keys is {keys}")]
    NoKeys {
        /// Cut-off of the step.
        cut_off: String,
        /// Digest of the keys, in hex.
        keys: String,
    },
    /// The deal of a step makes no claim, or its proof is not a proof file.
    #[error("{cut_off}: {problem}")]
    Unreadable {
        /// Cut-off of the step.
        cut_off: String,
        /// The problem.
        problem: Unreadable,
    },
    /// A step breaks a rule, or its proof is not valid.
    #[error("{cut_off}: {problem}")]
    Step {
        /// Cut-off of the step.
        cut_off: String,
        /// The problem.
        problem: PoolStepError,
    },
    /// A step differs from the step that its proof makes.
    #[error("{cut_off}: the step differs from what its proof says")]
    OtherStep {
        /// Cut-off of the step.
        cut_off: String,
    },
}

impl PoolAuditError {
    /// Returns whether this is a verdict that the ledger is not valid. Otherwise something needed to
    /// check it is missing, and the ledger may be valid.
    pub fn is_verdict(&self) -> bool {
        match self {
            PoolAuditError::Missing { .. } | PoolAuditError::NoKeys { .. } => false,
            PoolAuditError::Unreadable { problem: Unreadable::Claim(error), .. } => error.is_verdict(),
            PoolAuditError::Unreadable { .. } => false,
            PoolAuditError::Step { problem: PoolStepError::Proof(no_verdict), .. } => no_verdict.is_verdict(),
            _ => true,
        }
    }
}

impl PoolLedger {
    /// Verifies every proof again in its place in the chain, with artefacts looked up by digest, checks
    /// every rule of the chain, compares with what is given, and returns the outcome.
    ///
    /// # Errors
    /// Errors on a ledger without months, on a head or a commitment that it does not have, and on the
    /// first step that breaks a rule or cannot be checked; [`PoolAuditError::is_verdict`] tells the
    /// two apart.
    pub fn verify(
        &self,
        artefacts: &impl Artefacts,
        keys: &KeyRing,
        against: &PoolAgainst<'_>,
    ) -> Result<PoolAudit, PoolAuditError> {
        if self.months().next().is_none() {
            return Err(PoolAuditError::Empty);
        }
        let known: Vec<[u8; 32]> = self.heads().collect();
        let other = |head| PoolAuditError::OtherHead { head: hex::encode(head), steps: self.steps().len() };
        let heads = heads::places(&known, against.heads).map_err(other)?;
        let commitments = against.commitments.iter().map(|known| self.cut_off_of(known));
        let commitments = commitments.collect::<Result<Vec<_>, _>>()?;
        // The ledger is built anew from its proofs, by the rules under which steps are added.
        let mut rebuilt = self.begun();
        let (mut steps, mut deals, mut bounds) = (Vec::new(), Vec::new(), Bounds::default());
        for step in self.steps() {
            let (deal, claim) = claim_of(step, artefacts)?;
            let proof = found(step, Artefact::Proof, &step.proof, |digest| {
                artefacts.proof(digest).filter(|proof| proof_digest(proof) == step.proof)
            })?;
            let added = rebuilt.append(&claim, &proof, keys).map_err(|problem| refused(step, problem))?;
            // The step that the proof makes names every artefact by the digest that was computed from it.
            if rebuilt.steps().last() != Some(step) {
                return Err(PoolAuditError::OtherStep { cut_off: step.cut_off.clone() });
            }
            if let (StepKind::Month, Some(month)) = (step.kind, deal.month()) {
                bounds.add(month);
            }
            steps.push(added.verified);
            deals.push(deal);
        }
        Ok(PoolAudit { steps, deals, bounds, heads, commitments })
    }

    fn cut_off_of(&self, known: &String) -> Result<String, PoolAuditError> {
        let found = self.commitments().find(|(_, commitment)| commitment == known);
        let cut_off = found.map(|(cut_off, _)| cut_off.to_owned());
        cut_off.ok_or_else(|| PoolAuditError::OtherCommitment(known.clone()))
    }
}

fn refused(step: &PoolStep, problem: PoolStepError) -> PoolAuditError {
    let cut_off = step.cut_off.clone();
    match problem {
        PoolStepError::Proof(NoVerdict::NoKeys(keys)) => PoolAuditError::NoKeys { cut_off, keys: hex::encode(keys) },
        PoolStepError::Proof(NoVerdict::Malformed(problem)) => {
            PoolAuditError::Unreadable { cut_off, problem: problem.into() }
        }
        problem => PoolAuditError::Step { cut_off, problem },
    }
}

/// Returns the artefact of a step with a digest.
fn found<T>(
    step: &PoolStep,
    kind: Artefact,
    digest: &str,
    find: impl FnOnce(&[u8; 32]) -> Option<T>,
) -> Result<T, PoolAuditError> {
    let bytes = hex::decode(digest).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.and_then(|bytes| find(&bytes)).ok_or_else(|| PoolAuditError::Missing {
        cut_off: step.cut_off.clone(),
        kind,
        digest: digest.to_owned(),
    })
}

/// Returns the deal of a step and the claim that it makes.
fn claim_of(step: &PoolStep, artefacts: &impl Artefacts) -> Result<(Arc<Deal>, Claim), PoolAuditError> {
    let deal = found(step, Artefact::Deal, &step.deal, |digest| {
        artefacts.deal(digest).filter(|deal| deal.digest() == *digest)
    })?;
    let set = step.scenarios.as_deref();
    let set = set.map(|digest| found(step, Artefact::Scenarios, digest, |digest| artefacts.scenarios(digest)));
    let unreadable =
        |problem: InstanceError| PoolAuditError::Unreadable { cut_off: step.cut_off.clone(), problem: problem.into() };
    let claim = Claim::pool(deal.clone(), set.transpose()?).map_err(unreadable)?;
    Ok((deal, claim))
}
