//! The loans of a pool as the integers that a commitment binds.
//!
//! Loans that are paid or in default, or on which nothing is owed, are not part of the pool. The
//! others stand in one order: by obligor, then by identifier, so that the loans of an obligor are
//! beside each other.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde_json::json;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::Problem;
use crate::fixed_point::Unit;
use crate::pool::schema::{Category, Column, Field, TapeSchema};
use crate::pool::tape::{Loan, Status, Tape};

/// Bits of a balance less one.
pub const BALANCE_BITS: u32 = 32;
/// Bits of a number of loans.
pub const LOANS_BITS: u32 = 14;
/// Most loans of a pool.
pub const MAX_LOANS: usize = (1 << LOANS_BITS) - 1;
/// Bits of a total balance.
pub const TOTAL_BITS: u32 = BALANCE_BITS + LOANS_BITS;

/// A loan of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Zeroize)]
pub struct PoolLoan {
    /// what is owed, in units: 1 to 2^32 - 1, as are the sums of obligors
    pub balance: u64,
    /// its numbers, in the order of [`Field::ALL`]; 0 where the tape has none
    pub fields: [u32; 4],
    /// its codes, in the order of [`Category::ALL`]; 0 where the tape has none
    pub codes: [u8; 3],
    /// whether it is late beyond a period of grace
    pub delinquent: bool,
    /// whether it is the first of its obligor
    pub new_obligor: bool,
}

/// The loans of a pool. Zeroized when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct LoanPool {
    loans: Vec<PoolLoan>,
    tape_digest: [u8; 32],
}

impl LoanPool {
    /// The pool of a tape under a schema.
    ///
    /// # Errors
    /// A loan without one of the schema's columns, with a name that is not in its lists, or with a
    /// number that does not fit; nothing that is owed, or too many loans.
    pub fn new(tape: &Tape, schema: &TapeSchema) -> Result<Self, Problem> {
        let mut loans: Vec<&Loan> = tape.loans().iter().filter(|loan| loan.is_in_pool()).collect();
        if loans.is_empty() {
            return Err(Problem::Empty("nothing is owed on any loan of the pool".into()));
        }
        if loans.len() > MAX_LOANS {
            let (what, value) = ("the number of loans of the pool".into(), loans.len().to_string());
            return Err(Problem::OutOfRange { what, value, range: format!("1 to {MAX_LOANS}") });
        }
        let obligor = |loan: &Loan| {
            let named = loan.obligor.clone().filter(|_| schema.has(Column::Obligor));
            // An obligor that is not named has one loan.
            named.map_or((true, loan.id.clone()), |name| (false, name))
        };
        loans.sort_by_cached_key(|loan| (obligor(loan), loan.id.clone()));
        let mut previous = None;
        let mut rows = Vec::with_capacity(loans.len());
        for loan in &loans {
            let owes = obligor(loan);
            let of_loan = |problem: Problem| problem.in_part(format!("loan '{}'", loan.id));
            rows.push(row(loan, schema, previous.as_ref() != Some(&owes)).map_err(of_loan)?);
            previous = Some(owes);
        }
        let mut owed = 0;
        for (row, loan) in rows.iter().zip(&loans) {
            owed = if row.new_obligor { row.balance } else { owed + row.balance };
            if owed >> BALANCE_BITS != 0 {
                let (loan, unit) = (loan.id.clone(), schema.unit());
                return Err(Problem::ObligorTooLarge { loan, unit: unit.to_decimal() });
            }
        }
        Ok(Self { loans: rows, tape_digest: digest(&loans) })
    }

    /// A pool of loans that are not from a tape.
    pub fn from_loans(loans: Vec<PoolLoan>, tape_digest: [u8; 32]) -> Self {
        Self { loans, tape_digest }
    }

    /// The loans, in order.
    pub fn loans(&self) -> &[PoolLoan] {
        &self.loans
    }

    /// SHA-256 over `tailproof/loans/v1` and the JSON of every loan of the pool as it was read, in
    /// order: names included, without its probability of default and loss given default.
    pub fn tape_digest(&self) -> [u8; 32] {
        self.tape_digest
    }

    /// Exposure in each of so many buckets, which are the grades.
    pub fn exposures(&self, buckets: usize) -> Vec<i64> {
        let mut exposures = vec![0i64; buckets];
        for loan in &self.loans {
            if let Some(exposure) = exposures.get_mut(usize::from(loan.codes[Category::Grade as usize])) {
                *exposure += i64::try_from(loan.balance).unwrap_or(i64::MAX);
            }
        }
        exposures
    }

    /// Exposure of each loan in each of so many buckets: of loan i in bucket b at
    /// `i * buckets + b`, for so many slots.
    pub fn granular_exposures(&self, slots: usize, buckets: usize) -> Vec<i64> {
        let mut exposures = vec![0i64; slots * buckets];
        for (slot, loan) in self.loans.iter().enumerate().take(slots) {
            let bucket = usize::from(loan.codes[Category::Grade as usize]);
            if bucket < buckets {
                exposures[slot * buckets + bucket] = i64::try_from(loan.balance).unwrap_or(i64::MAX);
            }
        }
        exposures
    }
}

impl std::fmt::Debug for LoanPool {
    /// Shows no loan: the pool is private.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoanPool").finish_non_exhaustive()
    }
}

impl Zeroize for LoanPool {
    fn zeroize(&mut self) {
        self.loans.zeroize();
        self.tape_digest.zeroize();
    }
}

impl Drop for LoanPool {
    fn drop(&mut self) {
        self.zeroize();
    }
}

impl ZeroizeOnDrop for LoanPool {}

fn row(loan: &Loan, schema: &TapeSchema, new_obligor: bool) -> Result<PoolLoan, Problem> {
    let cents_of_unit = schema.unit().millionths() / Unit::CENT.millionths();
    let out_of_range =
        |what: &str, value: String, range: String| Problem::OutOfRange { what: what.into(), value, range };
    if !loan.balance.is_multiple_of(cents_of_unit) {
        return Err(Problem::SplitUnit(schema.unit().to_decimal()));
    }
    let balance = loan.balance / cents_of_unit;
    let mut fields = [0; 4];
    for (value, field) in fields.iter_mut().zip(Field::ALL) {
        let column = field.column();
        if !schema.has(column) {
            continue;
        }
        let found = match field {
            Field::Rate => loan.rate,
            Field::Ltv => loan.ltv,
            Field::Score => loan.score,
            Field::Term => loan.term,
        };
        let missing = || Problem::NoValue(column.name());
        *value = found.ok_or_else(missing)?;
        if u64::from(*value) > field.most() {
            let written = |value: u64| {
                let number = Decimal::new(i64::try_from(value).unwrap_or(i64::MAX), field.decimals()).normalize();
                format!("{number}{}", field.suffix())
            };
            let what = format!("the {}", column.name());
            return Err(out_of_range(&what, written((*value).into()), format!("0 to {}", written(field.most()))));
        }
    }
    for (column, is_there) in [(Column::Status, loan.status.is_some()), (Column::Obligor, loan.obligor.is_some())] {
        if schema.has(column) && !is_there {
            return Err(Problem::NoValue(column.name()));
        }
    }
    let code = |category, name: &Option<String>| schema.code_of_loan(category, name.as_deref());
    Ok(PoolLoan {
        balance,
        fields,
        codes: [
            code(Category::Grade, &loan.grade)?,
            code(Category::Sector, &loan.sector)?,
            code(Category::Region, &loan.region)?,
        ],
        delinquent: loan.status == Some(Status::Delinquent),
        new_obligor,
    })
}

fn digest(loans: &[&Loan]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update("tailproof/loans/v1");
    for loan in loans {
        let numbers = [loan.rate, loan.ltv, loan.score, loan.term];
        let names = [&loan.grade, &loan.sector, &loan.region, &loan.obligor];
        let row = json!([loan.id, loan.balance, numbers, names, loan.status.map(Status::name)]);
        hasher.update(row.to_string());
        hasher.update("\n");
    }
    hasher.finalize().into()
}

/// The figures of a pool, in exact integers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolFigures {
    /// number of loans
    pub loans: u64,
    /// total balance
    pub balance: u64,
    /// sums of balance times number, in the order of [`Field::ALL`]
    pub weighted: [u128; 4],
    /// least and greatest number of a loan, in the order of [`Field::ALL`]
    pub extremes: [(u32, u32); 4],
    /// balance of loans that are late
    pub delinquent: u64,
    /// balance of the largest obligor
    pub largest_obligor: u64,
    /// number of obligors
    pub obligors: u64,
    /// sum over obligors of their squared balances
    pub squared: u128,
    /// balance by code, in the order of [`Category::ALL`]
    pub by_code: [Vec<u64>; 3],
    /// balance times rate by grade
    pub interest: Vec<u128>,
}

impl PoolFigures {
    /// Returns the figures of a pool.
    pub fn new(collateral: &LoanPool) -> Self {
        let mut figures = Self {
            loans: 0,
            balance: 0,
            weighted: [0; 4],
            extremes: [(u32::MAX, 0); 4],
            delinquent: 0,
            largest_obligor: 0,
            obligors: 0,
            squared: 0,
            by_code: Category::ALL.map(|category| vec![0; category.most()]),
            interest: vec![0; Category::Grade.most()],
        };
        let mut owed: HashMap<u64, u64> = HashMap::new();
        for loan in collateral.loans() {
            figures.loans += 1;
            figures.balance += loan.balance;
            for (field, value) in loan.fields.iter().enumerate() {
                figures.weighted[field] += u128::from(loan.balance) * u128::from(*value);
                let (least, most) = &mut figures.extremes[field];
                (*least, *most) = ((*least).min(*value), (*most).max(*value));
            }
            for (by_code, code) in figures.by_code.iter_mut().zip(loan.codes) {
                by_code[usize::from(code)] += loan.balance;
            }
            figures.interest[usize::from(loan.codes[0])] += u128::from(loan.balance) * u128::from(loan.fields[0]);
            figures.delinquent += if loan.delinquent { loan.balance } else { 0 };
            figures.obligors += u64::from(loan.new_obligor || figures.obligors == 0);
            *owed.entry(figures.obligors).or_default() += loan.balance;
        }
        figures.largest_obligor = owed.values().copied().max().unwrap_or_default();
        figures.squared = owed.values().map(|owed| u128::from(*owed) * u128::from(*owed)).sum();
        figures
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::tape;

    const TAPE: &str = "id,balance,rate,grade,obligor,status\nc,1.50,10,B,x,current\na,2,5,A,y,delinquent\nb,1,20,A,x,grace\n\
                        d,9,1,A,z,paid\ne,0,1,A,z,current\n";

    fn schema(grades: &[&str]) -> TapeSchema {
        let columns = [Column::Rate, Column::Grade, Column::Obligor, Column::Status].into_iter().collect();
        let grades = grades.iter().map(|name| (*name).to_owned()).collect();
        TapeSchema::new(Unit::CENT, columns, [grades, Vec::new(), Vec::new()]).unwrap()
    }

    #[test]
    fn loans_of_an_obligor_stand_together_and_are_summed() {
        let collateral = LoanPool::new(&tape(TAPE), &schema(&["A", "B"])).unwrap();
        let seen: Vec<_> = collateral.loans().iter().map(|loan| (loan.balance, loan.new_obligor)).collect();
        assert_eq!(seen, [(100, true), (150, false), (200, true)], "b and c of x, then a of y");
        let figures = PoolFigures::new(&collateral);
        assert_eq!((figures.loans, figures.balance, figures.obligors, figures.largest_obligor), (3, 450, 2, 250));
        assert_eq!((figures.squared, figures.delinquent), (250 * 250 + 200 * 200, 200));
        assert_eq!(
            (figures.weighted[0], &figures.by_code[0][..3]),
            (100 * 2_000 + 150 * 1_000 + 200 * 500, &[300, 150, 0][..])
        );
        assert_eq!(figures.interest[..2], [100 * 2_000 + 200 * 500, 150 * 1_000]);
        assert_eq!(figures.extremes[0], (500, 2_000));
    }

    #[test]
    fn the_digest_is_of_the_pool_s_loans_in_any_order() {
        let digest = |text: &str| LoanPool::new(&tape(text), &schema(&["A", "B"])).unwrap().tape_digest();
        let moved =
            "id,balance,rate,grade,obligor,status\nb,1,20,A,x,grace\nc,1.50,10,B,x,current\na,2,5,A,y,delinquent\n";
        assert_eq!(digest(TAPE), digest(moved));
        for (from, to) in [("1.50", "1.51"), ("b,1", "bb,1"), (",y,", ",w,"), ("grace", "current")] {
            assert_ne!(digest(TAPE), digest(&TAPE.replace(from, to)), "{to}");
        }
        assert_eq!(digest(TAPE), digest(&TAPE.replace("d,9,", "d,8,")), "a loan that is paid is not of the pool");
    }

    #[test]
    fn what_a_schema_does_not_have_is_refused() {
        let refused =
            |text: &str, grades: &[&str]| LoanPool::new(&tape(text), &schema(grades)).unwrap_err().to_string();
        assert!(refused(TAPE, &["A"]).contains("loan 'c': grade 'B' is not one of the deal's: A"));
        assert!(refused(&TAPE.replace("2,5,A", "2,,A"), &["A", "B"]).contains("loan 'a': no rate"));
        assert!(
            refused(&TAPE.replace("2,5,A", "2,200,A"), &["A", "B"]).contains("the rate 200 % is outside 0 to 163.83 %")
        );
        assert!(refused(&TAPE.replace("a,2", "a,50000000"), &["A", "B"]).contains("larger unit"));
        assert!(
            refused(
                &TAPE.replace("grace", "paid").replace("current", "paid").replace("delinquent", "paid"),
                &["A", "B"]
            )
            .contains("nothing is owed")
        );
        assert!(TapeSchema::new(Unit::FINEST, [].into(), [vec![], vec![], vec![]]).is_err());
        assert!(TapeSchema::new(Unit::CENT, [].into(), [vec!["A".into()], vec![], vec![]]).is_err());
        assert!(
            TapeSchema::new(Unit::CENT, [Column::Grade].into(), [vec!["A".into(), "A".into()], vec![], vec![]])
                .is_err()
        );
    }
}
