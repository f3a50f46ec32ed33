//! The arithmetic of lanes against arkworks, at the ends of every interval.

use std::arch::x86_64::*;

use ark_bn254::Fq;
use ark_ff::{BigInt, BigInteger, Field as _, PrimeField};

use super::Ifma;
use super::field::Field;
use super::inverse::{element, quarter_inverses};
use super::lanes::{V, add, flipped, shifted, sub};
use super::memory::{Words, get, load, put, store};
use super::transpose::transpose;
use crate::limbs::{Coordinates, Scalars, limbs};

/// Runs a test where the processor has the instructions.
fn run(test: unsafe fn()) {
    match Ifma::detect() {
        // SAFETY: the processor has the instructions.
        Some(_) => unsafe { test() },
        None => eprintln!("not run: this machine has no AVX-512 IFMA"),
    }
}

/// Returns `k p + x` of the lanes, for values below 2^256.
#[target_feature(enable = "avx512f")]
fn lanes(values: [(u64, Fq); 8]) -> V {
    let mut words = [Words::default(); 5];
    for (lane, (k, x)) in values.into_iter().enumerate() {
        let mut number = x.0;
        for _ in 0..k {
            assert!(!number.add_with_carry(&Fq::MODULUS), "below 2^256");
        }
        for (words, limb) in words.iter_mut().zip(limbs(number.0)) {
            words.0[lane] = limb;
        }
    }
    get(&words)
}

/// Returns the elements of the lanes, in arkworks' form.
#[target_feature(enable = "avx512f")]
fn elements(f: &Field<Coordinates>, v: &V) -> [Fq; 8] {
    let mut words = [Words::default(); 4];
    put(&mut words, &f.pack(v));
    std::array::from_fn(|lane| element(std::array::from_fn(|j| words[j].0[lane])))
}

/// Elements at the ends and in the middle, with multiples of p below `most`.
fn edges(most: u64) -> [(u64, Fq); 8] {
    let largest = -Fq::from(1u64);
    let raw = |x: u64| Fq::new_unchecked(BigInt::new([x, 0, 0, 0]));
    let middle = Fq::from(3u64).pow([1001]);
    [
        (0, raw(0)),
        (0, raw(1)),
        (0, Fq::new_unchecked(BigInt::new([u64::MAX, u64::MAX, u64::MAX, 0]))),
        (most - 1, largest),
        (most - 1, Fq::new_unchecked(Fq::MODULUS_MINUS_ONE_DIV_TWO)),
        (most - 1, raw(0)),
        (most / 2, middle),
        (most / 2, largest),
    ]
}

/// Every rotation of the second operand against the first.
#[target_feature(enable = "avx512f,avx512ifma")]
fn products() {
    let f = Field::<Coordinates>::new();
    // A product here is one of arkworks divided by 2^4.
    let scale = Fq::from(16u64).inverse().unwrap();
    for turn in 0..8 {
        let (left, mut right) = (edges(5), edges(5));
        right.rotate_left(turn);
        let (a, b) = (lanes(left), lanes(right));
        let found = elements(&f, &f.mul(&a, &b));
        let squares = elements(&f, &f.carry(f.reduced(f.squares([&a, &b]))));
        for lane in 0..8 {
            let ((_, x), (_, y)) = (left[lane], right[lane]);
            assert_eq!(found[lane], x * y * scale, "lane {lane}");
            assert_eq!(squares[lane], (x * x + y * y) * scale, "lane {lane}");
        }
    }
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn sums() {
    let f = Field::<Coordinates>::new();
    let two = f.multiple(2);
    for turn in 0..8 {
        let (left, mut right) = (edges(2), edges(2));
        right.rotate_left(turn);
        let (a, b) = (lanes(left), lanes(right));
        let cases = [
            (f.carry(add(&a, &b)), left.map(|(_, x)| x), right.map(|(_, y)| y)),
            (f.difference(&a, &b, &two), left.map(|(_, x)| x), right.map(|(_, y)| -y)),
            (f.reduce(sub(&add(&shifted::<1>(&a), &two), &b)), left.map(|(_, x)| x + x), right.map(|(_, y)| -y)),
            (f.carry(flipped(&a, 0xff, &two)), left.map(|(_, x)| -x), [Fq::from(0u64); 8]),
        ];
        for (found, x, y) in cases {
            assert_eq!(elements(&f, &found), std::array::from_fn(|lane| x[lane] + y[lane]));
        }
    }
}

/// Values up to 8 p, which storage does not hold.
#[target_feature(enable = "avx512f,avx512ifma")]
fn reduced_values() {
    let f = Field::<Coordinates>::new();
    for k in 0..4u64 {
        let values = edges(4);
        let reduced = f.reduce(add(&lanes(values), &f.multiple(4)));
        assert!(f.below(&reduced, 2));
        assert_eq!(elements(&f, &reduced), values.map(|(_, x)| x));
        let reduced = f.reduce(add(&lanes(edges(5)), &f.multiple(k.min(3))));
        let canonical = f.canonical(&reduced);
        assert!(f.below(&canonical, 1));
        assert_eq!(elements(&f, &canonical), edges(5).map(|(_, x)| x));
    }
    let zeros = f.zeros(&lanes(std::array::from_fn(|k| (k as u64 % 5, Fq::from(u64::from(k > 4))))));
    assert_eq!(zeros, 0b0001_1111);
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn inverses() {
    let f = Field::<Coordinates>::new();
    let values: [[(u64, Fq); 8]; 4] =
        std::array::from_fn(|i| std::array::from_fn(|j| (j as u64 % 2, Fq::from((8 * i + j) as u64 + 1))));
    let v = values.map(|lane| lanes(lane));
    let inverses = quarter_inverses(&f, &v).unwrap();
    for (v, inverse) in v.iter().zip(&inverses) {
        // A quarter, as products here see it: 2^260 / 4.
        assert_eq!(elements(&f, &f.mul(v, inverse)), [Fq::from(4u64); 8]);
    }
    for (group, lane) in [(0, 0), (3, 7), (2, 4)] {
        let mut zero = values;
        zero[group][lane] = (group as u64 % 2, Fq::from(0u64));
        assert!(quarter_inverses(&f, &zero.map(|lane| lanes(lane))).is_none());
    }
}

#[target_feature(enable = "avx512f")]
fn transposes() {
    let mut rows = [_mm512_setzero_si512(); 8];
    for (i, row) in rows.iter_mut().enumerate() {
        *row = load(&Words(std::array::from_fn(|j| (8 * i + j) as u64)));
    }
    for (i, column) in transpose(rows).into_iter().enumerate() {
        let mut words = Words::default();
        store(&mut words, column);
        assert_eq!(words.0, std::array::from_fn(|j| (8 * j + i) as u64));
    }
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn a_value_above_its_bound() {
    let f = Field::<Scalars>::new();
    let _ = f.reduce(f.multiple(8));
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn a_negative_lane() {
    let f = Field::<Scalars>::new();
    let mut v = f.multiple(0);
    v[0] = _mm512_setr_epi64(0, 0, 0, 0, 0, 0, 0, -1);
    let _ = f.carry(v);
}

#[test]
fn products_of_lanes_are_those_of_the_field() {
    run(products);
}

#[test]
fn sums_of_lanes_are_those_of_the_field() {
    run(sums);
}

#[test]
fn values_at_the_ends_are_reduced() {
    run(reduced_values);
}

#[test]
fn inverses_of_lanes_are_those_of_the_field() {
    run(inverses);
}

#[test]
fn a_transposed_matrix_has_its_rows_as_columns() {
    run(transposes);
}

/// Debug builds check the bounds in every lane; the tests rely on it.
#[test]
fn a_bound_that_is_broken_is_noticed() {
    if Ifma::detect().is_none() {
        return run(transposes);
    }
    for test in [a_value_above_its_bound as unsafe fn(), a_negative_lane] {
        assert!(std::panic::catch_unwind(|| run(test)).is_err());
    }
}

#[test]
fn one_is_what_products_leave_alone() {
    run(one);
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn one() {
    let f = Field::<Coordinates>::new();
    let values = edges(2);
    assert_eq!(elements(&f, &f.mul(&lanes(values), &super::one())), values.map(|(_, x)| x));
}
