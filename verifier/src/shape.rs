//! Sizes of a market statement.

use std::fmt;
use std::str::FromStr;

use tailproof_risk::fixed_point::{MAX_FACTORS, MAX_SCENARIOS};

/// Most public inputs of a scenario matrix: with more, keys would not fit the memory of ordinary machines.
pub const MAX_SCENARIO_INPUTS: usize = 1 << 22;

/// Most sub-books of a consolidated book: their commitments are hashed together by one permutation.
pub const MAX_BOOKS: usize = 11;

/// What is proved about the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Statement {
    /// value at risk and expected shortfall, with one confidence for both or one for each
    Market {
        /// 1 or 2
        thresholds: usize,
    },
    /// as [`Statement::Market`] with two thresholds, and limits on the book itself, liquidity cost, a floor under value at risk
    MarketLimits,
    /// parametric value at risk and expected shortfall over a covariance
    Parametric,
}

/// The sizes a circuit is built for: up to T scenarios, up to N factors, and what is proved about how many sub-books.
///
/// Written `500x100` (two thresholds), `500x100/1` (one: value at risk and expected shortfall share a confidence) or
/// `500x100+limits`, or `101x100+parametric` (a mean and a covariance of 100 factors); with `+3books` for three sub-books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    scenarios: usize,
    factors: usize,
    statement: Statement,
    books: usize,
}

/// A shape that is not written as one, or is out of range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is not a shape; write TxN, for example 500x20 (500 scenarios, 20 factors), or TxN/1 for one confidence, TxN+limits for \
     limits on the book, TxN+parametric for a covariance of T - 1 rows, and +Kbooks behind it for K sub-books; T is 1 to {MAX_SCENARIOS}, N is 1 to {MAX_FACTORS}, T x (N + 2) is at \
     most {MAX_SCENARIO_INPUTS}, and K is 2 to {MAX_BOOKS}"
)]
pub struct ShapeError(String);

impl Shape {
    /// A shape of T scenarios, N factors and 1 or 2 thresholds, for one book.
    ///
    /// # Errors
    /// A size of 0 or beyond what a scenario file holds; other numbers of thresholds.
    pub fn new(scenarios: usize, factors: usize, thresholds: usize) -> Result<Self, ShapeError> {
        Self::of_statement(scenarios, factors, Statement::Market { thresholds })
    }

    /// A shape of T scenarios and N factors for a statement about one book.
    ///
    /// # Errors
    /// A size of 0 or beyond what a scenario file holds; other numbers of thresholds than 1 and 2.
    pub fn of_statement(scenarios: usize, factors: usize, statement: Statement) -> Result<Self, ShapeError> {
        let shape = Self { scenarios, factors, statement, books: 1 };
        let in_range = (1..=MAX_SCENARIOS).contains(&scenarios)
            && (1..=MAX_FACTORS).contains(&factors)
            && (1..=2).contains(&shape.thresholds())
            && scenarios * (factors + 2) <= MAX_SCENARIO_INPUTS;
        if in_range { Ok(shape) } else { Err(ShapeError(shape.to_string())) }
    }

    /// The same about so many sub-books.
    ///
    /// # Errors
    /// None, or more than [`MAX_BOOKS`].
    pub fn with_books(self, books: usize) -> Result<Self, ShapeError> {
        let shape = Self { books, ..self };
        if (1..=MAX_BOOKS).contains(&books) { Ok(shape) } else { Err(ShapeError(shape.to_string())) }
    }

    /// T: rows of the scenario matrix.
    pub fn scenarios(&self) -> usize {
        self.scenarios
    }

    /// N: columns of the scenario matrix.
    pub fn factors(&self) -> usize {
        self.factors
    }

    /// What is proved.
    pub fn statement(&self) -> Statement {
        self.statement
    }

    /// 1: both clauses share a confidence; 2: each has its own.
    pub fn thresholds(&self) -> usize {
        match self.statement {
            Statement::Market { thresholds } => thresholds,
            Statement::MarketLimits => 2,
            Statement::Parametric => 1,
        }
    }

    /// Whether it is over a covariance, not scenarios.
    pub fn is_parametric(&self) -> bool {
        self.statement == Statement::Parametric
    }

    /// Whether it has limits on the book itself.
    pub fn has_limits(&self) -> bool {
        self.statement == Statement::MarketLimits
    }

    /// K: sub-books, each with a commitment of its own.
    pub fn books(&self) -> usize {
        self.books
    }

    /// The shape in four bytes besides T and N: statement, thresholds, zero, sub-books less one.
    pub fn kind_bytes(&self) -> [u8; 4] {
        let small = |value: usize| u8::try_from(value).expect("thresholds and books are few");
        let statement = match self.statement {
            Statement::Market { .. } => 1,
            Statement::MarketLimits => 2,
            Statement::Parametric => 3,
        };
        [statement, small(self.thresholds()), 0, small(self.books - 1)]
    }

    /// The shape with given sizes that has these [`Shape::kind_bytes`].
    ///
    /// # Errors
    /// If there is none.
    pub fn from_kind_bytes(scenarios: usize, factors: usize, bytes: [u8; 4]) -> Result<Self, ShapeError> {
        let statement = match bytes[0] {
            2 => Statement::MarketLimits,
            3 => Statement::Parametric,
            _ => Statement::Market { thresholds: bytes[1].into() },
        };
        let shape = Self::of_statement(scenarios, factors, statement)?.with_books(usize::from(bytes[3]) + 1)?;
        if shape.kind_bytes() == bytes { Ok(shape) } else { Err(ShapeError(shape.to_string())) }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.scenarios, self.factors)?;
        match self.statement {
            Statement::Market { thresholds: 2 } => {}
            Statement::Market { thresholds } => write!(f, "/{thresholds}")?,
            Statement::MarketLimits => f.write_str("+limits")?,
            Statement::Parametric => f.write_str("+parametric")?,
        }
        if self.books == 1 { Ok(()) } else { write!(f, "+{}books", self.books) }
    }
}

impl FromStr for Shape {
    type Err = ShapeError;

    fn from_str(text: &str) -> Result<Self, ShapeError> {
        let error = || ShapeError(text.to_owned());
        let number = |digits: &str| -> Result<usize, ShapeError> {
            if digits.bytes().all(|byte| byte.is_ascii_digit()) {
                digits.parse().map_err(|_| error())
            } else {
                Err(error())
            }
        };
        let (rest, books) = match text.strip_suffix("books").and_then(|rest| rest.rsplit_once('+')) {
            Some((rest, books)) => (rest, number(books)?),
            None => (text, 1),
        };
        let suffixes = [("+limits", Statement::MarketLimits), ("+parametric", Statement::Parametric)];
        let named = suffixes.into_iter().find_map(|(suffix, statement)| Some((rest.strip_suffix(suffix)?, statement)));
        let (sizes, statement) = match (named, rest.split_once('/')) {
            (Some(named), _) => named,
            (None, Some((sizes, thresholds))) => (sizes, Statement::Market { thresholds: number(thresholds)? }),
            (None, None) => (rest, Statement::Market { thresholds: 2 }),
        };
        let (scenarios, factors) = sizes.split_once(['x', 'X']).ok_or_else(error)?;
        let shape = Self::of_statement(number(scenarios)?, number(factors)?, statement)
            .and_then(|shape| shape.with_books(books))
            .map_err(|_| error())?;
        let canonical = shape.to_string().eq_ignore_ascii_case(&text.replacen("/2", "", 1));
        if canonical { Ok(shape) } else { Err(error()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_read_as_they_are_written() {
        for text in [
            "500x100",
            "1x1",
            "512x128/1",
            "500x20+limits",
            "3x3/1+2books",
            "3x3+limits+11books",
            "4x3+parametric",
            "4x3+parametric+2books",
        ] {
            let shape = text.parse::<Shape>().unwrap();
            assert_eq!(shape.to_string(), text);
            let bytes = shape.kind_bytes();
            assert_eq!(Shape::from_kind_bytes(shape.scenarios(), shape.factors(), bytes), Ok(shape));
            for byte in 0..4 {
                let mut changed = bytes;
                changed[byte] ^= 64;
                assert!(Shape::from_kind_bytes(3, 3, changed).is_err(), "{text}, byte {byte}");
            }
        }
        assert_eq!("5x4/2".parse::<Shape>().unwrap().to_string(), "5x4");
        for text in [
            "",
            "500",
            "x",
            "0x5",
            "5x0",
            "5x5/3",
            "5x5/0",
            "-5x5",
            "+5x5",
            "5x5x5",
            "70000x1",
            "5 x 5",
            "05x5",
            "5x5/02",
            "65536x4096",
            "5x5+limit",
            "5x5/1+limits",
            "5x5+limits/1",
            "5x5+1books",
            "5x5+12books",
            "5x5+02books",
            "5x5+2books+limits",
            "5x5+limits+limits",
            "5x5/2/2",
        ] {
            assert!(text.parse::<Shape>().is_err(), "{text}");
        }
    }
}
