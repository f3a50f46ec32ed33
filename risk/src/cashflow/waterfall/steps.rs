//! A step of a waterfall: whom it pays, and how much.

use super::accounts::Accounts;
use super::books::MonthBooks;
use super::share::divide;
use super::terms::{NotesTerms, Pay, Split, Step, Support, UpTo};
use super::trigger::PARTS;

/// A month in the middle of its waterfalls.
pub(super) struct Month<'m> {
    /// the terms
    pub terms: &'m NotesTerms,
    /// what is owed and held
    pub accounts: &'m mut Accounts,
    /// what is written down
    pub books: &'m mut MonthBooks,
    /// what performs at the end of the month
    pub performing: i128,
    /// whether nothing comes after this month: principal of notes is then due
    pub is_last: bool,
    /// the principal funds that are left
    pub principal_funds: i128,
}

impl Month<'_> {
    /// Takes the steps of the interest waterfall, and returns what is left of the funds.
    pub fn interest(&mut self, mut funds: i128) -> i128 {
        let terms = self.terms;
        for step in &terms.interest {
            self.take(step, &mut funds, true);
        }
        funds
    }

    /// Takes the steps of the principal waterfall, and returns what is left of the funds.
    pub fn principal(&mut self) -> i128 {
        let terms = self.terms;
        let mut funds = std::mem::take(&mut self.principal_funds);
        for step in &terms.principal {
            self.take(step, &mut funds, false);
        }
        funds
    }

    fn take(&mut self, step: &Step, funds: &mut i128, of_interest: bool) {
        let is_on = |(trigger, on): (usize, bool)| self.accounts.triggers.get(trigger) == Some(&on);
        if !step.when.is_none_or(is_on) {
            return;
        }
        match &step.pay {
            Pay::Fees(to) => {
                let dues: Vec<i128> = to.iter().map(|fee| self.accounts.fees[*fee].due).collect();
                let paid = self.pay(&dues, Split::Sequential, funds, &step.support);
                for (fee, paid) in to.iter().zip(paid) {
                    self.accounts.fees[*fee].due -= paid;
                    self.books.fees[*fee] += paid;
                }
            }
            Pay::Interest(to, split) => {
                let dues: Vec<i128> = to.iter().map(|note| self.accounts.notes[*note].interest.due).collect();
                let paid = self.pay(&dues, *split, funds, &step.support);
                for (note, paid) in to.iter().zip(paid) {
                    self.accounts.notes[*note].interest.due -= paid;
                    self.books.notes[*note].interest += paid;
                }
            }
            Pay::Principal(to, split, up_to) => self.pay_principal(to, *split, *up_to, funds, step, of_interest),
            Pay::Swap => {
                let paid = self.accounts.swap.due.min(*funds);
                *funds -= paid;
                self.accounts.swap.due -= paid;
                self.books.swap_paid += paid;
            }
            Pay::Reserve => {
                let filled = (self.reserve_target() - self.accounts.reserve).clamp(0, *funds);
                *funds -= filled;
                self.accounts.reserve += filled;
            }
            Pay::Liquidity => {
                let interest = self.accounts.line.due.min(*funds);
                self.accounts.line.due -= interest;
                let repaid = self.accounts.drawn.min(*funds - interest);
                self.accounts.drawn -= repaid;
                *funds -= interest + repaid;
                self.books.liquidity_interest += interest;
                self.books.liquidity_repaid += repaid;
            }
            Pay::Transfer => self.principal_funds += std::mem::take(funds),
            Pay::Residual(party) => {
                let at = self.terms.parties().iter().position(|known| known == party).unwrap_or(0);
                self.books.residuals[at] += std::mem::take(funds);
            }
        }
    }

    /// Returns the target of the reserve: nothing where no note is owed, or no month comes.
    fn reserve_target(&self) -> i128 {
        let owed = self.accounts.notes_balance();
        match self.terms.reserve {
            Some(reserve) if owed > 0 && !self.is_last => {
                (owed * i128::from(reserve.target) / PARTS).max(reserve.floor.into())
            }
            _ => 0,
        }
    }

    fn pay_principal(
        &mut self,
        to: &[usize],
        split: Split,
        up_to: UpTo,
        funds: &mut i128,
        step: &Step,
        of_interest: bool,
    ) {
        let most = self.most_principal(up_to, of_interest);
        let dues: Vec<i128> = to.iter().map(|note| self.accounts.notes[*note].balance).collect();
        let mut offered = most.map_or(*funds, |most| most.min(*funds));
        *funds -= offered;
        // Principal is due in the last month only, and then all of it.
        let support: &[Support] = if self.is_last { &step.support } else { &[] };
        let paid = self.pay(&dues, split, &mut offered, support);
        *funds += offered;
        for (note, paid) in to.iter().zip(paid) {
            self.accounts.notes[*note].balance -= paid;
            self.books.notes[*note].principal += paid;
        }
    }

    /// Returns the most that a step of principal pays from its funds; `None` for what is owed.
    fn most_principal(&self, up_to: UpTo, of_interest: bool) -> Option<i128> {
        // Principal funds that are not yet paid out reduce the notes, too.
        let pending = if of_interest { self.principal_funds } else { 0 };
        match up_to {
            UpTo::Repaid => None,
            UpTo::Deficiency(target) => {
                let covered = self.performing * (PARTS - i128::from(target)) / PARTS;
                Some((self.accounts.notes_balance() - pending - covered).max(0))
            }
            UpTo::Cure(trigger) => {
                let trigger = &self.terms.triggers[trigger];
                let super::terms::TriggerMeasure::Overcollateralisation(note) = trigger.measure else { return Some(0) };
                let covered = (self.performing + pending) * PARTS / i128::from(trigger.limit).max(1);
                Some((self.accounts.balance_up_to(note) - covered).max(0))
            }
        }
    }

    /// Pays what is due from funds, and from external flows what these do not pay. Returns what each
    /// is paid.
    fn pay(&mut self, dues: &[i128], split: Split, funds: &mut i128, support: &[Support]) -> Vec<i128> {
        let (mut paid, left) = divide(*funds, dues, split);
        *funds -= paid.iter().sum::<i128>() + left;
        self.accounts.remainder += left;
        for by in support {
            let unpaid: Vec<i128> = dues.iter().zip(&paid).map(|(due, paid)| due - paid).collect();
            let (drawn, _) = divide(self.available(*by), &unpaid, split);
            self.draw(*by, drawn.iter().sum());
            paid.iter_mut().zip(drawn).for_each(|(paid, drawn)| *paid += drawn);
        }
        paid
    }

    fn available(&self, by: Support) -> i128 {
        match by {
            Support::Liquidity => {
                self.terms.liquidity.map_or(0, |line| (i128::from(line.limit) - self.accounts.drawn).max(0))
            }
            Support::Guarantee => {
                self.terms.guarantee.map_or(0, |cap| (i128::from(cap) - self.accounts.guaranteed).max(0))
            }
        }
    }

    fn draw(&mut self, by: Support, amount: i128) {
        match by {
            Support::Liquidity => {
                self.accounts.drawn += amount;
                self.books.liquidity_drawn += amount;
            }
            Support::Guarantee => {
                self.accounts.guaranteed += amount;
                self.books.guarantee_drawn += amount;
            }
        }
    }
}
