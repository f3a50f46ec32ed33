//! Small pools and months for tests.

use std::collections::HashMap;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use super::claims::MonthClaim;
use super::roll::{Reason, Roll};
use super::terms::{MonthTerms, TermRule};
use crate::fixed_point::Unit;
use crate::pool::ids::IdForm;
use crate::pool::loan_pool::{LoanPool, PoolLoan};
use crate::pool::schema::{Column, Field, TapeSchema};
use crate::pool::tape_terms::{Scale, TapeTerms};

/// Code of the grade of loans in default in random months.
pub(super) const DEFAULTED_CODE: u8 = 3;

/// A month in which terms fall by one and LTVs move.
pub(super) fn terms() -> MonthTerms {
    let columns = [Column::Ltv, Column::Term].into();
    let terms = TapeTerms {
        ids: Some(IdForm::default()),
        scale: [(Column::Ltv, Scale::Percent)].into(),
        ..TapeTerms::new("2018-03-31".parse().unwrap(), "EUR")
    };
    let schema = TapeSchema::new(Unit::CENT, columns, [vec![], vec![], vec![]]).unwrap().with_terms(terms).unwrap();
    MonthTerms::new("2018-02-28".parse().unwrap(), TermRule::Remaining, &[Field::Ltv], &schema).unwrap()
}

/// The same month with claims.
pub(super) fn terms_with(claims: Vec<MonthClaim>) -> MonthTerms {
    let scheduled = terms().scheduled().to_vec();
    terms().with_claims(scheduled, claims)
}

/// A loan of a balance and a term.
pub(super) fn loan(balance: u64, term: u32) -> PoolLoan {
    PoolLoan { balance, fields: [5, 6, 7, term, 0, 0], codes: [0; 3], delinquent: false, new_obligor: true }
}

/// A pool of loans with digests of ids.
pub(super) fn pool(loans: &[(u64, PoolLoan)]) -> LoanPool {
    let ids = loans.iter().map(|(id, _)| *id).collect();
    LoanPool::from_loans(loans.iter().map(|(_, loan)| *loan).collect(), [0; 32]).with_ids([ids, Vec::new()])
}

/// Two pools of up to 20 loans, and how the later one came from the earlier.
pub(super) fn random_month(seed: u64) -> (LoanPool, LoanPool, Roll) {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let mut below = |most: u64| rng.next_u64() % most;
    let (mut before, mut after, mut reasons) = (Vec::new(), Vec::new(), HashMap::new());
    for id in 0..1 + below(20) {
        let mut loan = loan(1 + below(1_000), u32::try_from(below(4)).unwrap());
        loan.codes = [below(4), below(5), below(6)].map(|code| u8::try_from(code).unwrap());
        loan.delinquent = below(3) == 0;
        let addition = below(5) == 0;
        if !addition {
            before.push((id, loan));
        }
        loan.fields[Field::Term as usize] = loan.fields[Field::Term as usize].saturating_sub(u32::from(!addition));
        if addition {
            after.push((id, loan));
            continue;
        }
        loan.codes[0] = u8::try_from(below(4)).unwrap();
        loan.delinquent = below(3) == 0;
        let old = loan.balance;
        loan.balance = match below(4) {
            0 => old,
            1 => old + 1 + below(100),
            2 => 1 + below(old),
            _ => {
                reasons.insert(
                    id,
                    [Reason::Paid, Reason::ChargedOff, Reason::Repurchased][usize::try_from(below(3)).unwrap()],
                );
                continue;
            }
        };
        if loan.balance > old {
            reasons.insert(id, if below(2) == 0 { Reason::Capitalised } else { Reason::Advanced });
        } else if loan.balance < old && below(2) == 0 {
            reasons.insert(id, Reason::WrittenOff);
        }
        after.push((id, loan));
    }
    let [before, after] = [before, after].map(|loans| pool(&loans));
    let roll = Roll::new(&before, &after, &reasons, &terms()).unwrap();
    (before, after, roll)
}
