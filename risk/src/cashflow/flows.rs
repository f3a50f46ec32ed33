//! The payments of a pool in whole units once a month.

use tailproof_core::fixed_point::FRACTION_BITS;
use tailproof_core::pool::cashflow::BandTotals;
use tailproof_core::scenarios::cashflow::{Flow, FlowMatrix};

/// Basis points of one, and months of a year.
const YEAR: u128 = 10_000 * 12;

/// The payments of a month, in units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MonthFlow {
    /// interest received
    pub interest: u64,
    /// scheduled and prepaid principal
    pub principal: u64,
    /// defaults
    pub defaults: u64,
    /// recoveries
    pub recoveries: u64,
    /// servicing fees
    pub fees: u64,
    /// what performs at the end of the month
    pub balance: u64,
}

/// The payments of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolFlows {
    /// balance at the cut-off
    pub balance: u64,
    /// the months, from the first on
    pub months: Vec<MonthFlow>,
    /// share of each code that performs at the end of each month, times 2^20
    pub performing: Vec<Vec<u32>>,
}

/// A sum since the cut-off that is rounded to units.
struct Rounded {
    exact: u128,
    unit: u128,
    paid: u128,
    goes_up: bool,
}

impl Rounded {
    fn new(unit: u128, goes_up: bool) -> Self {
        Self { exact: 0, unit, paid: 0, goes_up }
    }

    /// Returns the whole units of a month: the fraction is carried forward.
    fn add(&mut self, amount: u128) -> u64 {
        self.exact += amount;
        let all = if self.goes_up { self.exact.div_ceil(self.unit) } else { self.exact / self.unit };
        let month = all - self.paid;
        self.paid = all;
        u64::try_from(month).unwrap_or(u64::MAX)
    }
}

impl PoolFlows {
    /// Returns the payments of a pool with these totals by code, in a block of a matrix.
    pub fn new(matrix: &FlowMatrix<'_>, block: usize, totals: &[BandTotals]) -> Self {
        let one = 1u128 << FRACTION_BITS;
        let mut sums = Flow::ALL.map(|flow| match flow {
            Flow::Interest => Rounded::new(one * YEAR, false),
            Flow::Defaults | Flow::Fees => Rounded::new(one, true),
            _ => Rounded::new(one, false),
        });
        let mut balance: u64 = totals.iter().map(|band| band.balance).sum();
        let all = balance;
        let mut performing = vec![1u32 << FRACTION_BITS; totals.len()];
        let (mut months, mut shares) = (Vec::new(), Vec::new());
        for month in 0..matrix.months() {
            let entry = |code, flow| matrix.entry(block, month, code, flow);
            let mut amount = |flow: Flow| {
                let of = |(code, band): (usize, &BandTotals)| {
                    let weight = if flow == Flow::Interest { band.interest() } else { u128::from(band.balance) };
                    weight * u128::from(entry(code, flow))
                };
                sums[flow as usize].add(totals.iter().enumerate().map(of).sum())
            };
            let [interest, principal, defaults, recoveries, fees] = Flow::ALL.map(&mut amount);
            balance -= principal + defaults;
            for (code, share) in performing.iter_mut().enumerate() {
                *share -= entry(code, Flow::Principal) + entry(code, Flow::Defaults);
            }
            months.push(MonthFlow { interest, principal, defaults, recoveries, fees, balance });
            shares.push(performing.clone());
        }
        Self { balance: all, months, performing: shares }
    }

    /// Returns the sum of one amount over all months.
    pub fn sum(&self, of: impl Fn(&MonthFlow) -> u64) -> u64 {
        self.months.iter().map(of).sum()
    }

    /// Returns what is received in each month, less fees.
    pub fn net(&self) -> impl Iterator<Item = i128> + '_ {
        self.months.iter().map(|month| {
            i128::from(month.interest) + i128::from(month.principal) + i128::from(month.recoveries)
                - i128::from(month.fees)
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use tailproof_core::ScenarioSet;
    use tailproof_core::pool::Deal;
    use tailproof_core::pool::cashflow::{Assumptions, EXAMPLE as ASSUMPTIONS};
    use tailproof_core::scenarios::cashflow::cashflow_scenarios;

    const DEAL: &str = "name = \"d\"\n[tape]\ncolumns = [\"rate\", \"term\", \"grade\"]\ngrades = [\"A\", \"B\"]\n\
                        [claims]\nloans_min = 1\n[cashflow]\nreplines = \"grade\"\n";

    /// The matrix of assumptions over the grades A and B.
    pub(crate) fn matrix(text: &str) -> ScenarioSet {
        let deal = Deal::from_toml("d.toml", DEAL).unwrap();
        cashflow_scenarios(&deal, &Assumptions::from_toml("a.toml", text).unwrap()).unwrap()
    }

    /// Totals of the grades A and B: 1,234,567 at 6.12 % and 98,765 at 14.99 %.
    pub(crate) fn totals() -> [BandTotals; 2] {
        [(1_234_567u64, 612u128), (98_765, 1_499)].map(|(balance, rate)| BandTotals {
            loans: 1,
            balance,
            weighted: [u128::from(balance) * rate, 0, 0, 0, 0, 0],
            delinquent: 0,
        })
    }

    #[test]
    fn the_pool_is_paid_back_or_defaults_to_the_last_unit() {
        let set = matrix(ASSUMPTIONS);
        let matrix = FlowMatrix::of(&set).unwrap();
        for block in 0..2 {
            let flows = PoolFlows::new(&matrix, block, &totals());
            let all = flows.sum(|month| month.principal) + flows.sum(|month| month.defaults);
            assert_eq!((all, flows.balance), (1_234_567 + 98_765, 1_234_567 + 98_765));
            assert_eq!(flows.months.last().map(|month| month.balance), Some(0));
            let mut owed = flows.balance;
            for month in &flows.months {
                owed -= month.principal + month.defaults;
                assert_eq!(owed, month.balance);
            }
        }
    }

    /// The exact sum of interest, and what is left of it in the last month, below one unit.
    #[test]
    fn interest_is_that_of_the_loans_own_rates() {
        let set = matrix(ASSUMPTIONS);
        let matrix = FlowMatrix::of(&set).unwrap();
        let flows = PoolFlows::new(&matrix, 0, &totals());
        let exact: u128 = totals()
            .iter()
            .enumerate()
            .map(|(code, band)| {
                let months: u64 =
                    (0..matrix.months()).map(|month| u64::from(matrix.entry(0, month, code, Flow::Interest))).sum();
                band.interest() * u128::from(months)
            })
            .sum();
        assert_eq!(u128::from(flows.sum(|month| month.interest)), exact / (120_000 << 20));
        // The first month, by hand: nothing but the month's defaults lacks its interest.
        let live = 0.98f64.powf(1.0 / 12.0);
        let expected = live * (1_234_567.0 * 0.0612 + 98_765.0 * 0.1499) / 12.0;
        assert!((flows.months[0].interest as f64 - expected).abs() < 1.0);
    }
}
