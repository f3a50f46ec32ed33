//! The loans of a pool as the integers that a commitment binds.
//!
//! Loans that are paid, or on which nothing is owed, are not part of the pool. Nor are loans in
//! default, unless the schema has a grade for them. The others stand in one order: by obligor, then
//! by identifier, so that the loans of an obligor are beside each other.

use std::collections::{HashMap, HashSet};

use rust_decimal::Decimal;
use serde_json::json;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::{Problem, TapeProblem};
use crate::fixed_point::Unit;
use crate::pool::bands::Bands;
use crate::pool::ids::{IdKind, id_digit};
use crate::pool::schema::{Category, Column, DEFAULTED, Field, TapeSchema};
use crate::pool::tape::{Loan, Status, Tape};

/// Bits of a balance less one.
pub const BALANCE_BITS: u32 = 32;
/// Bits of a number of loans.
pub const LOANS_BITS: u32 = 16;
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
    pub fields: [u32; 6],
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
    ids: [Vec<u64>; 2],
    has_spare: bool,
}

impl LoanPool {
    /// The pool of a tape under a schema.
    ///
    /// # Errors
    /// A loan without one of the schema's columns, with a name that is not in its lists, or with a
    /// number that does not fit; nothing that is owed, or too many loans; a schema of version 2 that
    /// the tape was not read by; two loans with one canonical id; a grade that is not its band's.
    pub fn new(tape: &Tape, schema: &TapeSchema) -> Result<Self, Problem> {
        let mut loans: Vec<&Loan> = tape.loans().iter().filter(|loan| schema.holds(loan)).collect();
        if loans.is_empty() {
            return Err(Problem::Empty("nothing is owed on any loan of the pool".into()));
        }
        if loans.len() > MAX_LOANS {
            let (what, value) = ("the number of loans of the pool".into(), loans.len().to_string());
            return Err(Problem::OutOfRange { what, value, range: format!("1 to {MAX_LOANS}") });
        }
        if schema.terms().is_some() && tape.schema() != Some(schema.digest()) {
            return Err(TapeProblem::OtherReading.into());
        }
        let mut ids: HashMap<String, &str> = HashMap::new();
        for loan in &loans {
            let id = schema.canonical_id(&loan.id);
            if id.is_empty() {
                return Err(TapeProblem::EmptyId(loan.id.clone()).into());
            }
            // An obligor of whom nothing is left would be an obligor for each loan.
            let obligor = loan.obligor.as_ref().filter(|_| schema.has(Column::Obligor));
            if let Some(name) = obligor.filter(|name| schema.canonical_id(name).is_empty()) {
                return Err(TapeProblem::EmptyId(name.clone()).into());
            }
            if let Some(other) = ids.insert(id, &loan.id) {
                return Err(TapeProblem::SameId(other.to_owned(), loan.id.clone()).into());
            }
        }
        let obligor = |loan: &Loan| {
            let named = loan.obligor.as_ref().filter(|_| schema.has(Column::Obligor));
            let named = named.map(|name| schema.canonical_id(name));
            // An obligor that is not named has one loan.
            named.map_or_else(|| (true, schema.canonical_id(&loan.id)), |name| (false, name))
        };
        loans.sort_by_cached_key(|loan| (obligor(loan), schema.canonical_id(&loan.id)));
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
        let tape_digest = digest(&loans, schema.terms().is_some());
        let has_spare = !schema.numbers().is_empty();
        Ok(Self { loans: rows, tape_digest, ids: id_digits(&loans, schema)?, has_spare })
    }

    /// A pool of loans that are not from a tape, without ids.
    pub fn from_loans(loans: Vec<PoolLoan>, tape_digest: [u8; 32]) -> Self {
        Self { loans, tape_digest, ids: [Vec::new(), Vec::new()], has_spare: false }
    }

    /// Returns the pool with digits of ids, in the order of [`IdKind::ALL`]; none where the schema
    /// commits to no such ids.
    pub fn with_ids(self, ids: [Vec<u64>; 2]) -> Self {
        let mut pool = self;
        pool.ids = ids;
        pool
    }

    /// Returns the pool as one whose schema has spare numbers, which its commitment then holds.
    pub fn with_spare_numbers(self) -> Self {
        let mut pool = self;
        pool.has_spare = true;
        pool
    }

    /// Whether the schema has spare numbers.
    pub fn has_spare_numbers(&self) -> bool {
        self.has_spare
    }

    /// The digits of the ids of a kind, in the order of the loans; none where the schema commits to
    /// no such ids. See [`id_digit`].
    pub fn ids(&self, kind: IdKind) -> &[u64] {
        &self.ids[kind as usize]
    }

    /// The loans, in order.
    pub fn loans(&self) -> &[PoolLoan] {
        &self.loans
    }

    /// SHA-256 over `tailproof/loans/v2` and the JSON of every loan of the pool as it was read, a
    /// line each, in order: names included, without its probability of default and loss given
    /// default. Under a schema of version 1, over `tailproof/loans/v1` and what that one reads.
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
        self.ids.zeroize();
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
    let mut fields = [0; 6];
    for (value, field) in fields.iter_mut().zip(Field::ALL) {
        if !schema.has_number(field) {
            continue;
        }
        let found = match field {
            Field::Rate => loan.rate,
            Field::Ltv => loan.ltv,
            Field::Score => loan.score,
            Field::Term => loan.term,
            Field::FirstSpare => loan.numbers[0],
            Field::SecondSpare => loan.numbers[1],
        };
        let name = schema.number_name(field);
        *value = found.ok_or_else(|| Problem::NoValue(name.to_owned()))?;
        if u64::from(*value) > field.most() {
            let written = |value: u64| {
                let number = Decimal::from(value).checked_mul(schema.step(field)).unwrap_or(Decimal::MAX).normalize();
                format!("{number}{}", field.suffix())
            };
            let what = format!("the {name}");
            return Err(out_of_range(&what, written((*value).into()), format!("0 to {}", written(field.most()))));
        }
    }
    for (column, is_there) in [(Column::Status, loan.status.is_some()), (Column::Obligor, loan.obligor.is_some())] {
        if schema.has(column) && !is_there {
            return Err(Problem::NoValue(column.name().to_owned()));
        }
    }
    if schema.has(Column::Collateral) && loan.collateral.is_none() {
        return Err(Problem::NoValue(Column::Collateral.name().to_owned()));
    }
    let code = |category, name: &Option<String>| schema.code_of_loan(category, name.as_deref());
    let grade = match schema.defaulted().filter(|_| loan.status == Some(Status::Default)) {
        Some(defaulted) => defaulted,
        None => {
            let banded = banded_grade(loan, schema, &fields)?;
            let code = code(Category::Grade, &banded.or_else(|| loan.grade.clone()))?;
            if schema.defaulted() == Some(code) {
                return Err(TapeProblem::Reserved(DEFAULTED).into());
            }
            code
        }
    };
    Ok(PoolLoan {
        balance,
        fields,
        codes: [grade, code(Category::Sector, &loan.sector)?, code(Category::Region, &loan.region)?],
        delinquent: loan.status == Some(Status::Delinquent),
        new_obligor,
    })
}

/// Returns the grade whose band has the loan's number, where the schema has bands over a committed
/// number. With assets it is the tape's, of whose band the number must be.
fn banded_grade(loan: &Loan, schema: &TapeSchema, fields: &[u32; 6]) -> Result<Option<String>, Problem> {
    let Some(terms) = schema.terms() else { return Ok(None) };
    let Some(bands @ Bands::Number { number, .. }) = &terms.bands else { return Ok(None) };
    let value = u64::from(fields[*number as usize]);
    let number = bands.in_words(value, &terms.numbers);
    if terms.assets.is_some() {
        let grade = loan.grade.as_ref().ok_or(TapeProblem::NoAsset)?;
        let code = usize::from(schema.code(Category::Grade, grade)?);
        let is_reserved = schema.defaulted().map(usize::from) == Some(code);
        if !is_reserved && bands.codes_of(value).all(|found| found != code) {
            return Err(TapeProblem::OutsideBand { grade: grade.clone(), number }.into());
        }
        return Ok(Some(grade.clone()));
    }
    let code = bands.code_of(value).ok_or_else(|| TapeProblem::NoBand { number: number.clone() })?;
    let band = schema.names(Category::Grade)[code].clone();
    match loan.grade.clone().filter(|grade| *grade != band) {
        Some(grade) => Err(TapeProblem::OtherBand { grade, number, band }.into()),
        None => Ok(Some(band)),
    }
}

/// Returns the digits of the ids that a schema commits to.
fn id_digits(loans: &[&Loan], schema: &TapeSchema) -> Result<[Vec<u64>; 2], Problem> {
    if schema.terms().is_none_or(|terms| terms.ids.is_none()) {
        return Ok([Vec::new(), Vec::new()]);
    }
    let of = |kind, id: &str| id_digit(kind, &schema.canonical_id(id));
    let of_loans = loans.iter().map(|loan| of(IdKind::Loan, &loan.id)).collect();
    if !schema.has(Column::Collateral) {
        return Ok([of_loans, Vec::new()]);
    }
    let collateral = |loan: &&Loan| {
        let id = loan.collateral.as_deref().unwrap_or_default();
        if schema.canonical_id(id).is_empty() {
            let empty: Problem = TapeProblem::EmptyId(id.to_owned()).into();
            return Err(empty.in_part(format!("loan '{}'", loan.id)));
        }
        Ok(of(IdKind::Collateral, id))
    };
    Ok([of_loans, loans.iter().map(collateral).collect::<Result<_, _>>()?])
}

fn digest(loans: &[&Loan], has_terms: bool) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(if has_terms { "tailproof/loans/v2" } else { "tailproof/loans/v1" });
    for loan in loans {
        let numbers = [loan.rate, loan.ltv, loan.score, loan.term];
        let names = [&loan.grade, &loan.sector, &loan.region, &loan.obligor];
        let status = loan.status.map(Status::name);
        let row = if has_terms {
            json!([loan.id, loan.balance, numbers, loan.numbers, names, loan.collateral, status])
        } else {
            json!([loan.id, loan.balance, numbers, names, status])
        };
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
    pub weighted: [u128; 6],
    /// least and greatest number of a loan, in the order of [`Field::ALL`]
    pub extremes: [(u32, u32); 6],
    /// balance of loans that are late
    pub delinquent: u64,
    /// balance of the largest obligor
    pub largest_obligor: u64,
    /// balances of all obligors, the largest first
    pub debts: Vec<u64>,
    /// number of obligors
    pub obligors: u64,
    /// sum over obligors of their squared balances
    pub squared: u128,
    /// balance by code, in the order of [`Category::ALL`]
    pub by_code: [Vec<u64>; 3],
    /// balance times rate by grade
    pub interest: Vec<u128>,
    /// balance times rate by sector
    pub interest_by_sector: Vec<u128>,
    /// number of loans whose digest an earlier loan has, in the order of [`IdKind::ALL`]; `None`
    /// where the pool has no such ids
    pub repeated_ids: [Option<u64>; 2],
}

impl PoolFigures {
    /// Returns the figures of a pool.
    pub fn new(collateral: &LoanPool) -> Self {
        let mut figures = Self {
            loans: 0,
            balance: 0,
            weighted: [0; 6],
            extremes: [(u32::MAX, 0); 6],
            delinquent: 0,
            largest_obligor: 0,
            debts: Vec::new(),
            obligors: 0,
            squared: 0,
            by_code: Category::ALL.map(|category| vec![0; category.most()]),
            interest: vec![0; Category::Grade.most()],
            interest_by_sector: vec![0; Category::Sector.most()],
            repeated_ids: IdKind::ALL.map(|kind| repeated(collateral.ids(kind))),
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
            let interest = u128::from(loan.balance) * u128::from(loan.fields[0]);
            figures.interest[usize::from(loan.codes[0])] += interest;
            figures.interest_by_sector[usize::from(loan.codes[1])] += interest;
            figures.delinquent += if loan.delinquent { loan.balance } else { 0 };
            figures.obligors += u64::from(loan.new_obligor || figures.obligors == 0);
            *owed.entry(figures.obligors).or_default() += loan.balance;
        }
        figures.squared = owed.values().map(|owed| u128::from(*owed) * u128::from(*owed)).sum();
        figures.debts = owed.into_values().collect();
        figures.debts.sort_unstable_by(|left, right| right.cmp(left));
        figures.largest_obligor = figures.debts.first().copied().unwrap_or_default();
        figures
    }

    /// Returns what so many largest obligors owe together: the balance, if there are no more.
    pub fn owed_by_largest(&self, count: usize) -> u64 {
        self.debts.iter().take(count).sum()
    }
}

/// Returns the number of digests that an earlier one is equal to; `None` without digests.
fn repeated(digests: &[u64]) -> Option<u64> {
    let different: HashSet<u64> = digests.iter().copied().collect();
    (!digests.is_empty()).then_some((digests.len() - different.len()) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::ids::IdForm;
    use crate::pool::tape_terms::{Scale, StatusTerms, TapeTerms};
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
        assert_eq!([0, 1, 2, 3].map(|count| figures.owed_by_largest(count)), [0, 250, 450, 450]);
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

    fn terms() -> TapeTerms {
        let mut terms = TapeTerms::new("2024-03-31".parse().unwrap(), "EUR");
        terms.scale = [(Column::Rate, Scale::Percent)].into();
        terms.status = Some(StatusTerms::Words([("current".to_owned(), Status::Current)].into()));
        terms
    }

    fn pool_of(text: &str, schema: &TapeSchema) -> Result<LoanPool, Problem> {
        LoanPool::new(&tape(text).read_under(schema.digest()), schema)
    }

    /// Nobody commits to a tape whose words and numbers a mapping, or another schema, defined.
    #[test]
    fn a_tape_that_was_not_read_by_its_schema_is_refused() {
        let [first, second] = ["2024-03-31", "2025-12-31"].map(|date| {
            let terms = TapeTerms { cut_off: date.parse().unwrap(), ..terms() };
            schema(&["A", "B"]).with_terms(terms).unwrap()
        });
        assert!(pool_of(SAME_LOANS, &first).is_ok());
        for other in [tape(SAME_LOANS), tape(SAME_LOANS).read_under(second.digest())] {
            let error = LoanPool::new(&other, &first).unwrap_err();
            assert_eq!(error, TapeProblem::OtherReading.into());
        }
    }

    const SAME_LOANS: &str = "id,balance,rate,grade,obligor,status,collateral\nTW-01,100,5,A,TW-B01,current,H1\n\
                              TW-02,200,6,B,TW-B02,current,H2\ntw 01,100,5,A,tw b01,current,h-1\n";

    /// The first loans again, under ids that differ in capitals and dashes.
    #[test]
    fn the_same_loan_under_another_spelling_of_its_id_is_refused() {
        let ids = IdForm { upper_case: true, without_spaces: true, without_dashes: true, without_leading_zeros: false };
        let without = schema(&["A", "B"]).with_terms(terms()).unwrap();
        assert_eq!(pool_of(SAME_LOANS, &without).unwrap().loans().len(), 3);
        let with = schema(&["A", "B"]).with_terms(TapeTerms { ids: Some(ids), ..terms() }).unwrap();
        let error = pool_of(SAME_LOANS, &with).unwrap_err().to_string();
        assert!(error.contains("'TW-01'") && error.contains("'tw 01'") && error.contains("[tape.ids]"), "{error}");
        let pool = pool_of(&SAME_LOANS.replace("tw 01", "tw 03"), &with).unwrap();
        let obligors: Vec<_> = pool.loans().iter().map(|loan| (loan.balance, loan.new_obligor)).collect();
        assert_eq!(obligors, [(10_000, true), (10_000, false), (20_000, true)], "TW-B01 and tw b01 are one obligor");
        let digits = ["TW01", "TW03", "TW02"].map(|id| id_digit(IdKind::Loan, id));
        assert_eq!((pool.ids(IdKind::Loan), pool.ids(IdKind::Collateral)), (&digits[..], &[][..]));
        let error = pool_of(&SAME_LOANS.replace("tw 01", " - "), &with).unwrap_err().to_string();
        assert!(error.contains("nothing is left of the id ' - '"), "{error}");
        let dashes = SAME_LOANS.replace("tw 01", "tw 03").replace("TW-B02", "--");
        let error = pool_of(&dashes, &with).unwrap_err().to_string();
        assert!(error.contains("nothing is left of the id '--'"), "{error}");
    }

    #[test]
    fn collateral_has_digits_where_it_is_a_column() {
        let columns = [Column::Rate, Column::Grade, Column::Status, Column::Collateral].into_iter().collect();
        let schema = TapeSchema::new(Unit::CENT, columns, [vec!["A".into(), "B".into()], vec![], vec![]]).unwrap();
        assert!(schema.clone().with_terms(terms()).unwrap_err().to_string().contains("needs [tape.ids]"));
        let ids = IdForm { upper_case: true, without_dashes: true, ..IdForm::default() };
        let schema = schema.with_terms(TapeTerms { ids: Some(ids), ..terms() }).unwrap();
        // By ids as spaces are kept: "TW 03" is before "TW01" and "TW02".
        let pool = pool_of(&SAME_LOANS.replace("tw 01", "tw 03"), &schema).unwrap();
        let digits = ["H1", "H1", "H2"].map(|id| id_digit(IdKind::Collateral, id));
        assert_eq!(pool.ids(IdKind::Collateral), digits);
        let error = pool_of(&SAME_LOANS.replace(",h-1", ","), &schema).unwrap_err().to_string();
        assert!(error.contains("no collateral"), "{error}");
        assert_eq!(PoolFigures::new(&pool).repeated_ids, [Some(0), Some(1)], "H1 twice");
        assert_eq!(PoolFigures::new(&LoanPool::from_loans(pool.loans().to_vec(), [0; 32])).repeated_ids, [None; 2]);
    }

    /// A grade is the band of its number, whatever the tape calls it.
    #[test]
    fn a_grade_that_is_not_its_band_s_is_refused() {
        let grades = ["A".to_owned(), "B".to_owned()];
        let limits = [("A", "0", "5.99"), ("B", "6", "10")]
            .map(|(grade, low, high)| (grade.to_owned(), [low.parse().unwrap(), high.parse().unwrap()]));
        let bands = Bands::new(Ok("rate"), &limits, &grades, &[]).unwrap();
        let schema = schema(&["A", "B"]).with_terms(TapeTerms { bands: Some(bands), ..terms() }).unwrap();
        let pool = |text: &str| pool_of(text, &schema).map_err(|problem| problem.to_string());
        let codes: Vec<u8> = pool(SAME_LOANS).unwrap().loans().iter().map(|loan| loan.codes[0]).collect();
        assert_eq!(codes, [0, 1, 0]);
        assert_eq!(pool(&SAME_LOANS.replace(",A,", ",,")).unwrap().loans()[0].codes[0], 0);
        let error = pool(&SAME_LOANS.replace("200,6,B", "200,6,A")).unwrap_err();
        assert!(error.contains("loan 'TW-02': the grade is 'A', and the rate 6 is in the band of 'B'"), "{error}");
        let error = pool(&SAME_LOANS.replace("200,6,B", "200,10.01,B")).unwrap_err();
        assert!(error.contains("the rate 10.01 is in no band"), "{error}");
    }

    #[test]
    fn the_digest_of_version_2_has_spare_numbers_and_collateral() {
        let schema = schema(&["A", "B"]).with_terms(terms()).unwrap();
        let digest = |text: &str| pool_of(text, &schema).unwrap().tape_digest();
        assert_ne!(digest(SAME_LOANS), digest(&SAME_LOANS.replace("H2", "H3")));
        let expected = "tailproof/loans/v2[\"7\",100,[500,null,null,null],[null,null],[\"A\",null,null,\"x\"],\"H\",\"current\"]\n";
        let one = "id,balance,rate,grade,obligor,status,collateral\n7,1,5,A,x,current,H\n";
        assert_eq!(digest(one)[..], Sha256::digest(expected)[..]);
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
