//! The butterflies of a layer.
//!
//! Inwards, values are below 2 p; outwards, they come in and go out below 4 p.

use ark_bn254::Fr;
use ark_ff::BigInt;

use super::field::{Words, difference, lazy_difference, product, raw_sum, reduced};
use crate::limbs::Scalars as P;

/// Returns words as an element, which arkworks takes if they are below p.
#[inline(always)]
pub fn element(words: &Words) -> Fr {
    Fr::new_unchecked(BigInt(*words))
}

/// Inwards: the sum, and the difference times a factor.
pub fn split2([low, high]: [&mut [Fr]; 2], factors: &[Words]) {
    for ((low, high), factor) in low.iter_mut().zip(high).zip(factors) {
        let (u, v) = (low.0.0, high.0.0);
        *low = element(&reduced::<P>(&raw_sum(&u, &v)));
        *high = element(&product::<P>(&lazy_difference::<P>(&u, &v), factor));
    }
}

/// Outwards: the sum and the difference with a value times a factor.
pub fn join2([low, high]: [&mut [Fr]; 2], factors: &[Words]) {
    for ((low, high), factor) in low.iter_mut().zip(high).zip(factors) {
        let (u, v) = (reduced::<P>(&low.0.0), product::<P>(&high.0.0, factor));
        *low = element(&raw_sum(&u, &v));
        *high = element(&lazy_difference::<P>(&u, &v));
    }
}

/// The sums `a + z b + z^2 c` and `a + z^2 b + z c` for a third root of unity z take one product:
/// with `t = z (b - c)` they are `a - c + t` and `a - b - t`.
pub fn split3([low, middle, high]: [&mut [Fr]; 3], factors: &[[Words; 2]], third: &Words) {
    for (((low, middle), high), [factor, square]) in low.iter_mut().zip(middle).zip(high).zip(factors) {
        let (a, b, c) = (low.0.0, middle.0.0, high.0.0);
        let t = product::<P>(&lazy_difference::<P>(&b, &c), third);
        let both = reduced::<P>(&raw_sum(&a, &b));
        *low = element(&reduced::<P>(&raw_sum(&both, &c)));
        let sum = reduced::<P>(&raw_sum(&a, &t));
        *middle = element(&product::<P>(&lazy_difference::<P>(&sum, &c), factor));
        let rest = difference::<P>(&a, &b);
        *high = element(&product::<P>(&lazy_difference::<P>(&rest, &t), square));
    }
}

/// The same outwards, with factors before.
pub fn join3([low, middle, high]: [&mut [Fr]; 3], factors: &[[Words; 2]], third: &Words) {
    for (((low, middle), high), [factor, square]) in low.iter_mut().zip(middle).zip(high).zip(factors) {
        let a = reduced::<P>(&low.0.0);
        let (b, c) = (product::<P>(&middle.0.0, factor), product::<P>(&high.0.0, square));
        let t = product::<P>(&lazy_difference::<P>(&b, &c), third);
        let both = reduced::<P>(&raw_sum(&a, &b));
        *low = element(&raw_sum(&both, &c));
        let sum = reduced::<P>(&raw_sum(&a, &t));
        *middle = element(&lazy_difference::<P>(&sum, &c));
        let rest = difference::<P>(&a, &b);
        *high = element(&lazy_difference::<P>(&rest, &t));
    }
}
