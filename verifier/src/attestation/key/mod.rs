//! Keys of attestors and their signatures.
//!
//! Every signature is over the 32-byte digest of a statement, and is stored as 64 bytes: `R || S`
//! of Ed25519 (RFC 8032), or `r || s` of ECDSA, big-endian.
//!
//! Without the feature `attestations`, there is no key of an attestor, and nobody vouches.

#[cfg(feature = "attestations")]
mod public;
#[cfg(not(feature = "attestations"))]
#[path = "none.rs"]
mod public;

pub use public::AttestorKey;

/// Whether signatures can be checked: the feature `attestations` is on.
pub const CHECKED_HERE: bool = cfg!(feature = "attestations");

/// A kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Ed25519 over the digest as its message.
    Ed25519,
    /// ECDSA over P-256 with SHA-256 (ES256) over the digest as its message.
    P256,
    /// ECDSA over secp256k1 on the digest itself, as Ethereum signs.
    Secp256k1,
}

impl KeyKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Ed25519, Self::P256, Self::Secp256k1];

    /// Returns the name, which comes before the colon of a key.
    pub fn name(self) -> &'static str {
        match self {
            KeyKind::Ed25519 => "ed25519",
            KeyKind::P256 => "p256",
            KeyKind::Secp256k1 => "secp256k1",
        }
    }
}

/// The reason a text is not a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is not a key: write ed25519: and 64 lower-case hex digits, or p256: or secp256k1: and the 66 of a compressed point"
)]
pub struct KeyError(String);

/// The reason a signature is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// Another length than 64 bytes.
    #[error("the signature has {0} bytes, and has to have 64")]
    Length(usize),
    /// A signature of ECDSA in the upper of its two forms.
    #[error("the signature's s is in the upper half: write n - s")]
    HighS,
    /// A signature by another key, or of another statement.
    #[error("the signature is not this key's signature of this statement")]
    NotSigned,
}
