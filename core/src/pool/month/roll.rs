//! The loans of two pools, matched by the digests of their ids.

use std::collections::HashMap;

use zeroize::Zeroize;

use super::terms::MonthTerms;
use crate::pool::ids::IdKind;
use crate::pool::loan_pool::{LoanPool, PoolLoan};
use crate::pool::schema::{Category, Field};

/// Why a loan is gone, or its balance is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Zeroize)]
pub enum Reason {
    /// it was paid, in whole or in part
    Paid,
    /// it is gone, and what was owed on it is given up
    ChargedOff,
    /// it is gone: its seller took it back
    Repurchased,
    /// part of what was owed on it is given up
    WrittenOff,
    /// interest was added to what is owed
    Capitalised,
    /// more was lent
    Advanced,
}

impl Reason {
    /// All of them.
    pub const ALL: [Reason; 6] = [
        Reason::Paid,
        Reason::ChargedOff,
        Reason::Repurchased,
        Reason::WrittenOff,
        Reason::Capitalised,
        Reason::Advanced,
    ];

    /// Returns the word in files.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Paid => "paid",
            Reason::ChargedOff => "charged-off",
            Reason::Repurchased => "repurchased",
            Reason::WrittenOff => "written-off",
            Reason::Capitalised => "capitalised",
            Reason::Advanced => "advanced",
        }
    }

    /// Returns the reason of a word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// The earlier loan of a carried one, and why its balance is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Zeroize)]
pub struct Carried {
    /// row of the earlier pool
    pub before: usize,
    /// `Paid` where the balance is the same
    pub reason: Reason,
}

/// The fate of each loan of a pool, and the origin of each loan of the next one.
#[derive(Clone, Default, PartialEq, Eq, Zeroize)]
pub struct Roll {
    carried: Vec<Option<Carried>>,
    gone: Vec<Option<Reason>>,
}

impl std::fmt::Debug for Roll {
    /// Shows no loan: both pools are private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Roll").finish_non_exhaustive()
    }
}

/// Two pools that no month lies between: what is wrong with one loan, which is named by the digest of
/// its id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RollProblem {
    /// Pools without digests of ids.
    #[error("a pool without committed ids cannot be matched with another: give its deal [tape.ids]")]
    NoIds,
    /// Pools of which one has spare numbers.
    #[error("one pool has spare numbers, and the other none")]
    SpareNumbers,
    /// A digest that two loans of one pool have.
    #[error("two loans of one tape have this id, so that it is in the tape twice")]
    Repeated(u64),
    /// A loan of the earlier pool that the later one lacks, without a reason.
    #[error(
        "the loan is not in the later tape, and nothing says why: name it as paid, charged-off or repurchased, with its id, in \
         the file of reasons"
    )]
    Vanished(u64),
    /// A reason that does not go with what happened to the loan.
    #[error("the reason '{}' does not go with a loan that {}", .reason.name(), .happened)]
    Reason {
        /// digest of the loan's id
        id: u64,
        /// the reason
        reason: Reason,
        /// what happened
        happened: &'static str,
    },
    /// A balance that rose without a reason.
    #[error(
        "the balance rose, and nothing says why: name it as capitalised or advanced, with its id, in the file of reasons"
    )]
    Rose(u64),
    /// A column that is not to change.
    #[error("its {column} was {before} and is {after}, and [month] does not say that it moves")]
    Moved {
        /// digest of the loan's id
        id: u64,
        /// the column, or the number by its place among spare ones
        column: &'static str,
        /// earlier value or code
        before: u32,
        /// later value or code
        after: u32,
    },
    /// A term that did not fall by the months between the dates.
    #[error("its term was {before} months and is {after}: in {months} months it is to fall by as many, to 0")]
    Term {
        /// digest of the loan's id
        id: u64,
        /// earlier term
        before: u32,
        /// later term
        after: u32,
        /// months by which it is to fall
        months: u32,
    },
}

impl RollProblem {
    /// Returns the digest of the loan's id, if the problem is about one.
    pub fn id(&self) -> Option<u64> {
        match self {
            RollProblem::NoIds | RollProblem::SpareNumbers => None,
            RollProblem::Repeated(id) | RollProblem::Vanished(id) | RollProblem::Rose(id) => Some(*id),
            RollProblem::Reason { id, .. } | RollProblem::Moved { id, .. } | RollProblem::Term { id, .. } => Some(*id),
        }
    }
}

impl Roll {
    /// Matches the loans of `before` and `after` by the digests of their ids. `reasons` are by digest:
    /// those of loans that are gone, of balances that rose, and of balances that fell for another
    /// reason than that something was paid.
    ///
    /// # Errors
    /// Errors on the first loan, in the order of the rows, that the terms do not let happen: see
    /// [`RollProblem`].
    pub fn new(
        before: &LoanPool,
        after: &LoanPool,
        reasons: &HashMap<u64, Reason>,
        terms: &MonthTerms,
    ) -> Result<Self, RollProblem> {
        if before.has_spare_numbers() != after.has_spare_numbers() {
            return Err(RollProblem::SpareNumbers);
        }
        let [earlier, later] = [rows_by_id(before)?, rows_by_id(after)?];
        let mut gone = Vec::with_capacity(before.loans().len());
        for id in before.ids(IdKind::Loan) {
            let reason = reasons.get(id).copied();
            gone.push(match (later.contains_key(id), reason) {
                (true, _) => None,
                (false, Some(reason @ (Reason::Paid | Reason::ChargedOff | Reason::Repurchased))) => Some(reason),
                (false, Some(reason)) => {
                    return Err(RollProblem::Reason { id: *id, reason, happened: "is gone" });
                }
                (false, None) => return Err(RollProblem::Vanished(*id)),
            });
        }
        let mut carried = Vec::with_capacity(after.loans().len());
        for (id, loan) in after.ids(IdKind::Loan).iter().zip(after.loans()) {
            let reason = reasons.get(id).copied();
            let Some(row) = earlier.get(id).copied() else {
                if let Some(reason) = reason {
                    return Err(RollProblem::Reason { id: *id, reason, happened: "is new" });
                }
                carried.push(None);
                continue;
            };
            let old = &before.loans()[row];
            unmoved(*id, old, loan, terms)?;
            let reason = reason_of_change(*id, old.balance, loan.balance, reason)?;
            carried.push(Some(Carried { before: row, reason }));
        }
        Ok(Self { carried, gone })
    }

    /// For each row of the later pool, where it comes from; `None` for an addition.
    pub fn carried(&self) -> &[Option<Carried>] {
        &self.carried
    }

    /// For each row of the earlier pool, why it is gone; `None` if it is carried.
    pub fn gone(&self) -> &[Option<Reason>] {
        &self.gone
    }
}

/// Returns the row of each digest.
fn rows_by_id(pool: &LoanPool) -> Result<HashMap<u64, usize>, RollProblem> {
    let ids = pool.ids(IdKind::Loan);
    if ids.len() != pool.loans().len() {
        return Err(RollProblem::NoIds);
    }
    let mut rows = HashMap::with_capacity(ids.len());
    for (row, id) in ids.iter().enumerate() {
        if rows.insert(*id, row).is_some() {
            return Err(RollProblem::Repeated(*id));
        }
    }
    Ok(rows)
}

/// Checks that the columns of a carried loan are those that it had, except those that may move.
fn unmoved(id: u64, before: &PoolLoan, after: &PoolLoan, terms: &MonthTerms) -> Result<(), RollProblem> {
    for category in [Category::Sector, Category::Region] {
        let [old, new] = [before, after].map(|loan| u32::from(loan.codes[category as usize]));
        if old != new {
            return Err(RollProblem::Moved { id, column: category.column().name(), before: old, after: new });
        }
    }
    for field in Field::ALL {
        let [old, new] = [before, after].map(|loan| loan.fields[field as usize]);
        if field == Field::Term {
            let months = terms.falls();
            if new != old.saturating_sub(months) {
                return Err(RollProblem::Term { id, before: old, after: new, months });
            }
        } else if old != new && !terms.moves(field) {
            let column = field.column().map_or_else(
                || if field == Field::FirstSpare { "first spare number" } else { "second spare number" },
                |column| column.name(),
            );
            return Err(RollProblem::Moved { id, column, before: old, after: new });
        }
    }
    Ok(())
}

/// Returns why a balance is another, where the reason goes with its change.
fn reason_of_change(id: u64, before: u64, after: u64, reason: Option<Reason>) -> Result<Reason, RollProblem> {
    let (happened, allowed): (_, &[Reason]) = match after.cmp(&before) {
        std::cmp::Ordering::Less => ("owes less", &[Reason::Paid, Reason::WrittenOff]),
        std::cmp::Ordering::Equal => ("owes the same", &[Reason::Paid]),
        std::cmp::Ordering::Greater => ("owes more", &[Reason::Capitalised, Reason::Advanced]),
    };
    match reason {
        Some(reason) if allowed.contains(&reason) => Ok(reason),
        Some(reason) => Err(RollProblem::Reason { id, reason, happened }),
        None if after > before => Err(RollProblem::Rose(id)),
        None => Ok(Reason::Paid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::month::testing::{loan, pool, terms};

    fn roll(before: &LoanPool, after: &LoanPool, reasons: &[(u64, Reason)]) -> Result<Roll, RollProblem> {
        Roll::new(before, after, &reasons.iter().copied().collect(), &terms())
    }

    /// Loans 1 to 3 in February: the first pays, the second is gone, the third gets a balance more.
    #[test]
    fn loans_are_matched_by_their_ids_in_any_order() {
        let before = pool(&[(1, loan(100, 12)), (2, loan(50, 1)), (3, loan(70, 0))]);
        let after = pool(&[(9, loan(40, 60)), (3, loan(75, 0)), (1, loan(90, 11))]);
        let reasons = [(2, Reason::ChargedOff), (3, Reason::Capitalised)];
        let found = roll(&before, &after, &reasons).unwrap();
        assert_eq!(found.gone(), [None, Some(Reason::ChargedOff), None]);
        let carried = |before, reason| Some(Carried { before, reason });
        assert_eq!(found.carried(), [None, carried(2, Reason::Capitalised), carried(0, Reason::Paid)]);
        // Nothing vanishes, and nothing rises, without a reason.
        assert_eq!(roll(&before, &after, &reasons[1..]), Err(RollProblem::Vanished(2)));
        assert_eq!(roll(&before, &after, &reasons[..1]), Err(RollProblem::Rose(3)));
    }

    #[test]
    fn reasons_go_with_what_happened() {
        let before = pool(&[(1, loan(100, 12)), (2, loan(50, 12))]);
        let after = |balance| pool(&[(1, loan(balance, 11)), (3, loan(5, 11))]);
        let paid = (2, Reason::Paid);
        for (balance, reason, holds) in [
            (90, Reason::Paid, true),
            (90, Reason::WrittenOff, true),
            (90, Reason::ChargedOff, false),
            (90, Reason::Capitalised, false),
            (100, Reason::Paid, true),
            (100, Reason::WrittenOff, false),
            (101, Reason::Capitalised, true),
            (101, Reason::Advanced, true),
            (101, Reason::Paid, false),
        ] {
            let found = roll(&before, &after(balance), &[paid, (1, reason)]);
            assert_eq!(found.is_ok(), holds, "{balance} {reason:?}");
            assert!(holds || found.unwrap_err().to_string().contains(reason.name()));
        }
        for wrong in [(2, Reason::Advanced), (3, Reason::Paid)] {
            assert!(matches!(roll(&before, &after(90), &[paid, wrong]), Err(RollProblem::Reason { .. })), "{wrong:?}");
        }
    }

    /// A loan is what it was, but for what moves.
    #[test]
    fn columns_that_do_not_move_are_refused_where_they_do() {
        let before = pool(&[(1, loan(100, 12))]);
        let refused = |change: &dyn Fn(&mut PoolLoan)| {
            let mut moved = loan(100, 11);
            change(&mut moved);
            roll(&before, &pool(&[(1, moved)]), &[]).err()
        };
        for harmless in [
            &(|loan: &mut PoolLoan| loan.codes[0] = 2) as &dyn Fn(&mut PoolLoan),
            &|loan: &mut PoolLoan| loan.delinquent = true,
            &|loan: &mut PoolLoan| loan.new_obligor = false,
            &|loan: &mut PoolLoan| loan.fields[1] = 4_000,
        ] {
            assert_eq!(refused(harmless), None);
        }
        for (change, column) in [
            (&(|loan: &mut PoolLoan| loan.codes[1] = 2) as &dyn Fn(&mut PoolLoan), "sector"),
            (&|loan: &mut PoolLoan| loan.codes[2] = 2, "region"),
            (&|loan: &mut PoolLoan| loan.fields[0] = 2, "rate"),
            (&|loan: &mut PoolLoan| loan.fields[2] = 2, "score"),
            (&|loan: &mut PoolLoan| loan.fields[4] = 2, "first spare number"),
            (&|loan: &mut PoolLoan| loan.fields[5] = 2, "second spare number"),
        ] {
            assert!(
                matches!(refused(change), Some(RollProblem::Moved { column: found, .. }) if found == column),
                "{column}"
            );
        }
        for (old, new, holds) in
            [(12, 11, true), (12, 12, false), (12, 10, false), (1, 0, true), (0, 0, true), (0, 1, false)]
        {
            let found = roll(&pool(&[(1, loan(9, old))]), &pool(&[(1, loan(9, new))]), &[]);
            assert_eq!(found.is_ok(), holds, "{old} to {new}: {found:?}");
        }
    }

    #[test]
    fn pools_that_cannot_be_matched_are_refused() {
        let one = pool(&[(1, loan(100, 12))]);
        let twice = pool(&[(1, loan(100, 12)), (1, loan(7, 12))]);
        let without = LoanPool::from_loans(one.loans().to_vec(), [0; 32]);
        assert_eq!(roll(&twice, &one, &[]), Err(RollProblem::Repeated(1)));
        assert_eq!(roll(&one, &twice, &[]), Err(RollProblem::Repeated(1)));
        assert_eq!(roll(&without, &one, &[]), Err(RollProblem::NoIds));
        assert_eq!(roll(&one, &one.clone().with_spare_numbers(), &[]), Err(RollProblem::SpareNumbers));
    }

    #[test]
    fn words_of_reasons_read_as_they_are_written() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_name(reason.name()), Some(reason));
        }
        assert_eq!(Reason::from_name("Paid"), None);
    }
}
