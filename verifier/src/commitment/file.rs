//! Commitment files, which are public. Books and the loans of a pool have a format each.
//!
//! A file states the commitment over the fields of both proof systems. Files of books made by an
//! older version state it for Groth16 alone.

use ark_bn254::Fr;
use pasta_curves::Fp;
use serde::{Deserialize, Serialize};
use tailproof_core::Unit;
use tailproof_core::scenarios::factors::factors_digest;

use crate::backend::Backend;
use crate::claim::Claim;
use crate::encoding::{digest_from_hex, from_hex, input_from_hex, input_to_hex, to_hex};
use crate::error::MalformedError;
use crate::field::CommitmentField;
use crate::json_file::{VERSION, check_format, parse, parse_unit, pretty};

/// Format of the commitment file of a book.
pub const BOOK_FORMAT: &str = "tailproof-commitment";
/// Version of the commitment file of a P&L vector.
const PNL_VERSION: u16 = 2;
/// Format of the commitment file of the loans of a pool.
pub const POOL_FORMAT: &str = "tailproof-pool-commitment";

/// A public commitment to a book, or to its P&L vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookCommitment {
    /// The commitment that Groth16 proofs are about.
    pub commitment: Fr,
    /// The commitment that halo2 proofs are about, with the same opening; `None` in files made by
    /// older versions.
    pub halo2_commitment: Option<Fp>,
    /// Factor names, in order; of a P&L vector its source, and then its days.
    pub factors: Vec<String>,
    /// Value of a book unit.
    pub unit: Unit,
    /// Whether the book is a P&L vector: then the file has version 2.
    pub is_pnl: bool,
}

/// A public commitment to the loans of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolCommitment {
    /// The commitment that Groth16 proofs are about.
    pub commitment: Fr,
    /// The commitment that halo2 proofs are about, with the same opening.
    pub halo2_commitment: Fp,
    /// Digest of the schema, which the tape table of a deal defines.
    pub schema: [u8; 32],
}

/// The commitment file of a book or of the loans of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommitmentFile {
    /// A commitment to a book.
    Book(BookCommitment),
    /// A commitment to the loans of a pool.
    Pool(PoolCommitment),
}

/// The reason a commitment file does not yield the commitment that a proof must be about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommitmentError {
    /// The file is of the other kind: it commits to a book and the claim is about a pool, or vice
    /// versa.
    #[error("this is a {found}, and the claim needs a {expected}")]
    OtherKind {
        /// Format of the file.
        found: &'static str,
        /// Format that the claim needs.
        expected: &'static str,
    },
    /// The file was made by an older version and has no commitment for this proof system.
    #[error("an older version made this commitment file: it has no commitment for {backend}; commit to the book again")]
    NoValue {
        /// Name of the proof system.
        backend: &'static str,
    },
}

impl CommitmentFile {
    /// Returns the commitment in a file of either kind. Parsing is strict.
    ///
    /// # Errors
    /// Errors if the text has neither format; otherwise the errors of [`BookCommitment::from_json`]
    /// and [`PoolCommitment::from_json`].
    pub fn from_json(text: &str) -> Result<Self, MalformedError> {
        match PoolCommitment::from_json(text) {
            Err(MalformedError::WrongKind { .. }) => BookCommitment::from_json(text).map(Self::Book),
            other => other.map(Self::Pool),
        }
    }

    /// Returns the file's JSON.
    pub fn to_json(&self) -> String {
        match self {
            Self::Book(book) => book.to_json(),
            Self::Pool(pool) => pool.to_json(),
        }
    }

    /// Returns the format of the file.
    pub fn format(&self) -> &'static str {
        match self {
            Self::Book(_) => BOOK_FORMAT,
            Self::Pool(_) => POOL_FORMAT,
        }
    }

    /// Returns the commitment that proofs of `B` are about.
    ///
    /// # Errors
    /// [`CommitmentError::NoValue`] if the file has none for `B`.
    pub fn value<B: Backend>(&self) -> Result<B::Field, CommitmentError> {
        let (groth16, halo2) = match self {
            Self::Book(book) => (book.commitment, book.halo2_commitment),
            Self::Pool(pool) => (pool.commitment, Some(pool.halo2_commitment)),
        };
        B::Field::choose(groth16, halo2).ok_or(CommitmentError::NoValue { backend: B::NAME })
    }

    /// Returns the commitment that a proof of `claim` by `B` must be about.
    ///
    /// # Errors
    /// [`CommitmentError::OtherKind`] if the claim is about the other kind of holdings; otherwise
    /// the errors of [`CommitmentFile::value`].
    pub fn value_for<B: Backend>(&self, claim: &Claim) -> Result<B::Field, CommitmentError> {
        let (found, expected) = match (claim, self) {
            (Claim::Market(_), Self::Pool(_)) => (POOL_FORMAT, BOOK_FORMAT),
            (Claim::Pool(_), Self::Book(_)) => (BOOK_FORMAT, POOL_FORMAT),
            _ => return self.value::<B>(),
        };
        Err(CommitmentError::OtherKind { found, expected })
    }

    /// Returns where the file stands among those of a claim: 1 for the later pool of a claim about two
    /// dates, which is the one under the deal's schema, and otherwise 0. Files sorted by it, stably,
    /// are in the order that the claim has.
    pub fn place_in(&self, claim: &Claim) -> usize {
        let (Claim::Pool(claim), Self::Pool(pool)) = (claim, self) else { return 0 };
        let deal = claim.deal();
        let is_later = deal.month().is_some() && deal.schema().is_some_and(|schema| schema.digest() == pool.schema);
        usize::from(is_later)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BookJson {
    format: String,
    version: u16,
    commitment: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    halo2_commitment: Option<String>,
    factors: Vec<String>,
    factors_digest: String,
    unit: String,
}

impl BookCommitment {
    /// Returns the file's JSON.
    pub fn to_json(&self) -> String {
        pretty(&BookJson {
            format: BOOK_FORMAT.into(),
            version: if self.is_pnl { PNL_VERSION } else { VERSION },
            commitment: to_hex(&self.commitment),
            halo2_commitment: self.halo2_commitment.as_ref().map(input_to_hex),
            factors: self.factors.clone(),
            factors_digest: hex::encode(factors_digest(&self.factors)),
            unit: self.unit.to_string(),
        })
    }

    /// Returns the commitment in a file. Parsing is strict.
    ///
    /// # Errors
    /// Errors on missing or extra fields, another format or version, a value that is not canonical,
    /// or a digest that does not match the factors.
    pub fn from_json(text: &str) -> Result<Self, MalformedError> {
        let json: BookJson = parse(text, BOOK_FORMAT)?;
        let is_pnl = json.version == PNL_VERSION;
        check_format(&json.format, if is_pnl { VERSION } else { json.version }, BOOK_FORMAT)?;
        if is_pnl && (json.factors.len() < 2 || json.halo2_commitment.is_none()) {
            return Err(MalformedError::Damaged { what: "the commitment file", part: "factors" });
        }
        if digest_from_hex("factors_digest", &json.factors_digest)? != factors_digest(&json.factors) {
            return Err(MalformedError::Damaged { what: "the commitment file", part: "factors_digest" });
        }
        let halo2 = json.halo2_commitment.as_deref().map(|text| input_from_hex("halo2_commitment", text)).transpose();
        Ok(Self {
            commitment: from_hex("commitment", &json.commitment)?,
            halo2_commitment: halo2?,
            factors: json.factors,
            unit: parse_unit(&json.unit)?,
            is_pnl,
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PoolJson {
    format: String,
    version: u16,
    commitment: String,
    halo2_commitment: String,
    schema: String,
}

impl PoolCommitment {
    /// Returns the file's JSON.
    pub fn to_json(&self) -> String {
        pretty(&PoolJson {
            format: POOL_FORMAT.into(),
            version: VERSION,
            commitment: to_hex(&self.commitment),
            halo2_commitment: input_to_hex(&self.halo2_commitment),
            schema: hex::encode(self.schema),
        })
    }

    /// Returns the commitment in a file. Parsing is strict.
    ///
    /// # Errors
    /// Errors on missing or extra fields, another format or version, or a value that is not
    /// canonical.
    pub fn from_json(text: &str) -> Result<Self, MalformedError> {
        let json: PoolJson = parse(text, POOL_FORMAT)?;
        check_format(&json.format, json.version, POOL_FORMAT)?;
        Ok(Self {
            commitment: from_hex("commitment", &json.commitment)?,
            halo2_commitment: input_from_hex("halo2_commitment", &json.halo2_commitment)?,
            schema: digest_from_hex("schema", &json.schema)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::{Groth16, Halo2};

    fn element(value: u64) -> String {
        format!("0x{value:064x}")
    }

    fn book(halo2: &str) -> String {
        let digest = hex::encode(factors_digest(&["SPY".into(), "AGG".into()]));
        format!(
            "{{\n  \"format\": \"tailproof-commitment\",\n  \"version\": 1,\n  \"commitment\": \"{}\",\n{halo2}  \
             \"factors\": [\n    \"SPY\",\n    \"AGG\"\n  ],\n  \"factors_digest\": \"{digest}\",\n  \"unit\": \"0.01\"\n}}\n",
            element(5)
        )
    }

    fn pool() -> String {
        format!(
            "{{\n  \"format\": \"tailproof-pool-commitment\",\n  \"version\": 1,\n  \"commitment\": \"{}\",\n  \
             \"halo2_commitment\": \"{}\",\n  \"schema\": \"{}\"\n}}\n",
            element(5),
            element(6),
            "04".repeat(32)
        )
    }

    #[test]
    fn either_kind_is_read_and_written_byte_for_byte() {
        let halo2 = format!("  \"halo2_commitment\": \"{}\",\n", element(6));
        for text in [book(&halo2), book(""), pool()] {
            let file = CommitmentFile::from_json(&text).expect("a commitment file");
            assert_eq!(file.to_json(), text);
            assert_eq!(file.value::<Groth16>(), Ok(Fr::from(5u64)));
        }
        for text in [book(&halo2), pool()] {
            assert_eq!(CommitmentFile::from_json(&text).expect("a file").value::<Halo2>(), Ok(Fp::from(6)));
        }
    }

    /// A P&L vector's file has version 2: a program that does not know one refuses it.
    #[test]
    fn the_file_of_a_pnl_vector_is_read_and_written_byte_for_byte() {
        let halo2 = format!("  \"halo2_commitment\": \"{}\",\n", element(6));
        let text = book(&halo2).replacen("\"version\": 1", "\"version\": 2", 1);
        let file = BookCommitment::from_json(&text).expect("a commitment file");
        assert!(file.is_pnl);
        assert_eq!(file.to_json(), text);
        assert!(!BookCommitment::from_json(&book(&halo2)).expect("a commitment file").is_pnl);
    }

    #[test]
    fn a_file_of_an_older_version_has_no_value_for_halo2() {
        let file = CommitmentFile::from_json(&book("")).expect("a file");
        assert_eq!(file.value::<Halo2>(), Err(CommitmentError::NoValue { backend: "halo2-ipa-pasta" }));
    }

    #[test]
    fn other_forms_are_refused() {
        for (from, to) in [
            ("\"version\": 1", "\"version\": 3"),
            ("\"version\": 1", "\"version\": 2"),
            ("0x", "0X"),
            ("-commitment\"", "-opening\""),
            ("\"version\": 1,", ""),
            ("\"version\": 1", "\"version\": 1, \"more\": 2"),
            ("[\n", "[\"QQQ\", "),
            ("0.01", "0.010"),
            ("0404", "04AB"),
        ] {
            for text in [book(""), pool()] {
                let changed = text.replacen(from, to, 1);
                assert!(changed == text || CommitmentFile::from_json(&changed).is_err(), "{to}: {changed}");
            }
        }
        assert!(matches!(BookCommitment::from_json(&pool()), Err(MalformedError::WrongKind { expected: BOOK_FORMAT })));
        assert!(matches!(PoolCommitment::from_json(&book("")), Err(MalformedError::WrongKind { .. })));
    }
}
