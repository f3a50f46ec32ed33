//! Numbers in lanes, limb by limb, whatever the field.

use std::arch::x86_64::*;

use crate::limbs::MASK;

/// A number in each lane: five limbs, the lowest first.
pub type V = [__m512i; 5];

/// The sum of products in each lane: ten columns of 52 bits and signed carries.
pub type Wide = [__m512i; 10];

/// A number below 2^256 in each lane: four words of 64 bits, the lowest first.
pub type Packed = [__m512i; 4];

/// Whether all limbs are in `[0, 2^52)`.
#[inline(never)]
#[target_feature(enable = "avx512f")]
pub fn carried(v: &V) -> bool {
    let mut over = 0;
    for limb in v {
        over |= _mm512_cmpgt_epu64_mask(*limb, splat(MASK));
    }
    over == 0
}

/// Returns a number in all lanes.
#[inline]
#[target_feature(enable = "avx512f")]
pub fn splat(x: u64) -> __m512i {
    _mm512_set1_epi64(x.cast_signed())
}

/// Returns limbs in all lanes.
#[inline]
#[target_feature(enable = "avx512f")]
pub fn all_lanes(limbs: [u64; 5]) -> V {
    let [a, b, c, d, e] = limbs;
    [splat(a), splat(b), splat(c), splat(d), splat(e)]
}

/// Returns `a + b`, not carried.
#[inline]
#[target_feature(enable = "avx512f")]
pub fn add(a: &V, b: &V) -> V {
    let mut sum = *a;
    for j in 0..5 {
        sum[j] = _mm512_add_epi64(a[j], b[j]);
    }
    sum
}

/// Returns `a - b`, not carried.
#[inline]
#[target_feature(enable = "avx512f")]
pub fn sub(a: &V, b: &V) -> V {
    let mut difference = *a;
    for j in 0..5 {
        difference[j] = _mm512_sub_epi64(a[j], b[j]);
    }
    difference
}

/// Returns `2^BITS a`, not carried.
#[inline]
#[target_feature(enable = "avx512f")]
pub fn shifted<const BITS: u32>(a: &V) -> V {
    let mut product = *a;
    for limb in &mut product {
        *limb = _mm512_slli_epi64::<BITS>(*limb);
    }
    product
}

/// Returns `b - a` in the lanes of the mask and `a` in the others, not carried.
#[inline]
#[target_feature(enable = "avx512f")]
pub fn flipped(a: &V, lanes: u8, b: &V) -> V {
    let mut result = *a;
    for j in 0..5 {
        result[j] = _mm512_mask_sub_epi64(a[j], lanes, b[j], a[j]);
    }
    result
}
