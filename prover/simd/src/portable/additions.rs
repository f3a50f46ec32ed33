//! Affine additions in batches, on either curve.

use std::marker::PhantomData;

use ark_bn254::{Fq, Fr};
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ff::{AdditiveGroup, Field, One};
use zeroize::Zeroize;

use super::coordinate::Coordinate;
use super::field::{Words, is_zero, product};
use crate::limbs::Coordinates as P;
use crate::msm::kernel::{Addition, Kernel, SIGN, place};

/// Additions whose points are fetched together.
const AHEAD: usize = 32;

/// Chains of products of a batch: one alone would wait for its own results.
const CHAINS: usize = 4;

/// A point that is not the identity, in whole cache lines.
#[derive(Debug, Clone, Copy, Default, Zeroize)]
#[repr(align(64))]
pub struct Point<C: Zeroize> {
    x: C,
    y: C,
}

impl<C: Coordinate> Point<C> {
    /// Reads a word of each of its cache lines.
    #[inline(always)]
    fn touched(&self) -> u64 {
        self.x.word() ^ self.y.word()
    }
}

/// Scratch of an addition.
#[derive(Debug, Clone, Copy, Default, Zeroize)]
#[repr(align(64))]
pub struct Group<C: Zeroize> {
    first: Point<C>,
    second: Point<C>,
    /// The norm of the difference of x.
    norm: Words,
    /// The product of the norms before, in its chain.
    before: Words,
}

/// Additions on a curve whose coordinates are `C`.
#[derive(Debug)]
pub struct Additions<G, C>(PhantomData<(G, C)>);

/// Additions in G1.
pub type G1 = Additions<ark_bn254::g1::Config, Words>;
/// Additions in G2.
pub type G2 = Additions<ark_bn254::g2::Config, [Words; 2]>;

impl<G, C> Additions<G, C> {
    /// The additions.
    pub const NEW: Self = Self(PhantomData);
}

impl<G, C> Clone for Additions<G, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<G, C> Copy for Additions<G, C> {}

/// All ones for an entry whose point is subtracted.
#[inline(always)]
fn mask(entry: u32) -> u64 {
    u64::from(entry / SIGN).wrapping_neg()
}

impl<G: SWCurveConfig<ScalarField = Fr>, C: Coordinate<Element = G::BaseField>> Kernel for Additions<G, C> {
    type Affine = Affine<G>;
    type Point = Point<C>;
    type Group = Group<C>;
    type Inverses = [Words; CHAINS];
    const BLOCK: usize = 1 << 14;
    const BATCH: usize = 1 << 11;

    fn pack(point: &Affine<G>) -> Point<C> {
        Point { x: C::of(&point.x), y: C::of(&point.y) }
    }

    fn unpack(point: &Point<C>) -> Affine<G> {
        let (x, y) = (point.x.element(), point.y.element());
        debug_assert!(x != G::BaseField::ZERO || y != G::BaseField::ZERO, "the identity has no affine coordinates");
        Affine::new_unchecked(x, y)
    }

    fn negate(point: &Point<C>) -> Point<C> {
        // From a number at most 2 p to one below.
        Point { x: point.x, y: C::default().minus(&point.y) }
    }

    fn groups(additions: usize) -> usize {
        additions
    }

    fn load<const SIGNED: bool>(self, source: &[Point<C>], additions: &[Addition], groups: &mut [Group<C>]) {
        for (additions, groups) in additions.chunks(AHEAD).zip(groups.chunks_mut(AHEAD)) {
            if SIGNED {
                // Entries of a table are anywhere: all are on their way before the first is used.
                let words = additions
                    .iter()
                    .map(|addition| source[place(addition.a)].touched() ^ source[place(addition.b)].touched());
                std::hint::black_box(words.fold(0, std::ops::BitXor::bitxor));
            }
            for (addition, group) in additions.iter().zip(groups) {
                let (mut first, mut second) = (source[place(addition.a)], source[place(addition.b)]);
                if SIGNED {
                    first.y = first.y.with_sign(mask(addition.a));
                    second.y = second.y.with_sign(mask(addition.b));
                }
                group.norm = second.x.minus(&first.x).norm();
                (group.first, group.second) = (first, second);
            }
        }
    }

    fn invert(self, groups: &mut [Group<C>]) -> Option<[Words; CHAINS]> {
        let one = Fq::one().0.0;
        let mut products = [one; CHAINS];
        for groups in groups.chunks_mut(CHAINS) {
            for (group, chain) in groups.iter_mut().zip(&mut products) {
                group.before = *chain;
                *chain = product::<P>(chain, &group.norm);
            }
        }
        inverses(&products)
    }

    fn exceptional(self, groups: &mut [Group<C>], count: usize) -> Vec<usize> {
        let mut found = Vec::new();
        for (index, group) in groups[..count].iter_mut().enumerate() {
            if is_zero::<P>(&group.norm) {
                group.norm = Fq::one().0.0;
                found.push(index);
            }
        }
        found
    }

    fn finish<const SIGNED: bool>(
        self,
        additions: &[Addition],
        groups: &[Group<C>],
        mut inverses: [Words; CHAINS],
        sums: &mut [Point<C>],
    ) {
        for (additions, groups) in additions.chunks(CHAINS).zip(groups.chunks(CHAINS)).rev() {
            for ((addition, group), chain) in additions.iter().zip(groups).zip(&mut inverses) {
                let of_norm = product::<P>(chain, &group.before);
                *chain = product::<P>(chain, &group.norm);
                let (a, b) = (&group.first, &group.second);
                let slope = b.y.minus(&a.y).times(&b.x.minus(&a.x).inverse(&of_norm));
                let x = slope.squared().minus(&a.x).minus(&b.x);
                let y = slope.times(&a.x.minus(&x)).minus(&a.y);
                sums[addition.out as usize] = Point { x, y };
            }
        }
    }
}

/// Returns the inverses; `None` if a number is zero.
fn inverses(numbers: &[Words; CHAINS]) -> Option<[Words; CHAINS]> {
    let mut before = [Words::default(); CHAINS];
    let mut all = Fq::one().0.0;
    for (before, number) in before.iter_mut().zip(numbers) {
        *before = all;
        all = product::<P>(&all, number);
    }
    let mut inverse = all.element().inverse()?.0.0;
    for (result, number) in before.iter_mut().zip(numbers).rev() {
        *result = product::<P>(result, &inverse);
        inverse = product::<P>(&inverse, number);
    }
    Some(before)
}
