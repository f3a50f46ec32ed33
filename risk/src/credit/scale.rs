//! Numbers of a tape that look as if they were written in another scale than the schema's.

use tailproof_core::pool::{Column, Field, Loan, LoanPool, Tape, TapeSchema};

/// The median of a column in percent: loans of half the balance have at most this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Median {
    /// the column
    pub column: Column,
    /// the median, in basis points
    pub basis_points: u32,
}

/// Most basis points of a median that is more likely a fraction: 1 %.
const FRACTION: u32 = 100;
/// Least basis points of a median rate that is more likely a percentage times 100: 100 %.
const HUNDREDFOLD: u32 = 10_000;

/// Returns the medians, weighted by balance, that are hardly those of a pool: a rate or LTV of at
/// most 1 %, above zero, and a rate of 100 % or more. A few odd rows do not move a median.
pub fn suspicious_medians(pool: &LoanPool, schema: &TapeSchema) -> Vec<Median> {
    let columns = [(Field::Rate, Column::Rate), (Field::Ltv, Column::Ltv)].into_iter();
    let medians = columns.filter(|(_, column)| schema.has(*column)).map(|(field, column)| {
        let numbers = pool.loans().iter().map(|loan| (loan.fields[field as usize], loan.balance)).collect();
        Median { column, basis_points: weighted_median(numbers) }
    });
    medians.filter(|median| is_suspicious(*median)).collect()
}

/// Returns the same of a tape that no schema has read, over the loans that have the number.
pub fn suspicious_medians_of_tape(tape: &Tape) -> Vec<Median> {
    let loans = || tape.loans().iter().filter(|loan| loan.is_in_pool());
    let median = |column, value: fn(&Loan) -> Option<u32>| {
        let numbers = loans().filter_map(|loan| Some((value(loan)?, loan.balance))).collect();
        Median { column, basis_points: weighted_median(numbers) }
    };
    let medians = [median(Column::Rate, |loan| loan.rate), median(Column::Ltv, |loan| loan.ltv)];
    medians.into_iter().filter(|median| is_suspicious(*median)).collect()
}

fn is_suspicious(Median { column, basis_points }: Median) -> bool {
    (1..=FRACTION).contains(&basis_points) || column == Column::Rate && basis_points >= HUNDREDFOLD
}

/// Returns the least number that at least half the weight does not exceed; 0 of none.
fn weighted_median(mut numbers: Vec<(u32, u64)>) -> u32 {
    numbers.sort_unstable();
    let total: u64 = numbers.iter().map(|(_, weight)| weight).sum();
    let mut reached = 0;
    let found = numbers.iter().find(|(_, weight)| {
        reached += weight;
        2 * reached >= total
    });
    found.map_or(0, |(number, _)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_weighted_by_balance() {
        assert_eq!(weighted_median(vec![(1_200, 5), (5, 40), (6, 60)]), 6);
        assert_eq!(weighted_median(vec![(3, 1), (2, 1)]), 2);
        assert_eq!(weighted_median(Vec::new()), 0);
    }

    #[test]
    fn medians_that_are_no_rates_are_suspicious() {
        let suspicious = |column, basis_points| is_suspicious(Median { column, basis_points });
        for (column, basis_points, expected) in [
            (Column::Rate, 0, false),
            (Column::Rate, 5, true),
            (Column::Rate, 100, true),
            (Column::Rate, 101, false),
            (Column::Rate, 10_000, true),
            (Column::Ltv, 80, true),
            (Column::Ltv, 12_000, false),
        ] {
            assert_eq!(suspicious(column, basis_points), expected, "{column:?} {basis_points}");
        }
    }
}
