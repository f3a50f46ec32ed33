//! Arithmetic modulo a prime of 254 bits, in arkworks' form: 2^256 times the number.
//!
//! All values are at most 2 p, except where a function says otherwise, and no function branches on
//! them. 2^256 is above 5.28 p. A product of numbers of at most a p and b p is below
//! `(a b p / 2^256 + 1) p`, and so below `(0.19 a b + 1) p`: below 2 p for factors of at most 2 p,
//! and for one of at most 4 p with one of at most p.

use crate::limbs::Modulus;

/// A number of 256 bits, the least significant word first.
pub type Words = [u64; 4];

/// `k p`, which must be below 2^256.
pub(super) const fn multiple<M: Modulus>(k: u64) -> Words {
    let mut product = [0; 4];
    let (mut carry, mut j) = (0u128, 0);
    while j < 4 {
        let sum = M::P[j] as u128 * k as u128 + carry;
        product[j] = low(sum);
        carry = sum >> 64;
        j += 1;
    }
    assert!(carry == 0);
    product
}

/// The low word.
#[expect(clippy::cast_possible_truncation, reason = "the low half is asked for")]
#[inline(always)]
const fn low(x: u128) -> u64 {
    x as u64
}

/// The high word.
#[inline(always)]
const fn high(x: u128) -> u64 {
    low(x >> 64)
}

/// Returns `a b + c + d`, which has two words at most.
#[inline(always)]
const fn mac(a: u64, b: u64, c: u64, d: u64) -> u128 {
    a as u128 * b as u128 + c as u128 + d as u128
}

/// Numbers that the arithmetic takes of a modulus.
struct Of<M>(M);

impl<M: Modulus> Of<M> {
    const TWICE: Words = multiple::<M>(2);
    /// `-1 / p` modulo 2^64.
    const INVERSE: u64 = crate::limbs::negative_inverse(M::P[0]);
}

/// Whether a number is at most `k p`, for `k` of at most 5.
pub(super) fn at_most<M: Modulus>(a: &Words, k: u64) -> bool {
    raw_difference(&multiple::<M>(k), a).1 == 0
}

/// Returns `a + b`, which must be below 2^256.
#[inline(always)]
pub fn raw_sum(a: &Words, b: &Words) -> Words {
    let mut sum = [0; 4];
    let mut carry = 0;
    for j in 0..4 {
        let word = u128::from(a[j]) + u128::from(b[j]) + u128::from(carry);
        (sum[j], carry) = (low(word), high(word));
    }
    debug_assert!(carry == 0, "a sum below 2^256");
    sum
}

/// Returns `a - b` modulo 2^256, and all ones if it is negative.
#[inline(always)]
pub(super) fn raw_difference(a: &Words, b: &Words) -> (Words, u64) {
    let mut difference = [0; 4];
    let mut borrow = 0;
    for j in 0..4 {
        let word = u128::from(a[j]).wrapping_sub(u128::from(b[j])).wrapping_sub(u128::from(borrow));
        (difference[j], borrow) = (low(word), high(word) & 1);
    }
    (difference, borrow.wrapping_neg())
}

/// Returns `a` where the mask is all ones, and `b` where it is zero.
#[inline(always)]
fn chosen(mask: u64, a: &Words, b: &Words) -> Words {
    std::array::from_fn(|j| (a[j] & mask) | (b[j] & !mask))
}

/// Returns a number below 4 p, less 2 p if it is as large: below 2 p.
#[inline(always)]
pub fn reduced<M: Modulus>(a: &Words) -> Words {
    debug_assert!(at_most::<M>(a, 4));
    let (difference, negative) = raw_difference(a, &Of::<M>::TWICE);
    chosen(negative, a, &difference)
}

/// Returns a number below 2 p as the least of its class.
#[inline(always)]
pub fn canonical<M: Modulus>(a: &Words) -> Words {
    let (difference, negative) = raw_difference(a, &M::P);
    let least = chosen(negative, a, &difference);
    debug_assert!(raw_difference(&least, &M::P).1 != 0, "a number below 2 p");
    least
}

/// Whether a number below 2 p is zero.
#[inline(always)]
pub fn is_zero<M: Modulus>(a: &Words) -> bool {
    *a == [0; 4] || *a == M::P
}

/// Returns the difference: below 2 p if `a` is.
#[inline(always)]
pub fn difference<M: Modulus>(a: &Words, b: &Words) -> Words {
    debug_assert!(at_most::<M>(a, 2) && at_most::<M>(b, 2));
    let (difference, negative) = raw_difference(a, b);
    let mut back = [0; 4];
    let mut carry = 0;
    for j in 0..4 {
        let word = u128::from(difference[j]) + u128::from(Of::<M>::TWICE[j] & negative) + u128::from(carry);
        (back[j], carry) = (low(word), high(word));
    }
    back
}

/// Returns `a - b + 2 p`, which is at most 4 p.
#[inline(always)]
pub fn lazy_difference<M: Modulus>(a: &Words, b: &Words) -> Words {
    debug_assert!(at_most::<M>(a, 2) && at_most::<M>(b, 2));
    raw_difference(&raw_sum(a, &Of::<M>::TWICE), b).0
}

/// Returns the number, or its negative where the mask is all ones: at most 2 p.
#[inline(always)]
pub fn with_sign<M: Modulus>(a: &Words, mask: u64) -> Words {
    debug_assert!(at_most::<M>(a, 2));
    chosen(mask, &raw_difference(&Of::<M>::TWICE, a).0, a)
}

/// Returns the product, for `a` of at most 4 p: below 2 p, or below 2.6 p if `a` is above 2 p and `b`
/// above p.
#[inline(always)]
pub fn product<M: Modulus>(a: &Words, b: &Words) -> Words {
    debug_assert!(at_most::<M>(a, 4) && at_most::<M>(b, 2));
    let mut r = [0u64; 4];
    for b in b {
        let first = mac(a[0], *b, r[0], 0);
        let k = low(first).wrapping_mul(Of::<M>::INVERSE);
        let mut over = high(first);
        let mut back = high(mac(k, M::P[0], low(first), 0));
        for j in 1..4 {
            let word = mac(a[j], *b, r[j], over);
            let reduced = mac(k, M::P[j], low(word), back);
            (over, back) = (high(word), high(reduced));
            r[j - 1] = low(reduced);
        }
        // The rest so far is below a + p, and so below 2^256.
        r[3] = over + back;
    }
    r
}

/// Returns `a b + c d`, which is below 2.6 p.
#[inline(always)]
pub fn sum_of_products<M: Modulus>([a, b]: [&Words; 2], [c, d]: [&Words; 2]) -> Words {
    debug_assert!([a, b, c, d].into_iter().all(|words| at_most::<M>(words, 2)));
    let mut r = [0u64; 4];
    for i in 0..4 {
        let first = mac(a[0], b[i], r[0], 0);
        let second = mac(c[0], d[i], low(first), 0);
        let k = low(second).wrapping_mul(Of::<M>::INVERSE);
        let (mut over, mut more) = (high(first), high(second));
        let mut back = high(mac(k, M::P[0], low(second), 0));
        for j in 1..4 {
            let word = mac(a[j], b[i], r[j], over);
            let both = mac(c[j], d[i], low(word), more);
            let reduced = mac(k, M::P[j], low(both), back);
            (over, more, back) = (high(word), high(both), high(reduced));
            r[j - 1] = low(reduced);
        }
        // As in a product: below a + c + p, and so below 5 p.
        r[3] = over + more + back;
    }
    r
}
