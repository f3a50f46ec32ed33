//! The hiding commitment to the loans of a pool.
//!
//! ```text
//! header    = blocks + 1 * 2^16                                         (1 is the version of this layout)
//! loan      = balance less one (32 bits) | kind (18) | numbers (47)
//! kind      = 1 for a loan, 0 for an unused row (1 bit) | first of its obligor (1) | delinquent (1) | grade (4) | sector (5) | region (6)
//! numbers   = rate in basis points (14) | LTV in basis points (14) | score (10) | term in months (9)
//! elements  = the digits of all loans, one after the other from the lowest bit up, as many as fit 252 bits each: 5 loans in 2
//! acc_0     = H(header, schema, blinding, tape, 0, .., 0)
//! acc_j     = H(acc_{j-1}, element_{11 (j-1)}, .., element_{11 (j-1) + 10})      j = 1..blocks
//! C         = acc_blocks
//! ```
//!
//! `H` is the 12-input hash of the backend, as for books; `schema` and `tape` are the first 31
//! bytes of the schema's digest and of the digest of the tape's text. Within a digit the first part
//! is lowest. An unused row is zero and `blocks` is the smallest number of blocks that holds all
//! loans, so a shape for more loans commits to the same C.

use ark_bn254::Fr;
use tailproof_core::pool::loan_pool::BALANCE_BITS;
use tailproof_core::pool::{Category, Field, LoanPool, PoolLoan};

use crate::commitment::{ELEMENTS_PER_BLOCK, HASH_INPUTS};
use crate::encoding::digest_to_field;
use crate::field::CommitmentField;
use crate::field::InputField;
use crate::inputs::controls::{PackedField, field, pack};

/// Version of this layout.
pub const VERSION: u64 = 1;
/// Bit offset of the version in the header.
pub const VERSION_SHIFT: u32 = 16;
/// Number of bits of an element that are used.
pub const ELEMENT_BITS: u32 = 252;
/// Number of flags below a loan's codes: row is used, first loan of its obligor, delinquent.
pub const FLAGS: u32 = 3;
/// Bits of the digits of a loan: balance less one, kind, numbers.
pub const DIGITS: [u32; 3] = [
    BALANCE_BITS,
    FLAGS + Category::Grade.bits() + Category::Sector.bits() + Category::Region.bits(),
    Field::Rate.bits() + Field::Ltv.bits() + Field::Score.bits() + Field::Term.bits(),
];

/// The place of a digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DigitPlace {
    /// Index of the loan.
    pub loan: usize,
    /// Index in [`DIGITS`].
    pub digit: usize,
    /// Lowest bit of the digit in its element.
    pub shift: u32,
}

/// Returns the bit offset of the code of `category` in the kind.
pub fn code_shift(category: Category) -> u32 {
    FLAGS + Category::ALL.iter().take(category as usize).map(|before| before.bits()).sum::<u32>()
}

/// Returns the bit offset of `field` in the numbers.
pub fn field_shift(field: Field) -> u32 {
    Field::ALL.iter().take(field as usize).map(|before| before.bits()).sum()
}

/// Returns the places of the digits in each element, for `loans` loans.
pub fn elements(loans: usize) -> Vec<Vec<DigitPlace>> {
    let mut elements: Vec<Vec<DigitPlace>> = Vec::new();
    let mut used = ELEMENT_BITS;
    for loan in 0..loans {
        for (digit, bits) in DIGITS.into_iter().enumerate() {
            if used + bits > ELEMENT_BITS {
                elements.push(Vec::new());
                used = 0;
            }
            elements.last_mut().expect("one was begun").push(DigitPlace { loan, digit, shift: used });
            used += bits;
        }
    }
    elements
}

/// Returns the number of blocks that hold `loans` loans; at least 1.
pub fn blocks(loans: usize) -> usize {
    elements(loans).len().div_ceil(ELEMENTS_PER_BLOCK).max(1)
}

/// Returns the digits of a loan.
///
/// # Panics
/// If the loan's numbers are out of range. The constructors of a loan pool check them.
pub fn digits(loan: &PoolLoan) -> [u64; 3] {
    let coded = Category::ALL.iter().zip(loan.codes).map(|(category, code)| {
        assert!(u32::from(code) < 1 << category.bits(), "codes are checked when collateral is made");
        u64::from(code) << code_shift(*category)
    });
    let flags = 1 | u64::from(loan.new_obligor) << 1 | u64::from(loan.delinquent) << 2;
    let numbers = Field::ALL.iter().zip(loan.fields).map(|(field, value)| {
        assert!(u64::from(value) <= field.most(), "numbers are checked when collateral is made");
        u64::from(value) << field_shift(*field)
    });
    let balance = loan.balance.checked_sub(1).filter(|less| less >> BALANCE_BITS == 0);
    [balance.expect("balances are checked when collateral is made"), flags + coded.sum::<u64>(), numbers.sum()]
}

/// Returns the commitment to the loans of a pool under the schema with digest `schema_digest`.
/// `blinding` must be uniform in the scalar field of BN254.
///
/// # Panics
/// Never for loans in range.
pub fn commit<F: CommitmentField>(schema_digest: &[u8; 32], collateral: &LoanPool, blinding: Fr) -> F {
    let loans = collateral.loans();
    let all: Vec<[u64; 3]> = loans.iter().map(digits).collect();
    let blocks = blocks(loans.len());
    let none = F::from_integer(0.into());
    let mut packed: Vec<F> = elements(loans.len())
        .iter()
        .map(|places| {
            let fields: Vec<PackedField> = places.iter().map(|place| field("digit", DIGITS[place.digit])).collect();
            let values: Vec<u128> = places.iter().map(|place| all[place.loan][place.digit].into()).collect();
            pack(&fields, &values)
        })
        .collect();
    packed.resize(blocks * ELEMENTS_PER_BLOCK, none);
    let header = F::from_integer((blocks as u64 | VERSION << VERSION_SHIFT).into());
    let blinding = F::from_limbs(blinding.limbs()).expect("below every modulus");
    let mut first = vec![header, digest_to_field(schema_digest), blinding, digest_to_field(&collateral.tape_digest())];
    first.resize(HASH_INPUTS, none);
    packed.chunks(ELEMENTS_PER_BLOCK).fold(F::hash(&first), |chain, block| {
        let mut inputs = vec![chain];
        inputs.extend_from_slice(block);
        F::hash(&inputs)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loan() -> PoolLoan {
        PoolLoan { balance: 7, fields: [1, 2, 3, 4], codes: [5, 6, 7], delinquent: false, new_obligor: true }
    }

    #[test]
    fn five_loans_stand_in_two_elements() {
        assert_eq!(elements(5).len(), 2);
        assert_eq!((elements(55).len(), blocks(55), blocks(56), blocks(0)), (22, 2, 3, 1));
        for places in elements(60) {
            let mut end = 0;
            for place in places {
                assert_eq!(place.shift, end);
                end += DIGITS[place.digit];
            }
            assert!(end <= ELEMENT_BITS);
        }
    }

    #[test]
    fn commitments_bind_every_part() {
        let commit_to = |schema: u8, loans: Vec<PoolLoan>, tape: u8, blinding: u64| -> Fr {
            commit(&[schema; 32], &LoanPool::from_loans(loans, [tape; 32]), Fr::from(blinding))
        };
        let base = commit_to(1, vec![loan(); 3], 2, 3);
        let changed = |change: &dyn Fn(&mut PoolLoan)| {
            let mut loans = vec![loan(); 3];
            change(&mut loans[1]);
            commit_to(1, loans, 2, 3)
        };
        let mut others = vec![
            commit_to(9, vec![loan(); 3], 2, 3),
            commit_to(1, vec![loan(); 2], 2, 3),
            commit_to(1, vec![loan(); 3], 9, 3),
            commit_to(1, vec![loan(); 3], 2, 9),
            changed(&|loan| loan.balance += 1),
            changed(&|loan| loan.delinquent = true),
            changed(&|loan| loan.new_obligor = false),
        ];
        for index in 0..4 {
            others.push(changed(&|loan| loan.fields[index] += 1));
        }
        for index in 0..3 {
            others.push(changed(&|loan| loan.codes[index] += 1));
        }
        for (index, other) in others.iter().enumerate() {
            assert!(*other != base && others[..index].iter().all(|earlier| earlier != other), "{index}");
        }
    }
}
