//! The hiding commitment to the loans of a pool.
//!
//! ```text
//! loan      = balance less one (32 bits) | kind (20) | numbers (48; 76 with spare numbers)
//! kind      = 1 for a loan, 0 for an unused row (1 bit) | first of its obligor (1) | grade (5) | sector (6) | region (7)
//! numbers   = rate in basis points (14) | LTV in basis points (14) | score (10) | term in months (9)
//!             | first spare number (14) | second spare number (14), if there are any | delinquent (1)
//! elements  = the digits of all loans, one after the other from the lowest bit up, as many as fit 252 bits each
//! header    = blocks + version * 2^16, where version is 2, and 3 with spare numbers
//! acc_0     = H(header, schema, blinding, tape, loan ids, collateral ids, 0, .., 0)
//! acc_j     = H(acc_{j-1}, element_{11 (j-1)}, .., element_{11 (j-1) + 10})      j = 1..blocks
//! C         = acc_blocks
//! ```
//!
//! `H` is the 12-input hash of the backend, as for books; `schema` and `tape` are the first 31
//! bytes of the schema's digest and of the digest of the tape's text; `loan ids` and
//! `collateral ids` are [`id_root`]s. Within a digit the first part is lowest. An unused row is zero
//! and `blocks` is the smallest number of blocks that holds all loans, so a shape for more loans
//! commits to the same C. Digits of 32, 20 and 48 bits put five loans into two elements, and those
//! of 32, 20 and 76 put five into three.

use ark_bn254::Fr;
use tailproof_core::pool::ids::IdKind;
use tailproof_core::pool::loan_pool::BALANCE_BITS;
use tailproof_core::pool::{Category, Field, LoanPool, PoolLoan};

use crate::commitment::{ELEMENTS_PER_BLOCK, HASH_INPUTS};
use crate::encoding::digest_to_field;
use crate::field::CommitmentField;
use crate::field::InputField;
use crate::inputs::controls::{PackedField, field, pack};

/// Bit offset of the version in the header.
pub const VERSION_SHIFT: u32 = 16;
/// Number of bits of an element that are used.
pub const ELEMENT_BITS: u32 = 252;
/// Number of flags below a loan's codes: row is used, first loan of its obligor.
pub const FLAGS: u32 = 2;
/// Bits of a loan's kind.
pub const KIND_BITS: u32 = FLAGS + Category::Grade.bits() + Category::Sector.bits() + Category::Region.bits();
/// Digits of ids in an element.
pub const IDS_PER_ELEMENT: usize = 3;
/// Digits of ids in a block.
pub const IDS_PER_BLOCK: usize = IDS_PER_ELEMENT * ELEMENTS_PER_BLOCK;

/// Returns the version of the layout, with or without spare numbers.
pub fn version(spare: bool) -> u64 {
    if spare { 3 } else { 2 }
}

/// Returns the bits of the numbers of a loan, below its delinquent bit.
pub fn number_bits(spare: bool) -> u32 {
    Field::all(spare).iter().map(|field| field.bits()).sum()
}

/// Returns the bits of the digits of a loan: balance less one, kind, numbers.
pub fn digit_bits(spare: bool) -> [u32; 3] {
    [BALANCE_BITS, KIND_BITS, number_bits(spare) + 1]
}

/// The place of a digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DigitPlace {
    /// Index of the loan.
    pub loan: usize,
    /// Index in [`digit_bits`].
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
pub fn elements(loans: usize, spare: bool) -> Vec<Vec<DigitPlace>> {
    let mut elements: Vec<Vec<DigitPlace>> = Vec::new();
    let mut used = ELEMENT_BITS;
    for loan in 0..loans {
        for (digit, bits) in digit_bits(spare).into_iter().enumerate() {
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
pub fn blocks(loans: usize, spare: bool) -> usize {
    elements(loans, spare).len().div_ceil(ELEMENTS_PER_BLOCK).max(1)
}

/// Returns the digits of a loan.
///
/// # Panics
/// If the loan's numbers are out of range. The constructors of a loan pool check them.
pub fn digits(loan: &PoolLoan, spare: bool) -> [u128; 3] {
    let coded = Category::ALL.iter().zip(loan.codes).map(|(category, code)| {
        assert!(u32::from(code) < 1 << category.bits(), "codes are checked when a pool is made");
        u128::from(code) << code_shift(*category)
    });
    let flags = 1 | u128::from(loan.new_obligor) << 1;
    let numbers = Field::all(spare).iter().zip(loan.fields).map(|(field, value)| {
        assert!(u64::from(value) <= field.most(), "numbers are checked when a pool is made");
        u128::from(value) << field_shift(*field)
    });
    let delinquent = u128::from(loan.delinquent) << number_bits(spare);
    let balance = loan.balance.checked_sub(1).filter(|less| less >> BALANCE_BITS == 0);
    [
        balance.expect("balances are checked when a pool is made").into(),
        flags + coded.sum::<u128>(),
        numbers.sum::<u128>() + delinquent,
    ]
}

/// Returns the root of the ids of a kind: the hash chain from 0 over their digits, three an element
/// from the lowest bit up, 11 elements a block, in the order of the loans. Zero without ids.
pub fn id_root<F: CommitmentField>(digits: &[u64]) -> F {
    let none = F::from_integer(0.into());
    let mut elements: Vec<F> = digits
        .chunks(IDS_PER_ELEMENT)
        .map(|digits| {
            let fields = vec![field("digit of an id", u64::BITS); digits.len()];
            pack(&fields, &digits.iter().map(|digit| u128::from(*digit)).collect::<Vec<_>>())
        })
        .collect();
    elements.resize(elements.len().next_multiple_of(ELEMENTS_PER_BLOCK), none);
    chain(none, &elements)
}

/// Returns the hash chain over whole blocks, from its beginning.
fn chain<F: CommitmentField>(first: F, elements: &[F]) -> F {
    elements.chunks(ELEMENTS_PER_BLOCK).fold(first, |chain, block| {
        let mut inputs = vec![chain];
        inputs.extend_from_slice(block);
        F::hash(&inputs)
    })
}

/// Returns the commitment to the loans of a pool under the schema with digest `schema_digest`.
/// `blinding` must be uniform in the scalar field of BN254.
///
/// # Panics
/// Never for loans in range.
pub fn commit<F: CommitmentField>(schema_digest: &[u8; 32], pool: &LoanPool, blinding: Fr) -> F {
    let (loans, spare) = (pool.loans(), pool.has_spare_numbers());
    let all: Vec<[u128; 3]> = loans.iter().map(|loan| digits(loan, spare)).collect();
    let (blocks, bits) = (blocks(loans.len(), spare), digit_bits(spare));
    let none = F::from_integer(0.into());
    let mut packed: Vec<F> = elements(loans.len(), spare)
        .iter()
        .map(|places| {
            let fields: Vec<PackedField> = places.iter().map(|place| field("digit", bits[place.digit])).collect();
            let values: Vec<u128> = places.iter().map(|place| all[place.loan][place.digit]).collect();
            pack(&fields, &values)
        })
        .collect();
    packed.resize(blocks * ELEMENTS_PER_BLOCK, none);
    let header = F::from_integer((blocks as u64 | version(spare) << VERSION_SHIFT).into());
    let blinding = F::from_limbs(blinding.limbs()).expect("below every modulus");
    let mut first = vec![header, digest_to_field(schema_digest), blinding, digest_to_field(&pool.tape_digest())];
    first.extend(IdKind::ALL.map(|kind| id_root::<F>(pool.ids(kind))));
    first.resize(HASH_INPUTS, none);
    chain(F::hash(&first), &packed)
}

#[cfg(test)]
mod tests {
    use ark_ff::Field as _;

    use super::*;

    fn loan() -> PoolLoan {
        PoolLoan { balance: 7, fields: [1, 2, 3, 4, 5, 6], codes: [5, 6, 7], delinquent: false, new_obligor: true }
    }

    #[test]
    fn five_loans_stand_in_two_elements_and_in_three_with_spare_numbers() {
        assert_eq!((digit_bits(false), digit_bits(true)), ([32, 20, 48], [32, 20, 76]));
        for (spare, of_five, of_55) in [(false, 2, (22, 2)), (true, 3, (33, 3))] {
            assert_eq!(elements(5, spare).len(), of_five);
            assert_eq!((elements(55, spare).len(), blocks(55, spare)), of_55);
            assert_eq!((blocks(56, spare), blocks(0, spare)), (of_55.1 + 1, 1));
            for places in elements(60, spare) {
                let mut end = 0;
                for place in places {
                    assert_eq!(place.shift, end);
                    end += digit_bits(spare)[place.digit];
                }
                assert!(end <= ELEMENT_BITS);
            }
        }
    }

    #[test]
    fn commitments_bind_every_part() {
        let ids = || [vec![11, 12, 13], vec![14, 15, 16]];
        let pool = |loans: Vec<PoolLoan>, tape: u8, ids| LoanPool::from_loans(loans, [tape; 32]).with_ids(ids);
        let commit_to = |schema: u8, pool: LoanPool, blinding: u64| -> Fr {
            commit(&[schema; 32], &pool.with_spare_numbers(), Fr::from(blinding))
        };
        let base = commit_to(1, pool(vec![loan(); 3], 2, ids()), 3);
        let changed = |change: &dyn Fn(&mut PoolLoan)| {
            let mut loans = vec![loan(); 3];
            change(&mut loans[1]);
            commit_to(1, pool(loans, 2, ids()), 3)
        };
        let other_ids = |kind: usize, place: usize| {
            let mut ids = ids();
            ids[kind][place] += 1;
            commit_to(1, pool(vec![loan(); 3], 2, ids), 3)
        };
        let [of_loans, of_collateral] = ids();
        let mut others = vec![
            commit(&[1; 32], &pool(vec![loan(); 3], 2, ids()), Fr::from(3u64)),
            commit_to(9, pool(vec![loan(); 3], 2, ids()), 3),
            commit_to(1, pool(vec![loan(); 2], 2, ids()), 3),
            commit_to(1, pool(vec![loan(); 3], 9, ids()), 3),
            commit_to(1, pool(vec![loan(); 3], 2, ids()), 9),
            commit_to(1, pool(vec![loan(); 3], 2, [of_loans.clone(), Vec::new()]), 3),
            commit_to(1, pool(vec![loan(); 3], 2, [of_collateral, of_loans]), 3),
            changed(&|loan| loan.balance += 1),
            changed(&|loan| loan.delinquent = true),
            changed(&|loan| loan.new_obligor = false),
        ];
        others.extend((0..6).map(|index| other_ids(index / 3, index % 3)));
        others.extend((0..6).map(|index| changed(&|loan| loan.fields[index] += 1)));
        others.extend((0..3).map(|index| changed(&|loan| loan.codes[index] += 1)));
        for (index, other) in others.iter().enumerate() {
            assert!(*other != base && others[..index].iter().all(|earlier| earlier != other), "{index}");
        }
    }

    /// Whoever opens a root later hashes the same elements.
    #[test]
    fn roots_of_ids_are_chains_over_whole_blocks() {
        let digits: Vec<u64> = (1..=34).collect();
        let element = |first: u64, count: u64| -> Fr {
            let shifted = |index: u64| Fr::from(first + index) * Fr::from(2u64).pow([64 * index]);
            (0..count).map(shifted).sum()
        };
        let zero = Fr::from(0u64);
        let mut block = vec![zero];
        block.extend((0..11).map(|index| element(1 + 3 * index, 3)));
        let mut second = vec![Fr::hash(&block), element(34, 1)];
        second.resize(HASH_INPUTS, zero);
        assert_eq!(id_root::<Fr>(&digits), Fr::hash(&second));
        assert_eq!(id_root::<Fr>(&digits[..33]), Fr::hash(&block));
        assert_eq!(id_root::<Fr>(&[]), zero);
    }

    /// Vectors for both fields: the canonical ids `TW01` and `TW02`, of loans.
    #[test]
    fn roots_of_ids_have_vectors() {
        let digits = ["TW01", "TW02"].map(|id| tailproof_core::pool::ids::id_digit(IdKind::Loan, id));
        let hex = |limbs: [u64; 4]| limbs.iter().rev().map(|limb| format!("{limb:016x}")).collect::<String>();
        assert_eq!(hex(id_root::<Fr>(&digits).limbs()), ROOT_BN254);
        assert_eq!(hex(id_root::<pasta_curves::Fp>(&digits).limbs()), ROOT_PALLAS);
    }

    const ROOT_BN254: &str = "1ad0661dec3b586aff70af8fd69469c9ba97162828777cd1454476ce3749ae1b";
    const ROOT_PALLAS: &str = "08748c850787a1f506bf29e24eca24b245e656934e8de44d29f31c53f7a26bbc";
}
