//! The private part of a month: the earlier pool, and what became of its loans.

use ark_bn254::Fr;
use tailproof_core::pool::ids::IdKind;
use tailproof_core::pool::month::{Carried, Reason, Roll};
use tailproof_core::pool::{LoanPool, PoolLoan};
use tailproof_verifier::encoding;
use tailproof_verifier::field::{CommitmentField, InputField, Limbs};
use tailproof_verifier::pool::commitment;
use tailproof_verifier::shape::PoolSizes;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::{WitnessError, WitnessList};

/// The earlier pool with the blinding of its commitment, and how the later one came from it. Zeroized
/// when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MonthWitness {
    pub(in crate::statement::pool) before: LoanPool,
    blinding: Fr,
    id_roots: [Limbs; 2],
    roll: Roll,
}

impl MonthWitness {
    /// Returns the witness of an earlier pool.
    pub fn new<F: CommitmentField>(before: LoanPool, blinding: Fr, roll: Roll) -> Self {
        let id_roots = IdKind::ALL.map(|kind| commitment::id_root::<F>(before.ids(kind)).limbs());
        Self { before, blinding, id_roots, roll }
    }

    /// Checks that the witness is one of a later pool of so many loans, and fits a shape.
    pub(in crate::statement::pool) fn check(&self, sizes: PoolSizes, after: usize) -> Result<(), WitnessError> {
        let (most, found) = (sizes.loans, self.before.loans().len());
        if self.before.has_spare_numbers() != sizes.numbers {
            return Err(WitnessError::SpareNumbers { shape_has: sizes.numbers });
        }
        if found > most {
            return Err(WitnessError::TooLong { list: WitnessList::Loans, most, found });
        }
        for (list, expected, found) in [
            (WitnessList::LoanIds, found, self.before.ids(IdKind::Loan).len()),
            (WitnessList::Reasons, found, self.roll.gone().len()),
            (WitnessList::Carried, after, self.roll.carried().len()),
        ] {
            if found != expected {
                return Err(WitnessError::Length { list, expected, found });
            }
        }
        Ok(())
    }

    /// Returns where a row of the later pool comes from, with the loan that it was; `None` for an
    /// addition and for an unused row.
    pub(in crate::statement::pool) fn carried(&self, row: usize) -> Option<(Carried, PoolLoan)> {
        let carried = self.roll.carried().get(row).copied().flatten()?;
        Some((carried, *self.before.loans().get(carried.before)?))
    }

    /// Returns why a row of the earlier pool is gone, if it is.
    pub(super) fn gone(&self, row: usize) -> Option<Reason> {
        self.roll.gone().get(row).copied().flatten()
    }

    pub(in crate::statement::pool) fn blinding(&self) -> Limbs {
        self.blinding.limbs()
    }

    pub(in crate::statement::pool) fn tape_digest(&self) -> Limbs {
        encoding::digest_to_field::<Fr>(&self.before.tape_digest()).limbs()
    }

    pub(in crate::statement::pool) fn id_roots(&self) -> [Limbs; 2] {
        self.id_roots
    }
}
