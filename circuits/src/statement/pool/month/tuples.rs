//! Loans of the earlier pool as single integers, and what they must match.
//!
//! A tuple has the id of a loan, its codes, numbers and delinquency, and its balance on top. Every
//! part but the balance is in its range, so none borrows from another: the term has a bit more than
//! in the tape, for terms that fell to 0 from anything up to the longest and the months between. The
//! balance is whatever it is: the equation asks that the tuple be one of the earlier pool.

use ethnum::I256;
use tailproof_core::pool::{Category, Field};

use crate::builder::{Builder, NumOf};
use crate::error::Built;
use crate::instructions::Instructions;

/// The parts of a loan of the earlier pool.
pub(super) struct Past<'p, B: Instructions> {
    pub id: &'p NumOf<B>,
    pub grade: &'p NumOf<B>,
    /// The codes of the row; that of the grade is not looked at.
    pub codes: &'p [NumOf<B>],
    pub numbers: &'p [NumOf<B>],
    pub delinquent: &'p NumOf<B>,
    pub balance: &'p NumOf<B>,
}

/// Returns the tuple of a loan.
pub(super) fn tuple<B: Instructions>(builder: &Builder<'_, B>, past: &Past<'_, B>, spare: bool) -> Built<B, NumOf<B>> {
    let mut terms = Vec::new();
    let mut shift = 0;
    let mut add = |part, bits: u32| {
        terms.push((part, I256::ONE << shift));
        shift += bits;
    };
    add(past.id, u64::BITS);
    add(past.grade, Category::Grade.bits());
    for category in [Category::Sector, Category::Region] {
        add(&past.codes[category as usize], category.bits());
    }
    for field in Field::all(spare) {
        add(&past.numbers[*field as usize], field.bits() + u32::from(*field == Field::Term));
    }
    add(past.delinquent, 1);
    add(past.balance, 0);
    builder.combine(&terms)
}
