//! One multiple of many points of G1, eight at a time: all lanes have the same digits.
//!
//! Points are in Jacobian coordinates, X / Z^2 and Y / Z^3. These formulas are not the same for
//! scaled coordinates, so that the points are multiplied into the form of the products, 2^260 v,
//! and back in the end. The comments say the interval of each value as a multiple of p.

use ark_bn254::{Fq, G1Affine, G1Projective};
use ark_ec::AffineRepr;
use ark_ff::Zero;
use std::arch::x86_64::*;

use super::curves::{eight, gather};
use super::field::Field;
use super::lanes::{V, add, all_lanes, shifted, sub};
use super::memory::{Words, store};
use crate::limbs::{Coordinates, limbs};

/// Bits of a digit, with its sign.
pub const WIDTH: usize = 4;

/// Multiples in the table: 1, 3, 5 and 7.
const TABLE: usize = 1 << (WIDTH - 2);

/// Eight points. Coordinates are carried and below 2.
#[derive(Clone, Copy)]
struct Jacobian {
    x: V,
    y: V,
    z: V,
}

impl Jacobian {
    /// Returns eight points that are not at infinity.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn new(f: &Field<Coordinates>, points: [&G1Affine; 8]) -> Self {
        let [x, y] = gather(f, points.map(|point| [&point.x, &point.y]));
        // 2^256 v times 2^264.
        let into = all_lanes(limbs(Fq::from(256u64).0.0));
        Self { x: f.mul(&x, &into), y: f.mul(&y, &into), z: super::one() }
    }

    /// Returns twice the points.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn double(&self, f: &Field<Coordinates>) -> Self {
        let two = f.multiple(2);
        let square = |v: &V| f.carry(f.reduced(f.squares([v])));
        // 1.1
        let (xx, yy) = (square(&self.x), square(&self.y));
        // 4 x y^2: 8 times 1.1; 8 y^4: 8.8 times 1.1. Below 1.2.
        let s = f.mul(&f.carry(shifted::<2>(&self.x)), &yy);
        let eight = f.mul(&f.carry(shifted::<3>(&yy)), &yy);
        // 3.3, and its square 1.2
        let slope = f.carry(add(&shifted::<1>(&xx), &xx));
        let x = f.reduced(f.squares([&slope]));
        // (0, 4.2)
        let x = f.reduce(sub(&add(&x, &f.multiple(3)), &shifted::<1>(&s)));
        // 3.3 times 3.2
        let y = f.mul(&slope, &f.difference(&s, &x, &two));
        let y = f.reduce(sub(&add(&y, &two), &eight));
        // 4 times 2
        Self { x, y, z: f.mul(&f.carry(shifted::<1>(&self.y)), &self.z) }
    }

    /// Returns the sums of points that are neither equal nor opposite, nor at infinity.
    #[inline]
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn add(&self, f: &Field<Coordinates>, other: &Self) -> Self {
        let two = f.multiple(2);
        let square = |v: &V| f.carry(f.reduced(f.squares([v])));
        let (zz1, zz2) = (square(&self.z), square(&other.z));
        let (u1, u2) = (f.mul(&self.x, &zz2), f.mul(&other.x, &zz1));
        let s1 = f.mul(&self.y, &f.mul(&other.z, &zz2));
        let s2 = f.mul(&other.y, &f.mul(&self.z, &zz1));
        // (0, 4), and their squares 1.2
        let (h, r) = (f.difference(&u2, &u1, &two), f.difference(&s2, &s1, &two));
        let hh = square(&h);
        // 1.1
        let (hhh, v) = (f.mul(&h, &hh), f.mul(&u1, &hh));
        // 4, plus 1.2, minus 3.3: (0, 5.2)
        let x = sub(&sub(&add(&f.reduced(f.squares([&r])), &f.multiple(4)), &hhh), &shifted::<1>(&v));
        let x = f.reduce(x);
        // 4 times 3.1
        let y = f.mul(&r, &f.difference(&v, &x, &two));
        let y = f.reduce(sub(&add(&y, &two), &f.mul(&s1, &hhh)));
        Self { x, y, z: f.mul(&f.mul(&self.z, &other.z), &h) }
    }

    /// Returns the negative points.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn negative(&self, f: &Field<Coordinates>) -> Self {
        let zero = [_mm512_setzero_si512(); 5];
        Self { y: f.difference(&zero, &self.y, &f.multiple(2)), ..*self }
    }

    /// Appends the points in arkworks' form.
    #[target_feature(enable = "avx512f,avx512ifma")]
    fn put(&self, f: &Field<Coordinates>, results: &mut Vec<G1Projective>) {
        let outof = all_lanes(limbs(const { Fq::new(ark_ff::BigInt::new([1, 0, 0, 0])).0.0 }));
        let mut words = [[Words::default(); 4]; 3];
        for (words, coordinate) in words.iter_mut().zip([&self.x, &self.y, &self.z]) {
            for (words, packed) in words.iter_mut().zip(f.pack(&f.canonical(&f.mul(coordinate, &outof)))) {
                store(words, packed);
            }
        }
        for lane in 0..8 {
            let [x, y, z] =
                words.each_ref().map(|words| Fq::new_unchecked(ark_ff::BigInt(words.each_ref().map(|w| w.0[lane]))));
            results.push(G1Projective::new_unchecked(x, y, z));
        }
    }
}

/// Returns the same multiple of each point, which must be on the curve: the sum of `2^i digits[i]`,
/// whose digits are zero or odd, below 8 in magnitude, with three zeros at least between others. It
/// is positive and at most (r - 1) / 2: so no addition meets equal or opposite points, since all
/// but the infinite ones have the order r.
#[target_feature(enable = "avx512f,avx512ifma")]
pub fn times(points: &[G1Affine], digits: &[i64]) -> Vec<G1Projective> {
    let f = Field::<Coordinates>::new();
    let mut results = Vec::with_capacity(points.len().next_multiple_of(8));
    // In the place of points at infinity.
    let other = G1Affine::generator();
    for points in points.chunks(8) {
        let base = Jacobian::new(&f, eight(points, 0).map(|point| if point.is_zero() { &other } else { point }));
        let twice = base.double(&f);
        let mut table = [base; TABLE];
        for i in 1..TABLE {
            table[i] = table[i - 1].add(&f, &twice);
        }
        let mut sum: Option<Jacobian> = None;
        for digit in digits.iter().rev() {
            sum = sum.map(|sum| sum.double(&f));
            if *digit != 0 {
                let multiple = &table[usize::try_from(digit.unsigned_abs() / 2).expect("a small digit")];
                let multiple = if *digit < 0 { multiple.negative(&f) } else { *multiple };
                sum = Some(sum.map_or(multiple, |sum| sum.add(&f, &multiple)));
            }
        }
        let first = results.len();
        if let Some(sum) = sum {
            sum.put(&f, &mut results);
        }
        results.resize(first + points.len(), G1Projective::zero());
        let infinite = points.iter().enumerate().filter(|(_, point)| point.is_zero());
        infinite.for_each(|(index, _)| results[first + index] = G1Projective::zero());
    }
    results
}
