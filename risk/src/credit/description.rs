//! Figures of a pool's loans, for whoever holds the tape. No proof is about them.

use std::collections::BTreeSet;

use tailproof_core::error::Problem;
use tailproof_core::fixed_point::Unit;
use tailproof_core::pool::{Category, Column, Field, Loan, LoanPool, PoolFigures, Tape, TapeSchema};
use tailproof_core::text::to_f64;

/// Returns the columns that every loan of the pool has, with the names in them; where there are too
/// many names, the column is left out: see [`gaps`]. Amounts are in cents.
///
/// # Errors
/// Names that no schema has.
pub fn inferred_schema(tape: &Tape) -> Result<TapeSchema, Problem> {
    let loans = || tape.loans().iter().filter(|loan| loan.is_in_pool());
    let all = |has: &dyn Fn(&Loan) -> bool| loans().all(has);
    let mut columns: BTreeSet<Column> = [
        (Column::Rate, all(&|loan| loan.rate.is_some())),
        (Column::Ltv, all(&|loan| loan.ltv.is_some())),
        (Column::Score, all(&|loan| loan.score.is_some())),
        (Column::Term, all(&|loan| loan.term.is_some())),
        (Column::Obligor, all(&|loan| loan.obligor.is_some())),
        (Column::Status, all(&|loan| loan.status.is_some())),
    ]
    .into_iter()
    .filter_map(|(column, has)| has.then_some(column))
    .collect();
    let names = Category::ALL.map(|category| {
        let names: Option<BTreeSet<String>> = loans().map(|loan| name_of(loan, category).cloned()).collect();
        let names: Vec<String> = names.unwrap_or_default().into_iter().collect();
        if names.is_empty() || names.len() > category.most() {
            return Vec::new();
        }
        columns.insert(category.column());
        names
    });
    TapeSchema::new(Unit::CENT, columns, names)
}

/// Why a column of a tape is not among those of [`inferred_schema`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// some loans of the pool have no value: so many of so many
    Blank {
        /// loans without
        without: usize,
        /// loans of the pool
        loans: usize,
    },
    /// more names than a schema has codes
    Names {
        /// names of the tape
        names: usize,
        /// codes
        most: usize,
    },
}

/// Returns the columns that some loans of the pool have and [`inferred_schema`] leaves out.
pub fn gaps(tape: &Tape) -> Vec<(Column, Gap)> {
    let pool: Vec<&Loan> = tape.loans().iter().filter(|loan| loan.is_in_pool()).collect();
    let mut found = Vec::new();
    let mut blank = |column: Column, has: &dyn Fn(&Loan) -> bool| {
        let without = pool.iter().filter(|loan| !has(loan)).count();
        if without > 0 && without < pool.len() {
            found.push((column, Gap::Blank { without, loans: pool.len() }));
        }
    };
    blank(Column::Rate, &|loan| loan.rate.is_some());
    blank(Column::Ltv, &|loan| loan.ltv.is_some());
    blank(Column::Score, &|loan| loan.score.is_some());
    blank(Column::Term, &|loan| loan.term.is_some());
    blank(Column::Grade, &|loan| loan.grade.is_some());
    blank(Column::Sector, &|loan| loan.sector.is_some());
    blank(Column::Region, &|loan| loan.region.is_some());
    blank(Column::Obligor, &|loan| loan.obligor.is_some());
    blank(Column::Status, &|loan| loan.status.is_some());
    for category in Category::ALL {
        let names: BTreeSet<&String> = pool.iter().filter_map(|loan| name_of(loan, category)).collect();
        if names.len() > category.most() {
            found.push((category.column(), Gap::Names { names: names.len(), most: category.most() }));
        }
    }
    found
}

fn name_of(loan: &Loan, category: Category) -> Option<&String> {
    match category {
        Category::Grade => loan.grade.as_ref(),
        Category::Sector => loan.sector.as_ref(),
        Category::Region => loan.region.as_ref(),
    }
}

/// A pool's loans in figures. They are private.
pub struct PoolDescription {
    /// columns and names of the tape
    pub schema: TapeSchema,
    /// sums over the loans of the pool
    pub figures: PoolFigures,
    /// number of loans on the tape that are not part of the pool
    pub outside: usize,
}

impl PoolDescription {
    /// Returns the figures of the `pool` of a tape.
    pub fn new(tape: &Tape, schema: TapeSchema, pool: &LoanPool) -> Self {
        let outside = tape.loans().len() - pool.loans().len();
        Self { schema, figures: PoolFigures::new(pool), outside }
    }

    /// Returns units of the tape as an amount of currency.
    pub fn amount(&self, units: u64) -> f64 {
        units as f64 * self.schema.unit().millionths() as f64 / 1e6
    }

    /// Returns units of the tape as a fraction of the balance.
    pub fn share(&self, units: u64) -> f64 {
        units as f64 / self.figures.balance as f64
    }

    /// Returns each number that the tape has, with its average by balance, its least and its most.
    pub fn fields(&self) -> impl Iterator<Item = (Field, f64, [f64; 2])> + '_ {
        Field::ALL.into_iter().filter(|field| self.schema.has_number(*field)).map(|field| {
            let step = to_f64(self.schema.step(field));
            let average = self.figures.weighted[field as usize] as f64 / self.figures.balance as f64 * step;
            let (least, most) = self.figures.extremes[field as usize];
            (field, average, [f64::from(least) * step, f64::from(most) * step])
        })
    }

    /// Returns the names of a category with the balance under each, the largest first.
    pub fn names(&self, category: Category) -> Vec<(&str, u64)> {
        let names = self.schema.names(category).iter();
        let owed = self.figures.by_code[category as usize].iter();
        let mut all: Vec<(&str, u64)> = names.zip(owed).map(|(name, owed)| (name.as_str(), *owed)).collect();
        all.sort_by_key(|(_, owed)| std::cmp::Reverse(*owed));
        all
    }

    /// Returns the sum of the squared shares of the obligors.
    pub fn herfindahl(&self) -> f64 {
        self.figures.squared as f64 / (self.figures.balance as f64).powi(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::{Mapping, read_tape};

    #[test]
    fn columns_that_all_loans_have_are_described() {
        let text =
            "id,balance,rate,score,grade,status\n1,100,5.5,700,A,current\n2,300,7.5,,B,current\n3,9,1,1,C,paid\n";
        let tape = read_tape("t.csv", text.as_bytes(), &Mapping::default()).unwrap();
        let schema = inferred_schema(&tape).unwrap();
        assert!(schema.has(Column::Rate) && schema.has(Column::Grade) && !schema.has(Column::Score));
        let pool = LoanPool::new(&tape, &schema).unwrap();
        let description = PoolDescription::new(&tape, schema, &pool);
        assert_eq!((description.outside, description.figures.loans), (1, 2));
        assert_eq!(description.amount(description.figures.balance), 400.0);
        assert_eq!(description.names(Category::Grade), [("B", 30_000), ("A", 10_000)]);
        let (field, average, range) = description.fields().next().unwrap();
        assert_eq!((field, average, range), (Field::Rate, 7.0, [5.5, 7.5]));
        assert!((description.herfindahl() - 0.625).abs() < 1e-12);
        assert_eq!(gaps(&tape), [(Column::Score, Gap::Blank { without: 1, loans: 2 })]);
    }

    /// More names than codes: the column is not described, and that is said.
    #[test]
    fn a_column_of_too_many_names_is_a_gap() {
        let most = Category::Grade.most();
        let tape = |grades: usize| {
            let rows: String = (0..grades).map(|grade| format!("{grade},100,G{grade}\n")).collect();
            read_tape("t.csv", format!("id,balance,grade\n{rows}").as_bytes(), &Mapping::default()).unwrap()
        };
        assert!(inferred_schema(&tape(most)).unwrap().has(Column::Grade) && gaps(&tape(most)).is_empty());
        assert!(!inferred_schema(&tape(most + 1)).unwrap().has(Column::Grade));
        assert_eq!(gaps(&tape(most + 1)), [(Column::Grade, Gap::Names { names: most + 1, most })]);
    }
}
