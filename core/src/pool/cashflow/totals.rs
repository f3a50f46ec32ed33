//! The totals of a pool that its payments are linear in.

use crate::pool::loan_pool::LoanPool;
use crate::pool::schema::{Category, Field};

/// The totals of the loans of one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BandTotals {
    /// number of loans
    pub loans: u64,
    /// sum of balances, in units
    pub balance: u64,
    /// sums of balance times number, in the order of [`Field::ALL`]: rates in basis points, terms in
    /// months
    pub weighted: [u128; 6],
    /// balance of loans that are late
    pub delinquent: u64,
}

impl BandTotals {
    /// Returns the sum of balance times rate, in units times basis points.
    pub fn interest(&self) -> u128 {
        self.weighted[Field::Rate as usize]
    }
}

/// Returns the totals of each of so many codes of a category.
pub fn band_totals(pool: &LoanPool, category: Category, codes: usize) -> Vec<BandTotals> {
    let mut totals = vec![BandTotals::default(); codes];
    for loan in pool.loans() {
        let Some(band) = totals.get_mut(usize::from(loan.codes[category as usize])) else { continue };
        band.loans += 1;
        band.balance += loan.balance;
        for (sum, number) in band.weighted.iter_mut().zip(loan.fields) {
            *sum += u128::from(loan.balance) * u128::from(number);
        }
        band.delinquent += if loan.delinquent { loan.balance } else { 0 };
    }
    totals
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::loan_pool::PoolLoan;

    #[test]
    fn totals_are_by_code() {
        let loan = |balance, rate, sector, delinquent| PoolLoan {
            balance,
            fields: [rate, 0, 0, 12, 0, 0],
            codes: [0, sector, 0],
            delinquent,
            new_obligor: true,
        };
        let loans = vec![loan(100, 500, 1, false), loan(50, 700, 0, true), loan(10, 300, 1, true)];
        let totals = band_totals(&LoanPool::from_loans(loans, [0; 32]), Category::Sector, 2);
        assert_eq!((totals[0].balance, totals[0].interest(), totals[0].delinquent), (50, 35_000, 50));
        assert_eq!((totals[1].balance, totals[1].interest(), totals[1].loans), (110, 53_000, 2));
        assert_eq!(totals[1].weighted[Field::Term as usize], 110 * 12);
    }
}
