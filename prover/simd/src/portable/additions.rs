//! Affine additions in batches, on either curve.

use std::marker::PhantomData;

use ark_bn254::{Fq, Fq2, Fr};
use ark_ec::short_weierstrass::{Affine, SWCurveConfig};
use ark_ff::{AdditiveGroup, BigInt, Field, One};
use zeroize::Zeroize;

use super::field::{
    Words, canonical, difference, is_zero, product, raw_sum, reduced, square, sum_of_products, with_sign,
};
use crate::limbs::Coordinates as P;
use crate::msm::kernel::{Addition, Kernel, SIGN, place};

/// Chains of products of a batch: one alone would wait for its own results.
const CHAINS: usize = 4;

/// A coordinate of points, with numbers below 2 p.
pub trait Coordinate: Copy + Default + Zeroize + Send + Sync {
    /// The coordinate of arkworks.
    type Element: Field;

    /// Returns the words of an element.
    fn of(element: &Self::Element) -> Self;
    /// Returns the element.
    fn element(&self) -> Self::Element;
    /// Returns `self - other`.
    fn minus(&self, other: &Self) -> Self;
    /// Returns the coordinate, or its negative where the mask is all ones: at most 2 p.
    fn with_sign(&self, mask: u64) -> Self;
    /// Returns the product of coordinates at most 2 p.
    fn times(&self, other: &Self) -> Self;
    /// Returns the square.
    fn squared(&self) -> Self;
    /// Returns a number that is zero only if the coordinate is.
    fn norm(&self) -> Words;
    /// Returns the inverse of the coordinate, given that of its norm.
    fn inverse(&self, of_norm: &Words) -> Self;
}

impl Coordinate for Words {
    type Element = Fq;

    #[inline(always)]
    fn of(element: &Fq) -> Self {
        element.0.0
    }

    #[inline(always)]
    fn element(&self) -> Fq {
        Fq::new_unchecked(BigInt(canonical::<P>(self)))
    }

    #[inline(always)]
    fn minus(&self, other: &Self) -> Self {
        difference::<P>(self, other)
    }

    #[inline(always)]
    fn with_sign(&self, mask: u64) -> Self {
        with_sign::<P>(self, mask)
    }

    #[inline(always)]
    fn times(&self, other: &Self) -> Self {
        product::<P>(self, other)
    }

    #[inline(always)]
    fn squared(&self) -> Self {
        square::<P>(self)
    }

    #[inline(always)]
    fn norm(&self) -> Words {
        *self
    }

    #[inline(always)]
    fn inverse(&self, of_norm: &Words) -> Self {
        *of_norm
    }
}

/// `c0 + c1 u` with `u^2 = -1`.
impl Coordinate for [Words; 2] {
    type Element = Fq2;

    #[inline(always)]
    fn of(element: &Fq2) -> Self {
        [element.c0.0.0, element.c1.0.0]
    }

    #[inline(always)]
    fn element(&self) -> Fq2 {
        let [c0, c1] = self.map(|words| words.element());
        Fq2::new(c0, c1)
    }

    #[inline(always)]
    fn minus(&self, other: &Self) -> Self {
        [difference::<P>(&self[0], &other[0]), difference::<P>(&self[1], &other[1])]
    }

    #[inline(always)]
    fn with_sign(&self, mask: u64) -> Self {
        self.map(|words| with_sign::<P>(&words, mask))
    }

    #[inline(always)]
    fn times(&self, other: &Self) -> Self {
        let ([a, b], [c, d]) = (self, other);
        let minus_b = with_sign::<P>(b, u64::MAX);
        [
            reduced::<P>(&sum_of_products::<P>([a, c], [&minus_b, d])),
            reduced::<P>(&sum_of_products::<P>([a, d], [b, c])),
        ]
    }

    #[inline(always)]
    fn squared(&self) -> Self {
        let [a, b] = self;
        // Factors below 4 p and 2 p: below 2.6 p.
        [product::<P>(&raw_sum(a, b), &difference::<P>(a, b)), product::<P>(&raw_sum(a, a), b)]
            .map(|words| reduced::<P>(&words))
    }

    #[inline(always)]
    fn norm(&self) -> Words {
        let [a, b] = self;
        reduced::<P>(&sum_of_products::<P>([a, a], [b, b]))
    }

    #[inline(always)]
    fn inverse(&self, of_norm: &Words) -> Self {
        let [a, b] = self;
        [product::<P>(a, of_norm), product::<P>(&with_sign::<P>(b, u64::MAX), of_norm)]
    }
}

/// A point that is not the identity, in whole cache lines.
#[derive(Debug, Clone, Copy, Default, Zeroize)]
#[repr(align(64))]
pub struct Point<C: Zeroize> {
    x: C,
    y: C,
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
fn mask<const SIGNED: bool>(entry: u32) -> u64 {
    if SIGNED { u64::from(entry / SIGN).wrapping_neg() } else { 0 }
}

impl<G: SWCurveConfig<ScalarField = Fr>, C: Coordinate<Element = G::BaseField>> Kernel for Additions<G, C>
where
    C: Send + Sync,
{
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
        for (addition, group) in additions.iter().zip(groups) {
            let (mut first, mut second) = (source[place(addition.a)], source[place(addition.b)]);
            if SIGNED {
                first.y = first.y.with_sign(mask::<SIGNED>(addition.a));
                second.y = second.y.with_sign(mask::<SIGNED>(addition.b));
            }
            group.norm = second.x.minus(&first.x).norm();
            (group.first, group.second) = (first, second);
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
