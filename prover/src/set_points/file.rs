//! The file of set points.
//!
//! | bytes | content |
//! | --- | --- |
//! | 8 | `TAILSETP` |
//! | 2 | version 1, `u16` little-endian |
//! | 32 | the digest in the header of `proving.key` |
//! | 32 | digest of the scenario inputs, see [`inputs_digest`] |
//! | 64 | part of A, as in [`crate::raw_points`] |
//! | 64 | part of B in G1 |
//! | 128 | part of B in G2 |
//! | 64 | part of C |
//! | 32 | SHA-256 of everything before |
//!
//! The digests say which key and set the points are for. They do not show that the points are right:
//! whoever can write the file can write its digests. [`crate::prepared`] finds wrong points.

use ark_bn254::{G1Affine, G2Affine};
use ark_ff::{BigInteger, PrimeField};
use sha2::{Digest, Sha256};
use tailproof_verifier::MalformedError;
use tailproof_verifier::inputs::ScenarioInputs;

use super::{SetPoints, set_values};
use crate::raw_points::{G1_BYTES, G2_BYTES, RawPoint};

/// The first bytes of the file.
pub const MAGIC: [u8; 8] = *b"TAILSETP";
/// Version of the file.
pub const VERSION: u16 = 1;
/// Bytes of the file.
pub const BYTES: usize = 8 + 2 + 2 * DIGEST_BYTES + 3 * G1_BYTES + G2_BYTES + DIGEST_BYTES;

const DIGEST_BYTES: usize = 32;
const WHAT: &str = "file of set points";

/// What set points are for: digests of a key and of the scenario inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PointsOf {
    /// the digest in the header of the proving key's file: SHA-256 of the file without it
    pub key: [u8; 32],
    /// digest of the scenario inputs
    pub inputs: [u8; 32],
}

/// The reason why a file of set points is not used. Make the points again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetPointsError {
    /// A file that is no file of set points, or a damaged one.
    #[error(transparent)]
    Malformed(#[from] MalformedError),
    /// A file for another proving key.
    #[error("it is for another proving key")]
    OtherKey,
    /// A file for other scenarios, or for other half-spreads.
    #[error("it is for other scenarios or half-spreads")]
    OtherScenarios,
}

/// Returns the digest of scenario inputs: SHA-256 over `tailproof/scenario-inputs/v1`, a line feed,
/// the shape's text, a line feed, and each public input from [`FACTORS`] on as 32 bytes,
/// little-endian.
///
/// [`FACTORS`]: tailproof_verifier::inputs::layout::FACTORS
pub fn inputs_digest(inputs: &ScenarioInputs) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(format!("tailproof/scenario-inputs/v1\n{}\n", inputs.shape()));
    for value in set_values(inputs) {
        hash.update(value.into_bigint().to_bytes_le());
    }
    hash.finalize().into()
}

/// Returns the file of set points.
pub fn encode(points: &SetPoints, of: &PointsOf) -> Vec<u8> {
    let mut file = Vec::with_capacity(BYTES);
    file.extend_from_slice(&MAGIC);
    file.extend_from_slice(&VERSION.to_le_bytes());
    file.extend_from_slice(&of.key);
    file.extend_from_slice(&of.inputs);
    points.a.write(&mut file);
    points.b_g1.write(&mut file);
    points.b_g2.write(&mut file);
    points.c.write(&mut file);
    let digest: [u8; DIGEST_BYTES] = Sha256::digest(&file).into();
    file.extend_from_slice(&digest);
    file
}

/// Returns the set points in a file that must be for a key and for inputs.
///
/// # Errors
/// Another kind of file or another version; a changed byte; points that are not in their groups; a
/// file for another key or for other inputs.
pub fn decode(file: &[u8], of: &PointsOf) -> Result<SetPoints, SetPointsError> {
    let damaged = |part| MalformedError::Damaged { what: WHAT, part };
    let mut rest = file;
    if take(&mut rest, MAGIC.len()) != Some(&MAGIC) {
        return Err(MalformedError::WrongKind { expected: WHAT }.into());
    }
    let version = take(&mut rest, 2).ok_or(damaged("length"))?;
    if version != VERSION.to_le_bytes() {
        let found = u16::from_le_bytes([version[0], version[1]]).to_string();
        return Err(MalformedError::WrongVersion { what: WHAT, found, expected: VERSION }.into());
    }
    let (content, digest) = file.split_at_checked(BYTES - DIGEST_BYTES).ok_or(damaged("length"))?;
    if Sha256::digest(content)[..] != *digest {
        return Err(damaged("digest").into());
    }
    if take(&mut rest, DIGEST_BYTES) != Some(&of.key) {
        return Err(SetPointsError::OtherKey);
    }
    if take(&mut rest, DIGEST_BYTES) != Some(&of.inputs) {
        return Err(SetPointsError::OtherScenarios);
    }
    let [a, b_g1] = ["the part of A", "the part of B in G1"].map(|field| point::<G1Affine>(&mut rest, field));
    let b_g2 = point::<G2Affine>(&mut rest, "the part of B in G2");
    let c = point::<G1Affine>(&mut rest, "the part of C");
    Ok(SetPoints { a: a?, b_g1: b_g1?, b_g2: b_g2?, c: c? })
}

fn take<'b>(rest: &mut &'b [u8], length: usize) -> Option<&'b [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

/// Reads a point on its curve and in its subgroup; the point at infinity is one.
fn point<G: RawPoint>(rest: &mut &[u8], field: &str) -> Result<G, MalformedError> {
    let read = take(rest, G::BYTES).and_then(G::read).filter(RawPoint::is_valid);
    read.ok_or_else(|| MalformedError::BadPoint { field: field.to_owned(), why: "not in its group" })
}
