//! Loads, stores and prefetches: the memory operations of the vector unit, over references.

#![allow(unsafe_code)]

use std::arch::x86_64::{
    __m512i, _MM_HINT_T0, _mm_prefetch, _mm256_loadu_si256, _mm512_castsi256_si512, _mm512_inserti64x4,
    _mm512_load_si512, _mm512_setzero_si512, _mm512_store_si512,
};

use zeroize::Zeroize;

/// Eight words of 64 bits, one a lane, in one cache line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Zeroize)]
#[repr(C, align(64))]
pub struct Words(pub [u64; 8]);

/// Returns the words as a vector.
#[inline]
#[target_feature(enable = "avx512f")]
pub fn load(words: &Words) -> __m512i {
    // SAFETY: the reference is valid for reads of the 64 bytes of `Words`, which is aligned to 64.
    unsafe { _mm512_load_si512(std::ptr::from_ref(words).cast()) }
}

/// Returns two halves as a vector.
#[inline]
#[target_feature(enable = "avx512f")]
pub fn load_halves(low: &[u64; 4], high: &[u64; 4]) -> __m512i {
    // SAFETY: the references are valid for reads of 32 bytes; these loads need no alignment.
    let [low, high] = [low, high].map(|half| unsafe { _mm256_loadu_si256(std::ptr::from_ref(half).cast()) });
    _mm512_inserti64x4::<1>(_mm512_castsi256_si512(low), high)
}

/// Writes a vector into words.
#[inline]
#[target_feature(enable = "avx512f")]
pub fn store(words: &mut Words, value: __m512i) {
    // SAFETY: the reference is valid for writes of the 64 bytes of `Words`, which is aligned to 64.
    unsafe { _mm512_store_si512(std::ptr::from_mut(words).cast(), value) }
}

/// Asks for a cache line that is loaded soon.
#[inline]
pub fn prefetch(words: &Words) {
    // SAFETY: SSE is part of x86-64, and a prefetch of a valid reference changes no state that a
    // program can see.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(words).cast()) }
}

/// Loads the words of N vectors.
#[inline]
#[target_feature(enable = "avx512f")]
pub fn get<const N: usize>(words: &[Words; N]) -> [__m512i; N] {
    let mut v = [_mm512_setzero_si512(); N];
    for (v, words) in v.iter_mut().zip(words) {
        *v = load(words);
    }
    v
}

/// Stores N vectors.
#[inline]
#[target_feature(enable = "avx512f")]
pub fn put<const N: usize>(words: &mut [Words; N], v: &[__m512i; N]) {
    for (words, v) in words.iter_mut().zip(v) {
        store(words, *v);
    }
}
