//! Keys and proofs of halo2 with the inner-product argument over the Pasta curves. No trusted
//! setup; not for the EVM.
//!
//! Keys are derived, and nothing about them is secret: [`tailproof_circuits::halo2_keys`] derives
//! what a verifier needs, and this module the proving key.
//!
//! There is no thread pool here: work runs on the caller's thread and on the rayon pool that the
//! caller is in.

use halo2_proofs::pasta::{EqAffine, Fp};
use halo2_proofs::plonk::{self, create_proof, keygen_pk};
use halo2_proofs::transcript::{Blake2bWrite, Challenge255};
use tailproof_circuits::halo2::StatementCircuit;
use tailproof_circuits::statement::Witness;
use tailproof_verifier::Shape;
use tailproof_verifier::halo2::VerifyingKey;
use tailproof_verifier::inputs::ScenarioInputs;
use tailproof_verifier::inputs::controls::CONTROLS;

pub use tailproof_circuits::halo2_keys::{
    NoCircuit, circuit_digest, decode_key, derive_verifying_key, encode_key, file as key_file, log_rows,
};

/// The reason why there is no key or no proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Halo2Error {
    /// No circuit of this shape exists, or it is larger than the field's domains.
    #[error(transparent)]
    NoCircuit(#[from] NoCircuit),
    /// The proving key was derived from another verifying key.
    #[error(
        "the proving key was derived from the verifying key {}, not from {}",
        hex::encode(proving),
        hex::encode(verifying)
    )]
    NotAPair {
        /// digest of the key that the proving key was derived from
        proving: [u8; 32],
        /// digest of the verifying key
        verifying: [u8; 32],
    },
    /// The inputs are for another shape than that of the keys.
    #[error("the inputs are for shape {inputs}, the keys for {keys}")]
    OtherShape {
        /// shape of the inputs
        inputs: Shape,
        /// shape of the keys
        keys: Shape,
    },
    /// The argument could not be made.
    #[error("the argument could not be made: {0}")]
    Argument(String),
}

/// A proving key, derived from a verifying key. Nothing about it is secret.
pub struct ProvingKey {
    verifying: [u8; 32],
    key: plonk::ProvingKey<EqAffine>,
}

impl std::fmt::Debug for ProvingKey {
    /// Shows the digest alone: the key is large.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProvingKey").field("verifying", &hex::encode(self.verifying)).finish_non_exhaustive()
    }
}

impl ProvingKey {
    /// Returns the digest of the verifying key that it was derived from.
    pub fn digest(&self) -> [u8; 32] {
        self.verifying
    }

    /// Whether it was derived from this verifying key.
    pub fn matches(&self, key: &VerifyingKey) -> bool {
        self.verifying == key.digest()
    }
}

/// Derives the proving key that belongs to a verifying key.
///
/// # Errors
/// If no circuit of this shape exists.
pub fn derive_proving_key(key: &VerifyingKey) -> Result<ProvingKey, Halo2Error> {
    let circuit = StatementCircuit::for_shape(key.shape());
    let proving = keygen_pk(key.params(), key.key().clone(), &circuit);
    Ok(ProvingKey { verifying: key.digest(), key: proving.map_err(|_| NoCircuit(key.shape()))? })
}

/// Proves a claim about the holdings in `witness`. A false claim gives bytes that do not verify:
/// check the claim first.
///
/// # Errors
/// Keys that are no pair; inputs for another shape than that of the keys.
pub fn prove_claim(
    verifying: &VerifyingKey,
    proving: &ProvingKey,
    controls: &[Fp; CONTROLS],
    scenarios: &ScenarioInputs,
    witness: &(impl Clone + Into<Witness>),
) -> Result<Vec<u8>, Halo2Error> {
    if !proving.matches(verifying) {
        return Err(Halo2Error::NotAPair { proving: proving.digest(), verifying: verifying.digest() });
    }
    let (inputs, keys) = (scenarios.shape(), verifying.shape());
    if inputs != keys {
        return Err(Halo2Error::OtherShape { inputs, keys });
    }
    let circuit = StatementCircuit::new(*controls, scenarios.clone(), witness.clone());
    let columns = circuit.instance();
    let columns: Vec<&[Fp]> = columns.iter().map(Vec::as_slice).collect();
    let mut transcript = Blake2bWrite::<_, EqAffine, Challenge255<_>>::init(Vec::new());
    create_proof(verifying.params(), &proving.key, &[circuit], &[&columns], rand_os(), &mut transcript)
        .map_err(|error| Halo2Error::Argument(error.to_string()))?;
    Ok(transcript.finalize())
}

/// Returns the generator of blinding in the version that halo2 takes: the system's.
fn rand_os() -> impl halo2_rand::CryptoRng {
    halo2_rand::rand_core::UnwrapErr(halo2_rand::rngs::SysRng)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_may_share_keys() {
        fn shared<T: Send + Sync>() {}
        shared::<ProvingKey>();
        shared::<VerifyingKey>();
        shared::<crate::ProvingKey>();
        shared::<tailproof_verifier::VerifyingKey>();
    }
}
