//! Sizes of a statement.

use std::fmt;
use std::str::FromStr;

use tailproof_core::fixed_point::{MAX_FACTORS, MAX_SCENARIOS};
use tailproof_core::pool::loan_pool::MAX_LOANS;
use tailproof_core::pool::schema::MAX_GRADES;

/// Maximum number of public inputs of a scenario matrix. With more, keys would not fit the memory
/// of ordinary machines.
pub const MAX_SCENARIO_INPUTS: usize = 1 << 22;

/// Maximum number of sub-books of a consolidated book: one permutation hashes their commitments
/// together.
pub const MAX_BOOKS: usize = 11;

/// The statement that is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Statement {
    /// Value at risk and expected shortfall, with one confidence for both or one for each.
    Market {
        /// 1 or 2
        thresholds: usize,
    },
    /// [`Statement::Market`] with two thresholds, plus limits on the book itself, liquidity cost,
    /// and a floor under value at risk.
    MarketLimits,
    /// Parametric value at risk and expected shortfall over a covariance.
    Parametric,
    /// A pool of loans: its composition, the losses of its tranches, or both.
    Pool(PoolSizes),
}

/// Sizes of a pool statement. Its scenarios and factors are those of the tranche losses: the
/// factors are buckets, or one bucket per loan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PoolSizes {
    /// Maximum number of loans.
    pub loans: usize,
    /// Whether it has claims about the pool itself.
    pub limits: bool,
    /// Number of pieces of the notional whose losses it covers; 0 for none.
    pub tranches: usize,
    /// Whether defaults hit single loans rather than shares of a bucket.
    pub granular: bool,
    /// Whether each loan's number is proved to be in the band of its grade.
    pub bands: bool,
    /// Whether loans have spare numbers.
    pub numbers: bool,
}

/// The statement bytes of pools, without flags. Those of version 1 were 4 to 8.
const POOL_BYTES: std::ops::RangeInclusive<u8> = 20..=24;
/// Added to the statement byte of a pool with spare numbers.
const NUMBERS_BYTE: u8 = 32;
/// Added to the statement byte of a pool with bands.
const BANDS_BYTE: u8 = 64;

/// Maximum number of pieces of a pool's notional.
pub const MAX_TRANCHES: usize = 16;

impl PoolSizes {
    /// Returns whether the statement exists over these numbers of scenarios and factors.
    fn is_in_range(&self, scenarios: usize, factors: usize) -> bool {
        let Self { loans, limits, tranches, granular, bands, .. } = *self;
        if !(1..=MAX_LOANS).contains(&loans) || bands && !limits {
            return false;
        }
        let has_losses = match tranches {
            0 => limits && !granular && scenarios == 0 && factors == 0,
            _ => scenarios > 0 && factors > 0 && factors <= if granular { loans * MAX_GRADES } else { MAX_GRADES },
        };
        tranches <= MAX_TRANCHES && has_losses && (!granular || factors.is_multiple_of(loans))
    }

    /// Returns the first of [`Shape::kind_bytes`].
    fn kind(&self) -> u8 {
        let kind = match (self.limits, self.tranches > 0, self.granular) {
            (_, false, _) => 20,
            (false, true, false) => 21,
            (true, true, false) => 22,
            (false, true, true) => 23,
            (true, true, true) => 24,
        };
        let flag = |set: bool, byte: u8| if set { byte } else { 0 };
        kind + flag(self.numbers, NUMBERS_BYTE) + flag(self.bands, BANDS_BYTE)
    }
}

/// The sizes a circuit is built for: up to T scenarios, up to N factors, the statement, and the
/// number of sub-books.
///
/// A pool of loans is written `1024loans+pool` (its composition), `1024loans+64x8/3tranches` (the
/// losses of its tranches: 64 scenarios, 8 buckets, 3 pieces of the notional),
/// `1024loans+pool+64x8/3tranches` (both), or with `+granular` (one column per loan and bucket).
/// `1024loans+pool+bands` proves the bands of grades as well, and `1024loans+pool+numbers` is for
/// loans with spare numbers.
///
/// Others are written `500x100` (two thresholds), `500x100/1` (one: value at risk and expected
/// shortfall share a confidence) or `500x100+limits`, or `101x100+parametric` (a mean and a
/// covariance of 100 factors); with `+3books` for three sub-books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    scenarios: usize,
    factors: usize,
    statement: Statement,
    books: usize,
}

/// A shape that there is not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShapeError {
    /// A text that is not a shape, or a shape that is out of range.
    #[error("'{0}' is not a shape{grammar}", grammar = grammar(.0))]
    NotAShape(String),
    /// The bytes of a pool whose circuit reads the digits of another layout.
    #[error(
        "this is of a pool under version 1 of the tape's schema, whose digits no circuit reads any more: make keys again"
    )]
    OldPool,
}

/// Returns the grammar of the kind of shape that `text` resembles.
fn grammar(text: &str) -> String {
    if text.contains("loan") || text.contains("pool") || text.contains("tranche") {
        return format!(
            " of a pool; for up to L loans write Lloans+pool, for example 1024loans+pool, or Lloans+TxN/Jtranches for losses of J tranches \
             over T scenarios of N grades, or Lloans+pool+TxN/Jtranches for both, with +granular behind it where N is L x grades; behind \
             +pool write +bands where bands of grades are proved, and behind that +numbers where the deal has spare numbers; L is 1 to \
             {MAX_LOANS}, J is 1 to {MAX_TRANCHES}, grades are at most {MAX_GRADES}, and T x (N + 2) is at most {MAX_SCENARIO_INPUTS}"
        );
    }
    format!(
        "; write TxN, for example 500x20 (500 scenarios, 20 factors), or TxN/1 for one confidence, TxN+limits for limits on the book, \
         TxN+parametric for a covariance of T - 1 rows, and +Kbooks behind it for K sub-books; T is 1 to {MAX_SCENARIOS}, N is 1 to \
         {MAX_FACTORS}, T x (N + 2) is at most {MAX_SCENARIO_INPUTS}, and K is 2 to {MAX_BOOKS}; for loans write 1024loans+pool"
    )
}

impl Shape {
    /// Returns a shape of T scenarios, N factors and 1 or 2 thresholds, for one book.
    ///
    /// # Errors
    /// Errors on a size of 0 or beyond the maximum of a scenario file, and on numbers of thresholds
    /// other than 1 and 2.
    pub fn new(scenarios: usize, factors: usize, thresholds: usize) -> Result<Self, ShapeError> {
        Self::of_statement(scenarios, factors, Statement::Market { thresholds })
    }

    /// Returns a shape of T scenarios and N factors for a statement about one book.
    ///
    /// # Errors
    /// Errors on a size of 0 or beyond the maximum of a scenario file, and on numbers of thresholds
    /// other than 1 and 2.
    pub fn of_statement(scenarios: usize, factors: usize, statement: Statement) -> Result<Self, ShapeError> {
        let shape = Self { scenarios, factors, statement, books: 1 };
        if let Statement::Pool(sizes) = statement {
            let in_range = sizes.is_in_range(scenarios, factors)
                && scenarios <= MAX_SCENARIOS
                && factors <= MAX_FACTORS
                && scenarios * (factors + 2) <= MAX_SCENARIO_INPUTS;
            return if in_range { Ok(shape) } else { Err(ShapeError::NotAShape(shape.to_string())) };
        }
        let in_range = (1..=MAX_SCENARIOS).contains(&scenarios)
            && (1..=MAX_FACTORS).contains(&factors)
            && (1..=2).contains(&shape.thresholds())
            && scenarios * (factors + 2) <= MAX_SCENARIO_INPUTS;
        if in_range { Ok(shape) } else { Err(ShapeError::NotAShape(shape.to_string())) }
    }

    /// Returns the shape for `books` sub-books.
    ///
    /// # Errors
    /// Errors if `books` is 0 or more than [`MAX_BOOKS`].
    pub fn with_books(self, books: usize) -> Result<Self, ShapeError> {
        let shape = Self { books, ..self };
        let most = if self.pool().is_some() { 1 } else { MAX_BOOKS };
        if (1..=most).contains(&books) { Ok(shape) } else { Err(ShapeError::NotAShape(shape.to_string())) }
    }

    /// Returns T, the number of rows of the scenario matrix.
    pub fn scenarios(&self) -> usize {
        self.scenarios
    }

    /// Returns N, the number of columns of the scenario matrix.
    pub fn factors(&self) -> usize {
        self.factors
    }

    /// Returns the statement that is proved.
    pub fn statement(&self) -> Statement {
        self.statement
    }

    /// Returns the number of thresholds: 1 if both clauses share a confidence, 2 if each has its
    /// own.
    pub fn thresholds(&self) -> usize {
        match self.statement {
            Statement::Market { thresholds } => thresholds,
            Statement::MarketLimits => 2,
            Statement::Parametric => 1,
            Statement::Pool(_) => 0,
        }
    }

    /// Returns the sizes of the pool, if the statement is about one.
    pub fn pool(&self) -> Option<PoolSizes> {
        match self.statement {
            Statement::Pool(sizes) => Some(sizes),
            _ => None,
        }
    }

    /// Returns whether the statement is over a covariance rather than scenarios.
    pub fn is_parametric(&self) -> bool {
        self.statement == Statement::Parametric
    }

    /// Returns whether the statement has limits on the book itself.
    pub fn has_limits(&self) -> bool {
        self.statement == Statement::MarketLimits
    }

    /// Returns K, the number of sub-books, each with its own commitment.
    pub fn books(&self) -> usize {
        self.books
    }

    /// Returns the four bytes that encode the shape together with T and N: statement, thresholds,
    /// zero, and the number of sub-books less one. For a pool: statement, tranches, and the number
    /// of loans as a little-endian `u16`.
    pub fn kind_bytes(&self) -> [u8; 4] {
        let small = |value: usize| u8::try_from(value).expect("thresholds, tranches and books are few");
        let statement = match self.statement {
            Statement::Market { .. } => 1,
            Statement::MarketLimits => 2,
            Statement::Parametric => 3,
            Statement::Pool(sizes) => {
                let [low, high] = u16::try_from(sizes.loans).expect("loans are bounded").to_le_bytes();
                return [sizes.kind(), small(sizes.tranches), low, high];
            }
        };
        [statement, small(self.thresholds()), 0, small(self.books - 1)]
    }

    /// Returns the shape with these sizes and [`Shape::kind_bytes`].
    ///
    /// # Errors
    /// Errors if there is no such shape.
    pub fn from_kind_bytes(scenarios: usize, factors: usize, bytes: [u8; 4]) -> Result<Self, ShapeError> {
        let statement = match bytes[0] {
            4..=8 => return Err(ShapeError::OldPool),
            byte if POOL_BYTES.contains(&(byte & !(NUMBERS_BYTE | BANDS_BYTE))) => {
                let kind = byte & !(NUMBERS_BYTE | BANDS_BYTE);
                let sizes = PoolSizes {
                    loans: u16::from_le_bytes([bytes[2], bytes[3]]).into(),
                    limits: matches!(kind, 20 | 22 | 24),
                    tranches: bytes[1].into(),
                    granular: kind >= 23,
                    bands: byte & BANDS_BYTE != 0,
                    numbers: byte & NUMBERS_BYTE != 0,
                };
                let shape = Self::of_statement(scenarios, factors, Statement::Pool(sizes))?;
                return if shape.kind_bytes() == bytes {
                    Ok(shape)
                } else {
                    Err(ShapeError::NotAShape(shape.to_string()))
                };
            }
            2 => Statement::MarketLimits,
            3 => Statement::Parametric,
            _ => Statement::Market { thresholds: bytes[1].into() },
        };
        let shape = Self::of_statement(scenarios, factors, statement)?.with_books(usize::from(bytes[3]) + 1)?;
        if shape.kind_bytes() == bytes { Ok(shape) } else { Err(ShapeError::NotAShape(shape.to_string())) }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(PoolSizes { loans, limits, tranches, granular, bands, numbers }) = self.pool() {
            write!(f, "{loans}loans")?;
            for (is_set, flag) in [(limits, "+pool"), (bands, "+bands"), (numbers, "+numbers")] {
                f.write_str(if is_set { flag } else { "" })?;
            }
            if tranches > 0 {
                write!(f, "+{}x{}/{tranches}tranches", self.scenarios, self.factors)?;
            }
            return f.write_str(if granular { "+granular" } else { "" });
        }
        write!(f, "{}x{}", self.scenarios, self.factors)?;
        match self.statement {
            Statement::Market { thresholds: 2 } | Statement::Pool(_) => {}
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
        let error = || ShapeError::NotAShape(text.to_owned());
        let number = |digits: &str| -> Result<usize, ShapeError> {
            if digits.bytes().all(|byte| byte.is_ascii_digit()) {
                digits.parse().map_err(|_| error())
            } else {
                Err(error())
            }
        };
        if let Some((loans, rest)) = text.split_once("loans") {
            let (rest, granular) = rest.strip_suffix("+granular").map_or((rest, false), |rest| (rest, true));
            let mut rest = rest;
            let [limits, bands, numbers] = ["+pool", "+bands", "+numbers"].map(|flag| {
                let behind = rest.strip_prefix(flag);
                rest = behind.unwrap_or(rest);
                behind.is_some()
            });
            let mut sizes = PoolSizes { loans: number(loans)?, limits, tranches: 0, granular, bands, numbers };
            let (mut scenarios, mut factors) = (0, 0);
            if !rest.is_empty() {
                let rest = rest.strip_prefix('+').and_then(|rest| rest.strip_suffix("tranches")).ok_or_else(error)?;
                let (matrix, tranches) = rest.split_once('/').ok_or_else(error)?;
                let (rows, columns) = matrix.split_once(['x', 'X']).ok_or_else(error)?;
                (scenarios, factors, sizes.tranches) = (number(rows)?, number(columns)?, number(tranches)?);
            }
            let shape = Self::of_statement(scenarios, factors, Statement::Pool(sizes)).map_err(|_| error())?;
            return if shape.to_string() == text { Ok(shape) } else { Err(error()) };
        }
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

    /// Keys of pools of version 1 are named for what they are.
    #[test]
    fn the_bytes_of_pools_of_version_1_are_refused_by_name() {
        for byte in 4..=8 {
            assert_eq!(Shape::from_kind_bytes(4, 4, [byte, 1, 4, 0]), Err(ShapeError::OldPool));
        }
    }

    #[test]
    fn errors_say_how_the_shape_that_was_meant_is_written() {
        for (text, said, not_said) in
            [("1000loan+pool", "Lloans+TxN/Jtranches", "covariance"), ("500", "TxN+limits", "Jtranches")]
        {
            let error = text.parse::<Shape>().unwrap_err().to_string();
            assert!(error.contains(text) && error.contains(said) && !error.contains(not_said), "{error}");
        }
    }

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
            "1024loans+pool",
            "300loans+64x8/3tranches",
            "1024loans+pool+64x8/3tranches",
            "125loans+2000x750/5tranches+granular",
            "4loans+pool+3x8/1tranches+granular",
            "65535loans+pool+bands",
            "4loans+pool+numbers",
            "4loans+pool+bands+numbers+3x8/1tranches",
            "4loans+numbers+3x8/1tranches+granular",
        ] {
            let shape = text.parse::<Shape>().unwrap();
            assert_eq!(shape.to_string(), text);
            let bytes = shape.kind_bytes();
            assert_eq!(Shape::from_kind_bytes(shape.scenarios(), shape.factors(), bytes), Ok(shape));
            for byte in 0..4 {
                let mut changed = bytes;
                changed[byte] ^= 64;
                if shape.pool().is_some() {
                    let read = Shape::from_kind_bytes(shape.scenarios(), shape.factors(), changed);
                    assert_ne!(read, Ok(shape), "{text}, byte {byte}");
                } else {
                    assert!(Shape::from_kind_bytes(3, 3, changed).is_err(), "{text}, byte {byte}");
                }
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
            "0loans+pool",
            "65536loans+pool",
            "4loans+bands+5x4/2tranches",
            "4loans+pool+numbers+bands",
            "4loans",
            "4loans+granular",
            "4loans+pool+granular",
            "4loans+pool+5x33/2tranches",
            "4loans+pool+5x4/0tranches",
            "4loans+pool+0x4/2tranches",
            "4loans+5x4/17tranches",
            "4loans+5x6/2tranches+granular",
            "04loans+pool",
            "9999999999999999999loans+1x1/1tranches+granular",
        ] {
            assert!(text.parse::<Shape>().is_err(), "{text}");
        }
    }
}
