//! The caller's expectations, each against what was proved.

use tailproof_core::ScenarioSet;
use tailproof_core::pool::Deal;
use tailproof_core::scenarios::regenerate::Sources;

use super::Refused;
use crate::attestation::{self, Attested};
use crate::backend::Backend;
use crate::claim::Claim;
use crate::encoding::input_to_hex;
use crate::error::VerifyError;
use crate::expected::{Attestors, Expected, Remake};
use crate::field::CommitmentField;
use crate::proof::ProofFile;
use crate::shape::Shape;

/// Checks the scenario set against the caller's expectations, and returns what it was made again
/// from, in words; `None` if it was not. A credit set always is: the claim made it again from the
/// deal. Losses of collateral are, from the deal and what is given. Expectations that have no set
/// to be about are refused.
pub(super) fn check_scenarios<B: Backend>(
    claim: &Claim,
    expected: &Expected<'_, B>,
) -> Result<Option<String>, Refused> {
    let set = claim.scenarios();
    let is_other = |seed: &String| set.is_none_or(|set| set.generator().check_seed(seed).is_err());
    if let Some(expected) = expected.seed.map(hex::encode).filter(is_other) {
        let found = set.and_then(|set| set.generator().seed()).unwrap_or("none").to_owned();
        return Err(VerifyError::OtherSeed { found, expected }.into());
    }
    let deal = match claim {
        Claim::Market(_) => None,
        Claim::Pool(pool) if pool.makes_its_scenarios() || set.is_none() => {
            if expected.remake.is_some() {
                return Err(Refused::NothingToRemake);
            }
            let digest = set.and_then(|set| set.generator().source_digest());
            return Ok(digest.map(|digest| format!("from the deal, whose assumptions have the digest {digest}")));
        }
        Claim::Pool(pool) => Some(pool.deal()),
    };
    let made_again = set.map(|set| make_again(set, deal, expected.remake.as_ref())).transpose()?.flatten();
    match claim.not_settled().filter(|_| made_again.is_none()) {
        Some(error) => Err(error.into()),
        None => Ok(made_again),
    }
}

/// Checks that the scenario point, which was computed again, is the one that the caller expects.
pub(super) fn check_point<B: Backend>(proof: &ProofFile<B>, expected: &Expected<'_, B>) -> Result<(), VerifyError> {
    let (Some(expected), Some(computed)) = (&expected.scenario_point, B::stated_point(&proof.evidence)) else {
        return Ok(());
    };
    if *expected == computed {
        return Ok(());
    }
    Err(VerifyError::OtherScenarioPoint { computed: B::point_text(&computed), expected: B::point_text(expected) })
}

/// Checks that the proved commitments are the known ones. There are as many of both, and no proved one
/// occurs twice.
///
/// Sub-books may be named in any order. The commitments of a pool of two dates may not: a month that
/// is read backwards is another claim.
pub(super) fn check_commitments<F: CommitmentField>(
    shape: Shape,
    proved: &[F],
    known: Option<&[F]>,
) -> Result<(), VerifyError> {
    let Some(known) = known else { return Ok(()) };
    let is_known = |(place, proved): (usize, &F)| match shape.pool() {
        Some(_) => known.get(place) == Some(proved),
        None => known.contains(proved),
    };
    let Some((_, proved)) = proved.iter().enumerate().find(|at| !is_known(*at)) else { return Ok(()) };
    let known = known.iter().map(input_to_hex).collect::<Vec<_>>().join(", ");
    Err(VerifyError::OtherCommitment { proved: input_to_hex(proved), known })
}

/// Checks that every attestor whom the caller asks for vouches for every commitment.
pub(super) fn check_attestors<B: Backend>(
    claim: &Claim,
    proof: &ProofFile<B>,
    expected: &Expected<'_, B>,
) -> Result<Option<Attested>, Refused> {
    let Some(Attestors { keys, given, subject, at, revoked }) = expected.attestors else { return Ok(None) };
    let commitments = attestation::check::commitments(claim, proof)?;
    let wanted = attestation::Expected { keys, commitments: &commitments, backend: B::NAME, subject, at, revoked };
    let attested = attestation::check::check(given, &wanted);
    if attested.is_valid() {
        Ok(Some(attested))
    } else {
        Err(VerifyError::NotAttested(attested.faults().join("; ")).into())
    }
}

/// Makes a scenario set again if `remake` is given, and returns from what, in words. Losses of
/// collateral are made under the terms of the claim's `deal`.
fn make_again(set: &ScenarioSet, deal: Option<&Deal>, remake: Option<&Remake<'_>>) -> Result<Option<String>, Refused> {
    if set.generator().makes_itself() {
        let from = if set.is_pnl() { "the days in its header alone" } else { "from the ranges in its header alone" };
        return Ok(Some(from.to_owned()));
    }
    let Some(Remake { maker, sources }) = remake else { return Ok(None) };
    let sources = Sources { deal: deal.or(sources.deal), ..*sources };
    let remade = maker.regenerate(set, &sources).map_err(Refused::NotRemade)?;
    if !remade.made_again() {
        return Err(VerifyError::OtherScenarios(remade.comparison).into());
    }
    let of_table = set.generator().is_its_makers();
    let from = if of_table { "the table given" } else { "the prices given" };
    let digest = remade.set.as_ref().and_then(|set| set.generator().source_digest()).unwrap_or_default();
    let terms = deal.map_or("", |_| ", under the deal's collateral terms");
    Ok(Some(remade.in_words(&format!("{from}, whose digest is {digest}{terms}"))))
}
