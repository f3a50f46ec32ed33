//! Coverage tests of a pool: its value against its notes, or its income against their interest.

use std::fmt::Write;

use ethnum::I256;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::error::{Problem, TapeProblem};
use crate::fixed_point::Unit;
use crate::pool::schema::WHOLE;
use crate::pool::schema::{Category, TapeSchema};
use crate::text::whole;

/// Bits of the amount that a coverage test demands.
pub const COVERAGE_BITS: u32 = 90;
/// Bits of the part of that amount that is proportional to the balance.
pub const COVERAGE_SHARE_BITS: u32 = 48;

/// Largest ratio of a test.
const MOST_RATIO: u64 = 1_000;
/// Largest amount that is owed, in currency.
const MOST_OWED: u64 = 1_000_000_000_000;
/// Largest share of the balance that is owed.
const MOST_SHARE: u64 = 10;

/// The subject of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covered {
    /// the balance against the notes
    Notes,
    /// a year's interest against the amount due on the notes
    Interest,
}

impl Covered {
    /// Returns the name of its table in the deal.
    pub fn table(self) -> &'static str {
        match self {
            Covered::Notes => "overcollateralisation",
            Covered::Interest => "interest_coverage",
        }
    }

    /// Returns the pool's side and the amount owed, in words.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Covered::Notes => ("the pool is worth", "notes"),
            Covered::Interest => ("the pool earns a year", "what is due"),
        }
    }

    /// Steps of the pool's side in a unit of currency: interest is a sum of balances times basis
    /// points.
    fn steps(self) -> u64 {
        match self {
            Covered::Notes => 1,
            Covered::Interest => 10_000,
        }
    }
}

/// The amount owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owed {
    /// an amount of currency
    Amount(Decimal),
    /// a fraction of the balance
    Share(Decimal),
}

/// A test of what a pool is worth, or earns, against what its notes are owed: the sum over grades
/// of value times amount is at least `amount + share * balance`. Amounts are balances in units for
/// collateral, and balance times basis points a year for interest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// what a unit of each grade counts for, in billionths, by code; one or less
    pub values: Vec<u64>,
    /// what is owed, in billionths of a unit (of a unit times a basis point)
    pub amount: u128,
    /// what is owed in proportion to the balance, in billionths (times a basis point)
    pub share: u64,
    /// in words
    pub words: String,
}

impl Coverage {
    /// Returns the test that a pool has `ratio` times the amount owed, where units of some grades
    /// count for less than one. Rounded up, so that the test is never weaker than its words.
    ///
    /// # Errors
    /// A ratio, an amount or a share that is negative, above the largest or of more than 9
    /// decimals; a value outside [0, 1] or of a grade that the tape does not name.
    pub fn new(
        covered: Covered,
        ratio: Decimal,
        owed: Owed,
        values: &[(String, Decimal)],
        schema: &TapeSchema,
    ) -> Result<Self, Problem> {
        let table = covered.table();
        let ratio = exact(&format!("the ratio of {table}"), ratio, MOST_RATIO)?;
        let mut by_code = vec![WHOLE; Category::Grade.most()];
        // Loans in default count for nothing.
        if let Some(code) = schema.defaulted() {
            by_code[usize::from(code)] = 0;
        }
        for (grade, value) in values {
            let code = schema.code(Category::Grade, grade)?;
            if schema.defaulted() == Some(code) {
                return Err(TapeProblem::OfDefaulted(table).into());
            }
            by_code[usize::from(code)] = whole(&format!("the value of grade '{grade}'"), *value, 9, WHOLE)?;
        }
        let (subject, debt) = covered.words();
        let (amount, share, debt) = match owed {
            Owed::Amount(amount) => {
                let amount = exact(&format!("the amount of {table}"), amount, MOST_OWED)?;
                (owed_amount(amount, ratio, schema.unit(), covered)?, 0, format!("{debt} of {amount}"))
            }
            Owed::Share(share) => {
                let share = exact(&format!("the share of {table}"), share, MOST_SHARE)?;
                let percent = (share * Decimal::ONE_HUNDRED).normalize();
                (0, owed_share(share * ratio, covered)?, format!("{debt} of {percent} % of the balance"))
            }
        };
        let mut words = format!("{subject} at least {ratio} times {debt}");
        for (grade, value) in values {
            let _ = write!(words, ", grade {grade} at {} %", (*value * Decimal::ONE_HUNDRED).normalize());
        }
        if schema.defaulted().is_some() {
            words.push_str(", loans in default at 0 %");
        }
        Ok(Self { values: by_code, amount, share, words })
    }

    /// Returns the pool's value or income, and the amount it must reach.
    pub fn sides(&self, by_grade: impl Iterator<Item = u128>, balance: u64) -> (u128, u128) {
        let has = self.values.iter().zip(by_grade).map(|(value, amount)| u128::from(*value) * amount).sum();
        (has, self.amount + u128::from(self.share) * u128::from(balance))
    }
}

/// A number in range, of so few digits that a share times a ratio is exact.
fn exact(what: &str, value: Decimal, most: u64) -> Result<Decimal, Problem> {
    let value = value.normalize();
    if value.is_sign_negative() || value.scale() > 9 || value > Decimal::from(most) {
        let range = format!("0 to {most}, with at most 9 decimals");
        return Err(Problem::OutOfRange { what: what.to_owned(), value: value.to_string(), range });
    }
    Ok(value)
}

/// An amount of currency times a ratio in billionths of a step of the pool's side, rounded up.
fn owed_amount(amount: Decimal, ratio: Decimal, unit: Unit, covered: Covered) -> Result<u128, Problem> {
    // mantissas * 10^6 * steps * 10^9 / (unit * 10^scales): each has at most 9 decimals, so that
    // nothing overflows.
    let mantissas = I256::from(amount.mantissa()) * I256::from(ratio.mantissa());
    let numerator = mantissas * I256::from(1_000_000 * covered.steps()) * I256::from(WHOLE);
    let denominator = I256::from(unit.millionths()) * I256::from(10u64).pow(amount.scale() + ratio.scale());
    let steps = -((-numerator).div_euclid(denominator));
    let steps = u128::try_from(steps).ok().filter(|steps| *steps < 1 << COVERAGE_BITS);
    steps.ok_or_else(|| too_much(covered, &format!("{amount} x {ratio}")))
}

/// A fraction of the balance in billionths of a step of the pool's side, rounded up.
fn owed_share(share: Decimal, covered: Covered) -> Result<u64, Problem> {
    let scaled = share
        .checked_mul(Decimal::from(WHOLE))
        .and_then(|share| share.checked_mul(Decimal::from(covered.steps())))
        .and_then(|steps| steps.ceil().to_u64());
    scaled
        .filter(|steps| *steps < 1 << COVERAGE_SHARE_BITS)
        .ok_or_else(|| too_much(covered, &share.normalize().to_string()))
}

fn too_much(covered: Covered, value: &str) -> Problem {
    Problem::OutOfRange {
        what: format!("what [{}] needs, ratio times what is owed,", covered.table()),
        value: value.to_owned(),
        range: "what a pool can have".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> TapeSchema {
        let columns = [super::super::schema::Column::Grade].into();
        TapeSchema::new(Unit::CENT, columns, [vec!["A".into(), "B".into()], vec![], vec![]]).unwrap()
    }

    fn coverage(covered: Covered, ratio: &str, owed: Owed) -> Result<Coverage, Problem> {
        Coverage::new(covered, ratio.parse().unwrap(), owed, &[("B".into(), "0.9".parse().unwrap())], &schema())
    }

    #[test]
    fn what_is_needed_is_rounded_up() {
        let third: Decimal = "0.333333333".parse().unwrap();
        let notes = coverage(Covered::Notes, "1.000000001", Owed::Amount(third)).unwrap();
        // 33.3333333333333333 cents.
        assert_eq!((notes.amount, notes.share), (33_333_333_334, 0));
        // A product of more digits than a decimal has: 10000000000100.000000100000000001.
        let digits = "100000000000.000000001".parse().unwrap();
        let notes = coverage(Covered::Notes, "100.000000001", Owed::Amount(digits)).unwrap();
        assert_eq!(notes.amount, 1_000_000_000_010_000_000_010_001);
        let due = coverage(Covered::Interest, "1.5", Owed::Share("0.04".parse().unwrap())).unwrap();
        assert_eq!((due.amount, due.share), (0, 600_000_000_000));
        assert_eq!(due.values[..2], [WHOLE, 900_000_000]);
        assert_eq!(
            due.words,
            "the pool earns a year at least 1.5 times what is due of 4 % of the balance, grade B at 90 %"
        );
    }

    /// Values of grades that the tape does not tell apart would mean nothing.
    #[test]
    fn a_value_needs_the_column_and_the_name() {
        let without = TapeSchema::new(Unit::CENT, [].into(), [vec![], vec![], vec![]]).unwrap();
        let value = |grade: &str| [(grade.to_owned(), Decimal::ONE)];
        for (grade, schema, said) in [("B", &without, "no column 'grade'"), ("C", &schema(), "is not one of")] {
            let owed = Owed::Share(Decimal::ONE);
            let error = Coverage::new(Covered::Notes, Decimal::ONE, owed, &value(grade), schema).unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
        }
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        let amount = |text: &str| Owed::Amount(text.parse().unwrap());
        for (ratio, owed, said) in [
            ("1001", amount("1"), "the ratio of interest_coverage"),
            ("1.0000000001", amount("1"), "9 decimals"),
            ("1", amount("-1"), "the amount of interest_coverage"),
            ("1000", amount("1000000000000"), "what a pool can have"),
            ("1", Owed::Share("11".parse().unwrap()), "the share of interest_coverage"),
        ] {
            let error = coverage(Covered::Interest, ratio, owed).unwrap_err().to_string();
            assert!(error.contains(said), "{ratio}: {error}");
        }
    }
}
