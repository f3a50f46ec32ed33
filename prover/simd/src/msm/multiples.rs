//! Many multiples of one point, from a table of its multiples: each is the sum of a group.

use ark_bn254::Fr;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::AdditiveGroup;
use rayon::prelude::*;
use zeroize::Zeroizing;

use super::kernel::Kernel;
use super::near::Near;
use super::sums::{Groups, NONE, Scratch};

/// Multiples that a thread makes at a time.
const CHUNK: usize = 1 << 11;

/// Bits of the magnitude of a scalar.
const BITS: usize = 253;

/// Returns `scalars[i]` times the base.
pub fn multiples<K: Kernel>(kernel: K, base: K::Affine, scalars: &[Fr]) -> Vec<K::Affine> {
    if base.is_zero() {
        return vec![base; scalars.len()];
    }
    let width = width(scalars.len());
    let table: Vec<K::Point> = table(base, width).iter().map(K::pack).collect();
    let chunk = |scalars: &[Fr]| {
        let groups = digits(scalars, width);
        let sums = Scratch::new(kernel).sums(&table, &groups);
        let sum =
            |place: &u32| if *place == NONE { K::Affine::zero() } else { K::unpack(&sums.points[*place as usize]) };
        sums.places.iter().map(sum).collect::<Vec<_>>()
    };
    scalars.par_chunks(CHUNK).flat_map_iter(chunk).collect()
}

/// Returns the width of digits: the table costs some 2^(width-1) additions a window, each scalar
/// costs one.
fn width(scalars: usize) -> usize {
    (3..=11).min_by_key(|width| BITS.div_ceil(*width) * (scalars + (2 << (width - 1)))).expect("a width")
}

/// Returns the multiples 1 to 2^(width-1) of the base times 2^(width w), for each window w in turn.
fn table<G: AffineRepr<ScalarField = Fr>>(base: G, width: usize) -> Vec<G> {
    let mut first = base.into_group();
    let mut points = Vec::with_capacity((BITS / width + 1) << (width - 1));
    for _ in 0..=BITS / width {
        points.extend(std::iter::successors(Some(first), |point| Some(*point + first)).take(1 << (width - 1)));
        (0..width).for_each(|_| {
            first.double_in_place();
        });
    }
    points.par_chunks(CHUNK).flat_map_iter(G::Group::normalize_batch).collect()
}

/// Returns the entries of each scalar's digits in the table.
fn digits(scalars: &[Fr], width: usize) -> Groups {
    let most = scalars.len() * (BITS / width + 1);
    let mut groups = Groups {
        entries: Zeroizing::new(Vec::with_capacity(most)),
        ends: Zeroizing::new(Vec::with_capacity(scalars.len())),
    };
    for scalar in scalars {
        Near::from(scalar).digits(width, |window, digit, sign| {
            let place = u32::try_from(window << (width - 1)).expect("a table of fewer than 2^31 points") + digit;
            groups.entries.push(place | sign);
        });
        groups.ends.push(u32::try_from(groups.entries.len()).expect("fewer than 2^32 entries"));
    }
    groups
}
