//! Inverses of all lanes with one inversion.

use std::arch::x86_64::*;

use ark_bn254::Fq;
use ark_ff::{BigInt, BigInteger, One};

use super::field::Field;
use super::lanes::{Packed, V};
use super::memory::{Words, get, load, put, store};
use crate::limbs::{Coordinates, Modulus};

/// Groups of eight that go through products side by side: one product alone waits for its own
/// results most of the time.
pub const CHAINS: usize = 4;

/// Scratch of eight additions, with one number a lane that is inverted.
pub trait Inverted {
    /// Returns the numbers, and the place of the product of those before them.
    fn number(&mut self) -> (&mut [Words; 5], &mut [Words; 5]);
}

/// See [`crate::msm::kernel::Kernel::invert`].
#[target_feature(enable = "avx512f,avx512ifma")]
pub fn invert(groups: &mut [impl Inverted]) -> Option<[V; CHAINS]> {
    let f = Field::<Coordinates>::new();
    let mut products = [super::one(); CHAINS];
    for four in groups.chunks_exact_mut(CHAINS) {
        for (product, group) in products.iter_mut().zip(four) {
            let (number, before) = group.number();
            put(before, product);
            *product = f.mul(product, &get(number));
        }
    }
    quarter_inverses(&f, &products)
}

/// See [`crate::msm::kernel::Kernel::exceptional`].
#[target_feature(enable = "avx512f,avx512ifma")]
pub fn exceptional(groups: &mut [impl Inverted], count: usize) -> Vec<usize> {
    let f = Field::<Coordinates>::new();
    let one = super::one();
    let mut found = Vec::new();
    for (index, group) in groups.iter_mut().enumerate() {
        let (number, _) = group.number();
        let mut v = get(number);
        let zeros = f.zeros(&v);
        for j in 0..5 {
            v[j] = _mm512_mask_blend_epi64(zeros, v[j], one[j]);
        }
        put(number, &v);
        found.extend((0..8).filter(|k| zeros >> k & 1 == 1).map(|k| 8 * index + k).filter(|place| *place < count));
    }
    found
}

/// Returns words in arkworks' form, which need not be canonical, as an element.
pub fn element(words: [u64; 4]) -> Fq {
    let p = BigInt::<4>(Coordinates::P);
    let mut value = BigInt::<4>(words);
    while value >= p {
        value.sub_with_borrow(&p);
    }
    Fq::new_unchecked(value)
}

/// Returns a quarter of the inverses of numbers below 2 p, as products see them: the product of a
/// number and its result is 2^260 / 4. `None` if a number is zero modulo p.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
pub fn quarter_inverses(f: &Field<Coordinates>, v: &[V; CHAINS]) -> Option<[V; CHAINS]> {
    let (first, second) = (f.mul(&v[0], &v[1]), f.mul(&v[2], &v[3]));
    let mut words = [Words::default(); 4];
    let all = f.pack(&f.mul(&first, &second));
    for (words, packed) in words.iter_mut().zip(all) {
        store(words, packed);
    }
    let values: [Fq; 8] = std::array::from_fn(|lane| element(std::array::from_fn(|j| words[j].0[lane])));
    for (lane, inverse) in eight_inverses(&values)?.into_iter().enumerate() {
        for (words, word) in words.iter_mut().zip(inverse.0.0) {
            words.0[lane] = word;
        }
    }
    let mut packed: Packed = [_mm512_setzero_si512(); 4];
    for (packed, words) in packed.iter_mut().zip(&words) {
        *packed = load(words);
    }
    let all = f.unpack(&packed);
    let (over_first, over_second) = (f.mul(&all, &second), f.mul(&all, &first));
    Some([f.mul(&over_first, &v[1]), f.mul(&over_first, &v[0]), f.mul(&over_second, &v[3]), f.mul(&over_second, &v[2])])
}

/// Returns 64 times the inverses; `None` if a value is zero.
///
/// Words that arkworks reads as v are read as v / 16 by products here. The words of 64 / v are read
/// as 4 / v there, which is a quarter of the inverse of v / 16.
fn eight_inverses(values: &[Fq; 8]) -> Option<[Fq; 8]> {
    let mut before = [Fq::one(); 8];
    let mut product = Fq::one();
    for (before, value) in before.iter_mut().zip(values) {
        *before = product;
        product *= value;
    }
    let mut inverse = crate::inverse::inverse(&product)? * Fq::from(64u64);
    let mut inverses = before;
    for (result, value) in inverses.iter_mut().zip(values).rev() {
        *result *= inverse;
        inverse *= value;
    }
    Some(inverses)
}
