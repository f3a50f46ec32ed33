//! A scenario set that is prepared for many proofs.

use std::sync::OnceLock;

use ark_bn254::Fr;
use rand::{CryptoRng, RngCore};
use tailproof_verifier::backend::Groth16;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::{ProofFile, VerifyError};

use crate::provable::Provable;
use crate::prover::{Prover, ProvingBackend, Statement, Unproved};
use crate::set_points::SetPoints;

/// A scenario set that is prepared for many proofs with one pair of keys: its scenario point, and
/// for Groth16 its [set points](crate::set_points).
///
/// The scenario point is computed from the scenarios when the set is prepared, and never comes from
/// anywhere else. Each proof is verified against it before it is returned.
///
/// Set points that the caller [gives](Prover::prepare_with) are not trusted. If a proof does not
/// verify, they are made again and compared. If they differ, the true ones are taken from then on,
/// and the proof is made again: [`PreparedSet::refuted`]. Only a proof that fails with true points
/// is a fault of the key.
///
/// It may be shared among threads, each of which proves for itself.
pub struct PreparedSet<'p, B: ProvingBackend> {
    prover: &'p Prover<B>,
    inputs: ScenarioInputs,
    point: Option<B::ScenarioPoint>,
    /// From the caller.
    given: Option<B::SetPart>,
    /// Computed here; at the latest when a proof over given ones fails.
    computed: OnceLock<B::SetPart>,
}

impl<B: ProvingBackend> std::fmt::Debug for PreparedSet<'_, B> {
    /// Shows what is short.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shape = self.inputs.shape();
        f.debug_struct("PreparedSet").field("shape", &shape).field("point", &self.point).finish_non_exhaustive()
    }
}

impl<'p, B: ProvingBackend> PreparedSet<'p, B> {
    pub(crate) fn computed(prover: &'p Prover<B>, inputs: ScenarioInputs, set: B::SetPart) -> Result<Self, Unproved> {
        let point = B::scenario_point(prover.verifier().key(), &inputs)?;
        Ok(Self { prover, inputs, point, given: None, computed: OnceLock::from(set) })
    }

    pub(crate) fn given(prover: &'p Prover<B>, inputs: ScenarioInputs, set: B::SetPart) -> Result<Self, Unproved> {
        let point = B::scenario_point(prover.verifier().key(), &inputs)?;
        Ok(Self { prover, inputs, point, given: Some(set), computed: OnceLock::new() })
    }

    /// Returns the prover.
    pub fn prover(&self) -> &'p Prover<B> {
        self.prover
    }

    /// Returns the scenario part of the public inputs.
    pub fn inputs(&self) -> &ScenarioInputs {
        &self.inputs
    }

    /// As [`Prover::prove`], over the prepared set.
    ///
    /// # Errors
    /// As [`Prover::prove`]; [`Unproved::OtherScenarios`] for a claim over other scenarios.
    pub fn prove<C: Provable>(
        &self,
        claim: &C,
        held: &C::Holdings,
        context: Option<Fr>,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<ProofFile<B>, Unproved> {
        self.prove_statement(&Statement::new(claim, held, self.prover.shape(), context)?, rng)
    }

    /// As [`PreparedSet::prove`], for a claim that was stated for the shape of the keys.
    ///
    /// # Errors
    /// As [`PreparedSet::prove`].
    pub fn prove_statement(
        &self,
        statement: &Statement<B>,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<ProofFile<B>, Unproved> {
        self.require_inputs(statement)?;
        let set = self.set();
        match self.made(statement, set, rng) {
            Err(Unproved::NotTrusted) if Some(set) == self.given.as_ref() => {
                let computed = self.compute()?;
                if computed == set { Err(Unproved::NotTrusted) } else { self.made(statement, computed, rng) }
            }
            made => made,
        }
    }

    /// Whether a proof file is what this set makes of a statement: the proof verifies against the
    /// scenario point, and every other field is as it would be written.
    pub fn proves(&self, statement: &Statement<B>, proof: &ProofFile<B>) -> bool {
        let again = || -> Result<ProofFile<B>, VerifyError> {
            statement.checked(self.prover.verifier(), proof.evidence.clone(), self.point)
        };
        self.require_inputs(statement).is_ok() && again().is_ok_and(|again| again == *proof)
    }

    /// Whether set points that the caller gave turned out to be wrong.
    pub fn refuted(&self) -> bool {
        matches!((&self.given, self.computed.get()), (Some(given), Some(computed)) if given != computed)
    }

    fn require_inputs(&self, statement: &Statement<B>) -> Result<(), Unproved> {
        let (shape, keys) = (statement.inputs().shape(), self.prover.shape());
        if shape != keys {
            return Err(Unproved::OtherShape { statement: shape, keys });
        }
        if *statement.inputs() == self.inputs { Ok(()) } else { Err(Unproved::OtherScenarios) }
    }

    /// Returns the set part in use: the computed one as soon as there is one.
    fn set(&self) -> &B::SetPart {
        let given = || self.given.as_ref().expect("a set part is given or computed");
        self.computed.get().unwrap_or_else(given)
    }

    /// Computes the set part, outside of the lock: the work runs on the caller's pool, which could
    /// give this thread another proof in the meantime.
    fn compute(&self) -> Result<&B::SetPart, Unproved> {
        if let Some(computed) = self.computed.get() {
            return Ok(computed);
        }
        let computed = B::set_part(&self.prover.proving, &self.inputs)?;
        Ok(self.computed.get_or_init(|| computed))
    }

    /// Makes a proof and verifies it.
    fn made(
        &self,
        statement: &Statement<B>,
        set: &B::SetPart,
        rng: &mut (impl RngCore + CryptoRng),
    ) -> Result<ProofFile<B>, Unproved> {
        let verifier = self.prover.verifier();
        let evidence = B::prove(&self.prover.proving, verifier.key(), (self.point, set), statement, rng)?;
        statement.checked(verifier, evidence, self.point).map_err(|_| Unproved::NotTrusted)
    }
}

impl PreparedSet<'_, Groth16> {
    /// Returns the set points in use, for the next run. They are true if [`Prover::prepare`] made
    /// them, if [`PreparedSet::refuted`] says so, or if a proof was made.
    pub fn set_points(&self) -> &SetPoints {
        self.set()
    }
}

impl<B: ProvingBackend> Prover<B> {
    /// Prepares a scenario set for many proofs: computes its scenario point and its set points once.
    /// `inputs` are those that the claims have for the shape of the keys:
    /// [`MandateClaim::scenario_inputs`] or [`Statement::inputs`].
    ///
    /// [`MandateClaim::scenario_inputs`]: tailproof_verifier::claim::Claim::scenario_inputs
    ///
    /// # Errors
    /// Inputs for another shape than the keys'; scenarios without a scenario point.
    pub fn prepare(&self, inputs: ScenarioInputs) -> Result<PreparedSet<'_, B>, Unproved> {
        let set = B::set_part(&self.proving, &inputs)?;
        PreparedSet::computed(self, inputs, set)
    }
}

impl Prover<Groth16> {
    /// As [`Prover::prepare`], with set points that an earlier run computed. They are not trusted:
    /// see [`PreparedSet`].
    ///
    /// # Errors
    /// As [`Prover::prepare`].
    pub fn prepare_with(
        &self,
        inputs: ScenarioInputs,
        points: SetPoints,
    ) -> Result<PreparedSet<'_, Groth16>, Unproved> {
        PreparedSet::given(self, inputs, points)
    }
}
