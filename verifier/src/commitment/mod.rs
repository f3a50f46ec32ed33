//! The hiding commitment to a book.
//!
//! ```text
//! header    = nav + unit * 2^44 + blocks * 2^84 + 1 * 2^100           (1 is the version of this layout)
//! element_k = sum over j < 6 of x[6 k + j] * 2^(39 j)                 (balanced digits: |x| < 2^38)
//! acc_0     = Poseidon(header, factors, blinding)
//! acc_j     = Poseidon(acc_{j-1}, element_{11 (j-1)}, .., element_{11 (j-1) + 10})      j = 1..blocks
//! C         = acc_blocks
//! ```
//!
//! A P&L vector has gains in place of exposures, in five digits of 45 bits an element, and version 2 of
//! the layout in its header: see [`Slots`].
//!
//! For Groth16, Poseidon is circomlib's over the scalar field of BN254: the state has one element
//! more than the inputs, its first element starts at zero, and the result is the first element. Any
//! JavaScript tool of that family can therefore recompute C. For halo2, Poseidon is that of
//! `halo2_gadgets` over the base field of Pallas: width 3, rate 2, 128-bit security, inputs of
//! constant length 3 and 12. Everything else is the same, so one opening opens both commitments to
//! a book. `factors` is the digest of the factor names as a field element: a commitment is about
//! named factors, in an order. `blinding` is uniform in the field. `blocks` is the smallest number
//! of blocks that holds all factors, so a shape with more columns commits to the same C.

use ark_bn254::Fr;
use ethnum::I256;
use tailproof_core::Positions;
use tailproof_core::fixed_point::{GROSS_BITS, NAV_BITS, PNL_BITS, UNIT_BITS};

use crate::encoding::digest_to_field;
use crate::field::CommitmentField;
use crate::field::InputField;
use crate::shape::MAX_BOOKS;

pub mod file;

pub use file::{BookCommitment, CommitmentError, CommitmentFile, PoolCommitment};

/// How the numbers of a book stand in the elements that are hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slots {
    /// Version of the layout, in the header.
    pub version: u64,
    /// Bits of a balanced digit.
    pub bits: u32,
    /// Digits of an element.
    pub per_element: usize,
}

impl Slots {
    /// Exposures: one bit more than those of a magnitude, 6 x 39 = 234 bits.
    pub const EXPOSURES: Slots = Slots { version: 1, bits: GROSS_BITS + 1, per_element: 6 };
    /// Gains of a P&L vector, 5 x 45 = 225 bits. A loss lies within 2^43 of a threshold of 43 bits, so it
    /// is below 2^44 in magnitude, whichever threshold the prover takes: wider than a gain may be.
    pub const PNL: Slots = Slots { version: 2, bits: PNL_BITS + 3, per_element: 5 };

    /// Returns the slots of a book's numbers.
    pub fn of(positions: &Positions) -> Self {
        if positions.is_pnl() { Self::PNL } else { Self::EXPOSURES }
    }

    /// Returns the number of blocks that hold so many numbers; at least 1.
    pub fn blocks(self, numbers: usize) -> usize {
        numbers.div_ceil(self.per_element * ELEMENTS_PER_BLOCK).max(1)
    }
}

/// Packed elements hashed by one permutation.
pub const ELEMENTS_PER_BLOCK: usize = 11;
/// Inputs of the wide hash: the chain and a block.
pub const HASH_INPUTS: usize = ELEMENTS_PER_BLOCK + 1;
/// Bit offset of the unit in the header.
pub const UNIT_SHIFT: u32 = NAV_BITS;
/// Bit offset of the number of blocks in the header.
pub const BLOCKS_SHIFT: u32 = NAV_BITS + UNIT_BITS;
/// Bit offset of the version in the header.
pub const VERSION_SHIFT: u32 = BLOCKS_SHIFT + 16;

/// Returns the commitment to `positions` over factors whose names have the digest `factors_digest`; to
/// a P&L vector over the days of a source with that digest.
/// `blinding` must be uniform in the scalar field of BN254; its canonical integer is below the
/// modulus of every other field used here.
///
/// # Panics
/// Never for positions in range.
pub fn commit<F: CommitmentField>(factors_digest: &[u8; 32], positions: &Positions, blinding: Fr) -> F {
    let slots = Slots::of(positions);
    let numbers = if positions.is_pnl() { positions.gains() } else { positions.exposures() };
    let blocks = slots.blocks(numbers.len());
    let header = u128::from(positions.nav())
        | u128::from(positions.unit().millionths()) << UNIT_SHIFT
        | (blocks as u128) << BLOCKS_SHIFT
        | u128::from(slots.version) << VERSION_SHIFT;
    let mut elements: Vec<F> = numbers
        .chunks(slots.per_element)
        .map(|chunk| {
            F::from_integer(chunk.iter().rev().fold(I256::ZERO, |sum, x| (sum << slots.bits) + I256::from(*x)))
        })
        .collect();
    elements.resize(blocks * ELEMENTS_PER_BLOCK, F::from_integer(I256::ZERO));
    let blinding = F::from_limbs(blinding.limbs()).expect("below every modulus");
    let mut accumulator = F::hash(&[F::from_integer(I256::from(header)), digest_to_field(factors_digest), blinding]);
    for block in elements.chunks(ELEMENTS_PER_BLOCK) {
        let mut inputs = vec![accumulator];
        inputs.extend_from_slice(block);
        accumulator = F::hash(&inputs);
    }
    accumulator
}

/// Returns the commitment to a consolidated book: the commitment itself if there is one sub-book,
/// otherwise the hash of all of them in order, padded with zeros. A key's shape fixes their number.
///
/// # Panics
/// If there are none, or more than [`MAX_BOOKS`].
pub fn consolidated<F: CommitmentField>(commitments: &[F]) -> F {
    assert!((1..=MAX_BOOKS).contains(&commitments.len()), "one to eleven sub-books");
    if let [only] = commitments {
        return *only;
    }
    let mut inputs = commitments.to_vec();
    inputs.resize(HASH_INPUTS, F::from_integer(I256::ZERO));
    F::hash(&inputs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::poseidon;
    use pasta_curves::Fp;
    use std::str::FromStr;
    use tailproof_core::Unit;

    fn fr(text: &str) -> Fr {
        Fr::from_str(text).unwrap()
    }

    /// Values printed by circomlibjs (`poseidon([1, 2])` is in its own test suite).
    #[test]
    fn poseidon_known_answers_of_circomlib() {
        let numbers = |n: u64| (1..=n).map(Fr::from).collect::<Vec<_>>();
        assert_eq!(
            poseidon(&numbers(2)),
            fr("7853200120776062878684798364095072458815029376092732009249414926327459813530")
        );
        assert_eq!(
            poseidon(&numbers(6)),
            fr("20400040500897583745843009878988256314335038853985262692600694741116813247201")
        );
    }

    #[test]
    fn commitments_bind_every_part() {
        bind_every_part::<Fr>();
        bind_every_part::<Fp>();
    }

    fn bind_every_part<F: CommitmentField>() {
        let positions = |unit: u64, exposures: &[i64], nav| {
            Positions::new(Unit::from_millionths(unit).unwrap(), exposures.to_vec(), nav).unwrap()
        };
        let base: F = commit(&[7; 32], &positions(5, &[1, -2, 3], 4), Fr::from(9u64));
        let others: [F; 6] = [
            commit(&[8; 32], &positions(5, &[1, -2, 3], 4), Fr::from(9u64)),
            commit(&[7; 32], &positions(6, &[1, -2, 3], 4), Fr::from(9u64)),
            commit(&[7; 32], &positions(5, &[1, 2, 3], 4), Fr::from(9u64)),
            commit(&[7; 32], &positions(5, &[-2, 1, 3], 4), Fr::from(9u64)),
            commit(&[7; 32], &positions(5, &[1, -2, 3], 5), Fr::from(9u64)),
            commit(&[7; 32], &positions(5, &[1, -2, 3], 4), Fr::from(10u64)),
        ];
        assert!(others.iter().all(|other| *other != base));
        // Trailing zero exposures within a block do not change the commitment: the names digest
        // fixes the number of factors.
        assert_eq!(base, commit(&[7; 32], &positions(5, &[1, -2, 3, 0], 4), Fr::from(9u64)));
    }

    /// Gains and exposures of the same numbers, and two vectors of which one slot borrows 2^45 from its
    /// neighbour, have commitments of their own.
    #[test]
    fn a_pnl_vector_has_a_commitment_of_its_own() {
        let vector = |gains: &[i64], nav| Positions::pnl(Unit::CENT, gains.to_vec(), nav).unwrap();
        let commitment = |positions: &Positions| commit::<Fr>(&[7; 32], positions, Fr::from(9u64));
        let base = commitment(&vector(&[1, -2, 3], 4));
        let exposures = Positions::new(Unit::CENT, vec![1, -2, 3], 4).unwrap();
        let others = [vector(&[1, -2, 4], 4), vector(&[1, 3, -2], 4), vector(&[1, -2, 3], 5), exposures];
        assert!(others.iter().all(|other| commitment(other) != base));
        assert_eq!(
            (Slots::PNL.bits, Slots::PNL.blocks(55), Slots::PNL.blocks(56), Slots::PNL.blocks(500)),
            (45, 1, 2, 10)
        );
        assert!(Slots::PNL.bits as usize * Slots::PNL.per_element <= 252);
    }
}
