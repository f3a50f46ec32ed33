//! The arithmetic of words against arkworks, at the ends of every interval.

use super::field::{
    Words, at_most, canonical, difference, is_zero, lazy_difference, multiple, product, raw_difference, raw_sum,
    reduced, sum_of_products, with_sign,
};
use crate::limbs::{Coordinates, Modulus, Scalars};
use ark_ff::{BigInt, Fp, MontBackend, MontConfig};

type Element<C> = Fp<MontBackend<C, 4>, 4>;

/// Numbers at both ends of each multiple of p up to `most` p, and between.
fn edges<M: Modulus>(most: u64) -> Vec<Words> {
    let one = [1, 0, 0, 0];
    let middle = [u64::MAX, 7, u64::MAX, 0];
    let around = |k: u64| {
        let at = multiple::<M>(k);
        let mut near = vec![at];
        if k > 0 {
            near.push(raw_difference(&at, &one).0);
            near.push(raw_difference(&at, &middle).0);
        }
        if k < most {
            near.extend([raw_sum(&at, &one), raw_sum(&at, &middle)]);
        }
        near
    };
    (0..=most).flat_map(around).collect()
}

/// The element of a number of at most 5 p, by subtraction.
fn element<M: Modulus, C: MontConfig<4>>(words: &Words) -> Element<C> {
    let mut least = *words;
    while raw_difference(&least, &M::P).1 == 0 {
        least = raw_difference(&least, &M::P).0;
    }
    Fp::new_unchecked(BigInt(least))
}

fn agrees<M: Modulus, C: MontConfig<4>>() {
    let value = element::<M, C>;
    for a in edges::<M>(4) {
        let least = reduced::<M>(&a);
        assert!(a == multiple::<M>(4) || raw_difference(&least, &multiple::<M>(2)).1 != 0);
        assert_eq!(value(&least), value(&a));
        for b in edges::<M>(2) {
            assert_eq!(value(&product::<M>(&a, &b)), value(&a) * value(&b));
            assert!(at_most::<M>(&product::<M>(&a, &b), 3));
        }
    }
    for a in edges::<M>(2) {
        assert_eq!(is_zero::<M>(&a), a != multiple::<M>(2) && value(&a) == Fp::from(0u64));
        assert_eq!(value(&with_sign::<M>(&a, 0)), value(&a));
        assert_eq!(value(&with_sign::<M>(&a, u64::MAX)), -value(&a));
        for b in edges::<M>(2) {
            assert!(at_most::<M>(&product::<M>(&a, &b), 2));
            for found in [difference::<M>(&a, &b), lazy_difference::<M>(&a, &b)] {
                assert_eq!(value(&found), value(&a) - value(&b));
            }
            assert!(at_most::<M>(&difference::<M>(&a, &b), 2));
            let both = sum_of_products::<M>([&a, &b], [&b, &b]);
            assert_eq!(value(&both), value(&a) * value(&b) + value(&b) * value(&b));
            assert!(at_most::<M>(&both, 3));
        }
    }
    for a in edges::<M>(1) {
        assert_eq!(canonical::<M>(&a), value(&a).0.0);
    }
}

#[test]
fn arithmetic_at_the_ends_of_intervals_is_that_of_arkworks() {
    agrees::<Coordinates, ark_bn254::FqConfig>();
    agrees::<Scalars, ark_bn254::FrConfig>();
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "at_most")]
fn a_bound_that_is_broken_is_noticed() {
    let large = multiple::<Scalars>(3);
    let _ = difference::<Scalars>(&large, &large);
}
