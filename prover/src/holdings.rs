//! What a prover holds: a book or a pool of loans, opened against its public commitment.

use ark_bn254::Fr;
use halo2_proofs::pasta::Fp;
use tailproof_core::pool::{Deal, LoanPool};
use tailproof_core::{Positions, Problem, ScenarioSet, Unit};
use tailproof_verifier::Backend;
use tailproof_verifier::backend::{Groth16, Halo2};
use tailproof_verifier::commitment::commit as commit_to_book;
use tailproof_verifier::pool::commitment::commit as commit_to_loans;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::opening::Opening;
use crate::pool_opening::PoolOpening;

/// A secret that was seen to be the one under a commitment. Zeroized when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Opened<T: Zeroize> {
    secret: T,
    blinding: Fr,
    #[zeroize(skip)]
    commitments: (Fr, PastaElement),
}

/// An element of the field of halo2's public inputs.
type PastaElement = Fp;

impl<T: Zeroize> std::fmt::Debug for Opened<T> {
    /// Shows nothing private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened").finish_non_exhaustive()
    }
}

/// The reason why an opening does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The book, its unit, its net asset value or the list of factors is not the one that was committed to.
    #[error(
        "the opening does not open to this book: the book or the list of factors changed after it was committed to"
    )]
    OtherBook,
    /// A loan is not the one that was committed to.
    #[error("the opening does not open to this tape: a loan changed after it was committed to")]
    OtherTape,
    /// The opening is of a tape with other columns, names or unit.
    #[error("the opening is of a tape with other columns, names or unit than the deal's")]
    OtherSchema,
    /// The deal does not say how its tape is read.
    #[error(transparent)]
    Deal(#[from] Problem),
}

impl<T: Zeroize> Opened<T> {
    /// Returns the secret.
    pub fn secret(&self) -> &T {
        &self.secret
    }

    /// Returns the blinding of the commitment.
    pub(crate) fn blinding(&self) -> Fr {
        self.blinding
    }

    /// Returns the commitment over the field of a backend.
    pub fn commitment<B: CommittedOver>(&self) -> B::Field {
        B::choose(self.commitments)
    }
}

impl Opened<Positions> {
    /// Opens the commitment to a book over the factors of `set`.
    ///
    /// # Errors
    /// An opening of another book, or of a book over other factors.
    pub fn book(opening: &Opening, positions: Positions, set: &ScenarioSet) -> Result<Self, OpenError> {
        if !opening.opens_to(set, &positions) {
            return Err(OpenError::OtherBook);
        }
        let (factors, blinding) = (set.factors_digest(), opening.blinding());
        let commitments =
            (commit_to_book(&factors, &positions, blinding), commit_to_book(&factors, &positions, blinding));
        Ok(Self { secret: positions, blinding, commitments })
    }
}

impl Opened<LoanPool> {
    /// Opens the commitment to the loans of a tape as `deal` reads it.
    ///
    /// # Errors
    /// An opening of other loans, or of a tape that was read in another way.
    pub fn loans(opening: &PoolOpening, loans: LoanPool, deal: &Deal) -> Result<Self, OpenError> {
        let schema = deal.require_schema()?.digest();
        if opening.schema() != schema {
            return Err(OpenError::OtherSchema);
        }
        if !opening.opens_to(&loans) {
            return Err(OpenError::OtherTape);
        }
        let blinding = opening.blinding();
        let commitments = (commit_to_loans(&schema, &loans, blinding), commit_to_loans(&schema, &loans, blinding));
        Ok(Self { secret: loans, blinding, commitments })
    }
}

/// A backend over whose field commitments are made. Sealed, as [`Backend`] is.
pub trait CommittedOver: Backend {
    /// Returns the commitment over the backend's field, of those over each.
    fn choose(commitments: (Fr, Fp)) -> Self::Field;
}

impl CommittedOver for Groth16 {
    fn choose((commitment, _): (Fr, Fp)) -> Fr {
        commitment
    }
}

impl CommittedOver for Halo2 {
    fn choose((_, commitment): (Fr, Fp)) -> Fp {
        commitment
    }
}

/// One book, or the sub-books of a consolidated one, with their sum.
#[derive(Debug)]
pub struct Books {
    books: Vec<Opened<Positions>>,
    sum: Positions,
}

impl Books {
    /// Returns the holdings of opened books.
    ///
    /// # Errors
    /// No book; books in different units or over other factors; a sum that is out of range.
    pub fn new(books: Vec<Opened<Positions>>) -> Result<Self, Problem> {
        let sum = match &books[..] {
            [one] => one.secret.clone(),
            several => {
                let all: Vec<Positions> = several.iter().map(|book| book.secret.clone()).collect();
                Positions::consolidated(&all)?
            }
        };
        Ok(Self { books, sum })
    }

    /// Returns the sub-books.
    pub fn books(&self) -> &[Opened<Positions>] {
        &self.books
    }

    /// Returns the sum of the sub-books.
    pub fn sum(&self) -> &Positions {
        &self.sum
    }

    /// Returns the value of a unit.
    pub fn unit(&self) -> Unit {
        self.sum.unit()
    }
}
