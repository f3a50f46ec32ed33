//! Keys of halo2, which everybody derives: generators by hashing to the curve, the rest from the
//! circuit.
//!
//! Nothing about them is secret, and whoever verifies derives them again: a verifier needs this module
//! and no prover. [`mod@file`] keeps the part that takes longest. The digest that names a key is over
//! the circuit, as [`circuit_digest`](mod@circuit_digest) encodes it, and over the generators.
//!
//! There is no thread pool here: work runs on the caller's thread and, if halo2 was built with
//! `multicore`, on the rayon pool that the caller is in.

pub mod circuit_digest;
pub mod file;

use halo2_proofs::pasta::EqAffine;
use halo2_proofs::plonk::keygen_vk;
use halo2_proofs::poly::commitment::Params;
use tailproof_verifier::Shape;
use tailproof_verifier::halo2::VerifyingKey;

pub use file::{decode_key, encode_key, stated_digest};

use crate::halo2::StatementCircuit;

/// No circuit of a shape exists, or it is larger than the field's domains.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no circuit of shape {0} exists: its numbers would leave the field, or its rows the domain")]
pub struct NoCircuit(pub Shape);

/// Returns the rows of a shape's circuit, as a power of two.
///
/// # Errors
/// If no circuit of this shape exists.
pub fn log_rows(shape: Shape) -> Result<u32, NoCircuit> {
    StatementCircuit::for_shape(shape).log_rows().map_err(|_| NoCircuit(shape))
}

/// Derives the generators and the verifying key of a shape.
///
/// # Errors
/// If no circuit of this shape exists.
pub fn derive_verifying_key(shape: Shape) -> Result<VerifyingKey, NoCircuit> {
    verifying_key_with(shape, Params::new(log_rows(shape)?))
}

/// Returns the verifying key of a shape over given generators.
fn verifying_key_with(shape: Shape, params: Params<EqAffine>) -> Result<VerifyingKey, NoCircuit> {
    let circuit = StatementCircuit::for_shape(shape);
    let digest = circuit_digest::circuit_digest(&circuit).map_err(|_| NoCircuit(shape))?;
    let key = keygen_vk(&params, &circuit).map_err(|_| NoCircuit(shape))?;
    Ok(VerifyingKey::new(shape, params, key, digest))
}
