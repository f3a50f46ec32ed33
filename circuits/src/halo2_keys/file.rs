//! Files of halo2 keys.
//!
//! The generators' Lagrange form, an FFT of points, takes longest to derive, so a file keeps it:
//!
//! | bytes | content |
//! | --- | --- |
//! | 8 | magic `TAILTRAN` |
//! | 2 | version, `u16` little-endian, 2 |
//! | 1, 1 | statement, as in key files; thresholds |
//! | 4, 4 | T, N |
//! | 1, 1, 1, 1 | k: 2^k rows; zero; zero; sub-books less one |
//! | 32 | digest of the verifying key |
//! | 32 each | 2^k points of Vesta, compressed: the generators in Lagrange form |
//! | 32 | SHA-256 of everything before |
//!
//! The file is not trusted: the generators are hashed again, their Lagrange form is checked against
//! them by a random combination, and the key is derived from the circuit. Version 1 named keys by
//! another digest, and its files are refused.
//!
//! # The random combination
//! The generators G in Lagrange form L are those for which the commitment to a polynomial is the same
//! by its coefficients, over G, and by its values, over L. The file's L is compared for one polynomial
//! with values 1, r, r², .. The difference of both sides is a polynomial in r, of a degree below the
//! 2^k <= 2^24 rows, whose coefficients are the errors in L: with an error, it is zero for fewer than
//! 2^24 of the 2^254 values of r.
//!
//! r is a hash of k and all points of the file (Fiat and Shamir 1986), so it is not known before the
//! file is. Whoever looks for a file that passes with an error has to hash 2^230 of them. A generator
//! of random numbers would be no better against files, and a WebAssembly module has none: every
//! platform does the same, and what one refuses, all refuse.

use halo2_proofs::pasta::arithmetic::CurveExt;
use halo2_proofs::pasta::group::ff::FromUniformBytes;
use halo2_proofs::pasta::group::{Curve, GroupEncoding};
use halo2_proofs::pasta::{EqAffine, Fp, vesta};
use halo2_proofs::poly::EvaluationDomain;
use halo2_proofs::poly::commitment::{Blind, Params};
use maybe_rayon::prelude::*;
use sha2::{Digest, Sha256, Sha512};
use tailproof_verifier::halo2::VerifyingKey;
use tailproof_verifier::{MalformedError, Shape};

use super::{log_rows, verifying_key_with};

/// First bytes of halo2 key files.
pub const MAGIC: &[u8; 8] = b"TAILTRAN";
/// Version of halo2 key files.
pub const VERSION: u16 = 2;
const WHAT: &str = "halo2 key";
const POINT_BYTES: usize = 32;
const HEADER_BYTES: usize = 56;
const MAX_LOG_ROWS: u32 = 24;
/// Generators that are hashed one after the other.
const BATCH: u32 = 256;

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

/// Returns the file of a derived key.
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

fn damaged(part: &'static str) -> MalformedError {
    MalformedError::Damaged { what: WHAT, part }
}

/// Returns the key in a file, after deriving the rest of it again.
///
/// # Errors
/// Another kind of file or version; a file that is damaged, or that is not what derivation gives.
pub fn decode_key(file: &[u8]) -> Result<VerifyingKey, MalformedError> {
    let Content { shape, log_rows: rows, digest, points } = Content::read(file)?;
    if log_rows(shape).ok() != Some(rows) {
        return Err(damaged("number of rows"));
    }
    let params = params_with(rows, points).ok_or(damaged("list of generators"))?;
    let key = verifying_key_with(shape, params).map_err(|_| damaged("shape"))?;
    if key.digest() != digest {
        return Err(damaged("key digest (it was made by another version)"));
    }
    Ok(key)
}

/// Returns the digest that a file states for its key. Nothing is derived: the file is to be decoded
/// before anything is checked under the key.
///
/// # Errors
/// Another kind of file or version; a file that is damaged.
pub fn stated_digest(file: &[u8]) -> Result<[u8; 32], MalformedError> {
    Content::read(file).map(|content| content.digest)
}

/// The statements of a file.
struct Content<'f> {
    shape: Shape,
    log_rows: u32,
    digest: [u8; 32],
    points: &'f [u8],
}

impl<'f> Content<'f> {
    /// Reads a file, and checks everything that needs no derivation.
    fn read(file: &'f [u8]) -> Result<Self, MalformedError> {
        if !file.starts_with(MAGIC) {
            return Err(MalformedError::WrongKind { expected: WHAT });
        }
        let (body, seal) = file.split_at_checked(file.len().saturating_sub(32)).ok_or(damaged("length"))?;
        if body.len() < HEADER_BYTES {
            return Err(damaged("header"));
        }
        if Sha256::digest(body)[..] != *seal {
            return Err(damaged("digest"));
        }
        let (head, points) = body.split_at(HEADER_BYTES);
        let version = u16::from_le_bytes([head[8], head[9]]);
        if version != VERSION {
            let (found, remedy) = (version.to_string(), "derive the key again");
            return Err(MalformedError::OtherVersion { what: WHAT, found, expected: VERSION, remedy });
        }
        let word = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().expect("4 bytes"));
        let kind_bytes = [head[10], head[11], head[22], head[23]];
        let shape = Shape::from_kind_bytes(word(12) as usize, word(16) as usize, kind_bytes);
        let shape = shape.map_err(|error| MalformedError::of_shape(WHAT, &error))?;
        let rows = u32::from(head[20]);
        let digest: [u8; 32] = head[24..].try_into().expect("32 bytes");
        if header(shape, rows, &digest) != head || rows > MAX_LOG_ROWS || points.len() != POINT_BYTES << rows {
            return Err(damaged("header"));
        }
        Ok(Self { shape, log_rows: rows, digest, points })
    }
}

/// Returns parameters with a given Lagrange form of the generators, if it is theirs.
fn params_with(log_rows: u32, lagrange: &[u8]) -> Option<Params<EqAffine>> {
    let rows = 1u32 << log_rows;
    let generators: Vec<Vec<u8>> = (0..rows.div_ceil(BATCH))
        .into_par_iter()
        .map(|batch| {
            hashed((batch * BATCH..rows.min((batch + 1) * BATCH)).map(|row| [&[0], &row.to_le_bytes()[..]].concat()))
        })
        .collect();
    let others = hashed([vec![1], vec![2]].into_iter());
    let bytes = [&log_rows.to_le_bytes()[..], &generators.concat(), lagrange, &others].concat();
    let params = Params::<EqAffine>::read(&mut &bytes[..]).ok()?;
    let domain = EvaluationDomain::<Fp>::new(2, log_rows);
    let power = combination(log_rows, lagrange);
    let values = std::iter::successors(Some(Fp::one()), |value| Some(value * power)).take(1 << log_rows).collect();
    let values = domain.lagrange_from_vec(values);
    let blind = Blind(Fp::zero());
    let expected = params.commit(&domain.lagrange_to_coeff(values.clone()), blind);
    (params.commit_lagrange(&values, blind) == expected).then_some(params)
}

/// Returns the compressed points that messages are hashed to. One inversion serves all.
fn hashed(messages: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let hash = vesta::Point::hash_to_curve("Halo2-Parameters");
    let points: Vec<vesta::Point> = messages.map(|message| hash(&message)).collect();
    let mut affine = vec![EqAffine::default(); points.len()];
    vesta::Point::batch_normalize(&points, &mut affine);
    affine.iter().flat_map(EqAffine::to_bytes).collect()
}

/// Returns the r of the random combination.
fn combination(log_rows: u32, lagrange: &[u8]) -> Fp {
    let hasher = Sha512::new().chain_update("tailproof/halo2-lagrange/v1").chain_update(log_rows.to_le_bytes());
    Fp::from_uniform_bytes(&hasher.chain_update(lagrange).finalize().into())
}
