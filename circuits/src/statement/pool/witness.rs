//! The private part of a pool statement.

use ark_bn254::Fr;
use tailproof_core::pool::ids::IdKind;
use tailproof_core::pool::month::Roll;
use tailproof_core::pool::{LoanPool, PoolLoan};
use tailproof_verifier::field::CommitmentField;
use tailproof_verifier::field::{InputField, Limbs};
use tailproof_verifier::pool::terms::{limit_fields, tranche_fields, word_fields};
use tailproof_verifier::pool::{PoolTerms, commitment};
use tailproof_verifier::shape::PoolSizes;
use tailproof_verifier::{Shape, encoding};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::month::MonthWitness;
use crate::error::{WitnessError, WitnessList};

/// Loans, the blinding of their commitment, and the thresholds that prove expected shortfalls.
/// Zeroized when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct PoolWitness {
    collateral: LoanPool,
    blinding: Fr,
    thresholds: Vec<i128>,
    /// Roots of the ids of loans and of collateral
    id_roots: [Limbs; 2],
    before: Option<MonthWitness>,
    /// Public, behind hashes: see `tailproof_verifier::pool::terms`
    #[zeroize(skip)]
    limit_words: Vec<Limbs>,
    #[zeroize(skip)]
    tranche_words: Vec<Limbs>,
}

impl std::fmt::Debug for PoolWitness {
    /// Shows nothing private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PoolWitness").finish_non_exhaustive()
    }
}

impl PoolWitness {
    /// Returns the witness of terms about loans, with a threshold for each piece: see
    /// `tailproof_core::pool::tranches::TrancheTerms::thresholds`. The threshold of a piece
    /// without one is the end of the notional.
    pub fn new<F: CommitmentField>(
        shape: Shape,
        terms: &PoolTerms,
        collateral: LoanPool,
        blinding: Fr,
        mut thresholds: Vec<i128>,
    ) -> Self {
        let balance: u64 = collateral.loans().iter().map(|loan| loan.balance).sum();
        let end = tailproof_core::pool::TrancheTerms::point(tailproof_core::pool::tranches::NOTIONAL, balance);
        thresholds.resize(shape.pool().map_or(0, |sizes| sizes.tranches), end);
        let limbs = |words: Vec<F>| words.iter().map(InputField::limbs).collect();
        let id_roots = IdKind::ALL.map(|kind| commitment::id_root::<F>(collateral.ids(kind)).limbs());
        Self {
            id_roots,
            before: None,
            collateral,
            blinding,
            thresholds,
            limit_words: limbs(terms.limit_words()),
            tranche_words: limbs(terms.tranche_words()),
        }
    }

    /// Returns the witness with the earlier pool, for a shape that has one.
    pub fn with_before(self, before: MonthWitness) -> Self {
        let mut witness = self;
        witness.before = Some(before);
        witness
    }

    /// Returns a witness without loans, to synthesize a circuit for its constraints alone.
    pub fn zero(shape: Shape) -> Self {
        let none = LoanPool::from_loans(Vec::new(), [0; 32]);
        let none = if shape.pool().is_some_and(|sizes| sizes.numbers) { none.with_spare_numbers() } else { none };
        let terms = shape.pool().map_or_else(PoolTerms::default, PoolTerms::off);
        let witness = Self::new::<Fr>(shape, &terms, none.clone(), Fr::from(0u64), Vec::new());
        if !shape.pool().is_some_and(|sizes| sizes.roll) {
            return witness;
        }
        witness.with_before(MonthWitness::new::<Fr>(none, Fr::from(0u64), Roll::default()))
    }

    /// Checks that the witness is one of a shape with these sizes.
    pub(crate) fn check(&self, sizes: PoolSizes) -> Result<(), WitnessError> {
        let (most, found) = (sizes.loans, self.loans());
        if found > most {
            return Err(WitnessError::TooLong { list: WitnessList::Loans, most, found });
        }
        if self.collateral.has_spare_numbers() != sizes.numbers {
            return Err(WitnessError::SpareNumbers { shape_has: sizes.numbers });
        }
        match (&self.before, sizes.roll) {
            (Some(before), true) => before.check(sizes, found)?,
            (None, false) => {}
            (before, _) => {
                let (expected, found) = (usize::from(sizes.roll), usize::from(before.is_some()));
                return Err(WitnessError::Length { list: WitnessList::Earlier, expected, found });
            }
        }
        let lists = [(IdKind::Loan, WitnessList::LoanIds), (IdKind::Collateral, WitnessList::CollateralIds)];
        for (kind, list) in lists.into_iter().filter(|(kind, _)| sizes.opens(*kind)) {
            let (expected, found) = (self.loans(), self.collateral.ids(kind).len());
            if found != expected {
                return Err(WitnessError::Length { list, expected, found });
            }
        }
        let limit_words = if sizes.limits { word_fields(&limit_fields(sizes)).len() } else { 0 };
        let tranche_words = if sizes.tranches > 0 { word_fields(&tranche_fields(sizes.tranches)).len() } else { 0 };
        for (list, expected, found) in [
            (WitnessList::Thresholds, sizes.tranches, self.thresholds.len()),
            (WitnessList::LimitWords, limit_words, self.limit_words.len()),
            (WitnessList::TrancheWords, tranche_words, self.tranche_words.len()),
        ] {
            if found != expected {
                return Err(WitnessError::Length { list, expected, found });
            }
        }
        Ok(())
    }

    /// Returns a loan, or `None` for an unused row.
    pub(super) fn loan(&self, index: usize) -> Option<&PoolLoan> {
        self.collateral.loans().get(index)
    }

    pub(super) fn loans(&self) -> usize {
        self.collateral.loans().len()
    }

    /// Returns what the largest obligor owes.
    pub(super) fn largest_obligor(&self) -> u64 {
        let (mut largest, mut owed) = (0, 0);
        for loan in self.collateral.loans() {
            owed = if loan.new_obligor { loan.balance } else { owed + loan.balance };
            largest = largest.max(owed);
        }
        largest
    }

    pub(super) fn blinding(&self) -> Limbs {
        self.blinding.limbs()
    }

    pub(super) fn tape_digest(&self) -> Limbs {
        encoding::digest_to_field::<Fr>(&self.collateral.tape_digest()).limbs()
    }

    pub(super) fn id_roots(&self) -> [Limbs; 2] {
        self.id_roots
    }

    /// Returns the loans.
    pub(super) fn pool(&self) -> &LoanPool {
        &self.collateral
    }

    /// Returns the earlier pool, in shapes that have one.
    pub(super) fn before(&self) -> Option<&MonthWitness> {
        self.before.as_ref()
    }

    /// Returns whether a row is a loan that was not in the earlier pool.
    pub(super) fn is_addition(&self, row: usize) -> bool {
        self.before.as_ref().is_some_and(|before| before.carried(row).is_none())
    }

    pub(super) fn thresholds(&self) -> &[i128] {
        &self.thresholds
    }

    pub(super) fn limit_words(&self) -> &[Limbs] {
        &self.limit_words
    }

    pub(super) fn tranche_words(&self) -> &[Limbs] {
        &self.tranche_words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Drop calls nothing but `zeroize`.
    #[test]
    fn zeroizing_leaves_nothing_private() {
        let loan = PoolLoan { balance: 7, fields: [1; 6], codes: [1; 3], delinquent: true, new_obligor: true };
        let shape: Shape = "2loans+2x2/1tranches".parse().expect("a shape");
        let collateral = LoanPool::from_loans(vec![loan], [9; 32]).with_ids([vec![1], vec![2]]);
        let terms = PoolTerms::off(shape.pool().expect("a shape of a pool"));
        let mut witness = PoolWitness::new::<Fr>(shape, &terms, collateral, Fr::from(5u64), vec![3]);
        witness.zeroize();
        assert_eq!((witness.loans(), witness.thresholds.len(), witness.blinding), (0, 0, Fr::from(0u64)));
        assert_eq!(witness.tape_digest(), [0; 4]);
        assert_eq!(witness.id_roots(), [[0; 4]; 2]);
    }
}
