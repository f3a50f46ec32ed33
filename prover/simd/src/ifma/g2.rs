//! Additions of points of G2, eight at a time, over Fq2 = Fq[u] / (u^2 + 1).
//!
//! As in G1, coordinates stay in arkworks' form and slopes are quarters. The inverse of dx is its
//! conjugate over its norm, so that products of a batch and its inversion are in Fq. Sums of
//! products are reduced once for each component.
//!
//! Stored coordinates are below 2 p. The comments say the interval of each value as a multiple of
//! p; a product of a p and b p is reduced to less than a b / 84 + 1, and to more than -a b / 84 if
//! it is subtracted.

use ark_bn254::{Fq, Fq2, G2Affine};
use ark_ec::AffineRepr;
use std::arch::x86_64::*;
use zeroize::Zeroize;

use super::Ifma;
use super::field::Field;
use super::g1::{eight, signs};
use super::inverse::{CHAINS, Inverted, element};
use super::lanes::{Packed, V, Wide, add, flipped, shifted, sub};
use super::memory::{Words, get, load, prefetch, put, store};
use super::transpose::transpose;
use crate::limbs::Coordinates;
use crate::msm::kernel::{Addition, place};

/// A point in two cache lines: both components of x, then of y.
pub type Point = [Words; 2];

/// Scratch of eight additions.
#[derive(Debug, Clone, Copy, Default, Zeroize)]
pub struct Group {
    x1: [[Words; 4]; 2],
    y1: [[Words; 4]; 2],
    y2: [[Words; 4]; 2],
    dx: [[Words; 5]; 2],
    norm: [Words; 5],
    before: [Words; 5],
}

/// A norm is zero if and only if dx is: -1 is no square modulo p.
impl Inverted for Group {
    fn number(&mut self) -> (&mut [Words; 5], &mut [Words; 5]) {
        (&mut self.norm, &mut self.before)
    }
}

/// Returns `a - b` for sums of products.
#[inline]
#[target_feature(enable = "avx512f")]
fn less(mut a: Wide, b: &Wide) -> Wide {
    for (a, b) in a.iter_mut().zip(b) {
        *a = _mm512_sub_epi64(*a, *b);
    }
    a
}

/// Returns the components of x and of y of eight points.
#[inline]
#[target_feature(enable = "avx512f")]
fn gather(source: &[Point], places: [usize; 8]) -> [[Packed; 2]; 2] {
    let mut rows = [[_mm512_setzero_si512(); 8]; 2];
    for (k, place) in places.into_iter().enumerate() {
        let [x, y] = &source[place];
        rows[0][k] = load(x);
        rows[1][k] = load(y);
    }
    let mut coordinates = [[[_mm512_setzero_si512(); 4]; 2]; 2];
    for (coordinate, rows) in coordinates.iter_mut().zip(rows) {
        let [a, b, c, d, e, f, g, h] = transpose(rows);
        *coordinate = [[a, b, c, d], [e, f, g, h]];
    }
    coordinates
}

/// See [`crate::msm::kernel::Kernel::load`].
#[target_feature(enable = "avx512f,avx512ifma")]
pub fn load_groups<const SIGNED: bool>(source: &[Point], additions: &[Addition], groups: &mut [Group]) {
    let f = Field::<Coordinates>::new();
    let two = f.multiple(2);
    for (index, group) in groups.iter_mut().enumerate() {
        if SIGNED {
            for addition in eight(additions, index + CHAINS) {
                for point in [addition.a, addition.b] {
                    source[place(point)].iter().for_each(prefetch);
                }
            }
        }
        let eight = eight(additions, index);
        let [x1, y1] = gather(source, eight.map(|addition| place(addition.a)));
        let [x2, y2] = gather(source, eight.map(|addition| place(addition.b)));
        let mut dx = [f.multiple(0); 2];
        for i in 0..2 {
            put(&mut group.x1[i], &x1[i]);
            put(&mut group.y1[i], &y1[i]);
            put(&mut group.y2[i], &y2[i]);
            // (0, 4)
            dx[i] = f.difference(&f.unpack(&x2[i]), &f.unpack(&x1[i]), &two);
            put(&mut group.dx[i], &dx[i]);
        }
        // 32 / 84 + 1
        put(&mut group.norm, &f.carry(f.reduced(f.squares([&dx[0], &dx[1]]))));
    }
}

/// Returns a times the conjugate of b, carried, below 2 and 3, for a below 4 and b below 2.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn times_conjugate(f: &Field<Coordinates>, a: &[V; 2], b: &[V; 2]) -> [V; 2] {
    let mut real = f.product(&a[0], &b[0]);
    f.add_product(&mut real, &a[1], &b[1]);
    let imaginary = less(f.product(&a[1], &b[0]), &f.product(&a[0], &b[1]));
    [f.carry(f.reduced(real)), f.carry(add(&f.reduced(imaginary), &f.multiple(1)))]
}

/// Returns a quarter of the slopes of a group, and y1, with the signs of entries.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn slopes<const SIGNED: bool>(
    f: &Field<Coordinates>,
    group: &Group,
    eight: &[Addition; 8],
    inverse: &V,
) -> ([V; 2], [V; 2]) {
    let two = f.multiple(2);
    let (first, second) = if SIGNED { signs(eight) } else { (0, 0) };
    let (mut y1, mut dy, mut over) = ([two; 2], [two; 2], [two; 2]);
    for i in 0..2 {
        (y1[i], dy[i]) = (f.unpack(&get(&group.y1[i])), f.unpack(&get(&group.y2[i])));
        if SIGNED {
            (y1[i], dy[i]) = (flipped(&y1[i], first, &two), flipped(&dy[i], second, &two));
        }
        // [0, 4] and (0, 1.1)
        dy[i] = f.difference(&dy[i], &y1[i], &two);
        over[i] = f.mul(&get(&group.dx[i]), inverse);
    }
    // (0, 1.2) and (0, 2.2)
    (times_conjugate(f, &dy, &over), y1)
}

/// Returns x3 and y3 of a group, below 1.06, for its slopes and y1.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn sums_of(f: &Field<Coordinates>, group: &Group, slope: &[V; 2], y1: &[V; 2]) -> ([V; 2], [V; 2]) {
    let (two, three, six) = (f.multiple(2), f.multiple(3), f.multiple(6));
    // (0, 3.4) times (0.8, 4.2): the square's components are below 1.2 and 2 * 1.1.
    let (sum, difference) = (f.carry(add(&slope[0], &slope[1])), f.difference(&slope[0], &slope[1], &three));
    let square = [f.reduced(f.product(&sum, &difference)), shifted::<1>(&f.reduced(f.product(&slope[0], &slope[1])))];
    let (mut x3, mut run) = (square, square);
    for i in 0..2 {
        let x1 = f.unpack(&get(&group.x1[i]));
        // x1 + x2 is 2 x1 + dx - 2. The result is in (0, 6.2).
        let both = add(&shifted::<1>(&x1), &get(&group.dx[i]));
        x3[i] = f.reduce(sub(&add(&square[i], &six), &both));
        // (0, 4)
        run[i] = f.difference(&x1, &x3[i], &two);
    }
    let real = less(f.product(&slope[0], &run[0]), &f.product(&slope[1], &run[1]));
    let mut imaginary = f.product(&slope[0], &run[1]);
    f.add_product(&mut imaginary, &slope[1], &run[0]);
    let mut y3 = [f.reduced(real), f.reduced(imaginary)];
    for (y3, y1) in y3.iter_mut().zip(y1) {
        // 4 times (-0.11, 1.2), and 3 minus [0, 2]: (0.5, 7.8)
        *y3 = f.reduce(sub(&add(&shifted::<2>(y3), &three), y1));
    }
    (x3, y3)
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
    for (index, groups) in groups.chunks_exact(CHAINS).enumerate().rev() {
        let mut inverse = inverses;
        for (c, group) in groups.iter().enumerate() {
            // (0, 1.1): a quarter of the inverse of the norm.
            inverse[c] = f.mul(&inverses[c], &get(&group.before));
            inverses[c] = f.mul(&inverses[c], &get(&group.norm));
        }
        for (c, group) in groups.iter().enumerate() {
            let eight = eight(additions, CHAINS * index + c);
            let (slope, y1) = slopes::<SIGNED>(&f, group, &eight, &inverse[c]);
            let (x3, y3) = sums_of(&f, group, &slope, &y1);
            let first = (8 * (CHAINS * index + c)).min(additions.len());
            scatter(&f, [&x3, &y3], &additions[first..], sums);
        }
    }
}

/// Writes the first eight of the additions' sums.
#[inline]
#[target_feature(enable = "avx512f")]
fn scatter(f: &Field<Coordinates>, coordinates: [&[V; 2]; 2], additions: &[Addition], sums: &mut [Point]) {
    for (line, [first, second]) in coordinates.into_iter().enumerate() {
        let ([a, b, c, d], [e, g, h, i]) = (f.pack(first), f.pack(second));
        for (addition, row) in additions.iter().zip(transpose([a, b, c, d, e, g, h, i])) {
            store(&mut sums[addition.out as usize][line], row);
        }
    }
}

impl Ifma {
    /// Returns a point of arkworks, not the identity, in two cache lines.
    pub(super) fn pack_g2(point: &G2Affine) -> Point {
        [point.x, point.y].map(|coordinate| {
            let ([a, b, c, d], [e, f, g, h]) = (coordinate.c0.0.0, coordinate.c1.0.0);
            Words([a, b, c, d, e, f, g, h])
        })
    }

    /// Returns the point of two cache lines.
    pub(super) fn unpack_g2(point: &Point) -> G2Affine {
        let [x, y] = point.map(|Words([a, b, c, d, e, f, g, h])| {
            let (c0, c1): (Fq, Fq) = (element([a, b, c, d]), element([e, f, g, h]));
            Fq2::new(c0, c1)
        });
        let point = G2Affine::new_unchecked(x, y);
        debug_assert!(!point.is_zero());
        point
    }
}
