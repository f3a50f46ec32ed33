//! Secret keys of attestors, for those who keep them in a file. Keys in an HSM, a KMS or a Safe
//! sign the digest of a statement where they are.

use std::fmt;

use k256::ecdsa::signature::Signer;
use k256::ecdsa::signature::hazmat::PrehashSigner;
use rand::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};
use tailproof_verifier::MalformedError;
use tailproof_verifier::attestation::{Attestation, AttestationError, AttestorKey, KeyKind, Statement};
use tailproof_verifier::json_file::{VERSION, check_format, parse, pretty};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const FORMAT: &str = "tailproof-attestor-key";
const WARNING: &str = "SECRET: whoever has this file can sign attestations in your name";

/// The secret key of an attestor. Zeroized when dropped.
pub enum AttestorSecret {
    /// An Ed25519 key.
    Ed25519(ed25519_dalek::SigningKey),
    /// A key over P-256.
    P256(p256::ecdsa::SigningKey),
    /// A key over secp256k1.
    Secp256k1(k256::ecdsa::SigningKey),
}

impl fmt::Debug for AttestorSecret {
    /// Shows the public key alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttestorSecret").field("key", &self.key().to_string()).finish_non_exhaustive()
    }
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct Json {
    format: String,
    version: u16,
    warning: String,
    key: String,
    secret: String,
}

impl AttestorSecret {
    /// Makes a key from random bytes.
    pub fn random(kind: KeyKind, rng: &mut (impl RngCore + CryptoRng)) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        loop {
            rng.fill_bytes(&mut *bytes);
            // Zero, and numbers from the group's order on, are no keys over the other two curves.
            if let Some(secret) = Self::from_bytes(kind, &bytes) {
                return secret;
            }
        }
    }

    /// Returns the key of 32 bytes: the seed of RFC 8032, or a big-endian number. `None` for a
    /// number that is zero or not below the group's order.
    pub fn from_bytes(kind: KeyKind, bytes: &[u8; 32]) -> Option<Self> {
        match kind {
            KeyKind::Ed25519 => Some(AttestorSecret::Ed25519(ed25519_dalek::SigningKey::from_bytes(bytes))),
            KeyKind::P256 => p256::ecdsa::SigningKey::from_slice(bytes).ok().map(AttestorSecret::P256),
            KeyKind::Secp256k1 => k256::ecdsa::SigningKey::from_slice(bytes).ok().map(AttestorSecret::Secp256k1),
        }
    }

    /// Returns the public key.
    pub fn key(&self) -> AttestorKey {
        match self {
            AttestorSecret::Ed25519(secret) => AttestorKey::Ed25519(secret.verifying_key()),
            AttestorSecret::P256(secret) => AttestorKey::P256(*secret.verifying_key()),
            AttestorSecret::Secp256k1(secret) => AttestorKey::Secp256k1(*secret.verifying_key()),
        }
    }

    /// Signs a statement. The signature of a statement is always the same (RFC 8032, RFC 6979).
    ///
    /// # Errors
    /// The errors of [`Statement::check`].
    ///
    /// # Panics
    /// Never: a digest of 32 bytes can be signed.
    pub fn sign(&self, statement: Statement) -> Result<Attestation, AttestationError> {
        let digest = statement.digest();
        let signature: [u8; 64] = match self {
            AttestorSecret::Ed25519(secret) => ed25519_dalek::Signer::sign(secret, &digest).to_bytes(),
            AttestorSecret::P256(secret) => {
                let signature: p256::ecdsa::Signature = secret.sign(&digest);
                signature.normalize_s().to_bytes().into()
            }
            AttestorSecret::Secp256k1(secret) => {
                let signature: k256::ecdsa::Signature = secret.sign_prehash(&digest).expect("32 bytes");
                signature.normalize_s().to_bytes().into()
            }
        };
        Attestation::new(statement, self.key(), &signature)
    }

    /// Returns the key file's JSON, which is to be stored with mode 0600.
    pub fn to_json(&self) -> Zeroizing<String> {
        let bytes: Zeroizing<[u8; 32]> = Zeroizing::new(match self {
            AttestorSecret::Ed25519(secret) => secret.to_bytes(),
            AttestorSecret::P256(secret) => secret.to_bytes().into(),
            AttestorSecret::Secp256k1(secret) => secret.to_bytes().into(),
        });
        Zeroizing::new(pretty(&Json {
            format: FORMAT.into(),
            version: VERSION,
            warning: WARNING.into(),
            key: self.key().to_string(),
            secret: hex::encode(*bytes),
        }))
    }

    /// Returns the key in a file, read strictly. No error shows the secret.
    ///
    /// # Errors
    /// Errors on missing or extra fields, another format or version, and a secret that is not the
    /// public key's.
    pub fn from_json(text: &str) -> Result<Self, MalformedError> {
        let json: Json = parse(text, FORMAT)?;
        check_format(&json.format, json.version, FORMAT)?;
        let kind = KeyKind::ALL.into_iter().find(|kind| json.key.split(':').next() == Some(kind.name()));
        let mut bytes = Zeroizing::new([0; 32]);
        let digits = hex::decode_to_slice(&json.secret, &mut *bytes).is_ok()
            && !json.secret.bytes().any(|byte| byte.is_ascii_uppercase());
        let secret = kind.filter(|_| digits).and_then(|kind| Self::from_bytes(kind, &bytes));
        secret
            .filter(|secret| secret.key().to_string() == json.key)
            .ok_or(MalformedError::Damaged { what: "the attestor's key", part: "key" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_verifier::attestation::{About, Scope};

    fn statement() -> Statement {
        Statement {
            commitment: [1; 32],
            subject: [2; 32],
            as_of: 1_700_000_000,
            expires: 1_800_000_000,
            scope: Scope::new(&[About::Assets], "groth16-bn254").expect("a backend"),
            terms: [3; 32],
        }
    }

    #[test]
    fn every_kind_signs_and_its_files_are_read_byte_for_byte() {
        for kind in KeyKind::ALL {
            let secret = AttestorSecret::random(kind, &mut rand::rngs::OsRng);
            let text = secret.to_json();
            let read = AttestorSecret::from_json(&text).expect("a key file");
            assert_eq!(*read.to_json(), *text);
            let attestation = read.sign(statement()).expect("a statement");
            assert_eq!(attestation.key(), &secret.key());
            let again = Attestation::from_json(&attestation.to_json()).expect("an attestation file");
            assert_eq!(again, attestation);
            assert!(!format!("{secret:?}").contains(&text[text.len() - 40..text.len() - 6]));
        }
    }

    #[test]
    fn a_key_file_whose_secret_is_of_another_key_is_refused_without_showing_it() {
        for kind in KeyKind::ALL {
            let [one, other] = [7, 8].map(|byte| AttestorSecret::from_bytes(kind, &[byte; 32]).expect("a key"));
            let mixed = one.to_json().replace(&"07".repeat(32), &"08".repeat(32));
            assert_ne!(mixed, *one.to_json());
            let error = AttestorSecret::from_json(&mixed).expect_err("a mixed file").to_string();
            assert!(!error.contains("0808"), "{error}");
            assert!(AttestorSecret::from_json(&other.to_json()).is_ok());
        }
    }

    #[test]
    fn zero_and_the_order_of_a_group_are_no_keys() {
        for kind in [KeyKind::P256, KeyKind::Secp256k1] {
            for byte in [0, 0xff] {
                assert!(AttestorSecret::from_bytes(kind, &[byte; 32]).is_none());
            }
        }
    }
}
