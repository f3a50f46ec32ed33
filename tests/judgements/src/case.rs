//! A case: a question about a proof, and the outcome that it must have.

use serde::{Deserialize, Serialize};

/// The outcome of a question at any door. `docs/src/doors/judgements.md` says how each words it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The proof is valid.
    Valid,
    /// A verdict: the proof is not valid.
    NotValid,
    /// Files are malformed or do not fit each other, and there is no verdict.
    BadInput,
}

/// The files and values that a verifier is asked with. Files are paths from the folder of the cases.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The proof file; `None` for a bundle.
    pub proof: Option<String>,
    /// The bundle.
    pub bundle: Option<String>,
    /// The mandate.
    pub mandate: Option<String>,
    /// The file of groups that the mandate names, beside it.
    pub groups: Option<String>,
    /// The file of caps that the mandate names, beside it.
    pub caps: Option<String>,
    /// The file of liquidity costs that the mandate names, beside it.
    pub impact: Option<String>,
    /// The deal.
    pub deal: Option<String>,
    /// The assumptions that the deal names.
    pub assumptions: Option<String>,
    /// The scenario set.
    pub scenarios: Option<String>,
    /// The folder of the verifying key.
    pub keys: Option<String>,
    /// The file of the verifying key in that folder.
    pub key_file: Option<String>,
    /// The digest of the keys that the verifier expects.
    pub keys_digest: String,
    /// The digest of the mandate or deal, for a bundle.
    pub terms_digest: Option<String>,
    /// The digest of the scenario set, for a bundle.
    pub scenarios_digest: Option<String>,
    /// Commitment files.
    pub commitments: Vec<String>,
    /// The context.
    pub context: Option<String>,
    /// The seed of drawn scenarios.
    pub seed: Option<String>,
    /// The list of withdrawn keys.
    pub withdrawn: Option<String>,
    /// Keys of attestors.
    pub attested_by: Vec<String>,
    /// Attestations.
    pub attestations: Vec<String>,
    /// The subject of the attestations.
    pub subject: Option<String>,
    /// The time at which they must hold, in Unix seconds.
    pub at: Option<u64>,
    /// The list of revoked attestations.
    pub revoked: Option<String>,
}

/// A case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Case {
    /// Number and claim, such as `017-market`.
    pub id: String,
    /// The way it was made.
    pub says: String,
    /// The outcome that it must have.
    pub expected: Outcome,
    /// `groth16` or `halo2`.
    pub backend: String,
    /// The question.
    pub question: Question,
    /// The same question for the verifier contract of its keys, in hex; `None` if it cannot be asked.
    pub call: Option<String>,
}

/// The file `index.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Index {
    /// The cases.
    pub cases: Vec<Case>,
}
