//! Groth16 proofs of claims of either statement.

use ark_bn254::Fr;
use rand::{CryptoRng, RngCore};
use tailproof_circuits::SynthesisError;
use tailproof_circuits::r1cs::assembly::statement_assignment;
use tailproof_circuits::statement::WitnessRef;
use tailproof_verifier::Proof;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::controls::CONTROLS;
use zeroize::Zeroize;

use crate::groth16::{ProveError, prove_over};
use crate::proving_key::ProvingKey;
use crate::set_points::SetPoints;

/// Proves a claim about the holdings in `witness`.
///
/// # Errors
/// If the claim is false, the key is for another circuit, the holdings do not fit the shape, or no
/// circuit of the shape exists.
pub fn prove_claim<'w>(
    key: &ProvingKey,
    controls: &[Fr; CONTROLS],
    scenarios: &ScenarioInputs,
    witness: impl Into<WitnessRef<'w>>,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<Proof, ProveError> {
    prove_claim_over(key, None, controls, scenarios, witness, rng)
}

/// As [`prove_claim`], with the set points of the scenarios, or computing them.
///
/// # Errors
/// As [`prove_claim`].
pub fn prove_claim_over<'w>(
    key: &ProvingKey,
    set: Option<&SetPoints>,
    controls: &[Fr; CONTROLS],
    scenarios: &ScenarioInputs,
    witness: impl Into<WitnessRef<'w>>,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<Proof, ProveError> {
    let mut assignment = statement_assignment(controls, scenarios, witness).map_err(|error| match error {
        SynthesisError::Witness(error) => ProveError::Witness(error),
        _ => ProveError::NoCircuit(scenarios.shape()),
    })?;
    let proof = prove_over(key, set, &assignment, rng);
    assignment.zeroize();
    proof
}
