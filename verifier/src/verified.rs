//! The verdict on a valid proof, and everything it rests on, as data for the caller to print.

use tailproof_core::{Amount, Unit};

use crate::keys::header::{Powers, Provenance};

/// The outcome of a verification that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Name of the proof system.
    pub backend: &'static str,
    /// Level of security of the proof system, in bits.
    pub security_bits: u16,
    /// Name of the mandate or deal.
    pub name: String,
    /// The scenario set in words, with the extent to which it was checked; `None` if the claim is
    /// over none.
    pub over: Option<String>,
    /// The claims that were proved, one sentence each.
    pub claims: Vec<String>,
    /// Commitment that the claims are about, in hex; for a consolidated book, the hash of its
    /// sub-books' commitments.
    pub commitment: String,
    /// The commitments of the sub-books, in hex: the commitment itself for one book. Those of a pool of
    /// two dates, the earlier first.
    pub sub_books: Vec<String>,
    /// Everything that the verdict rests on besides the proof.
    pub rests_on: Vec<RestsOn>,
    /// Value of a book unit.
    pub unit: Unit,
    /// Currency of the limits, if the mandate or deal names one.
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
    /// Returns the kind of keys, as the key's header marks them: `development`, `unknown powers`,
    /// `ceremony` or `derived`. Whether a ceremony took place is for its transcript.
    pub fn kind(&self) -> &'static str {
        match self.provenance {
            Some(Provenance::InsecureDevelopment) => "development",
            Some(provenance) if provenance.is_insecure() => "unknown powers",
            Some(Provenance::Ceremony { .. }) => "ceremony",
            None => "derived",
        }
    }

    /// Returns the powers of tau that the keys came from, as their header names them.
    pub fn powers(&self) -> Option<Powers> {
        self.provenance.and_then(Provenance::powers)
    }

    /// Returns whether one party may have made the keys, and could forge proofs: development keys,
    /// and keys over unknown powers of tau.
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

impl Verified {
    /// Returns the commitments of which `commitment` is the hash, each with its name; nothing if there
    /// is one.
    pub fn parts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let of_months = self.rests_on.iter().any(|thing| thing.what == Basis::Reasons);
        let called = move |place| match (of_months, place) {
            (true, 0) => "earlier pool",
            (true, _) => "later pool",
            (false, _) => "sub-book",
        };
        let parts = self.sub_books.iter().filter(|_| self.sub_books.len() > 1).enumerate();
        parts.map(move |(place, commitment)| (called(place), commitment.as_str()))
    }

    /// Returns whether the commitments were compared with those that the caller expects.
    pub fn commitment_compared(&self) -> bool {
        self.rests_on.iter().any(|thing| thing.what == Basis::Commitment && thing.how == How::Compared)
    }

    /// Returns whether the keys are not marked as one party's, and the commitments are those that
    /// the caller named.
    pub fn is_strict(&self) -> bool {
        !self.keys.is_development() && self.commitment_compared()
    }
}

/// A thing that a verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Basis {
    /// The mandate.
    Mandate,
    /// The deal.
    Deal,
    /// The scenario set.
    Scenarios,
    /// The seed that the scenarios were drawn with.
    Seed,
    /// The scenario point.
    ScenarioPoint,
    /// The book unit.
    Unit,
    /// The currency.
    Currency,
    /// The net asset value.
    Nav,
    /// The columns of Greeks of a book.
    Greeks,
    /// The file of groups of factors.
    Groups,
    /// The file of caps on exposures.
    Caps,
    /// The file of liquidity costs that grow with exposures.
    Impact,
    /// The loans that a claim is about.
    Pool,
    /// The reading of a tape, one thing for each sentence about it: statuses, grades and scales.
    TapeReading,
    /// The cut-off date of a tape.
    CutOff,
    /// The sale of what secures loans.
    Collateral,
    /// The occurrence of each loan in one pool, once.
    DistinctLoans,
    /// The occurrence of each piece of collateral in the pool, once.
    DistinctCollateral,
    /// The assumptions of a net present value.
    Assumptions,
    /// The numbers that represent the loans of a band.
    Replines,
    /// The inputs of the standardised approach for securitisations.
    SecSa,
    /// The reasons why loans are gone or owe another amount since an earlier date.
    Reasons,
    /// The keys.
    Keys,
    /// The list of withdrawn keys.
    WithdrawnKeys,
    /// The proof system, with its level of security.
    ProofSystem,
    /// The commitment.
    Commitment,
    /// The holdings of sub-books, which are to be distinct.
    DistinctBooks,
    /// The time at which the commitment was made.
    CommitmentTime,
    /// Somebody's attestation of the commitment.
    Attestation,
    /// The context that the proof is bound to.
    Context,
}

impl Basis {
    /// Returns the name in texts and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Mandate => "mandate",
            Basis::Deal => "deal",
            Basis::Scenarios => "scenarios",
            Basis::Seed => "seed",
            Basis::ScenarioPoint => "scenario point",
            Basis::Unit => "unit",
            Basis::Currency => "currency",
            Basis::Nav => "net asset value",
            Basis::Greeks => "Greeks",
            Basis::Groups => "groups",
            Basis::Caps => "caps",
            Basis::Impact => "liquidity costs",
            Basis::Pool => "pool",
            Basis::TapeReading => "tape reading",
            Basis::CutOff => "cut-off date",
            Basis::Collateral => "collateral",
            Basis::DistinctLoans => "distinct loans",
            Basis::DistinctCollateral => "distinct collateral",
            Basis::Assumptions => "assumptions",
            Basis::Replines => "replines",
            Basis::SecSa => "SEC-SA",
            Basis::Reasons => "reasons",
            Basis::Keys => "keys",
            Basis::WithdrawnKeys => "withdrawn keys",
            Basis::ProofSystem => "proof system",
            Basis::Commitment => "commitment",
            Basis::DistinctBooks => "distinct sub-books",
            Basis::CommitmentTime => "time of commitment",
            Basis::Attestation => "attestation",
            Basis::Context => "context",
        }
    }
}

/// The extent to which something was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum How {
    /// Made again from its sources, and equal.
    MadeAgain,
    /// Compared with what the caller expects, and equal.
    Compared,
    /// Taken as the caller gave it.
    AsGiven,
    /// Taken on the word of whoever made the commitment.
    AsCommitted,
    /// Taken as the proof states it.
    AsStated,
    /// Not checked.
    NotChecked,
}

impl How {
    /// Returns the name in texts and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            How::MadeAgain => "made again",
            How::Compared => "compared",
            How::AsGiven => "as given",
            How::AsCommitted => "the committer's word",
            How::AsStated => "the proof's own",
            How::NotChecked => "not checked",
        }
    }
}
