//! The claim of a deal that its pool has at least a net present value, under public assumptions.

use super::assumptions::Assumptions;
use super::value::{ValueCoefficients, value_coefficients};
use super::{BandTotals, value::VALUE_BITS, value::value_of};
use crate::error::{CashflowProblem, Problem};
use crate::pool::loan_pool::PoolFigures;
use crate::pool::schema::{Category, TapeSchema};
use crate::scenarios::cashflow::{FlowMatrix, flow_matrix};

/// Bits of the value of a unit of balance, with its sign.
pub const BALANCE_VALUE_BITS: u32 = 52;
/// Bits of the value of a unit of balance at a basis point, which is not negative.
pub const INTEREST_VALUE_BITS: u32 = 40;

/// A least net present value. It can be evaluated once the assumptions are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueClaim {
    /// the least value, in units
    pub least: u64,
    /// name of the block of the assumptions
    pub block: String,
    /// the column whose codes are replines: grades or sectors
    pub replines: Category,
    /// digest of the assumptions
    pub assumptions: [u8; 32],
    /// the coefficients that deal and assumptions make; `None` without the file of assumptions
    pub row: Option<ValueRow>,
}

/// The value as a row over a pool's totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueRow {
    name: String,
    coefficients: Vec<ValueCoefficients>,
}

impl ValueRow {
    /// Returns the row of a schema's grades or sectors in a block of assumptions.
    ///
    /// # Errors
    /// Assumptions that do not go with the schema, without that block, or without a discount curve; a
    /// coefficient that is out of range.
    pub fn new(
        schema: &TapeSchema,
        replines: Category,
        assumptions: &Assumptions,
        block: &str,
    ) -> Result<Self, Problem> {
        let place = assumptions.block(block)?;
        let curve = assumptions.discount.as_ref().ok_or(CashflowProblem::NoDiscount)?;
        let set = flow_matrix(schema, replines, assumptions)?;
        let matrix = FlowMatrix::of(&set)?;
        let factors = curve.factors(u32::try_from(matrix.months()).unwrap_or(u32::MAX));
        Self::of(&assumptions.name, replines, value_coefficients(&matrix, place, &factors))
    }

    /// Returns the row of assumptions by their name, with these coefficients by code.
    ///
    /// # Errors
    /// More coefficients than codes; a coefficient that is out of range.
    pub fn of(name: &str, replines: Category, coefficients: Vec<ValueCoefficients>) -> Result<Self, Problem> {
        if coefficients.len() > replines.most() {
            let (what, value) = ("the number of replines".into(), coefficients.len().to_string());
            return Err(Problem::OutOfRange { what, value, range: format!("0 to {}", replines.most()) });
        }
        let fits = |of: &&ValueCoefficients| {
            of.balance.unsigned_abs() >> (BALANCE_VALUE_BITS - 1) == 0
                && (0..1 << INTEREST_VALUE_BITS).contains(&of.interest)
        };
        if let Some(code) = coefficients.iter().position(|of| !fits(&of)) {
            let what = format!("the value of a unit of {} {code}", replines.column().name());
            let value = format!("{:?}", coefficients[code]);
            let range = format!("52 bits for balances and 40 for interest, in steps of 2^-{VALUE_BITS}");
            return Err(Problem::OutOfRange { what, value, range });
        }
        Ok(Self { name: name.to_owned(), coefficients })
    }

    /// Returns the name of the assumptions in quotes. A quote in it is escaped: the name ends where a
    /// sentence says so.
    pub fn quoted_name(&self) -> String {
        serde_json::Value::from(&self.name[..]).to_string()
    }

    /// Returns the coefficients by code.
    pub fn coefficients(&self) -> &[ValueCoefficients] {
        &self.coefficients
    }
}

impl ValueClaim {
    /// Returns the claim with its coefficients.
    ///
    /// # Errors
    /// Assumptions of another digest; the errors of [`ValueRow::new`].
    pub fn under(&self, schema: &TapeSchema, assumptions: &Assumptions) -> Result<Self, Problem> {
        let found = assumptions.digest();
        if found != self.assumptions {
            let (agreed, found) = (hex::encode(self.assumptions), hex::encode(found));
            return Err(CashflowProblem::OtherAssumptions { agreed, found }.into());
        }
        let row = ValueRow::new(schema, self.replines, assumptions, &self.block)?;
        Ok(Self { row: Some(row), ..self.clone() })
    }

    /// Whether these are the assumptions that the claim names.
    pub fn names(&self, assumptions: &Assumptions) -> bool {
        assumptions.digest() == self.assumptions
    }

    /// Returns the value of a pool's totals in units, in 40 fractional bits; `None` without the
    /// assumptions.
    pub fn value(&self, figures: &PoolFigures) -> Option<i128> {
        let interest = match self.replines {
            Category::Grade => &figures.interest,
            _ => &figures.interest_by_sector,
        };
        let balances = &figures.by_code[self.replines as usize];
        let totals = balances.iter().zip(interest).map(|(balance, interest)| {
            let mut totals = BandTotals { balance: *balance, ..BandTotals::default() };
            totals.weighted[0] = *interest;
            totals
        });
        Some(value_of(&self.row.as_ref()?.coefficients, &totals.collect::<Vec<_>>()))
    }

    /// Returns whether a pool has the value; `false` without the assumptions.
    pub fn holds(&self, figures: &PoolFigures) -> bool {
        self.value(figures).is_some_and(|value| value >= i128::from(self.least) << VALUE_BITS)
    }

    /// Returns the assumptions in words: by their name where they are there, by their digest otherwise.
    pub fn under_in_words(&self) -> String {
        let by = match &self.row {
            Some(row) => row.quoted_name(),
            None => hex::encode(self.assumptions),
        };
        format!("under the assumptions {by}, block {}", self.block)
    }
}

#[cfg(test)]
mod tests;
