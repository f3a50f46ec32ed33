//! Public keys of attestors.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::VerifyingKey as Ed25519Key;
use k256::ecdsa::signature::hazmat::PrehashVerifier;
use sha2::{Digest, Sha256};

use super::{KeyError, KeyKind, SignatureError};
use crate::attestation::keccak;

/// A public key of an attestor, a valid point of its curve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttestorKey {
    /// An Ed25519 key.
    Ed25519(Ed25519Key),
    /// A key over P-256.
    P256(p256::ecdsa::VerifyingKey),
    /// A key over secp256k1.
    Secp256k1(k256::ecdsa::VerifyingKey),
}

impl AttestorKey {
    /// Returns the kind.
    pub fn kind(&self) -> KeyKind {
        match self {
            AttestorKey::Ed25519(_) => KeyKind::Ed25519,
            AttestorKey::P256(_) => KeyKind::P256,
            AttestorKey::Secp256k1(_) => KeyKind::Secp256k1,
        }
    }

    /// Checks a signature of a statement's digest, and returns its bytes.
    ///
    /// # Errors
    /// Errors on another length than 64 bytes, a high s of ECDSA, and a signature that does not
    /// verify.
    pub fn verify(&self, digest: &[u8; 32], signature: &[u8]) -> Result<[u8; 64], SignatureError> {
        let bytes: [u8; 64] = signature.try_into().map_err(|_| SignatureError::Length(signature.len()))?;
        let signed = match self {
            AttestorKey::Ed25519(key) => {
                key.verify_strict(digest, &ed25519_dalek::Signature::from_bytes(&bytes)).is_ok()
            }
            AttestorKey::P256(key) => match p256::ecdsa::Signature::from_slice(&bytes) {
                Ok(signature) if signature.normalize_s() != signature => return Err(SignatureError::HighS),
                Ok(signature) => key.verify_prehash(&Sha256::digest(digest), &signature).is_ok(),
                Err(_) => false,
            },
            AttestorKey::Secp256k1(key) => match k256::ecdsa::Signature::from_slice(&bytes) {
                Ok(signature) if signature.normalize_s() != signature => return Err(SignatureError::HighS),
                Ok(signature) => key.verify_prehash(digest, &signature).is_ok(),
                Err(_) => false,
            },
        };
        if signed { Ok(bytes) } else { Err(SignatureError::NotSigned) }
    }

    /// Returns the 64 bytes of a signature in a form that other signers give: for ECDSA also DER and
    /// a high s, for secp256k1 also 65 bytes with the recovery byte of Ethereum (0, 1, 27 or 28).
    /// Any other text of bytes is returned as it is, for [`AttestorKey::verify`] to refuse.
    pub fn canonical_signature(&self, signature: &[u8]) -> Vec<u8> {
        match self {
            AttestorKey::Ed25519(_) => signature.to_vec(),
            AttestorKey::P256(_) => p256::ecdsa::Signature::from_der(signature)
                .or_else(|_| p256::ecdsa::Signature::from_slice(signature))
                .map_or_else(|_| signature.to_vec(), |signature| signature.normalize_s().to_bytes().to_vec()),
            AttestorKey::Secp256k1(_) => {
                let short = match signature {
                    [short @ .., 0 | 1 | 27 | 28] if short.len() == 64 => short,
                    other => other,
                };
                k256::ecdsa::Signature::from_der(short)
                    .or_else(|_| k256::ecdsa::Signature::from_slice(short))
                    .map_or_else(|_| signature.to_vec(), |signature| signature.normalize_s().to_bytes().to_vec())
            }
        }
    }

    /// Returns the Ethereum address of a key over secp256k1; `None` for other kinds.
    pub fn address(&self) -> Option<[u8; 20]> {
        let AttestorKey::Secp256k1(key) = self else { return None };
        let point = key.to_sec1_point(false);
        let mut address = [0; 20];
        address.copy_from_slice(&keccak(&[&point.as_bytes()[1..]])[12..]);
        Some(address)
    }

    fn bytes(&self) -> Vec<u8> {
        match self {
            AttestorKey::Ed25519(key) => key.to_bytes().to_vec(),
            AttestorKey::P256(key) => key.to_sec1_point(true).as_bytes().to_vec(),
            AttestorKey::Secp256k1(key) => key.to_sec1_point(true).as_bytes().to_vec(),
        }
    }
}

impl fmt::Display for AttestorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind().name(), hex::encode(self.bytes()))
    }
}

impl FromStr for AttestorKey {
    type Err = KeyError;

    /// Returns the key that [`fmt::Display`] writes as `text`. Ed25519 keys of small order, which
    /// verify signatures that nobody made, are refused.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let key = text.split_once(':').and_then(|(kind, digits)| {
            let bytes = hex::decode(digits).ok()?;
            match kind {
                "ed25519" => {
                    let key = Ed25519Key::from_bytes(&bytes.try_into().ok()?).ok()?;
                    (!key.is_weak()).then_some(AttestorKey::Ed25519(key))
                }
                "p256" => p256::ecdsa::VerifyingKey::from_sec1_bytes(&bytes).ok().map(AttestorKey::P256),
                "secp256k1" => k256::ecdsa::VerifyingKey::from_sec1_bytes(&bytes).ok().map(AttestorKey::Secp256k1),
                _ => None,
            }
        });
        // One spelling for each key: no upper-case digits, no uncompressed point.
        key.filter(|key| key.to_string() == text).ok_or_else(|| KeyError(text.to_owned()))
    }
}
