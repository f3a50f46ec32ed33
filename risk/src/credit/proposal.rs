//! The schema that a deal about a tape could have, and why a column is not in it.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use tailproof_core::error::Problem;
use tailproof_core::fixed_point::Unit;
use tailproof_core::pool::loan_pool::{BALANCE_BITS, MAX_LOANS};
use tailproof_core::pool::{Category, Column, Field, Loan, Tape, TapeSchema};

use super::description::{PoolDescription, has, value};

/// Why a column of a tape is not among those of [`proposed_schema`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// some loans of the pool have no value: so many of so many, of which this is the first
    Blank {
        /// loans without
        without: usize,
        /// loans of the pool
        loans: usize,
        /// id of the first loan without
        first: String,
    },
    /// more names than a schema has codes
    Names {
        /// names of the tape
        names: usize,
        /// codes
        most: usize,
    },
    /// a number above the most that a statement holds
    Above {
        /// id of the first loan
        loan: String,
        /// its number
        value: Decimal,
        /// the most
        most: Decimal,
    },
}

/// Returns the columns that every loan of the pool has and a statement holds, with the names in them,
/// in cents. See [`gaps`] for the others.
///
/// # Errors
/// Names that no schema has.
pub fn proposed_schema(tape: &Tape) -> Result<TapeSchema, Problem> {
    let left_out: BTreeSet<Column> = gaps(tape).into_iter().map(|(column, _)| column).collect();
    let loans: Vec<&Loan> = tape.loans().iter().filter(|loan| loan.is_in_pool()).collect();
    let is_there = |column: &Column| !left_out.contains(column) && loans.iter().any(|loan| has(loan, *column));
    // Collateral needs a form of ids, which is the deal's.
    let columns = Column::ALL.into_iter().filter(|column| *column != Column::Collateral && is_there(column));
    let columns: BTreeSet<Column> = columns.collect();
    let names = Category::ALL.map(|category| match columns.contains(&category.column()) {
        true => names(&loans, category).into_iter().cloned().collect(),
        false => Vec::new(),
    });
    TapeSchema::new(Unit::CENT, columns, names)
}

/// Returns the columns that some loans of the pool have and [`proposed_schema`] leaves out.
pub fn gaps(tape: &Tape) -> Vec<(Column, Gap)> {
    let pool: Vec<&Loan> = tape.loans().iter().filter(|loan| loan.is_in_pool()).collect();
    Column::ALL.into_iter().filter_map(|column| Some((column, gap(&pool, column)?))).collect()
}

fn gap(pool: &[&Loan], column: Column) -> Option<Gap> {
    let mut without = pool.iter().filter(|loan| !has(loan, column));
    if let Some(first) = without.next() {
        let (first, without, loans) = (first.id.clone(), without.count() + 1, pool.len());
        return (without < loans).then_some(Gap::Blank { without, loans, first });
    }
    if let Some(category) = Category::ALL.into_iter().find(|category| category.column() == column) {
        let (names, most) = (names(pool, category).len(), category.most());
        return (names > most).then_some(Gap::Names { names, most });
    }
    let field = Field::OF_TAPES.into_iter().find(|field| field.column() == Some(column))?;
    let above = |loan: &&&Loan| value(loan, field).is_some_and(|value| u64::from(value) > field.most());
    let loan = pool.iter().find(above)?;
    let decimal = |steps: u64| Decimal::new(i64::try_from(steps).unwrap_or(i64::MAX), field.decimals()).normalize();
    let value = decimal(u64::from(value(loan, field)?));
    Some(Gap::Above { loan: loan.id.clone(), value, most: decimal(field.most()) })
}

fn names<'l>(loans: &[&'l Loan], category: Category) -> BTreeSet<&'l String> {
    let name = |loan: &&'l Loan| match category {
        Category::Grade => loan.grade.as_ref(),
        Category::Sector => loan.sector.as_ref(),
        Category::Region => loan.region.as_ref(),
    };
    loans.iter().filter_map(name).collect()
}

/// Returns the least unit, a cent or a power of ten above it, in which the largest obligor fits a
/// statement.
pub fn unit_that_fits(described: &PoolDescription) -> Decimal {
    let mut cents = 1u64;
    while (described.largest_obligor.0 / cents) >> BALANCE_BITS != 0 {
        cents *= 10;
    }
    Decimal::new(i64::try_from(cents).unwrap_or(i64::MAX), 2).normalize()
}

/// Whether there are more loans than a statement holds, and how many that is.
pub fn too_many_loans(described: &PoolDescription) -> Option<usize> {
    (described.loans > MAX_LOANS).then_some(MAX_LOANS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::{Mapping, read_tape};

    fn tape(text: &str) -> Tape {
        read_tape("t.csv", text.as_bytes(), &Mapping::default()).unwrap()
    }

    #[test]
    fn columns_with_a_blank_or_a_number_beyond_a_statement_are_gaps() {
        let tape = tape("id,balance,rate,score,term\n1,100,5.5,700,511\n2,300,7.5,,512\n3,0,1,,1\n");
        let schema = proposed_schema(&tape).unwrap();
        assert!(schema.has(Column::Rate) && !schema.has(Column::Score) && !schema.has(Column::Term));
        let blank = Gap::Blank { without: 1, loans: 2, first: "2".into() };
        let above = Gap::Above { loan: "2".into(), value: 512.into(), most: 511.into() };
        assert_eq!(gaps(&tape), [(Column::Score, blank), (Column::Term, above)]);
    }

    /// More names than codes: the column is not proposed, and that is said.
    #[test]
    fn a_column_of_too_many_names_is_a_gap() {
        let most = Category::Grade.most();
        let tape = |grades: usize| {
            let rows: String = (0..grades).map(|grade| format!("{grade},100,G{grade}\n")).collect();
            tape(&format!("id,balance,grade\n{rows}"))
        };
        assert!(proposed_schema(&tape(most)).unwrap().has(Column::Grade) && gaps(&tape(most)).is_empty());
        assert!(!proposed_schema(&tape(most + 1)).unwrap().has(Column::Grade));
        assert_eq!(gaps(&tape(most + 1)), [(Column::Grade, Gap::Names { names: most + 1, most })]);
    }

    #[test]
    fn the_unit_grows_with_the_largest_obligor() {
        for (balance, unit) in [("42949672.95", "0.01"), ("42949672.96", "0.1"), ("9999999999", "10")] {
            let tape = tape(&format!("id,balance\n1,{balance}\n"));
            assert_eq!(unit_that_fits(&PoolDescription::new(&tape, None, None)).to_string(), unit, "{balance}");
        }
    }
}
