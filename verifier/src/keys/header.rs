//! The header of key files: shape, circuit and provenance.
//!
//! # Layout
//!
//! | bytes | content |
//! | --- | --- |
//! | 8 | magic `TAILKEYS` |
//! | 2 | version, `u16` little-endian, 1 |
//! | 1 | kind: 1 proving key, 2 verifying key |
//! | 1 | statement: 1 market, 2 market with limits on the book, 3 parametric, 20 pool, 21 tranches, 22 both, 23 and 24 as 21 and 22 over single loans, plus 32 with spare numbers and 64 with bands |
//! | 1 | thresholds, 1 or 2; of a pool its tranches |
//! | 1 | provenance: 1 single-party development keys, 2 ceremony, 3 ceremony over powers of tau whose digest was neither known nor named |
//! | 1 | zero; of a pool the low byte of its number of loans |
//! | 1 | sub-books less one; of a pool the high byte of its number of loans |
//! | 4 | T, `u32` little-endian |
//! | 4 | N, `u32` little-endian |
//! | 32 | SHA-256 of the circuit's matrices |
//! | 32 | SHA-256 of the ceremony's transcript; zero for development keys |
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
pub const HEADER_BYTES: usize = 128;
/// Version of the key files.
pub const VERSION: u16 = 1;
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
}

/// The origin of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provenance {
    /// Keys made by one party, who could forge proofs: for development only.
    InsecureDevelopment,
    /// Keys made by a multi-party ceremony with this transcript digest.
    Ceremony([u8; 32]),
    /// Keys made by a rehearsal with this transcript digest: nobody named or knew the digest of its
    /// powers of tau, so one party may have made them and could forge proofs.
    Rehearsal([u8; 32]),
}

impl Provenance {
    /// Returns whether the keys are marked as made by one party, who could forge proofs. Keys of a
    /// ceremony are as trustworthy as its contributors.
    pub fn is_insecure(self) -> bool {
        !matches!(self, Provenance::Ceremony(_))
    }
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Provenance::InsecureDevelopment => write!(f, "single-party development keys: NOT FOR PRODUCTION"),
            Provenance::Ceremony(digest) => write!(f, "ceremony with transcript {}", hex::encode(digest)),
            Provenance::Rehearsal(digest) => {
                let digest = hex::encode(digest);
                write!(
                    f,
                    "rehearsal of a ceremony with transcript {digest}, over powers of tau that nobody is known to have made: NOT FOR PRODUCTION"
                )
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
        let (provenance, transcript) = match self.provenance {
            Provenance::InsecureDevelopment => (1, [0; 32]),
            Provenance::Ceremony(digest) => (2, digest),
            Provenance::Rehearsal(digest) => (3, digest),
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
        bytes.extend_from_slice(&transcript);
        bytes.extend_from_slice(&(body.len() as u64).to_le_bytes());
        let digest = Sha256::new().chain_update(&bytes).chain_update(body).finalize();
        bytes.extend_from_slice(&digest);
        bytes.try_into().expect("the header has a fixed size")
    }

    /// Returns the header and body of a file, after checking the body's length and digest.
    ///
    /// # Errors
    /// Errors on another kind of file or key, another version, a shape out of range, and a body
    /// that is cut off or was changed.
    pub fn decode(kind: KeyKind, file: &[u8]) -> Result<(Self, &[u8]), MalformedError> {
        let damaged = |part| MalformedError::Damaged { what: kind.name(), part };
        if !file.starts_with(MAGIC) {
            return Err(MalformedError::WrongKind { expected: kind.name() });
        }
        if file.len() < HEADER_BYTES {
            return Err(damaged("header"));
        }
        let (header, body) = file.split_at(HEADER_BYTES);
        let version = u16::from_le_bytes([header[8], header[9]]);
        if version != VERSION {
            return Err(MalformedError::WrongVersion {
                what: kind.name(),
                found: version.to_string(),
                expected: VERSION,
            });
        }
        if header[10] != kind as u8 {
            return Err(MalformedError::WrongKind { expected: kind.name() });
        }
        let number = |at: usize| u32::from_le_bytes(header[at..at + 4].try_into().expect("4 bytes")) as usize;
        let array = |at: usize| -> [u8; 32] { header[at..at + 32].try_into().expect("32 bytes") };
        let kind_bytes = [header[11], header[12], header[14], header[15]];
        let shape = Shape::from_kind_bytes(number(16), number(20), kind_bytes)
            .map_err(|error| MalformedError::of_shape(kind.name(), &error))?;
        let transcript = array(56);
        let provenance = match header[13] {
            1 if transcript == [0; 32] => Provenance::InsecureDevelopment,
            2 => Provenance::Ceremony(transcript),
            3 => Provenance::Rehearsal(transcript),
            _ => return Err(damaged("provenance")),
        };
        let length = u64::from_le_bytes(header[88..96].try_into().expect("8 bytes"));
        if length != body.len() as u64 {
            return Err(damaged("length"));
        }
        let digest = Sha256::new().chain_update(&header[..96]).chain_update(body).finalize();
        if digest.as_slice() != &header[96..] {
            return Err(damaged("digest"));
        }
        Ok((Self { shape, circuit: array(24), provenance }, body))
    }
}
