//! The caller's part of a day.

use ark_bn254::Fr;
use tailproof_core::Positions;
use tailproof_core::mandate::ClauseFigure;
use tailproof_prover::holdings::Books;
use tailproof_prover::opening::BookOpening;
use tailproof_verifier::claim::MandateClaim;
use tailproof_verifier::commitment::file::BookCommitment;
use tailproof_verifier::ledger::{KeyRing, Kind as StepKind};

use super::error::DayError;

/// The caller's part of a day: keys and random numbers.
pub trait Hands {
    /// The caller's error.
    type Error: From<DayError>;

    /// Commits to a book. `date` is the day of the forecast.
    ///
    /// # Errors
    /// The caller's.
    fn commit(
        &mut self,
        date: &str,
        positions: &Positions,
        factors: &[String],
    ) -> Result<(BookCommitment, BookOpening), Self::Error>;

    /// Proves a claim about held books with the keys of that kind of step.
    ///
    /// # Errors
    /// The caller's; a false claim is none.
    fn prove(
        &mut self,
        kind: StepKind,
        claim: &MandateClaim,
        held: &Books,
        context: (&str, Fr),
    ) -> Result<Proved, Self::Error>;

    /// Returns the keys that check the proofs of that kind of step.
    ///
    /// # Errors
    /// The caller's.
    fn keys(&mut self, kind: StepKind) -> Result<KeyRing, Self::Error>;
}

/// The outcome of proving.
#[derive(Debug)]
pub enum Proved {
    /// A proof file.
    Proof(Vec<u8>),
    /// The claim is false; the figures are private.
    False(Vec<ClauseFigure>),
}
