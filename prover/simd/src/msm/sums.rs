//! Sums of many groups of points: all additions of a round of all groups are one batch.
//!
//! The sums of a group lie in place. After round r they are 2^(r-1) apart, so that an odd one stays
//! where it is. Additions of equal or of opposite points take their sum from complete formulas. The
//! identity has no affine coordinates: a sum that is the identity is replaced by the generator,
//! which is taken off the group's sum in the end.

use ark_ec::{AffineRepr, CurveGroup};
use zeroize::{Zeroize, Zeroizing};

use super::kernel::{Addition, Kernel, SIGN, place};

/// The place of a group whose sum is the identity.
pub const NONE: u32 = u32::MAX;

/// Groups of entries: group g is `entries[ends[g - 1]..ends[g]]`. An entry is a place in a table of
/// points, and [`SIGN`] if the point is subtracted.
#[derive(Debug, Default)]
pub struct Groups {
    /// The entries of all groups, in order.
    pub entries: Zeroizing<Vec<u32>>,
    /// Where each group ends.
    pub ends: Zeroizing<Vec<u32>>,
}

impl Groups {
    fn range(&self, group: usize) -> std::ops::Range<usize> {
        let start = if group == 0 { 0 } else { self.ends[group - 1] };
        start as usize..self.ends[group] as usize
    }
}

/// The sums of groups.
pub struct Sums<K: Kernel> {
    /// Sums that are not the identity.
    pub points: Zeroizing<Vec<K::Point>>,
    /// The place of each group's sum, or [`NONE`].
    pub places: Zeroizing<Vec<u32>>,
}

impl<K: Kernel> Sums<K> {
    /// Returns the sums of several lists of groups, in order.
    pub fn concat(lists: &[Self]) -> Self {
        let mut all = Self {
            points: Zeroizing::new(Vec::with_capacity(lists.iter().map(|list| list.points.len()).sum())),
            places: Zeroizing::new(Vec::with_capacity(lists.iter().map(|list| list.places.len()).sum())),
        };
        for list in lists {
            let first = u32::try_from(all.points.len()).expect("fewer points than entries");
            all.points.extend_from_slice(&list.points);
            all.places.extend(list.places.iter().map(|place| if *place == NONE { NONE } else { first + place }));
        }
        all
    }
}

/// A group while its block is summed.
#[derive(Debug, Clone, Copy, Default, Zeroize)]
struct Live {
    group: u32,
    /// Where its sums begin.
    at: u32,
    /// Sums that are left.
    left: u32,
    /// Generators that its sum has too many.
    surplus: u32,
}

/// Memory that all blocks use. It holds what depends on scalars, and is overwritten when it is
/// dropped.
pub struct Scratch<K: Kernel> {
    kernel: K,
    groups: Zeroizing<Vec<K::Group>>,
    additions: Zeroizing<Vec<Addition>>,
    arena: Zeroizing<Vec<K::Point>>,
    live: Zeroizing<Vec<Live>>,
}

/// Where the points of additions are.
#[derive(Clone, Copy)]
enum Source<'t, P> {
    /// In a table, with signs.
    Table(&'t [P]),
    /// In the arena.
    Arena,
}

/// Makes a vector longer, without a copy of it left behind.
fn lengthen<T: Copy + Default + Zeroize>(vector: &mut Zeroizing<Vec<T>>, length: usize) {
    if vector.len() < length {
        *vector = Zeroizing::new(vec![T::default(); length]);
    }
}

impl<K: Kernel> Scratch<K> {
    /// Returns empty scratch.
    pub fn new(kernel: K) -> Self {
        Self {
            kernel,
            groups: Zeroizing::default(),
            additions: Zeroizing::default(),
            arena: Zeroizing::default(),
            live: Zeroizing::default(),
        }
    }

    /// Returns the sums of groups of the table's points.
    pub fn sums(&mut self, table: &[K::Point], groups: &Groups) -> Sums<K> {
        let count = groups.ends.len();
        let full = (0..count).filter(|group| !groups.range(*group).is_empty()).count();
        let mut points = Zeroizing::new(Vec::with_capacity(full));
        let mut places = Zeroizing::new(vec![NONE; count]);
        let mut first = 0;
        while first < count {
            let start = groups.range(first).start;
            let mut end = first + 1;
            while end < count && groups.range(end).end - start <= K::BLOCK {
                end += 1;
            }
            self.block(table, groups, first..end);
            for live in self.live.iter() {
                if let Some(sum) = self.sum(live) {
                    places[live.group as usize] = u32::try_from(points.len()).expect("fewer points than entries");
                    points.push(sum);
                }
            }
            first = end;
        }
        Sums { points, places }
    }

    /// Returns the sum of a group that is done; `None` if it is the identity.
    fn sum(&self, live: &Live) -> Option<K::Point> {
        let point = self.arena[live.at as usize];
        if live.surplus == 0 {
            return Some(point);
        }
        let generators = K::Affine::generator() * ark_bn254::Fr::from(live.surplus);
        let sum = (K::unpack(&point).into_group() - generators).into_affine();
        (!sum.is_zero()).then(|| K::pack(&sum))
    }

    /// Sums the groups of a block into the arena.
    fn block(&mut self, table: &[K::Point], groups: &Groups, block: std::ops::Range<usize>) {
        self.first_round(table, groups, block);
        self.add(Source::Table(table));
        let mut stride = 1;
        loop {
            self.additions.clear();
            for live in self.live.iter_mut().filter(|live| live.left > 1) {
                let firsts = (0..live.left / 2).map(|i| live.at + 2 * i * stride);
                self.additions.extend(firsts.map(|a| Addition { a, b: a + stride, out: a }));
                live.left = live.left.div_ceil(2);
            }
            if self.additions.is_empty() {
                return;
            }
            self.add(Source::Arena);
            stride *= 2;
        }
    }

    /// Lists the additions of pairs of entries, and copies the odd ones.
    fn first_round(&mut self, table: &[K::Point], groups: &Groups, block: std::ops::Range<usize>) {
        let entries: usize = block.clone().map(|group| groups.range(group).len()).sum();
        lengthen(&mut self.arena, entries.div_ceil(2) + block.len());
        if self.additions.capacity() < entries.div_ceil(2) {
            self.additions = Zeroizing::new(Vec::with_capacity(entries.div_ceil(2).max(K::BLOCK / 2)));
        }
        if self.live.capacity() < block.len() {
            self.live = Zeroizing::new(Vec::with_capacity(block.len().max(K::BLOCK)));
        }
        self.additions.clear();
        self.live.clear();
        let mut to = 0;
        for group in block {
            let entries = &groups.entries[groups.range(group)];
            let (pairs, odd) = entries.as_chunks::<2>();
            let at = to;
            for [a, b] in pairs {
                self.additions.push(Addition { a: *a, b: *b, out: to });
                to += 1;
            }
            if let [entry] = odd {
                let point = table[place(*entry)];
                self.arena[to as usize] = if entry & SIGN != 0 { K::negate(&point) } else { point };
                to += 1;
            }
            if to > at {
                let group = u32::try_from(group).expect("fewer groups than entries have bits");
                self.live.push(Live { group, at, left: to - at, surplus: 0 });
            }
        }
    }

    /// Makes all listed additions, in batches of equal size.
    fn add(&mut self, source: Source<'_, K::Point>) {
        let additions = std::mem::take(&mut self.additions);
        if !additions.is_empty() {
            let batch = additions.len().div_ceil(additions.len().div_ceil(K::BATCH));
            for batch in additions.chunks(batch) {
                self.add_batch(source, batch);
            }
        }
        self.additions = additions;
    }

    fn add_batch(&mut self, source: Source<'_, K::Point>, additions: &[Addition]) {
        let count = K::groups(additions.len());
        lengthen(&mut self.groups, count);
        let groups = &mut self.groups[..count];
        let mut complete = Zeroizing::new(Vec::new());
        match source {
            Source::Table(table) => self.kernel.load::<true>(table, additions, groups),
            Source::Arena => self.kernel.load::<false>(&self.arena, additions, groups),
        }
        let inverses = self.kernel.invert(groups).unwrap_or_else(|| {
            let exceptional = self.kernel.exceptional(groups, additions.len());
            *complete = complete_sums::<K>(source, &self.arena, additions, &exceptional);
            self.kernel.invert(groups).expect("no difference of x is left that is zero")
        });
        match source {
            Source::Table(_) => self.kernel.finish::<true>(additions, groups, inverses, &mut self.arena),
            Source::Arena => self.kernel.finish::<false>(additions, groups, inverses, &mut self.arena),
        }
        for (out, sum) in complete.iter() {
            let point = sum.unwrap_or_else(|| {
                let owner = self.live.partition_point(|live| live.at <= *out) - 1;
                self.live[owner].surplus += 1;
                K::pack(&K::Affine::generator())
            });
            self.arena[*out as usize] = point;
        }
    }
}

/// Returns where the sums of exceptional additions go, and the sums; `None` for the identity.
fn complete_sums<K: Kernel>(
    source: Source<'_, K::Point>,
    arena: &[K::Point],
    additions: &[Addition],
    exceptional: &[usize],
) -> Vec<(u32, Option<K::Point>)> {
    let point = |entry: u32| match source {
        Source::Table(table) if entry & SIGN != 0 => -K::unpack(&table[place(entry)]).into_group(),
        Source::Table(table) => K::unpack(&table[place(entry)]).into_group(),
        Source::Arena => K::unpack(&arena[entry as usize]).into_group(),
    };
    let sums = exceptional.iter().map(|i| point(additions[*i].a) + point(additions[*i].b));
    let sums = Zeroizing::new(sums.collect::<Vec<_>>());
    let sums = Zeroizing::new(<K::Affine as AffineRepr>::Group::normalize_batch(&sums));
    let packed = sums.iter().map(|sum| (!sum.is_zero()).then(|| K::pack(sum)));
    exceptional.iter().map(|i| additions[*i].out).zip(packed).collect()
}
