//! Proofs as a contract takes them, for a verifier that has no proof file.

use tailproof_core::Unit;

use crate::backend::Groth16;
use crate::claim::Claim;
use crate::error::MalformedError;
use crate::export::evm::Call;
use crate::groth16::VerifyingKey;
use crate::inputs::controls::stated_unit;
use crate::inputs::layout::{COMMITMENT, TAILS};
use crate::keys::file::key_digest;
use crate::proof::{Groth16Evidence, ProofFile};

impl ProofFile<Groth16> {
    /// Returns the file of a proof that a contract was called with, under `key` and about `claim`.
    /// The book unit is the one that the controls state. Nothing is checked: a verifier recomputes
    /// every control and the scenario point, and refuses others.
    ///
    /// # Errors
    /// Errors if the controls state no unit that a book can have.
    pub fn from_call(key: &VerifyingKey, claim: &Claim, call: &Call) -> Result<Self, MalformedError> {
        let shape = key.shape();
        let unit =
            match claim.unit() {
                Some(unit) => unit,
                // The commitment is the first control.
                None => Unit::from_millionths(stated_unit(shape, &call.controls[TAILS - COMMITMENT])).map_err(
                    |problem| MalformedError::Unexpected {
                        field: "controls[2]",
                        found: problem.to_string(),
                        expected: "a book unit".into(),
                    },
                )?,
            };
        let evidence = Groth16Evidence { scenario_point: call.scenario_point, proof: call.proof };
        Ok(Self::new((shape, key_digest(key)), claim, unit, call.controls, evidence))
    }
}
