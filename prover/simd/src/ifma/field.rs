//! Eight elements of a field of 254 bits at once, in five limbs of 52 bits.
//!
//! Products are Montgomery products with R = 2^260, which is 84.6 p: `a b / R` modulo p. *Carried*
//! values have limbs below 2^52; values of sums and of [`Field::reduced`] products may have larger
//! or negative ones until [`Field::carry`]. Nothing is canonical: each function says the interval
//! of its result, and debug builds check it in every lane. They call the longer functions, which
//! release builds have inline: that would take a minute to compile.

use std::arch::x86_64::*;
use std::marker::PhantomData;

use super::lanes::{Packed, V, Wide, add, all_lanes, carried, splat, sub};
use crate::limbs::{MASK, Modulus, limbs, negative_inverse, times};

/// The constants of a field in registers.
#[derive(Clone, Copy)]
pub struct Field<M> {
    p: V,
    inverse: __m512i,
    mask: __m512i,
    /// Lane k holds k p.
    multiples: V,
    modulus: PhantomData<M>,
}

impl<M: Modulus> Field<M> {
    /// Returns the field.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub fn new() -> Self {
        let p = limbs(M::P);
        let mut multiples = [_mm512_setzero_si512(); 5];
        for (j, limb) in multiples.iter_mut().enumerate() {
            let k = |k| times(p, k)[j].cast_signed();
            *limb = _mm512_setr_epi64(k(0), k(1), k(2), k(3), k(4), k(5), k(6), k(7));
        }
        let inverse = splat(negative_inverse(M::P[0]) & MASK);
        Self { p: all_lanes(p), inverse, mask: splat(MASK), multiples, modulus: PhantomData }
    }

    /// Returns k p in every lane, for k of at most 64.
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub fn multiple(&self, k: u64) -> V {
        all_lanes(times(limbs(M::P), k))
    }

    /// Returns words as carried limbs.
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub fn unpack(&self, words: &Packed) -> V {
        let mask = self.mask;
        let joined = |low, high| _mm512_and_si512(_mm512_or_si512(low, high), mask);
        [
            _mm512_and_si512(words[0], mask),
            joined(_mm512_srli_epi64(words[0], 52), _mm512_slli_epi64(words[1], 12)),
            joined(_mm512_srli_epi64(words[1], 40), _mm512_slli_epi64(words[2], 24)),
            joined(_mm512_srli_epi64(words[2], 28), _mm512_slli_epi64(words[3], 36)),
            _mm512_srli_epi64(words[3], 16),
        ]
    }

    /// Returns a carried value below 2^256 as words.
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub fn pack(&self, v: &V) -> Packed {
        debug_assert!(carried(v) && _mm512_cmpgt_epu64_mask(v[4], splat((1 << 48) - 1)) == 0, "storage of 256 bits");
        [
            _mm512_or_si512(v[0], _mm512_slli_epi64(v[1], 52)),
            _mm512_or_si512(_mm512_srli_epi64(v[1], 12), _mm512_slli_epi64(v[2], 40)),
            _mm512_or_si512(_mm512_srli_epi64(v[2], 24), _mm512_slli_epi64(v[3], 28)),
            _mm512_or_si512(_mm512_srli_epi64(v[3], 36), _mm512_slli_epi64(v[4], 16)),
        ]
    }

    /// Returns the same value with limbs below 2^52. It must not be negative.
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub fn carry(&self, mut v: V) -> V {
        for j in 0..4 {
            v[j + 1] = _mm512_add_epi64(v[j + 1], _mm512_srai_epi64(v[j], 52));
            v[j] = _mm512_and_si512(v[j], self.mask);
        }
        debug_assert!(carried(&v), "a value is negative or above 2^260");
        v
    }

    /// Adds the product of carried values to a sum.
    #[cfg_attr(not(debug_assertions), inline)]
    #[cfg_attr(debug_assertions, inline(never))]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub fn add_product(&self, sum: &mut Wide, a: &V, b: &V) {
        debug_assert!(carried(a) && carried(b));
        for i in 0..5 {
            for j in 0..5 {
                sum[i + j] = _mm512_madd52lo_epu64(sum[i + j], a[j], b[i]);
                sum[i + j + 1] = _mm512_madd52hi_epu64(sum[i + j + 1], a[j], b[i]);
            }
        }
    }

    /// Returns the product of carried values.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub fn product(&self, a: &V, b: &V) -> Wide {
        let mut sum = [_mm512_setzero_si512(); 10];
        self.add_product(&mut sum, a, b);
        sum
    }

    /// Returns the sum of the squares of carried values.
    #[cfg_attr(not(debug_assertions), inline)]
    #[cfg_attr(debug_assertions, inline(never))]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub fn squares<const N: usize>(&self, values: [&V; N]) -> Wide {
        let mut sum = [_mm512_setzero_si512(); 10];
        for v in values {
            debug_assert!(carried(v));
            for i in 0..5 {
                for j in i + 1..5 {
                    sum[i + j] = _mm512_madd52lo_epu64(sum[i + j], v[i], v[j]);
                    sum[i + j + 1] = _mm512_madd52hi_epu64(sum[i + j + 1], v[i], v[j]);
                }
            }
        }
        for column in &mut sum[1..9] {
            *column = _mm512_add_epi64(*column, *column);
        }
        for v in values {
            for i in 0..5 {
                sum[2 * i] = _mm512_madd52lo_epu64(sum[2 * i], v[i], v[i]);
                sum[2 * i + 1] = _mm512_madd52hi_epu64(sum[2 * i + 1], v[i], v[i]);
            }
        }
        sum
    }

    /// Returns `T / R` modulo p for a sum T of products, in `[T / R, T / R + p)`, not carried.
    ///
    /// The lowest column and its multiple of p add up to the next multiple of 2^52, so this carry
    /// takes no product.
    #[cfg_attr(not(debug_assertions), inline)]
    #[cfg_attr(debug_assertions, inline(never))]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub fn reduced(&self, mut sum: Wide) -> V {
        for i in 0..5 {
            let m = _mm512_madd52lo_epu64(_mm512_setzero_si512(), sum[i], self.inverse);
            let carry = _mm512_srai_epi64(_mm512_add_epi64(sum[i], self.mask), 52);
            sum[i + 1] = _mm512_add_epi64(sum[i + 1], carry);
            for j in 1..5 {
                sum[i + j] = _mm512_madd52lo_epu64(sum[i + j], m, self.p[j]);
            }
            for j in 0..5 {
                sum[i + j + 1] = _mm512_madd52hi_epu64(sum[i + j + 1], m, self.p[j]);
            }
        }
        [sum[5], sum[6], sum[7], sum[8], sum[9]]
    }

    /// Returns `a b / R`, carried, below 2 p, for carried operands whose product is below 84 p^2.
    #[cfg_attr(not(debug_assertions), inline)]
    #[cfg_attr(debug_assertions, inline(never))]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub fn mul(&self, a: &V, b: &V) -> V {
        let product = self.carry(self.reduced(self.product(a, b)));
        debug_assert!(self.below(&product, 2), "a product is at least 2 p");
        product
    }

    /// Returns `a - b + k p`, carried, where `offset` is k p and b at most that.
    #[cfg_attr(not(debug_assertions), inline)]
    #[cfg_attr(debug_assertions, inline(never))]
    #[target_feature(enable = "avx512f")]
    pub fn difference(&self, a: &V, b: &V, offset: &V) -> V {
        self.carry(sub(&add(a, offset), b))
    }

    /// Returns the same element, carried, below 1.06 p, for a value in `[0, 8 p)`, carried or not.
    ///
    /// The quotient by p is estimated from the top limb: p is 2^260 / 84.6, so that 84 / 2^52 times
    /// the limb is below the true quotient by less than 0.06.
    #[cfg_attr(not(debug_assertions), inline)]
    #[cfg_attr(debug_assertions, inline(never))]
    #[target_feature(enable = "avx512f,avx512ifma")]
    pub fn reduce(&self, mut v: V) -> V {
        debug_assert!(self.below(&self.carry(v), 8), "a value to be reduced is at least 8 p");
        let zero = _mm512_setzero_si512();
        // The top limb of a small value that is not carried may be negative.
        let top = _mm512_max_epi64(v[4], zero);
        let quotient = _mm512_madd52hi_epu64(zero, top, splat(84));
        for (limb, multiples) in v.iter_mut().zip(&self.multiples) {
            *limb = _mm512_sub_epi64(*limb, _mm512_permutexvar_epi64(quotient, *multiples));
        }
        let v = self.carry(v);
        debug_assert!(self.below(&v, 2), "a reduced value is at least 2 p");
        v
    }

    /// Returns the canonical value, for a carried value below 2 p.
    #[cfg_attr(not(debug_assertions), inline)]
    #[cfg_attr(debug_assertions, inline(never))]
    #[target_feature(enable = "avx512f")]
    pub fn canonical(&self, v: &V) -> V {
        debug_assert!(self.below(v, 2));
        let mut less = sub(v, &self.p);
        for j in 0..4 {
            less[j + 1] = _mm512_add_epi64(less[j + 1], _mm512_srai_epi64(less[j], 52));
            less[j] = _mm512_and_si512(less[j], self.mask);
        }
        let negative = _mm512_cmplt_epi64_mask(less[4], _mm512_setzero_si512());
        let mut result = less;
        for j in 0..5 {
            result[j] = _mm512_mask_blend_epi64(negative, less[j], v[j]);
        }
        result
    }

    /// Returns the lanes of a carried value below 5 p that are zero modulo p.
    #[inline]
    #[target_feature(enable = "avx512f")]
    pub fn zeros(&self, v: &V) -> u8 {
        debug_assert!(self.below(v, 5));
        let mut zeros = 0;
        for k in 0..5 {
            let multiple = self.multiple(k);
            let mut equal = 0xff;
            for j in 0..5 {
                equal &= _mm512_cmpeq_epi64_mask(v[j], multiple[j]);
            }
            zeros |= equal;
        }
        zeros
    }

    /// Whether a carried value is below k p in every lane.
    #[inline(never)]
    #[target_feature(enable = "avx512f")]
    pub fn below(&self, v: &V, k: u64) -> bool {
        let mut less = sub(v, &self.multiple(k));
        for j in 0..4 {
            less[j + 1] = _mm512_add_epi64(less[j + 1], _mm512_srai_epi64(less[j], 52));
        }
        _mm512_cmplt_epi64_mask(less[4], _mm512_setzero_si512()) == 0xff
    }
}
