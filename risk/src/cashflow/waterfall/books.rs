//! The books of a month, whose sources are its uses.

use crate::cashflow::flows::MonthFlow;

/// What a note is due and paid in a month, in units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoteBooks {
    /// interest due, with what was not paid before
    pub due: i128,
    /// interest paid
    pub interest: i128,
    /// principal paid
    pub principal: i128,
    /// balance at the end of the month
    pub balance: i128,
}

/// The books of a month, in units.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MonthBooks {
    /// the month, from 1 on
    pub month: u32,
    /// what the pool pays
    pub pool: MonthFlow,
    /// what a clean-up call pays
    pub call: i128,
    /// what the swap pays to the deal
    pub swap_received: i128,
    /// what the deal pays to the swap
    pub swap_paid: i128,
    /// what the liquidity line pays to the deal
    pub liquidity_drawn: i128,
    /// what it is paid back
    pub liquidity_repaid: i128,
    /// what it is paid as interest
    pub liquidity_interest: i128,
    /// what the guarantee pays to the deal
    pub guarantee_drawn: i128,
    /// the notes, in the order of the terms
    pub notes: Vec<NoteBooks>,
    /// fees paid, in the order of the terms
    pub fees: Vec<i128>,
    /// residuals, in the order of [`super::NotesTerms::parties`]
    pub residuals: Vec<i128>,
    /// the reserve at the start and at the end of the month
    pub reserve: [i128; 2],
    /// the remainder account at the start and at the end of the month
    pub remainder: [i128; 2],
    /// what is drawn of the liquidity line at the end of the month
    pub liquidity_owed: i128,
    /// which triggers are on
    pub triggers: Vec<bool>,
}

impl MonthBooks {
    /// Returns everything that came in, with the accounts at the start of the month.
    pub fn sources(&self) -> i128 {
        let pool = [self.pool.interest, self.pool.principal, self.pool.recoveries].map(i128::from);
        let external = [self.call, self.swap_received, self.liquidity_drawn, self.guarantee_drawn];
        pool.iter().chain(&external).sum::<i128>() + self.reserve[0] + self.remainder[0]
    }

    /// Returns everything that went out, with the accounts at the end of the month.
    pub fn uses(&self) -> i128 {
        let notes: i128 = self.notes.iter().map(|note| note.interest + note.principal).sum();
        let external = [self.swap_paid, self.liquidity_repaid, self.liquidity_interest];
        let others = self.fees.iter().chain(&self.residuals).chain(&external).sum::<i128>();
        notes + others + self.reserve[1] + self.remainder[1]
    }
}
