//! One step of a ceremony: a contribution with its proof, or a beacon.
//!
//! A contributor draws a secret `x`, multiplies delta by it, and proves knowledge of it as in Bowe,
//! Gabizon and Miers, "Scalable Multi-party Computation for zk-SNARK Parameters in the Random
//! Beacon Model" (2017), section 3: take a random `s` in G1 and a challenge `R` in G2 that depends
//! on everything before and on `s` and `x s`. The record holds `s`, `x s` and `x R`. Then
//!
//! * `e(s, x R) = e(x s, R)` shows the same `x` in both groups, known to whoever made the record;
//! * `e(delta_before, x R) = e(delta_after, R)` shows that delta was multiplied by `x`.
//!
//! A beacon is a contribution whose `x` everybody computes from a public value that nobody could
//! predict, hashed many times. It removes the last contributor's influence on the result; it adds
//! no secret.
//!
//! # Bytes
//!
//! A record is: kind (1 contribution, 2 beacon), length of the name and the name (UTF-8, up to 64
//! bytes), then for a contribution `s`, `x s` in G1 and `x R` in G2, for a beacon the base-2
//! logarithm of the number of hashes, the length of the value (1 to 64) and the value; then delta
//! in G1. Points are encoded as in [`crate::raw_points`]; lengths take one byte.
//!
//! The challenge `R` is computed as follows. For `n = 0, 1, ..`, the two coordinates of `x` are the
//! 64-byte big-endian numbers made of SHA-256 of `tailproof/ceremony/challenge/v1`, the seed, `n`
//! as `u32` little-endian, and a byte 0, 1 (first coordinate) or 2, 3 (second), modulo the base
//! field; the first `n` whose `x` is on the curve gives the point with the smaller `y`, times the
//! cofactor. The seed is SHA-256 of the digest before and the record up to `x s`.

use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{One, PrimeField, Zero};
use sha2::{Digest, Sha256};

use crate::raw_points::RawPoint;
use crate::snarkjs_files::powers_of_tau::same_ratio;

/// Maximum number of bytes of a contributor's name.
pub const MAX_NAME: usize = 64;
/// Maximum number of bytes of a beacon's value.
pub const MAX_BEACON: usize = 64;
/// Maximum base-2 logarithm of a beacon's number of hashes.
pub const MAX_ITERATIONS_LOG: u8 = 30;

/// The factor by which a step multiplies delta.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // a handful of records, most of them contributions
pub enum Kind {
    /// A contribution: the factor is a secret, proved to be known.
    Contribution {
        /// `s`.
        s: G1Affine,
        /// `x s`.
        sx: G1Affine,
        /// `x R`.
        rx: G2Affine,
    },
    /// A beacon: the factor follows from a public value that nobody could predict.
    Beacon {
        /// The value.
        value: Vec<u8>,
        /// Base-2 logarithm of the number of hashes.
        iterations_log: u8,
    },
}

/// One step of a ceremony.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Name of the contributor or beacon.
    pub name: String,
    /// Factor of the step.
    pub kind: Kind,
    /// Delta after the step.
    pub delta: G1Affine,
}

impl Record {
    /// Returns the record's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.encode_before_answer();
        match &self.kind {
            Kind::Contribution { rx, .. } => rx.write(&mut bytes),
            Kind::Beacon { value, iterations_log } => {
                bytes.push(*iterations_log);
                bytes.push(u8::try_from(value.len()).expect("beacons are short"));
                bytes.extend_from_slice(value);
            }
        }
        self.delta.write(&mut bytes);
        bytes
    }

    fn encode_before_answer(&self) -> Vec<u8> {
        match &self.kind {
            Kind::Contribution { s, sx, .. } => before_answer(&self.name, s, sx),
            Kind::Beacon { .. } => head(2, &self.name),
        }
    }

    /// Returns a record read with `take`, which returns the next bytes; `None` if they are not a
    /// record.
    pub(super) fn decode(mut take: impl FnMut(usize) -> Option<Vec<u8>>) -> Option<Self> {
        let (kind, length) = (take(1)?[0], take(1)?[0]);
        let name = String::from_utf8(take(length.into())?).ok().filter(|name| is_name(name))?;
        let kind = match kind {
            1 => {
                let [s, sx] = [G1Affine::read(&take(G1Affine::BYTES)?)?, G1Affine::read(&take(G1Affine::BYTES)?)?];
                Kind::Contribution { s, sx, rx: G2Affine::read(&take(G2Affine::BYTES)?)? }
            }
            2 => {
                let (iterations_log, length) = (take(1)?[0], take(1)?[0]);
                let value = take(length.into()).filter(|value| is_beacon(value, iterations_log))?;
                Kind::Beacon { iterations_log, value }
            }
            _ => return None,
        };
        Some(Self { name, kind, delta: G1Affine::read(&take(G1Affine::BYTES)?)? })
    }

    /// Checks the proofs of the record that follows `digest`, and that it multiplies the delta
    /// `before`.
    pub(super) fn check(&self, digest: &[u8; 32], before: G1Affine) -> Result<(), &'static str> {
        let fail = |holds: bool, why| if holds { Ok(()) } else { Err(why) };
        fail(self.delta.is_valid() && !self.delta.is_zero(), "delta is not a point of the group")?;
        match &self.kind {
            Kind::Contribution { s, sx, rx } => {
                let valid = s.is_valid() && sx.is_valid() && rx.is_valid();
                let zero = s.is_zero() || sx.is_zero() || rx.is_zero();
                fail(valid && !zero, "a point of its proof is not a point of the group")?;
                fail(s != sx, "it multiplied delta by 1")?;
                let challenge = challenge(digest, &self.name, s, sx);
                fail(same_ratio((*s, *rx), (*sx, challenge)), "its proof of knowledge does not hold")?;
                fail(same_ratio((before, *rx), (self.delta, challenge)), "it multiplied delta by something else")
            }
            Kind::Beacon { value, iterations_log } => {
                let expected = (before * beacon_factor(value, *iterations_log)).into_affine();
                fail(self.delta == expected, "delta was multiplied by something else than the beacon")
            }
        }
    }
}

/// Returns whether `name` may be a contributor's name: at most 64 bytes that can be shown to
/// people.
pub fn is_name(name: &str) -> bool {
    name.len() <= MAX_NAME && tailproof_core::text::check_printable(name).is_ok()
}

/// Returns whether `value` may be a beacon's value, hashed 2^`iterations_log` times: 1 to 64 bytes,
/// at most 2^30 hashes.
pub fn is_beacon(value: &[u8], iterations_log: u8) -> bool {
    (1..=MAX_BEACON).contains(&value.len()) && iterations_log <= MAX_ITERATIONS_LOG
}

fn head(kind: u8, name: &str) -> Vec<u8> {
    let mut bytes = vec![kind, u8::try_from(name.len()).expect("names are short")];
    bytes.extend_from_slice(name.as_bytes());
    bytes
}

fn before_answer(name: &str, s: &G1Affine, sx: &G1Affine) -> Vec<u8> {
    let mut bytes = head(1, name);
    s.write(&mut bytes);
    sx.write(&mut bytes);
    bytes
}

/// Returns the challenge `R` of a contribution.
pub(super) fn challenge(digest: &[u8; 32], name: &str, s: &G1Affine, sx: &G1Affine) -> G2Affine {
    let seed = Sha256::new().chain_update(digest).chain_update(before_answer(name, s, sx)).finalize();
    let word = |n: u32, part: u8| {
        Sha256::new()
            .chain_update(b"tailproof/ceremony/challenge/v1")
            .chain_update(seed)
            .chain_update(n.to_le_bytes())
            .chain_update([part])
            .finalize()
    };
    let coordinate = |n, part| Fq::from_be_bytes_mod_order(&[word(n, part), word(n, part + 1)].concat());
    (0u32..)
        .find_map(|n| {
            let x = Fq2::new(coordinate(n, 0), coordinate(n, 2));
            G2Affine::get_point_from_x_unchecked(x, false)
        })
        .expect("every second x is on the curve")
        .clear_cofactor()
}

/// Returns the factor by which a beacon multiplies delta. SHA-256 is applied 2^`iterations_log`
/// times to `value`; the factor is the 64-byte big-endian number made of SHA-256 of
/// `tailproof/ceremony/beacon/v1`, that digest, and a byte 0, 1, reduced modulo the order of the
/// scalar field.
pub(super) fn beacon_factor(value: &[u8], iterations_log: u8) -> Fr {
    let mut digest: [u8; 32] = Sha256::digest(value).into();
    for _ in 1..1u64 << iterations_log {
        digest = Sha256::digest(digest).into();
    }
    let half = |part: u8| {
        Sha256::new().chain_update(b"tailproof/ceremony/beacon/v1").chain_update(digest).chain_update([part]).finalize()
    };
    let factor = Fr::from_be_bytes_mod_order(&[half(0), half(1)].concat());
    if factor.is_zero() { Fr::one() } else { factor }
}
