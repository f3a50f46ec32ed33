//! The keys of attestors of a verifier that was built without attestations: there are none.

use std::fmt;
use std::str::FromStr;

use super::{KeyError, KeyKind, SignatureError};

/// A public key of an attestor. No value of it exists without the feature `attestations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttestorKey {}

impl AttestorKey {
    /// Returns the kind.
    pub fn kind(&self) -> KeyKind {
        match *self {}
    }

    /// Checks a signature of a statement's digest, and returns its bytes.
    ///
    /// # Errors
    /// The errors of the check with a key.
    pub fn verify(&self, _: &[u8; 32], _: &[u8]) -> Result<[u8; 64], SignatureError> {
        match *self {}
    }

    /// Returns the 64 bytes of a signature in a form that other signers give.
    pub fn canonical_signature(&self, _: &[u8]) -> Vec<u8> {
        match *self {}
    }

    /// Returns the Ethereum address of a key over secp256k1; `None` for other kinds.
    pub fn address(&self) -> Option<[u8; 20]> {
        match *self {}
    }
}

impl fmt::Display for AttestorKey {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl FromStr for AttestorKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        Err(KeyError(text.to_owned()))
    }
}
