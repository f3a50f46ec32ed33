//! How many books have which status.

use serde_json::{Map, Value};

use super::row::{Row, Status};

/// How a batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Every book has its proof.
    AllProved,
    /// Every book was tried, and some do not meet the mandate.
    SomeFalse,
    /// Some books cannot be proved as they are, or were not tried.
    NotAll,
}

/// How many books have which status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    all: usize,
    of: [usize; Status::ALL.len()],
}

impl Counts {
    /// Counts rows.
    pub fn of(rows: &[Row]) -> Self {
        let of = Status::ALL.map(|status| rows.iter().filter(|row| row.status == status).count());
        Self { all: rows.len(), of }
    }

    /// Returns the number of books.
    pub fn all(&self) -> usize {
        self.all
    }

    /// Returns how many books have a status.
    pub fn get(&self, status: Status) -> usize {
        Status::ALL.iter().zip(self.of).filter(|(of, _)| **of == status).map(|(_, count)| count).sum()
    }

    /// Returns how many books have a proof of the claim.
    pub fn proofs(&self) -> usize {
        Status::ALL.into_iter().filter(|status| status.has_proof()).map(|status| self.get(status)).sum()
    }

    /// Returns how the batch ended: whatever cannot be proved wins over what is false.
    pub fn outcome(&self) -> Outcome {
        if self.get(Status::BadInput) + self.get(Status::SetAside) + self.get(Status::Pending) > 0 {
            Outcome::NotAll
        } else if self.get(Status::False) > 0 {
            Outcome::SomeFalse
        } else {
            Outcome::AllProved
        }
    }

    /// Returns a sentence such as `3 books: 2 proved, 0 kept, 1 false, 0 bad input`. Books that were set
    /// aside or not tried are named only if there are some.
    pub fn sentence(&self) -> String {
        let [proved, kept, not_met, bad, aside, pending] = self.of;
        let books = if self.all == 1 { "book" } else { "books" };
        let mut text = format!("{} {books}: {proved} proved, {kept} kept, {not_met} false, {bad} bad input", self.all);
        for (count, words) in [(aside, "set aside"), (pending, "pending")] {
            if count > 0 {
                text += &format!(", {count} {words}");
            }
        }
        text
    }

    /// Returns what to do about books without a proof, if there are some. `results` names the table.
    pub fn advice(&self, results: &str) -> Option<String> {
        let (all, pending) = (self.all, self.get(Status::Pending));
        match self.outcome() {
            Outcome::AllProved => None,
            Outcome::SomeFalse => {
                Some(format!("{} of {all} books do not meet the mandate: see {results}", self.get(Status::False)))
            }
            Outcome::NotAll if pending > 0 => {
                Some(format!("{pending} of {all} books were not tried: run the same command again"))
            }
            Outcome::NotAll => {
                let bad = self.get(Status::BadInput) + self.get(Status::SetAside);
                Some(format!("{bad} of {all} books cannot be proved as they are: see {results}"))
            }
        }
    }

    /// Returns the counts as JSON: `books`, and a key for each status.
    pub fn to_json(&self) -> Map<String, Value> {
        let mut counts = Map::new();
        counts.insert("books".into(), self.all.into());
        for (status, count) in Status::ALL.iter().zip(self.of) {
            counts.insert(status.name().replace('-', "_"), count.into());
        }
        counts
    }
}
