//! Replines beside the loans that they represent.

use tailproof_core::pool::Field;
use tailproof_core::pool::cashflow::{BandTotals, Repline};

/// A repline and the averages of its loans, weighted by balance.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// grade or sector
    pub code: String,
    /// number of loans
    pub loans: u64,
    /// their balance, in units
    pub balance: u64,
    /// stated rate, in percent a year
    pub stated_rate: f64,
    /// stated remaining months
    pub stated_term: u32,
    /// average rate of the loans, in percent a year (WAC); `None` without loans
    pub average_rate: Option<f64>,
    /// average remaining months of the loans (WAM); `None` without loans, or without terms
    pub average_term: Option<f64>,
}

/// Returns the bands of replines, in their order. `has_terms` says whether the tape has terms.
pub fn bands(replines: &[&Repline], totals: &[BandTotals], has_terms: bool) -> Vec<Band> {
    let band = |(repline, totals): (&&Repline, &BandTotals)| {
        let average =
            |field: Field| (totals.balance > 0).then(|| totals.weighted[field as usize] as f64 / totals.balance as f64);
        Band {
            code: repline.code.clone(),
            loans: totals.loans,
            balance: totals.balance,
            stated_rate: repline.rate as f64 / 1e6,
            stated_term: repline.term,
            average_rate: average(Field::Rate).map(|rate| rate / 100.0),
            average_term: average(Field::Term).filter(|_| has_terms),
        }
    };
    replines.iter().zip(totals).map(band).collect()
}

/// Returns the average rate of all loans in percent, and the average term in months, weighted by
/// balance; `None` without loans.
pub fn averages(totals: &[BandTotals]) -> Option<(f64, f64)> {
    let balance: u64 = totals.iter().map(|band| band.balance).sum();
    let sum = |field: Field| totals.iter().map(|band| band.weighted[field as usize]).sum::<u128>() as f64;
    (balance > 0).then(|| (sum(Field::Rate) / balance as f64 / 100.0, sum(Field::Term) / balance as f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tailproof_core::pool::cashflow::Amortisation;

    #[test]
    fn averages_are_weighted_by_balance() {
        let totals = [(100u64, 500u128, 12u128), (300, 900, 36), (0, 0, 0)].map(|(balance, rate, term)| BandTotals {
            loans: 2,
            balance,
            weighted: [u128::from(balance) * rate, 0, 0, u128::from(balance) * term, 0, 0],
            delinquent: 0,
        });
        let repline = Repline { code: "A".into(), rate: 5_250_000, term: 14, age: 0, kind: Amortisation::Bullet };
        let found = bands(&[&repline, &repline, &repline], &totals, true);
        assert_eq!((found[1].average_rate, found[1].average_term, found[1].stated_rate), (Some(9.0), Some(36.0), 5.25));
        assert_eq!((found[2].average_rate, found[2].average_term), (None, None));
        assert_eq!(bands(&[&repline], &totals, false)[0].average_term, None);
        assert_eq!(averages(&totals), Some((8.0, 30.0)));
        assert_eq!(averages(&totals[2..]), None);
    }
}
