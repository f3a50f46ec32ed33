//! Checks that points are on their curves, eight at a time.
//!
//! Coordinates are in arkworks' form, 2^256 v, and products here divide by 2^260. So one factor of
//! each product is taken 16 times, and all products are in arkworks' form too. The comments say the
//! interval of each value as a multiple of p.

use ark_bn254::{Fq, Fq2, G1Affine, G2Affine, g1, g2};
use ark_ec::AffineRepr;
use ark_ec::short_weierstrass::SWCurveConfig;
use std::arch::x86_64::*;

use super::field::Field;
use super::inverse::CHAINS;
use super::lanes::{V, Wide, add, all_lanes, shifted, sub};
use super::memory::load_halves;
use super::transpose::transpose;
use crate::limbs::{Coordinates, limbs};

/// Points that are checked side by side.
const SIDE_BY_SIDE: usize = 8 * CHAINS;

/// Returns eight pairs of coordinates, one a lane.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
pub fn gather(f: &Field<Coordinates>, pairs: [[&Fq; 2]; 8]) -> [V; 2] {
    let mut rows = [_mm512_setzero_si512(); 8];
    for (row, [low, high]) in rows.iter_mut().zip(pairs) {
        *row = load_halves(&low.0.0, &high.0.0);
    }
    let [a, b, c, d, e, g, h, i] = transpose(rows);
    [f.unpack(&[a, b, c, d]), f.unpack(&[e, g, h, i])]
}

/// Returns eight of the points; the last one again where there are no more.
#[inline]
pub fn eight<P>(points: &[P], first: usize) -> [&P; 8] {
    std::array::from_fn(|lane| &points[(first + lane).min(points.len() - 1)])
}

/// Returns 16 times a canonical value, carried.
#[inline]
#[target_feature(enable = "avx512f")]
fn sixteen_times(f: &Field<Coordinates>, v: &V) -> V {
    f.carry(shifted::<4>(v))
}

/// Returns the lanes whose values, `left - right - b` and not carried, are zero modulo p. They must
/// be above -3 p and below 5 p.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn equal(f: &Field<Coordinates>, left: &V, right: &V, b: &V) -> u8 {
    let difference = sub(&sub(&add(left, &f.multiple(3)), right), b);
    f.zeros(&f.reduce(difference))
}

/// Whether all points are on the curve of G1, y^2 = x^3 + b, or at infinity.
#[target_feature(enable = "avx512f,avx512ifma")]
pub fn g1_on_curve(points: &[G1Affine]) -> bool {
    let f = Field::<Coordinates>::new();
    let b = all_lanes(limbs(const { g1::Config::COEFF_B.0.0 }));
    for points in points.chunks(SIDE_BY_SIDE) {
        let zero = [[_mm512_setzero_si512(); 5]; CHAINS];
        let (mut infinite, mut x, mut cube, mut square) = ([0u8; CHAINS], zero, zero, zero);
        for c in 0..CHAINS {
            let eight = eight(points, 8 * c);
            for (lane, point) in eight.into_iter().enumerate() {
                infinite[c] |= u8::from(point.is_zero()) << lane;
            }
            [x[c], square[c]] = gather(&f, eight.map(|point| [&point.x, &point.y]));
            debug_assert!(f.below(&x[c], 1) && f.below(&square[c], 1));
        }
        for c in 0..CHAINS {
            // 16 times 1: below 1.2.
            cube[c] = f.mul(&sixteen_times(&f, &x[c]), &x[c]);
            square[c] = f.reduced(f.product(&sixteen_times(&f, &square[c]), &square[c]));
        }
        for c in 0..CHAINS {
            // 16 times 1.2: below 1.3.
            cube[c] = f.reduced(f.product(&sixteen_times(&f, &x[c]), &cube[c]));
        }
        for c in 0..CHAINS {
            if equal(&f, &square[c], &cube[c], &b) | infinite[c] != 0xff {
                return false;
            }
        }
    }
    true
}

/// Returns the components of a square in arkworks' form, below 1.8 and 1.4 and not carried, for
/// canonical components.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn square(f: &Field<Coordinates>, v: &[V; 2]) -> [V; 2] {
    // 2 times 16 and 2; 16 and 2
    let sum = f.carry(shifted::<4>(&add(&v[0], &v[1])));
    let difference = f.difference(&v[0], &v[1], &f.multiple(1));
    let twice = f.carry(shifted::<1>(&v[1]));
    [f.reduced(f.product(&sum, &difference)), f.reduced(f.product(&sixteen_times(f, &v[0]), &twice))]
}

/// Returns the components of a cube in arkworks' form, given the base's and those of its square;
/// above -0.3 and below 1.7, not carried.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn cube(f: &Field<Coordinates>, v: &[V; 2], square: &[V; 2]) -> [V; 2] {
    let v = [sixteen_times(f, &v[0]), sixteen_times(f, &v[1])];
    let square = [f.carry(square[0]), f.carry(square[1])];
    let mut real: Wide = f.product(&v[0], &square[0]);
    for (real, other) in real.iter_mut().zip(f.product(&v[1], &square[1])) {
        *real = _mm512_sub_epi64(*real, other);
    }
    let mut imaginary = f.product(&v[0], &square[1]);
    f.add_product(&mut imaginary, &v[1], &square[0]);
    [f.reduced(real), f.reduced(imaginary)]
}

/// Whether all points are on the curve of G2, y^2 = x^3 + b, or at infinity.
#[target_feature(enable = "avx512f,avx512ifma")]
pub fn g2_on_curve(points: &[G2Affine]) -> bool {
    let f = Field::<Coordinates>::new();
    let b = const { g2::Config::COEFF_B };
    let b = [b.c0, b.c1].map(|component| limbs(component.0.0));
    let b = [all_lanes(b[0]), all_lanes(b[1])];
    for points in points.chunks(8) {
        let eight = eight(points, 0);
        let mut infinite = 0;
        for (lane, point) in eight.into_iter().enumerate() {
            infinite |= u8::from(point.is_zero()) << lane;
        }
        let pairs = |coordinate: fn(&G2Affine) -> &Fq2| {
            eight.map(|point| {
                let Fq2 { c0, c1, .. } = coordinate(point);
                [c0, c1]
            })
        };
        let x = gather(&f, pairs(|point| &point.x));
        let y = gather(&f, pairs(|point| &point.y));
        let (left, right) = (square(&f, &y), cube(&f, &x, &square(&f, &x)));
        if equal(&f, &left[0], &right[0], &b[0]) & equal(&f, &left[1], &right[1], &b[1]) | infinite != 0xff {
            return false;
        }
    }
    true
}
