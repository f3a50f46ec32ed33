//! Proofs of market claims.

use rand::{CryptoRng, RngCore};
use tailproof_circuits::r1cs::market::market_assignment;
use tailproof_circuits::statement::market::MarketWitness;
use tailproof_risk::ScenarioSet;
use tailproof_verifier::market::layout::ScenarioInputs;
use tailproof_verifier::{InstanceError, MarketClaim, Proof};
use zeroize::Zeroize;

use crate::groth16::{ProveError, prove};
use crate::proving_key::ProvingKey;

/// Why a market claim was not proved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MarketProofError {
    /// the claim cannot be stated for the key's shape
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// the prover refused
    #[error(transparent)]
    Prove(#[from] ProveError),
}

/// Proves a claim about the book in `witness`.
///
/// # Errors
/// If the scenario set does not fit the key's shape, or the claim is false.
pub fn prove_market(
    key: &ProvingKey,
    claim: &MarketClaim,
    set: &ScenarioSet,
    witness: &MarketWitness,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<Proof, MarketProofError> {
    let scenarios = ScenarioInputs::new(key.header().shape, set)?;
    let mut assignment = market_assignment(&claim.controls(), &scenarios, witness).map_err(|_| ProveError::TooLarge)?;
    let proof = prove(key, &assignment, rng);
    assignment.zeroize();
    Ok(proof?)
}
