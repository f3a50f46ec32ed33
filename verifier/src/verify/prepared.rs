//! Claims of which everything is computed that is the same for every proof.

use super::{Refused, Verifier};
use crate::backend::Backend;
use crate::claim::Claim;
use crate::expected::Expected;
use crate::inputs::ScenarioInputs;
use crate::proof::ProofFile;
use crate::verified::Verified;

/// A claim with the part of its check that is the same for every proof: the public inputs of its
/// scenario set, and their scenario point. [`Verifier::prepare`] computes them.
#[derive(Debug, Clone)]
pub struct Prepared<B: Backend> {
    pub(super) claim: Claim,
    /// Digest of the keys that it was computed for.
    pub(super) key: [u8; 32],
    pub(super) inputs: ScenarioInputs,
    pub(super) point: Option<B::ScenarioPoint>,
}

impl<B: Backend> Prepared<B> {
    /// Returns the claim.
    pub fn claim(&self) -> &Claim {
        &self.claim
    }

    /// Returns the scenario point, which was computed; `None` if the proof system has none.
    pub fn scenario_point(&self) -> Option<B::ScenarioPoint> {
        self.point
    }
}

impl<B: Backend> Verifier<B> {
    /// Returns a claim with everything computed that each check of it needs.
    ///
    /// # Errors
    /// Errors if the claim cannot be stated for the keys.
    pub fn prepare(&self, claim: &(impl Clone + Into<Claim>)) -> Result<Prepared<B>, Refused> {
        self.prepare_beside(claim, [])
    }

    /// Returns what [`Verifier::prepare`] returns, given claims that are prepared already. One that has
    /// the same public inputs under the same keys has the same scenario point, which is not computed
    /// again: bounds over one scenario set share it.
    ///
    /// # Errors
    /// The errors of [`Verifier::prepare`].
    pub fn prepare_beside<'p>(
        &self,
        claim: &(impl Clone + Into<Claim>),
        others: impl IntoIterator<Item = &'p Prepared<B>>,
    ) -> Result<Prepared<B>, Refused> {
        let claim = claim.clone().into();
        let inputs = claim.scenario_inputs(self.shape())?;
        let known = others.into_iter().find(|other| other.key == self.digest && other.inputs == inputs);
        let point = match known {
            Some(other) => other.point,
            None => B::computed_point(&self.key, &inputs)?,
        };
        Ok(Prepared { claim, key: self.digest, inputs, point })
    }

    /// Checks a proof of a prepared claim as [`Verifier::verify`] does. A claim that was prepared for
    /// other keys is no help: everything is computed again.
    ///
    /// # Errors
    /// The errors of [`Verifier::verify`].
    pub fn verify_prepared(
        &self,
        prepared: &Prepared<B>,
        proof: &ProofFile<B>,
        expected: &Expected<'_, B>,
    ) -> Result<Verified, Refused> {
        self.verify_claim(&prepared.claim, self.known(prepared), proof, expected)
    }

    /// Returns a prepared claim if it was prepared for these keys.
    pub(crate) fn known<'p>(&self, prepared: &'p Prepared<B>) -> Option<&'p Prepared<B>> {
        Some(prepared).filter(|prepared| prepared.key == self.digest)
    }
}
