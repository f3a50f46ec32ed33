//! A private book as integers: its exposures to the factors of one scenario set, or its profits and
//! losses on the days of a P&L vector.

use rust_decimal::Decimal;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::{PnlProblem, Problem};
use crate::fixed_point::{MAX_GROSS, MAX_NAV, MAX_PNL, Unit};

/// A private book as integers: exposures to the factors of one scenario set, or gains on the days of a
/// P&L vector. It has one of the two. Zeroized when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Positions {
    #[zeroize(skip)]
    unit: Unit,
    exposures: Vec<i64>,
    gains: Vec<i64>,
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
        let positions = Self { unit, exposures, gains: Vec::new(), nav };
        positions.check()?;
        Ok(positions)
    }

    /// Returns a P&L vector: the gain of each day in book units, a loss being negative.
    ///
    /// # Errors
    /// No day; a gain beyond ±[`MAX_PNL`], or a net asset value beyond [`MAX_NAV`].
    pub fn pnl(unit: Unit, gains: Vec<i64>, nav: u64) -> Result<Self, Problem> {
        if gains.is_empty() {
            return Err(Problem::Empty("no day".into()));
        }
        let positions = Self { unit, exposures: Vec::new(), gains, nav };
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
            if book.exposures.len() != sum.exposures.len() || book.gains.len() != sum.gains.len() {
                return Err(Problem::OtherFactors);
            }
            // No overflow: the gross total of the books so far bounds every sum.
            sum.exposures.iter_mut().zip(&book.exposures).for_each(|(sum, exposure)| *sum += exposure);
            // No overflow: gains are below 2^42 in magnitude, and books are fewer than 2^21.
            sum.gains.iter_mut().zip(&book.gains).for_each(|(sum, gain)| *sum += gain);
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

    /// Checks that gross total, gains and net asset value are in range.
    fn check(&self) -> Result<(), Problem> {
        let gross: i128 = self.exposures.iter().map(|value| i128::from(*value).abs()).sum();
        let gain = self.gains.iter().map(|value| i128::from(*value).abs()).max().unwrap_or(0);
        for (what, value, most) in [
            ("the gross exposure in book units", gross, MAX_GROSS),
            ("the largest profit or loss of a day in book units", gain, MAX_PNL),
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

    /// Signed exposures in book units, in factor order; none of a P&L vector.
    pub fn exposures(&self) -> &[i64] {
        &self.exposures
    }

    /// Gains in book units, in the order of the days; none of a book of exposures.
    pub fn gains(&self) -> &[i64] {
        &self.gains
    }

    /// Whether these are the gains of a P&L vector, and not exposures.
    pub fn is_pnl(&self) -> bool {
        !self.gains.is_empty()
    }

    /// Checks that the book is of the kind that a scenario set takes.
    ///
    /// # Errors
    /// Exposures where the set is the days of a P&L vector, or the other way round.
    pub fn check_kind(&self, of_days: bool) -> Result<(), PnlProblem> {
        match (of_days, self.is_pnl()) {
            (true, false) => Err(PnlProblem::NotAVector),
            (false, true) => Err(PnlProblem::NotPositions),
            _ => Ok(()),
        }
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

    #[test]
    fn gains_are_summed_by_day_within_their_range() {
        let vector = |gains: &[i64]| Positions::pnl(Unit::CENT, gains.to_vec(), 3).unwrap();
        let sum = Positions::consolidated(&[vector(&[5, -7]), vector(&[-6, 9])]).unwrap();
        assert_eq!((sum.gains(), sum.exposures(), sum.nav()), (&[-1, 2][..], &[][..], 6));
        assert!(sum.is_pnl() && sum.gross() == 0);
        let most = |gain| Positions::pnl(Unit::CENT, vec![0, gain], 0);
        assert!(most(MAX_PNL).is_ok() && most(-MAX_PNL).is_ok());
        assert!(matches!(most(MAX_PNL + 1), Err(Problem::OutOfRange { .. })));
        assert!(matches!(most(i64::MIN), Err(Problem::OutOfRange { .. })));
        assert!(matches!(Positions::pnl(Unit::CENT, Vec::new(), 0), Err(Problem::Empty(_))));
        assert!(Positions::consolidated(&[vector(&[MAX_PNL]), vector(&[1])]).is_err());
        let (exposures, gains) = (book(Unit::CENT, &[1]), vector(&[1]));
        assert_eq!(Positions::consolidated([&exposures, &gains]), Err(Problem::OtherFactors));
        assert_eq!(gains.check_kind(false), Err(PnlProblem::NotPositions));
        assert_eq!(exposures.check_kind(true), Err(PnlProblem::NotAVector));
    }
}
