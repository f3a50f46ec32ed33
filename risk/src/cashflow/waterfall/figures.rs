//! What came of a note.

use super::terms::Note;
use crate::cashflow::value::{annual_yield, average_life};

/// Figures of a note over a run.
#[derive(Debug, Clone, PartialEq)]
pub struct NoteFigures {
    /// its name
    pub name: String,
    /// its balance at the cut-off, in units
    pub balance: u64,
    /// principal that is not paid at the end, in units
    pub principal_unpaid: i128,
    /// interest that is due and not paid at the end, in units
    pub interest_unpaid: i128,
    /// mean time of its principal, in years; `None` if none is paid
    pub average_life: Option<f64>,
    /// annual effective yield at a price of par; `None` if there is none
    pub yield_at_par: Option<f64>,
    /// first and last month with principal; `None` if none is paid
    pub window: Option<(u32, u32)>,
}

impl NoteFigures {
    /// Returns the figures of interest and principal paid by month.
    pub(super) fn new(note: &Note, paid: &[(i128, i128)], interest_unpaid: i128) -> Self {
        let months = |(at, (_, principal)): (u32, &(i128, i128))| (*principal > 0).then_some(at);
        let mut with_principal = (1u32..).zip(paid).filter_map(months);
        let first = with_principal.next();
        let amounts: Vec<f64> = paid.iter().map(|(interest, principal)| (interest + principal) as f64).collect();
        Self {
            name: note.name.clone(),
            balance: note.balance,
            principal_unpaid: i128::from(note.balance) - paid.iter().map(|(_, principal)| principal).sum::<i128>(),
            interest_unpaid,
            average_life: average_life(paid.iter().map(|(_, principal)| *principal as f64)),
            yield_at_par: annual_yield(&amounts, note.balance as f64),
            window: first.map(|first| (first, with_principal.last().unwrap_or(first))),
        }
    }

    /// Returns the share of the balance that is not paid.
    pub fn loss(&self) -> f64 {
        self.principal_unpaid as f64 / self.balance as f64
    }
}
