//! Figures over several months that follow from the limits of each.

use super::claims::Flow;
use super::terms::MonthTerms;
use crate::fixed_point::Unit;
use crate::pool::claims::decimal;
use crate::pool::schema::WHOLE;

/// The amounts that are bounded over several months.
pub const BOUNDED: [Flow; 4] = [Flow::ChargedOff, Flow::Repurchased, Flow::Capitalised, Flow::Advanced];

/// Bounds over consecutive months. Shares are in billionths of the balance before the first month, and
/// rounded up.
///
/// A limit of a month is a share of its opening balance, of which only a bound is known: with limits
/// `u` on what is capitalised, `v` on advances (of the opening balance) and `a` on additions (of the
/// closing one), the closing balance is at most `(1 + u + v) / (1 - a)` of the opening one, since
/// all else makes it fall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    months: usize,
    collected: u128,
    without_collected: usize,
    balance: Option<u128>,
    sums: [Option<u128>; BOUNDED.len()],
}

impl Default for Bounds {
    fn default() -> Self {
        let zero = Some(0);
        let (balance, sums) = (Some(WHOLE.into()), [zero; BOUNDED.len()]);
        Self { months: 0, collected: 0, without_collected: 0, balance, sums }
    }
}

impl Bounds {
    /// Adds the next month.
    pub fn add(&mut self, month: &MonthTerms) {
        let limit = |flow| month.limit(flow).map(u128::from);
        let opening = self.balance;
        for (sum, flow) in self.sums.iter_mut().zip(BOUNDED) {
            let part = opening.zip(limit(flow)).and_then(|(balance, limit)| share(balance, limit, WHOLE.into()));
            *sum = sum.zip(part).and_then(|(sum, part)| sum.checked_add(part));
        }
        self.balance = opening.and_then(|balance| {
            let whole = u128::from(WHOLE);
            let grown = whole.checked_add(limit(Flow::Capitalised)?)?.checked_add(limit(Flow::Advanced)?)?;
            let left = whole.checked_sub(limit(Flow::Added)?).filter(|left| *left > 0)?;
            share(balance, grown, left)
        });
        match month.collected_min() {
            Some(units) => self.collected = self.collected.saturating_add(units.into()),
            None => self.without_collected += 1,
        }
        self.months += 1;
    }

    /// Number of months.
    pub fn months(&self) -> usize {
        self.months
    }

    /// Units that were collected at least, over all months. A month without a claim counts as 0.
    pub fn collected(&self) -> u128 {
        self.collected
    }

    /// Number of months without a claim about what was collected.
    pub fn without_collected(&self) -> usize {
        self.without_collected
    }

    /// Returns the most that the balance after the last month can be; `None` if nothing bounds it.
    pub fn balance(&self) -> Option<u128> {
        self.balance
    }

    /// Returns the most that an amount can be in all months together; `None` if nothing bounds it, as
    /// for amounts that are not [`BOUNDED`].
    pub fn sum(&self, flow: Flow) -> Option<u128> {
        BOUNDED.iter().position(|of| *of == flow).and_then(|index| self.sums[index])
    }

    /// Returns the bounds in words, about the time since a date. `unit` and `currency` are those of
    /// the tapes.
    pub fn sentences(&self, since: &str, unit: Unit, currency: &str) -> Vec<String> {
        let mut sentences = Vec::new();
        if self.collected > 0 {
            let amount = decimal(self.collected.saturating_mul(unit.millionths().into()), 6);
            let left_out = match self.without_collected {
                0 => String::new(),
                some => format!("; {some} of {} roll-forwards have no such limit, and count as 0", self.months),
            };
            sentences.push(format!(
                "since {since}, balances fell by at least {amount} {currency} that the committer names paid{left_out}"
            ));
        }
        for flow in BOUNDED {
            let Some(sum) = self.sum(flow) else { continue };
            let net = match flow {
                Flow::ChargedOff => {
                    "; cumulative net loss, which is this less recoveries, is at most as much: recoveries are not proved"
                }
                _ => "",
            };
            let (what, share) = (flow.words().0, decimal(sum, 7));
            sentences.push(format!(
                "since {since}, {what}: at most {share} % of the balance of {since}, as the committer names it{net}"
            ));
        }
        if let Some(balance) = self.balance {
            sentences.push(format!("the last balance is at most {} % of that of {since}", decimal(balance, 7)));
        }
        sentences
    }

    /// Returns the amounts that nothing bounds, in words.
    pub fn unbounded(&self) -> Vec<&'static str> {
        let mut names: Vec<&str> =
            BOUNDED.into_iter().filter(|flow| self.sum(*flow).is_none()).map(|flow| flow.words().0).collect();
        names.extend(self.balance.is_none().then_some("the last balance"));
        names
    }
}

/// Returns `balance` times `part / of`, rounded up.
fn share(balance: u128, part: u128, of: u128) -> Option<u128> {
    Some(balance.checked_mul(part)?.div_ceil(of))
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::{RngCore, SeedableRng};

    use super::*;
    use crate::pool::month::claims::MonthClaim;
    use crate::pool::month::testing::terms_with;

    fn at_most(limits: &[(Flow, u64)]) -> Vec<MonthClaim> {
        limits.iter().map(|(flow, limit)| MonthClaim::AtMost(*flow, *limit)).collect()
    }

    /// By hand: the balance may grow to (1 + 0.01 + 0.04) / (1 - 0.5) = 2.1 of the first, so that 2 %
    /// of it are 4.2 % of the first.
    #[test]
    fn limits_of_later_months_are_of_what_the_balance_may_have_become() {
        let (cent, limits) = (
            WHOLE / 100,
            [
                (Flow::Capitalised, 1),
                (Flow::Advanced, 4),
                (Flow::Added, 50),
                (Flow::ChargedOff, 2),
                (Flow::Repurchased, 0),
            ],
        );
        let mut claims = at_most(&limits.map(|(flow, limit)| (flow, limit * cent)));
        claims.push(MonthClaim::CollectedAtLeast(70));
        let mut bounds = Bounds::default();
        bounds.add(&terms_with(claims.clone()));
        assert_eq!((bounds.balance(), bounds.sum(Flow::ChargedOff)), (Some(2_100_000_000), Some(20_000_000)));
        bounds.add(&terms_with(claims));
        assert_eq!((bounds.balance(), bounds.sum(Flow::ChargedOff)), (Some(4_410_000_000), Some(62_000_000)));
        assert_eq!((bounds.sum(Flow::Repurchased), bounds.sum(Flow::Added)), (Some(0), None));
        assert_eq!((bounds.collected(), bounds.without_collected(), bounds.months()), (140, 0, 2));
    }

    #[test]
    fn a_month_without_a_limit_ends_a_bound() {
        let all = [(Flow::Capitalised, 0), (Flow::Advanced, 0), (Flow::Added, 0), (Flow::ChargedOff, 7)];
        for left_out in 0..all.len() {
            let mut limits = all.to_vec();
            limits.remove(left_out);
            let mut bounds = Bounds::default();
            bounds.add(&terms_with(at_most(&limits)));
            // The first month's own limit is of the first balance, whatever becomes of it.
            let own = (all[left_out].0 != Flow::ChargedOff).then_some(7);
            assert_eq!(bounds.sum(Flow::ChargedOff), own, "{left_out}");
            assert_eq!(bounds.balance().is_none(), left_out < 3, "{left_out}");
            bounds.add(&terms_with(at_most(&all)));
            assert_eq!(bounds.sum(Flow::ChargedOff), None, "{left_out}");
        }
        let mut bounds = Bounds::default();
        bounds.add(&terms_with(at_most(&[(Flow::Capitalised, 0), (Flow::Advanced, 0), (Flow::Added, WHOLE)])));
        assert_eq!((bounds.balance(), bounds.without_collected()), (None, 1), "all may be new");
    }

    /// Rounded up: a third of a billionth is one.
    #[test]
    fn bounds_are_rounded_up() {
        let limits = [(Flow::Capitalised, 0), (Flow::Advanced, 0), (Flow::Added, WHOLE / 4), (Flow::ChargedOff, 1)];
        let mut bounds = Bounds::default();
        bounds.add(&terms_with(at_most(&limits)));
        assert_eq!(bounds.balance(), Some(1_333_333_334));
        bounds.add(&terms_with(at_most(&limits)));
        assert_eq!(bounds.sum(Flow::ChargedOff), Some(1 + 2));
    }

    /// Ten thousand chains of amounts that each month's limits allow.
    #[test]
    fn no_chain_within_its_limits_is_beyond_its_bounds() {
        let mut rng = ChaCha20Rng::seed_from_u64(20);
        for _ in 0..10_000 {
            let first = 1 + rng.next_u64() % 1_000_000;
            let (mut balance, mut charged, mut bounds) = (first, 0, Bounds::default());
            for _ in 0..1 + rng.next_u64() % 5 {
                let mut limit = |most: u64| rng.next_u64() % (most * WHOLE / 100);
                let [off, up, more, new] = [limit(40), limit(3), limit(30), limit(60)];
                bounds.add(&terms_with(at_most(&[
                    (Flow::ChargedOff, off),
                    (Flow::Capitalised, up),
                    (Flow::Advanced, more),
                    (Flow::Added, new),
                ])));
                let part =
                    |limit: u64| u64::try_from(u128::from(balance) * u128::from(limit) / u128::from(WHOLE)).unwrap();
                let gone = part(off);
                charged += gone;
                let left = balance - gone + part(up) + part(more);
                // The most that `new` of the closing balance is, which has the additions in it.
                let added = u128::from(left) * u128::from(new) / u128::from(WHOLE - new);
                balance = left + u64::try_from(added).unwrap();
            }
            let within = |part: u64, bound: u128| u128::from(part) * u128::from(WHOLE) <= bound * u128::from(first);
            assert!(within(charged, bounds.sum(Flow::ChargedOff).unwrap()), "{charged} of {first}: {bounds:?}");
            assert!(within(balance, bounds.balance().unwrap()), "{balance} of {first}: {bounds:?}");
        }
    }
}
