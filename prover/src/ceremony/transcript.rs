//! The transcript of a ceremony: the steps that multiplied delta, with their proofs.
//!
//! The digest of a ceremony is a chain of SHA-256: first the hash of the file's header, then for
//! each record the hash of the previous digest and the record. A contributor keeps the digest after
//! their step, and can find it in the final transcript.

use ark_bn254::{Fr, G1Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{One, UniformRand, Zero};
use rand::{CryptoRng, RngCore};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

pub use super::record::{Kind, MAX_BEACON, MAX_ITERATIONS_LOG, MAX_NAME, Record, is_beacon, is_name};
use super::record::{beacon_factor, challenge};

/// Maximum number of hashes of all beacons together: some minutes of work, which every step and
/// every verification repeats.
pub const MAX_ITERATIONS: u64 = 1 << MAX_ITERATIONS_LOG;
/// Maximum number of steps.
pub const MAX_STEPS: usize = 4096;

/// The steps of a ceremony so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    start: [u8; 32],
    records: Vec<Record>,
}

/// The error for a record that is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("step {index} of the ceremony ({name}) is not valid: {why}")]
pub struct RecordError {
    /// Number of the step, from 1.
    pub index: usize,
    /// Name of the contributor or beacon.
    pub name: String,
    /// Description of the fault.
    pub why: &'static str,
}

impl Transcript {
    /// Returns a transcript without steps for a file with this header.
    pub fn new(header: &[u8]) -> Self {
        Self { start: Sha256::digest(header).into(), records: Vec::new() }
    }

    /// Returns the steps.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Returns the number of steps that add a secret: all except beacons.
    pub fn contributions(&self) -> usize {
        self.records.iter().filter(|record| matches!(record.kind, Kind::Contribution { .. })).count()
    }

    /// Returns whether the numbers of steps and hashes are within their maxima.
    pub fn is_bounded(&self) -> bool {
        let hashes = |record: &Record| match record.kind {
            Kind::Contribution { .. } => 0,
            Kind::Beacon { iterations_log, .. } => 1 << iterations_log,
        };
        self.records.len() <= MAX_STEPS && self.records.iter().map(hashes).sum::<u64>() <= MAX_ITERATIONS
    }

    /// Returns whether the last step is a beacon, so that no contributor chose it.
    pub fn ends_with_beacon(&self) -> bool {
        matches!(self.records.last(), Some(Record { kind: Kind::Beacon { .. }, .. }))
    }

    /// Returns the digest after each step.
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

    /// Returns the digest after the last step.
    pub fn digest(&self) -> [u8; 32] {
        self.digests().last().copied().unwrap_or(self.start)
    }

    /// Returns delta after the last step.
    pub fn delta(&self) -> G1Affine {
        self.records.last().map_or_else(G1Affine::generator, |record| record.delta)
    }

    /// Appends a step without checking it.
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

    /// Appends a beacon, and returns the factor by which it multiplies delta.
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
    /// Errors on the first step that is not valid.
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

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::{Fq, Fq2, G1Projective, G2Affine, G2Projective};
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

    /// Each value of a contribution is replaced by another valid one, and the transcript is
    /// refused.
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

    /// `x s` and `x R` for an old challenge do not answer a new one.
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
