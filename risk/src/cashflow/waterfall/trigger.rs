//! Tests of the pool and the notes.

use ethnum::I256;
use tailproof_core::fixed_point::FRACTION_BITS;
use tailproof_core::pool::cashflow::BandTotals;

use super::accounts::Accounts;
use super::terms::{Side, Trigger, TriggerMeasure};

/// All of something in the parts of percent.
pub(super) const PARTS: i128 = 100_000_000;

/// A month as triggers see it, in units.
#[derive(Debug, Clone, Copy)]
pub struct MonthView<'v> {
    /// the pool at the cut-off
    pub pool: i128,
    /// what performs at the end of the month
    pub performing: i128,
    /// principal funds of the month
    pub principal: i128,
    /// interest of the month and the swap's receipt less fees due
    pub interest: i128,
    /// defaults since the cut-off
    pub defaults: i128,
    /// recoveries since the cut-off
    pub recoveries: i128,
    /// totals of each code at the cut-off
    pub totals: &'v [BandTotals],
    /// share of each code that performs at the end of the month, times 2^20
    pub shares: &'v [u32],
}

impl Trigger {
    /// Whether the trigger is on in a month. `was` says whether it was on in the month before. A
    /// share of nothing is on no side.
    pub fn is_on(&self, view: &MonthView<'_>, accounts: &Accounts, was: bool) -> bool {
        if was && self.stays {
            return true;
        }
        let (value, of) = self.fraction(view, accounts);
        if of <= I256::ZERO {
            return false;
        }
        let limit = I256::from(self.limit) * of;
        match self.side {
            Side::Above => value > limit,
            Side::Below => value < limit,
        }
    }

    /// Returns what is compared with the limit: a numerator, and the denominator.
    fn fraction(&self, view: &MonthView<'_>, accounts: &Accounts) -> (I256, I256) {
        let percent = |part: i128, of: i128| (I256::from(part) * I256::from(PARTS), I256::from(of));
        let weighted = |weight: &dyn Fn(&BandTotals) -> u128| {
            let sum = |of: &dyn Fn(&BandTotals) -> u128| -> I256 {
                let of_code = |(band, share): (&BandTotals, &u32)| I256::from(of(band)) * I256::from(*share);
                view.totals.iter().zip(view.shares).map(of_code).fold(I256::ZERO, |sum, next| sum + next)
            };
            (sum(weight), sum(&|band| u128::from(band.balance)))
        };
        match &self.measure {
            TriggerMeasure::Overcollateralisation(note) => {
                percent(view.performing + view.principal, accounts.balance_up_to(*note))
            }
            TriggerMeasure::InterestCoverage(note) => {
                let due = accounts.notes.iter().take(note + 1).map(|note| note.interest.due).sum();
                percent(view.interest, due)
            }
            TriggerMeasure::CumulativeDefaults => percent(view.defaults, view.pool),
            TriggerMeasure::CumulativeLosses => percent(view.defaults - view.recoveries, view.pool),
            TriggerMeasure::PoolFactor => percent(view.performing, view.pool),
            TriggerMeasure::Average(field, step) => {
                let (value, of) = weighted(&|band| band.weighted.get(*field).copied().unwrap_or(0));
                let value = value * I256::from(step.mantissa()) * I256::from(1_000_000);
                (value, of * I256::from(10).pow(step.scale()))
            }
            TriggerMeasure::Delinquent => {
                let (value, of) = weighted(&|band| u128::from(band.delinquent));
                (value * I256::from(PARTS), of)
            }
        }
    }
}

/// Returns the shares of codes at the cut-off: all of each.
pub fn whole_shares(codes: usize) -> Vec<u32> {
    vec![1 << FRACTION_BITS; codes]
}

#[cfg(test)]
mod tests {
    use super::super::accounts::{NoteAccount, Owed};
    use super::*;
    use rust_decimal::Decimal;

    fn accounts() -> Accounts {
        let note = |balance, due| {
            let mut interest = Owed::default();
            interest.due = due;
            NoteAccount { balance, interest }
        };
        Accounts {
            notes: vec![note(800, 8), note(100, 2)],
            fees: Vec::new(),
            swap: Owed::default(),
            reserve: 0,
            drawn: 0,
            line: Owed::default(),
            guaranteed: 0,
            remainder: 0,
            triggers: Vec::new(),
        }
    }

    fn on(measure: TriggerMeasure, side: Side, limit: u64, was: bool, stays: bool) -> bool {
        let totals = [(600u64, 500u128, 30u64), (400, 900, 0)].map(|(balance, rate, delinquent)| BandTotals {
            balance,
            weighted: [u128::from(balance) * rate, 0, 0, 0, 0, 0],
            delinquent,
            loans: 1,
        });
        let shares = [1 << 19, 1 << 20];
        let view = MonthView {
            pool: 1_000,
            performing: 900,
            principal: 45,
            interest: 15,
            defaults: 50,
            recoveries: 20,
            totals: &totals,
            shares: &shares,
        };
        Trigger { name: "t".into(), measure, side, limit, stays }.is_on(&view, &accounts(), was)
    }

    /// Each at its limit, where it is off, and a step beyond.
    #[test]
    fn triggers_are_on_beyond_their_limits_and_not_at_them() {
        use TriggerMeasure as M;
        for (measure, at) in [
            (M::Overcollateralisation(1), 105_000_000), // 945 / 900
            (M::InterestCoverage(0), 187_500_000),      // 15 / 8
            (M::InterestCoverage(1), 150_000_000),      // 15 / 10
            (M::PoolFactor, 90_000_000),
            // (300 * 5 + 400 * 9) / 700 = 7.2857.. is below the next millionth and not below the last.
            (M::Average(0, Decimal::new(1, 2)), 7_285_714),
        ] {
            assert!(!on(measure.clone(), Side::Below, at, false, false), "{measure:?}");
            assert!(on(measure.clone(), Side::Below, at + 1, false, false), "{measure:?}");
        }
        for (measure, at) in [
            (M::CumulativeDefaults, 5_000_000),
            (M::CumulativeLosses, 3_000_000),
            // 15 of 700.
            (M::Delinquent, 2_142_858),
        ] {
            assert!(!on(measure.clone(), Side::Above, at, false, false), "{measure:?}");
            assert!(on(measure.clone(), Side::Above, at - 1, false, false), "{measure:?}");
        }
        assert!(on(M::PoolFactor, Side::Below, 90_000_000, true, true), "it stays");
        assert!(!on(M::PoolFactor, Side::Below, 90_000_000, true, false), "it does not");
    }
}
