//! The holdings of a prover: opened books, with their sum. The loans of a pool are an [`Opened`]
//! alone.

use ark_bn254::Fr;
use tailproof_core::{Positions, Problem, Unit};

pub use crate::opening::{Months, OpenError, Opened};

/// One book, or the sub-books of a consolidated one, with their sum.
#[derive(Debug)]
pub struct Books {
    books: Vec<Opened<Positions>>,
    /// the sum of two or more books; one book is its own
    sum: Option<Positions>,
}

impl Books {
    /// Returns the holdings of opened books.
    ///
    /// # Errors
    /// No book; one commitment twice; books in different units or over other factors; a sum that is
    /// out of range.
    pub fn new(books: Vec<Opened<Positions>>) -> Result<Self, Problem> {
        let commitments: Vec<Fr> = books.iter().map(Opened::commitment).collect();
        for (second, commitment) in commitments.iter().enumerate() {
            if let Some(first) = commitments[..second].iter().position(|earlier| earlier == commitment) {
                return Err(Problem::SameSubBook { first: first + 1, second: second + 1 });
            }
        }
        let sum = match &books[..] {
            [_] => None,
            several => Some(Positions::consolidated(several.iter().map(Opened::secret))?),
        };
        Ok(Self { books, sum })
    }

    /// Returns the sub-books.
    pub fn books(&self) -> &[Opened<Positions>] {
        &self.books
    }

    /// Returns the sum of the sub-books.
    pub fn sum(&self) -> &Positions {
        self.sum.as_ref().unwrap_or_else(|| self.books[0].secret())
    }

    /// Returns the value of a unit.
    pub fn unit(&self) -> Unit {
        self.sum().unit()
    }
}
