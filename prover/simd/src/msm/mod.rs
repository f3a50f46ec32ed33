//! Sums of multiples of points: Pippenger's buckets, filled by batches of affine additions.

pub mod digits;
pub mod kernel;
pub mod multiples;
pub mod scalar;
pub mod sums;

use ark_ec::AffineRepr;
use ark_ff::{AdditiveGroup, Zero};
use rayon::prelude::*;
use zeroize::Zeroizing;

use digits::{Near, Windows};
use kernel::{Kernel, SIGN};
use sums::{Groups, NONE, Scratch, Sums};

type Group<K> = <<K as Kernel>::Affine as AffineRepr>::Group;

/// Terms that are worth a thread of their own.
const LEAST_TERMS: usize = 1 << 11;

/// Terms whose digits, some 200 bytes each, are in memory at a time.
const MOST_TERMS: usize = 1 << 18;

/// Returns the sum of multiples of points. Terms are dealt out to the threads in turn, since
/// neighbours are alike.
pub fn msm<K: Kernel, S: Sync>(kernel: K, bases: &[K::Affine], scalars: &[S]) -> Group<K>
where
    Near: for<'s> From<&'s S>,
{
    assert_eq!(bases.len(), scalars.len(), "as many scalars as points");
    let threads = rayon::current_num_threads().min(bases.len().div_ceil(LEAST_TERMS));
    let parts = threads.max(bases.len().div_ceil(MOST_TERMS)).max(1);
    let part = |part: usize| {
        let terms = bases.iter().zip(scalars).skip(part).step_by(parts);
        let nears: Zeroizing<Vec<Near>> =
            Zeroizing::new(terms.clone().map(|(base, scalar)| near(base, scalar)).collect());
        let full = nears.iter().filter(|near| **near != Near::ZERO).count();
        let mut table = Zeroizing::new(Vec::with_capacity(full));
        let points = terms.zip(nears.iter()).filter(|(_, near)| **near != Near::ZERO);
        table.extend(points.map(|((base, _), _)| K::pack(base)));
        sum_of_multiples(kernel, &table, &nears)
    };
    if parts == 1 { part(0) } else { (0..parts).into_par_iter().map(part).sum() }
}

/// The identity has no affine coordinates, and no multiple of it adds anything.
fn near<G: AffineRepr, S>(base: &G, scalar: &S) -> Near
where
    Near: for<'s> From<&'s S>,
{
    if base.is_zero() { Near::ZERO } else { Near::from(scalar) }
}

/// `table` has the points of the scalars that are not zero.
fn sum_of_multiples<K: Kernel>(kernel: K, table: &[K::Point], scalars: &[Near]) -> Group<K> {
    if table.is_empty() {
        return Group::<K>::zero();
    }
    let windows = Windows::cheapest(scalars);
    let scratch = &mut Scratch::new(kernel);
    let buckets = scratch.sums(table, &sorted(windows, scalars));
    // With bucket b of a window at row b / 2^low and column b modulo 2^low, the window's sum is the
    // sum of row * 2^low times the rows' sums and of column + 1 times the columns'.
    let low = (windows.width - 1) / 2;
    let (rows, columns) = (windows.buckets() >> low, 1 << low);
    let mut lines = Selection::new(&buckets, windows.count * (rows + columns), 2);
    for window in 0..windows.count {
        let first = window * windows.buckets();
        (0..rows).for_each(|row| lines.group((0..columns).map(|column| first + row * columns + column)));
        (0..columns).for_each(|column| lines.group((0..rows).map(|row| first + row * columns + column)));
    }
    let lines = scratch.sums(&buckets.points, &lines.groups);
    // Every multiple is made of the sums of those that have a bit.
    let mut bits = Selection::new(&lines, windows.count * windows.width, windows.width / 2 + 1);
    for window in 0..windows.count {
        let first = window * (rows + columns);
        for bit in 0..windows.width {
            let row = (1..rows).filter(|row| bit >= low && (row >> (bit - low)) & 1 == 1);
            let column = (0..columns).filter(|column| ((column + 1) >> bit) & 1 == 1);
            bits.group(row.map(|row| first + row).chain(column.map(|column| first + rows + column)));
        }
    }
    let bits = scratch.sums(&lines.points, &bits.groups);
    let mut sum = Group::<K>::zero();
    for place in bits.places.iter().rev() {
        sum.double_in_place();
        if *place != NONE {
            sum += K::unpack(&bits.points[*place as usize]);
        }
    }
    sum
}

/// Returns the entries of the buckets of all windows, sorted by counting.
fn sorted(windows: Windows, scalars: &[Near]) -> Groups {
    let buckets = windows.buckets();
    let full = || scalars.iter().filter(|near| **near != Near::ZERO);
    let digits: usize = full().map(|near| near.bits() / windows.width + 1).sum();
    let mut list = Zeroizing::new(Vec::with_capacity(digits));
    let mut ends = Zeroizing::new(vec![0u32; windows.count * buckets]);
    let mut index = 0u32;
    for near in full() {
        near.digits(windows.width, |window, bucket, sign| {
            let bucket = window * buckets + bucket as usize;
            ends[bucket] += 1;
            list.push((u32::try_from(bucket).expect("fewer than 2^22 buckets"), index | sign));
        });
        index += 1;
    }
    assert!(index < SIGN, "fewer than 2^31 points");
    let mut total = 0;
    for end in ends.iter_mut() {
        // First where each begins; it moves to its end while entries are written.
        total += std::mem::replace(end, total);
    }
    let mut entries = Zeroizing::new(vec![0u32; list.len()]);
    for (bucket, entry) in list.iter() {
        let at = &mut ends[*bucket as usize];
        entries[*at as usize] = *entry;
        *at += 1;
    }
    Groups { entries, ends }
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
