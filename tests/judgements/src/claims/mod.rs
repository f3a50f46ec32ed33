//! Claims that are proved once, with everything public about their proofs.

mod files;
mod market;
mod pools;

pub use files::sha256;

use std::path::Path;

use serde_json::Value;

use crate::case::Question;

/// A proved claim.
pub struct Claim {
    /// Its name, and that of its folder.
    pub name: &'static str,
    /// The plain question: proof, terms, scenarios, keys, and the context that the proof is bound to.
    pub question: Question,
    /// The proof.
    pub proof: Value,
    /// Another proof of the same claim with the same keys.
    pub again: Value,
    /// The text of the mandate or deal.
    pub terms: String,
    /// Replacements in the text of the terms, each of which makes another claim of them.
    pub other_terms: Vec<(&'static str, &'static str)>,
    /// The commitment files of its books or of its pool.
    pub commitments: Vec<String>,
    /// A commitment file of somebody else.
    pub other_commitment: String,
    /// Another scenario set of as many scenarios and the same factors.
    pub other_set: Option<String>,
    /// Other keys of the same shape: their folder.
    pub other_keys: Option<String>,
    /// The bundle.
    pub bundle: String,
    /// The digests of its terms and its set.
    pub digests: (String, Option<String>),
    /// Attestations of its commitment.
    pub attested: Vec<Attested>,
    /// The seed that its scenarios were drawn with.
    pub seed: Option<String>,
}

/// An attestation.
pub struct Attested {
    /// The key of the attestor.
    pub key: String,
    /// The file.
    pub file: String,
    /// The subject.
    pub subject: String,
    /// The digest of the statement.
    pub digest: String,
}

/// A time at which the attestations hold.
pub const HOLDS: u64 = 1_795_000_000;
/// A time at which they hold no longer.
pub const EXPIRED: u64 = 1_800_000_001;

impl Claim {
    /// Whether the proof is of Groth16.
    pub fn is_groth16(&self) -> bool {
        self.proof["backend"] == "groth16-bn254"
    }

    /// Whether the claim is about a book.
    pub fn is_market(&self) -> bool {
        self.question.mandate.is_some()
    }
}

/// Proves the claim of a commit: the demo's mandate about its book.
pub fn first(root: &Path) -> Vec<Claim> {
    vec![market::demo(root)]
}

/// Proves every claim.
pub fn all(root: &Path) -> Vec<Claim> {
    let mut claims = first(root);
    claims.extend(pools::all(root));
    claims.extend(market::others(root));
    claims
}
