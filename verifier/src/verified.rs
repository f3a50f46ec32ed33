//! What a valid proof shows, and what that rests on: data, for the caller to print.

use tailproof_core::{Amount, Unit};

use crate::keys::header::Provenance;

/// The outcome of a verification that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// name of the proof system
    pub backend: &'static str,
    /// name of the mandate or deal
    pub name: String,
    /// the claims that were proved, one sentence each
    pub claims: Vec<String>,
    /// the commitment that they are about, in hex; for a consolidated book, the hash of its sub-books' commitments
    pub commitment: String,
    /// the commitments of the sub-books, in hex: the commitment itself for one book
    pub sub_books: Vec<String>,
    /// everything that the verdict takes from elsewhere
    pub rests_on: Vec<RestsOn>,
    /// value of a book unit
    pub unit: Unit,
    /// currency of the limits, if the mandate names one
    pub currency: Option<String>,
    /// upper bound on what rounding the book to its unit changes a loss by
    pub rounding_at_most: Amount,
    /// the keys
    pub keys: KeysUsed,
}

/// The keys that checked a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeysUsed {
    /// their digest
    pub digest: [u8; 32],
    /// where they come from; `None` if everybody derives them
    pub provenance: Option<Provenance>,
}

impl KeysUsed {
    /// Whether the keys say of themselves that one party could forge proofs.
    pub fn is_development(&self) -> bool {
        self.provenance.is_some_and(Provenance::is_insecure)
    }
}

/// One thing that a verdict rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestsOn {
    /// the thing
    pub what: Basis,
    /// its digest, where it has one
    pub digest: Option<[u8; 32]>,
    /// how far it was checked
    pub how: How,
    /// more about it, in words; empty if there is nothing to say
    pub note: String,
}

/// A thing that a verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Basis {
    /// the scenario set
    Scenarios,
    /// the scenario point
    ScenarioPoint,
    /// the mandate
    Mandate,
    /// the deal
    Deal,
    /// the keys
    Keys,
    /// the commitment
    Commitment,
    /// the context that the proof is bound to
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

/// How far something was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum How {
    /// made again from its sources, and equal
    MadeAgain,
    /// compared with what the caller expects, and equal
    Compared,
    /// taken as the caller gave it
    AsGiven,
    /// taken as the proof states it
    AsStated,
    /// not checked
    NotChecked,
}

impl How {
    /// Returns the name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            How::MadeAgain => "made again",
            How::Compared => "compared",
            How::AsGiven => "as given",
            How::AsStated => "as stated by the proof",
            How::NotChecked => "not checked",
        }
    }
}
