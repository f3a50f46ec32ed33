//! Between eight points or numbers in memory and eight lanes.

use std::arch::x86_64::*;

/// Transposes an 8 x 8 matrix of 64-bit words.
#[cfg_attr(not(debug_assertions), inline)]
#[cfg_attr(debug_assertions, inline(never))]
#[target_feature(enable = "avx512f")]
pub fn transpose(rows: [__m512i; 8]) -> [__m512i; 8] {
    let mut pairs = rows;
    for i in 0..4 {
        pairs[2 * i] = _mm512_unpacklo_epi64(rows[2 * i], rows[2 * i + 1]);
        pairs[2 * i + 1] = _mm512_unpackhi_epi64(rows[2 * i], rows[2 * i + 1]);
    }
    let low = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13);
    let high = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
    // Element 2 h + i: word i, and word i + 4 in the upper half, of rows 0 to 3 (h = 0 or 1) or of
    // rows 4 to 7.
    let mut quads = pairs;
    for half in 0..2 {
        for odd in 0..2 {
            let (first, second) = (pairs[4 * half + odd], pairs[4 * half + odd + 2]);
            quads[4 * half + odd] = _mm512_permutex2var_epi64(first, low, second);
            quads[4 * half + odd + 2] = _mm512_permutex2var_epi64(first, high, second);
        }
    }
    let mut columns = quads;
    for i in 0..4 {
        columns[i] = _mm512_shuffle_i64x2::<0x44>(quads[i], quads[i + 4]);
        columns[i + 4] = _mm512_shuffle_i64x2::<0xee>(quads[i], quads[i + 4]);
    }
    columns
}
