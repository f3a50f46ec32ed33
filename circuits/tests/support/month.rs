//! Small months: an earlier pool, and how a case's pool came from it.

use std::collections::HashMap;

use ark_bn254::Fr;
use rand::Rng;
use rand_chacha::ChaCha20Rng;
use tailproof_circuits::statement::pool::MonthWitness;
use tailproof_core::pool::ids::{IdForm, IdKind};
use tailproof_core::pool::month::claims::Flow;
use tailproof_core::pool::month::{MonthClaim, MonthFigures, MonthTerms, Reason, Roll, TermRule};
use tailproof_core::pool::schema::SpareNumber;
use tailproof_core::pool::schema::WHOLE;
use tailproof_core::pool::tape_terms::{Scale, TapeTerms};
use tailproof_core::pool::{Category, Column, Field, LoanPool, PoolLoan, TapeSchema};
use tailproof_verifier::field::CommitmentField;
use tailproof_verifier::pool::commitment::commit;
use tailproof_verifier::pool::month::MonthOf;

/// Digest of the earlier schema.
pub const SCHEMA_BEFORE: [u8; 32] = [4; 32];
/// Code of the grade of loans in default.
pub const DEFAULTED: u8 = 3;

/// The month before a pool.
#[derive(Clone)]
pub struct Month {
    pub before: LoanPool,
    pub roll: Roll,
    pub terms: MonthTerms,
    pub blinding: Fr,
}

/// A month in which terms fall by two, and LTVs and the first spare number move.
pub fn terms(spare: bool) -> MonthTerms {
    let columns = [Column::Ltv, Column::Term].into();
    let number = |name: &str| SpareNumber { name: name.to_owned(), step: 1.into() };
    let terms = TapeTerms {
        ids: Some(IdForm::default()),
        scale: [(Column::Ltv, Scale::Percent)].into(),
        numbers: if spare { vec![number("first"), number("second")] } else { Vec::new() },
        ..TapeTerms::new("2018-03-31".parse().unwrap(), "EUR")
    };
    let schema = TapeSchema::new(tailproof_core::Unit::CENT, columns, [vec![], vec![], vec![]]).unwrap();
    let moves: &[Field] = if spare { &[Field::Ltv, Field::FirstSpare] } else { &[Field::Ltv] };
    let from = "2018-01-31".parse().unwrap();
    MonthTerms::new(from, TermRule::Remaining, moves, &schema.with_terms(terms).unwrap()).unwrap()
}

impl Month {
    /// The month between two pools, with these reasons by id.
    pub fn new(before: LoanPool, after: &LoanPool, reasons: &[(u64, Reason)], terms: MonthTerms) -> Self {
        let reasons: HashMap<u64, Reason> = reasons.iter().copied().collect();
        let roll = Roll::new(&before, after, &reasons, &terms).unwrap();
        Self { before, roll, terms, blinding: Fr::from(77u64) }
    }

    /// The same with every claim, tight.
    pub fn tight(mut self, after: &LoanPool, spare: bool) -> Self {
        let figures = MonthFigures::new(&self.before, after, &self.roll, Some(DEFAULTED));
        let scheduled: Vec<u64> = (0..Category::Grade.most() as u64).map(|code| 1_000_003 * (code % 7)).collect();
        self.terms = self.terms.with_claims(scheduled.clone(), Vec::new());
        let claims = tight_claims(&figures, &scheduled, spare);
        self.terms = self.terms.with_claims(scheduled, claims);
        self
    }

    /// The same without claims.
    pub fn loosened(mut self) -> Self {
        self.terms = self.terms.with_claims(vec![0; Category::Grade.most()], Vec::new());
        self
    }

    pub fn of(&self) -> MonthOf<'_> {
        MonthOf { terms: &self.terms, before: SCHEMA_BEFORE, defaulted: Some(DEFAULTED) }
    }

    pub fn witness<F: CommitmentField>(&self) -> MonthWitness {
        MonthWitness::new::<F>(self.before.clone(), self.blinding, self.roll.clone())
    }

    pub fn commitment<F: CommitmentField>(&self) -> F {
        commit(&SCHEMA_BEFORE, &self.before, self.blinding)
    }

    pub fn figures(&self, after: &LoanPool) -> MonthFigures {
        MonthFigures::new(&self.before, after, &self.roll, Some(DEFAULTED))
    }
}

/// Every kind of claim, with limits that hold and would not with one unit less.
fn tight_claims(figures: &MonthFigures, scheduled: &[u64], spare: bool) -> Vec<MonthClaim> {
    let up = |part: u128, of: u128| u64::try_from(part.div_ceil(of.max(1))).unwrap();
    let share = |part: u64, of: u64| up(u128::from(part) * u128::from(WHOLE), of.into());
    let mut claims = vec![MonthClaim::CollectedAtLeast(figures.collected)];
    for flow in Flow::ALL {
        let (part, of) = flow.of(figures);
        claims.push(MonthClaim::AtMost(flow, share(part, of)));
    }
    let due: u128 =
        scheduled.iter().zip(&figures.opening_by_grade).map(|(share, of)| u128::from(*share) * u128::from(*of)).sum();
    let whole = u128::from(WHOLE);
    let beyond = (whole * u128::from(figures.collected)).saturating_sub(due);
    claims.push(MonthClaim::PrepaidAtMost(up(beyond * whole, whole * u128::from(figures.opening) - due)));
    for (code, (part, of)) in (0u8..).zip(figures.defaults.iter().zip(&figures.opening_by_grade)) {
        claims.push(MonthClaim::DefaultsAtMost(code, share(*part, *of)));
    }
    if let Some(extremes) = &figures.added_extremes {
        for field in Field::all(spare).iter().copied() {
            let (least, most) = extremes[field as usize];
            claims.push(MonthClaim::AdditionAtLeast(field, least.into()));
            claims.push(MonthClaim::AdditionAtMost(field, most.into()));
        }
    }
    for category in Category::ALL {
        let added = figures.added_by_code[category as usize].iter().enumerate();
        let codes = added.filter(|(_, amount)| **amount > 0).map(|(code, _)| code as u8).collect();
        claims.push(MonthClaim::AdditionOnly(category, codes));
    }
    if figures.added_delinquent == 0 {
        claims.push(MonthClaim::NoAdditionDelinquent);
    }
    claims
}

/// A loan that a carried loan may have been, and why its balance is another.
fn past(loan: &PoolLoan, terms: &MonthTerms, rng: &mut ChaCha20Rng) -> (PoolLoan, Reason) {
    let mut old = *loan;
    old.codes[0] = rng.gen_range(0..5);
    old.delinquent = rng.r#gen();
    for field in Field::ALL.into_iter().filter(|field| terms.moves(*field)) {
        old.fields[field as usize] = rng.gen_range(0..=field.most() as u32);
    }
    let term = &mut old.fields[Field::Term as usize];
    let fell = if *term == 0 { rng.gen_range(0..=terms.falls()) } else { terms.falls() };
    *term += fell;
    let reason = match rng.gen_range(0..5) {
        0 => Reason::Paid,
        1 | 2 => {
            old.balance = loan.balance + rng.gen_range(1..=loan.balance);
            if rng.r#gen() { Reason::Paid } else { Reason::WrittenOff }
        }
        _ if loan.balance > 1 => {
            old.balance = rng.gen_range(1..loan.balance);
            if rng.r#gen() { Reason::Capitalised } else { Reason::Advanced }
        }
        _ => Reason::Paid,
    };
    (old, reason)
}

/// A random month before a pool with ids, of at most `most` loans before.
pub fn random(rng: &mut ChaCha20Rng, after: &LoanPool, most: usize) -> Month {
    let spare = after.has_spare_numbers();
    let terms = terms(spare);
    let (mut loans, mut ids, mut reasons) = (Vec::new(), Vec::new(), Vec::new());
    for (id, loan) in after.ids(IdKind::Loan).iter().zip(after.loans()) {
        // The term before must be one that a tape can have, and so must the balance.
        let fits = loan.fields[Field::Term as usize] + terms.falls() <= 511 && loan.balance < 1 << 31;
        if fits && (loans.is_empty() || rng.gen_bool(0.7)) {
            let (old, reason) = past(loan, &terms, rng);
            loans.push(old);
            ids.push(*id);
            reasons.push((*id, reason));
        }
    }
    while loans.is_empty() || loans.len() < most && rng.gen_bool(0.6) {
        let id = rng.r#gen();
        let mut gone = after.loans()[0];
        (gone.balance, gone.codes[0]) = (rng.gen_range(1..1 << 20), rng.gen_range(0..5));
        loans.push(gone);
        ids.push(id);
        reasons.push((id, [Reason::Paid, Reason::ChargedOff, Reason::Repurchased][rng.gen_range(0..3)]));
    }
    // In another order than now.
    let turn = rng.gen_range(0..loans.len());
    loans.rotate_left(turn);
    ids.rotate_left(turn);
    let collateral = vec![9; loans.len()];
    let before = LoanPool::from_loans(loans, [6; 32]).with_ids([ids, collateral]);
    let before = if spare { before.with_spare_numbers() } else { before };
    Month::new(before, after, &reasons, terms)
}

/// The month before a pool whose first loan is an addition, if it is not the only one. Balances of the
/// others fell and rose for each reason in turn, and as many loans are gone as there is room for.
pub fn simple(after: &LoanPool, most: usize) -> Month {
    let spare = after.has_spare_numbers();
    let terms = terms(spare);
    let (mut loans, mut ids, mut reasons) = (Vec::new(), Vec::new(), Vec::new());
    let rows = after.ids(IdKind::Loan).iter().zip(after.loans()).enumerate();
    let first = usize::from(after.loans().len() > 1);
    for (index, (id, loan)) in rows.skip(first) {
        let mut old = *loan;
        old.codes[0] = 4;
        old.delinquent = index % 2 == 0;
        old.fields[Field::Ltv as usize] ^= 5;
        old.fields[Field::FirstSpare as usize] ^= if spare { 3 } else { 0 };
        old.fields[Field::Term as usize] += terms.falls();
        let (balance, reason) = match index % 4 {
            0 => (loan.balance + 11, Reason::WrittenOff),
            1 => (loan.balance + 7, Reason::Paid),
            2 => (loan.balance - 6, Reason::Capitalised),
            _ => (loan.balance - 3, Reason::Advanced),
        };
        old.balance = balance;
        loans.push(old);
        ids.push(*id);
        reasons.push((*id, reason));
    }
    for (place, reason) in [Reason::Paid, Reason::ChargedOff, Reason::Repurchased].into_iter().enumerate() {
        if loans.len() < most {
            let id = 1_000 + place as u64;
            loans.push(PoolLoan { balance: 900 - 100 * place as u64, ..loans[0] });
            ids.push(id);
            reasons.push((id, reason));
        }
    }
    let collateral = vec![9; loans.len()];
    let before = LoanPool::from_loans(loans, [6; 32]).with_ids([ids, collateral]);
    let before = if spare { before.with_spare_numbers() } else { before };
    Month::new(before, after, &reasons, terms)
}
