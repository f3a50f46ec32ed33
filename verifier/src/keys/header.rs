//! The header of key files: shape, circuit and provenance.
//!
//! # Layout
//!
//! | bytes | content |
//! | --- | --- |
//! | 8 | magic `TAILKEYS` |
//! | 2 | version, `u16` little-endian, 2 |
//! | 1 | kind: 1 proving key, 2 verifying key |
//! | 1 | statement: 1 market, 2 market with limits on the book, 3 parametric, 20 pool, 21 tranches, 22 both, 23 and 24 as 21 and 22 over single loans, plus 5 with a limit on the largest obligors together, 32 with spare numbers, 64 with bands and 128 with claims on value |
//! | 1 | thresholds, 1 or 2; of a pool its tranches, plus 128 with distinct loans, 64 with distinct collateral and 32 with an earlier pool |
//! | 1 | provenance: 1 single-party development keys, 2 ceremony |
//! | 1 | zero; of a pool the low byte of its number of loans |
//! | 1 | sub-books less one; of a pool the high byte of its number of loans |
//! | 4 | T, `u32` little-endian |
//! | 4 | N, `u32` little-endian |
//! | 32 | SHA-256 of the circuit's matrices |
//! | 32 | SHA-256 of the ceremony's transcript; zero for development keys |
//! | 1 | powers of tau: 0 none, for development keys; 1 known to the program, 2 named by whoever made the keys, 3 unknown |
//! | 7 | zero |
//! | 64 | BLAKE2b-512 of the powers-of-tau file; zero for development keys |
//! | 8 | bytes of the body, `u64` little-endian |
//! | 32 | SHA-256 of all bytes before and of the body |
//!
//! A header is only its maker's statement: whether the points belong to the circuit of this shape
//! and digest is as trustworthy as the key itself. Compare the digest of `verifying.key` with one
//! from somebody you trust.
//!
//! The body of a verifying key is alpha in G1, beta, gamma, delta in G2, and one G1 point per
//! public input (the constant 1 first), each in arkworks' uncompressed form (64 and 128 bytes).

use std::fmt;

use sha2::{Digest, Sha256};

use crate::error::MalformedError;
use crate::shape::Shape;

/// Bytes of a key file's header.
pub const HEADER_BYTES: usize = SEALED + 32;
/// Bytes before the digest.
const SEALED: usize = 168;
/// Version of the key files.
pub const VERSION: u16 = 2;
const MAGIC: &[u8; 8] = b"TAILKEYS";

/// The kind of key in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// A proving key.
    Proving = 1,
    /// A verifying key.
    Verifying = 2,
}

impl KeyKind {
    fn name(self) -> &'static str {
        match self {
            KeyKind::Proving => "proving key",
            KeyKind::Verifying => "verifying key",
        }
    }

    /// Returns the error of a file whose `part` is not in order.
    pub fn damaged(self, part: &'static str) -> MalformedError {
        MalformedError::Damaged { what: self.name(), part }
    }
}

/// The ground on which powers of tau are taken for those of many parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PowersOrigin {
    /// The program knows the digest of their file.
    Known = 1,
    /// Whoever made the keys named the digest, as one that the powers' makers publish.
    Named = 2,
    /// None: one party may have made them, and could forge proofs.
    Unknown = 3,
}

impl PowersOrigin {
    /// Returns the name in texts and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            PowersOrigin::Known => "known",
            PowersOrigin::Named => "named",
            PowersOrigin::Unknown => "unknown",
        }
    }

    /// Returns the origin with this byte in a file.
    pub fn from_byte(byte: u8) -> Option<Self> {
        [Self::Known, Self::Named, Self::Unknown].into_iter().find(|origin| *origin as u8 == byte)
    }
}

/// The powers of tau that keys came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Powers {
    /// Ground on which they are taken for those of many parties.
    pub origin: PowersOrigin,
    /// BLAKE2b-512 of their file.
    pub blake2b: [u8; 64],
}

impl fmt::Display for Powers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digest = hex::encode(self.blake2b);
        match self.origin {
            PowersOrigin::Known => write!(f, "powers: known, as whoever made the keys says, BLAKE2b-512 {digest}"),
            PowersOrigin::Named => {
                write!(f, "powers: named by whoever made the keys, BLAKE2b-512 {digest}")
            }
            PowersOrigin::Unknown => write!(
                f,
                "powers: unknown, BLAKE2b-512 {digest}; one party may have made them and could forge proofs: NOT FOR PRODUCTION"
            ),
        }
    }
}

/// The origin of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provenance {
    /// Keys made by one party, who could forge proofs: for development only.
    InsecureDevelopment,
    /// Keys made by a multi-party ceremony.
    Ceremony {
        /// Digest of the ceremony's transcript.
        transcript: [u8; 32],
        /// Powers of tau that it began with.
        powers: Powers,
    },
}

impl Provenance {
    /// Returns whether one party may know the secrets behind the keys, and could forge proofs:
    /// keys that are marked as made by one party, and keys over unknown powers of tau. Other keys
    /// of a ceremony are as trustworthy as its contributors.
    pub fn is_insecure(self) -> bool {
        self.powers().is_none_or(|powers| powers.origin == PowersOrigin::Unknown)
    }

    /// Returns the powers of tau that the keys came from; `None` for development keys.
    pub fn powers(self) -> Option<Powers> {
        match self {
            Provenance::InsecureDevelopment => None,
            Provenance::Ceremony { powers, .. } => Some(powers),
        }
    }

    /// Returns the digest of the ceremony's transcript; `None` for development keys.
    pub fn transcript(self) -> Option<[u8; 32]> {
        match self {
            Provenance::InsecureDevelopment => None,
            Provenance::Ceremony { transcript, .. } => Some(transcript),
        }
    }

    /// Returns the bytes of the header after the circuit's digest.
    fn encode(self) -> [u8; 104] {
        let mut bytes = [0; 104];
        if let Provenance::Ceremony { transcript, powers } = self {
            bytes[..32].copy_from_slice(&transcript);
            bytes[32] = powers.origin as u8;
            bytes[40..].copy_from_slice(&powers.blake2b);
        }
        bytes
    }

    fn decode(kind: u8, bytes: &[u8; 104]) -> Option<Self> {
        let provenance = match kind {
            1 => Provenance::InsecureDevelopment,
            2 => Provenance::Ceremony {
                transcript: bytes[..32].try_into().expect("32 bytes"),
                powers: Powers {
                    origin: PowersOrigin::from_byte(bytes[32])?,
                    blake2b: bytes[40..].try_into().expect("64 bytes"),
                },
            },
            _ => return None,
        };
        (provenance.encode() == *bytes).then_some(provenance)
    }
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Provenance::InsecureDevelopment => write!(f, "single-party development keys: NOT FOR PRODUCTION"),
            Provenance::Ceremony { transcript, powers } => {
                write!(f, "ceremony with transcript {}; {powers}", hex::encode(transcript))
            }
        }
    }
}

/// The header of a key file, without its lengths and digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyHeader {
    /// Sizes of the statement.
    pub shape: Shape,
    /// Digest of the circuit's matrices.
    pub circuit: [u8; 32],
    /// Origin of the keys.
    pub provenance: Provenance,
}

impl KeyHeader {
    /// Returns the bytes of the header of a file with this `kind` and `body`.
    pub fn encode(&self, kind: KeyKind, body: &[u8]) -> [u8; HEADER_BYTES] {
        let provenance = match self.provenance {
            Provenance::InsecureDevelopment => 1,
            Provenance::Ceremony { .. } => 2,
        };
        let size = |value: usize| u32::try_from(value).expect("shapes are bounded").to_le_bytes();
        let mut bytes = Vec::with_capacity(HEADER_BYTES);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        let [statement, thresholds, zero, books] = self.shape.kind_bytes();
        bytes.extend_from_slice(&[kind as u8, statement, thresholds, provenance, zero, books]);
        bytes.extend_from_slice(&size(self.shape.scenarios()));
        bytes.extend_from_slice(&size(self.shape.factors()));
        bytes.extend_from_slice(&self.circuit);
        bytes.extend_from_slice(&self.provenance.encode());
        bytes.extend_from_slice(&(body.len() as u64).to_le_bytes());
        let digest = Sha256::new().chain_update(&bytes).chain_update(body).finalize();
        bytes.extend_from_slice(&digest);
        bytes.try_into().expect("the header has a fixed size")
    }

    /// Returns the header and body of a file, after checking the body's length and digest.
    ///
    /// # Errors
    /// The errors of [`SealedHeader::decode`]; also errors on a body that is cut off or was changed.
    pub fn decode(kind: KeyKind, file: &[u8]) -> Result<(Self, &[u8]), MalformedError> {
        let sealed = SealedHeader::decode(kind, file)?;
        let body = &file[HEADER_BYTES..];
        if sealed.body != body.len() as u64 {
            return Err(kind.damaged("length"));
        }
        if <[u8; 32]>::from(sealed.hash().chain_update(body).finalize()) != sealed.digest {
            return Err(kind.damaged("digest"));
        }
        Ok((sealed.header, body))
    }
}

/// A header with what it says of the body behind it, for whoever reads the body in pieces: its
/// length and its digest are to be compared.
#[derive(Debug, Clone)]
pub struct SealedHeader {
    /// The header.
    pub header: KeyHeader,
    /// Bytes of the body.
    pub body: u64,
    /// SHA-256 of the header's bytes before the digest, and of the body.
    pub digest: [u8; 32],
    hash: Sha256,
}

impl SealedHeader {
    /// Returns the header at the beginning of a file of at least [`HEADER_BYTES`] bytes.
    ///
    /// # Errors
    /// Errors on another kind of file or key, another version, and a shape out of range. Keys of
    /// version 1 are refused by [`MalformedError::OtherVersion`], with what to do.
    pub fn decode(kind: KeyKind, file: &[u8]) -> Result<Self, MalformedError> {
        let damaged = |part| kind.damaged(part);
        if !file.starts_with(MAGIC) {
            return Err(MalformedError::WrongKind { expected: kind.name() });
        }
        let version = file.get(8..10).ok_or_else(|| damaged("header"))?;
        let version = u16::from_le_bytes([version[0], version[1]]);
        if (1..VERSION).contains(&version) {
            let remedy = "its points are of another form; make keys again";
            let found = version.to_string();
            return Err(MalformedError::OtherVersion { what: kind.name(), found, expected: VERSION, remedy });
        }
        if version != VERSION {
            return Err(MalformedError::WrongVersion {
                what: kind.name(),
                found: version.to_string(),
                expected: VERSION,
            });
        }
        let header = file.get(..HEADER_BYTES).ok_or_else(|| damaged("header"))?;
        if header[10] != kind as u8 {
            return Err(MalformedError::WrongKind { expected: kind.name() });
        }
        let number = |at: usize| u32::from_le_bytes(header[at..at + 4].try_into().expect("4 bytes")) as usize;
        let array = |at: usize| -> [u8; 32] { header[at..at + 32].try_into().expect("32 bytes") };
        let kind_bytes = [header[11], header[12], header[14], header[15]];
        let shape = Shape::from_kind_bytes(number(16), number(20), kind_bytes)
            .map_err(|error| MalformedError::of_shape(kind.name(), &error))?;
        let rest = header[56..160].try_into().expect("104 bytes");
        let provenance = Provenance::decode(header[13], rest).ok_or_else(|| damaged("provenance"))?;
        Ok(Self {
            header: KeyHeader { shape, circuit: array(24), provenance },
            body: u64::from_le_bytes(header[160..SEALED].try_into().expect("8 bytes")),
            digest: array(SEALED),
            hash: Sha256::new_with_prefix(&header[..SEALED]),
        })
    }

    /// Returns SHA-256 after the header's bytes. The body's bytes make it [`SealedHeader::digest`].
    pub fn hash(&self) -> Sha256 {
        self.hash.clone()
    }
}
