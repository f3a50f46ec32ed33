//! What is owed and held between months, in whole units.

use super::terms::NotesTerms;

/// A twelfth of a year of a part.
const YEAR: i128 = 12 * 100_000_000;

/// What is due to somebody: amounts that were not paid stay due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Owed {
    exact: i128,
    billed: i128,
    /// what is due and not paid
    pub due: i128,
}

impl Owed {
    /// Adds a month of a rate a year, in parts, on an amount, and returns the units that this adds to
    /// what is due. The sum since the cut-off is rounded down, so that the fraction is carried
    /// forward.
    pub fn accrue(&mut self, amount: i128, rate: i128) -> i128 {
        let new = self.billed_of(amount, rate);
        self.due += new;
        new
    }

    /// Returns the units of a month of a rate that may be negative, without making them due.
    pub fn billed_of(&mut self, amount: i128, rate: i128) -> i128 {
        self.exact += amount * rate;
        let all = self.exact.div_euclid(YEAR);
        let new = all - self.billed;
        self.billed = all;
        new
    }
}

/// A note between months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoteAccount {
    /// what is owed of principal
    pub balance: i128,
    /// interest
    pub interest: Owed,
}

/// All accounts between months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accounts {
    /// the notes, in the order of the terms
    pub notes: Vec<NoteAccount>,
    /// the fees, in the order of the terms
    pub fees: Vec<Owed>,
    /// what is due to the swap's other side
    pub swap: Owed,
    /// what is in the reserve
    pub reserve: i128,
    /// what is drawn of the liquidity line
    pub drawn: i128,
    /// interest on that
    pub line: Owed,
    /// what the guarantee has paid in all
    pub guaranteed: i128,
    /// what rounding left over
    pub remainder: i128,
    /// which triggers are on
    pub triggers: Vec<bool>,
}

impl Accounts {
    /// Returns the accounts at the cut-off.
    pub fn new(terms: &NotesTerms) -> Self {
        let note = |balance: u64| NoteAccount { balance: balance.into(), interest: Owed::default() };
        Self {
            notes: terms.notes.iter().map(|terms| note(terms.balance)).collect(),
            fees: vec![Owed::default(); terms.fees.len()],
            swap: Owed::default(),
            reserve: terms.reserve.map_or(0, |reserve| reserve.initial.into()),
            drawn: 0,
            line: Owed::default(),
            guaranteed: 0,
            remainder: 0,
            triggers: vec![false; terms.triggers.len()],
        }
    }

    /// Returns the balance of all notes.
    pub fn notes_balance(&self) -> i128 {
        self.notes.iter().map(|note| note.balance).sum()
    }

    /// Returns the balance of the notes up to one, in the order of the terms.
    pub fn balance_up_to(&self, note: usize) -> i128 {
        self.notes.iter().take(note + 1).map(|note| note.balance).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_of_a_unit_are_carried_forward() {
        let mut owed = Owed::default();
        // 1,000 at 1 % a year is 0.8333.. a month.
        let months: Vec<i128> = (0..12).map(|_| owed.accrue(1_000, 1_000_000)).collect();
        assert_eq!(months, [0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1]);
        assert_eq!(owed.due, 10);
        let mut net = Owed::default();
        let months: Vec<i128> = (0..3).map(|_| net.billed_of(1_000, -500_000)).collect();
        assert_eq!((months, net.due), (vec![-1, 0, -1], 0));
    }
}
