//! The vector code, behind a value that only a processor with AVX-512 IFMA gives.
//!
//! Functions with the instructions are safe to write and unsafe to call from others. They are
//! called here, by methods of [`Ifma`], and nowhere else; loads and stores are in [`memory`].

#![allow(unsafe_code)]

mod butterflies;
mod curves;
pub mod fft;
mod field;
mod g1;
mod g2;
mod inverse;
pub mod ladder;
mod lanes;
mod memory;
#[cfg(test)]
mod tests;
mod transpose;

use ark_bn254::{G1Affine, G1Projective, G2Affine};

use crate::msm::kernel::{Addition, Kernel};
use inverse::CHAINS;

/// Proof that the processor has AVX-512F and AVX-512 IFMA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ifma(());

impl Ifma {
    /// Returns the proof, if the processor has the instructions.
    pub fn detect() -> Option<Self> {
        let there = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512ifma");
        there.then_some(Self(()))
    }

    /// Whether all points are on the curve of G1 or at infinity.
    pub fn g1_on_curve(self, points: &[G1Affine]) -> bool {
        // SAFETY: `self` is the proof that the processor has the instructions.
        unsafe { curves::g1_on_curve(points) }
    }

    /// Whether all points are on the curve of G2 or at infinity.
    pub fn g2_on_curve(self, points: &[G2Affine]) -> bool {
        // SAFETY: `self` is the proof that the processor has the instructions.
        unsafe { curves::g2_on_curve(points) }
    }

    /// Returns the same multiple of each point; see [`ladder::times`].
    pub fn g1_times(self, points: &[G1Affine], digits: &[i64]) -> Vec<G1Projective> {
        // SAFETY: `self` is the proof that the processor has the instructions.
        unsafe { ladder::times(points, digits) }
    }
}

/// Returns 1 in every lane, as products see it: 2^260 modulo p.
#[inline]
#[target_feature(enable = "avx512f")]
fn one() -> lanes::V {
    // 16 in arkworks' form.
    lanes::all_lanes(crate::limbs::limbs(const { ark_bn254::Fq::new(ark_ff::BigInt::new([16, 0, 0, 0])).0.0 }))
}

/// Additions on a curve.
macro_rules! kernel {
    ($(#[$doc:meta])* $name:ident: $affine:ty, $module:ident, $pack:ident, $unpack:ident, $block:expr, $batch:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name(pub Ifma);

        impl Kernel for $name {
            type Affine = $affine;
            type Point = $module::Point;
            type Group = $module::Group;
            type Inverses = [lanes::V; CHAINS];
            const BLOCK: usize = $block;
            const BATCH: usize = $batch;

            fn pack(point: &$affine) -> Self::Point {
                Ifma::$pack(point)
            }

            fn unpack(point: &Self::Point) -> $affine {
                Ifma::$unpack(point)
            }

            fn negate(point: &Self::Point) -> Self::Point {
                Self::pack(&-Self::unpack(point))
            }

            fn groups(additions: usize) -> usize {
                additions.div_ceil(8 * CHAINS) * CHAINS
            }

            fn load<const SIGNED: bool>(
                self,
                source: &[Self::Point],
                additions: &[Addition],
                groups: &mut [Self::Group],
            ) {
                // SAFETY: `self` holds the proof that the processor has the instructions.
                unsafe { $module::load_groups::<SIGNED>(source, additions, groups) }
            }

            fn invert(self, groups: &mut [Self::Group]) -> Option<Self::Inverses> {
                // SAFETY: `self` holds the proof that the processor has the instructions.
                unsafe { inverse::invert(groups) }
            }

            fn exceptional(self, groups: &mut [Self::Group], count: usize) -> Vec<usize> {
                // SAFETY: `self` holds the proof that the processor has the instructions.
                unsafe { inverse::exceptional(groups, count) }
            }

            fn finish<const SIGNED: bool>(
                self,
                additions: &[Addition],
                groups: &[Self::Group],
                inverses: Self::Inverses,
                sums: &mut [Self::Point],
            ) {
                // SAFETY: `self` holds the proof that the processor has the instructions.
                unsafe { $module::finish::<SIGNED>(additions, groups, inverses, sums) }
            }
        }
    };
}

kernel!(
    /// Additions in G1.
    G1: G1Affine, g1, pack_g1, unpack_g1, 1 << 13, 1 << 12
);
kernel!(
    /// Additions in G2.
    G2: G2Affine, g2, pack_g2, unpack_g2, 1 << 14, 1 << 11
);
