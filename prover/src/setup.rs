//! Development keys from a single party.
//!
//! Whoever runs this briefly knows the secret behind the keys and could forge proofs with it. The
//! keys' header says so, and so does every verification with them.

use ark_bn254::{Bn254, Fr, G1Projective, G2Projective};
use ark_ec::PrimeGroup;
use ark_ff::UniformRand;
use ark_groth16::Groth16;
use rand::{CryptoRng, RngCore};
use tailproof_circuits::r1cs::assembly::statement_system;
use tailproof_circuits::r1cs::system::Replay;
use tailproof_verifier::keys::header::{KeyHeader, Provenance};
use tailproof_verifier::{MalformedError, Shape, VerifyingKey};
use zeroize::Zeroize;

use crate::lean_qap::LeanReduction;
use crate::proving_key::ProvingKey;

/// The reason no keys were made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// A shape without a circuit.
    #[error("no circuit of shape {0} exists: its numbers would leave the field")]
    NoCircuit(Shape),
    /// A failure of arkworks' key generation.
    #[error("key generation failed: {0}")]
    Generator(String),
    /// A generated key that is not one of the shape.
    #[error(transparent)]
    Key(#[from] MalformedError),
}

/// Returns a proving and a verifying key for `shape`, made by one party from `rng`: for development
/// only.
///
/// # Errors
/// Errors if no circuit of this shape exists, or arkworks' key generation fails.
pub fn insecure_development_keys(
    shape: Shape,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<(ProvingKey, VerifyingKey), SetupError> {
    let system = statement_system(shape).map_err(|_| SetupError::NoCircuit(shape))?;
    let mut secret: [Fr; 4] = std::array::from_fn(|_| Fr::rand(rng));
    let [alpha, beta, gamma, delta] = secret;
    let key = Groth16::<Bn254, LeanReduction>::generate_parameters_with_qap(
        Replay { system: &system, assignment: None },
        alpha,
        beta,
        gamma,
        delta,
        G1Projective::generator(),
        G2Projective::generator(),
        rng,
    );
    secret.zeroize();
    let key = key.map_err(|error| SetupError::Generator(error.to_string()))?;
    let header = KeyHeader { shape, circuit: system.digest(), provenance: Provenance::InsecureDevelopment };
    let proving = ProvingKey::from_arkworks(header, &key, &system)?;
    Ok((proving, VerifyingKey::new(header, key.vk)?))
}
