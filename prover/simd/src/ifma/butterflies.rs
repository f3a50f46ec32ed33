//! The layers inside the lanes, of radix 2 and 3.
//!
//! Values grow by sums until they meet a product. Inwards, all values of a part are below a bound,
//! a multiple of p that each layer makes larger; a part whose bound reaches 32 is multiplied by 1.
//! Outwards, a layer adds at most 4 p to values, so that they stay below 84 p in all layers there
//! are.

use super::field::Field;
use super::lanes::{V, add, all_lanes, sub};
use super::memory::Words;
use super::memory::{get, put};
use crate::fft::plan::{Plan, form};
use crate::limbs::Scalars;
use ark_ff::One;
use rayon::prelude::*;

/// A position: eight values, one a lane.
pub type Position = [Words; 5];

/// Positions below which a transform stays on one thread.
const SERIAL: usize = 1 << 10;

/// The largest bound of values that are subtracted, so that differences and their offset are below
/// 84 p.
const LARGEST: u64 = 32;

/// Runs two or three parts, on threads if they are large.
fn each_part(positions: &mut [Position], part: usize, work: impl Fn(usize, &mut [Position]) + Sync) {
    if part < SERIAL {
        positions.chunks_exact_mut(part).enumerate().for_each(|(index, part)| work(index, part));
    } else {
        positions.par_chunks_exact_mut(part).enumerate().for_each(|(index, part)| work(index, part));
    }
}

/// From order to the plan's order, from layer `depth` on, for carried values below `bound` p.
#[target_feature(enable = "avx512f,avx512ifma")]
pub fn inwards(positions: &mut [Position], plan: &Plan, depth: usize, bound: u64) {
    let Some(layer) = plan.layers.get(depth) else { return };
    let part = positions.len() / layer.radix;
    let first = layer.radix as u64 * bound;
    let next = if first > LARGEST { 2 } else { first };
    let third = form(plan.third);
    if layer.radix == 2 {
        let (low, high) = positions.split_at_mut(part);
        zip2(low, high, &layer.factors, |low, high, factors| inwards2(low, high, factors, bound));
    } else {
        let (low, rest) = positions.split_at_mut(part);
        let (middle, high) = rest.split_at_mut(part);
        zip3(low, middle, high, &layer.factors, |a, b, c, factors| inwards3([a, b, c], factors, third, bound));
    }
    each_part(positions, part, |index, part| inwards(part, plan, depth + 1, if index == 0 { next } else { 2 }));
}

/// From the plan's order to order, from layer `depth` on. Values are carried; those that come in
/// are below 2 p.
#[target_feature(enable = "avx512f,avx512ifma")]
pub fn outwards(positions: &mut [Position], plan: &Plan, depth: usize) {
    let Some(layer) = plan.layers.get(depth) else { return };
    let part = positions.len() / layer.radix;
    each_part(positions, part, |_, part| outwards(part, plan, depth + 1));
    let third = form(plan.third);
    if layer.radix == 2 {
        let (low, high) = positions.split_at_mut(part);
        zip2(low, high, &layer.factors, |low, high, factors| outwards2(low, high, factors));
    } else {
        let (low, rest) = positions.split_at_mut(part);
        let (middle, high) = rest.split_at_mut(part);
        zip3(low, middle, high, &layer.factors, |a, b, c, factors| outwards3([a, b, c], factors, third));
    }
}

type Factors = [[u64; 5]; 2];

/// Splits the work of a layer of radix 2 among threads if it is large.
fn zip2(
    low: &mut [Position],
    high: &mut [Position],
    factors: &[Factors],
    work: impl Fn(&mut [Position], &mut [Position], &[Factors]) + Sync,
) {
    if low.len() < SERIAL {
        return work(low, high, factors);
    }
    let chunks = low.par_chunks_mut(SERIAL / 2).zip(high.par_chunks_mut(SERIAL / 2));
    chunks.zip(factors.par_chunks(SERIAL / 2)).for_each(|((low, high), factors)| work(low, high, factors));
}

/// The same for radix 3.
fn zip3(
    low: &mut [Position],
    middle: &mut [Position],
    high: &mut [Position],
    factors: &[Factors],
    work: impl Fn(&mut [Position], &mut [Position], &mut [Position], &[Factors]) + Sync,
) {
    if low.len() < SERIAL {
        return work(low, middle, high, factors);
    }
    let chunks = low.par_chunks_mut(SERIAL / 2).zip(middle.par_chunks_mut(SERIAL / 2));
    let chunks = chunks.zip(high.par_chunks_mut(SERIAL / 2)).zip(factors.par_chunks(SERIAL / 2));
    chunks.for_each(|(((low, middle), high), factors)| work(low, middle, high, factors));
}

/// Returns a sum that is below `bound` p: multiplied by 1 if that is too large.
#[inline]
#[target_feature(enable = "avx512f,avx512ifma")]
fn bounded(f: &Field<Scalars>, sum: V, bound: u64, one: &V) -> V {
    if bound > LARGEST { f.mul(&f.carry(sum), one) } else { f.carry(sum) }
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn inwards2(low: &mut [Position], high: &mut [Position], factors: &[Factors], bound: u64) {
    let f = Field::<Scalars>::new();
    let (offset, one) = (f.multiple(bound), all_lanes(form(ark_bn254::Fr::one())));
    for ((low, high), [factor, _]) in low.iter_mut().zip(high).zip(factors) {
        let (u, v) = (get(low), get(high));
        debug_assert!(f.below(&u, bound) && f.below(&v, bound));
        put(low, &bounded(&f, add(&u, &v), 2 * bound, &one));
        put(high, &f.mul(&f.difference(&u, &v, &offset), &all_lanes(*factor)));
    }
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn outwards2(low: &mut [Position], high: &mut [Position], factors: &[Factors]) {
    let f = Field::<Scalars>::new();
    let two = f.multiple(2);
    for ((low, high), [factor, _]) in low.iter_mut().zip(high).zip(factors) {
        let (u, v) = (get(low), f.mul(&get(high), &all_lanes(*factor)));
        put(low, &f.carry(add(&u, &v)));
        put(high, &f.difference(&u, &v, &two));
    }
}

/// The sums `a + z b + z^2 c` and `a + z^2 b + z c` for a third root of unity z take one product:
/// with `t = z (b - c)` they are `a - c + t` and `a - b - t`.
#[target_feature(enable = "avx512f,avx512ifma")]
fn inwards3([low, middle, high]: [&mut [Position]; 3], factors: &[Factors], third: [u64; 5], bound: u64) {
    let f = Field::<Scalars>::new();
    let (offset, larger) = (f.multiple(bound), f.multiple(bound + 2));
    let (third, one) = (all_lanes(third), all_lanes(form(ark_bn254::Fr::one())));
    let positions = low.iter_mut().zip(middle).zip(high);
    for (((low, middle), high), [factor, square]) in positions.zip(factors) {
        let (a, b, c) = (get(low), get(middle), get(high));
        debug_assert!(f.below(&a, bound) && f.below(&b, bound) && f.below(&c, bound));
        let t = f.mul(&f.difference(&b, &c, &offset), &third);
        put(low, &bounded(&f, add(&add(&a, &b), &c), 3 * bound, &one));
        put(middle, &f.mul(&f.difference(&add(&a, &t), &c, &offset), &all_lanes(*factor)));
        put(high, &f.mul(&f.difference(&sub(&a, &t), &b, &larger), &all_lanes(*square)));
    }
}

#[target_feature(enable = "avx512f,avx512ifma")]
fn outwards3([low, middle, high]: [&mut [Position]; 3], factors: &[Factors], third: [u64; 5]) {
    let f = Field::<Scalars>::new();
    let (two, four, third) = (f.multiple(2), f.multiple(4), all_lanes(third));
    let positions = low.iter_mut().zip(middle).zip(high);
    for (((low, middle), high), [factor, square]) in positions.zip(factors) {
        let a = get(low);
        let (b, c) = (f.mul(&get(middle), &all_lanes(*factor)), f.mul(&get(high), &all_lanes(*square)));
        let t = f.mul(&f.difference(&b, &c, &two), &third);
        put(low, &f.carry(add(&add(&a, &b), &c)));
        put(middle, &f.difference(&add(&a, &t), &c, &two));
        put(high, &f.difference(&sub(&a, &t), &b, &four));
    }
}
