//! Refusals: a code for programs, a reason for people.

use serde_json::{Value, json};
use tailproof_core::InputError;
use tailproof_verifier::verdict::refused_json;
use tailproof_verifier::{CommitmentError, InstanceError, MalformedError, Refused};

/// The reason there is no answer, or no verdict that a proof is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code, which stays when the words change.
    pub code: &'static str,
    /// The reason in words.
    pub reason: String,
    /// Whether this is a verdict: the proof is not valid. Otherwise it was not looked at.
    pub is_verdict: bool,
}

impl Refusal {
    /// Returns a refusal that is no verdict.
    pub fn new(code: &'static str, reason: String) -> Self {
        Self { code, reason, is_verdict: false }
    }

    /// Returns the refusal of a wrong use of the module.
    pub fn use_of(reason: impl Into<String>) -> Self {
        Self::new(USE, reason.into())
    }

    /// Returns the refusal of a file.
    pub fn malformed(file: &str, problem: &dyn std::fmt::Display) -> Self {
        Self::new("malformed", format!("{file}: {problem}"))
    }

    /// Returns a digest's refusal: it is not the one that is pinned.
    pub fn other_digest(what: &str, found: Option<[u8; 32]>, pinned: &[u8; 32]) -> Self {
        let found = found.map_or_else(|| "not there".to_owned(), hex::encode);
        let reason = format!("the digest of the {what} is {found}, not {}", hex::encode(pinned));
        Self::new("other-digest", reason)
    }

    /// Returns the answer that there is none.
    pub fn answer(&self) -> Value {
        json!({ "ok": false, "code": self.code, "reason": self.reason })
    }

    /// Returns the result of a verification.
    pub fn result(&self) -> Value {
        let mut json = refused_json(self.code, &self.reason);
        json["verdict"] = self.is_verdict.into();
        json
    }
}

/// Code of a wrong use of the module: a fault of the program that calls it.
pub const USE: &str = "use";

impl From<InputError> for Refusal {
    fn from(error: InputError) -> Self {
        Self::new("malformed", error.to_string())
    }
}

impl From<MalformedError> for Refusal {
    fn from(error: MalformedError) -> Self {
        Self::new("malformed", error.to_string())
    }
}

impl From<InstanceError> for Refusal {
    fn from(error: InstanceError) -> Self {
        Self { code: error.code(), reason: error.to_string(), is_verdict: error.is_verdict() }
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        let is_verdict = match &refused {
            Refused::Instance(error) => error.is_verdict(),
            refused => refused.is_verdict(),
        };
        Self { code: refused.code(), reason: refused.to_string(), is_verdict }
    }
}

impl From<CommitmentError> for Refusal {
    fn from(error: CommitmentError) -> Self {
        Self::new("no-such-commitment", error.to_string())
    }
}
