//! The transparent prover: halo2 with the inner-product argument over the Pasta curves. No trusted setup; not for the EVM.
//!
//! Keys are derived: generators by hashing to the curve, the rest from the circuit. Nothing about them is secret, and whoever
//! verifies derives them again. What takes long is the generators' Lagrange form, an FFT of points, so a file keeps it:
//!
//! | bytes | content |
//! | --- | --- |
//! | 8 | magic `TAILTRAN` |
//! | 2 | version, `u16` little-endian, 1 |
//! | 1, 1 | statement, as in key files; thresholds |
//! | 4, 4 | T, N |
//! | 1, 1, 1, 1 | k: 2^k rows; zero; zero; sub-books less one |
//! | 32 | digest of the verifying key |
//! | 32 each | 2^k points of Vesta, compressed: the generators in Lagrange form |
//! | 32 | SHA-256 of everything before |
//!
//! The file is not trusted: the generators are hashed again, their Lagrange form is checked against them by a random
//! combination, and the key is derived from the circuit.

use halo2_proofs::pasta::arithmetic::CurveExt;
use halo2_proofs::pasta::group::ff::Field;
use halo2_proofs::pasta::group::{Curve, GroupEncoding};
use halo2_proofs::pasta::vesta;
use halo2_proofs::pasta::{EqAffine, Fp};
use halo2_proofs::plonk::{self, create_proof, keygen_pk, keygen_vk};
use halo2_proofs::poly::EvaluationDomain;
use halo2_proofs::poly::commitment::{Blind, Params};
use halo2_proofs::transcript::{Blake2bWrite, Challenge255};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use tailproof_circuits::halo2::StatementCircuit;
use tailproof_circuits::statement::Witness;
use tailproof_verifier::halo2::VerifyingKey;
use tailproof_verifier::market::controls::CONTROLS;
use tailproof_verifier::market::layout::ScenarioInputs;
use tailproof_verifier::{InstanceError, MalformedError, Shape};

/// Why there is no key or no proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransparentError {
    /// the claim cannot be stated for the key's shape
    #[error(transparent)]
    Instance(#[from] InstanceError),
    /// no circuit of this shape exists, or it is larger than the field's domains
    #[error("no circuit of shape {0} exists: its numbers would leave the field, or its rows the domain")]
    NoCircuit(Shape),
    /// the argument could not be made
    #[error("the argument could not be made: {0}")]
    Argument(String),
}

/// Rows of a shape's circuit, as a power of two.
///
/// # Errors
/// If no circuit of this shape exists.
pub fn log_rows(shape: Shape) -> Result<u32, TransparentError> {
    StatementCircuit::of_shape(shape).log_rows().map_err(|_| TransparentError::NoCircuit(shape))
}

/// Derives generators and verifying key of a shape.
///
/// # Errors
/// If no circuit of this shape exists.
pub fn derive_verifying_key(shape: Shape) -> Result<VerifyingKey, TransparentError> {
    verifying_key_with(shape, Params::new(log_rows(shape)?))
}

/// The verifying key of a shape over given generators.
fn verifying_key_with(shape: Shape, params: Params<EqAffine>) -> Result<VerifyingKey, TransparentError> {
    let circuit = StatementCircuit::of_shape(shape);
    let key = keygen_vk(&params, &circuit).map_err(|_| TransparentError::NoCircuit(shape))?;
    Ok(VerifyingKey::new(shape, params, key))
}

/// The proving key that belongs to a verifying key.
///
/// # Errors
/// If no circuit of this shape exists.
pub fn derive_proving_key(key: &VerifyingKey) -> Result<plonk::ProvingKey<EqAffine>, TransparentError> {
    let circuit = StatementCircuit::of_shape(key.shape());
    keygen_pk(key.params(), key.key().clone(), &circuit).map_err(|_| TransparentError::NoCircuit(key.shape()))
}

/// Proves a claim about the books in `witness`. A false claim gives bytes that do not verify: check the claim first.
///
/// # Errors
/// If the inputs are of another shape than the key.
pub fn prove_claim(
    verifying: &VerifyingKey,
    proving: &plonk::ProvingKey<EqAffine>,
    controls: &[Fp; CONTROLS],
    scenarios: &ScenarioInputs,
    witness: &(impl Clone + Into<Witness>),
) -> Result<Vec<u8>, TransparentError> {
    let circuit = StatementCircuit::new(*controls, scenarios.clone(), witness.clone());
    let columns = circuit.instance();
    let columns: Vec<&[Fp]> = columns.iter().map(Vec::as_slice).collect();
    let mut transcript = Blake2bWrite::<_, EqAffine, Challenge255<_>>::init(Vec::new());
    create_proof(verifying.params(), proving, &[circuit], &[&columns], rand_os(), &mut transcript)
        .map_err(|error| TransparentError::Argument(error.to_string()))?;
    Ok(transcript.finalize())
}

/// The generator of blinding that halo2 takes: the system's.
fn rand_os() -> impl halo2_rand::CryptoRng {
    halo2_rand::rand_core::UnwrapErr(halo2_rand::rngs::SysRng)
}

const MAGIC: &[u8; 8] = b"TAILTRAN";
const VERSION: u16 = 1;
const WHAT: &str = "transparent key";
const POINT_BYTES: usize = 32;
const HEADER_BYTES: usize = 56;

fn header(shape: Shape, log_rows: u32, digest: &[u8; 32]) -> Vec<u8> {
    let word = |value: usize| u32::try_from(value).expect("shapes are bounded").to_le_bytes();
    let mut bytes = MAGIC.to_vec();
    bytes.extend(VERSION.to_le_bytes());
    let [statement, thresholds, zero, books] = shape.kind_bytes();
    bytes.extend([statement, thresholds]);
    bytes.extend([word(shape.scenarios()), word(shape.factors())].concat());
    bytes.extend([log_rows.to_le_bytes()[0], 0, zero, books]);
    bytes.extend(digest);
    bytes
}

/// Encodes the file of a derived key.
///
/// # Panics
/// Never: writing to memory does not fail.
pub fn encode_key(key: &VerifyingKey) -> Vec<u8> {
    let mut params = Vec::new();
    key.params().write(&mut params).expect("writing to a vector does not fail");
    let points = POINT_BYTES << key.params().k();
    let mut bytes = header(key.shape(), key.params().k(), &key.digest());
    bytes.extend_from_slice(&params[4 + points..4 + 2 * points]);
    bytes.extend_from_slice(&Sha256::digest(&bytes));
    bytes
}

/// Decodes the file of a derived key, and derives the rest again.
///
/// # Errors
/// Another kind of file or version; a file that is damaged, or that is not what derivation gives.
pub fn decode_key(file: &[u8]) -> Result<VerifyingKey, MalformedError> {
    let damaged = |part| MalformedError::Damaged { what: WHAT, part };
    if !file.starts_with(MAGIC) {
        return Err(MalformedError::WrongKind { expected: WHAT });
    }
    let (body, digest) = file.split_at_checked(file.len().saturating_sub(32)).ok_or(damaged("length"))?;
    if body.len() < HEADER_BYTES {
        return Err(damaged("header"));
    }
    if Sha256::digest(body)[..] != *digest {
        return Err(damaged("digest"));
    }
    let (head, points) = body.split_at(HEADER_BYTES);
    let version = u16::from_le_bytes([head[8], head[9]]);
    if version != VERSION {
        return Err(MalformedError::WrongVersion { what: WHAT, found: version.to_string(), expected: VERSION });
    }
    let word = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().expect("4 bytes"));
    let kind_bytes = [head[10], head[11], head[22], head[23]];
    let shape = Shape::from_kind_bytes(word(12) as usize, word(16) as usize, kind_bytes);
    let shape = shape.map_err(|_| damaged("shape"))?;
    let log_rows = u32::from(head[20]);
    let named: [u8; 32] = head[24..].try_into().expect("32 bytes");
    if header(shape, log_rows, &named) != head || log_rows > 24 || points.len() != POINT_BYTES << log_rows {
        return Err(damaged("header"));
    }
    if log_rows_of(shape) != Some(log_rows) {
        return Err(damaged("number of rows"));
    }
    let params = params_with(log_rows, points).ok_or(damaged("list of generators"))?;
    let key = verifying_key_with(shape, params).map_err(|_| damaged("shape"))?;
    if key.digest() != named {
        return Err(damaged("key digest (it was made by another version)"));
    }
    Ok(key)
}

fn log_rows_of(shape: Shape) -> Option<u32> {
    log_rows(shape).ok()
}

/// Parameters with a given Lagrange form of the generators, if it is theirs.
fn params_with(log_rows: u32, lagrange: &[u8]) -> Option<Params<EqAffine>> {
    let point = |message: &[u8]| vesta::Point::hash_to_curve("Halo2-Parameters")(message).to_affine().to_bytes();
    let generators: Vec<[u8; POINT_BYTES]> = (0..1u32 << log_rows)
        .into_par_iter()
        .map(|index| {
            let [a, b, c, d] = index.to_le_bytes();
            point(&[0, a, b, c, d])
        })
        .collect();
    let bytes = [&log_rows.to_le_bytes()[..], generators.as_flattened(), lagrange, &point(&[1]), &point(&[2])].concat();
    let params = Params::<EqAffine>::read(&mut &bytes[..]).ok()?;
    let domain = EvaluationDomain::<Fp>::new(2, log_rows);
    let mut rng = rand_os();
    let values: Vec<Fp> = (0..1usize << log_rows).map(|_| Fp::random(&mut rng)).collect();
    let values = domain.lagrange_from_vec(values);
    let blind = Blind(Fp::zero());
    let expected = params.commit(&domain.lagrange_to_coeff(values.clone()), blind);
    (params.commit_lagrange(&values, blind) == expected).then_some(params)
}
