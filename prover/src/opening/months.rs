//! The loans of a pool at two dates, opened together.

use std::collections::HashMap;

use tailproof_core::pool::LoanPool;
use tailproof_core::pool::month::{MonthTerms, Reason, Roll, RollProblem};

use super::Opened;

/// A pool as it was and as it is, and what became of each loan.
#[derive(Debug)]
pub struct Months {
    before: Opened<LoanPool>,
    after: Opened<LoanPool>,
    roll: Roll,
}

impl Months {
    /// Matches the loans of two opened pools by the digests of their ids. `reasons` are by digest: see
    /// [`Roll::new`].
    ///
    /// # Errors
    /// The first loan that the terms do not let happen.
    pub fn new(
        before: Opened<LoanPool>,
        after: Opened<LoanPool>,
        reasons: &HashMap<u64, Reason>,
        terms: &MonthTerms,
    ) -> Result<Self, RollProblem> {
        let roll = Roll::new(before.secret(), after.secret(), reasons, terms)?;
        Ok(Self { before, after, roll })
    }

    /// Returns the pool as it was.
    pub fn before(&self) -> &Opened<LoanPool> {
        &self.before
    }

    /// Returns the pool as it is.
    pub fn after(&self) -> &Opened<LoanPool> {
        &self.after
    }

    /// Returns what became of each loan.
    pub fn roll(&self) -> &Roll {
        &self.roll
    }
}
