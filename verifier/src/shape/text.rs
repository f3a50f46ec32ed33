//! Shapes as they are written.

use std::fmt;
use std::str::FromStr;

use tailproof_core::fixed_point::{MAX_FACTORS, MAX_SCENARIOS};
use tailproof_core::pool::loan_pool::MAX_LOANS;
use tailproof_core::pool::schema::MAX_GRADES;

use super::pool::{FLAGS, MAX_TRANCHES, PoolSizes};
use super::rules::{MAX_GROUPS, RuleSizes};
use super::{MAX_BOOKS, MAX_SCENARIO_INPUTS, Shape, ShapeError, Statement};

/// Behind the number of days of a P&L vector.
const DAYS: &str = "pnl";

/// Returns the grammar of the kind of shape that `text` resembles.
pub(super) fn grammar(text: &str) -> String {
    if text.contains("loan") || text.contains("pool") || text.contains("tranche") {
        return format!(
            " of a pool; for up to L loans write Lloans+pool, for example 1024loans+pool, or Lloans+TxN/Jtranches for losses of J tranches \
             over T scenarios of N grades, or Lloans+pool+TxN/Jtranches for both, with +granular behind it where N is L x grades; behind \
             +pool write +bands where bands of grades are proved, then +numbers where the deal has spare numbers, then +distinct \
             and +collateral where it claims distinct loans and distinct collateral, then +roll where it has a [month], +value \
             where it claims a net present value or inputs of SEC-SA, and +top where it has [top_obligors]; \
             L is 1 to {MAX_LOANS}, J is 1 to {MAX_TRANCHES}, grades are at most {MAX_GRADES}, and T x (N + 2) is at most {MAX_SCENARIO_INPUTS}"
        );
    }
    format!(
        "; write TxN, for example 500x20 (500 scenarios, 20 factors), or TxN/1 for one confidence, TxN+limits for limits on the book, \
         TxN+rules where the mandate sums the net asset value or names cash, with +Ggroups behind it for G clauses on groups, \
         then +caps where it has caps and +impact where it has costs that grow, \
         TxN+parametric for a covariance of T - 1 rows, Tpnl or Tpnl/1 for a P&L vector of T days, and +Kbooks behind it for K \
         sub-books; T is 1 to {MAX_SCENARIOS}, N is 1 to \
         {MAX_FACTORS}, T x (N + 2) is at most {MAX_SCENARIO_INPUTS}, G is 1 to {MAX_GROUPS}, and K is 2 to {MAX_BOOKS}; for loans \
         write 1024loans+pool"
    )
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(sizes) = self.pool() {
            let PoolSizes { loans, tranches, granular, .. } = sizes;
            write!(f, "{loans}loans")?;
            for (flag, is_set) in FLAGS.into_iter().zip(sizes.flags()) {
                f.write_str(if is_set { flag } else { "" })?;
            }
            if tranches > 0 {
                write!(f, "+{}x{}/{tranches}tranches", self.scenarios, self.factors)?;
            }
            return f.write_str(if granular { "+granular" } else { "" });
        }
        match self.statement {
            Statement::Pnl { .. } => write!(f, "{}{DAYS}", self.scenarios)?,
            _ => write!(f, "{}x{}", self.scenarios, self.factors)?,
        }
        match self.statement {
            Statement::Market { thresholds: 2 } | Statement::Pnl { thresholds: 2 } | Statement::Pool(_) => {}
            Statement::Market { thresholds } | Statement::Pnl { thresholds } => write!(f, "/{thresholds}")?,
            Statement::MarketLimits => f.write_str("+limits")?,
            Statement::MarketRules(sizes) => write!(f, "{sizes}")?,
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
            let flags = FLAGS.map(|flag| {
                let behind = rest.strip_prefix(flag);
                rest = behind.unwrap_or(rest);
                behind.is_some()
            });
            let mut sizes = PoolSizes::of_flags(number(loans)?, granular, flags);
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
        let (rest, sizes) = RuleSizes::split(rest).ok_or_else(error)?;
        let suffixes = [
            ("+limits", Statement::MarketLimits),
            ("+rules", Statement::MarketRules(sizes)),
            ("+parametric", Statement::Parametric),
        ];
        let named = suffixes.into_iter().find_map(|(suffix, statement)| Some((rest.strip_suffix(suffix)?, statement)));
        let (matrix, statement) = match (named, rest.split_once('/')) {
            (Some(named), _) => named,
            (None, Some((matrix, thresholds))) => (matrix, Statement::Market { thresholds: number(thresholds)? }),
            (None, None) => (rest, Statement::Market { thresholds: 2 }),
        };
        let (matrix, statement) = match (matrix.strip_suffix(DAYS), statement) {
            (Some(_), Statement::Market { thresholds }) => (matrix, Statement::Pnl { thresholds }),
            _ => (matrix, statement),
        };
        let (scenarios, factors) = match matrix.strip_suffix(DAYS) {
            Some(days) => (days, "0"),
            None => matrix.split_once(['x', 'X']).ok_or_else(error)?,
        };
        let shape = Self::of_statement(number(scenarios)?, number(factors)?, statement)
            .and_then(|shape| shape.with_books(books))
            .map_err(|_| error())?;
        let canonical = shape.to_string().eq_ignore_ascii_case(&text.replacen("/2", "", 1));
        if canonical { Ok(shape) } else { Err(error()) }
    }
}
