//! Why loans of an earlier tape are gone or owe another amount, as tapes and their reader name it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::roll::{Reason, RollProblem};
use crate::error::{Problem, RowError};
use crate::pool::ids::{IdKind, id_digit};
use crate::pool::schema::TapeSchema;
use crate::pool::tape::{Loan, Status};

/// Reasons by loan, of the loans of two tapes.
pub struct Reasons<'a> {
    schema: &'a TapeSchema,
    /// id of each loan of either tape, as it was read, by the digest of its canonical form
    ids: HashMap<u64, &'a str>,
    /// loans that the later tape lists as paid
    paid: Vec<u64>,
    named: HashMap<u64, Reason>,
}

impl<'a> Reasons<'a> {
    /// Takes every loan of both tapes, those too that are not of the pool. A loan that the later tape
    /// lists as paid has that reason, unless it is named with another.
    pub fn new(before: &'a [Loan], after: &'a [Loan], schema: &'a TapeSchema) -> Self {
        let digit = |loan: &Loan| id_digit(IdKind::Loan, &schema.canonical_id(&loan.id));
        let is_paid = |loan: &&Loan| !schema.holds(loan) && loan.status == Some(Status::Paid);
        Self {
            schema,
            ids: before.iter().chain(after).map(|loan| (digit(loan), loan.id.as_str())).collect(),
            paid: after.iter().filter(is_paid).map(digit).collect(),
            named: HashMap::new(),
        }
    }

    /// Names the reason of a loan, in the word of files. `row` counts from 0, for the error.
    ///
    /// # Errors
    /// An id that is empty, named twice or in neither tape; a word that is no reason.
    pub fn name(&mut self, row: usize, id: &str, word: &str) -> Result<(), RowError> {
        let canonical = self.schema.canonical_id(id);
        let refused = |column, problem| Err(RowError::new(row, column, problem));
        let outside = |what: &str, value: &str, range: &str| Problem::OutOfRange {
            what: what.to_owned(),
            value: value.to_owned(),
            range: range.to_owned(),
        };
        if canonical.is_empty() {
            return refused("id", Problem::MissingValue);
        }
        let Some(reason) = Reason::from_name(word) else {
            let words = Reason::ALL.map(Reason::name).join(", ");
            return refused("reason", outside("the reason", word, &words));
        };
        let digit = id_digit(IdKind::Loan, &canonical);
        if !self.ids.contains_key(&digit) {
            return refused("id", outside("the id", id, "the ids of both tapes"));
        }
        match self.named.entry(digit) {
            Entry::Occupied(_) => refused("id", Problem::DuplicateName(id.to_owned())),
            Entry::Vacant(place) => {
                place.insert(reason);
                Ok(())
            }
        }
    }

    /// Returns the reasons by the digests of ids.
    pub fn by_digest(&self) -> HashMap<u64, Reason> {
        let mut reasons: HashMap<u64, Reason> = self.paid.iter().map(|digit| (*digit, Reason::Paid)).collect();
        reasons.extend(&self.named);
        reasons
    }

    /// Says a problem with the id of its loan, as a tape has it.
    pub fn in_words(&self, problem: &RollProblem) -> String {
        match problem.id().and_then(|digit| self.ids.get(&digit)) {
            Some(id) => format!("loan '{id}': {problem}"),
            None => problem.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unit;
    use crate::pool::TapeTerms;
    use crate::pool::ids::IdForm;
    use crate::testing::tape;

    fn schema() -> TapeSchema {
        let terms = TapeTerms {
            ids: Some(IdForm { upper_case: true, without_dashes: true, ..IdForm::default() }),
            ..TapeTerms::new("2018-03-31".parse().unwrap(), "EUR")
        };
        TapeSchema::new(Unit::CENT, [].into(), [vec![], vec![], vec![]]).unwrap().with_terms(terms).unwrap()
    }

    fn digit(id: &str) -> u64 {
        id_digit(IdKind::Loan, id)
    }

    #[test]
    fn reasons_are_by_canonical_id_and_a_named_one_goes_first() {
        let before = tape("id,balance,status\ntw-01,1,current\nTW02,1,current\nTW03,1,current");
        let after = tape("id,balance,status\nTW01,0,paid\nTW02,0,paid\nTW03,1,current");
        let schema = schema();
        let mut reasons = Reasons::new(before.loans(), after.loans(), &schema);
        reasons.name(0, "tw02", "repurchased").unwrap();
        let found = reasons.by_digest();
        assert_eq!(found, [(digit("TW01"), Reason::Paid), (digit("TW02"), Reason::Repurchased)].into());
        let said = reasons.in_words(&RollProblem::Vanished(digit("TW03")));
        assert!(said.starts_with("loan 'TW03': the loan is not in the later tape"), "{said}");
    }

    #[test]
    fn ids_and_words_that_say_nothing_are_refused() {
        let before = tape("id,balance,status\nTW01,1,current");
        let schema = schema();
        let mut reasons = Reasons::new(before.loans(), &[], &schema);
        for (id, word, column) in [("TW01", "lost", "reason"), ("-", "paid", "id"), ("TW02", "paid", "id")] {
            let refused = reasons.name(4, id, word).unwrap_err();
            assert_eq!((refused.row, refused.column.as_str()), (Some(4), column), "{id},{word}");
        }
        reasons.name(0, "TW01", "paid").unwrap();
        assert_eq!(reasons.name(1, "tw-01", "paid").unwrap_err().problem, Problem::DuplicateName("tw-01".into()));
    }
}
