//! The private part of a statement about books: the market, parametric and P&L statements.

use ark_bn254::Fr;
use tailproof_core::measures::{losses, value_at_risk};
use tailproof_core::{Positions, Problem, ScenarioSet, Unit};
use tailproof_verifier::field::CommitmentField;
use tailproof_verifier::field::Limbs;
use tailproof_verifier::{MarketClaim, Shape};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::{WitnessError, WitnessList};

/// Books, the blindings of their commitments, and the thresholds that prove the clauses. Zeroized
/// when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MarketWitness {
    books: Vec<(Positions, Fr)>,
    thresholds: [i128; 2],
    /// Public, behind a hash: see `tailproof_verifier::market::limits`
    #[zeroize(skip)]
    limit_words: Vec<Limbs>,
}

impl std::fmt::Debug for MarketWitness {
    /// Shows nothing private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MarketWitness").finish_non_exhaustive()
    }
}

impl MarketWitness {
    /// Returns the witness for a claim. Each threshold is the value at risk for its tail, which is
    /// the best one for both measures. Where value at risk has a floor, both thresholds are its
    /// value at risk.
    pub fn new<F: CommitmentField>(
        claim: &MarketClaim<F>,
        set: &ScenarioSet,
        positions: Positions,
        blinding: Fr,
    ) -> Self {
        let thresholds = best_thresholds(claim, set, &losses(set, &positions));
        Self::with_thresholds(positions, blinding, thresholds).with_limits(claim)
    }

    /// Returns the witness for a claim about the sum of several books, each with its blinding.
    ///
    /// # Errors
    /// If the books have no sum.
    pub fn consolidated<F: CommitmentField>(
        claim: &MarketClaim<F>,
        set: &ScenarioSet,
        books: Vec<(Positions, Fr)>,
    ) -> Result<Self, Problem> {
        let sum = Positions::consolidated(books.iter().map(|(positions, _)| positions))?;
        Ok(Self::over_losses(claim, set, &losses(set, &sum), books))
    }

    /// Returns the witness for a claim about the sum of several books, whose losses were computed
    /// already.
    pub fn over_losses<F: CommitmentField>(
        claim: &MarketClaim<F>,
        set: &ScenarioSet,
        losses: &[i128],
        books: Vec<(Positions, Fr)>,
    ) -> Self {
        Self::of_books(books, best_thresholds(claim, set, losses)).with_limits(claim)
    }

    /// Returns a witness of several books, as [`MarketWitness::with_thresholds`].
    pub fn of_books(books: Vec<(Positions, Fr)>, thresholds: [i128; 2]) -> Self {
        Self { books, thresholds, limit_words: Vec::new() }
    }

    /// Returns a witness with thresholds of the caller's choice, in loss units, and limits of zero.
    pub fn with_thresholds(positions: Positions, blinding: Fr, thresholds: [i128; 2]) -> Self {
        Self::of_books(vec![(positions, blinding)], thresholds)
    }

    /// Returns the same witness with the limits of a claim.
    pub fn with_limits<F: CommitmentField>(mut self, claim: &MarketClaim<F>) -> Self {
        self.limit_words = claim.limit_words().iter().map(|word| word.limbs()).collect();
        self
    }

    /// Returns a witness of zeros, to synthesize a circuit for its constraints alone.
    pub fn zero(shape: Shape) -> Self {
        let positions = match shape.is_pnl() {
            true => Positions::pnl(Unit::CENT, vec![0], 0),
            false => Positions::new(Unit::CENT, Vec::new(), 0),
        };
        let positions = positions.expect("an empty book is in range");
        Self::of_books(vec![(positions, Fr::from(0u64)); shape.books()], [0, 0])
    }

    /// Checks that the witness is one of a shape.
    pub(crate) fn check(&self, shape: Shape) -> Result<(), WitnessError> {
        let (expected, found) = (shape.books(), self.books.len());
        if found != expected {
            return Err(WitnessError::Length { list: WitnessList::Books, expected, found });
        }
        if self.books.iter().any(|(positions, _)| positions.is_pnl() != shape.is_pnl()) {
            return Err(WitnessError::Kind { shape });
        }
        let (list, most) = match shape.is_pnl() {
            true => (WitnessList::Gains, shape.scenarios()),
            false => (WitnessList::Exposures, shape.factors()),
        };
        let numbers = self.books.iter().map(|(book, _)| book.exposures().len().max(book.gains().len()));
        match numbers.max() {
            Some(found) if found > most => Err(WitnessError::TooLong { list, most, found }),
            _ => Ok(()),
        }
    }

    /// Returns the sub-books, each with the blinding of its commitment.
    pub fn books(&self) -> &[(Positions, Fr)] {
        &self.books
    }

    /// Returns the thresholds of value at risk and expected shortfall. With one threshold the first
    /// serves both.
    pub fn thresholds(&self) -> [i128; 2] {
        self.thresholds
    }

    /// Returns a packed word of the limits; zero for a witness without limits.
    pub(super) fn limit_word(&self, word: usize) -> Limbs {
        self.limit_words.get(word).copied().unwrap_or_default()
    }
}

fn best_thresholds<F>(claim: &MarketClaim<F>, set: &ScenarioSet, losses: &[i128]) -> [i128; 2] {
    let second = if claim.book.var_floor.is_some() { claim.var_tail } else { claim.cvar_tail };
    [claim.var_tail, second].map(|tail| value_at_risk(losses, set.weights(), tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Drop zeroizes. A vector that `zeroize` has wiped, its capacity included, is empty.
    #[test]
    fn zeroizing_leaves_nothing_private() {
        let positions = Positions::new(tailproof_core::Unit::CENT, vec![12_345, -678], 99).expect("in range");
        let mut witness = MarketWitness::with_thresholds(positions, Fr::from(5u64), [7, 8]);
        witness.zeroize();
        assert!(witness.books.is_empty());
        assert_eq!(witness.thresholds(), [0, 0]);
    }
}
