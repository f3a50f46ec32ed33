//! The list of contributions in a powers-of-tau file: whether each follows from the one before.
//!
//! Every record holds tau, alpha and beta after it, proofs of knowledge of its three secrets, and
//! the challenge for the next record. A proof answers the challenge of the record before, as in
//! snarkjs: `s`, `x s` in G1 and `x R` in G2, where `R` is the hash of the challenge, `s` and
//! `x s`. The challenge of the first record is a hash of powers of one, which only depend on the
//! power of the ceremony.
//!
//! **This finds damage and shows nobody's part.** One party can make a whole list, and the
//! challenges after the first are hashes of files that nobody has here. That a beacon's secrets
//! follow from its public value is not computed: it can take 2^63 hashes.

use std::io::{Read, Seek};

use ark_bn254::{Bn254, Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInt, BigInteger, PrimeField, Zero};
use blake2::{Blake2b512, Digest};
use rand::{CryptoRng, Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;
use rayon::prelude::*;

use super::{CONTRIBUTION_BYTES, WHAT, section};
use crate::raw_points::{G1_BYTES, G2_BYTES, RawPoint};
use crate::snarkjs_files::FileError;
use crate::snarkjs_files::sections::Sections;

/// The challenge of the first contribution to powers of up to 2^28: BLAKE2b-512 of 103 GB, computed
/// once. Hermez's file and the Perpetual Powers of Tau begin with it.
const FIRST_CHALLENGE_28: [u8; 64] = [
    0x93, 0xda, 0x91, 0x92, 0x0d, 0x5a, 0x54, 0xa8, 0xa0, 0xfd, 0xe5, 0x5c, 0xd9, 0xdc, 0x3a, 0x10, 0xc4, 0xf3, 0xee,
    0xf7, 0x68, 0xb6, 0x2c, 0x09, 0x48, 0x74, 0x13, 0x70, 0x86, 0x42, 0x54, 0xb4, 0xc1, 0x92, 0x0f, 0x3f, 0x29, 0xd4,
    0xeb, 0xc0, 0xef, 0x3a, 0xce, 0xcf, 0x2e, 0x2d, 0xb6, 0x3a, 0x75, 0x57, 0x13, 0xd7, 0x7e, 0x1e, 0xd7, 0x73, 0x47,
    0xa5, 0x6f, 0xbc, 0x31, 0x7c, 0x7a, 0x93,
];
/// Largest power whose first challenge is computed: a hash of 100 MB.
const MOST_COMPUTED: u32 = 18;

/// The finding about a file's list of contributions. It is no word about who contributed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// The list is empty.
    Empty,
    /// Each record follows from the one before, and the first from nothing.
    Whole,
    /// Each record follows from the one before. The first does not answer the challenge that every
    /// ceremony of its power begins with, or that challenge is not known.
    OtherStart,
}

/// Proof of knowledge of a secret x: s, x s, x R.
struct Knowledge {
    s: G1Affine,
    sx: G1Affine,
    rx: G2Affine,
}

/// A record, as far as it is looked at.
struct Record {
    tau: (G1Affine, G2Affine),
    alpha: G1Affine,
    beta: (G1Affine, G2Affine),
    /// of tau, alpha, beta
    knowledge: [Knowledge; 3],
    next_challenge: [u8; 64],
}

impl Record {
    /// Powers of one.
    fn start(challenge: [u8; 64]) -> Self {
        let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
        let knowledge = std::array::from_fn(|_| Knowledge { s: g1, sx: g1, rx: g2 });
        Self { tau: (g1, g2), alpha: g1, beta: (g1, g2), knowledge, next_challenge: challenge }
    }

    /// Returns the record in the first bytes of an entry; `None` if one of its points is none.
    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let (tau, alpha) = ((take(&mut rest, G1_BYTES)?, take(&mut rest, G2_BYTES)?), take(&mut rest, G1_BYTES)?);
        let beta = (take(&mut rest, G1_BYTES)?, take(&mut rest, G2_BYTES)?);
        let mut pairs = Vec::with_capacity(3);
        for _ in 0..3 {
            pairs.push((take(&mut rest, G1_BYTES)?, take(&mut rest, G1_BYTES)?));
        }
        let mut knowledge = Vec::with_capacity(3);
        for (s, sx) in pairs {
            knowledge.push(Knowledge { s, sx, rx: take(&mut rest, G2_BYTES)? });
        }
        // Behind the points stands the state of a hash, then the next challenge.
        let next_challenge = rest.get(216..280)?.try_into().ok()?;
        Some(Self { tau, alpha, beta, knowledge: knowledge.try_into().ok()?, next_challenge })
    }

    /// Returns whether the record answers the challenge of the one `before`, and its powers are those
    /// of the one before times its secrets. `weights` are random.
    fn follows(&self, before: &Self, weights: &[Fr; 8]) -> bool {
        let [tau, alpha, beta] = &self.knowledge;
        let bases: [G2Affine; 3] =
            [(0, tau), (1, alpha), (2, beta)].map(|(secret, known)| base(secret, &before.next_challenge, known));
        // Each row is an equation e(a, b) = e(c, d).
        let mut equations = Vec::with_capacity(8);
        for (knowledge, base) in self.knowledge.iter().zip(bases) {
            equations.push((knowledge.s, knowledge.rx, knowledge.sx, base));
        }
        for (then, now, knowledge, base) in [
            (before.tau.0, self.tau.0, tau, bases[0]),
            (before.alpha, self.alpha, alpha, bases[1]),
            (before.beta.0, self.beta.0, beta, bases[2]),
        ] {
            equations.push((then, knowledge.rx, now, base));
        }
        equations.push((tau.s, self.tau.1, tau.sx, before.tau.1));
        equations.push((beta.s, self.beta.1, beta.sx, before.beta.1));
        let (mut left, mut right) = (Vec::with_capacity(16), Vec::with_capacity(16));
        for ((a, b, c, d), weight) in equations.into_iter().zip(weights) {
            left.extend([(a * weight).into_affine(), (-(c * weight)).into_affine()]);
            right.extend([b, d]);
        }
        Bn254::multi_pairing(left, right).is_zero()
    }
}

/// Takes a point that is valid and not zero.
fn take<G: RawPoint>(bytes: &mut &[u8], length: usize) -> Option<G> {
    let (point, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    G::read(point).filter(|point| point.is_valid() && !point.is_zero())
}

/// Returns the point R of a proof of knowledge.
fn base(secret: u8, challenge: &[u8; 64], knowledge: &Knowledge) -> G2Affine {
    let mut hasher = Blake2b512::new();
    hasher.update([secret]);
    hasher.update(challenge);
    for point in [knowledge.s, knowledge.sx] {
        hasher.update(uncompressed(&point));
    }
    hash_to_g2(&hasher.finalize().into())
}

/// The big-endian coordinates of a point.
fn uncompressed(point: &G1Affine) -> Vec<u8> {
    [point.x, point.y].iter().flat_map(|coordinate| coordinate.into_bigint().to_bytes_be()).collect()
}

/// Returns the point that snarkjs hashes to: the first x on the curve from ChaCha20, times the
/// cofactor.
fn hash_to_g2(hash: &[u8; 64]) -> G2Affine {
    // The seed's words are big-endian in the hash, and little-endian in the generator.
    let mut seed: [u8; 32] = hash[..32].try_into().expect("half of 64 bytes");
    seed.chunks_exact_mut(4).for_each(<[u8]>::reverse);
    let mut rng = ChaCha20Rng::from_seed(seed);
    loop {
        let x = Fq2::new(coordinate(&mut rng), coordinate(&mut rng));
        let greater = rng.next_u32() & 1 == 1;
        if let Some((smaller_y, greater_y)) = G2Affine::get_ys_from_x_unchecked(x) {
            let y = if greater { greater_y } else { smaller_y };
            return G2Affine::new_unchecked(x, y).mul_by_cofactor();
        }
    }
}

/// Returns a field element whose representation in memory is drawn.
fn coordinate(rng: &mut ChaCha20Rng) -> Fq {
    loop {
        let mut limbs: [u64; 4] = std::array::from_fn(|_| u64::from(rng.next_u32()) << 32 | u64::from(rng.next_u32()));
        limbs[3] &= u64::MAX >> 2;
        if BigInt::new(limbs) < Fq::MODULUS {
            return Fq::new_unchecked(BigInt::new(limbs));
        }
    }
}

/// Returns the challenge of the first contribution to a ceremony of a power, if it is known.
fn first_challenge(power: u32) -> Option<[u8; 64]> {
    if power == super::MAX_POWER {
        return Some(FIRST_CHALLENGE_28);
    }
    if power > MOST_COMPUTED {
        return None;
    }
    let g1 = uncompressed(&G1Affine::generator());
    let G2Affine { x, y, .. } = G2Affine::generator();
    let g2: Vec<u8> =
        [x.c1, x.c0, y.c1, y.c0].iter().flat_map(|coordinate| coordinate.into_bigint().to_bytes_be()).collect();
    let points = 1usize << power;
    let mut hasher = Blake2b512::new();
    hasher.update(Blake2b512::digest(b""));
    for (point, count) in [(&g1, 2 * points - 1), (&g2, points), (&g1, 2 * points), (&g2, 1)] {
        (0..count).for_each(|_| hasher.update(point));
    }
    Some(hasher.finalize().into())
}

/// Checks the list of contributions of a file that began with `power`. `places` are those of its
/// records in their section.
///
/// # Errors
/// Errors on a record that does not follow from the one before.
pub(super) fn check<R: Read + Seek>(
    sections: &mut Sections<R>,
    places: &[u64],
    power: u32,
    rng: &mut (impl RngCore + CryptoRng),
) -> Result<Chain, FileError> {
    let unlike = |record: usize, why: &str| FileError::Damaged {
        what: WHAT,
        why: format!("record {} of its list of contributions {why}", record + 1),
    };
    let mut records = Vec::with_capacity(places.len());
    for (index, place) in places.iter().enumerate() {
        let bytes = sections.read(section::CONTRIBUTIONS, *place, CONTRIBUTION_BYTES)?;
        records.push(Record::decode(&bytes).ok_or_else(|| unlike(index, "holds a point that is none"))?);
    }
    let weights: Vec<[Fr; 8]> =
        records.iter().map(|_| std::array::from_fn(|_| Fr::from(rng.r#gen::<u128>()))).collect();
    let steps = records.par_iter().zip(&records[1.min(records.len())..]).zip(&weights[1.min(weights.len())..]);
    let holds: Vec<bool> = steps.map(|((before, record), weights)| record.follows(before, weights)).collect();
    if let Some(broken) = holds.iter().position(|holds| !holds) {
        return Err(unlike(broken + 1, "does not follow from the one before"));
    }
    let Some(first) = records.first() else { return Ok(Chain::Empty) };
    let starts = first_challenge(power).is_some_and(|start| first.follows(&Record::start(start), &weights[0]));
    Ok(if starts { Chain::Whole } else { Chain::OtherStart })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snarkjs_files::sections::{write_head, write_section};
    use std::io::Cursor;

    /// The first two records of Hermez's file, by Koh Wei Jie and Kobi Gurkan, as its section 7 would
    /// hold them alone.
    const RECORDS: &[u8] = include_bytes!("testdata/hermez-records.bin");

    /// Checks a list of contributions alone.
    fn chain(list: &[u8], power: u32) -> Result<Chain, FileError> {
        let mut file = Vec::new();
        write_head(&mut file, b"ptau", 1, 1).unwrap();
        write_section(&mut file, section::CONTRIBUTIONS, list).unwrap();
        let mut sections = Sections::open(Cursor::new(file), WHAT, b"ptau", 1).unwrap();
        let places = super::super::find_contributions(&mut sections).unwrap().1;
        check(&mut sections, &places, power, &mut ChaCha20Rng::seed_from_u64(1))
    }

    #[test]
    fn records_of_a_real_ceremony_follow_from_the_known_first_challenge() {
        assert_eq!(chain(RECORDS, 28).unwrap(), Chain::Whole);
        assert_eq!(chain(RECORDS, 11).unwrap(), Chain::OtherStart);
        assert_eq!(chain(RECORDS, 27).unwrap(), Chain::OtherStart);
        assert_eq!(chain(&[0; 4], 28).unwrap(), Chain::Empty);
    }

    /// Each point of the second exchanged for another valid one, or for none.
    #[test]
    fn a_record_that_does_not_follow_from_the_one_before_is_damage() {
        let refused = |list: &[u8], why: &str| {
            let error = chain(list, 28).unwrap_err().to_string();
            assert!(error.contains("record 2 of its list of contributions") && error.contains(why), "{error}");
        };
        let record = usize::try_from(CONTRIBUTION_BYTES).unwrap();
        let parameters = u32::from_le_bytes(RECORDS[record..][..4].try_into().unwrap());
        let begins = 4 + record + usize::try_from(parameters).unwrap();
        let (g1, g2) = (G1Affine::generator(), G2Affine::generator());
        let mut place = begins;
        for bytes in [64, 128, 64, 64, 128, 64, 64, 64, 64, 64, 64, 128, 128, 128] {
            let mut changed = RECORDS.to_vec();
            let mut point = Vec::new();
            if bytes == 64 {
                g1.write(&mut point)
            } else {
                g2.write(&mut point)
            }
            changed[place..place + bytes].copy_from_slice(&point);
            refused(&changed, "does not follow");
            changed[place..place + bytes].fill(0);
            refused(&changed, "holds a point that is none");
            place += bytes;
        }
        // The challenge that the second record answers stands at the end of the first.
        let mut changed = RECORDS.to_vec();
        changed[4 + 192 + 256 + 768 + 216] ^= 1;
        refused(&changed, "does not follow");
    }

    /// The same bytes by Python's hashlib.
    #[test]
    fn the_first_challenge_is_a_hash_of_powers_of_one() {
        let known = "e778ddf57120714d0a7a884113aac0db0c37dee0d580dcb4b3794fe5b2b68875c32f02759a860990bec44cbd38a86feaabea\
                     62ea9a0b682b3c076003c80042fd";
        assert_eq!(hex::encode(first_challenge(11).unwrap()), known);
        assert_eq!(first_challenge(19), None);
    }
}
