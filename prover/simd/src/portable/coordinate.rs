//! Coordinates of points: elements of the curve's field, or of its quadratic extension.

use ark_bn254::{Fq, Fq2};
use ark_ff::{BigInt, Field};
use zeroize::Zeroize;

use super::field::{Words, canonical, difference, product, raw_sum, reduced, sum_of_products, with_sign};
use crate::limbs::Coordinates as P;

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
    /// Returns one of its words.
    fn word(&self) -> u64;
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
        product::<P>(self, self)
    }

    #[inline(always)]
    fn norm(&self) -> Words {
        *self
    }

    #[inline(always)]
    fn inverse(&self, of_norm: &Words) -> Self {
        *of_norm
    }

    #[inline(always)]
    fn word(&self) -> u64 {
        self[0]
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

    #[inline(always)]
    fn word(&self) -> u64 {
        self[0][0]
    }
}
