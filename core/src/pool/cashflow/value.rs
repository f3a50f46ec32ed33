//! The net present value of a pool as one linear row over its totals.

use super::fixed::{BITS, YEAR};
use super::totals::BandTotals;
use crate::fixed_point::FRACTION_BITS;
use crate::scenarios::cashflow::{Flow, FlowMatrix};

/// Fractional bits of a coefficient.
pub const VALUE_BITS: u32 = 40;
/// Basis points of one.
const BASIS_POINTS: i128 = 10_000;

/// The values of a unit of a code's balance, rounded down, in 40 fractional bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValueCoefficients {
    /// of a unit of balance: principal and recoveries less fees
    pub balance: i64,
    /// of a unit of balance times a basis point of rate: interest
    pub interest: i64,
}

/// Returns the coefficients of each code in a block of a matrix, under discount factors of its months
/// in 60 fractional bits. They are those of the matrix, exactly, but for one rounding down.
pub fn value_coefficients(flows: &FlowMatrix<'_>, block: usize, factors: &[u64]) -> Vec<ValueCoefficients> {
    let sum = |code: usize, flow: Flow| -> i128 {
        let of_month =
            |(month, factor): (usize, &u64)| i128::from(*factor) * i128::from(flows.entry(block, month, code, flow));
        factors.iter().enumerate().take(flows.months()).map(of_month).sum()
    };
    let rounded = |sum: i128, divisor: i128| {
        let shifted = sum.div_euclid(divisor << (BITS + FRACTION_BITS - VALUE_BITS));
        i64::try_from(shifted).unwrap_or(if shifted < 0 { i64::MIN } else { i64::MAX })
    };
    (0..flows.codes().len())
        .map(|code| {
            let received = sum(code, Flow::Principal) + sum(code, Flow::Recoveries) - sum(code, Flow::Fees);
            let year = i128::from(YEAR) * BASIS_POINTS;
            ValueCoefficients { balance: rounded(received, 1), interest: rounded(sum(code, Flow::Interest), year) }
        })
        .collect()
}

/// Returns the value of totals in units, in 40 fractional bits: never above the discounted receipts
/// of the matrix.
pub fn value_of(coefficients: &[ValueCoefficients], totals: &[BandTotals]) -> i128 {
    let of = |(of, totals): (&ValueCoefficients, &BandTotals)| {
        let interest = i128::try_from(totals.interest()).unwrap_or(i128::MAX);
        i128::from(of.balance) * i128::from(totals.balance) + i128::from(of.interest) * interest
    };
    coefficients.iter().zip(totals).map(of).sum()
}
