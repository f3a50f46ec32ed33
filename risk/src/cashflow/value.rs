//! Net present value, yield and weighted average life.

use super::flows::PoolFlows;
use tailproof_core::pool::cashflow::fixed::ONE;

/// Months of a year.
const YEAR: f64 = 12.0;

/// What payments are worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoolValue {
    /// discounted receipts less fees, in units
    pub npv: f64,
    /// annual effective rate at which the value is the price; `None` if there is none
    pub effective_yield: Option<f64>,
    /// mean time of principal and recoveries, in years; `None` if there are none
    pub average_life: Option<f64>,
}

impl PoolValue {
    /// Returns the value of a pool's payments under discount factors of 60 fractional bits, at a
    /// price in units.
    pub fn new(flows: &PoolFlows, factors: &[u64], price: f64) -> Self {
        let net: Vec<f64> = flows.net().map(|amount| amount as f64).collect();
        let npv = net.iter().zip(factors).map(|(amount, factor)| amount * *factor as f64 / ONE as f64).sum();
        let principal = flows.months.iter().map(|month| (month.principal + month.recoveries) as f64);
        Self { npv, effective_yield: annual_yield(&net, price), average_life: average_life(principal) }
    }
}

/// Returns the mean time of amounts of months, in years; `None` if there are none.
pub fn average_life(amounts: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut weighted) = (0.0, 0.0);
    for (month, amount) in amounts.enumerate() {
        sum += amount;
        weighted += amount * (month + 1) as f64;
    }
    (sum > 0.0).then(|| weighted / sum / YEAR)
}

/// Returns the bond-equivalent yield of an annual effective one: twice that of half a year.
pub fn bond_equivalent(effective: f64) -> f64 {
    2.0 * ((1.0 + effective).sqrt() - 1.0)
}

/// Returns the annual effective rate at which amounts of months are worth a price, by bisection of
/// the month's rate between -90 and 1,000 %; `None` if it is not there.
pub fn annual_yield(amounts: &[f64], price: f64) -> Option<f64> {
    let worth = |rate: f64| -> f64 {
        let discount = 1.0 / (1.0 + rate);
        amounts.iter().rev().fold(0.0, |value, amount| (value + amount) * discount)
    };
    let (mut low, mut high) = (-0.9, 10.0);
    if price <= 0.0 || worth(low) < price || worth(high) > price {
        return None;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if worth(middle) > price {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some((1.0 + high).powf(YEAR) - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cashflow::flows::MonthFlow;

    /// A bond of 1,000,000 that pays 5,000 a month for two years, and a fee of 1,000.
    fn bond() -> PoolFlows {
        let month = |at: u32| MonthFlow {
            interest: 6_000,
            fees: 1_000,
            principal: if at == 24 { 1_000_000 } else { 0 },
            balance: if at == 24 { 0 } else { 1_000_000 },
            ..MonthFlow::default()
        };
        PoolFlows { balance: 1_000_000, months: (1..=24).map(month).collect(), performing: Vec::new() }
    }

    #[test]
    fn a_bond_at_par_yields_its_coupon() {
        let factors = vec![ONE; 24];
        let value = PoolValue::new(&bond(), &factors, 1_000_000.0);
        assert!((value.npv - 1_120_000.0).abs() < 1e-6);
        let yields = value.effective_yield.unwrap();
        assert!((yields - (1.005f64.powi(12) - 1.0)).abs() < 1e-12, "{yields}");
        assert!((bond_equivalent(yields) - 2.0 * (1.005f64.powi(6) - 1.0)).abs() < 1e-12);
        assert_eq!(value.average_life, Some(2.0));
    }

    #[test]
    fn a_yield_that_there_is_not_is_none() {
        assert_eq!(annual_yield(&[0.0, 0.0], 5.0), None);
        assert_eq!(annual_yield(&[1.0], 0.0), None);
        assert_eq!(average_life([0.0; 3].into_iter()), None);
        let loss = annual_yield(&[50.0], 100.0).unwrap();
        assert!((loss - (0.5f64.powi(12) - 1.0)).abs() < 1e-9, "half is lost within a month: {loss}");
    }
}
