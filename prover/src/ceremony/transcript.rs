//! The record of a ceremony: who multiplied delta by what, and why that is known to be so.
//!
//! A contributor draws a secret `x`, multiplies delta by it, and proves knowledge of it as in Bowe, Gabizon and Miers,
//! "Scalable Multi-party Computation for zk-SNARK Parameters in the Random Beacon Model" (2017), section 3: for a random `s` in
//! G1 and the challenge `R` in G2, which depends on everything before and on `s` and `x s`, the record holds `s`, `x s`, `x R`.
//! Then
//!
//! * `e(s, x R) = e(x s, R)`: the same `x` in both groups, known to who made it;
//! * `e(delta_before, x R) = e(delta_after, R)`: delta was multiplied by it.
//!
//! A beacon is a contribution whose `x` everybody computes from a public value that nobody could know before, hashed many
//! times. It takes away what a last contributor could choose; it adds no secret.
//!
//! # Bytes
//!
//! A record is: kind (1 contribution, 2 beacon), length of the name and the name (UTF-8, up to 64 bytes), then for a contribution
//! `s`, `x s` in G1 and `x R` in G2, for a beacon the base-2 logarithm of the number of hashes, the length of the value (1 to 64)
//! and the value; then delta in G1. Points are in the form of [`crate::raw_points`], lengths one byte.
//!
//! The digest of a ceremony is a chain of SHA-256: that of the file's header, then for each record of the digest before and the
//! record. A contributor keeps the digest after theirs, and finds it in the final transcript.
//!
//! The challenge `R`: for `n = 0, 1, ..`, the two coordinates of `x` are the 64-byte big-endian numbers made of SHA-256 of
//! `tailproof/ceremony/challenge/v1`, the seed, `n` as `u32` little-endian, and a byte 0, 1 (first coordinate) or 2, 3 (second),
//! modulo the base field; the first `n` whose `x` is on the curve gives the point with the smaller `y`, times the cofactor.
//! The seed is SHA-256 of the digest before and the record up to `x s`.

use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{One, PrimeField, UniformRand, Zero};
use rand::{CryptoRng, RngCore};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::raw_points::RawPoint;
use crate::snarkjs_files::powers_of_tau::same_ratio;

/// Most bytes of a contributor's name.
pub const MAX_NAME: usize = 64;
/// Most bytes of a beacon's value.
pub const MAX_BEACON: usize = 64;
/// Largest base-2 logarithm of a beacon's number of hashes.
pub const MAX_ITERATIONS_LOG: u8 = 30;
/// Most hashes of all beacons together: some minutes of work, which every step and every verification repeats.
pub const MAX_ITERATIONS: u64 = 1 << MAX_ITERATIONS_LOG;
/// Most steps.
pub const MAX_STEPS: usize = 4096;

/// Why delta was multiplied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // a handful of records, most of them contributions
pub enum Kind {
    /// by a secret
    Contribution {
        /// `s`
        s: G1Affine,
        /// `x s`
        sx: G1Affine,
        /// `x R`
        rx: G2Affine,
    },
    /// by a public value that nobody knew before
    Beacon {
        /// the value
        value: Vec<u8>,
        /// base-2 logarithm of the number of hashes
        iterations_log: u8,
    },
}

/// One step of a ceremony.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// who
    pub name: String,
    /// how
    pub kind: Kind,
    /// delta after it
    pub delta: G1Affine,
}

/// The steps of a ceremony so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    start: [u8; 32],
    records: Vec<Record>,
}

/// A record that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("step {index} of the ceremony ({name}) is not valid: {why}")]
pub struct RecordError {
    /// the step, from 1
    pub index: usize,
    /// who
    pub name: String,
    /// what is wrong
    pub why: &'static str,
}

impl Transcript {
    /// A transcript without steps, for a file with this header.
    pub fn new(header: &[u8]) -> Self {
        Self { start: Sha256::digest(header).into(), records: Vec::new() }
    }

    /// The steps.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Steps that add a secret: all but beacons.
    pub fn contributions(&self) -> usize {
        self.records.iter().filter(|record| matches!(record.kind, Kind::Contribution { .. })).count()
    }

    /// Whether there are no more steps and hashes than a ceremony may have.
    pub fn is_bounded(&self) -> bool {
        let hashes = |record: &Record| match record.kind {
            Kind::Contribution { .. } => 0,
            Kind::Beacon { iterations_log, .. } => 1 << iterations_log,
        };
        self.records.len() <= MAX_STEPS && self.records.iter().map(hashes).sum::<u64>() <= MAX_ITERATIONS
    }

    /// Whether the last step is a beacon, so that no contributor chose it.
    pub fn ends_with_beacon(&self) -> bool {
        matches!(self.records.last(), Some(Record { kind: Kind::Beacon { .. }, .. }))
    }

    /// Digest after each step.
    pub fn digests(&self) -> Vec<[u8; 32]> {
        let mut digest = self.start;
        self.records
            .iter()
            .map(|record| {
                digest = Sha256::new().chain_update(digest).chain_update(record.encode()).finalize().into();
                digest
            })
            .collect()
    }

    /// Digest after the last step.
    pub fn digest(&self) -> [u8; 32] {
        self.digests().last().copied().unwrap_or(self.start)
    }

    /// Delta after the last step.
    pub fn delta(&self) -> G1Affine {
        self.records.last().map_or_else(G1Affine::generator, |record| record.delta)
    }

    /// Appends a step without looking at it.
    pub(super) fn push(&mut self, record: Record) {
        self.records.push(record);
    }

    /// Appends a contribution with a secret from `rng`, and returns the secret.
    pub(super) fn contribute(&mut self, name: &str, rng: &mut (impl RngCore + CryptoRng)) -> Zeroizing<Fr> {
        let secret = loop {
            let secret = Zeroizing::new(Fr::rand(rng));
            if !secret.is_zero() && !secret.is_one() {
                break secret;
            }
        };
        let s = G1Affine::rand(rng);
        let sx = (s * *secret).into_affine();
        let delta = (self.delta() * *secret).into_affine();
        let rx = (challenge(&self.digest(), name, &s, &sx) * *secret).into_affine();
        self.push(Record { name: name.to_owned(), kind: Kind::Contribution { s, sx, rx }, delta });
        secret
    }

    /// Appends a beacon, and returns what it multiplies delta by.
    pub(super) fn beacon(&mut self, name: &str, value: &[u8], iterations_log: u8) -> Fr {
        let factor = beacon_factor(value, iterations_log);
        let delta = (self.delta() * factor).into_affine();
        let kind = Kind::Beacon { value: value.to_vec(), iterations_log };
        self.push(Record { name: name.to_owned(), kind, delta });
        factor
    }

    /// Checks every step.
    ///
    /// # Errors
    /// The first step that does not hold.
    pub fn check(&self) -> Result<(), RecordError> {
        let mut before = G1Affine::generator();
        let mut digest = self.start;
        for (index, (record, after)) in self.records.iter().zip(self.digests()).enumerate() {
            record.check(&digest, before).map_err(|why| RecordError {
                index: index + 1,
                name: record.name.clone(),
                why,
            })?;
            (before, digest) = (record.delta, after);
        }
        Ok(())
    }
}

impl Record {
    /// The record's bytes.
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

    /// Reads a record with `take`, which gives the next bytes. `None` if it is not one.
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
                let fits = iterations_log <= MAX_ITERATIONS_LOG && (1..=MAX_BEACON).contains(&length.into());
                Kind::Beacon { iterations_log, value: fits.then(|| take(length.into()))?? }
            }
            _ => return None,
        };
        Some(Self { name, kind, delta: G1Affine::read(&take(G1Affine::BYTES)?)? })
    }

    fn check(&self, digest: &[u8; 32], before: G1Affine) -> Result<(), &'static str> {
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

/// Whether a text may be a contributor's name: up to 64 bytes, nothing that a terminal takes for a command.
pub fn is_name(name: &str) -> bool {
    name.len() <= MAX_NAME && !name.chars().any(char::is_control)
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

fn challenge(digest: &[u8; 32], name: &str, s: &G1Affine, sx: &G1Affine) -> G2Affine {
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

/// What a beacon multiplies delta by: SHA-256 applied 2^`iterations_log` times to the value; then the 64-byte big-endian number
/// made of SHA-256 of `tailproof/ceremony/beacon/v1`, that digest, and a byte 0, 1; modulo the scalar field.
fn beacon_factor(value: &[u8], iterations_log: u8) -> Fr {
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

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::{G1Projective, G2Projective};
    use ark_ec::PrimeGroup;
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;

    fn three_steps() -> Transcript {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let mut transcript = Transcript::new(b"header");
        transcript.contribute("one", &mut rng);
        transcript.contribute("two", &mut rng);
        transcript.beacon("block", b"public", 4);
        transcript
    }

    #[test]
    fn delta_is_the_product_of_the_secrets_and_every_step_holds() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let mut transcript = Transcript::new(b"header");
        let product = *transcript.contribute("one", &mut rng)
            * *transcript.contribute("two", &mut rng)
            * transcript.beacon("block", b"public", 4);
        assert_eq!(transcript, three_steps());
        assert_eq!(transcript.delta(), (G1Projective::generator() * product).into_affine());
        assert_eq!(transcript.check(), Ok(()));
        assert_eq!(transcript.contributions(), 2);
    }

    #[test]
    fn records_are_read_as_they_were_written_and_nothing_shorter_is() {
        for record in three_steps().records() {
            let bytes = record.encode();
            let decode = |bytes: &[u8]| {
                let mut rest = bytes;
                Record::decode(|count| {
                    let (taken, after) = rest.split_at_checked(count)?;
                    rest = after;
                    Some(taken.to_vec())
                })
            };
            assert_eq!(decode(&bytes).as_ref(), Some(record));
            assert!((0..bytes.len()).all(|length| decode(&bytes[..length]).is_none()));
        }
    }

    /// Every value of a contribution exchanged for another valid one.
    #[test]
    fn a_contribution_with_any_value_exchanged_is_refused() {
        let other = (G1Projective::generator() * Fr::from(7u64)).into_affine();
        let other_g2 = (G2Projective::generator() * Fr::from(7u64)).into_affine();
        let changes: [fn(&mut Record, G1Affine, G2Affine); 5] = [
            |record, other, _| record.delta = other,
            |record, other, _| match &mut record.kind {
                Kind::Contribution { s, .. } => *s = other,
                Kind::Beacon { value, .. } => value.push(1),
            },
            |record, other, _| match &mut record.kind {
                Kind::Contribution { sx, .. } => *sx = other,
                Kind::Beacon { iterations_log, .. } => *iterations_log += 1,
            },
            |record, _, other| match &mut record.kind {
                Kind::Contribution { rx, .. } => *rx = other,
                Kind::Beacon { value, .. } => value[0] ^= 1,
            },
            |record, _, _| record.name.push('x'),
        ];
        for index in 0..3 {
            for (number, change) in changes.iter().enumerate() {
                let mut transcript = three_steps();
                change(&mut transcript.records[index], other, other_g2);
                // A beacon's name is bound by the digest, not by a proof.
                if index == 2 && number == 4 {
                    assert_ne!(transcript.digest(), three_steps().digest());
                } else {
                    assert_eq!(transcript.check().unwrap_err().index, index + 1, "step {index}, change {number}");
                }
            }
        }
    }

    #[test]
    fn contributions_cannot_be_reordered_repeated_dropped_or_moved_to_another_ceremony() {
        let honest = three_steps();
        let with = |records: &[usize], header: &[u8]| {
            let mut transcript = Transcript::new(header);
            records.iter().for_each(|index| transcript.push(honest.records[*index].clone()));
            transcript.check()
        };
        assert!(with(&[0, 1, 2], b"header").is_ok());
        for order in [&[1, 0, 2][..], &[1, 2], &[0, 2], &[0, 0, 1, 2], &[0, 1, 1, 2]] {
            assert!(with(order, b"header").is_err(), "{order:?}");
        }
        assert!(with(&[0, 1, 2], b"another").is_err());
    }

    /// Knowing `x s` and `x R` for an old challenge does not answer a new one.
    #[test]
    fn a_proof_of_knowledge_copied_from_another_contributor_is_refused() {
        let honest = three_steps();
        let mut transcript = Transcript::new(b"header");
        transcript.push(honest.records[0].clone());
        let copied = Record {
            delta: (G1Projective::from(honest.records[0].delta) + honest.records[0].delta).into_affine(),
            ..honest.records[0].clone()
        };
        transcript.push(copied);
        assert_eq!(transcript.check().unwrap_err().why, "its proof of knowledge does not hold");
    }

    #[test]
    fn a_contribution_outside_the_subgroup_or_at_infinity_is_refused() {
        let outside = (1u64..)
            .find_map(|x| G2Affine::get_point_from_x_unchecked(Fq2::new(Fq::from(x), Fq::one()), false))
            .unwrap();
        for (point, why) in [(outside, "subgroup"), (G2Affine::zero(), "infinity")] {
            let mut transcript = three_steps();
            if let Kind::Contribution { rx, .. } = &mut transcript.records[1].kind {
                *rx = point;
            }
            assert_eq!(transcript.check().unwrap_err().index, 2, "{why}");
        }
    }

    #[test]
    fn names_hold_nothing_that_a_terminal_takes_for_a_command() {
        assert!(is_name("Ada & Co. é") && is_name(""));
        assert!(!is_name("a\u{1b}[2J") && !is_name("a\nb") && !is_name(&"x".repeat(65)));
    }
}
