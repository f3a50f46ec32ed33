//! Transforms in words of 64 bits.
//!
//! Inwards, a layer splits the values of a part into two or three parts, which are transformed on
//! their own; after the last layer, each value is in the place that its number has when its digits
//! are reversed. Outwards, a layer joins parts. A move to a coset goes inwards and then outwards, so
//! that nothing is put in order in between; each part is in the cache while all its layers are made.

use ark_bn254::Fr;
use ark_ff::{Field, One};
use rayon::prelude::*;
use zeroize::Zeroizing;

use super::butterflies::{element, join2, join3, split2, split3};
use super::field::{Words, canonical, lazy_difference, product, raw_sum, reduced};
use crate::limbs::Scalars as P;

/// Values below which a part stays on one thread.
const SERIAL: usize = 1 << 13;

/// Values of parts whose layers are made one after the other: they are in the first-level cache.
const LEAF: usize = 1 << 9;

/// A layer: how it splits a part, and its roots of unity.
struct Layer {
    /// 2 or 3.
    radix: usize,
    /// For each place q of the parts, the root's power q; for radix 3 followed by its square.
    factors: Vec<Words>,
    /// The primitive third root of unity, for radix 3.
    third: Words,
}

/// Returns the layers of a transform at the powers of a root of unity times `shift`, the outermost
/// first.
fn layers(size: usize, mut root: Fr, mut shift: Fr) -> Vec<Layer> {
    let mut layers = Vec::new();
    let mut left = size;
    while left > 1 {
        let radix = if left.is_multiple_of(3) { 3 } else { 2 };
        left /= radix;
        let third = root.pow([left as u64]).0.0;
        let factors = if radix == 2 { powers(shift, root, left) } else { with_squares(&powers(shift, root, left)) };
        layers.push(Layer { radix, factors, third });
        (root, shift) = (root.pow([radix as u64]), shift.pow([radix as u64]));
    }
    layers
}

/// Returns `first root^q` for each q below `count`.
fn powers(first: Fr, root: Fr, count: usize) -> Vec<Words> {
    const CHUNK: usize = 1 << 10;
    let mut powers = vec![Words::default(); count];
    powers.par_chunks_mut(CHUNK).enumerate().for_each(|(index, chunk)| {
        let mut power = first * root.pow([(index * CHUNK) as u64]);
        for words in chunk {
            *words = power.0.0;
            power *= root;
        }
    });
    powers
}

/// Returns each power with its square.
fn with_squares(powers: &[Words]) -> Vec<Words> {
    powers.iter().flat_map(|power| [*power, canonical::<P>(&product::<P>(power, power))]).collect()
}

/// Returns the number of each place after the last layer.
fn order(layers: &[Layer]) -> Vec<usize> {
    let mut order = vec![0];
    for layer in layers.iter().rev() {
        order = (0..layer.radix).flat_map(|part| order.iter().map(move |at| layer.radix * at + part)).collect();
    }
    order
}

/// Turns coefficients into values at the powers of a root of unity, each times `scale`.
pub fn transform(values: &mut [Fr], root: Fr, scale: Fr) {
    let layers = layers(values.len(), root, Fr::one());
    inwards(values, &layers);
    let scale = scale.0.0;
    let transformed = Zeroizing::new(values.to_vec());
    for (value, at) in transformed.iter().zip(order(&layers)) {
        values[at] = element(&canonical::<P>(&product::<P>(&scale, &value.0.0)));
    }
}

/// Turns values at the powers of a root of unity into values at its powers times `shift`, in each
/// column.
pub fn move_to_coset(columns: &mut [&mut [Fr]], root: Fr, shift: Fr) {
    let Some(size) = columns.first().map(|column| column.len()) else { return };
    let one = Fr::one();
    let (backward, forward) = (layers(size, root.inverse().expect("a root of unity"), one), layers(size, root, shift));
    let scale = Fr::from(size as u64).inverse().expect("sizes are below the modulus");
    columns.par_iter_mut().for_each(|column| {
        moved(column, &backward, &forward, scale);
        column.par_iter_mut().with_min_len(SERIAL).for_each(|value| {
            *value = element(&canonical::<P>(&reduced::<P>(&value.0.0)));
        });
    });
}

/// Runs each part, on threads if they are large.
fn each_part(values: &mut [Fr], part: usize, work: impl Fn(&mut [Fr]) + Sync) {
    if part < SERIAL {
        values.chunks_exact_mut(part).for_each(work);
    } else {
        values.par_chunks_exact_mut(part).for_each(&work);
    }
}

/// All layers inwards. Values stay below 2 p.
fn inwards(values: &mut [Fr], layers: &[Layer]) {
    if values.len() <= LEAF {
        return layers.iter().for_each(|layer| layer.split_all(values));
    }
    let (layer, inner) = layers.split_first().expect("a layer of more values than one");
    layer.split(values);
    each_part(values, layer.part(), |part| inwards(part, inner));
}

/// All layers inwards and outwards, and a product with `scale`. Values come in below 2 p and go out
/// below 4 p.
fn moved(values: &mut [Fr], backward: &[Layer], forward: &[Layer], scale: Fr) {
    if values.len() <= LEAF {
        let (Some((first, backward)), Some((last, forward))) = (backward.split_last(), forward.split_last()) else {
            return;
        };
        backward.iter().for_each(|layer| layer.split_all(values));
        innermost(values, first, last, scale);
        return forward.iter().rev().for_each(|layer| layer.join_all(values));
    }
    let layer = "a layer of more values than one";
    let ((first, backward), (last, forward)) =
        (backward.split_first().expect(layer), forward.split_first().expect(layer));
    first.split(values);
    each_part(values, first.part(), |part| moved(part, backward, forward, scale));
    last.join(values);
}

/// The innermost layer inwards, a product with `scale`, and the innermost layer outwards.
fn innermost(values: &mut [Fr], backward: &Layer, forward: &Layer, scale: Fr) {
    if backward.radix == 3 {
        backward.split_all(values);
        values.iter_mut().for_each(|value| *value = element(&product::<P>(&value.0.0, &scale.0.0)));
        return forward.join_all(values);
    }
    let factor = (scale * element(&forward.factors[0])).0.0;
    for [u, v] in values.as_chunks_mut::<2>().0 {
        let sum = product::<P>(&raw_sum(&u.0.0, &v.0.0), &scale.0.0);
        let difference = product::<P>(&lazy_difference::<P>(&u.0.0, &v.0.0), &factor);
        *u = element(&raw_sum(&sum, &difference));
        *v = element(&lazy_difference::<P>(&sum, &difference));
    }
}

impl Layer {
    /// The values of a part.
    fn part(&self) -> usize {
        self.factors.len() / (self.radix - 1)
    }

    /// Splits every part of some values.
    fn split_all(&self, values: &mut [Fr]) {
        values.chunks_exact_mut(self.radix * self.part()).for_each(|values| self.split(values));
    }

    /// Joins every part of some values.
    fn join_all(&self, values: &mut [Fr]) {
        values.chunks_exact_mut(self.radix * self.part()).for_each(|values| self.join(values));
    }

    /// Splits a part: values below 2 p.
    fn split(&self, values: &mut [Fr]) {
        if self.radix == 2 {
            return zip2(values, &self.factors, split2);
        }
        zip3(values, &self.factors, |parts, factors| split3(parts, factors, &self.third));
    }

    /// Joins a part: values below 4 p.
    fn join(&self, values: &mut [Fr]) {
        if self.radix == 2 {
            return zip2(values, &self.factors, join2);
        }
        zip3(values, &self.factors, |parts, factors| join3(parts, factors, &self.third));
    }
}

/// Splits the work of a layer of radix 2 among threads if it is large.
fn zip2(values: &mut [Fr], factors: &[Words], work: impl Fn([&mut [Fr]; 2], &[Words]) + Sync) {
    let (low, high) = values.split_at_mut(factors.len());
    if factors.len() < SERIAL {
        return work([low, high], factors);
    }
    let parts = low.par_chunks_mut(SERIAL / 2).zip(high.par_chunks_mut(SERIAL / 2));
    parts.zip(factors.par_chunks(SERIAL / 2)).for_each(|((low, high), factors)| work([low, high], factors));
}

/// The same for radix 3.
fn zip3(values: &mut [Fr], factors: &[Words], work: impl Fn([&mut [Fr]; 3], &[[Words; 2]]) + Sync) {
    let (factors, _) = factors.as_chunks::<2>();
    let (low, rest) = values.split_at_mut(factors.len());
    let (middle, high) = rest.split_at_mut(factors.len());
    if factors.len() < SERIAL {
        return work([low, middle, high], factors);
    }
    let parts = low.par_chunks_mut(SERIAL / 2).zip(middle.par_chunks_mut(SERIAL / 2));
    let parts = parts.zip(high.par_chunks_mut(SERIAL / 2)).zip(factors.par_chunks(SERIAL / 2));
    parts.for_each(|(((low, middle), high), factors)| work([low, middle, high], factors));
}
