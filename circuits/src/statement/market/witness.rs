//! The private part of a market statement.

use ark_bn254::Fr;
use tailproof_risk::measures::{losses, value_at_risk};
use tailproof_risk::{Positions, ScenarioSet};
use tailproof_verifier::{MarketClaim, commitment};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A book, the blinding of its commitment, and the thresholds that prove the clauses. Zeroized when dropped.
#[derive(Clone)]
pub struct MarketWitness {
    positions: Positions,
    blinding: Fr,
    thresholds: [i128; 2],
}

impl std::fmt::Debug for MarketWitness {
    /// Shows nothing private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MarketWitness").finish_non_exhaustive()
    }
}

impl Zeroize for MarketWitness {
    fn zeroize(&mut self) {
        self.positions.zeroize();
        self.blinding.zeroize();
        self.thresholds.zeroize();
    }
}

impl Drop for MarketWitness {
    fn drop(&mut self) {
        self.zeroize();
    }
}

impl ZeroizeOnDrop for MarketWitness {}

impl MarketWitness {
    /// The witness for a claim: each threshold is the value at risk for its tail, which is the best one for both measures.
    pub fn new<F>(claim: &MarketClaim<F>, set: &ScenarioSet, positions: Positions, blinding: Fr) -> Self {
        let losses = losses(set, &positions);
        let best = |tail| value_at_risk(&losses, set.weights(), tail);
        let thresholds = [best(claim.var_tail), best(claim.cvar_tail)];
        Self { positions, blinding, thresholds }
    }

    /// A witness with thresholds of the caller's choice, in loss units.
    pub fn with_thresholds(positions: Positions, blinding: Fr, thresholds: [i128; 2]) -> Self {
        Self { positions, blinding, thresholds }
    }

    /// A witness of zeros: what a circuit is built with when only its constraints matter.
    pub fn zero() -> Self {
        let unit = tailproof_risk::Unit::CENT;
        let positions = Positions::new(unit, Vec::new(), 0).expect("an empty book is in range");
        Self { positions, blinding: Fr::from(0u64), thresholds: [0, 0] }
    }

    /// Exposures in book units.
    pub fn exposures(&self) -> &[i64] {
        self.positions.exposures()
    }

    /// Net asset value in book units.
    pub fn nav(&self) -> u64 {
        self.positions.nav()
    }

    /// Blinding of the commitment.
    pub fn blinding(&self) -> Fr {
        self.blinding
    }

    /// Thresholds of value at risk and expected shortfall. With one threshold the first serves both.
    pub fn thresholds(&self) -> [i128; 2] {
        self.thresholds
    }

    /// Active blocks of the commitment.
    pub(super) fn blocks(&self) -> usize {
        commitment::blocks(self.positions.exposures().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What dropping a witness does: drop calls nothing but this.
    #[test]
    fn zeroizing_leaves_nothing_private() {
        let positions = Positions::new(tailproof_risk::Unit::CENT, vec![12_345, -678], 99).expect("in range");
        let mut witness = MarketWitness::with_thresholds(positions, Fr::from(5u64), [7, 8]);
        witness.zeroize();
        assert!(witness.exposures().iter().all(|exposure| *exposure == 0));
        assert_eq!((witness.nav(), witness.blinding(), witness.thresholds()), (0, Fr::from(0u64), [0, 0]));
    }
}
