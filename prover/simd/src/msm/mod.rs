//! Sums of multiples of points: Pippenger's buckets, filled by batches of affine additions.

pub mod digits;
pub mod kernel;
pub mod multiples;
pub mod near;
pub mod scalar;
pub mod sums;

use std::ops::Range;

use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, Zero};
use rayon::prelude::*;
use zeroize::Zeroizing;

use digits::{Digits, Windows};
use kernel::Kernel;
use near::Near;
use scalar::Packed;
use sums::{Groups, NONE, Scratch, Sums};

type Group<K> = <<K as Kernel>::Affine as AffineRepr>::Group;

/// Terms that are worth a thread of their own.
const LEAST_TERMS: usize = 1 << 10;

/// Terms whose points and digits, some 150 bytes each, are in memory at a time.
const MOST_TERMS: usize = 1 << 18;

/// Returns the sum of multiples of points. Threads share the work by windows of digits, so that no
/// bucket is summed twice.
pub fn msm<K: Kernel, S: Sync>(kernel: K, bases: &[K::Affine], scalars: &[S]) -> Group<K>
where
    Near: for<'s> From<&'s S>,
{
    assert_eq!(bases.len(), scalars.len(), "as many scalars as points");
    let parts = bases.len().div_ceil(MOST_TERMS).max(1);
    let part = |part: usize| {
        // Neighbours are alike: parts take them in turn.
        let place = |index: usize| part + index * parts;
        let count = bases.len().saturating_sub(part).div_ceil(parts);
        let mut nears = Zeroizing::new(vec![Near::ZERO; count]);
        let mut table = Zeroizing::new(vec![K::Point::default(); count]);
        let terms = nears.par_iter_mut().zip(&mut *table).enumerate().with_min_len(LEAST_TERMS);
        terms.for_each(|(index, (scalar, point))| {
            let base = &bases[place(index)];
            *scalar = near(base, &scalars[place(index)]);
            if *scalar != Near::ZERO {
                *point = K::pack(base);
            }
        });
        let windows = Windows::cheapest(&nears);
        let tasks = windows.tasks(&nears, 2 * K::BLOCK);
        sum_of_multiples(kernel, &table, &Digits::new(windows, &nears), tasks)
    };
    (0..parts).map(part).sum()
}

/// Returns the sum of scalars times points, where each scalar holds small numbers that are `bits`
/// apart. Each number has windows of its own, over one table of points.
pub fn msm_packed<K: Kernel>(kernel: K, bases: &[K::Affine], scalars: &[Packed], bits: u32) -> Group<K> {
    assert_eq!(bases.len(), scalars.len(), "as many scalars as points");
    let part = |(bases, scalars): (&[K::Affine], &[Packed])| {
        let table: Vec<K::Point> = bases
            .par_iter()
            .with_min_len(LEAST_TERMS)
            .map(|base| if base.is_zero() { K::Point::default() } else { K::pack(base) })
            .collect();
        let windows = Windows::of_packed(scalars, bits as usize);
        // The identity has no affine coordinates.
        let digits = Digits::of_packed(windows, scalars, |index| !bases[index].is_zero());
        sum_of_multiples(kernel, &table, &digits, (0..windows.count).map(|window| window..window + 1).collect())
    };
    bases.chunks(MOST_TERMS).zip(scalars.chunks(MOST_TERMS)).map(part).sum()
}

/// The identity has no affine coordinates, and no multiple of it adds anything.
fn near<G: AffineRepr, S>(base: &G, scalar: &S) -> Near
where
    Near: for<'s> From<&'s S>,
{
    if base.is_zero() { Near::ZERO } else { Near::from(scalar) }
}

/// `table` has a point for each scalar; those of zeros are not used. Each task is of some windows, in
/// order.
fn sum_of_multiples<K: Kernel>(kernel: K, table: &[K::Point], digits: &Digits, tasks: Vec<Range<usize>>) -> Group<K> {
    let windows = digits.windows();
    let buckets: Vec<Sums<K>> = tasks
        .into_par_iter()
        .map_init(|| Scratch::new(kernel), |scratch, task| scratch.sums(table, &digits.sorted(task)))
        .collect();
    let share = buckets.len().div_ceil(rayon::current_num_threads());
    let bits: Vec<BitSums<K>> =
        buckets.par_chunks(share).map(|buckets| bit_sums(windows, &mut Scratch::new(kernel), buckets)).collect();
    let mut sum = Group::<K>::zero();
    let bits: Vec<&Option<K::Point>> = bits.iter().flat_map(|bits| bits.iter()).collect();
    for (bit, point) in bits.into_iter().enumerate().rev() {
        for _ in 0..windows.doublings(bit) {
            sum.double_in_place();
        }
        if let Some(point) = point {
            sum += K::unpack(point);
        }
    }
    sum
}

/// Sums by bits, the lowest first; `None` for the identity.
type BitSums<K> = Zeroizing<Vec<Option<<K as Kernel>::Point>>>;

/// Returns, for each window whose buckets are given and each bit of a digit, the sum of the buckets
/// whose multiple has the bit.
fn bit_sums<K: Kernel>(windows: Windows, scratch: &mut Scratch<K>, buckets: &[Sums<K>]) -> BitSums<K> {
    let buckets = Sums::concat(buckets);
    let count = buckets.places.len() / windows.buckets();
    // With bucket b of a window at row b / 2^low and column b modulo 2^low, the window's sum is the
    // sum of row * 2^low times the rows' sums and of column + 1 times the columns'.
    let low = (windows.width - 1) / 2;
    let (rows, columns) = (windows.buckets() >> low, 1 << low);
    let mut lines = Selection::new(&buckets, count * (rows + columns), 2);
    for window in 0..count {
        let first = window * windows.buckets();
        (0..rows).for_each(|row| lines.group((0..columns).map(|column| first + row * columns + column)));
        (0..columns).for_each(|column| lines.group((0..rows).map(|row| first + row * columns + column)));
    }
    let lines = scratch.sums(&buckets.points, &lines.groups);
    // Every multiple is made of the sums of those that have a bit.
    let mut bits = Selection::new(&lines, count * windows.width, windows.width / 2 + 1);
    for window in 0..count {
        let first = window * (rows + columns);
        for bit in 0..windows.width {
            let row = (1..rows).filter(|row| bit >= low && (row >> (bit - low)) & 1 == 1);
            let column = (0..columns).filter(|column| ((column + 1) >> bit) & 1 == 1);
            bits.group(row.map(|row| first + row).chain(column.map(|column| first + rows + column)));
        }
    }
    let bits = scratch.sums(&lines.points, &bits.groups);
    Zeroizing::new(bits.places.iter().map(|place| (*place != NONE).then(|| bits.points[*place as usize])).collect())
}

/// Groups of sums.
struct Selection<'s> {
    places: &'s [u32],
    groups: Groups,
}

impl<'s> Selection<'s> {
    /// So many groups, with every sum in `each` of them at most.
    fn new<K: Kernel>(sums: &'s Sums<K>, count: usize, each: usize) -> Self {
        let entries = Zeroizing::new(Vec::with_capacity(each * sums.points.len()));
        Self { places: &sums.places, groups: Groups { entries, ends: Zeroizing::new(Vec::with_capacity(count)) } }
    }

    /// Adds a group of sums; those that are the identity are left out.
    fn group(&mut self, members: impl Iterator<Item = usize>) {
        let places = members.map(|member| self.places[member]).filter(|place| *place != NONE);
        self.groups.entries.extend(places);
        self.groups.ends.push(u32::try_from(self.groups.entries.len()).expect("fewer than 2^32 entries"));
    }
}
