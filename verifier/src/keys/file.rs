//! Verifying keys as files: the common header, then the points.
//!
//! The body is alpha in G1, beta, gamma, delta in G2, and one G1 point per public input (the
//! constant 1 first), each in arkworks' uncompressed form (64 and 128 bytes).

use ark_bn254::{Bn254, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use sha2::{Digest, Sha256};

use crate::error::MalformedError;
use crate::groth16::VerifyingKey;
use crate::inputs::layout;
use crate::keys::header::{KeyHeader, KeyKind};

const G1_BYTES: usize = 64;
const G2_BYTES: usize = 128;

/// Returns the bytes of a verifying key file.
pub fn encode_verifying_key(key: &VerifyingKey) -> Vec<u8> {
    let points = key.groth16();
    let mut body = Vec::with_capacity(G1_BYTES * (points.gamma_abc_g1.len() + 1) + 3 * G2_BYTES);
    let written = "writing to a vector does not fail";
    points.alpha_g1.serialize_uncompressed(&mut body).expect(written);
    for point in [points.beta_g2, points.gamma_g2, points.delta_g2] {
        point.serialize_uncompressed(&mut body).expect(written);
    }
    for point in &points.gamma_abc_g1 {
        point.serialize_uncompressed(&mut body).expect(written);
    }
    let mut file = key.header().encode(KeyKind::Verifying, &body).to_vec();
    file.append(&mut body);
    file
}

/// Returns the key in a verifying key file. Decoding is strict: it checks the header, the digest,
/// and that every point is on its curve and in its subgroup.
///
/// # Errors
/// The errors of [`KeyHeader::decode`] and of [`VerifyingKey::new`]; also errors on a bad point.
pub fn decode_verifying_key(file: &[u8]) -> Result<VerifyingKey, MalformedError> {
    let (header, body) = KeyHeader::decode(KeyKind::Verifying, file)?;
    let inputs = layout::public_inputs(header.shape);
    let damaged = |part| MalformedError::Damaged { what: "verifying key", part };
    if body.len() != G1_BYTES * (inputs + 1) + 3 * G2_BYTES {
        return Err(damaged("length"));
    }
    let (g1, rest) = body.split_at(G1_BYTES);
    let (g2, ic) = rest.split_at(3 * G2_BYTES);
    let read_g2 = |index: usize, field: &str| {
        let point = G2Affine::deserialize_uncompressed(&g2[index * G2_BYTES..][..G2_BYTES]);
        nonzero(field, point.ok())
    };
    let key = ark_groth16::VerifyingKey::<Bn254> {
        alpha_g1: nonzero("alpha", G1Affine::deserialize_uncompressed(g1).ok())?,
        beta_g2: read_g2(0, "beta")?,
        gamma_g2: read_g2(1, "gamma")?,
        delta_g2: read_g2(2, "delta")?,
        gamma_abc_g1: input_points(ic)
            .ok_or_else(|| MalformedError::BadPoint { field: "an input point".into(), why: "not on the curve" })?,
    };
    if key.gamma_abc_g1.iter().any(AffineRepr::is_zero) {
        return Err(MalformedError::BadPoint {
            field: "an input point".into(),
            why: "at infinity: its input is unused",
        });
    }
    let key = VerifyingKey::new(header, key)?;
    // arkworks accepts more than one encoding of the point at infinity, and coordinates beyond the
    // modulus.
    if encode_verifying_key(&key) != file {
        return Err(damaged("encoding"));
    }
    key.digest_by(|| Sha256::digest(file).into());
    Ok(key)
}

/// Reads points of G1, which has a prime order: a point on the curve is in its group.
fn input_points(bytes: &[u8]) -> Option<Vec<G1Affine>> {
    let points = bytes.chunks_exact(G1_BYTES).map(G1Affine::deserialize_uncompressed_unchecked);
    let points = points.collect::<Result<Vec<_>, _>>().ok()?;
    on_curve(&points).then_some(points)
}

#[cfg(feature = "simd")]
fn on_curve(points: &[G1Affine]) -> bool {
    tailproof_simd::Engine::current().g1_on_curve(points)
}

#[cfg(not(feature = "simd"))]
fn on_curve(points: &[G1Affine]) -> bool {
    points.iter().all(G1Affine::is_on_curve)
}

fn nonzero<P: AffineRepr>(field: &str, point: Option<P>) -> Result<P, MalformedError> {
    let bad = |why| MalformedError::BadPoint { field: field.to_owned(), why };
    let point = point.ok_or_else(|| bad("not on the curve or outside the subgroup"))?;
    if point.is_zero() { Err(bad("at infinity")) } else { Ok(point) }
}

/// Returns the digest that names the keys in proofs: SHA-256 of the whole verifying key file.
pub fn key_digest(key: &VerifyingKey) -> [u8; 32] {
    key.digest_by(|| Sha256::digest(encode_verifying_key(key)).into())
}
