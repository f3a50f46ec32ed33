//! The sums over the loans of two pools that a roll matches.

use super::figures::MonthFigures;
use super::roll::{Reason, Roll};
use crate::pool::loan_pool::{LoanPool, PoolLoan};
use crate::pool::schema::{Category, Field};

impl MonthFigures {
    /// Returns the figures of two pools that a roll is of. `defaulted` is the code of the grade of
    /// loans in default, if there is one.
    ///
    /// # Panics
    /// If the roll is of other pools.
    pub fn new(before: &LoanPool, after: &LoanPool, roll: &Roll, defaulted: Option<u8>) -> Self {
        assert_eq!((before.loans().len(), after.loans().len()), (roll.gone().len(), roll.carried().len()));
        let mut figures = Self {
            opening: 0,
            closing: 0,
            collected: 0,
            charged_off: 0,
            repurchased: 0,
            capitalised: 0,
            advanced: 0,
            newly_delinquent: 0,
            added: 0,
            opening_by_grade: vec![0; Category::Grade.most()],
            defaults: vec![0; Category::Grade.most()],
            added_by_code: Category::ALL.map(|category| vec![0; category.most()]),
            added_extremes: None,
            added_delinquent: 0,
        };
        for (loan, gone) in before.loans().iter().zip(roll.gone()) {
            figures.opening += loan.balance;
            figures.opening_by_grade[grade(loan)] += loan.balance;
            if let Some(reason) = gone {
                figures.count(*reason, grade(loan), loan.balance);
            }
        }
        for (loan, carried) in after.loans().iter().zip(roll.carried()) {
            figures.closing += loan.balance;
            let Some(carried) = carried else {
                figures.count_addition(loan);
                continue;
            };
            let old = &before.loans()[carried.before];
            figures.count(carried.reason, grade(old), old.balance.abs_diff(loan.balance));
            if loan.delinquent && !old.delinquent {
                figures.newly_delinquent += loan.balance;
            }
            if defaulted.is_some_and(|code| loan.codes[Category::Grade as usize] == code) {
                figures.defaults[grade(old)] += loan.balance;
            }
        }
        figures
    }

    /// Counts an amount that is no longer owed, or owed in addition, for a reason.
    fn count(&mut self, reason: Reason, grade: usize, amount: u64) {
        match reason {
            Reason::Paid => self.collected += amount,
            Reason::ChargedOff | Reason::WrittenOff => {
                self.charged_off += amount;
                self.defaults[grade] += amount;
            }
            Reason::Repurchased => self.repurchased += amount,
            Reason::Capitalised => self.capitalised += amount,
            Reason::Advanced => self.advanced += amount,
        }
    }

    fn count_addition(&mut self, loan: &PoolLoan) {
        self.added += loan.balance;
        for (by_code, code) in self.added_by_code.iter_mut().zip(loan.codes) {
            by_code[usize::from(code)] += loan.balance;
        }
        let extremes = self.added_extremes.get_or_insert([(u32::MAX, 0); Field::ALL.len()]);
        for ((least, most), value) in extremes.iter_mut().zip(loan.fields) {
            (*least, *most) = ((*least).min(value), (*most).max(value));
        }
        self.added_delinquent += u64::from(loan.delinquent);
    }
}

fn grade(loan: &PoolLoan) -> usize {
    usize::from(loan.codes[Category::Grade as usize])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::month::claims::{Flow, MonthClaim};
    use crate::pool::month::testing::{DEFAULTED_CODE, random_month, terms};
    use crate::pool::schema::WHOLE;

    /// Whatever was owed before and is not owed now has a name, over a thousand random months.
    #[test]
    fn balances_are_conserved() {
        for seed in 0..1_000 {
            let (before, after, roll) = random_month(seed);
            let figures = MonthFigures::new(&before, &after, &roll, Some(DEFAULTED_CODE));
            let rose = figures.capitalised + figures.advanced + figures.added;
            let fell = figures.collected + figures.charged_off + figures.repurchased;
            assert_eq!(figures.opening + rose - fell, figures.closing, "seed {seed}");
            assert_eq!(figures.opening_by_grade.iter().sum::<u64>(), figures.opening);
            for by_code in &figures.added_by_code {
                assert_eq!(by_code.iter().sum::<u64>(), figures.added);
            }
            assert!(figures.defaults.iter().sum::<u64>() >= figures.charged_off);
        }
    }

    /// Claims at the figure hold, and a unit less does not.
    #[test]
    fn claims_hold_at_their_figures_and_not_a_unit_beyond() {
        let mut refused = 0;
        for seed in 0..200 {
            let (before, after, roll) = random_month(seed);
            let figures = MonthFigures::new(&before, &after, &roll, Some(DEFAULTED_CODE));
            let up = |part: u64, of: u64| {
                u64::try_from((u128::from(part) * u128::from(WHOLE)).div_ceil(u128::from(of.max(1)))).unwrap()
            };
            let mut tight = vec![(
                MonthClaim::CollectedAtLeast(figures.collected),
                MonthClaim::CollectedAtLeast(figures.collected + 1),
            )];
            for flow in Flow::ALL {
                let (part, of) = flow.of(&figures);
                let limit = up(part, of);
                tight.push((MonthClaim::AtMost(flow, limit), MonthClaim::AtMost(flow, limit.wrapping_sub(1))));
            }
            for (code, (part, of)) in (0u8..).zip(figures.defaults.iter().zip(&figures.opening_by_grade)) {
                let limit = up(*part, *of);
                tight.push((
                    MonthClaim::DefaultsAtMost(code, limit),
                    MonthClaim::DefaultsAtMost(code, limit.wrapping_sub(1)),
                ));
            }
            for (claim, tighter) in tight {
                assert!(claim.holds(&figures, terms().scheduled()), "seed {seed}: {claim:?}");
                if !matches!(tighter, MonthClaim::AtMost(_, u64::MAX) | MonthClaim::DefaultsAtMost(_, u64::MAX)) {
                    assert!(!tighter.holds(&figures, terms().scheduled()), "seed {seed}: {tighter:?}");
                    refused += 1;
                }
            }
        }
        assert!(refused > 1_000, "{refused}");
    }

    /// By hand: of 100 units, 2 are due, and 12 were collected. 10 of 98 were prepaid.
    #[test]
    fn prepayments_are_collections_beyond_the_schedule() {
        use crate::pool::month::roll::Roll;
        use crate::pool::month::testing::{loan, pool};
        let [before, after] = [100, 88].map(|balance| pool(&[(1, loan(balance, 0))]));
        let mut scheduled = vec![0; Category::Grade.most()];
        scheduled[0] = 20_000_000;
        let terms = terms().with_claims(scheduled, Vec::new());
        let roll = Roll::new(&before, &after, &std::collections::HashMap::new(), &terms).unwrap();
        let figures = MonthFigures::new(&before, &after, &roll, None);
        assert_eq!((figures.collected, figures.opening, figures.closing), (12, 100, 88));
        // 10/98 is 0.102040816326..
        assert!(MonthClaim::PrepaidAtMost(102_040_817).holds(&figures, terms.scheduled()));
        assert!(!MonthClaim::PrepaidAtMost(102_040_816).holds(&figures, terms.scheduled()));
    }
}
