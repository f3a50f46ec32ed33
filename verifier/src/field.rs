//! Fields of public inputs, and the hash that commitments over each of them use.

use ark_bn254::Fr;
use ark_ff::{BigInt, PrimeField};
use ethnum::I256;
use halo2_poseidon::{ConstantLength, P128Pow5T3};
use pasta_curves::Fp;
use pasta_curves::group::ff::PrimeField as _;

pub use crate::poseidon::hash as poseidon;

/// The canonical integer of a field element as four 64-bit limbs, least significant first.
pub type Limbs = [u64; 4];

/// A field whose elements can be public inputs of a statement.
pub trait InputField: Copy + PartialEq + Eq + std::fmt::Debug + Send + Sync {
    /// Returns the element of a canonical integer; `None` at or above the modulus.
    fn from_limbs(limbs: Limbs) -> Option<Self>;
    /// Returns the canonical integer.
    fn limbs(&self) -> Limbs;
    /// Returns the additive inverse.
    fn negate(self) -> Self;

    /// Returns the residue class of an integer.
    ///
    /// # Panics
    /// If the magnitude of `value` is 2^253 or more.
    fn from_integer(value: I256) -> Self {
        let (high, low) = value.unsigned_abs().into_words();
        let bytes = [low, high].map(u128::to_le_bytes).concat();
        let mut limbs = [0u64; 4];
        for (limb, bytes) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
            *limb = u64::from_le_bytes(bytes.try_into().expect("8 bytes"));
        }
        let magnitude = Self::from_limbs(limbs).expect("bounded integers are below the modulus");
        if value < I256::ZERO { magnitude.negate() } else { magnitude }
    }
}

impl InputField for Fr {
    fn from_limbs(limbs: Limbs) -> Option<Self> {
        Fr::from_bigint(BigInt::new(limbs))
    }

    fn limbs(&self) -> Limbs {
        self.into_bigint().0
    }

    fn negate(self) -> Self {
        -self
    }
}

impl InputField for Fp {
    fn from_limbs(limbs: Limbs) -> Option<Self> {
        let mut bytes = [0; 32];
        bytes.chunks_exact_mut(8).zip(limbs).for_each(|(chunk, limb)| chunk.copy_from_slice(&limb.to_le_bytes()));
        Option::from(Fp::from_repr(bytes))
    }

    fn limbs(&self) -> Limbs {
        let bytes = self.to_repr();
        std::array::from_fn(|limb| u64::from_le_bytes(bytes[8 * limb..8 * limb + 8].try_into().expect("8 bytes")))
    }

    fn negate(self) -> Self {
        -self
    }
}

/// A field with the hash that commitments over it use.
pub trait CommitmentField: InputField {
    /// Returns the hash of 3 or 12 elements.
    ///
    /// # Panics
    /// If there is another number of elements.
    fn hash(inputs: &[Self]) -> Self;

    /// Returns whichever of two commitments to the same secret is over this field.
    fn choose(groth16: Fr, halo2: Option<Fp>) -> Option<Self>;
}

impl CommitmentField for Fr {
    fn hash(inputs: &[Self]) -> Self {
        poseidon(inputs)
    }

    fn choose(groth16: Fr, _: Option<Fp>) -> Option<Self> {
        Some(groth16)
    }
}

impl CommitmentField for Fp {
    fn hash(inputs: &[Self]) -> Self {
        match *inputs {
            [a, b, c] => PastaHash::<ConstantLength<3>>::init().hash([a, b, c]),
            _ => PastaHash::<ConstantLength<12>>::init().hash(inputs.try_into().expect("3 or 12 elements")),
        }
    }

    fn choose(_: Fr, halo2: Option<Fp>) -> Option<Self> {
        halo2
    }
}

type PastaHash<D> = halo2_poseidon::Hash<Fp, P128Pow5T3, D, 3, 2>;
