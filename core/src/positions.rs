//! A private book as integers over the factors of one scenario set.

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
    /// Positions from integers in book units.
    ///
    /// # Errors
    /// Gross total or net asset value beyond [`MAX_GROSS`] or [`MAX_NAV`].
    pub fn new(unit: Unit, exposures: Vec<i64>, nav: u64) -> Result<Self, Problem> {
        let gross: i128 = exposures.iter().map(|value| i128::from(*value).abs()).sum();
        for (what, value, most) in [
            ("the gross exposure in book units", gross, MAX_GROSS),
            ("the net asset value in book units", i128::from(nav), MAX_NAV),
        ] {
            if value > i128::from(most) {
                return Err(Problem::OutOfRange {
                    what: what.into(),
                    value: value.to_string(),
                    range: format!("0 to {most}"),
                });
            }
        }
        Ok(Self { unit, exposures, nav })
    }

    /// The sum of books in one unit over the same factors.
    ///
    /// # Errors
    /// None; books in different units or over other numbers of factors; a gross total or net asset value beyond
    /// [`MAX_GROSS`] or [`MAX_NAV`].
    pub fn consolidated(books: &[Positions]) -> Result<Self, Problem> {
        let Some(first) = books.first() else { return Err(Problem::Empty("no book".into())) };
        if let Some(other) = books.iter().find(|book| book.unit != first.unit) {
            let (first, other) = (first.unit, other.unit);
            return Err(Problem::Other(format!(
                "one book is in units of {first}, another in units of {other}; commit them again with one --unit"
            )));
        }
        let mut exposures = vec![0i64; first.exposures.len()];
        let (mut nav, mut gross) = (0u64, 0i64);
        for book in books {
            if book.exposures.len() != exposures.len() {
                return Err(Problem::Other("books over other factors".into()));
            }
            exposures.iter_mut().zip(&book.exposures).for_each(|(sum, exposure)| *sum += exposure);
            nav = nav.saturating_add(book.nav);
            gross = gross.saturating_add(book.gross());
        }
        if gross > MAX_GROSS {
            return Err(Problem::OutOfRange {
                what: "the gross exposure of all books in book units".into(),
                value: gross.to_string(),
                range: format!("0 to {MAX_GROSS}; commit them again with a larger --unit"),
            });
        }
        Self::new(first.unit, exposures, nav)
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
