//! Sizes of a statement.
//!
//! * `pool`, `rules`: sizes of single statements.
//! * `bytes`: how keys and proofs name a shape.
//! * `text`: how people do.

mod bytes;
mod pool;
mod rules;
#[cfg(test)]
mod tests;
mod text;

use tailproof_core::fixed_point::{MAX_FACTORS, MAX_SCENARIOS};

pub use pool::{MAX_TRANCHES, PoolSizes};
pub use rules::{MAX_GROUPS, RuleSizes};
use text::grammar;

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
    /// [`Statement::MarketLimits`] with a net asset value that is the sum of the book's values where
    /// the mandate says so, with cash, and with clauses on groups of factors.
    MarketRules(RuleSizes),
    /// Parametric value at risk and expected shortfall over a covariance.
    Parametric,
    /// Value at risk and expected shortfall of a committed P&L vector, with one confidence for both or
    /// one for each.
    Pnl {
        /// 1 or 2
        thresholds: usize,
    },
    /// A pool of loans: its composition, the losses of its tranches, or both.
    Pool(PoolSizes),
}

/// The sizes a circuit is built for: up to T scenarios, up to N factors, the statement, and the
/// number of sub-books.
///
/// A pool of loans is written `1024loans+pool` (its composition), `1024loans+64x8/3tranches` (the
/// losses of its tranches: 64 scenarios, 8 buckets, 3 pieces of the notional),
/// `1024loans+pool+64x8/3tranches` (both), or with `+granular` (one column per loan and bucket).
/// `1024loans+pool+bands` proves the bands of grades as well, `1024loans+pool+numbers` is for loans
/// with spare numbers, `1024loans+pool+distinct+collateral` proves that no id of a loan or of
/// collateral occurs twice, `1024loans+pool+roll` is about what became of an earlier pool,
/// `1024loans+pool+value` has claims on net present value and on inputs of SEC-SA, and
/// `1024loans+pool+top` limits what the largest obligors owe together.
///
/// Others are written `500x100` (two thresholds), `500x100/1` (one: value at risk and expected
/// shortfall share a confidence), `500x100+limits`, `500x100+rules` or `500x100+rules+12groups`, with
/// `+caps`, `+impact` or both behind it for caps on exposures and costs that grow with them, or
/// `101x100+parametric` (a mean and a covariance of 100 factors); `500pnl` or `500pnl/1` for a P&L
/// vector of 500 days, without factors; with `+3books` for three sub-books.
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

impl Shape {
    /// Returns a shape of T scenarios, N factors and 1 or 2 thresholds, for one book.
    ///
    /// # Errors
    /// Errors on a size of 0 or beyond the maximum of a scenario file, and on numbers of thresholds
    /// other than 1 and 2.
    pub fn new(scenarios: usize, factors: usize, thresholds: usize) -> Result<Self, ShapeError> {
        Self::of_statement(scenarios, factors, Statement::Market { thresholds })
    }

    /// Returns a shape of a P&L vector of T days and 1 or 2 thresholds, for one book.
    ///
    /// # Errors
    /// Errors on a size of 0 or beyond the maximum of a scenario file, and on numbers of thresholds
    /// other than 1 and 2.
    pub fn of_pnl(days: usize, thresholds: usize) -> Result<Self, ShapeError> {
        Self::of_statement(days, 0, Statement::Pnl { thresholds })
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
        let least_and_most = if shape.is_pnl() { 0..=0 } else { 1..=MAX_FACTORS };
        let in_range = (1..=MAX_SCENARIOS).contains(&scenarios)
            && least_and_most.contains(&factors)
            && (1..=2).contains(&shape.thresholds())
            && shape.rules().is_none_or(RuleSizes::is_in_range)
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
            Statement::Market { thresholds } | Statement::Pnl { thresholds } => thresholds,
            Statement::MarketLimits | Statement::MarketRules(_) => 2,
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

    /// Returns whether the statement is about a P&L vector rather than exposures.
    pub fn is_pnl(&self) -> bool {
        matches!(self.statement, Statement::Pnl { .. })
    }

    /// Returns whether the statement has limits on the book itself.
    pub fn has_limits(&self) -> bool {
        matches!(self.statement, Statement::MarketLimits | Statement::MarketRules(_))
    }

    /// Returns the sizes of the mandate's rules, if the statement has them.
    pub fn rules(&self) -> Option<RuleSizes> {
        match self.statement {
            Statement::MarketRules(sizes) => Some(sizes),
            _ => None,
        }
    }

    /// Returns K, the number of sub-books, each with its own commitment; 2 for a pool that came from
    /// an earlier one.
    pub fn books(&self) -> usize {
        if self.pool().is_some_and(|sizes| sizes.roll) { 2 } else { self.books }
    }
}
