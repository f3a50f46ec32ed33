//! The four bytes of a shape in keys and proofs.

use super::pool::PoolSizes;
use super::rules::RuleSizes;
use super::{Shape, ShapeError, Statement};

const MARKET: u8 = 1;
const LIMITS: u8 = 2;
const PARAMETRIC: u8 = 3;
const RULES: u8 = 9;
/// Rules with caps, with costs that grow, and with both.
const RULES_ON_SIZES: [u8; 3] = [10, 11, 12];
const PNL: u8 = 13;

impl Shape {
    /// Returns the four bytes that encode the shape together with T and N: statement, thresholds,
    /// zero (with rules, the number of clauses on groups), and the number of sub-books less one. For a
    /// pool: statement, with 5 more for a limit on the largest obligors together, 32 for spare numbers
    /// and 64 for bands; tranches with 128 for distinct loans, 64 for distinct collateral and 32 for an
    /// earlier pool, and the number of loans as a little-endian `u16`.
    pub fn kind_bytes(&self) -> [u8; 4] {
        let small = |value: usize| u8::try_from(value).expect("thresholds, groups and books are few");
        let (statement, groups) = match self.statement {
            Statement::Market { .. } => (MARKET, 0),
            Statement::MarketLimits => (LIMITS, 0),
            Statement::MarketRules(sizes) => (rules_byte(sizes), sizes.groups),
            Statement::Parametric => (PARAMETRIC, 0),
            Statement::Pnl { .. } => (PNL, 0),
            Statement::Pool(sizes) => return sizes.kind_bytes(),
        };
        [statement, small(self.thresholds()), small(groups), small(self.books - 1)]
    }

    /// Returns the shape with these sizes and [`Shape::kind_bytes`].
    ///
    /// # Errors
    /// Errors if there is no such shape.
    pub fn from_kind_bytes(scenarios: usize, factors: usize, bytes: [u8; 4]) -> Result<Self, ShapeError> {
        let shape = if let Some(sizes) = PoolSizes::from_kind_bytes(bytes)? {
            Self::of_statement(scenarios, factors, Statement::Pool(sizes))?
        } else {
            let statement = match bytes[0] {
                LIMITS => Statement::MarketLimits,
                PARAMETRIC => Statement::Parametric,
                PNL => Statement::Pnl { thresholds: bytes[1].into() },
                byte => match rules_of_byte(byte) {
                    Some(sizes) => Statement::MarketRules(RuleSizes { groups: bytes[2].into(), ..sizes }),
                    None => Statement::Market { thresholds: bytes[1].into() },
                },
            };
            Self::of_statement(scenarios, factors, statement)?.with_books(usize::from(bytes[3]) + 1)?
        };
        if shape.kind_bytes() == bytes { Ok(shape) } else { Err(ShapeError::NotAShape(shape.to_string())) }
    }
}

/// Returns the statement of rules of these sizes.
fn rules_byte(sizes: RuleSizes) -> u8 {
    let [caps, impact, both] = RULES_ON_SIZES;
    match (sizes.caps, sizes.impact) {
        (false, false) => RULES,
        (true, false) => caps,
        (false, true) => impact,
        (true, true) => both,
    }
}

/// Returns the sizes of a statement of rules, without its clauses on groups.
fn rules_of_byte(byte: u8) -> Option<RuleSizes> {
    let of = |(caps, impact)| RuleSizes { groups: 0, caps, impact };
    let all = [(false, false), (true, false), (false, true), (true, true)].map(of);
    all.into_iter().find(|sizes| rules_byte(*sizes) == byte)
}
