//! Additions of points of G1, eight at a time.
//!
//! Coordinates stay in arkworks' form, 2^256 v. Products here divide by 2^260, so they see v / 16.
//! A slope is the same for scaled coordinates, its square is not: with a quarter of the slope,
//! `(slope / 4)^2` is the square divided by 16, as the coordinates are. So points are taken from
//! arkworks and given back without a product.
//!
//! Stored coordinates are below 2 p. The comments say the interval of each value as a multiple of
//! p.

use ark_bn254::{Fq, G1Affine};
use ark_ec::AffineRepr;
use std::arch::x86_64::*;
use zeroize::Zeroize;

use super::Ifma;
use super::field::Field;
use super::inverse::{CHAINS, Inverted, element};
use super::lanes::{Packed, V, add, flipped, shifted, sub};
use super::memory::{Words, get, load, prefetch, put, store};
use super::transpose::transpose;
use crate::limbs::Coordinates;
use crate::msm::kernel::{Addition, SIGN, place};

/// A point in one cache line: x, then y.
pub type Point = Words;

/// Scratch of eight additions.
#[derive(Debug, Clone, Copy, Default, Zeroize)]
pub struct Group {
    x1: [Words; 4],
    y1: [Words; 4],
    x2: [Words; 4],
    y2: [Words; 4],
    dx: [Words; 5],
    before: [Words; 5],
}

impl Inverted for Group {
    fn number(&mut self) -> (&mut [Words; 5], &mut [Words; 5]) {
        (&mut self.dx, &mut self.before)
    }
}

/// Returns the eight additions of a group; the last one again where there are no more.
#[inline]
pub fn eight(additions: &[Addition], group: usize) -> [Addition; 8] {
    let mut eight = [Addition::default(); 8];
    let last = additions.len() - 1;
    for (k, addition) in eight.iter_mut().enumerate() {
        *addition = additions[(8 * group + k).min(last)];
    }
    eight
}

/// Returns the lanes whose first and second points are subtracted.
#[inline]
pub fn signs(eight: &[Addition; 8]) -> (u8, u8) {
    let (mut first, mut second) = (0, 0);
    for (k, addition) in eight.iter().enumerate() {
        first |= u8::from(addition.a & SIGN != 0) << k;
        second |= u8::from(addition.b & SIGN != 0) << k;
    }
    (first, second)
}

/// Returns the x and y of eight points.
#[inline]
#[target_feature(enable = "avx512f")]
fn gather(source: &[Point], places: [usize; 8]) -> (Packed, Packed) {
    let mut rows = [_mm512_setzero_si512(); 8];
    for (row, place) in rows.iter_mut().zip(places) {
        *row = load(&source[place]);
    }
    let [a, b, c, d, e, f, g, h] = transpose(rows);
    ([a, b, c, d], [e, f, g, h])
}

/// See [`crate::msm::kernel::Kernel::load`].
#[target_feature(enable = "avx512f,avx512ifma")]
pub fn load_groups<const SIGNED: bool>(source: &[Point], additions: &[Addition], groups: &mut [Group]) {
    let f = Field::<Coordinates>::new();
    let two = f.multiple(2);
    for (index, group) in groups.iter_mut().enumerate() {
        if SIGNED {
            // Entries of a table are anywhere.
            for addition in eight(additions, index + CHAINS) {
                prefetch(&source[place(addition.a)]);
                prefetch(&source[place(addition.b)]);
            }
        }
        let eight = eight(additions, index);
        let (x1, y1) = gather(source, eight.map(|addition| place(addition.a)));
        let (x2, y2) = gather(source, eight.map(|addition| place(addition.b)));
        put(&mut group.x1, &x1);
        put(&mut group.y1, &y1);
        put(&mut group.x2, &x2);
        put(&mut group.y2, &y2);
        // (0, 4)
        put(&mut group.dx, &f.difference(&f.unpack(&x2), &f.unpack(&x1), &two));
    }
}

/// See [`crate::msm::kernel::Kernel::finish`].
#[target_feature(enable = "avx512f,avx512ifma")]
pub fn finish<const SIGNED: bool>(
    additions: &[Addition],
    groups: &[Group],
    mut inverses: [V; CHAINS],
    sums: &mut [Point],
) {
    let f = Field::<Coordinates>::new();
    let (two, four) = (f.multiple(2), f.multiple(4));
    let zero = [[_mm512_setzero_si512(); 5]; CHAINS];
    for (index, groups) in groups.chunks_exact(CHAINS).enumerate().rev() {
        let (mut slope, mut x1, mut y1, mut x3) = (zero, zero, zero, zero);
        for (c, group) in groups.iter().enumerate() {
            // (0, 1.1): a quarter of the inverse of dx.
            slope[c] = f.mul(&inverses[c], &get(&group.before));
            inverses[c] = f.mul(&inverses[c], &get(&group.dx));
        }
        for (c, group) in groups.iter().enumerate() {
            let mut y2 = f.unpack(&get(&group.y2));
            y1[c] = f.unpack(&get(&group.y1));
            if SIGNED {
                let (first, second) = signs(&eight(additions, CHAINS * index + c));
                (y1[c], y2) = (flipped(&y1[c], first, &two), flipped(&y2, second, &two));
            }
            // [0, 4] times (0, 1.1): a quarter of the slope, below 1.1.
            slope[c] = f.mul(&f.difference(&y2, &y1[c], &two), &slope[c]);
        }
        for c in 0..CHAINS {
            x3[c] = f.reduced(f.squares([&slope[c]]));
        }
        for (c, group) in groups.iter().enumerate() {
            x1[c] = f.unpack(&get(&group.x1));
            let both = add(&x1[c], &f.unpack(&get(&group.x2)));
            // (0, 6)
            x3[c] = f.reduce(sub(&add(&x3[c], &four), &both));
        }
        for c in 0..CHAINS {
            // (0, 1.1): a quarter of what y3 takes.
            x1[c] = f.reduced(f.product(&slope[c], &f.difference(&x1[c], &x3[c], &two)));
        }
        for c in 0..CHAINS {
            // 4 times (0, 1.1), and 2 minus [0, 2]: (0, 6.4)
            let y3 = f.reduce(sub(&add(&shifted::<2>(&x1[c]), &two), &y1[c]));
            scatter(&f, &x3[c], &y3, &additions[(8 * (CHAINS * index + c)).min(additions.len())..], sums);
        }
    }
}

/// Writes the first eight of the additions' sums.
#[inline]
#[target_feature(enable = "avx512f")]
fn scatter(f: &Field<Coordinates>, x: &V, y: &V, additions: &[Addition], sums: &mut [Point]) {
    let ([a, b, c, d], [e, g, h, i]) = (f.pack(x), f.pack(y));
    let rows = transpose([a, b, c, d, e, g, h, i]);
    for (addition, row) in additions.iter().zip(rows) {
        store(&mut sums[addition.out as usize], row);
    }
}

impl Ifma {
    /// Returns a point of arkworks, not the identity, in one cache line.
    pub(super) fn pack_g1(point: &G1Affine) -> Point {
        let ([a, b, c, d], [e, f, g, h]) = (point.x.0.0, point.y.0.0);
        Words([a, b, c, d, e, f, g, h])
    }

    /// Returns the point of a cache line.
    pub(super) fn unpack_g1(point: &Point) -> G1Affine {
        let [a, b, c, d, e, f, g, h] = point.0;
        let (x, y): (Fq, Fq) = (element([a, b, c, d]), element([e, f, g, h]));
        debug_assert!(point.0 != [0; 8], "the identity has no affine coordinates");
        let point = G1Affine::new_unchecked(x, y);
        debug_assert!(!point.is_zero());
        point
    }
}
