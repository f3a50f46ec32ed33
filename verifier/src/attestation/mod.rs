//! Attestations: who vouches for the holdings under a commitment.
//!
//! A proof says that a claim holds of what a commitment hides. An attestation is a signed statement
//! of a custodian, an auditor or an administrator about that commitment. [`Statement`] is what is
//! signed, [`Statement::digest`] its EIP-712 digest, [`Attestation`] a statement with a key and a
//! signature that was checked, and [`check`](check::check) compares attestations with what a
//! verifier expects.

pub mod check;
mod file;
pub mod key;
pub mod scope;
pub mod time;

use sha3::{Digest, Keccak256};

pub use check::{Attested, Committed, Expected, MonthEnd, NoAttestation, Vouched};
pub use file::FORMAT;
pub use key::{AttestorKey, KeyKind, SignatureError};
pub use scope::{About, Scope};

/// The EIP-712 type of a statement.
pub const TYPE: &str =
    "Attestation(bytes32 commitment,bytes32 subject,uint64 asOf,uint64 expires,uint32 scope,bytes32 terms)";
/// The EIP-712 type of the domain, which names no chain and no contract.
pub const DOMAIN_TYPE: &str = "EIP712Domain(string name,string version)";
/// Name of the domain.
pub const DOMAIN_NAME: &str = "Tailproof";
/// Version of the domain.
pub const DOMAIN_VERSION: &str = "1";

/// A statement about the holdings under a commitment, which an attestor signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The commitment as 32 big-endian bytes, over the field that `scope` names.
    pub commitment: [u8; 32],
    /// Identifier of the entity whose holdings these are.
    pub subject: [u8; 32],
    /// The time of which the statement speaks, in Unix seconds UTC.
    pub as_of: u64,
    /// The time from which the statement counts no longer, in Unix seconds UTC.
    pub expires: u64,
    /// The facts that the attestor vouches for.
    pub scope: Scope,
    /// SHA-256 of the factor names of a book or of the schema of a tape, in full.
    pub terms: [u8; 32],
}

/// The reason a statement cannot be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// A statement that ends before it begins.
    #[error("the statement expires at {expires}, which is not after its time, {as_of}: name a later time of expiry")]
    Expires {
        /// Time of the statement.
        as_of: String,
        /// Time of expiry.
        expires: String,
    },
    /// A time after the year 9999.
    #[error("{0} is after the year 9999: write Unix seconds, not milliseconds")]
    TooLate(u64),
    /// A scope that vouches for nothing.
    #[error("the statement vouches for nothing: name at least one of {}", scope::names())]
    NoScope,
}

impl Statement {
    /// Checks that the statement is one that can be signed.
    ///
    /// # Errors
    /// Errors if it expires at or before its time, if a time is after the year 9999, or if its
    /// scope is empty.
    pub fn check(&self) -> Result<(), StatementError> {
        if let Some(late) = [self.as_of, self.expires].into_iter().find(|seconds| *seconds > time::LAST) {
            return Err(StatementError::TooLate(late));
        }
        if self.expires <= self.as_of {
            let (as_of, expires) = (time::text(self.as_of), time::text(self.expires));
            return Err(StatementError::Expires { as_of, expires });
        }
        if self.scope.about().next().is_none() { Err(StatementError::NoScope) } else { Ok(()) }
    }

    /// Returns the EIP-712 digest, which attestors sign and revocation lists name.
    pub fn digest(&self) -> [u8; 32] {
        let structure = keccak(&[
            &keccak(&[TYPE.as_bytes()]),
            &self.commitment,
            &self.subject,
            &word(self.as_of),
            &word(self.expires),
            &word(u64::from(self.scope.bits())),
            &self.terms,
        ]);
        keccak(&[b"\x19\x01", &domain_separator(), &structure])
    }
}

/// Returns the EIP-712 domain separator.
pub fn domain_separator() -> [u8; 32] {
    keccak(&[
        &keccak(&[DOMAIN_TYPE.as_bytes()]),
        &keccak(&[DOMAIN_NAME.as_bytes()]),
        &keccak(&[DOMAIN_VERSION.as_bytes()]),
    ])
}

/// A statement with the key that signed it. The signature was checked: only [`Attestation::new`]
/// and [`Attestation::from_json`] make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    statement: Statement,
    key: AttestorKey,
    signature: [u8; 64],
}

/// The reason a statement, a key and a signature do not make an attestation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttestationError {
    /// A statement that cannot be signed.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// A signature that is not the key's.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

impl Attestation {
    /// Returns the attestation of a statement by the holder of `key`.
    ///
    /// # Errors
    /// The errors of [`Statement::check`] and of [`AttestorKey::verify`].
    pub fn new(statement: Statement, key: AttestorKey, signature: &[u8]) -> Result<Self, AttestationError> {
        statement.check()?;
        let signature = key.verify(&statement.digest(), signature)?;
        Ok(Self { statement, key, signature })
    }

    /// Returns the statement.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// Returns the key that signed.
    pub fn key(&self) -> &AttestorKey {
        &self.key
    }

    /// Returns the 64 bytes of the signature.
    pub fn signature(&self) -> &[u8; 64] {
        &self.signature
    }

    /// Returns who says what, as of when and until when:
    /// `attested by K as of D until E, about assets of 0x...`.
    pub fn sentence(&self) -> String {
        let Statement { as_of, expires, scope, subject, .. } = &self.statement;
        format!(
            "attested by {} as of {} until {}, about {} of subject 0x{}",
            self.key,
            time::text(*as_of),
            time::text(*expires),
            scope.words(),
            hex::encode(subject)
        )
    }
}

/// Returns Keccak-256 of the concatenation of `parts`.
pub(crate) fn keccak(parts: &[&[u8]]) -> [u8; 32] {
    parts.iter().fold(Keccak256::new(), |hasher, part| hasher.chain_update(part)).finalize().into()
}

/// Returns a number as a word of the ABI: 32 big-endian bytes.
pub(crate) fn word(value: u64) -> [u8; 32] {
    let mut word = [0; 32];
    word[24..].copy_from_slice(&value.to_be_bytes());
    word
}
