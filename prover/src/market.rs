//! Proofs of market claims.

use rand::{CryptoRng, RngCore};
use tailproof_circuits::r1cs::market::market_assignment;
use tailproof_circuits::statement::market::MarketWitness;
use tailproof_verifier::market::layout::ScenarioInputs;
use tailproof_verifier::{MarketClaim, Proof};
use zeroize::Zeroize;

use crate::groth16::{ProveError, prove};
use crate::proving_key::ProvingKey;

/// Proves a claim about the books in `witness`.
///
/// # Errors
/// If the claim is false, or the key is for another circuit.
pub fn prove_market(
    key: &ProvingKey,
    claim: &MarketClaim,
    scenarios: &ScenarioInputs,
    witness: &MarketWitness,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<Proof, ProveError> {
    let mut assignment = market_assignment(&claim.controls(), scenarios, witness).map_err(|_| ProveError::TooLarge)?;
    let proof = prove(key, &assignment, rng);
    assignment.zeroize();
    proof
}
