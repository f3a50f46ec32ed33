//! Ceremony files: the transcript and the points that contributions change.
//!
//! | bytes | content |
//! | --- | --- |
//! | 8 | magic `TAILCERE` |
//! | 2 | version, `u16` little-endian, 2 |
//! | 1 | statement, as in key files |
//! | 1 | thresholds |
//! | 1 | powers of tau: 1 if the program knew their digest, 2 if it was named at the start, 3 unknown |
//! | 1 | domain: 1 the least of 2^k, 3 2^k, 9 2^k, 2 the least power of two |
//! | 1 | zero; of a pool the low byte of its number of loans |
//! | 1 | sub-books less one |
//! | 4, 4 | T, N, `u32` |
//! | 32 | SHA-256 of the circuit's matrices |
//! | 64 | BLAKE2b-512 of the powers-of-tau file |
//! | 4 | number of steps, `u32` |
//! | .. | the steps: [`super::transcript`] |
//! | 128 | delta in G2 |
//! | 8, 8, 8 | number of L points, of H points, of C points, `u64` |
//! | 64 each | L points: `(beta A_i + alpha B_i + C_i) / delta` for each private variable, with its part of C in the quotient |
//! | 64 each | H points: the quotient's basis over delta |
//! | 64 each | C points: the part of C in the quotient over delta, for each public input in C |
//! | 32 | SHA-256 of everything before |
//!
//! Points are encoded as in [`crate::raw_points`]. The transcript's digest starts with the header:
//! the first 120 bytes, up to the number of steps.

use std::io::{Read, Write};

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::Field;
use rand::{CryptoRng, RngCore};
use sha2::{Digest, Sha256};
use tailproof_simd::Engine;
use tailproof_verifier::Shape;
use tailproof_verifier::keys::header::{Powers, PowersOrigin};
use tailproof_verifier::shape::ShapeError;
use zeroize::Zeroizing;

use super::CeremonyError;
use super::phase2::InitialPoints;
use super::transcript::{MAX_STEPS, Record, Transcript, is_beacon, is_name};
use crate::lean_qap::DomainKind;
use crate::raw_points::{RawPoint, read_points, write_points};
use crate::snarkjs_files::FileError;
use crate::snarkjs_files::known_powers::PowersDigest;

const MAGIC: &[u8; 8] = b"TAILCERE";
/// Version of ceremony files.
pub const VERSION: u16 = 2;
/// Size of the header, with which the transcript's digest starts.
const HEADER_BYTES: usize = 120;
const WHAT: &str = "ceremony file";
/// Number of points that are read, multiplied and written at a time.
const CHUNK: usize = 1 << 14;
/// Upper bound on the number of points, above that of any domain.
const MOST_POINTS: usize = 1 << 28;

/// The subject of a ceremony: its circuit and its powers of tau.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// Sizes of the statement.
    pub shape: Shape,
    /// Digest of the circuit's matrices.
    pub circuit: [u8; 32],
    /// Domain of the keys.
    pub domain: DomainKind,
    /// The powers of tau that it began with.
    pub powers: Powers,
}

/// Everything in a ceremony file before the points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Subject of the ceremony.
    pub subject: Subject,
    /// Steps of the ceremony.
    pub transcript: Transcript,
    /// Delta in G2.
    pub delta_g2: G2Affine,
    /// Number of L points, of H points and of C points.
    pub points: [usize; 3],
}

/// A whole ceremony file in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceremony {
    /// Everything before the points.
    pub head: Head,
    /// The L points.
    pub l: Vec<G1Affine>,
    /// The H points.
    pub h: Vec<G1Affine>,
    /// The C points.
    pub c: Vec<G1Affine>,
}

impl Subject {
    /// Checks that a ceremony is about powers of tau with this digest. This takes no work, and
    /// anything else about powers takes much.
    ///
    /// # Errors
    /// [`CeremonyError::OtherPowers`] if it is not.
    pub fn check_powers(&self, digest: &PowersDigest) -> Result<(), CeremonyError> {
        if self.powers.blake2b == digest.blake2b {
            return Ok(());
        }
        Err(CeremonyError::OtherPowers { found: hex::encode(self.powers.blake2b), given: hex::encode(digest.blake2b) })
    }

    fn encode(&self) -> [u8; HEADER_BYTES] {
        let size = |value: usize| u32::try_from(value).expect("shapes are bounded").to_le_bytes();
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        let [statement, thresholds, zero, books] = self.shape.kind_bytes();
        let domain = match self.domain {
            DomainKind::Least => 1,
            DomainKind::PowerOfTwo => 2,
        };
        bytes.extend_from_slice(&[statement, thresholds, self.powers.origin as u8, domain, zero, books]);
        bytes.extend_from_slice(&size(self.shape.scenarios()));
        bytes.extend_from_slice(&size(self.shape.factors()));
        bytes.extend_from_slice(&self.circuit);
        bytes.extend_from_slice(&self.powers.blake2b);
        bytes.try_into().expect("the header has a fixed size")
    }

    fn decode(bytes: &[u8; HEADER_BYTES]) -> Result<Self, FileError> {
        if !bytes.starts_with(MAGIC) {
            return Err(FileError::OtherKind { expected: WHAT });
        }
        let version = u16::from_le_bytes([bytes[8], bytes[9]]);
        if version != VERSION {
            let (found, expected) = (version.into(), VERSION.into());
            return Err(FileError::OtherVersion { what: WHAT, found, expected });
        }
        let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("4 bytes")) as usize;
        let shape = Shape::from_kind_bytes(number(16), number(20), [bytes[10], bytes[11], bytes[14], bytes[15]]);
        let subject = Self {
            shape: shape.map_err(|error| match error {
                ShapeError::OldPool => damaged(error.to_string()),
                _ => damaged("its shape is out of range"),
            })?,
            circuit: bytes[24..56].try_into().expect("32 bytes"),
            domain: if bytes[13] == 2 { DomainKind::PowerOfTwo } else { DomainKind::Least },
            powers: Powers {
                origin: PowersOrigin::from_byte(bytes[12]).ok_or_else(|| damaged("its header is not canonical"))?,
                blake2b: bytes[56..].try_into().expect("64 bytes"),
            },
        };
        if subject.encode() != *bytes { Err(damaged("its header is not canonical")) } else { Ok(subject) }
    }
}

fn damaged(why: impl Into<String>) -> FileError {
    FileError::Damaged { what: WHAT, why: why.into() }
}

/// A reader that hashes the bytes it returns.
struct Hashing<R> {
    inner: R,
    hasher: Sha256,
}

impl<R: Read> Hashing<R> {
    fn take(&mut self, count: usize) -> Result<Vec<u8>, FileError> {
        let mut bytes = vec![0; count];
        self.inner.read_exact(&mut bytes).map_err(|error| match error.kind() {
            std::io::ErrorKind::UnexpectedEof => damaged("it is cut off"),
            _ => error.into(),
        })?;
        self.hasher.update(&bytes);
        Ok(bytes)
    }

    fn number(&mut self) -> Result<usize, FileError> {
        let bytes = self.take(8)?.try_into().expect("8 bytes");
        usize::try_from(u64::from_le_bytes(bytes)).map_err(|_| damaged("a number is absurd"))
    }

    fn point<G: RawPoint>(&mut self) -> Result<G, FileError> {
        let point = G::read(&self.take(G::BYTES)?).filter(|point| point.is_valid() && !point.is_zero());
        point.ok_or_else(|| damaged("a point is not in its group"))
    }

    fn head(&mut self) -> Result<Head, FileError> {
        let header = self.take(HEADER_BYTES)?.try_into().expect("as many bytes");
        let subject = Subject::decode(&header)?;
        let steps = u32::from_le_bytes(self.take(4)?.try_into().expect("4 bytes"));
        if steps as usize > MAX_STEPS {
            return Err(damaged(format!("it has {steps} steps, at most {MAX_STEPS} are read")));
        }
        let mut transcript = Transcript::new(&header);
        for step in 1..=steps {
            let mut failed = None;
            let record = Record::decode(|count| self.take(count).map_err(|error| failed = Some(error)).ok());
            let unreadable = || damaged(format!("its step {step} is not readable"));
            transcript.push(record.ok_or_else(|| failed.unwrap_or_else(unreadable))?);
        }
        if !transcript.is_bounded() {
            return Err(damaged("its beacons take too many hashes"));
        }
        let (delta_g2, points) = (self.point()?, [self.number()?, self.number()?, self.number()?]);
        if points.iter().any(|count| *count > MOST_POINTS) {
            return Err(damaged("a number of points is absurd"));
        }
        Ok(Head { subject, transcript, delta_g2, points })
    }

    /// Gives all points in chunks.
    fn points(
        &mut self,
        count: usize,
        mut each: impl FnMut(Vec<G1Affine>) -> Result<(), CeremonyError>,
    ) -> Result<(), CeremonyError> {
        let mut left = count;
        while left > 0 {
            let now = left.min(CHUNK);
            let bytes = self.take(now * G1Affine::BYTES)?;
            let points = read_points(&bytes).filter(|points: &Vec<G1Affine>| RawPoint::all_on_curve(points));
            each(points.ok_or_else(|| damaged("a point is not in its group"))?)?;
            left -= now;
        }
        Ok(())
    }

    /// Checks the digest at the end of the file, and that nothing follows it.
    fn finish(self) -> Result<(), FileError> {
        let mut rest = Vec::new();
        let Self { inner, hasher } = self;
        inner.take(33).read_to_end(&mut rest)?;
        if rest[..] == hasher.finalize()[..] { Ok(()) } else { Err(damaged("its digest is not that of its content")) }
    }
}

/// A writer that hashes the bytes it is given.
struct Sealing<W> {
    inner: W,
    hasher: Sha256,
}

impl<W: Write> Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.hasher.update(bytes);
        self.inner.write_all(bytes).map_err(FileError::Write)
    }

    fn head(&mut self, head: &Head) -> Result<(), FileError> {
        self.write(&head.subject.encode())?;
        let records = head.transcript.records();
        self.write(&u32::try_from(records.len()).expect("few steps").to_le_bytes())?;
        for record in records {
            self.write(&record.encode())?;
        }
        let mut bytes = Vec::new();
        head.delta_g2.write(&mut bytes);
        bytes.extend(head.points.iter().flat_map(|count| (*count as u64).to_le_bytes()));
        self.write(&bytes)
    }

    fn points(&mut self, points: &[G1Affine]) -> Result<(), FileError> {
        let mut bytes = Vec::new();
        write_points(&mut bytes, points);
        self.write(&bytes)
    }

    fn finish(mut self) -> Result<(), FileError> {
        let digest = self.hasher.finalize();
        self.inner.write_all(&digest).and_then(|()| self.inner.flush()).map_err(FileError::Write)
    }
}

/// Writes the first file of a ceremony.
///
/// # Errors
/// Errors if the writer fails.
pub fn begin(subject: Subject, points: &InitialPoints, writer: impl Write) -> Result<(), CeremonyError> {
    let head = Head {
        subject,
        transcript: Transcript::new(&subject.encode()),
        delta_g2: G2Affine::generator(),
        points: [points.l.len(), points.h.len(), points.c.len()],
    };
    let mut writer = Sealing { inner: writer, hasher: Sha256::new() };
    writer.head(&head)?;
    writer.points(&points.l)?;
    writer.points(&points.h)?;
    writer.points(&points.c)?;
    Ok(writer.finish()?)
}

/// A callback for progress that takes the number of points done and the total.
pub type Progress<'p> = &'p dyn Fn(usize, usize);

/// Contributes a secret from `rng` and forgets it. Reads one file, writes the next, and returns the
/// head of the new file.
///
/// # Errors
/// Errors if the file is damaged or one of its steps is not valid, or if `name` may not be a name.
pub fn contribute(
    reader: impl Read,
    writer: impl Write,
    name: &str,
    rng: &mut (impl RngCore + CryptoRng),
    progress: Progress<'_>,
) -> Result<Head, CeremonyError> {
    if !is_name(name) {
        return Err(CeremonyError::Name);
    }
    step(reader, writer, progress, |transcript| transcript.contribute(name, rng))
}

/// Applies a beacon. Reads one file, writes the next, and returns the head of the new file.
///
/// # Errors
/// The errors of [`contribute`]; a value or number of hashes that a beacon may not have.
pub fn apply_beacon(
    reader: impl Read,
    writer: impl Write,
    name: &str,
    value: &[u8],
    iterations_log: u8,
    progress: Progress<'_>,
) -> Result<Head, CeremonyError> {
    if !is_name(name) {
        return Err(CeremonyError::Name);
    }
    if !is_beacon(value, iterations_log) {
        return Err(CeremonyError::Beacon);
    }
    step(reader, writer, progress, |transcript| Zeroizing::new(transcript.beacon(name, value, iterations_log)))
}

fn step(
    reader: impl Read,
    writer: impl Write,
    progress: Progress<'_>,
    extend: impl FnOnce(&mut Transcript) -> Zeroizing<Fr>,
) -> Result<Head, CeremonyError> {
    let mut reader = Hashing { inner: reader, hasher: Sha256::new() };
    let mut head = reader.head()?;
    head.transcript.check()?;
    let factor = extend(&mut head.transcript);
    if !head.transcript.is_bounded() {
        return Err(damaged("with this step it has more steps, or hashes of beacons, than are read").into());
    }
    let inverse = Zeroizing::new(factor.inverse().expect("factors are not zero"));
    head.delta_g2 = (head.delta_g2 * *factor).into_affine();
    let mut writer = Sealing { inner: writer, hasher: Sha256::new() };
    writer.head(&head)?;
    let (mut done, all) = (0, head.points.iter().sum());
    for count in head.points {
        reader.points(count, |points| {
            writer.points(&Engine::current().g1_times(&points, &inverse))?;
            done += points.len();
            progress(done, all);
            Ok(())
        })?;
    }
    reader.finish()?;
    writer.finish()?;
    Ok(head)
}

impl Ceremony {
    /// Returns the content of a whole file. Checks that points are in their groups and that the
    /// digest is right, and nothing else.
    ///
    /// # Errors
    /// Errors if the file is damaged.
    pub fn read(reader: impl Read) -> Result<Self, CeremonyError> {
        let mut reader = Hashing { inner: reader, hasher: Sha256::new() };
        let head = reader.head()?;
        let [l, h, c] = head.points.map(|count| {
            let mut all = Vec::new();
            reader.points(count, |mut points| {
                all.append(&mut points);
                Ok(())
            })?;
            Ok::<_, CeremonyError>(all)
        });
        let (l, h, c) = (l?, h?, c?);
        reader.finish()?;
        Ok(Self { head, l, h, c })
    }
}
