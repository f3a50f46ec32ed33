//! The place of a proof in a ledger of a pool, and the step that a verified proof makes.

use ark_bn254::Fr;
use tailproof_core::Problem;
use tailproof_core::pool::{Deal, TapeSchema};

use super::chain::{PoolLedger, PoolStep};
use super::error::PoolLedgerError;
use super::kind::StepKind;
use crate::claim::Claim;
use crate::field::InputField;
use crate::ledger::key_ring::{KeyRing, NoVerdict, stated};
use crate::ledger::step::proof_digest;
use crate::verified::Verified;

/// The reason a proof cannot become a step of a ledger of a pool.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PoolStepError {
    /// The claim is about a book.
    #[error("a ledger of a pool is about a deal, not about a book")]
    NotAPool,
    /// The schema is another than that of the ledger, beyond the cut-off.
    #[error(
        "the deal's [tape] differs from that of the ledger in more than cut_off: columns, names, scales, unit or ids; all \
         months of a ledger are read by one schema"
    )]
    OtherSchema,
    /// The deal has no schema that a commitment can be made under.
    #[error(transparent)]
    NoSchema(#[from] Problem),
    /// The proof is of another proof system than the ledger.
    #[error("the proof is of {found}, and the ledger of {expected}: all proofs of a ledger are of one proof system")]
    OtherBackend {
        /// Proof system of the proof.
        found: String,
        /// Proof system of the ledger.
        expected: String,
    },
    /// The step cannot come next in the ledger.
    #[error(transparent)]
    Chain(#[from] PoolLedgerError),
    /// The verifier did not accept the proof.
    #[error(transparent)]
    Proof(#[from] NoVerdict),
}

/// The place of the next proof: its kind and its dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Kind of the step.
    pub kind: StepKind,
    /// Cut-off of the earlier tape, for a month or a span.
    pub from: Option<String>,
    /// Cut-off of the tape.
    pub cut_off: String,
}

/// The outcome of adding a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolAdded {
    /// The place of the step.
    pub place: Place,
    /// The verdict about its proof.
    pub verified: Verified,
}

impl PoolLedger {
    /// Returns the place that the proof of a deal has as the next step.
    ///
    /// # Errors
    /// Errors on a book's claim, on a schema that differs from the ledger's in more than the cut-off,
    /// and on dates that cannot come next.
    pub fn place(&self, claim: &Claim) -> Result<Place, PoolStepError> {
        let place = self.place_of(claim)?;
        self.check_dates(place.kind, place.from.as_deref(), &place.cut_off)?;
        Ok(place)
    }

    fn place_of(&self, claim: &Claim) -> Result<Place, PoolStepError> {
        let Claim::Pool(claim) = claim else { return Err(PoolStepError::NotAPool) };
        let deal = claim.deal();
        let schema = deal.require_schema()?;
        self.check_schema(schema)?;
        let cut_off = schema.require_terms()?.cut_off.to_string();
        let from = deal.month().map(|month| month.from().to_string());
        let kind = match from {
            None => StepKind::Pool,
            Some(_) if cut_off == self.last().0 => StepKind::Span,
            Some(_) => StepKind::Month,
        };
        Ok(Place { kind, from, cut_off })
    }

    /// Checks that a schema is the ledger's, at another cut-off.
    fn check_schema(&self, schema: &TapeSchema) -> Result<(), PoolStepError> {
        let first = self.beginning().cut_off.parse().map_err(|_| PoolStepError::OtherSchema)?;
        let same = hex::encode(schema.at(first)?.digest()) == self.beginning().schema;
        if same { Ok(()) } else { Err(PoolStepError::OtherSchema) }
    }

    /// Returns the context that the proof of a place must be bound to.
    pub fn context<F: InputField>(&self, place: &Place) -> F {
        self.next_context(place.kind, &place.cut_off)
    }

    /// Checks that the commitments of a place, which are known before its proof is made, are the
    /// ledger's. `commitments` are those that the proof will state, the earlier first.
    ///
    /// # Errors
    /// Another commitment than that of its cut-off.
    pub fn check_commitments_of(&self, place: &Place, commitments: &[String]) -> Result<(), PoolStepError> {
        let digest = || "0".repeat(64);
        let step = step_of(place.clone(), commitments, [digest(), digest(), digest()], None);
        Ok(self.check_next(&step)?)
    }

    /// Verifies a proof as the one after the last step, adds its step and returns the outcome.
    ///
    /// # Errors
    /// Errors if the proof is already in the ledger, is not valid under the context of its place, or
    /// breaks a rule of the chain. The ledger is then unchanged.
    pub fn append(&mut self, claim: &Claim, proof: &[u8], keys: &KeyRing) -> Result<PoolAdded, PoolStepError> {
        let digest = proof_digest(proof);
        if let Some(same) = self.steps().iter().find(|step| step.proof == digest) {
            return Err(PoolLedgerError::ProvedTwice(same.cut_off.clone()).into());
        }
        // Rules about public terms first: their errors tell more than that a proof is bound to another
        // context.
        let place = self.place(claim)?;
        let stated = stated(proof).map_err(NoVerdict::from)?;
        let expected = &self.beginning().backend;
        if stated.backend != expected {
            return Err(PoolStepError::OtherBackend { found: stated.backend.into(), expected: expected.clone() });
        }
        let digests = |keys| [digest.clone(), hex::encode(claim.terms_digest()), hex::encode(keys)];
        let scenarios = claim.scenarios_digest().map(hex::encode);
        let step = |commitments: &[String], keys| step_of(place.clone(), commitments, digests(keys), scenarios.clone());
        self.check_next(&step(&stated.commitments, stated.keys))?;
        let verified = keys.verify(claim, proof, Some(self.context::<Fr>(&place)), None)?;
        let step = step(&verified.sub_books, verified.keys.digest);
        self.add(step)?;
        Ok(PoolAdded { place, verified })
    }
}

/// Returns the step of a proof about commitments, the earlier first, with the digests of the proof, of
/// its deal and of its keys.
fn step_of(
    place: Place,
    commitments: &[String],
    [proof, deal, keys]: [String; 3],
    scenarios: Option<String>,
) -> PoolStep {
    let Place { kind, from, cut_off } = place;
    let before = commitments.first().filter(|_| commitments.len() > 1).cloned();
    let commitment = commitments.last().cloned().unwrap_or_default();
    PoolStep { kind, from, before, cut_off, commitment, proof, deal, keys, scenarios }
}

/// Returns the name and the digest of the schema of a deal, as a ledger begins with them.
///
/// # Errors
/// The deal has no schema of version 2.
pub fn beginning_of(deal: &Deal) -> Result<(String, String), Problem> {
    let schema = deal.require_schema()?;
    Ok((schema.require_terms()?.cut_off.to_string(), hex::encode(schema.digest())))
}
