//! The attestation file.

use serde::{Deserialize, Serialize};

use super::{About, Attestation, Scope, Statement, scope};
use crate::encoding::digest_from_hex;
use crate::error::MalformedError;
use crate::json_file::{VERSION, check_format, parse, pretty};

/// Format of the attestation file.
pub const FORMAT: &str = "tailproof-attestation";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Json {
    format: String,
    version: u16,
    backend: String,
    commitment: String,
    subject: String,
    as_of: u64,
    expires: u64,
    scope: Vec<String>,
    terms: String,
    digest: String,
    key: String,
    signature: String,
}

impl Attestation {
    /// Returns the file's JSON.
    pub fn to_json(&self) -> String {
        let statement = self.statement();
        pretty(&Json {
            format: FORMAT.into(),
            version: VERSION,
            backend: statement.scope.backend().into(),
            commitment: word(&statement.commitment),
            subject: word(&statement.subject),
            as_of: statement.as_of,
            expires: statement.expires,
            scope: statement.scope.about().map(|about| about.name().to_owned()).collect(),
            terms: hex::encode(statement.terms),
            digest: word(&statement.digest()),
            key: self.key().to_string(),
            signature: hex::encode(self.signature()),
        })
    }

    /// Returns the attestation in a file. Parsing is strict, and the signature is checked.
    ///
    /// # Errors
    /// Errors on missing or extra fields, another format or version, a value that is not canonical,
    /// a scope out of order, a digest that is not the statement's, and a signature that is not the
    /// key's.
    pub fn from_json(text: &str) -> Result<Self, MalformedError> {
        let json: Json = parse(text, FORMAT)?;
        check_format(&json.format, json.version, FORMAT)?;
        let statement = Statement {
            commitment: from_word("commitment", &json.commitment)?,
            subject: from_word("subject", &json.subject)?,
            as_of: json.as_of,
            expires: json.expires,
            scope: scope_of(&json.scope, &json.backend)?,
            terms: digest_from_hex("terms", &json.terms)?,
        };
        if from_word("digest", &json.digest)? != statement.digest() {
            return Err(MalformedError::Damaged { what: "the attestation", part: "digest" });
        }
        let key = json.key.parse().map_err(|error: super::key::KeyError| MalformedError::Syntax(error.to_string()))?;
        let signature = hex::decode(&json.signature).ok().filter(|bytes| hex::encode(bytes) == json.signature);
        let signature = signature.ok_or_else(|| MalformedError::Unexpected {
            field: "signature",
            found: json.signature.clone(),
            expected: "128 lower-case hex digits".into(),
        })?;
        Self::new(statement, key, &signature).map_err(|error| MalformedError::Syntax(error.to_string()))
    }
}

/// Returns the scope that a file states. The facts are in the order of their bits, each at most
/// once.
fn scope_of(names: &[String], backend: &str) -> Result<Scope, MalformedError> {
    let unexpected = |field, found: String, expected| MalformedError::Unexpected { field, found, expected };
    let about: Option<Vec<About>> = names.iter().map(|name| About::named(name)).collect();
    let about = about.filter(|about| about.is_sorted_by(|one, next| (*one as u32) < (*next as u32)));
    let about = about
        .ok_or_else(|| unexpected("scope", names.join(", "), format!("some of {}, in this order", scope::names())))?;
    Scope::new(&about, backend)
        .ok_or_else(|| unexpected("backend", backend.to_owned(), "groth16-bn254 or halo2-ipa-pasta".into()))
}

/// Returns 32 bytes as `0x` and 64 lower-case hex digits.
pub(super) fn word(bytes: &[u8; 32]) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// Returns the 32 bytes that [`word`] writes as `text`. `field` names them in the error.
pub(super) fn from_word(field: &'static str, text: &str) -> Result<[u8; 32], MalformedError> {
    let unexpected = || MalformedError::Unexpected {
        field,
        found: text.to_owned(),
        expected: "0x and 64 lower-case hex digits".into(),
    };
    text.strip_prefix("0x").and_then(|digits| digest_from_hex(field, digits).ok()).ok_or_else(unexpected)
}
