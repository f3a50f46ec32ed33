//! The comparison of attestations with what a verifier expects.

use std::collections::BTreeSet;
use std::fmt;

use super::file::word;
use super::{About, Attestation, AttestorKey, time};
use crate::backend::Backend;
use crate::claim::Claim;
use crate::digest_list::DigestList;
use crate::encoding::input_to_bytes;
use crate::error::InstanceError;
use crate::pool::PoolError;
use crate::proof::ProofFile;

/// The attestations that a verifier expects.
#[derive(Debug, Clone)]
pub struct Expected<'e> {
    /// The keys that must have vouched, each for every commitment.
    pub keys: &'e [AttestorKey],
    /// The commitments of the proof: one, those of the sub-books of a consolidated book, or those of a
    /// pool of two dates.
    pub commitments: &'e [Committed],
    /// Name of the backend that checked the proof.
    pub backend: &'e str,
    /// Identifier of the entity; `None` to take the one that the attestations name.
    pub subject: Option<[u8; 32]>,
    /// The time at which they must hold, in Unix seconds UTC.
    pub at: u64,
    /// The statements that are revoked; `None` if the verifier has no list.
    pub revoked: Option<&'e DigestList>,
}

/// A commitment of a proof, which an attestation must name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed {
    /// The commitment as 32 big-endian bytes.
    pub commitment: [u8; 32],
    /// SHA-256 of the factor names or of the schema that it is under.
    pub terms: [u8; 32],
    /// Its date among the two of a month.
    pub date: Option<MonthEnd>,
}

/// The dates of a pool's month. Each has a commitment, under the schema of its cut-off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MonthEnd {
    /// the date at which the month begins
    Earlier,
    /// the date at which it ends
    Later,
}

impl fmt::Display for MonthEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MonthEnd::Earlier => "the earlier commitment",
            MonthEnd::Later => "the later commitment",
        })
    }
}

/// Returns the commitments that attestations for a proof of a claim must name, each with its terms: one,
/// those of the sub-books, or those of a pool of two dates.
///
/// # Errors
/// A deal without a tape, which no proof is about; a proof of two dates for a deal without a month, or the
/// other way round.
pub fn commitments<B: Backend>(claim: &Claim, proof: &ProofFile<B>) -> Result<Vec<Committed>, InstanceError> {
    let dates = match claim {
        Claim::Market(claim) => {
            let terms = claim.scenarios().factors_digest();
            vec![(terms, None); proof.sub_books().len()]
        }
        Claim::Pool(claim) => {
            let schema = claim.deal().require_schema().map_err(PoolError::from)?;
            match claim.deal().month() {
                None => vec![(schema.digest(), None)],
                Some(month) => {
                    let earlier = schema.at(month.from()).map_err(PoolError::from)?;
                    vec![(earlier.digest(), Some(MonthEnd::Earlier)), (schema.digest(), Some(MonthEnd::Later))]
                }
            }
        }
    };
    if dates.len() != proof.sub_books().len() {
        return Err(PoolError::Month { shape: proof.shape, has_month: dates.len() > 1 }.into());
    }
    let of = |(commitment, (terms, date))| Committed { commitment: input_to_bytes(commitment), terms, date };
    Ok(proof.sub_books().iter().zip(dates).map(of).collect())
}

/// The reason an attestation does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoAttestation {
    /// No attestation of this key is given.
    #[error("no attestation of it is given")]
    Absent,
    /// A statement about a commitment of the other backend.
    #[error("it names a commitment of the backend {found}, and the proof is of {expected}")]
    OtherBackend {
        /// Backend of the statement.
        found: &'static str,
        /// Backend of the proof.
        expected: String,
    },
    /// A statement about another commitment.
    #[error("it is about commitment {0}")]
    OtherCommitment(String),
    /// A statement about other factor names or another schema.
    #[error("it is about other factors or another schema, of digest {0}")]
    OtherTerms(String),
    /// A statement about another entity.
    #[error("it is about the subject {0}")]
    OtherSubject(String),
    /// A statement that speaks of a later time.
    #[error("it is as of {0}, later than the time asked about")]
    NotYet(String),
    /// A statement that expired.
    #[error("it expired at {0}")]
    Expired(String),
    /// A statement that was revoked.
    #[error("it is revoked: the list names its digest {0}")]
    Revoked(String),
}

/// An attestation that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// The attestation.
    pub attestation: Attestation,
    /// The date of its commitment among the two of a month.
    pub date: Option<MonthEnd>,
    /// Digest of the newest statement given of the same subject and key, if it is newer.
    pub replaced_by: Option<[u8; 32]>,
    /// Whether a list of revoked statements was given.
    pub revocation_checked: bool,
}

impl fmt::Display for Vouched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.attestation.sentence())?;
        if let Some(date) = self.date {
            write!(f, "; of {date}")?;
        }
        if let Some(digest) = &self.replaced_by {
            write!(f, "; replaced by the newer statement {}", word(digest))?;
        }
        if self.revocation_checked { Ok(()) } else { f.write_str("; revocation: not checked") }
    }
}

/// A key that was asked for and did not vouch for a commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The key.
    pub key: AttestorKey,
    /// The commitment.
    pub commitment: Committed,
    /// Why each attestation of the key does not count; [`NoAttestation::Absent`] if there is none.
    pub reasons: Vec<NoAttestation>,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reasons: Vec<String> = self.reasons.iter().map(ToString::to_string).collect();
        let date = self.commitment.date.map_or(String::new(), |date| format!("{date} "));
        let commitment = word(&self.commitment.commitment);
        write!(f, "{} does not vouch for {date}{commitment}: {}", self.key, reasons.join("; "))
    }
}

/// The outcome of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attested {
    /// The attestations that count, by key and commitment in the order asked for.
    pub vouched: Vec<Vouched>,
    /// The keys that were asked for and do not vouch.
    pub missing: Vec<Missing>,
    /// The entities named, if they differ: one key vouches for several, or two keys for different
    /// ones.
    pub subjects: Vec<[u8; 32]>,
    /// The keys of attestations that were given and that nobody asked for: they count for nothing.
    pub not_asked: Vec<AttestorKey>,
    nav: bool,
}

impl Attested {
    /// Returns whether every key that was asked for vouches for every commitment, all of them for
    /// one entity.
    pub fn is_valid(&self) -> bool {
        self.missing.is_empty() && self.subjects.len() <= 1
    }

    /// Returns whether the net asset value of every commitment is vouched for. Without this, limits
    /// relative to it rest on the prover's word.
    pub fn nav(&self) -> bool {
        self.nav
    }

    /// Returns the lines of a verdict: who vouches for what, or that nobody does, and who was asked
    /// and does not.
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.vouched.iter().map(ToString::to_string).collect();
        if lines.is_empty() {
            lines.push("attested by nobody".into());
        }
        lines.extend(self.faults());
        lines.extend(
            self.not_asked.iter().map(|key| format!("not counted: an attestation of {key}, who was not asked for")),
        );
        lines
    }

    /// Returns who was asked for and does not vouch, and subjects that differ.
    pub fn faults(&self) -> Vec<String> {
        let mut faults: Vec<String> = self.missing.iter().map(|missing| format!("not attested: {missing}")).collect();
        if self.subjects.len() > 1 {
            let subjects: Vec<String> = self.subjects.iter().map(word).collect();
            faults
                .push(format!("not attested: the attestations are about different subjects: {}", subjects.join(", ")));
        }
        faults
    }
}

/// Compares attestations, whose signatures were checked when they were read, with what a verifier
/// expects.
pub fn check(given: &[Attestation], expected: &Expected<'_>) -> Attested {
    let mut outcome =
        Attested { vouched: Vec::new(), missing: Vec::new(), subjects: Vec::new(), not_asked: Vec::new(), nav: true };
    for commitment in expected.commitments {
        let before = outcome.vouched.len();
        for key in expected.keys {
            let mut reasons = Vec::new();
            let mut counts: Vec<&Attestation> = Vec::new();
            for attestation in given.iter().filter(|attestation| attestation.key() == key) {
                match refusal(attestation, commitment, expected) {
                    Some(reason) => reasons.push(reason),
                    None if counts.contains(&attestation) => {}
                    None => counts.push(attestation),
                }
            }
            if counts.is_empty() {
                if reasons.is_empty() {
                    reasons.push(NoAttestation::Absent);
                }
                outcome.missing.push(Missing { key: key.clone(), commitment: *commitment, reasons });
            }
            counts.sort_by_key(|attestation| std::cmp::Reverse(attestation.statement().as_of));
            outcome.vouched.extend(counts.into_iter().map(|attestation| Vouched {
                attestation: attestation.clone(),
                date: commitment.date,
                replaced_by: newer(attestation, given, expected),
                revocation_checked: expected.revoked.is_some(),
            }));
        }
        outcome.nav &= outcome.vouched[before..].iter().any(|vouched| {
            let statement = vouched.attestation.statement();
            // An older statement does not vouch for what its successor about the same commitment
            // leaves out.
            let last = |other: &Vouched| {
                other.attestation.key() != vouched.attestation.key()
                    || other.attestation.statement().as_of <= statement.as_of
            };
            statement.scope.includes(About::Nav) && outcome.vouched[before..].iter().all(last)
        });
    }
    outcome.nav &= !expected.commitments.is_empty();
    let named = outcome.vouched.iter().map(|vouched| vouched.attestation.statement().subject);
    outcome.subjects = named.collect::<BTreeSet<_>>().into_iter().collect();
    for attestation in given.iter().filter(|attestation| !expected.keys.contains(attestation.key())) {
        if !outcome.not_asked.contains(attestation.key()) {
            outcome.not_asked.push(attestation.key().clone());
        }
    }
    outcome
}

/// Returns why an attestation does not count for a commitment.
fn refusal(attestation: &Attestation, of: &Committed, expected: &Expected<'_>) -> Option<NoAttestation> {
    let statement = attestation.statement();
    let digest = statement.digest();
    if statement.scope.backend() != expected.backend {
        let (found, expected) = (statement.scope.backend(), expected.backend.to_owned());
        Some(NoAttestation::OtherBackend { found, expected })
    } else if statement.commitment != of.commitment {
        Some(NoAttestation::OtherCommitment(word(&statement.commitment)))
    } else if statement.terms != of.terms {
        Some(NoAttestation::OtherTerms(hex::encode(statement.terms)))
    } else if expected.subject.is_some_and(|subject| subject != statement.subject) {
        Some(NoAttestation::OtherSubject(word(&statement.subject)))
    } else if expected.revoked.is_some_and(|revoked| revoked.contains(&digest)) {
        Some(NoAttestation::Revoked(word(&digest)))
    } else if statement.as_of > expected.at {
        Some(NoAttestation::NotYet(time::text(statement.as_of)))
    } else if statement.expires <= expected.at {
        Some(NoAttestation::Expired(time::text(statement.expires)))
    } else {
        None
    }
}

/// Returns the digest of the newest statement of the same subject and key that is newer than
/// `attestation`, among those that are of the time asked about or before, are about the same
/// backend's value, and are not revoked.
fn newer(attestation: &Attestation, given: &[Attestation], expected: &Expected<'_>) -> Option<[u8; 32]> {
    let statement = attestation.statement();
    let same = given.iter().filter(|other| other.key() == attestation.key()).map(Attestation::statement);
    let newer = same.filter(|other| {
        other.subject == statement.subject
            && other.scope.backend() == statement.scope.backend()
            && (statement.as_of + 1..=expected.at).contains(&other.as_of)
            && !expected.revoked.is_some_and(|revoked| revoked.contains(&other.digest()))
    });
    newer.max_by_key(|other| other.as_of).map(super::Statement::digest)
}
