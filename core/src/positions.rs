//! A private book as integers over the factors of one scenario set.

use rust_decimal::Decimal;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::Problem;
use crate::fixed_point::{MAX_GROSS, MAX_NAV, Unit};

/// A private book as integers over the factors of one scenario set. Zeroized when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Positions {
    #[zeroize(skip)]
    unit: Unit,
    exposures: Vec<i64>,
    nav: u64,
}

impl std::fmt::Debug for Positions {
    /// Shows the public unit and nothing else.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Positions").field("unit", &self.unit).finish_non_exhaustive()
    }
}

impl Positions {
    /// Returns the positions of integers in book units.
    ///
    /// # Errors
    /// Gross total or net asset value beyond [`MAX_GROSS`] or [`MAX_NAV`].
    pub fn new(unit: Unit, exposures: Vec<i64>, nav: u64) -> Result<Self, Problem> {
        let positions = Self { unit, exposures, nav };
        positions.check()?;
        Ok(positions)
    }

    /// Returns the sum of books in one unit over the same factors.
    ///
    /// # Errors
    /// No books; books in different units or over other numbers of factors; a gross total or net
    /// asset value beyond [`MAX_GROSS`] or [`MAX_NAV`].
    pub fn consolidated<'b>(books: impl IntoIterator<Item = &'b Positions>) -> Result<Self, Problem> {
        let mut books = books.into_iter();
        let first = books.next().ok_or_else(|| Problem::Empty("no book".into()))?;
        // The first book's numbers are copied once, into the sum, which is zeroized as any book.
        let mut sum = first.clone();
        let mut gross = first.gross();
        for book in books {
            if book.unit != sum.unit {
                return Err(Problem::OtherUnit { first: sum.unit.to_decimal(), other: book.unit.to_decimal() });
            }
            if book.exposures.len() != sum.exposures.len() {
                return Err(Problem::OtherFactors);
            }
            // No overflow: the gross total of the books so far bounds every sum.
            sum.exposures.iter_mut().zip(&book.exposures).for_each(|(sum, exposure)| *sum += exposure);
            sum.nav = sum.nav.saturating_add(book.nav);
            gross = gross.saturating_add(book.gross());
            if gross > MAX_GROSS {
                let (what, value) = ("the gross exposure of all books", currency(gross, sum.unit));
                return Err(Problem::UnitTooSmall { what, value, most: MAX_GROSS, unit: sum.unit.to_decimal() });
            }
        }
        sum.check()?;
        Ok(sum)
    }

    /// Checks that gross total and net asset value are in range.
    fn check(&self) -> Result<(), Problem> {
        let gross: i128 = self.exposures.iter().map(|value| i128::from(*value).abs()).sum();
        for (what, value, most) in [
            ("the gross exposure in book units", gross, MAX_GROSS),
            ("the net asset value in book units", i128::from(self.nav), MAX_NAV),
        ] {
            if value > i128::from(most) {
                let (value, range) = (value.to_string(), format!("0 to {most}"));
                return Err(Problem::OutOfRange { what: what.into(), value, range });
            }
        }
        Ok(())
    }

    /// Value of a book unit.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// Signed exposures in book units, in factor order.
    pub fn exposures(&self) -> &[i64] {
        &self.exposures
    }

    /// Net asset value in book units.
    pub fn nav(&self) -> u64 {
        self.nav
    }

    /// Sum of the magnitudes of the exposures, in book units.
    pub fn gross(&self) -> i64 {
        self.exposures.iter().map(|value| value.abs()).sum()
    }
}

/// Returns book units as an amount of currency, for an error message.
fn currency(units: i64, unit: Unit) -> String {
    (Decimal::from(units) * unit.to_decimal()).normalize().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(unit: Unit, exposures: &[i64]) -> Positions {
        Positions::new(unit, exposures.to_vec(), 5).unwrap()
    }

    #[test]
    fn books_are_summed_and_those_that_have_no_sum_are_refused() {
        let books = [book(Unit::CENT, &[1, -2]), book(Unit::CENT, &[10, 20])];
        let sum = Positions::consolidated(&books).unwrap();
        assert_eq!((sum.exposures(), sum.nav()), (&[11, 18][..], 10));
        let refused = |other: Positions| Positions::consolidated([&books[0], &other]).unwrap_err();
        assert!(matches!(refused(book(Unit::FINEST, &[1, 1])), Problem::OtherUnit { .. }));
        assert!(matches!(refused(book(Unit::CENT, &[1])), Problem::OtherFactors));
        // The magnitudes count, even where the sum is small.
        let large = book(Unit::CENT, &[MAX_GROSS, 0]);
        let opposite = book(Unit::CENT, &[-MAX_GROSS, 0]);
        assert!(matches!(Positions::consolidated([&large, &opposite]), Err(Problem::UnitTooSmall { .. })));
        assert!(matches!(Positions::consolidated(&[]), Err(Problem::Empty(_))));
    }
}
