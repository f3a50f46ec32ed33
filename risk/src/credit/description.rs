//! Figures of a pool's loans, for whoever holds the tape. No proof is about them, and no bound of a
//! circuit is one of them.

use std::collections::{BTreeMap, HashMap};

use tailproof_core::pool::{Category, Column, Field, Loan, LoanPool, PoolFigures, Status, Tape, TapeSchema};
use tailproof_core::text::to_f64;

/// Number of the largest obligors whose debts a description adds up, if there are as many.
pub const TOP: usize = 10;

/// A pool's loans in figures. They are private. Amounts are in cents.
#[derive(Debug, Clone, PartialEq)]
pub struct PoolDescription {
    /// number of loans of the pool
    pub loans: usize,
    /// what is owed on them
    pub balance: u64,
    /// number of obligors; a loan without one is alone
    pub obligors: usize,
    /// balance of the largest obligor, and its name, if it has one
    pub largest_obligor: (u64, Option<String>),
    /// number of the largest obligors, at most [`TOP`], and what they owe together
    pub top_obligors: (usize, u64),
    /// sum of the squared shares of the obligors
    pub herfindahl: f64,
    /// loans on the tape that are not of the pool
    pub outside: Outside,
    /// columns that the tape has, and for how many loans
    pub coverage: Vec<Coverage>,
    /// loans and balance of each status that the pool has
    pub statuses: Vec<(Status, usize, u64)>,
    /// numbers of the loans that have them
    pub numbers: Vec<NumberFigures>,
    names: [Vec<(String, u64)>; 3],
}

/// Loans on the tape that are not of the pool, by the reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outside {
    /// paid
    pub paid: usize,
    /// in default
    pub in_default: usize,
    /// without a balance, of a status that is neither: perhaps masked
    pub live_without_balance: usize,
    /// without a balance and a status
    pub without_balance: usize,
}

/// How much of the pool has a value in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// the column
    pub column: Column,
    /// loans that have a value
    pub loans: usize,
    /// their balance
    pub balance: u64,
}

/// A number of the loans that have it.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberFigures {
    /// the number
    pub field: Field,
    /// its name
    pub name: String,
    /// its average by balance
    pub average: f64,
    /// the least and the greatest
    pub range: [f64; 2],
    /// loans that have it
    pub loans: usize,
}

impl Outside {
    fn add(&mut self, loan: &Loan) {
        *match loan.status {
            Some(Status::Paid) => &mut self.paid,
            Some(Status::Default) => &mut self.in_default,
            Some(_) => &mut self.live_without_balance,
            None => &mut self.without_balance,
        } += 1;
    }

    /// Returns how many there are.
    pub fn count(&self) -> usize {
        self.paid + self.in_default + self.live_without_balance + self.without_balance
    }
}

impl PoolDescription {
    /// Returns the figures of a tape. A deal's `schema` says which loans are of the pool and who is one
    /// obligor; its `pool`, if the loans fit a circuit, has the grades of its bands.
    pub fn new(tape: &Tape, schema: Option<&TapeSchema>, pool: Option<&LoanPool>) -> Self {
        let holds = |loan: &Loan| schema.map_or_else(|| loan.is_in_pool(), |schema| schema.holds(loan));
        let (loans, others): (Vec<&Loan>, Vec<&Loan>) = tape.loans().iter().partition(|loan| holds(loan));
        let mut outside = Outside::default();
        others.into_iter().for_each(|loan| outside.add(loan));
        let balance: u64 = loans.iter().map(|loan| loan.balance).sum();
        let (debts, largest_obligor, squared) = obligors(&loans, schema);
        let statuses = Status::ALL.into_iter().filter_map(|(_, status)| {
            let of: Vec<&&Loan> = loans.iter().filter(|loan| loan.status == Some(status)).collect();
            Some((status, of.len(), of.iter().map(|loan| loan.balance).sum())).filter(|(_, loans, _)| *loans > 0)
        });
        Self {
            loans: loans.len(),
            balance,
            obligors: debts.len(),
            largest_obligor,
            top_obligors: (debts.len().min(TOP), debts.iter().take(TOP).sum()),
            herfindahl: squared / (balance as f64).powi(2),
            outside,
            coverage: coverage(&loans),
            statuses: statuses.collect(),
            numbers: Field::ALL.into_iter().filter_map(|field| number(&loans, field, schema)).collect(),
            names: Category::ALL.map(|category| names(&loans, category, schema.zip(pool))),
        }
    }

    /// Returns cents as an amount of currency.
    pub fn amount(&self, cents: u64) -> f64 {
        cents as f64 / 100.0
    }

    /// Returns cents as a fraction of the balance; 0 of an empty pool.
    pub fn share(&self, cents: u64) -> f64 {
        if self.balance == 0 { 0.0 } else { ratio(cents, self.balance) }
    }

    /// Returns the balance of loans that are late beyond a period of grace; `None` if no loan has a
    /// status.
    pub fn delinquent(&self) -> Option<u64> {
        let late = self.statuses.iter().find(|(status, ..)| *status == Status::Delinquent);
        (!self.statuses.is_empty()).then(|| late.map_or(0, |(_, _, balance)| *balance))
    }

    /// Returns the names of a category with the balance under each, the largest first.
    pub fn names(&self, category: Category) -> &[(String, u64)] {
        &self.names[category as usize]
    }

    /// Returns how much of the pool has a value in a column; `None` if no loan has.
    pub fn covered(&self, column: Column) -> Option<&Coverage> {
        self.coverage.iter().find(|coverage| coverage.column == column)
    }
}

fn ratio(cents: u64, all: u64) -> f64 {
    cents as f64 / all as f64
}

/// Returns what each obligor owes, the largest first; what the largest owes with its name; and the sum of
/// their squares.
fn obligors(loans: &[&Loan], schema: Option<&TapeSchema>) -> (Vec<u64>, (u64, Option<String>), f64) {
    let is_named = schema.is_none_or(|schema| schema.has(Column::Obligor));
    let canonical = |name: &String| schema.map_or_else(|| name.clone(), |schema| schema.canonical_id(name));
    let mut owed: HashMap<String, u64> = HashMap::new();
    let (mut debts, mut largest, mut squared) = (Vec::new(), (0, None), 0u128);
    for loan in loans {
        match loan.obligor.as_ref().filter(|_| is_named) {
            Some(name) => *owed.entry(canonical(name)).or_default() += loan.balance,
            None => {
                debts.push(loan.balance);
                squared += u128::from(loan.balance).pow(2);
                largest = largest.max((loan.balance, None));
            }
        }
    }
    for (name, cents) in owed {
        debts.push(cents);
        squared += u128::from(cents).pow(2);
        // Of several that owe the same, the last by name.
        largest = largest.max((cents, Some(name)));
    }
    debts.sort_unstable_by(|left, right| right.cmp(left));
    (debts, largest, squared as f64)
}

/// Whether a loan has a value in a column.
pub(super) fn has(loan: &Loan, column: Column) -> bool {
    match column {
        Column::Rate => loan.rate.is_some(),
        Column::Ltv => loan.ltv.is_some(),
        Column::Score => loan.score.is_some(),
        Column::Term => loan.term.is_some(),
        Column::Grade => loan.grade.is_some(),
        Column::Sector => loan.sector.is_some(),
        Column::Region => loan.region.is_some(),
        Column::Obligor => loan.obligor.is_some(),
        Column::Status => loan.status.is_some(),
        Column::Collateral => loan.collateral.is_some(),
    }
}

fn coverage(loans: &[&Loan]) -> Vec<Coverage> {
    let of = |column| {
        let with: Vec<&&Loan> = loans.iter().filter(|loan| has(loan, column)).collect();
        let balance = with.iter().map(|loan| loan.balance).sum();
        Some(Coverage { column, loans: with.len(), balance }).filter(|coverage| coverage.loans > 0)
    };
    Column::ALL.into_iter().filter_map(of).collect()
}

/// Returns a number of a loan.
pub(super) fn value(loan: &Loan, field: Field) -> Option<u32> {
    match field {
        Field::Rate => loan.rate,
        Field::Ltv => loan.ltv,
        Field::Score => loan.score,
        Field::Term => loan.term,
        Field::FirstSpare => loan.numbers[0],
        Field::SecondSpare => loan.numbers[1],
    }
}

fn number(loans: &[&Loan], field: Field, schema: Option<&TapeSchema>) -> Option<NumberFigures> {
    let with: Vec<(u64, u32)> = loans.iter().filter_map(|loan| Some((loan.balance, value(loan, field)?))).collect();
    let owed: u128 = with.iter().map(|(cents, _)| u128::from(*cents)).sum();
    let weighted: u128 = with.iter().map(|(cents, value)| u128::from(*cents) * u128::from(*value)).sum();
    let values = || with.iter().map(|(_, value)| *value);
    let (least, most) = (values().min()?, values().max()?);
    let step = match (schema, field.column()) {
        (Some(schema), _) => to_f64(schema.step(field)),
        (None, _) => 10f64.powi(-i32::try_from(field.decimals()).unwrap_or(0)),
    };
    let name = field.column().map(Column::name).or_else(|| schema.map(|schema| schema.number_name(field)));
    let average = weighted as f64 / owed as f64 * step;
    let range = [f64::from(least) * step, f64::from(most) * step];
    Some(NumberFigures { field, name: name.unwrap_or_default().to_owned(), average, range, loans: with.len() })
}

/// Returns the names of a category with the balance under each, the largest first: of the pool's codes
/// where a deal has the column, and of the tape where it has not.
fn names(loans: &[&Loan], category: Category, pool: Option<(&TapeSchema, &LoanPool)>) -> Vec<(String, u64)> {
    let mut all: Vec<(String, u64)> = match pool.filter(|(schema, _)| schema.has(category.column())) {
        Some((schema, pool)) => {
            let cents = schema.unit().millionths() / 10_000;
            let owed = PoolFigures::new(pool).by_code[category as usize].clone();
            schema.names(category).iter().cloned().zip(owed.into_iter().map(|units| units * cents)).collect()
        }
        None => {
            let mut owed: BTreeMap<&String, u64> = BTreeMap::new();
            for loan in loans {
                let name = match category {
                    Category::Grade => &loan.grade,
                    Category::Sector => &loan.sector,
                    Category::Region => &loan.region,
                };
                if let Some(name) = name {
                    *owed.entry(name).or_default() += loan.balance;
                }
            }
            owed.into_iter().map(|(name, cents)| (name.clone(), cents)).collect()
        }
    };
    all.sort_by_key(|(_, owed)| std::cmp::Reverse(*owed));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::{Mapping, read_tape};

    fn described(text: &str) -> PoolDescription {
        PoolDescription::new(&read_tape("t.csv", text.as_bytes(), &Mapping::default()).unwrap(), None, None)
    }

    #[test]
    fn columns_are_described_over_the_loans_that_have_them() {
        let found = described(
            "id,balance,rate,score,grade,status\n1,100,5.5,700,A,current\n2,300,7.5,,B,current\n3,9,1,1,C,paid\n4,0,1,1,C,grace\n",
        );
        assert_eq!((found.loans, found.balance, found.obligors), (2, 40_000, 2));
        let outside = Outside { paid: 1, live_without_balance: 1, ..Outside::default() };
        assert_eq!((found.outside, found.outside.count()), (outside, 2));
        assert_eq!(found.names(Category::Grade), [("B".to_owned(), 30_000), ("A".to_owned(), 10_000)]);
        let averages: Vec<_> =
            found.numbers.iter().map(|number| (number.average, number.range, number.loans)).collect();
        assert_eq!(averages, [(7.0, [5.5, 7.5], 2), (700.0, [700.0, 700.0], 1)]);
        assert_eq!(found.covered(Column::Score).map(|score| (score.loans, score.balance)), Some((1, 10_000)));
        assert!((found.herfindahl - 0.625).abs() < 1e-12 && found.delinquent() == Some(0));
    }

    #[test]
    fn an_obligor_s_loans_are_summed_whatever_they_owe() {
        let found = described("id,balance,obligor\n1,43250000.17,A\n2,51000000.99,D\n3,8000000,A\n4,5,\n");
        assert_eq!((found.obligors, &found.largest_obligor), (3, &(5_125_000_017, Some("A".to_owned()))));
        assert_eq!(found.delinquent(), None);
        assert_eq!(found.top_obligors, (3, found.balance));
    }

    #[test]
    fn the_ten_largest_obligors_are_added_up() {
        let rows: String =
            (1..=12).map(|loan| format!("{loan},{loan},{}\n", if loan < 3 { "A" } else { "" })).collect();
        let found = described(&format!("id,balance,obligor\n{rows}"));
        // 12 to 4 and, of equal debts of 3, one.
        assert_eq!((found.obligors, found.top_obligors), (11, (10, 7_500)));
    }
}
