//! The verdict on a valid proof, and everything it rests on, as data for the caller to print.

use tailproof_core::{Amount, Unit};

use crate::keys::header::Provenance;

/// The outcome of a verification that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Name of the proof system.
    pub backend: &'static str,
    /// Name of the mandate or deal.
    pub name: String,
    /// The claims that were proved, one sentence each.
    pub claims: Vec<String>,
    /// Commitment that the claims are about, in hex; for a consolidated book, the hash of its
    /// sub-books' commitments.
    pub commitment: String,
    /// The commitments of the sub-books, in hex: the commitment itself for one book.
    pub sub_books: Vec<String>,
    /// Everything that the verdict rests on besides the proof.
    pub rests_on: Vec<RestsOn>,
    /// Value of a book unit.
    pub unit: Unit,
    /// Currency of the limits, if the mandate names one.
    pub currency: Option<String>,
    /// Upper bound on how much rounding the book to its unit changes a loss.
    pub rounding_at_most: Amount,
    /// The keys.
    pub keys: KeysUsed,
}

/// The keys that checked a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeysUsed {
    /// Digest of the keys.
    pub digest: [u8; 32],
    /// Origin of the keys; `None` if everybody derives them.
    pub provenance: Option<Provenance>,
}

impl KeysUsed {
    /// Returns whether the keys are marked as made by one party, who could forge proofs.
    pub fn is_development(&self) -> bool {
        self.provenance.is_some_and(Provenance::is_insecure)
    }
}

/// One thing that a verdict rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestsOn {
    /// The thing.
    pub what: Basis,
    /// Digest of the thing, if it has one.
    pub digest: Option<[u8; 32]>,
    /// Extent to which it was checked.
    pub how: How,
    /// Note in words; empty if there is nothing to say.
    pub note: String,
}

/// A thing that a verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Basis {
    /// The scenario set.
    Scenarios,
    /// The scenario point.
    ScenarioPoint,
    /// The mandate.
    Mandate,
    /// The deal.
    Deal,
    /// The keys.
    Keys,
    /// The commitment.
    Commitment,
    /// The context that the proof is bound to.
    Context,
}

impl Basis {
    /// Returns the name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Scenarios => "scenarios",
            Basis::ScenarioPoint => "scenario-point",
            Basis::Mandate => "mandate",
            Basis::Deal => "deal",
            Basis::Keys => "keys",
            Basis::Commitment => "commitment",
            Basis::Context => "context",
        }
    }
}

/// The extent to which something was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum How {
    /// Regenerated from its sources, and equal.
    MadeAgain,
    /// Compared with what the caller expects, and equal.
    Compared,
    /// Taken as the caller gave it.
    AsGiven,
    /// Taken as the proof states it.
    AsStated,
}

impl How {
    /// Returns the name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            How::MadeAgain => "made again",
            How::Compared => "compared",
            How::AsGiven => "as given",
            How::AsStated => "as stated by the proof",
        }
    }
}
