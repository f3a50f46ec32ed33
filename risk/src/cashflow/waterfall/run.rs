//! The months of a deal.

use std::collections::BTreeMap;

use tailproof_core::error::NotesProblem;
use tailproof_core::pool::cashflow::BandTotals;

use super::accounts::Accounts;
use super::books::{MonthBooks, NoteBooks};
use super::figures::NoteFigures;
use super::steps::Month;
use super::terms::{FeeAmount, Funds, NotesTerms, Pay};
use super::trigger::{MonthView, PARTS};
use crate::cashflow::flows::{MonthFlow, PoolFlows};

/// The months of a deal and what came of its notes.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// the books, month by month
    pub months: Vec<MonthBooks>,
    /// the notes, in the order of the terms
    pub notes: Vec<NoteFigures>,
    /// the month of the clean-up call
    pub called: Option<u32>,
    /// what is owed to the liquidity line at the end
    pub liquidity_owed: i128,
}

/// Pays notes from a pool, month by month. `totals` are those of the codes, for triggers; `indices`
/// the public vectors.
///
/// # Errors
/// A month in which sources are not uses.
pub fn run(
    terms: &NotesTerms,
    flows: &PoolFlows,
    totals: &[BandTotals],
    indices: &BTreeMap<String, Vec<i64>>,
) -> Result<Run, NotesProblem> {
    let mut accounts = Accounts::new(terms);
    let (mut months, mut called) = (Vec::new(), None);
    let (mut start, mut defaults, mut recoveries) = (i128::from(flows.balance), 0, 0);
    for ((month, flow), shares) in (1u32..).zip(&flows.months).zip(&flows.performing) {
        if month > terms.legal_final || called.is_some() {
            break;
        }
        defaults += i128::from(flow.defaults);
        recoveries += i128::from(flow.recoveries);
        let end = i128::from(flow.balance);
        let is_called =
            terms.clean_up_call.is_some_and(|share| end * PARTS <= i128::from(share) * i128::from(flows.balance));
        let call = if is_called { end * i128::from(terms.call_price) / PARTS } else { 0 };
        called = is_called.then_some(month);
        let performing = if is_called { 0 } else { end };
        let mut books = open(terms, &accounts, month, *flow, call);
        let swapped = bill(terms, &mut accounts, &mut books, start, indices);
        let mut of_interest = i128::from(flow.interest) + swapped;
        let mut of_principal = i128::from(flow.principal) + call;
        match terms.recoveries {
            Funds::Interest => of_interest += i128::from(flow.recoveries),
            Funds::Principal => of_principal += i128::from(flow.recoveries),
        }
        let fees: i128 = accounts.fees.iter().map(|fee| fee.due).sum();
        let view = MonthView {
            pool: flows.balance.into(),
            performing,
            principal: of_principal,
            interest: i128::from(flow.interest) + swapped - fees,
            defaults,
            recoveries,
            totals,
            shares,
        };
        accounts.triggers = terms
            .triggers
            .iter()
            .zip(&accounts.triggers)
            .map(|(trigger, was)| trigger.is_on(&view, &accounts, *was))
            .collect();
        of_interest += std::mem::take(&mut accounts.reserve) + std::mem::take(&mut accounts.remainder);
        let is_last = month == terms.legal_final || is_called || month as usize == flows.months.len();
        let mut open = Month {
            terms,
            accounts: &mut accounts,
            books: &mut books,
            performing,
            is_last,
            principal_funds: of_principal,
        };
        let left = open.interest(of_interest) + open.principal();
        close(terms, &mut accounts, &mut books, is_last);
        let (sources, uses) = (books.sources(), books.uses() + left);
        if sources != uses || left != 0 {
            return Err(NotesProblem::Unbalanced { month, sources, uses: uses - left });
        }
        months.push(books);
        start = end;
    }
    let of_note = |at: usize| {
        let paid: Vec<(i128, i128)> =
            months.iter().map(|month| (month.notes[at].interest, month.notes[at].principal)).collect();
        NoteFigures::new(&terms.notes[at], &paid, accounts.notes[at].interest.due)
    };
    let notes = (0..terms.notes.len()).map(of_note).collect();
    Ok(Run { notes, months, called, liquidity_owed: accounts.drawn })
}

/// Opens the books of a month.
fn open(terms: &NotesTerms, accounts: &Accounts, month: u32, pool: MonthFlow, call: i128) -> MonthBooks {
    MonthBooks {
        month,
        pool,
        call,
        notes: vec![NoteBooks::default(); terms.notes.len()],
        fees: vec![0; terms.fees.len()],
        residuals: vec![0; terms.parties().len()],
        reserve: [accounts.reserve, 0],
        remainder: [accounts.remainder, 0],
        ..MonthBooks::default()
    }
}

/// Makes due what a month adds, and returns what the swap pays to the deal. `start` is what performs
/// at the start of the month.
fn bill(
    terms: &NotesTerms,
    accounts: &mut Accounts,
    books: &mut MonthBooks,
    start: i128,
    indices: &BTreeMap<String, Vec<i64>>,
) -> i128 {
    let month = books.month;
    for (account, note) in accounts.notes.iter_mut().zip(&terms.notes) {
        let coupon = note.coupon.of_month(indices, month).max(0);
        account.interest.accrue(account.balance, coupon.into());
    }
    for (owed, due) in accounts.notes.iter().zip(&mut books.notes) {
        due.due = owed.interest.due;
    }
    for (owed, fee) in accounts.fees.iter_mut().zip(&terms.fees) {
        match fee.amount {
            FeeAmount::Rate(rate) => {
                owed.accrue(start, rate.into());
            }
            FeeAmount::Amount(amount) => owed.due += i128::from(amount),
            FeeAmount::Servicing => owed.due += i128::from(books.pool.fees),
        }
    }
    if let Some(line) = terms.liquidity {
        accounts.line.accrue(accounts.drawn, line.rate.into());
    }
    let Some(swap) = &terms.swap else { return 0 };
    let notional = swap.note.map_or(start, |note| accounts.notes[note].balance);
    let net = swap.receive.of_month(indices, month) - swap.pay.of_month(indices, month);
    let units = accounts.swap.billed_of(notional, net.into());
    accounts.swap.due += (-units).max(0);
    books.swap_received = units.max(0);
    books.swap_received
}

/// Closes the books of a month: in the last one the residual has what rounding left over.
fn close(terms: &NotesTerms, accounts: &mut Accounts, books: &mut MonthBooks, is_last: bool) {
    if is_last {
        let party =
            terms.steps().filter_map(|step| if let Pay::Residual(party) = &step.pay { Some(party) } else { None });
        let at = party.last().and_then(|party| terms.parties().iter().position(|known| known == party));
        if let Some(residual) = at.and_then(|at| books.residuals.get_mut(at)) {
            *residual += std::mem::take(&mut accounts.remainder);
        }
    }
    for (books, account) in books.notes.iter_mut().zip(&accounts.notes) {
        books.balance = account.balance;
    }
    books.reserve[1] = accounts.reserve;
    books.remainder[1] = accounts.remainder;
    books.liquidity_owed = accounts.drawn;
    books.triggers.clone_from(&accounts.triggers);
}
