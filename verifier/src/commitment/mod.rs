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
//! For Groth16, Poseidon is circomlib's, over the scalar field of BN254 (state of one more than the inputs, first element zero,
//! result the first element), so any JavaScript tool of that family recomputes C. For halo2 it is that of `halo2_gadgets` over the
//! base field of Pallas, of width 3, rate 2 and 128-bit security, on inputs of constant length 3 and 12; everything else is the
//! same, so one opening opens both commitments to a book. `factors` is the digest of the factor names as a
//! field element: a commitment is about named factors, in an order. `blinding` is uniform in the field. `blocks` is the least
//! number that holds all factors, so a shape with more columns commits to the same C.

use ark_bn254::Fr;
use ethnum::I256;
use tailproof_core::Positions;
use tailproof_core::fixed_point::{GROSS_BITS, NAV_BITS, UNIT_BITS};

use crate::encoding::digest_to_field;
use crate::field::CommitmentField;
use crate::field::InputField;
use crate::shape::MAX_BOOKS;

pub mod file;

pub use file::{BookCommitment, CommitmentError, CommitmentFile, PoolCommitment};

/// Bits of a balanced digit: one more than the bits of an exposure's magnitude.
pub const DIGIT_BITS: u32 = GROSS_BITS + 1;
/// Exposures packed into one field element: 6 x 39 = 234 bits.
pub const EXPOSURES_PER_ELEMENT: usize = 6;
/// Packed elements hashed by one permutation.
pub const ELEMENTS_PER_BLOCK: usize = 11;
/// Inputs of the wide hash: the chain and a block.
pub const HASH_INPUTS: usize = ELEMENTS_PER_BLOCK + 1;
/// Exposures hashed by one permutation.
pub const EXPOSURES_PER_BLOCK: usize = EXPOSURES_PER_ELEMENT * ELEMENTS_PER_BLOCK;
/// Where the unit stands in the header.
pub const UNIT_SHIFT: u32 = NAV_BITS;
/// Where the number of blocks stands in the header.
pub const BLOCKS_SHIFT: u32 = NAV_BITS + UNIT_BITS;
/// Where the version stands in the header.
pub const VERSION_SHIFT: u32 = BLOCKS_SHIFT + 16;
/// Version of this layout.
pub const VERSION: u64 = 1;

/// Blocks that hold so many factors; at least one.
pub fn blocks(factors: usize) -> usize {
    factors.div_ceil(EXPOSURES_PER_BLOCK).max(1)
}

/// Commits to positions over factors with the given names digest. `blinding` is uniform in the scalar field of BN254, which is
/// contained in the integers below the modulus of every other field here.
///
/// # Panics
/// Never, for positions in range.
pub fn commit<F: CommitmentField>(factors_digest: &[u8; 32], positions: &Positions, blinding: Fr) -> F {
    let exposures = positions.exposures();
    let blocks = blocks(exposures.len());
    let header = u128::from(positions.nav())
        | u128::from(positions.unit().millionths()) << UNIT_SHIFT
        | (blocks as u128) << BLOCKS_SHIFT
        | u128::from(VERSION) << VERSION_SHIFT;
    let mut elements: Vec<F> = exposures
        .chunks(EXPOSURES_PER_ELEMENT)
        .map(|chunk| {
            F::from_integer(chunk.iter().rev().fold(I256::ZERO, |sum, x| (sum << DIGIT_BITS) + I256::from(*x)))
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

/// The commitment to a consolidated book: of one sub-book its own, of several the hash of theirs in order, with zeros behind
/// them. How many there are is part of a key's shape.
///
/// # Panics
/// On none, or more than [`MAX_BOOKS`].
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
    use halo2_proofs::pasta::Fp;
    use std::str::FromStr;
    use tailproof_core::Unit;

    fn fr(text: &str) -> Fr {
        Fr::from_str(text).unwrap()
    }

    /// Values that circomlibjs prints (`poseidon([1, 2])` is in circomlibjs's own test suite).
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
        // Trailing zero exposures within a block do not change it: the names digest says how many factors there are.
        assert_eq!(base, commit(&[7; 32], &positions(5, &[1, -2, 3, 0], 4), Fr::from(9u64)));
    }
}
